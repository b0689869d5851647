"""Anchors: links of the chain of history written down outside the database.

Whoever can write to the database can cut off the end of the chain and leave it whole in itself.
A link that was written down before tells: it must still be there. The file in the home folder is
one such place, a printed report or another computer a better one.

Each line is ``<revision> <link> <UTC time>``. ``restored <revision> <UTC time> <reason>`` says that
the database was set back to that transaction on purpose: later anchors above it are void.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geo_registry.domain.errors import BadRequest, Unavailable

FILE = "history-anchors.txt"
_LINE = re.compile(r"(\d{1,18}) ([0-9a-f]{64})(?: .*)?")
_RESTORED = re.compile(r"restored (\d{1,18}) (\S+) (.+)")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A transaction and the link that it had when this was written down."""

    revision: int
    link: str

    def __str__(self) -> str:
        return f"{self.revision}:{self.link}"


def parse(written: str) -> Anchor:
    """An anchor as it is printed, ``130:9f2c…``; :class:`BadRequest` for anything else."""
    match = re.fullmatch(r"\s*(\d{1,18})[:： ]([0-9a-fA-F]{64})\s*", written)
    if match is None:
        raise BadRequest(
            f"“{written[:80]}”不是锚点。", advice="锚点形如 130:9f2c…（冒号后 64 位十六进制数）。"
        )
    return Anchor(int(match[1]), match[2].lower())


def read_anchors(home: Path) -> tuple[Anchor, ...]:
    """The anchors that hold, oldest first; lines that are none are passed over."""
    path = home / FILE
    found: list[Anchor] = []
    for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
        if match := _LINE.fullmatch(line):
            found.append(Anchor(int(match[1]), match[2]))
        elif match := _RESTORED.fullmatch(line):
            found = [a for a in found if a.revision <= int(match[1])]
    return tuple(found)


def write_anchor(home: Path, anchor: Anchor, at: datetime) -> None:
    """Add an anchor to the file, unless it is the last one already."""
    if read_anchors(home)[-1:] != (anchor,):
        _append(home, f"{anchor.revision} {anchor.link} {at:%Y-%m-%dT%H:%M:%SZ}")


def note_restore(home: Path, revision: int, reason: str, at: datetime) -> None:
    """Write down that the database was set back on purpose; the reason is required."""
    words = " ".join(reason.split())
    if not words:
        raise BadRequest(
            "请写明从备份恢复的理由。", advice="例如：2026-11-25 硬盘故障，恢复前一晚备份。"
        )
    _append(home, f"restored {revision} {at:%Y-%m-%dT%H:%M:%SZ} {words[:500]}")


def restores(home: Path) -> Sequence[str]:
    """The restores that were written down, for people."""
    path = home / FILE
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    found = (_RESTORED.fullmatch(line) for line in lines)
    return [f"{m[2]} 恢复到第 {m[1]} 次变更：{m[3]}" for m in found if m]


def _append(home: Path, line: str) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / FILE).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise Unavailable(
            f"锚点写不进 {home / FILE}：{error.strerror}。", advice="请检查磁盘空间和目录权限。"
        ) from error
