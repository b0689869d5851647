"""Two subsidies may be for one and the same deceased (补助可能重复).

Why: one deceased is subsidised once.
Fix: compare the papers of the two; withdraw the one that is double, or recover what was paid.
Not a finding: deceased of one name who died on different days; an application beside one that was
refused, withdrawn or recovered.

Two applications of one registered deceased cannot be: an index of the store refuses the second. The
rule looks for the same person registered twice, by name and day of death.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.subsidy_doubts import alike
from geo_registry.rules.cemetery_law import REVISED_2026, WEIHAI_SUBSIDY
from geo_registry.rules.example_money import REVISED_ON, claim, claims
from geo_registry.rules.subsidies import hit


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield applications for different deceased of one name and day of death."""
    for members in alike(gazetteer.subsidies):
        yield hit(gazetteer, members, "alike", {"count": len(members)})


RULE = Rule(
    id="cm.eco.duplicate",
    version=1,
    title="生态安葬补助可能重复",
    check=check,
    guidance=Guidance(
        why="一位逝者只补助一次。",
        fix="对照两份申请材料；确属同一人的，撤回重复的一笔，已发放的追回。",
        exempt="同名但死亡日期不同的；另一笔已撤回、不予补助或追回的。"
        "同一登记逝者的第二笔申请，登记时就不能保存。",
    ),
    judgements={
        "alike": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{called}：逝者姓名、死亡日期相同，可能是同一人。请对照申请材料。",
        ),
    },
    basis=(WEIHAI_SUBSIDY, REVISED_2026),
    fires_on=(
        Example(
            "同名、同日死亡的两位逝者",
            claims(claim(alike="x"), claim(number=2, alike="x")),
            "alike",
        ),
        Example(
            "2026-03-30 以后安葬，条款待核",
            claims(
                claim(alike="x", buried_on=REVISED_ON),
                claim(number=2, alike="x", buried_on=REVISED_ON),
                on=REVISED_ON,
            ),
            "alike",
        ),
    ),
    silent_on=(
        Example("同名、不同日", claims(claim(alike="x"), claim(number=2, alike="y"))),
        Example("死亡日期不详", claims(claim(), claim(number=2))),
    ),
    doc=__doc__,
)
