"""Proposals, contributions, deadlines and signs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import GeoJson

ProposalState = Literal[
    "proposed", "prechecked", "heard", "reviewed", "consulting", "consulted", "endorsed",
    "decided", "published", "returned", "refused", "withdrawn",
]  # fmt: skip
ProposalKindKey = Literal["name", "rename", "merge", "abolish", "correct"]
ContributionState = Literal["received", "accepted", "merged", "rejected"]
SignState = Literal["planned", "standing", "damaged", "missing"]


class ProposalAct(Answer):
    """An act with its Chinese title."""

    act: str
    title: str


class FirstClock(Answer):
    """The clock of a proposal that ends first."""

    what: str
    due: date
    overdue: bool
    text: str


class ProposalLine(Answer):
    """A proposal in one line, with what comes next."""

    id: int
    subject: str
    version: int
    kind: ProposalKindKey
    kind_title: str
    name: str
    state: ProposalState
    state_title: str
    since: date
    authority: str
    number: str
    decided_on: date | None
    reason: str
    place: str
    place_class: str
    class_title: str
    town_code: str | None
    town_name: str
    village_name: str
    applicant: str
    proposed_on: date
    verdict: str
    batch: int | None
    next: ProposalAct | None
    due: FirstClock | None
    sample: bool
    person: str


class ProposalPage(Answer):
    """A page of proposals; ``next`` is the ``before`` of the following one."""

    items: list[ProposalLine]
    next: int | None


class StateCount(Answer):
    """How many proposals stand in a state."""

    state: ProposalState
    title: str
    count: int


class ProposalCounts(Answer):
    """How many proposals there are, by state, and how many clocks are over."""

    total: int
    states: list[StateCount]
    overdue: int


class Approver(Answer):
    """Who may approve names of a class."""

    title: str
    basis: str
    confirmed: bool


class CourseStep(Answer):
    """A step of the course; one that is not required may be passed over with a reason."""

    step: str
    title: str
    required: bool


class TakenStep(Answer):
    """A step that was taken."""

    act: str
    act_title: str
    state_before: str | None
    state_after: ProposalState
    state_title: str
    version: int
    happened_on: date
    reason: str
    despite: str
    details: dict[str, Any]
    person: str
    recorded_at: str


class DossierPaper(Answer):
    """A paper of a dossier."""

    id: int
    kind: str
    title: str
    number: str
    dated_on: date | None
    file_name: str
    sha256: str | None
    recorded_at: str
    person: str


class MissingPaper(Answer):
    """A paper that is not there; one that is not confirmed is a reminder."""

    kind: str
    title: str
    by: str
    by_title: str
    basis: str
    confirmed: bool


class DueClock(Answer):
    """A clock that runs."""

    subject: str
    title: str
    what: str
    key: str
    start: date
    due: date
    days_left: int
    overdue: bool
    text: str
    basis: str
    confirmed: bool
    town: str | None
    town_name: str


class DueList(Answer):
    """Clocks that are over, or end soon; the first to end first."""

    items: list[DueClock]


class ProposalShown(ProposalLine):
    """The whole dossier."""

    romanized: str
    located_in: str
    direction: str
    length_m: int | None
    width_m: float | None
    ends: str
    effective_on: date | None
    shown_until: date | None
    filed_on: date | None
    announced_on: date | None
    signed_on: date | None
    protected: bool
    report: str | None
    approver: Approver | None
    approver_expected: str
    course: list[CourseStep]
    possible: list[ProposalAct]
    steps: list[TakenStep]
    papers: list[DossierPaper]
    attachments: list[dict[str, Any]]
    missing: list[MissingPaper]
    deadlines: list[DueClock]
    announcement: dict[str, str]


class RowVerdict(Answer):
    """One row of a table of proposals with its verdict."""

    行: int | None
    名称: str
    结论: str
    说明: str
    申报: str


class BatchOutcome(Answer):
    """What came of a table of proposals."""

    file_name: str
    rows: int
    rejected: int
    stored: bool
    batch: int | None
    verdicts: list[RowVerdict]


class NameMatch(Answer):
    """A name on record that a contributed one resembles."""

    place_id: int
    name_id: int
    subject: str
    name: str
    kind: str
    grade: int
    apart_m: int | None
    near: bool
    text: str


class ContributionLine(Answer):
    """A contribution with what it was matched to and the answer."""

    id: int
    subject: str
    version: int
    name: str
    place_class: str
    class_title: str
    geometry: GeoJson | None
    town_code: str | None
    town_name: str
    village_name: str
    story: str
    source: str
    state: ContributionState
    state_title: str
    received_on: date
    matches: list[NameMatch]
    match_text: str
    answer: str
    answered_on: date | None
    answered_by: str
    proposal: str | None
    place: str | None
    name_id: int | None
    person: str
    sample: bool


class ContributionShown(ContributionLine):
    """A contribution with its photos."""

    attachments: list[dict[str, Any]]


class ContributionPage(Answer):
    """A page of contributions; ``next`` is the ``before`` of the following one."""

    items: list[ContributionLine]
    next: int | None


class SignShown(Answer):
    """One sign."""

    id: int
    subject: str
    place_id: int | None
    text: str
    romanized: str | None
    planned_on: date | None
    installed_on: date | None
    checked_on: date | None
    state: SignState
    state_title: str
    note: str
    town_code: str | None
    lon: float
    lat: float
