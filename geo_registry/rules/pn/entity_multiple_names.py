"""One place has several current standard names (一地多名).

Why: a place has one standard name; signs, maps and documents must use it.
Fix: keep one as the standard name and record the others as former names or aliases.
Not a finding: former names, aliases and dialect forms recorded as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import EVERY_CLASS, NameKind, Place
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import RURAL_NAMING, place_names


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield places with more than one standard name in use."""
    for place in gazetteer.places:
        names = sorted(
            {
                n.toponym.full
                for n in place.names
                if n.kind is NameKind.STANDARD and n.in_use(gazetteer.on)
            }
        )
        if len(names) > 1:
            yield Hit(
                scope=narrowest_scope(place),
                key=place.subject,
                subjects=(place.subject,),
                where=place.geometry,
                facts={
                    "written": "、".join(f"“{name}”" for name in names),
                    "where": place.located_in,
                    "names": names,
                    "rank": len(names),
                },
            )


def _with_alias(place: Place) -> Place:
    """The same, its last name recorded as an alias."""
    *first, last = place.names
    return replace(place, names=(*first, replace(last, kind=NameKind.ALIAS)))


RULE = Rule(
    id="pn.entity.multiple_names",
    version=1,
    title="一地多名",
    check=check,
    guidance=Guidance(
        why="一处地方只有一个标准地名，标志、地图、公文都应使用它。",
        fix="保留一个，其余登记为曾用名或别名。",
        exempt="已登记为曾用名、别名、方言名的不算。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{where}的同一处地方有多个现用标准名称：{written}。请保留一个，其余登记为曾用名或别名。",
        )
    },
    basis=(place_names("第十八条", "应当使用标准地名"), RURAL_NAMING),
    applies_to=EVERY_CLASS,
    fires_on=(Example("两个现用标准名称", places(road("文化路", "文明路"))),),
    silent_on=(
        Example("只有一个名称", places(road("文化路"))),
        Example("另一个是曾用名", places(road("文化路", former=("文明路",)))),
        Example("另一个是别名", places(_with_alias(road("文化路", "文明路")))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
