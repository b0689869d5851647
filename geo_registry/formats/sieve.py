"""Rows of a map file on their way through the checks: which are still good, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo_registry.domain.errors import Issue

Geometries = NDArray[Any]


@dataclass(slots=True)
class Sieve:
    """The rows (numbers in the file, from 1), which of them are still good, and the issues."""

    rows: NDArray[np.int64]
    good: NDArray[np.bool_]
    issues: list[Issue] = field(default_factory=list)

    def reject(self, bad: NDArray[np.bool_], code: str, text: str, advice: str = "") -> None:
        """Drop the rows marked ``bad`` that are still good, with one issue each."""
        for row in self.rows[bad & self.good]:
            self.issues.append(_issue(int(row), code, text, advice))
        self.good &= ~bad

    def reject_one(self, index: int, code: str, text: str, advice: str = "") -> None:
        """Drop one row, with an issue."""
        alone = np.zeros(len(self.rows), dtype=bool)
        alone[index] = True
        self.reject(alone, code, text, advice)

    def note(self, index: int, code: str, text: str, advice: str = "") -> None:
        """Keep a row, with an issue that says what was done to it."""
        self.issues.append(_issue(int(self.rows[index]), code, text, advice))


def _issue(row: int, code: str, text: str, advice: str) -> Issue:
    return Issue(row, "图形", code, "", f"第 {row} 行“图形”：{text}", advice)
