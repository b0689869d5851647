"""Figures with what makes them up, ledgers of the office."""

from __future__ import annotations

from datetime import date

from geo_registry.api.answering import Answer


class FigurePart(Answer):
    """A part of a figure, such as a severity."""

    part: str
    title: str
    value: float


class FigureTown(Answer):
    """A figure in a town; the code is empty for what lies in no known town."""

    code: str
    name: str
    value: float


class FigureCell(Answer):
    """A part of a figure in a town."""

    town: str
    part: str
    value: float


class Figure(Answer):
    """A figure with its definition; ``span``: what stands on the day, or happened in the period."""

    id: str
    title: str
    unit: str
    group: str
    span: str
    definition: str
    work: str
    value: float
    parts: list[FigurePart]
    towns: list[FigureTown]
    by_town: list[FigureCell]


class Figures(Answer):
    """All figures on a day, of the period up to it, now or as known at the end of a day."""

    on: date
    since: date
    known_on: date | None
    figures: list[Figure]


class FigureMember(Answer):
    """One thing that makes a figure up."""

    subject: str
    label: str
    part: str
    town_code: str
    town: str
    value: float


class FigureMembers(Answer):
    """What makes a figure up."""

    id: str
    title: str
    unit: str
    definition: str
    work: str
    on: date
    since: date
    known_on: date | None
    value: float
    items: list[FigureMember]


class Defect(Answer):
    """A finding on names in a village, with who answers for it."""

    town: str
    town_code: str | None
    village: str
    village_code: str | None
    defect: str
    title: str
    severity: str
    message: str
    owner: str
    state: str
    answer: str
    first_seen: date
    settled_on: date | None
    finding: int
    rule_id: str


class DefectLedger(Answer):
    """The ledger of the three defects."""

    items: list[Defect]
    total: int


class Activity(Answer):
    """A cultural activity that was held."""

    id: int
    title: str
    kind: str
    held_on: date
    town_code: str | None
    town: str
    place: str
    participants: int
    note: str


class Activities(Answer):
    """Activities, and how many people came in all."""

    items: list[Activity]
    total: int
    participants: int


class Team(Answer):
    """A team of volunteers."""

    id: int
    name: str
    town_code: str | None
    town: str
    leader: str
    members: int
    founded_on: date
    ended_on: date | None
    note: str


class Teams(Answer):
    """Teams, and how many people they have in all."""

    items: list[Team]
    total: int
    members: int
