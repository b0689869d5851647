"""A registered name belongs to no known place (有名无地).

Why: a name that nobody can find on the ground or on the map gives no address and cannot be signed;
the notice of a name says where it is.
Fix: draw the place, or retire the name where what it named is gone.
Not a finding: committees, which stand in the list of divisions and are placed with their village;
names that are only proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import shapely

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import EVERY_CLASS, NameKind, Place
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import drawn, places, proposed, road, seat
from geo_registry.rules.law import place_names


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield registered places with a standard name and no shape, village known or not."""
    since = date.fromisoformat(gazetteer.profile.setting("new_names_since", "2024-01-01"))
    for place in gazetteer.places:
        if not place.subject.startswith("place:") or place.subject == CANDIDATE:
            continue
        if place.geometry is not None and not shapely.is_empty(place.geometry):
            continue
        names = [n for n in place.names if n.kind is NameKind.STANDARD and n.in_use(gazetteer.on)]
        if not names:
            continue
        lately = any(n.valid_from is not None and n.valid_from >= since for n in names)
        known = any(place.scopes.get(kind) for kind in ("village", "town"))
        yield Hit(
            scope=narrowest_scope(place),
            key=place.subject,
            subjects=(place.subject,),
            outcome="new" if lately else "area_only" if known else "nowhere",
            facts={
                "written": "、".join(f"“{n.toponym.full}”" for n in names),
                "where": place.located_in or "位置不明",
                "names": [n.toponym.full for n in names],
                "rank": 0,
            },
        )


def _lost(place: Place) -> Place:
    """The same, of which nobody knows where it is."""
    return replace(place, scopes={"legal_county": place.scopes["legal_county"]}, located_in="")


def _recent(place: Place) -> Place:
    names = tuple(replace(n, valid_from=date(2024, 6, 1)) for n in place.names)
    return replace(place, names=names)


RULE = Rule(
    id="pn.entity.no_place",
    version=1,
    title="有名无地",
    check=check,
    guidance=Guidance(
        why="名称落不到地上，就不能编址、设牌、上图；公告地名时也要写明位置。",
        fix="补画位置；实体已不存在的，办理销名。",
        exempt="村（居）委会在区划名录里，随所在村定位，不算；正在核名的拟用名不算。",
    ),
    judgements={
        "new": Judgement(
            SeverityPair(None, Severity.WARN),
            "新登记的{written}（{where}）没有图形，落不到地上。请补画位置。",
        ),
        "area_only": Judgement(
            SeverityPair(None, Severity.INFO),
            "{written}只知道在{where}，没有图形。请补画位置；实体已不存在的，办理销名。",
        ),
        "nowhere": Judgement(
            SeverityPair(None, Severity.INFO),
            "{written}没有图形，也不知道在哪个村、镇。请查明位置；实体已不存在的，办理销名。",
        ),
    },
    basis=(place_names("第十一条、第十四条", "申请和公告都要写明位置"),),
    applies_to=tuple(c for c in EVERY_CLASS if c not in {"division", "committee_seat", "cemetery"}),
    fires_on=(
        Example("2024 年命名，没有图形", places(_recent(road("文化路"))), "new"),
        Example("只知道在示例村", places(road("文化路")), "area_only"),
        Example("不知道在哪个村", places(_lost(road("文化路"))), "nowhere"),
    ),
    silent_on=(
        Example("已经画出", places(drawn(road("文化路"), (0, 0), (90, 0)))),
        Example("没有名称", places(road())),
        Example("村委会", places(seat("海埠村村委会"))),
        Example("正在核名", places(proposed("文化路"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
