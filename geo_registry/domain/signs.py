"""Name signs as rules see them: what they say and whether they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STATES: Mapping[str, str] = {
    "planned": "待设置",
    "standing": "完好",
    "damaged": "破损",
    "missing": "缺失",
}
"""State of a sign → what it is called."""


@dataclass(frozen=True, slots=True)
class SignText:
    """One sign of a place: its characters, its pinyin (None: nobody wrote it down), its state."""

    id: int
    text: str
    romanized: str | None = None
    state: str = "standing"
    note: str = ""
