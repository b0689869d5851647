"""Something was charged that is on no list in force (清单以外收费).

Why: what a cemetery charges is managed by lists; nothing outside of them may be charged.
Fix: ask for the basis of the item; put it on the list by the due procedure, or stop charging it and
pay it back. Where the list itself is not registered, register it first.
Not a finding: an item of a list in force on the day, by its code, or by its title where the charge
has no code; a charge that was paid back in full.
"""

from __future__ import annotations

from datetime import date

from geo_registry.domain.finding import Severity, SeverityPair
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, prices
from geo_registry.rules.charges import faults_of
from geo_registry.rules.example_money import (
    NICHE,
    REVISED_ON,
    charge,
    charged,
    fee_list,
)

RULE = Rule(
    id="cm.fee.off_list",
    version=1,
    title="清单以外收费",
    check=faults_of("off_list"),
    guidance=Guidance(
        why="公墓收费实行清单管理，清单以外的项目不得收费。",
        fix="请公墓说明收费依据；没有依据的停止收取并退还。清单尚未登记的，先登记清单再核对。",
        exempt="收费当日有效的清单中有这个项目编码（没有编码的按名称）；已全额退还的。",
    ),
    judgements={
        "off_list": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}有 {count} 笔收费不在当日有效的清单（{lists}）中，合计 {sum}：{listed}。"
            "请核对收费依据。",
        ),
        "no_list": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}有 {count} 笔收费，当日没有登记有效的收费清单，合计 {sum}：{listed}。"
            "请先登记清单，再核对。",
        ),
    },
    basis=(prices("第九条", "自立收费项目"), REVISED_2026),
    fires_on=(
        Example("清单中没有的项目", charged(charge("择日服务费", 300)), "off_list"),
        Example(
            "收费时清单已经失效",
            charged(charge(NICHE, 2000), lists=(fee_list(valid_to=date(2024, 1, 1)),)),
            "no_list",
        ),
        Example(
            "2026-03-30 以后收费，条款待核",
            charged(charge("择日服务费", 300, charged_on=REVISED_ON), on=REVISED_ON),
            "off_list",
        ),
    ),
    silent_on=(
        Example("清单中的项目", charged(charge(NICHE, 2000))),
        Example("没有编码、名称与清单相同", charged(charge("刻字", 10))),
    ),
    doc=__doc__,
)
