"""A charge rests on a list that was not made public (收费清单未公示).

Why: prices must be posted where they are charged.
Fix: post the list at the cemetery and register the day; check whether it was posted earlier.
Not a finding: a list that was posted on the day of the charge or before; where several lists hold
an item, one that was posted is enough.
"""

from __future__ import annotations

from datetime import date

from geo_registry.domain.finding import Severity, SeverityPair
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, prices
from geo_registry.rules.charges import faults_of
from geo_registry.rules.example_money import NICHE, REVISED_ON, charge, charged, fee_list

RULE = Rule(
    id="cm.fee.unposted",
    version=1,
    title="收费清单未公示",
    check=faults_of("unposted"),
    guidance=Guidance(
        why="收费应当明码标价，清单应在服务场所公示。",
        fix="核对是否已经公示；已公示的补登公示日期，没有公示的尽快公示。",
        exempt="收费当日或以前已经公示；几份清单都有这个项目的，一份公示即可。",
    ),
    judgements={
        "unposted": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}有 {count} 笔收费所依据的清单（{lists}）当日没有登记公示：{listed}。"
            "请核对公示情况。",
        ),
    },
    basis=(prices("第十三条", "不标明价格"), REVISED_2026),
    fires_on=(
        Example(
            "清单没有公示",
            charged(charge(NICHE, 2000), lists=(fee_list(posted_on=None),)),
            "unposted",
        ),
        Example(
            "收费以后才公示",
            charged(charge(NICHE, 2000), lists=(fee_list(posted_on=date(2024, 6, 1)),)),
            "unposted",
        ),
        Example(
            "2026-03-30 以后收费，条款待核",
            charged(
                charge(NICHE, 2000, charged_on=REVISED_ON),
                lists=(fee_list(posted_on=None),),
                on=REVISED_ON,
            ),
            "unposted",
        ),
    ),
    silent_on=(
        Example("已经公示", charged(charge(NICHE, 2000))),
        Example("不在清单中的项目", charged(lists=(fee_list(posted_on=None),))),
    ),
    doc=__doc__,
)
