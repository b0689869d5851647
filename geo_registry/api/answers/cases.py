"""Cases, their steps, departments and papers, and inspection rounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from geo_registry.api.answering import Answer
from geo_registry.api.answers.attachments import AttachmentLine
from geo_registry.api.answers.common import GeoJson


class CaseSite(Answer):
    """The cemetery a case is about."""

    id: int
    name: str


class CaseRow(Answer):
    """A case in a list; ``late`` and ``near`` are what overdue and pressing mean everywhere."""

    id: int
    subject: str
    number: str
    title: str
    matter: str
    matter_title: str
    source: str
    source_title: str
    state: str
    state_title: str
    live: bool
    late: bool
    near: bool
    days_late: int
    days_left: int | None
    version: int
    priority: int
    priority_title: str
    opened_on: date
    last_on: date
    due_on: date | None
    paused_since: date | None
    closed_on: date | None
    closed_as: str | None
    closed_as_title: str | None
    suppressed_until: date | None
    cemetery: CaseSite | None
    town_code: str | None
    located_in: str
    owner: str | None
    inspector: str | None
    episode: int
    previous: int | None
    merged_into: int | None
    rule_id: str
    point: tuple[float, float] | None
    bbox: tuple[float, float, float, float] | None
    sample: bool


class CasePage(Answer):
    """A page of cases; ``next`` is the ``after`` of the following page."""

    items: list[CaseRow]
    total: int
    next: str | None


class StateCount(Answer):
    """How many cases are in one state."""

    state: str
    title: str
    live: bool
    number: int
    late: int


class TownCount(Answer):
    """How many cases a town has."""

    code: str | None
    name: str
    live: int
    late: int
    ended: int


class CaseBoard(Answer):
    """Cases counted by state and town."""

    states: list[StateCount]
    towns: list[TownCount]
    live: int
    late: int


class CaseClaim(Answer):
    """What was measured outside the approval; metres and m²."""

    survey: int
    on: date
    grade: str
    depth_m: float
    area_m2: float
    level: str
    word: str


class CasePause(Answer):
    """Clocks that stand still."""

    ground: str
    title: str
    since: date


class CaseClosing(Answer):
    """A closure that waits for the second signature."""

    closure: str
    closure_title: str
    by: str | None
    on: date


class LookBack(Answer):
    """A look-back that was made or is to be made."""

    months: int
    due_on: date
    done: bool
    late: bool


class StepFact(Answer):
    """Something that stands in a step, in words."""

    title: str
    text: str


class CaseStep(Answer):
    """One step of the file."""

    number: int
    act: str
    act_title: str
    state: str
    state_title: str
    on: date
    by: str
    reason: str
    facts: dict[str, Any]
    told: list[StepFact]
    recorded_at: datetime


class PossibleStep(Answer):
    """A step that can come next; ``hinder``: why this person cannot take it ("": they can)."""

    act: str
    title: str
    door: Literal["steps", "decisions"]
    hinder: str


class PossiblePaper(Answer):
    """A kind of paper; ``hinder``: why it cannot be issued yet ("": it can)."""

    kind: str
    numbered: bool
    hinder: str


class CaseParty(Answer):
    """A department that takes part."""

    id: int
    department: str
    department_title: str
    role: str
    role_title: str
    contact: str
    joined_on: date


class CaseTask(Answer):
    """What a department was asked, and what it answered."""

    id: int
    case_id: int
    department: str
    department_title: str
    asked: str
    given_on: date
    due_on: date
    given_by: str
    state: str
    state_title: str
    late: bool
    reply: str
    reply_number: str
    replied_on: date | None
    recorded_by: str | None


class CaseNotice(Answer):
    """A paper that was issued."""

    id: int
    kind: str
    number: str
    issued_on: date
    by: str
    recorded_at: datetime


class NoticeIssued(CaseNotice):
    """A paper with what stands in it."""

    case_id: int
    fields: dict[str, str]


class NoticeDraft(Answer):
    """What a paper would say; empty fields are left for the pen. ``used``: those it shows."""

    kind: str
    fields: dict[str, str]
    used: list[str]


class Duplicate(Answer):
    """A live case about the same land; ``share`` of the smaller claim."""

    id: int
    number: str
    title: str
    state: str
    state_title: str
    share: float


class CaseFull(CaseRow):
    """One case with everything that hangs on it."""

    claim: CaseClaim | None
    remeasured: CaseClaim | None
    must_see_m: float | None
    notice_number: str
    served_on: date | None
    extensions: int
    failed_rechecks: int
    pause: CasePause | None
    closing: CaseClosing | None
    look_backs: list[LookBack]
    geometry: GeoJson | None
    steps: list[CaseStep]
    possible: list[PossibleStep]
    papers: list[PossiblePaper]
    parties: list[CaseParty]
    tasks: list[CaseTask]
    notices: list[CaseNotice]
    attachments: list[AttachmentLine]
    duplicates: list[Duplicate]
    finding: int | None
    next_episode: int | None


class DueEscalation(Answer):
    """An overdue case that waits for 督办."""

    id: int
    number: str
    title: str
    town_code: str | None
    due_on: date
    days_late: int


class DueLookBack(DueEscalation):
    """A look-back that is due."""

    months: int


class DueTask(Answer):
    """A task that was not answered in time."""

    id: int
    case_id: int
    number: str
    town_code: str | None
    department: str
    department_title: str
    asked: str
    due_on: date


class CasesDue(Answer):
    """What is due, for the towns of the person."""

    escalate: list[DueEscalation]
    look_back: list[DueLookBack]
    tasks: list[DueTask]


class RoundRow(Answer):
    """An inspection round with its progress."""

    id: int
    title: str
    begins_on: date
    ends_on: date
    note: str
    state: str
    state_title: str
    by: str
    sample: bool
    stops: int
    done: int
    leads: int
    share: float


class RoundRows(Answer):
    """All rounds, newest first."""

    items: list[RoundRow]


class RoundTown(Answer):
    """How far a town is."""

    code: str | None
    name: str
    stops: int
    done: int
    leads: int


class RoundStop(Answer):
    """A cemetery on a round; ``sendable``, ``recordable``: what can still be done at it."""

    id: int
    round_id: int
    cemetery_id: int
    cemetery: str
    town_code: str | None
    outcome: str
    outcome_title: str
    inspected_on: date | None
    note: str
    case_id: int | None
    case_number: str | None
    inspector_id: int | None
    inspector: str | None
    recorded_by: str | None
    sendable: bool
    recordable: bool


class RoundFull(RoundRow):
    """A round with its towns and stops."""

    late: bool
    towns: list[RoundTown]
    items: list[RoundStop]


class CaseWord(Answer):
    """Something that can be chosen."""

    key: str
    title: str


class StateWord(CaseWord):
    """A state of cases."""

    live: bool


class CasePerson(Answer):
    """Somebody who can be given a case."""

    id: int
    name: str
    role_title: str
    towns: list[str]


class CaseField(Answer):
    """A field of a form; ``closures``: it belongs to these reasons of a closure alone."""

    name: str
    title: str
    kind: Literal[
        "text", "words", "date", "whole", "person", "priority", "case", "department", "survey",
        "surveys", "approval", "closure", "months", "ground",
    ]  # fmt: skip
    required: bool
    hint: str
    closures: list[str]


class CaseForm(Answer):
    """What a step asks beside the day; ``reason`` is what its reason is called."""

    act: str
    title: str
    reason: str
    fields: list[CaseField]


class CaseWords(Answer):
    """Everything that forms on cases offer."""

    states: list[StateWord]
    sources: list[CaseWord]
    matters: list[CaseWord]
    departments: list[CaseWord]
    party_roles: list[CaseWord]
    grounds: list[CaseWord]
    closures: list[CaseWord]
    outcomes: list[CaseWord]
    priorities: list[CaseWord]
    people: list[CasePerson]
    forms: list[CaseForm]
