"""A subsidy for an eco-burial does not fit its terms (补助对象或安葬方式不符).

Why: a subsidy is for the registered people of some divisions and for some kinds of burial, by the
terms in force on the day of the burial.
Fix: check the registration, the kind of burial and the confirmation; refuse with a reason, or pay
with one.
Not a finding: what the terms of the day cover; applications that were refused or withdrawn.

Terms are dated data (``data/eco_burial/subsidies.toml``) that nobody has read in full: a finding
asks for a look, and blocks nothing.
"""

from __future__ import annotations

from datetime import date

from geo_registry.domain.rule import Example, Guidance, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, WEIHAI_SUBSIDY
from geo_registry.rules.example_money import REVISED_ON, claim, claims
from geo_registry.rules.subsidies import doubts_of, judgements

RULE = Rule(
    id="cm.eco.eligibility",
    version=1,
    title="生态安葬补助条件不符或不明",
    check=doubts_of("eligibility"),
    guidance=Guidance(
        why="补助按安葬当日有效的政策发放，有户籍、安葬方式和确认单位的要求。",
        fix="核对户籍、安葬方式和确认材料；不符的写明理由不予补助，情况特殊的写明理由后办理。",
        exempt="符合当日政策的；已撤回、不予补助的。补助政策没有取得全文，只提示，不阻止办理。",
    ),
    judgements=judgements("eligibility", "请核对。"),
    basis=(WEIHAI_SUBSIDY, REVISED_2026),
    fires_on=(
        Example(
            "2016 年的安葬，当时没有政策", claims(claim(buried_on=date(2016, 5, 1))), "no_scheme"
        ),
        Example("户籍不详", claims(claim(hukou_code=None)), "hukou_unknown"),
        Example("户籍只知道省", claims(claim(hukou_code="37")), "hukou_unknown"),
        Example("外市户籍", claims(claim(hukou_code="370602001001")), "hukou"),
        Example("草坪葬，政策没有规定", claims(claim("lawn", amount=None)), "kind"),
        Example("没有确认单位", claims(claim(confirmed_by="")), "unconfirmed"),
        Example("海葬，却登记有骨灰墓位", claims(claim(graves=("ash_single",))), "has_grave"),
        Example(
            "2026-03-30 以后安葬，条款待核",
            claims(claim(hukou_code="370602001001", buried_on=REVISED_ON), on=REVISED_ON),
            "hukou",
        ),
    ),
    silent_on=(
        Example("威海户籍、海葬、殡仪馆确认", claims(claim())),
        Example("树葬，葬在树葬墓位", claims(claim("tree", graves=("tree",)))),
        Example("壁葬，安葬记录没有墓位", claims(claim("wall", graves=("",)))),
    ),
    doc=__doc__,
)
