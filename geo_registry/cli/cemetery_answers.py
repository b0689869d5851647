"""What the commands on a cemetery share: its number as people write it, and how they answer."""

from __future__ import annotations

from typing import Any

import click
import orjson

from geo_registry.domain.errors import BadRequest


def cemetery_id(text: str) -> int:
    """The number in ``cemetery:3`` or ``3``."""
    number = text.removeprefix("cemetery:")
    if not number.isdecimal() or len(number) > 18:
        raise BadRequest(f"“{text[:40]}”不是公墓编号，请写成 cemetery:3 或 3。")
    return int(number)


def shown(document: Any, lines: list[str], *, as_json: bool) -> None:
    """The answer as JSON, or as lines for a person."""
    if as_json:
        click.echo(orjson.dumps(document, default=str, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(lines))
