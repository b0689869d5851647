"""How the command line answers: options that every command shares, notes, exit codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click

from geo_registry.domain import errors
from geo_registry.domain.finding import Severity

EXIT_CODES: tuple[tuple[type[errors.RegistryError], int], ...] = (
    (errors.Unreadable, 3),
    (errors.Unavailable, 4),
    (errors.Refused, 5),
    (errors.Conflict, 5),
    (errors.NotFound, 6),
    (errors.BadRequest, 2),
    (errors.RegistryError, 5),
)
"""0 done · 1 the ``--fail-on`` threshold was reached · 2 wrong question · 3 unreadable input ·
4 something is missing · 5 refused or conflict · 6 not found · 70 our own mistake."""

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="以 JSON 输出，供程序读取。"
)
fail_on_option: Callable[[Any], Any] = click.option(
    "--fail-on",
    type=click.Choice([str(s) for s in Severity]),
    help="出现这一级或更重的问题时以退出码 1 结束。",
)


def exit_code(error: errors.RegistryError) -> int:
    """The exit code of an error, by the first class in the table that it belongs to."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def say(text: str) -> None:
    """A note for the person, on standard error, so that standard output stays the answer."""
    click.echo(text, err=True)


def stop_if_reached(threshold: str | None, severities: Iterable[Severity]) -> None:
    """End with 1 when a finding weighs at least as much as ``--fail-on`` asked."""
    if threshold and any(s.rank <= Severity(threshold).rank for s in severities):
        raise SystemExit(1)
