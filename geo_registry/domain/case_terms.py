"""What cases are worked by: sources, departments, clocks, pauses, look-backs; all of it is data.

Shipped as ``data/cases/terms.toml``; nothing in it is confirmed by the bureau yet, so every value
is a proposal that a person may depart from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo_registry.domain.calendar import Term, term_of
from geo_registry.domain.errors import BadRequest


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """Sources, departments and grounds of a pause by key → title; clocks by key."""

    sources: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    pauses: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    look_back_months: tuple[int, ...] = (3, 6, 12)
    suppression_months: int = 24
    near_days: int = 3
    """A live case is pressing so many days before its day."""
    duplicate_share: float = 0.1
    """Two claims that overlap by this share of the smaller one may be one case."""

    def title_of(self, table: str, key: str) -> str:
        """What a key of ``sources``, ``departments`` or ``pauses`` is called.

        Raises :class:`BadRequest` with the known ones for another key.
        """
        known: Mapping[str, str] = getattr(self, table)
        if key not in known:
            shown = "、".join(f"{k}（{v}）" for k, v in known.items())
            raise BadRequest(f"不认识“{key[:20]}”。可用：{shown}。")
        return known[key]


NO_CASE_TERMS = CaseTerms()


def case_terms(table: Mapping[str, Any], file: str) -> CaseTerms:
    """The terms of a table as read from TOML; :class:`BadRequest` names the file and the fault."""
    try:
        return CaseTerms(
            sources=_titles(table["sources"]),
            departments=_titles(table["departments"]),
            pauses=_titles(table["pauses"]),
            terms={t.key: t for t in (term_of(row, file) for row in table["terms"])},
            look_back_months=tuple(sorted(int(m) for m in table["look_back"]["months"])),
            suppression_months=int(table["suppression"]["months"]),
            near_days=int(table["near"]["days"]),
            duplicate_share=float(table["duplicates"]["share"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest(f"{file}：缺少或写错了 {error}。") from error


def _titles(rows: list[Mapping[str, Any]]) -> dict[str, str]:
    return {str(row["key"]): str(row["title"]) for row in rows}
