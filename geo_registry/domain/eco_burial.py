"""Eco-burials (生态安葬): kinds of burial without a stone, or without ashes kept at all.

Which kinds there are is data (``data/eco_burial/kinds.toml``), as is which of them are subsidised
and by how much (:mod:`geo_registry.domain.subsidy`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo_registry.domain.errors import BadRequest


@dataclass(frozen=True, slots=True)
class EcoKind:
    """A way to be buried: its key, title, other words for it, and whether ashes are kept.

    ``grave`` are the kinds of plots in which such a burial may lie; none: there is no grave.
    """

    key: str
    title: str
    words: tuple[str, ...]
    keeps_ashes: bool
    grave: frozenset[str]
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class CemeteryMark:
    """A mark that a cemetery bears between two days (``valid_to`` is the first day without it)."""

    kind: str
    valid_from: date
    valid_to: date | None = None

    def borne_on(self, on: date) -> bool:
        """Whether the cemetery bears it on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


MARK_TITLES: Mapping[str, str] = {"eco_pilot": "生态安葬试点"}


def eco_kinds(table: Mapping[str, Any], file: str) -> Mapping[str, EcoKind]:
    """The kinds of ``kinds.toml`` by key; :class:`BadRequest` names the row that cannot be read."""
    found: dict[str, EcoKind] = {}
    for number, row in enumerate(table.get("kinds", ()), start=1):
        try:
            kind = _kind(row)
        except (KeyError, ValueError, TypeError) as error:
            raise BadRequest(
                f"{file} 第 {number} 种安葬方式读不出来（{error}）。",
                advice="请按文件开头的说明改正。",
            ) from error
        found[kind.key] = kind
    return found


def _kind(row: Mapping[str, Any]) -> EcoKind:
    return EcoKind(
        key=str(row["key"]),
        title=str(row["title"]),
        words=tuple(row["words"]),
        keeps_ashes=bool(row["keeps_ashes"]),
        grave=frozenset(row["grave"]),
        source=str(row["source"]),
        confidence=str(row["confidence"]),
    )


def kind_words(kinds: Iterable[EcoKind]) -> dict[str, str]:
    """Every word that a ledger may use → the key of the kind."""
    kinds = tuple(kinds)
    other = {word: kind.key for kind in kinds for word in (*kind.words, kind.key)}
    return {kind.title: kind.key for kind in kinds} | other


def title_of(kinds: Mapping[str, EcoKind], key: str) -> str:
    """The title of a kind; the key itself where a later table does not know it any more."""
    return kinds[key].title if key in kinds else key
