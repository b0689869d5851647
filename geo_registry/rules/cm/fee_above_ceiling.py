"""More was charged than the list allows (超过清单价格收费).

Why: prices that government sets or guides must not be exceeded, and prices left to the market not
beyond what is posted.
Fix: check quantity, years and price with the invoice; pay back what is too much.
Not a finding: charges up to the ceiling times quantity (and years, where the price is that of a
year); items without a ceiling; charges on no list, which another rule tells.

Where several lists hold, the lowest ceiling decides: a list of the cemetery cannot allow more than
the government.
"""

from __future__ import annotations

from decimal import Decimal

from geo_registry.domain.finding import Severity, SeverityPair
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, prices
from geo_registry.rules.charges import faults_of
from geo_registry.rules.example_money import CARE, CARVING, NICHE, REVISED_ON, charge, charged

RULE = Rule(
    id="cm.fee.above_ceiling",
    version=1,
    title="超过清单价格收费",
    check=faults_of("above_ceiling"),
    guidance=Guidance(
        why="政府定价、政府指导价不得突破；市场调节价不得在公示价之外加价。",
        fix="对照票据核对数量、年数和单价；多收的退还。",
        exempt="不超过单价乘数量（按年计价的再乘年数）；清单没有规定价格的项目。"
        "几份清单同时有效的，按最低的价格核对。",
    ),
    judgements={
        "over": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}有 {count} 笔收费超过清单价格（{lists}），多收合计 {excess}：{listed}。"
            "请核对票据。",
        ),
        "over_posted": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}有 {count} 笔收费超过公示价（{lists}），多收合计 {excess}：{listed}。"
            "请核对票据。",
        ),
        "years_missing": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}有 {count} 笔按年计价的收费没有登记年数，不能核对价格：{listed}。请补登年数。",
        ),
    },
    basis=(
        prices("第九条", "超出政府指导价浮动幅度、高于政府定价"),
        prices("第十三条", "在标价之外加价出售、收取未标明的费用"),
        REVISED_2026,
    ),
    fires_on=(
        Example("格位收 2,600 元，清单上限 2,000 元", charged(charge(NICHE, 2600)), "over"),
        Example(
            "维护费 10 年收 600 元，清单每年 50 元", charged(charge(CARE, 600, years=10)), "over"
        ),
        Example(
            "刻字 8 个收 100 元，公示每字 10 元",
            charged(charge(CARVING, 100, quantity=Decimal(8))),
            "over_posted",
        ),
        Example("维护费没有写明年数", charged(charge(CARE, 1000)), "years_missing"),
        Example(
            "2026-03-30 以后收费，条款待核",
            charged(charge(NICHE, 2600, charged_on=REVISED_ON), on=REVISED_ON),
            "over",
        ),
    ),
    silent_on=(
        Example("格位收 2,000 元", charged(charge(NICHE, 2000))),
        Example("维护费 20 年收 1,000 元", charged(charge(CARE, 1000, years=20))),
        Example("刻字 8 个收 80 元", charged(charge(CARVING, 80, quantity=Decimal(8)))),
    ),
    doc=__doc__,
)
