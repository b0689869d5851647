"""More than 15 days have passed, and an approved name was not announced.

Why: a name approved by a government or by the place-name department is announced within 15 days of
the approval, a name approved by another department within 15 days of its filing.
Fix: announce it with its six fields, and record the day and where.
Not a finding: names within their 15 days; names of other departments that are not filed yet (their
filing is what is late).
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.proposal import deadlines
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_proposals import days_before, decided, with_dossier
from geo_registry.rules.law import place_names
from geo_registry.rules.proposals import about, registered

_FROM = {"announcement": "批准", "announcement_by_department": "备案"}
_HOUSING = {"place_class": "estate", "authority": "示例市住房和城乡建设局"}


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield decided dossiers whose announcement is overdue on the day of the slice."""
    reference = gazetteer.reference
    for place, one in registered(gazetteer):
        for clock in deadlines(one.dossier, reference.procedure, reference.calendar):
            if clock.term.key in _FROM and clock.overdue(gazetteer.on):
                yield about(
                    place, one, begun=clock.start.isoformat(), by=_FROM[clock.term.key],
                    due=clock.due.isoformat(), days=-clock.days_left(gazetteer.on),
                    rank=-clock.days_left(gazetteer.on),
                )  # fmt: skip


RULE = Rule(
    id="pn.proc.announce_overdue",
    version=1,
    title="公告超期",
    check=check,
    guidance=Guidance(
        why="人民政府、地名主管部门批准的，自批准之日起 15 日内公告；"
        "其他部门批准的，自备案之日起 15 日内公告。",
        fix="尽快公告（六项内容齐全），并登记公告的日期和渠道。",
        exempt="未满 15 日的不提示；其他部门批准而尚未备案的，先办备案。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{where}：{what}于 {begun} {by}，应于 {due} 前公告，已超期 {days} 天。",
        )
    },
    basis=(place_names("第十四条", "15 日内公告"),),
    fires_on=(
        Example("批准 20 天，没有公告", with_dossier(decided(20))),
        Example(
            "住建部门批准，备案 16 天，没有公告",
            with_dossier(decided(40, filed_on=days_before(16), **_HOUSING)),
        ),
    ),
    silent_on=(
        Example("批准 15 天", with_dossier(decided(15))),
        Example("已公告", with_dossier(decided(20, announced_on=days_before(10)))),
        Example(
            "住建部门批准，备案 10 天",
            with_dossier(decided(40, filed_on=days_before(10), **_HOUSING)),
        ),
        Example("住建部门批准，尚未备案", with_dossier(decided(40, **_HOUSING))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
