"""Names judged before they are registered, alone and against each other."""

from __future__ import annotations

from typing import Any, Literal

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import (
    Basis,
    Lonlat,
    Pair,
    Scope,
    SeverityWord,
    VerdictWord,
)


class Ambiguous(Answer):
    """A character that is read in more than one way."""

    character: str
    chosen: str
    choices: list[str]


class ToponymParts(Answer):
    """A name taken apart: 专名, modifier, 通名, reading, romanisation."""

    full: str
    specific: str
    modifier: str
    generic: str
    romanized: str
    romanized_plain: str
    reading: list[str]
    ambiguous: list[Ambiguous]


class SpelledSyllable(Answer):
    """A character, how it is read, who says so, and the readings to choose from.

    ``spoken``: it takes a syllable (letters do not). ``reading`` is empty where nobody knows one;
    ``doubtful``: it might as well be another.
    """

    character: str
    spoken: bool
    reading: str
    source: Literal["confirmed", "local", "override", "prior", "dictionary", "none"]
    source_title: str
    doubtful: bool
    choices: list[str]


class NameSpelling(Answer):
    """How a registered name is split, read and spelled.

    ``stem``: the characters that the parts make up. ``syllables``: of a committee those of the
    core only. ``split_open``: whether its split can be corrected here.
    """

    subject: str
    name_id: int | None
    name: str
    place_class: str
    stem: str
    specific: str
    modifier: str
    generic: str
    split_from: Literal["confirmed", "local", "proposed"]
    split_from_title: str
    split_open: bool
    split_confirmed: bool
    reading: list[str]
    reading_confirmed: bool
    syllables: list[SpelledSyllable]
    romanized: str
    romanized_plain: str


class ComparedScope(Scope):
    """An area whose names were compared: so many things bear so many names."""

    things: int
    names: int


class Compared(Answer):
    """What a name was compared with."""

    text: str
    scopes: list[ComparedScope]


class NameConflict(Answer):
    """A registered name that stands against a proposed one."""

    subject: str
    name: str
    kind: str
    title: str
    located_in: str
    point: Lonlat | None


class BareScope(Answer):
    """An area by kind and code."""

    kind: str
    code: str


class NameFinding(Answer):
    """A finding on a proposed name: judged, but not registered."""

    fingerprint: str
    rule_id: str
    rule_version: int
    title: str
    severity: SeverityWord
    severity_word: str
    outcome: str
    scope: BareScope
    message: str
    subjects: list[str]
    conflicts: list[NameConflict]
    pairs: list[Pair]
    basis: list[Basis]
    confidence: str
    capped: bool
    facts: dict[str, Any]


class RuleVerdict(Answer):
    """What one rule says of a proposed name, or why it could not look."""

    rule_id: str
    rule_version: int
    title: str
    verdict: VerdictWord
    severity: SeverityWord | None
    basis: list[Basis]
    scope: list[Scope]
    names: list[str]
    conflicts: list[NameConflict]
    note: str


class NameCheck(Answer):
    """The judgement on a proposed name."""

    name: str
    place_class: str
    located_in: str
    verdict: VerdictWord
    severity: SeverityWord | None
    can_submit: bool
    toponym: ToponymParts
    compared: Compared
    findings: list[NameFinding]
    rules: list[RuleVerdict]
    not_compared: int
    summary: str
    advice: str


class Rival(Answer):
    """Another candidate that cannot stand beside this one."""

    name: str
    rule_id: str
    title: str
    verdict: VerdictWord


class RankedName(NameCheck):
    """A candidate with its rank and the sentence why it stands there."""

    rank: int
    why: str
    rivals: list[Rival]


class UnusableName(Answer):
    """What was written and is no name."""

    position: int
    written: str
    message: str


class NameComparison(Answer):
    """Candidates from best to worst."""

    items: list[RankedName]
    unusable: list[UnusableName]
    notes: list[str]
