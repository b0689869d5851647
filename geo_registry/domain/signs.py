"""Name signs as rules see them: what they say and whether they stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignText:
    """One sign of a place: its characters, its pinyin (None: nobody wrote it down), its state."""

    id: int
    text: str
    romanized: str | None = None
    state: str = "standing"
    note: str = ""
