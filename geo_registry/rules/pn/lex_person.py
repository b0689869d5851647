"""A name holds the name of a well-known person or a literary character (人名).

Why: in general no place is named after a person, other names of the person and characters of
literary works included.
Fix: choose another name, or say why the words have no specific link with the person.
Not a finding: words without a specific link with the person, approved names that commemorate
somebody, and names that were registered long ago.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road, seat
from geo_registry.rules.law import place_names, place_names_measures
from geo_registry.rules.wording import (
    ANY,
    CAMPAIGN,
    NO_LINK,
    NO_LINK_REASON,
    screen,
    wording_hits,
)

LIST = "person"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names with a listed personal name in their specific part."""
    return wording_hits(
        gazetteer, LIST, CAMPAIGN, exemption=NO_LINK, exemption_reason=NO_LINK_REASON
    )


RULE = Rule(
    id="pn.lex.person",
    version=1,
    title="以人名作地名",
    check=check,
    guidance=Guidance(
        why="条例规定一般不以人名作地名；人名包括别名、化名和文学作品中的人物。",
        fix="换一个名称；确与该人无关的，选“没有特定联系”并写明理由。",
        exempt="与该人没有特定联系的词语、经批准的纪念性地名、沿用已久的名称不算问题。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            "“{name}”含有人名{words}。一般不以人名作地名；与该人没有特定联系的，请写明理由。",
        ),
    },
    basis=(
        place_names("第九条第（四）项", "一般不以人名作地名"),
        place_names_measures("第三条", "人名包括别名、化名和文学作品中的人物；没有特定联系的除外"),
    ),
    applies_to=ANY,
    confidence="C",
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, CAMPAIGN),
    fires_on=(
        Example("拟用名“李清照路”", places(proposed("李清照路"))),
        Example("文学人物“孙悟空”", places(proposed("孙悟空小区", place_class="estate"))),
        Example("已登记的住宅区", places(road("杜甫花园", place_class="estate"))),
    ),
    silent_on=(
        Example("老路名不追溯", places(road("李清照路"))),
        Example("“庄子”是村庄，不是人名", places(proposed("老庄子路"), seat("赵家庄子村委会"))),
        Example("“林冲”不在名单：冲是山间平地", places(proposed("桂林冲路"))),
    ),
    doc=__doc__,
)
