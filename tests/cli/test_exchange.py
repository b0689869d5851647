"""The page 导入导出 lists every command that brings in or takes out, and no other."""

from __future__ import annotations

from pathlib import Path

import click

from geo_registry.cli import COMMANDS, commands
from geo_registry.services.imports.exchanging import ways


def _commands(group: str) -> set[str]:
    found = commands.get_command(click.Context(commands), group)
    assert isinstance(found, click.Group)
    return {f"{group} {name}" for name in found.list_commands(click.Context(found))}


def test_the_page_knows_every_import_and_export(data: Path) -> None:
    listed = ways(data)
    rows = [*listed["imports"], *listed["exports"]]
    told = [row["command"].removeprefix("geo-registry ") for row in rows if row["command"]]
    shown = {" ".join(words.split()[:2]) for words in told}
    assert _commands("import") | _commands("export") <= shown
    assert all(row["command"] or row["page"] for row in rows)
    for words in told:
        assert words.split()[0] in COMMANDS, words
