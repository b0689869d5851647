"""What forms on cases ask for, in words: one list of fields a step, and what can be chosen.

The pages keep no list and no title of their own. ``required`` repeats what the guards of
:mod:`geo_registry.domain.case_steps` need, so that a form can say at the field what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_registry.domain.calendar import Counting
from geo_registry.domain.case import Act, Case, CaseState, Closure, Matter
from geo_registry.domain.case_steps import possible
from geo_registry.domain.people import ROLE_TITLES, Actor, Reach
from geo_registry.services.cases.case_acts import DECIDE, WORK
from geo_registry.services.cases.case_notices import KINDS
from geo_registry.services.cases.case_parties import ROLES
from geo_registry.services.cases.inspection_rounds import OUTCOMES
from geo_registry.services.people import permitting
from geo_registry.store import accounts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.cases import StoredCase

PRIORITIES: Mapping[int, str] = {1: "紧急", 2: "一般", 3: "暂缓"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; ``kind`` says how it is filled in.

    ``term``: the key of the term by which an empty day is worked out. ``closures``: the field
    belongs to these reasons of a closure alone.
    """

    name: str
    title: str
    kind: str
    required: bool = False
    term: str = ""
    closures: tuple[Closure, ...] = ()


_SURVEY = Field("survey_id", "依据的测量（不选为最近一次）", "survey")
FIELDS: Mapping[Act, tuple[Field, ...]] = {
    Act.ACCEPT: (
        Field("owner", "承办人（不选为本人）", "person"),
        Field("priority", "优先级", "priority"),
        Field("due_on", "办结期限", "date", term="triage"),
    ),
    Act.MERGE: (Field("into_id", "并入的案件", "case", required=True),),
    Act.DISMISS: (Field("suppress_until", "在此日期前不再列出", "date"),),
    Act.ASSIGN: (
        Field("inspector", "核查人员", "person", required=True),
        Field("due_on", "核查期限", "date", term="verify"),
    ),
    Act.VISIT: (
        Field("present", "在场人员", "text"),
        Field("surveys", "这次现场所做的测量", "surveys"),
    ),
    Act.SUBSTANTIATE: (
        Field("statement", "当事人的陈述申辩（没有的写“未提出”）", "words", required=True),
        _SURVEY,
        Field("why_not_measured", "没有实地测绘的，写明原因", "words"),
    ),
    Act.TRANSFER: (Field("department", "移送的部门", "department", required=True),),
    Act.NOTIFY: (
        Field("number", "文号", "text", required=True),
        Field("measures", "整改要求", "words", required=True),
        Field("days", "整改天数（自送达之日起）", "whole", term="rectify"),
    ),
    Act.SERVE: (
        Field("proof", "送达回证（送达方式、签收人）", "words", required=True),
        Field("due_on", "整改期限", "date", term="rectify"),
    ),
    Act.EXTEND: (
        Field("due_on", "延长至", "date", required=True),
        Field("approval", "批准延期的文书或批准人", "text", required=True),
    ),
    Act.SEND_BACK: (Field("due_on", "继续整改的期限", "date", term="rectify"), _SURVEY),
    Act.PROPOSE_CLOSURE: (
        Field("closure", "销号理由", "closure", required=True),
        Field("survey_id", "复查测量（不选为最近一次）", "survey", closures=(Closure.REMOVED,)),
        Field("approval_id", "补办的批准", "approval", closures=(Closure.LEGALISED,)),
        Field("evidence", "复查看到了什么、有什么凭证", "words", closures=(Closure.REMOVED,)),
        Field("basis", "法定理由", "words", closures=(Closure.UNENFORCEABLE,)),
    ),
    Act.LOOK_BACK: (
        Field("months", "销号后第几个月", "months", required=True),
        Field("survey_id", "测量（有的话）", "survey"),
    ),
    Act.REOPEN: (_SURVEY,),
    Act.PAUSE: (Field("ground", "停止计算的情形", "ground", required=True),),
}
"""What a step asks beside the reason and the day."""

_REASONS: Mapping[Act, str] = {
    Act.VISIT: "检查情况",
    Act.REPORT: "整改进展",
    Act.REINSPECT: "复查情况",
    Act.LOOK_BACK: "看到的情况",
    Act.SERVE: "送达情况",
    Act.NOTE: "备注",
}


def words(connection: Connection, desk: Desk) -> dict[str, Any]:
    """Everything that can be chosen in forms on cases, with the fields of every step."""
    terms = desk.reference.case_terms
    acts = [*WORK, *DECIDE]
    return {
        "states": [{"key": str(s), "title": s.word, "live": s.live} for s in CaseState],
        "sources": _listed({k: v for k, v in terms.sources.items() if k != "ledger"}),
        "matters": _listed({str(m): m.word for m in Matter}),
        "departments": _listed(terms.departments),
        "party_roles": _listed(ROLES),
        "grounds": _listed(terms.pauses),
        "closures": _listed({str(c): c.word for c in Closure}),
        "outcomes": _listed(OUTCOMES),
        "priorities": _listed({str(k): v for k, v in PRIORITIES.items()}),
        "people": people(connection, desk),
        "forms": [
            {
                "act": str(act),
                "title": act.word,
                "reason": _REASONS.get(act, "理由或情况"),
                "fields": [_told(f, desk) for f in FIELDS.get(act, ())],
            }
            for act in acts
        ],
    }


def people(connection: Connection, desk: Desk) -> list[dict[str, Any]]:
    """Who can be sent to work on cases: accounts that may, not locked."""
    able = permitting_roles(desk, "cases.work")
    return [
        {
            "id": account.person,
            "name": account.name,
            "role_title": ROLE_TITLES[account.role],
            "towns": sorted(account.towns),
        }
        for account in accounts.listed(connection)
        if account.locked_at is None and account.role in able
    ]


def permitting_roles(desk: Desk, act: str) -> frozenset[str]:
    """The roles that may do an act somewhere."""
    known = desk.reference.permissions.act(act)
    return frozenset(role for role in ROLE_TITLES if known.of(role) is not Reach.NONE)


def acts_now(desk: Desk, found: StoredCase) -> list[dict[str, Any]]:
    """What can come next in a case, by which door, and why this person cannot do it ("" : can)."""
    return [
        {
            "act": str(act),
            "title": act.word,
            "door": "decisions" if act in DECIDE else "steps",
            "hinder": _hinder(desk, found.case, act, found.row.town_code),
        }
        for act in possible(found.case)
        if act in WORK or act in DECIDE
    ]


def papers_now(found: StoredCase) -> list[dict[str, Any]]:
    """The papers of a case, and why one cannot be issued yet ("": it can)."""
    taken = {s.step.act for s in found.steps}
    return [
        {
            "kind": kind.template,
            "numbered": kind.numbered,
            "hinder": "" if kind.after in taken else f"办了“{kind.after.word}”以后才能出具。",
        }
        for kind in KINDS.values()
    ]


def _hinder(desk: Desk, case: Case, act: Act, town: str | None) -> str:
    permission = "cases.decide" if act in DECIDE else "cases.work"
    if not permitting.may(desk, permission, town=town):
        return _who(desk, permission, desk.actor)
    if act is Act.CLOSE and case.closing is not None and case.closing.by == desk.person:
        return "销号须两人签字：是您提出的，请由另一位审批人员同意。"
    return ""


def _who(desk: Desk, permission: str, actor: Actor) -> str:
    able = permitting_roles(desk, permission)
    if actor.role in able:
        return "不在您负责的镇街，请由负责该镇街的人员办理。"
    roles = "、".join(title for role, title in ROLE_TITLES.items() if role in able)
    return f"由{roles}办理。"


def _told(field: Field, desk: Desk) -> dict[str, Any]:
    term = desk.reference.case_terms.terms.get(field.term)
    hint = ""
    if term is not None:
        counted = "个工作日" if term.counting is Counting.WORKING else "日"
        hint = f"不填则为 {term.days} {counted}（{term.basis}）"
    return {
        "name": field.name,
        "title": field.title,
        "kind": field.kind,
        "required": field.required,
        "hint": hint,
        "closures": [str(c) for c in field.closures],
    }


def _listed(table: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "title": title} for key, title in table.items()]
