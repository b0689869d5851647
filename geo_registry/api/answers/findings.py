"""Findings, waivers on them, and the decisions that answer some of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import (
    Basis,
    Box,
    Lonlat,
    Pair,
    Scope,
    SeverityWord,
    SubjectBrief,
)

State = Literal["open", "waived", "gone"]
RoadAnswer = Literal["one", "two"]
NamingAnswerKey = Literal["unregistered", "unsigned", "nameless", "not_needed", "unclear"]


class Waiver(Answer):
    """A waiver in force on a pair of a finding."""

    id: int
    pair: Pair
    reason: str
    expires_on: date | None
    by: str
    at: datetime


class Finding(Answer):
    """A finding with its subjects, evidence, law and waivers."""

    id: int
    fingerprint: str
    rule_id: str
    rule_version: int
    title: str
    severity: SeverityWord
    severity_word: str
    state: State
    outcome: str
    scope: Scope
    message: str
    subjects: list[SubjectBrief]
    pairs: list[Pair]
    waivers: list[Waiver]
    basis: list[Basis]
    confidence: str
    capped: bool
    facts: dict[str, Any]
    managed: bool
    bbox: Box | None
    point: Lonlat | None
    first_seen: datetime | None
    last_seen: datetime | None


class FindingPage(Answer):
    """A page of findings; ``next`` is the ``after`` of the following one."""

    items: list[Finding]
    total: int
    next: str | None


class FindingLine(Answer):
    """A finding as one line; ``name`` and ``located_in`` are those of its first thing."""

    id: int
    rule_id: str
    title: str
    severity: SeverityWord
    state: State
    message: str
    managed: bool
    towns: list[str]
    subject: str | None
    name: str
    located_in: str
    things: int
    pairs: int
    first_seen: date
    lon: float | None
    lat: float | None


class FindingTable(Answer):
    """Findings as lines; ``total`` where there are more than can be listed."""

    items: list[FindingLine]
    total: int


class RuleCount(Answer):
    """How many findings of a rule stand."""

    rule_id: str
    title: str
    severity: SeverityWord
    open: int
    waived: int


class TownCount(Answer):
    """How many findings are open in a town."""

    code: str
    name: str
    open: int


class FindingSummary(Answer):
    """Findings counted by rule, severity and town."""

    by_rule: list[RuleCount]
    by_severity: dict[str, int]
    by_town: list[TownCount]


class RoadDecided(Answer):
    """Whether two groups of segments of one name are one road, as a person decided."""

    id: int
    pair: Pair
    answer: RoadAnswer
    answer_title: str
    reason: str
    findings: Any = None
    by: str = ""
    at: datetime | None = None


class RoadDecisions(Answer):
    """The decisions in force, the latest first."""

    items: list[RoadDecided]


class NamingAnswerGiven(Answer):
    """What was answered on a place without a name, and what comes next."""

    place: str
    answer: NamingAnswerKey
    answer_title: str
    said_name: str
    reason: str
    next_step: str
    findings: Any = None
