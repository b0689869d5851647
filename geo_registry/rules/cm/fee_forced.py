"""A service was charged that the customer had no choice about (强制服务收费).

Why: services are chosen by the family; nobody may be made to take and pay for one.
Fix: ask the family and the cemetery; pay back what was not chosen.
Not a finding: charges that are not marked as forced. The mark is a person's: no machine can see it.
"""

from __future__ import annotations

from geo_registry.domain.finding import Severity, SeverityPair
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, prices
from geo_registry.rules.charges import faults_of
from geo_registry.rules.example_money import CARVING, REVISED_ON, charge, charged

RULE = Rule(
    id="cm.fee.forced",
    version=1,
    title="强制服务收费",
    check=faults_of("forced"),
    guidance=Guidance(
        why="服务由家属自愿选择，不得强制提供服务并收费。",
        fix="向家属和公墓核实；确非自愿的，退还所收费用。",
        exempt="没有标注“强制”的收费。是否强制由人认定后标注，程序不作推断。",
    ),
    judgements={
        "forced": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}有 {count} 笔收费标注为非自愿选择，合计 {sum}：{listed}。请向家属和公墓核实。",
        ),
    },
    basis=(prices("第九条", "强制或变相强制服务并收费"), REVISED_2026),
    fires_on=(
        Example("标注为强制的刻字", charged(charge(CARVING, 10, forced=True)), "forced"),
        Example(
            "2026-03-30 以后收费，条款待核",
            charged(charge(CARVING, 10, forced=True, charged_on=REVISED_ON), on=REVISED_ON),
            "forced",
        ),
    ),
    silent_on=(Example("自愿选择的刻字", charged(charge(CARVING, 10))),),
    doc=__doc__,
)
