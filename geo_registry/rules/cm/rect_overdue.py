"""An order to rectify has passed its deadline (整改逾期).

Why: an order with a deadline that nobody follows up is no order; the deadline is in the notice.
Fix: re-inspect; extend by an approval, or escalate (督办) and go on by law.
Not a finding: a deadline that has not passed; one that was extended with an approval; clocks that
stand still for a named ground (appeal, court, season); a case that is being re-inspected.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.case import CaseState, Pause
from geo_registry.domain.case_clock import overdue_days
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.case_law import ORDER, scope_of, subjects_of
from geo_registry.rules.cemetery_law import REVISED_2026, burial
from geo_registry.rules.example_cases import SERVED, closed, filed, rechecked, rectifying
from geo_registry.rules.example_cemeteries import ON


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield cases whose time to rectify is over, with the days they are late."""
    for each in gazetteer.cases:
        case, late = each.case, overdue_days(each.case, gazetteer.on)
        if not case.state.runs or not late:
            continue
        escalated = case.state is CaseState.ESCALATED
        yield Hit(
            scope=scope_of(each),
            key=each.subject,
            subjects=subjects_of(each),
            outcome="escalated" if escalated else "overdue",
            acts=(case.served_on or case.opened_on, gazetteer.on),
            facts={
                "number": each.number,
                "name": each.title,
                "notice": case.notice_number or "未登记文号",
                "due_on": str(case.due_on),
                "days": late,
                "extensions": case.extensions,
                "extended": f"，已延期 {case.extensions} 次" if case.extensions else "",
                "rank": late,
            },
        )


_BOTH = SeverityPair(Severity.ERROR, Severity.ERROR)
_LATE = SERVED.replace(day=30)

RULE = Rule(
    id="cm.rect.overdue",
    version=1,
    title="整改逾期",
    check=check,
    guidance=Guidance(
        why="责令整改通知书写明了期限，逾期未整改须复查、督办，不能放着。",
        fix="请组织复查；确有理由的报批延期，否则转督办，依法处理。",
        exempt="期限未到；经批准延期；因复议、诉讼、季节停工停止计算；正在复查。",
    ),
    judgements={
        "overdue": Judgement(
            _BOTH,
            "案件 {number}（{name}）整改期限 {due_on} 已过 {days} 天{extended}。通知书：{notice}。"
            "请复查，或报批延期、转督办。",
        ),
        "escalated": Judgement(
            _BOTH,
            "案件 {number}（{name}）已督办，整改期限 {due_on} 已过 {days} 天{extended}。"
            "请依法处理。",
        ),
    },
    basis=(ORDER, burial("第十八条", "擅自兴建殡葬设施的，责令恢复原状"), REVISED_2026),
    fires_on=(
        Example("期限已过，未复查", filed(rectifying(_LATE)), "overdue"),
        Example(
            "已督办，仍未整改",
            filed(rectifying(_LATE, state=CaseState.ESCALATED, extensions=1)),
            "escalated",
        ),
    ),
    silent_on=(
        Example("期限的最后一天", filed(rectifying(ON))),
        Example("诉讼期间停止计算", filed(rectifying(_LATE, pause=Pause("court", SERVED)))),
        Example("正在复查", filed(rectifying(_LATE, state=CaseState.REINSPECTION))),
        Example("已销号", filed(closed(rechecked()))),
    ),
    doc=__doc__,
)
