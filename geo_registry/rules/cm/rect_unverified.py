"""A case was closed as removed, and no measurement shows it (销号未经复查证实).

Why: closed is not fixed. That land was given back is known only where somebody measured it again,
with an instrument that could have seen the original claim; and whether it stays so is looked at
after some months.
Fix: measure the land again and record it as a look-back; where it is still in use, reopen the case.
Not a finding: cases closed for another reason (legalised, transferred …); matters that are not
land; a closure that rests on a re-inspection able to see the original depth; a look-back that is
not due yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from geo_registry.domain.case import Case, CaseOnFile, Closure, Matter
from geo_registry.domain.case_clock import look_backs
from geo_registry.domain.case_evidence import why_not_removed
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.case_law import ORDER, scope_of, subjects_of
from geo_registry.rules.cemetery_law import REVISED_2026
from geo_registry.rules.example_cases import CLOSED, closed, filed, rechecked, rectifying
from geo_registry.rules.example_cemeteries import ON
from geo_registry.rules.law import local


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield closed cases without the evidence, and those whose look-back is overdue."""
    months = gazetteer.reference.case_terms.look_back_months
    for each in gazetteer.cases:
        case = each.case
        if case.closed_as is None or case.closed_on is None:
            continue
        if case.closed_as is Closure.REMOVED and case.matter is Matter.LAND:
            why = why_not_removed(case, case.seen)
            if why:
                yield _hit(each, case.closed_on, "unseen", {"why": why}, gazetteer.on)
        late = [(m, day) for m, day in look_backs(case, months) if day < gazetteer.on]
        if late:
            month, day = late[0]
            facts = {"months": month, "due_on": str(day), "rank": (gazetteer.on - day).days}
            yield _hit(each, case.closed_on, "look_back", facts, gazetteer.on)


def _hit(
    filed_: CaseOnFile, closed_on: date, outcome: str, more: dict[str, object], on: date
) -> Hit:
    return Hit(
        scope=scope_of(filed_),
        key=f"{filed_.subject}:{outcome}",
        subjects=subjects_of(filed_),
        outcome=outcome,
        acts=(closed_on, on),
        facts={
            "number": filed_.number,
            "name": filed_.title,
            "closed_on": str(closed_on),
            "rank": 0,
            **more,
        },
    )


_ERROR = SeverityPair(Severity.ERROR, Severity.ERROR)
_TASK = SeverityPair(Severity.TASK, Severity.TASK)


def _long_closed() -> Case:
    return closed(rechecked(), closed_on=CLOSED.replace(month=6, day=20))


RULE = Rule(
    id="cm.rect.unverified",
    version=1,
    title="销号未经复查证实",
    check=check,
    guidance=Guidance(
        why="销号不等于整改到位：只有重新测量、且测得出原来的超出，才能证明土地已经恢复。",
        fix="请补做测量并登记回头看；仍在占用的，重开案件。",
        exempt="按补办批准、移送等理由销号的；非土地问题；复查测量足以发现原超出的；回头看未到期的。",
    ),
    judgements={
        "unseen": Judgement(
            _ERROR, "案件 {number}（{name}）已于 {closed_on} 按整改到位销号，但{why}。"
        ),
        "look_back": Judgement(
            _TASK,
            "案件 {number}（{name}）于 {closed_on} 销号，"
            "第 {months} 个月的回头看应在 {due_on} 前完成。",
        ),
    },
    basis=(ORDER, local("复查、回头看是本局的工作要求（建议值）"), REVISED_2026),
    fires_on=(
        Example("历史案件，没有复查测量", filed(closed(None)), "unseen"),
        Example("复查用的方法看不出原来的超出", filed(closed(rechecked(limit_m=11.0))), "unseen"),
        Example("三个月后没有回头看", filed(_long_closed()), "look_back"),
    ),
    silent_on=(
        Example("复查测量足以发现原超出", filed(closed(rechecked()))),
        Example("按补办批准销号", filed(closed(None, closed_as=Closure.LEGALISED))),
        Example("整改中", filed(rectifying(ON))),
        Example("收费问题不靠测量", filed(closed(None, matter=Matter.FEE))),
    ),
    doc=__doc__,
)
