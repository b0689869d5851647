"""Search, and what there is to say about one subject or place."""

from __future__ import annotations

from datetime import date
from typing import Any

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import Box, CitedPaper, GeoJson, HitKind, Kind, Lonlat
from geo_registry.api.answers.findings import Finding


class SearchHit(Answer):
    """A subject that fits a query."""

    subject: str
    kind: HitKind
    title: str
    subtitle: str
    point: Lonlat | None
    bbox: Box | None


class SearchHits(Answer):
    """What fits, best first."""

    items: list[SearchHit]


class Attribute(Answer):
    """One property of a subject; ``words`` where the value is a code that has a name."""

    key: str
    title: str
    value: str | float | bool | None
    unit: str | None = None
    words: str | None = None


class RecordedName(Answer):
    """A name of a place as it is recorded."""

    id: int
    full: str
    kind: str
    kind_title: str
    romanized: str | None
    reading: str | None
    valid_from: date | None
    valid_to: date | None
    event: str | None
    authority: str | None
    document: str | None


class NameEvent(Answer):
    """What happened to a name: proposed, named, renamed, merged, abolished, corrected."""

    id: int
    subject: str
    kind: str
    kind_title: str
    name_id: int | None
    ended_name_id: int | None
    heir: str | None
    name: str | None
    ended_name: str | None
    authority: str | None
    reason: str | None
    person: str
    effective_on: date | None
    document: CitedPaper | None
    recorded_at: str
    summary: str


class Story(Answer):
    """Origin, meaning, history or a story of a place, with its source."""

    id: int
    subject: str
    kind: str
    kind_title: str
    text: str
    source: str
    document: CitedPaper | None
    person: str
    recorded_at: str


class ApprovalBrief(Answer):
    """An approval of a cemetery, without its shape."""

    id: int
    effect: str
    effect_title: str
    sigma_m: float
    grade: str
    valid_from: date | None
    valid_to: date | None
    supersedes: int | None
    method: str
    method_title: str
    method_letter: str
    stated_area_m2: float | None
    area_m2: float
    document: str
    number: str
    authority: str
    dated_on: date | None


class SurveyBrief(Answer):
    """A survey of a cemetery, without its shape."""

    id: int
    surveyed_on: date
    sigma_m: float
    grade: str
    complete_trace: bool
    repaired: bool
    surveyor: str
    method: str
    method_title: str
    method_letter: str
    file_name: str | None
    area_m2: float


class Successor(Answer):
    """The place into which another was merged."""

    subject: str
    title: str


class Subject(Answer):
    """One thing in full."""

    subject: str
    kind: Kind
    title: str
    subtitle: str
    bbox: Box | None
    point: Lonlat | None
    geometry: GeoJson | None
    attributes: list[Attribute]
    names: list[RecordedName]
    approvals: list[ApprovalBrief]
    surveys: list[SurveyBrief]
    findings: list[Finding]
    permanent_id: str | None = None
    status: str | None = None
    successor: Successor | None = None
    events: list[NameEvent] | None = None
    stories: list[Story] | None = None
    signs: list[dict[str, Any]] | None = None
    naming_answer: dict[str, Any] | None = None


class NameRow(Answer):
    """One row of a name in valid and record time."""

    id: int
    full: str
    kind: str
    kind_title: str
    event: str | None
    valid_from: date | None
    valid_to: date | None
    recorded_at: str
    superseded_at: str | None


class Merged(Answer):
    """What became of a place that was asked for and is part of another."""

    asked: str
    heir: str
    effective_on: date | None
    called: list[str]
    names: list[NameRow]
    notice: str


class PlaceLife(Answer):
    """What a place was called on a day, and what happened to its names."""

    subject: str
    permanent_id: str
    title: str
    place_class: str
    class_title: str
    located_in: str
    point: Lonlat | None
    bbox: Box | None
    status: str
    place_code: str | None
    class_code: str | None
    class_scheme: str | None
    on: date
    known_on: date | None
    called: list[str]
    names: list[NameRow]
    events: list[NameEvent]
    stories: list[Story]
    merged: Merged | None
