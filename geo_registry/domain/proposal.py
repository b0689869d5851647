"""A proposal on its way from 申报 to 公布: a pure state machine over the procedure that is data.

The name itself changes with the decision (:mod:`geo_registry.domain.naming` is the lowest layer);
here stand the steps, their order, the papers, the clocks and who may do what when. An approval
inside the system is internal review; what decides is the paper of an authority, recorded with its
name, number and date.

::

    proposed, prechecked, heard, reviewed, consulting, consulted, endorsed, decided, published
        ↖ returned (from any step before the decision)   file, announce, sign ↗
    withdrawn, refused: closed before the decision
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from geo_registry.domain.procedure import (
    KIND_TITLES,
    PaperNeed,
    Procedure,
    ProposalKind,
    Step,
)

if TYPE_CHECKING:
    from geo_registry.domain.calendar import Calendar, Deadline


class State(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    PRECHECKED = "prechecked"
    HEARD = "heard"
    REVIEWED = "reviewed"
    CONSULTING = "consulting"
    CONSULTED = "consulted"
    ENDORSED = "endorsed"
    DECIDED = "decided"
    PUBLISHED = "published"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_TITLES: Mapping[State, str] = {
    State.PROPOSED: "已申报",
    State.PRECHECKED: "已预核",
    State.HEARD: "已征求村民、专家意见",
    State.REVIEWED: "镇街已审核",
    State.CONSULTING: "公示中",
    State.CONSULTED: "公示期满",
    State.ENDORSED: "内部审核通过，待批复",
    State.DECIDED: "已批复",
    State.PUBLISHED: "已公布",
    State.RETURNED: "退回补正",
    State.REFUSED: "不予批准",
    State.WITHDRAWN: "已撤回",
}
CLOSED = frozenset({State.PUBLISHED, State.REFUSED, State.WITHDRAWN})
UNDECIDED = frozenset(State) - CLOSED - {State.DECIDED}


class Act(StrEnum):
    """What people do with a proposal."""

    AMEND = "amend"
    PRECHECK = "precheck"
    HEAR = "hear"
    REVIEW = "review"
    CONSULT = "consult"
    CONCLUDE = "conclude"
    ENDORSE = "endorse"
    DECIDE = "decide"
    FILE = "file"
    ANNOUNCE = "announce"
    SIGN = "sign"
    PUBLISH = "publish"
    RETURN = "return"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


ACT_TITLES: Mapping[Act, str] = {
    Act.AMEND: "补正",
    Act.PRECHECK: "预核",
    Act.HEAR: "记录村民、专家意见",
    Act.REVIEW: "镇街审核",
    Act.CONSULT: "开始公示",
    Act.CONCLUDE: "结束公示",
    Act.ENDORSE: "内部审核通过",
    Act.DECIDE: "登记批复",
    Act.FILE: "备案",
    Act.ANNOUNCE: "公告",
    Act.SIGN: "登记标志设置",
    Act.PUBLISH: "公布",
    Act.RETURN: "退回补正",
    Act.REFUSE: "不予批准",
    Act.WITHDRAW: "撤回",
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """A proposal with what the guards look at. ``since`` is the day of its last step.

    ``papers`` are the kinds that are attached; ``protected``: the name in force stands on a list of
    protected names. ``shown_until`` is the last day of the public consultation.
    """

    kind: ProposalKind
    place_class: str
    name: str
    proposed_on: date
    state: State = State.PROPOSED
    since: date = date.min
    version: int = 1
    papers: frozenset[str] = frozenset()
    protected: bool = False
    prechecked_on: date | None = None
    shown_until: date | None = None
    authority: str = ""
    number: str = ""
    decided_on: date | None = None
    effective_on: date | None = None
    filed_on: date | None = None
    announced_on: date | None = None
    signed_on: date | None = None

    @property
    def title(self) -> str:
        """What the proposal is called in a sentence: 命名“柳沟路”."""
        return f"{KIND_TITLES[self.kind]}“{self.name}”"

    @property
    def closed(self) -> bool:
        """Whether nothing more can happen."""
        return self.state in CLOSED


@dataclass(frozen=True, slots=True)
class Registered:
    """A dossier with its subject id and what was announced, as rules see it at its place."""

    subject: str
    dossier: Dossier
    announcement: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as a person takes it: which, on what day it happened, with what.

    ``despite`` is the reason to pass over customary steps, or to record an approval of an authority
    that the table does not expect. ``fields`` are those of the announcement. ``until`` is the last
    day of the consultation. ``effective_on``: from when the name holds.
    """

    act: Act
    on: date
    reason: str = ""
    despite: str = ""
    name: str = ""
    authority: str = ""
    number: str = ""
    effective_on: date | None = None
    until: date | None = None
    fields: Mapping[str, str] | None = None


def missing_papers(
    dossier: Dossier, procedure: Procedure, by: Step | None = None
) -> tuple[PaperNeed, ...]:
    """The papers that are not there, of those wanted before a step (None: of all)."""
    needs = procedure.papers_of(dossier.kind, dossier.place_class, protected=dossier.protected)
    steps = list(Step)
    return tuple(
        p
        for p in needs
        if p.id not in dossier.papers and (by is None or steps.index(p.by) <= steps.index(by))
    )


def missing_fields(fields: Mapping[str, str] | None, procedure: Procedure) -> tuple[str, ...]:
    """The fields of an announcement that are empty."""
    given = fields or {}
    return tuple(f for f in procedure.announced if not str(given.get(f, "")).strip())


def mismatched(dossier: Dossier, authority: str, procedure: Procedure) -> str:
    """Who should approve instead, where an authority is not the one for the class; else empty."""
    approver = procedure.approver(dossier.place_class)
    if approver is None or dossier.kind is ProposalKind.CORRECT or approver.fits(authority):
        return ""
    return approver.title


def deadlines(dossier: Dossier, procedure: Procedure, calendar: Calendar) -> tuple[Deadline, ...]:
    """The clocks that run now, the first to end first."""
    if dossier.closed or dossier.state is State.RETURNED:
        return ()
    course = procedure.course(dossier.kind, dossier.place_class)
    days = _days(dossier)
    who = procedure.authority(dossier.authority) if dossier.authority else ""
    found = []
    for clock in procedure.clocks:
        begun = days.get(clock.starts)
        step = _ENDS.get(clock.ends)
        if begun is None or step not in course.steps or days.get(clock.ends) is not None:
            continue
        if clock.authority and who not in clock.authority:
            continue
        found.append(clock.term.deadline(begun, calendar))
    return tuple(sorted(found, key=lambda d: (d.due, d.term.key)))


_ENDS = {
    "prechecked": Step.PRECHECK,
    "filed": Step.FILE,
    "announced": Step.ANNOUNCE,
    "signed": Step.SIGN,
}


def _days(dossier: Dossier) -> dict[str, date | None]:
    return {
        "proposed": dossier.proposed_on,
        "prechecked": dossier.prechecked_on,
        "decided": dossier.decided_on,
        "filed": dossier.filed_on,
        "announced": dossier.announced_on,
        "signed": dossier.signed_on,
    }
