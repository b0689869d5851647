"""Findings: what a rule says about the world, with an identity that survives the next run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING, Any

from geo_registry.domain.identity import Pair, Scope, SubjectId, ordered_pair

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.basis import Basis


class Severity(StrEnum):
    """How much a finding weighs, strongest first."""

    BLOCK = "block"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"
    TASK = "task"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return list(Severity).index(self)

    @property
    def word(self) -> str:
        """The word on the screen (design: block, error → 违反; warn → 警示; …)."""
        return {
            Severity.BLOCK: "违反",
            Severity.ERROR: "违反",
            Severity.WARN: "警示",
            Severity.INFO: "提示",
            Severity.TASK: "待办",
        }[self]


@dataclass(frozen=True, slots=True)
class SeverityPair:
    """Severity for a new name or act, and for what was already there when the rule came.

    ``None`` means the rule is silent in that case.
    """

    new: Severity | None
    legacy: Severity | None


class FindingState(StrEnum):
    """Where a finding stands. ``gone`` findings are kept: the next run may see them again."""

    OPEN = "open"
    WAIVED = "waived"
    GONE = "gone"

    @property
    def word(self) -> str:
        """The word on the screen."""
        return {"open": "待处理", "waived": "已豁免", "gone": "已消除"}[self]


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact a predicate found: no severity, no wording.

    ``key`` is the comparison key within ``scope`` (names) or the claim component (land): together
    with the rule id and the scope it is the identity of the finding. ``outcome`` names the fact
    pattern; the rule's data says how each pattern is judged. ``pairs`` are the pairs of subjects
    the finding rests on; left out, every pair of ``subjects`` (a single subject pairs with itself).
    ``where`` is in the work plane of the gazetteer, metres. ``acts`` is the interval in which the
    act took place (first day, last day), for the law in force.
    """

    scope: Scope
    key: str
    subjects: tuple[SubjectId, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = "default"
    where: BaseGeometry | None = None
    pairs: tuple[Pair, ...] | None = None
    acts: tuple[date, date] | None = None

    def all_pairs(self) -> tuple[Pair, ...]:
        """The pairs of subjects this hit rests on, each pair in sorted order."""
        if self.pairs is not None:
            return tuple(sorted(ordered_pair(a, b) for a, b in self.pairs))
        if len(self.subjects) == 1:
            return ((self.subjects[0], self.subjects[0]),)
        return tuple(combinations(sorted(self.subjects), 2))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says, judged and worded; recomputed by every run, never edited."""

    rule_id: str
    rule_version: int
    fingerprint: str
    scope: Scope
    key: str
    outcome: str
    subjects: tuple[SubjectId, ...]
    pairs: tuple[Pair, ...]
    severity: Severity
    title: str
    message: str
    facts: Mapping[str, Any]
    basis: tuple[Basis, ...]
    confidence: str
    where: BaseGeometry | None
    rank: int
    capped: bool = False
    """True where the severity was lowered because the legal basis is not confirmed."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A decision that one pair of subjects is no fault under one rule, with a reason and an end."""

    rule_id: str
    pair: Pair
    reason: str
    expires_on: date | None

    def covers(self, rule_id: str, pair: Pair, on: date) -> bool:
        """Whether the waiver silences ``pair`` under ``rule_id`` on the day ``on``."""
        return (
            self.rule_id == rule_id
            and self.pair == pair
            and (self.expires_on is None or on <= self.expires_on)
        )


def fingerprint(rule_id: str, scope: Scope, key: str) -> str:
    """The identity of a finding: rule id + scope + comparison key, never the rule's version.

    >>> from geo_registry.domain.place import Scope
    >>> fingerprint("pn.uniq.road_village", Scope("village", "371002101201"), "文化路")[:8]
    '3a7bd1e7'
    """
    return printed(BETWEEN.join((rule_id, scope.kind, scope.code, key)))


BETWEEN = "\x1f"
"""Stands between the parts of an identity; no name and no code holds it."""


def printed(identity: str) -> str:
    """The fingerprint of a whole identity: its parts in the order of :func:`fingerprint`."""
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def state_of(
    rule_id: str, pairs: Iterable[Pair], waivers: Iterable[Waiver], on: date
) -> FindingState:
    """``waived`` when every pair is covered by a waiver valid on ``on``, else ``open``."""
    waivers = [w for w in waivers if w.rule_id == rule_id]
    for pair in pairs:
        if not any(w.covers(rule_id, pair, on) for w in waivers):
            return FindingState.OPEN
    return FindingState.WAIVED
