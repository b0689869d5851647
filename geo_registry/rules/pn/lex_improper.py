"""A name has a vulgar or bizarre word (低俗、怪诞).

Why: the meaning of a name must be healthy and not offend public order and good customs.
Fix: choose another name; no list decides this, a person looks.
Not a finding: dialect words and old names with a history of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import irregular_names, place_names
from geo_registry.rules.wording import ANY, CAMPAIGN, screen, wording_hits

LIST = "improper"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a word that a person should look at."""
    return wording_hits(gazetteer, LIST, CAMPAIGN)


RULE = Rule(
    id="pn.lex.improper",
    version=1,
    title="用词低俗、怪诞",
    check=check,
    guidance=Guidance(
        why="地名应含义健康，不违背公序良俗。",
        fix="请人工判断；确属低俗、怪诞的，换一个名称。",
        exempt="方言字、有来历的老名称不算问题；名单不能代替判断。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”含有{words}，可能低俗或怪诞，请人工判断。",
        ),
    },
    basis=(
        place_names("第九条第（一）项", "含义明确、健康，不违背公序良俗"),
        irregular_names("怪异难懂（“怪”）"),
    ),
    applies_to=ANY,
    confidence="C",
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, CAMPAIGN),
    fires_on=(
        Example("拟用名“24克拉花园”", places(proposed("24克拉花园", place_class="estate"))),
        Example("拟用名“土豪路”", places(proposed("土豪路"))),
        Example("已登记的住宅区", places(road("土豪小区", place_class="estate"))),
    ),
    silent_on=(
        Example("老村名不追溯", places(seat("棺材山村委会"))),
        Example("“王八里”是“王”加“八里”", places(proposed("王八里路"))),
        Example("克拉玛依是国内地名", places(proposed("克拉玛依小区", place_class="estate"))),
    ),
    doc=__doc__,
)
