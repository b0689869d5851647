"""Identity: what a rule speaks of, and the area within which it compares."""

from __future__ import annotations

from dataclasses import dataclass

SubjectId = str
"""``place:12``, ``division:nbs:371002001001``, ``cemetery:3``, ``row:17``, or ``candidate``."""

Pair = tuple[SubjectId, SubjectId]

CANDIDATE: SubjectId = "candidate"
"""The subject of a name that is proposed but not registered."""

NATION = "CN"
"""The code of the one scope of kind ``nation``."""


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Where a comparison is made: a kind of area and the code of one such area.

    Kinds: ``village``, ``town``, ``built_up``, ``legal_county``, ``stat_county``, ``province``,
    ``nation``, ``batch`` (one imported file), ``cemetery`` (one site), ``table`` (a scope column).
    """

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


def ordered_pair(a: SubjectId, b: SubjectId) -> Pair:
    """The pair in the one order it is stored in."""
    return (a, b) if a <= b else (b, a)
