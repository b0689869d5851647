"""Maintenance was collected for more years at once than allowed (维护费一次收取超过年限).

Why: the fee for the care of graves may be collected for twenty years at most at once.
Fix: check the contract; pay back, or write down for which years it counts, by the bureau's policy.
Not a finding: terms up to the limit of the day; fees that are not for maintenance; charges whose
years are not known.

How many years is dated data (``data/fees/terms.toml``). An item of a list says whether it is for
maintenance; without an item the words of its title decide.
"""

from __future__ import annotations

from geo_registry.domain.finding import Severity, SeverityPair
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, cemetery_measures
from geo_registry.rules.charges import faults_of
from geo_registry.rules.example_money import CARE, NICHE, REVISED_ON, charge, charged

RULE = Rule(
    id="cm.fee.term_over_20y",
    version=1,
    title="维护费一次收取超过 20 年",
    check=faults_of("term_over_20y"),
    guidance=Guidance(
        why="护墓管理费（维护费）一次最多收取 20 年，避免家属为过长的年限一次付费。",
        fix="核对合同和票据；超出的年数按本局口径退还或另行约定。",
        exempt="不超过当日规定年数的；不是维护费的；没有登记年数的。",
    ),
    judgements={
        "term_over_20y": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}有 {count} 笔维护费一次收取超过 {at_most} 年，最长 {longest} 年：{listed}。"
            "请核对合同和票据。",
        ),
    },
    basis=(cemetery_measures("第十六条", "护墓管理费一次收取不得超过 20 年"), REVISED_2026),
    fires_on=(
        Example("一次收取 30 年", charged(charge(CARE, 1500, years=30)), "term_over_20y"),
        Example(
            "清单以外的管理费 50 年",
            charged(charge("护墓管理费", 2000, years=50)),
            "term_over_20y",
        ),
        Example(
            "2026-03-30 以后收费，条款待核",
            charged(charge(CARE, 1500, years=30, charged_on=REVISED_ON), on=REVISED_ON),
            "term_over_20y",
        ),
    ),
    silent_on=(
        Example("一次收取 20 年", charged(charge(CARE, 1000, years=20))),
        Example("格位使用 50 年，不是维护费", charged(charge(NICHE, 2000, years=50))),
    ),
    doc=__doc__,
)
