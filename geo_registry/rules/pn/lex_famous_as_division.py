"""A new division is called after a famous mountain, river or monument (著名实体作政区专名).

Why: the specific part of a division's name must not be that of a natural entity known all over
the country, a heritage site, or an entity outside its area.
Fix: choose a name that belongs to the area.
Not a finding: divisions named before the regulation (黄山市), names that only contain the word.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, proposed, road
from geo_registry.rules.law import place_names
from geo_registry.rules.wording import found_in, looked_at, screen, wording_hit

LIST = "famous_as_division"
CLASSES = ("division",)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield proposed divisions whose specific part is a famous name as a whole."""
    words = gazetteer.reference.wordlists.get(LIST)
    if words is None:
        return
    for named in looked_at(gazetteer, ()):
        core = named.name.toponym.specific + named.name.toponym.modifier
        found = [word for word in found_in(words, named) if word.text == core]
        if found and named.place.is_a("division"):
            yield wording_hit(named, found)


RULE = Rule(
    id="pn.lex.famous_as_division",
    version=1,
    title="以著名山川、遗产作政区专名",
    check=check,
    guidance=Guidance(
        why="条例规定，国内著名的自然地理实体、历史文化遗产遗址不作行政区划名称的专名。",
        fix="从本行政区域内的历史、地理中另取专名。",
        exempt="条例施行以前的名称（黄山市、武夷山市）不追溯；只是含有这个词的名称不算。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, None),
            "拟定的行政区划名称“{name}”以{words}作专名；国内著名的自然实体和文化遗产不得这样使用。",
        ),
    },
    basis=(
        place_names(
            "第九条第（九）项",
            "著名自然地理实体、历史文化遗产遗址、超出本区域的地理实体名称不作政区专名",
        ),
    ),
    applies_to=CLASSES,
    parameters={"wordlists": (LIST,)},
    screen=screen(LIST, ()),
    fires_on=(
        Example("拟设“泰山市”", places(proposed("泰山市", place_class="division.city"))),
        Example("拟设“刘公岛街道”", places(proposed("刘公岛街道", place_class="division.town"))),
    ),
    silent_on=(
        Example("已有的黄山市不追溯", places(road("黄山市", place_class="division.city"))),
        Example("只是含有这个词", places(proposed("黄山坡镇", place_class="division.town"))),
        Example("道路不在此列", places(proposed("泰山路"))),
    ),
    doc=__doc__,
)
