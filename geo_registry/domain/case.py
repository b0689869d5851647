"""A case (案件): from a lead to closed and looked back on, as a pure state machine.

::

    flagged ─▶ triaged ─▶ verifying ─▶ substantiated ─▶ notice ─▶ rectifying ─▶ reinspection
       │           │       │  ▲  │           │ ▲                    │  ▲ ▲  │        │   │
       │           │       │  │  │           ▼ │                    ▼  │ │  ▼        │   ▼
       ├─▶ merged ◀┴───────┤  │  │      transferred              overdue│ escalated  │ (two sign)
           dismissed ◀─────┘  │  └▶ inconclusive                         └───────────┘   │
               │              └───────┘                                                  ▼
               └──────────────▶ reopened ◀── look_back ◀──────────────────────────────  closed
                               (a new episode)   └▶ settled

A state is nothing but what its steps made of it: :func:`geo_registry.domain.case_steps.advance`
applies one step or refuses it with the reason, and replaying the steps gives the state again.
Nothing here knows a clock or a database; which day it is, and who acts, comes with the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo_registry.domain.identity import SubjectId


class CaseState(StrEnum):
    """Where a case stands."""

    FLAGGED = "flagged"
    TRIAGED = "triaged"
    VERIFYING = "verifying"
    INCONCLUSIVE = "inconclusive"
    SUBSTANTIATED = "substantiated"
    NOTICE = "notice"
    RECTIFYING = "rectifying"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    REINSPECTION = "reinspection"
    TRANSFERRED = "transferred"
    CLOSED = "closed"
    LOOK_BACK = "look_back"
    SETTLED = "settled"
    REOPENED = "reopened"
    DISMISSED = "dismissed"
    MERGED = "merged"

    @property
    def word(self) -> str:
        """The word on the screen."""
        return _STATE_WORDS[self]

    @property
    def live(self) -> bool:
        """Whether somebody has to do something: neither closed nor ended otherwise."""
        return self not in ENDED

    @property
    def runs(self) -> bool:
        """Whether the time to rectify runs."""
        return self in RECTIFIED_IN


_STATE_WORDS = {
    CaseState.FLAGGED: "线索",
    CaseState.TRIAGED: "已受理",
    CaseState.VERIFYING: "实地核查",
    CaseState.INCONCLUSIVE: "待复测",
    CaseState.SUBSTANTIATED: "认定属实",
    CaseState.NOTICE: "责令整改",
    CaseState.RECTIFYING: "整改中",
    CaseState.OVERDUE: "逾期",
    CaseState.ESCALATED: "督办",
    CaseState.REINSPECTION: "复查",
    CaseState.TRANSFERRED: "已移送",
    CaseState.CLOSED: "销号",
    CaseState.LOOK_BACK: "回头看",
    CaseState.SETTLED: "办结",
    CaseState.REOPENED: "反弹重开",
    CaseState.DISMISSED: "不属实",
    CaseState.MERGED: "已并案",
}
RECTIFIED_IN = frozenset({CaseState.RECTIFYING, CaseState.OVERDUE, CaseState.ESCALATED})
ENDED = frozenset(
    {
        CaseState.CLOSED,
        CaseState.LOOK_BACK,
        CaseState.SETTLED,
        CaseState.REOPENED,
        CaseState.DISMISSED,
        CaseState.MERGED,
    }
)


class Act(StrEnum):
    """What a person (or, for ``lapse``, the calendar) does with a case."""

    OPEN = "open"
    ADOPT = "adopt"
    ACCEPT = "accept"
    MERGE = "merge"
    ABSORB = "absorb"
    DISMISS = "dismiss"
    ASSIGN = "assign"
    VISIT = "visit"
    INCONCLUSIVE = "inconclusive"
    SUBSTANTIATE = "substantiate"
    TRANSFER = "transfer"
    TAKE_BACK = "take_back"
    NOTIFY = "notify"
    SERVE = "serve"
    REPORT = "report"
    EXTEND = "extend"
    LAPSE = "lapse"
    ESCALATE = "escalate"
    REINSPECT = "reinspect"
    SEND_BACK = "send_back"
    PROPOSE_CLOSURE = "propose_closure"
    REJECT_CLOSURE = "reject_closure"
    CLOSE = "close"
    LOOK_BACK = "look_back"
    REOPEN = "reopen"
    PAUSE = "pause"
    RESUME = "resume"
    NOTE = "note"

    @property
    def word(self) -> str:
        """The word on the screen."""
        return _ACT_WORDS[self]


_ACT_WORDS = {
    Act.OPEN: "登记线索",
    Act.ADOPT: "录入历史案件",
    Act.ACCEPT: "受理",
    Act.MERGE: "并案",
    Act.ABSORB: "并入线索",
    Act.DISMISS: "认定不属实",
    Act.ASSIGN: "指派核查",
    Act.VISIT: "现场检查",
    Act.INCONCLUSIVE: "不能确定，待复测",
    Act.SUBSTANTIATE: "认定属实",
    Act.TRANSFER: "移送",
    Act.TAKE_BACK: "退回",
    Act.NOTIFY: "责令整改",
    Act.SERVE: "送达",
    Act.REPORT: "整改进展",
    Act.EXTEND: "延期",
    Act.LAPSE: "逾期",
    Act.ESCALATE: "督办",
    Act.REINSPECT: "复查",
    Act.SEND_BACK: "复查未通过，继续整改",
    Act.PROPOSE_CLOSURE: "提出销号",
    Act.REJECT_CLOSURE: "不同意销号",
    Act.CLOSE: "同意销号",
    Act.LOOK_BACK: "回头看",
    Act.REOPEN: "重开",
    Act.PAUSE: "停止计算时限",
    Act.RESUME: "恢复计算时限",
    Act.NOTE: "备注",
}


class Matter(StrEnum):
    """What a case is about; ``land`` is rectified on the ground and measured there."""

    LAND = "land"
    FEE = "fee"
    OTHER = "other"

    @property
    def word(self) -> str:
        """The word on the screen."""
        return {"land": "土地", "fee": "收费", "other": "其他"}[self]


class Closure(StrEnum):
    """Why a case is closed."""

    REMOVED = "removed"
    LEGALISED = "legalised"
    DISMISSED = "dismissed"
    TRANSFERRED = "transferred"
    UNENFORCEABLE = "unenforceable"

    @property
    def word(self) -> str:
        """The word on the screen."""
        return {
            "removed": "整改到位",
            "legalised": "依法补办批准",
            "dismissed": "查无此事",
            "transferred": "移送其他部门办理",
            "unenforceable": "客观上不能整改",
        }[self]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a survey showed outside the approval: where the case began.

    ``depth_m`` is how far the claim reaches from the approved land, ``grade`` the evidence grade
    of the survey (A may confirm, B can only suspect, C is a hint).
    """

    survey: int
    on: date
    grade: str
    depth_m: float
    area_m2: float
    level: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What a later survey says of the land a case claims.

    ``remains_m2`` and ``remaining_depth_m`` are of what it still shows outside the approval on the
    claimed land, beyond its own errors (0: within tolerance). ``unlocated``: it shows a site larger
    than approved but not where. ``detection_limit_m`` is d90, the depth that it sees with 90 %
    power. ``complete``: the whole boundary was walked.
    """

    survey: int
    on: date
    grade: str
    detection_limit_m: float
    remains_m2: float
    remaining_depth_m: float
    unlocated: bool
    complete: bool

    @property
    def clear(self) -> bool:
        """Whether it shows nothing of the claim any more."""
        return self.remains_m2 <= 0.0 and not self.unlocated


@dataclass(frozen=True, slots=True)
class Pause:
    """The clocks stand still since a day, for a named ground."""

    ground: str
    since: date


@dataclass(frozen=True, slots=True)
class Closing:
    """A closure that one person has signed; it waits for the second."""

    reason: Closure
    by: int
    on: date
    observation: Observation | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case, append-only. ``facts`` are plain values (days as ISO text)."""

    act: Act
    on: date
    by: int
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """Where a case stands after its steps; ``version`` counts them.

    ``due_on`` is the day until which the present state should have passed; in the states of
    rectification it is the deadline of the order. ``remeasured``: what was last seen of the claim
    at a re-inspection that did not pass; a closure must be able to see that too.
    """

    matter: Matter
    state: CaseState
    opened_on: date
    last_on: date
    version: int
    due_on: date | None = None
    claim: Measured | None = None
    remeasured: Measured | None = None
    visited_on: date | None = None
    served_on: date | None = None
    notice_number: str = ""
    extensions: int = 0
    failed_rechecks: int = 0
    pause: Pause | None = None
    closing: Closing | None = None
    closed_on: date | None = None
    closed_as: Closure | None = None
    closed_by: tuple[int, ...] = ()
    seen: Observation | None = None
    """The observation that a closure rests on."""
    looked_back: tuple[int, ...] = ()
    """Months after which the closed case was looked at again and stayed closed."""


@dataclass(frozen=True, slots=True)
class CaseOnFile:
    """A case as rules see it: its number and title, the site, and where it lies."""

    subject: SubjectId
    number: str
    title: str
    case: Case
    cemetery: SubjectId | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)
    located_in: str = ""
