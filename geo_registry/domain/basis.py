"""Legal bases: what a verdict rests on, with its dates and how well it is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal or technical basis, with the days on which it is in force.

    ``confidence``: A = full text read; B = read in an excerpt; C = seen second hand; ``local`` =
    policy of the bureau itself.
    """

    law: str
    article: str
    confidence: str
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day in force; None = still in force."""
    number: str = ""
    note: str = ""

    def in_force(self, first: date, last: date) -> bool:
        """Whether it is in force on some day of the interval."""
        return (self.valid_from is None or self.valid_from <= last) and (
            self.valid_to is None or first <= self.valid_to
        )

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}" if self.law else self.article


def weakest(confidences: Iterable[str]) -> str:
    """The weakest of several confidence marks; ``local`` weighs as A (the bureau's own policy)."""
    order = {"A": 0, "local": 0, "M": 0, "B": 1, "C": 2}
    return max((c for c in confidences), key=lambda c: order[c], default="C")
