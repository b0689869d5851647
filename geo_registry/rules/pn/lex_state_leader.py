"""A name uses the name of a state leader (国家领导人名字).

Why: the regulation forbids it without exception; such a name cannot be submitted.
Fix: choose another name.
Not a finding: words that only look alike; the list is kept by the bureau and holds full names.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names
from geo_registry.rules.wording import ANY, screen, unfilled, with_words, wording_hits

LIST = "state_leader"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names that hold a name of the bureau's list."""
    return wording_hits(gazetteer, LIST, ANY)


RULE = Rule(
    id="pn.lex.state_leader",
    version=1,
    title="使用国家领导人的名字",
    check=check,
    guidance=Guidance(
        why="条例规定不以国家领导人的名字作地名，没有例外；这样的名称不能申报。",
        fix="另拟名称；已有的名称按程序更名。",
        exempt="名单由本局按权威来源填写，只写全名；与名字无关的字面巧合，在名单里加例外并写明理由。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.BLOCK, Severity.ERROR),
            "“{name}”含有国家领导人的名字{words}，不得用作地名。",
        ),
    },
    basis=(place_names("第九条第（四）项", "不以国家领导人的名字作地名"),),
    applies_to=ANY,
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, ANY),
    blind=unfilled(LIST, "国家领导人姓名名单"),
    fires_on=(
        Example(
            "名单中有“甲乙丙”，拟用“甲乙丙路”",
            with_words(LIST, "甲乙丙", on=[proposed("甲乙丙路")]),
        ),
        Example("已登记的“甲乙丙大街”", with_words(LIST, "甲乙丙", on=[road("甲乙丙大街")])),
    ),
    silent_on=(
        Example("名单还没有填写", places(proposed("甲乙丙路"))),
        Example(
            "名字没有完整出现",
            with_words(LIST, "甲乙丙", on=[proposed("甲乙路"), seat("乙丙村委会")]),
        ),
        Example("名字跨进通名的不算", with_words(LIST, "文化路", on=[proposed("文化路")])),
    ),
    doc=__doc__,
)
