"""More than 15 days have passed since an approval, and it was not filed.

Why: an approval is filed (备案) within 15 days with the next higher government or department; late
filing is put right by order (article 35).
Fix: file it now and record the day; the day on which it is due is on the list of deadlines.
Not a finding: approvals within their 15 days; corrections, which are not filed.
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


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield decided dossiers whose filing is overdue on the day of the slice."""
    reference = gazetteer.reference
    for place, one in registered(gazetteer):
        for clock in deadlines(one.dossier, reference.procedure, reference.calendar):
            if clock.term.key == "filing" and clock.overdue(gazetteer.on):
                yield about(
                    place, one, decided=clock.start.isoformat(), due=clock.due.isoformat(),
                    days=-clock.days_left(gazetteer.on), rank=-clock.days_left(gazetteer.on),
                )  # fmt: skip


RULE = Rule(
    id="pn.proc.filing_overdue",
    version=1,
    title="备案超期",
    check=check,
    guidance=Guidance(
        why="地名自批准之日起 15 日内备案；未按规定备案的，由上级责令改正。",
        fix="尽快备案，并登记备案日期。",
        exempt="未满 15 日的、更正（不需备案）不提示。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{where}：{what}于 {decided} 批准，应于 {due} 前备案，已超期 {days} 天。",
        )
    },
    basis=(place_names("第十三条", "15 日内备案"), place_names("第三十五条", "未按规定备案")),
    fires_on=(Example("批准 20 天，没有备案", with_dossier(decided(20))),),
    silent_on=(
        Example("批准 15 天", with_dossier(decided(15))),
        Example("已备案", with_dossier(decided(20, filed_on=days_before(18)))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
