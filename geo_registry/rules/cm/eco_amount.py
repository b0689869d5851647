"""A subsidy is of another amount than the terms of its day (补助金额与标准不一致).

Why: the amount follows the terms in force on the day of the burial.
Fix: check the kind and the day of the burial; correct the amount, or recover what was too much.
Not a finding: the amount of the day; applications without an amount yet; kinds for which the terms
give no amount, which another rule tells.
"""

from __future__ import annotations

from geo_registry.domain.rule import Example, Guidance, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, WEIHAI_SUBSIDY
from geo_registry.rules.example_money import REVISED_ON, claim, claims
from geo_registry.rules.subsidies import doubts_of, judgements

RULE = Rule(
    id="cm.eco.amount",
    version=1,
    title="生态安葬补助金额与标准不一致",
    check=doubts_of("amount"),
    guidance=Guidance(
        why="补助金额按安葬当日有效的标准确定。",
        fix="核对安葬方式和安葬日期；多发的追回，少发的补发。标准有调整的，请先更新本局的补助标准表。",
        exempt="与当日标准相同的；还没有确定金额的；政策没有规定金额的安葬方式。",
    ),
    judgements=judgements("amount", "请核对；标准有调整的，请更新补助标准表。"),
    basis=(WEIHAI_SUBSIDY, REVISED_2026),
    fires_on=(
        Example("海葬按 1,000 元", claims(claim(amount=100_000)), "differs"),
        Example("不保留骨灰按 800 元", claims(claim("no_ashes")), "differs"),
        Example(
            "2026-03-30 以后安葬，条款待核",
            claims(claim(amount=100_000, buried_on=REVISED_ON), on=REVISED_ON),
            "differs",
        ),
    ),
    silent_on=(
        Example("海葬 800 元", claims(claim())),
        Example("不保留骨灰 1,000 元", claims(claim("no_ashes", amount=100_000))),
        Example("还没有确定金额", claims(claim(amount=None))),
    ),
    doc=__doc__,
)
