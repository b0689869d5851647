"""A name smacks of emperors and offices: 皇庭, 御府, 帝都 (浓重封建色彩).

Why: the notice of 2018 counts such words among bizarre names.
Fix: choose another name, or show the real historical or religious background.
Not a finding: names with such a background, old villages and what is derived from them (王府庄).
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import irregular_names, place_names
from geo_registry.rules.wording import ANY, CAMPAIGN, screen, wording_hits

LIST = "feudal"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a title of emperors or of their officials."""
    return wording_hits(gazetteer, LIST, CAMPAIGN)


RULE = Rule(
    id="pn.lex.feudal",
    version=1,
    title="用词带有浓重封建色彩",
    check=check,
    guidance=Guidance(
        why="六部门通知把帝王称谓、官衔、职位名一类的词语列为“怪”地名。",
        fix="换一个名称；有历史、宗教背景的，附史料说明。",
        exempt="有真实历史、宗教背景的名称，旧村名（王府庄）及由其派生的名称不算问题。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”含有{words}，带有封建色彩；有历史背景的请附史料。词语来源：{source}。",
        ),
    },
    basis=(
        irregular_names("怪异难懂（“怪”）：帝王称谓、古代官衔名、职位名"),
        place_names("第九条第（一）项", "含义健康，不违背公序良俗"),
    ),
    applies_to=ANY,
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, CAMPAIGN),
    fires_on=(
        Example("拟用名“金地御府”", places(proposed("金地御府", place_class="estate"))),
        Example("已登记的“皇庭小区”", places(road("皇庭小区", place_class="estate"))),
    ),
    silent_on=(
        Example("王府庄是老村名", places(seat("王府庄村委会"), proposed("王府庄路"))),
        Example("皇庄、御道没有列入", places(proposed("皇庄路"), proposed("御道街"))),
        Example("老路名不追溯", places(road("王府路"))),
    ),
    doc=__doc__,
)
