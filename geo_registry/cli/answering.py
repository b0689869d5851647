"""How the command line answers: options that every command shares, notes, exit codes."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
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


_IN_THE_WAY = {
    errno.ENOENT: "文件夹不存在，请先建立",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "那是一个文件夹，请写出文件名",
    errno.EACCES: "没有权限，或文件正被别的程序占用",
    errno.EPERM: "没有权限",
    errno.EROFS: "那个磁盘只能读",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "文件名太长",
}


def said_of_a_file(error: OSError, arguments: Sequence[str]) -> str:
    """Why a file that the person named cannot be used; empty where it is not theirs, but ours.

    A file beside one of theirs is theirs too: results are written under another name first.
    """
    given = [Path(argument.rpartition("=")[2]) for argument in arguments]
    path = Path(error.filename) if isinstance(error.filename, str) else None
    theirs = path is not None and (path in given or path.parent in [g.parent for g in given])
    why = _IN_THE_WAY.get(error.errno or 0, "")
    return f"不能使用文件“{path}”：{why}。" if theirs and why else ""


def say(text: str) -> None:
    """A note for the person, on standard error, so that standard output stays the answer."""
    click.echo(text, err=True)


def stop_if_reached(threshold: str | None, severities: Iterable[Severity]) -> None:
    """End with 1 when a finding weighs at least as much as ``--fail-on`` asked."""
    if threshold and any(s.rank <= Severity(threshold).rank for s in severities):
        raise SystemExit(1)
