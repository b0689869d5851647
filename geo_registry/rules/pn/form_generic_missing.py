"""A name has no generic part (缺通名).

Why: a place name consists of a specific and a generic part; without 路, 街 or 巷 nobody can tell
what kind of place is meant.
Fix: add the generic that fits the place.
Not a finding: names of natural villages, of which about two in five end otherwise, are only
information; a registered name without a single Chinese character (foreign data), a name that is
nothing but a generic, and one with the generic of another kind of place are for other rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.place import NameKind
from geo_registry.domain.reading import is_han
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, proposed, road
from geo_registry.rules.generic_parts import foreign_generic
from geo_registry.rules.law import place_names

CLASSES = ("road", "estate", "natural", "settlement.natural_village")
KINDS = (NameKind.STANDARD, NameKind.PROPOSED)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield names of classes that need a generic and whose parse found none."""
    for named in gazetteer.names(*CLASSES, kinds=KINDS):
        place, toponym = named.place, named.name.toponym
        generics = gazetteer.reference.generics.get(place.place_class.split(".")[0], ())
        if toponym.generic or not toponym.full:
            continue
        if place.subject != CANDIDATE and not any(is_han(c) for c in toponym.full):
            continue
        if toponym.keys.stem in generics or foreign_generic(
            toponym, place.place_class, gazetteer.reference
        ):
            continue
        village = place.is_a("settlement.natural_village")
        yield Hit(
            scope=narrowest_scope(place),
            key=f"{place.subject} {toponym.keys.stem}",
            subjects=(place.subject,),
            where=place.geometry,
            outcome="natural_village" if village else "default",
            facts={
                "name": toponym.full,
                "generics": "、".join(_suggested(gazetteer, place.place_class)),
                "names": [toponym.full],
            },
        )


def _suggested(gazetteer: Gazetteer, place_class: str) -> tuple[str, ...]:
    generics = gazetteer.reference.generics
    known = generics.get(place_class) or generics.get(place_class.split(".")[0]) or ()
    # The table is ordered for matching, longest first; people think of 路, 街, 巷 first.
    return tuple(sorted(known, key=len))[:5]


RULE = Rule(
    id="pn.form.generic_missing",
    version=1,
    title="缺少通名",
    check=check,
    guidance=Guidance(
        why="地名由专名和通名两部分组成；没有“路、街、巷”，别人不知道指的是什么。",
        fix="加上与实际相符的通名。",
        exempt="自然村老名字约四成不带通名，仅作提示。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "“{name}”没有通名。地名由专名和通名两部分组成，可加：{generics}。",
        ),
        "natural_village": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "自然村名“{name}”没有通名，老村名常见，仅供参考。",
        ),
    },
    basis=(place_names("第九条", "地名由专名和通名两部分组成"),),
    applies_to=CLASSES,
    fires_on=(
        Example("道路名“金色阳光”", places(road("金色阳光"))),
        Example("拟用名没有通名", places(proposed("金色阳光"))),
        Example(
            "自然村名",
            places(road("孙家滩", place_class="settlement.natural_village")),
            "natural_village",
        ),
    ),
    silent_on=(
        Example("路", places(road("文化路"))),
        Example("外文路名不由本规则判断", places(road("Triq il-Kbira"))),
        Example("只有通名：由“缺少专名”规则说", places(road("路"))),
        Example("别类的通名：由“通名与类别不符”规则说", places(road("幸福花园"))),
        Example("胡同", places(road("井台胡同"))),
        Example("疃", places(road("孙家疃", place_class="settlement.natural_village"))),
    ),
    screen=lambda names: names.where(polars.col("generic") == ""),
    doc=__doc__,
)
