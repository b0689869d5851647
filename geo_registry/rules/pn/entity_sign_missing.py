"""A named road has no sign at an end or a junction.

Why: a name that stands on no sign is not used; signs belong to both ends of a road and to its
crossings with other named roads.
Fix: put signs up where they are missing, and record them.
Not a finding: roads of towns in which nobody surveyed the signs, unless a person answered that the
road is without one; crossings with nameless roads and drives; a sign on the other side of the
crossing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely import MultiPoint, Point

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.naming_answer import NamingAnswer
from geo_registry.domain.place import Place
from geo_registry.domain.road_ends import free_ends, is_line
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import drawn, places, road
from geo_registry.rules.law import place_names, signs

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_REACH_M = 30.0
_TOUCH_M = 2.0
_SHOWN = 6


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield roads without a sign, and roads with signs at some of their ends and crossings only."""
    wanted = [p for p in gazetteer.places if _is_asked(p, gazetteer)]
    if not wanted:
        return
    named = [
        p
        for p in gazetteer.places
        if p.is_a("road") and is_line(p.geometry) and p.current_names(gazetteer.on)
    ]
    tree = shapely.STRtree(np.array([p.geometry for p in named], dtype=object))
    reach = float(gazetteer.profile.setting("sign_reach_m", _REACH_M))
    for place in wanted:
        standing = place.attributes.get("signs") or ()
        spots = _spots(place, named, tree, gazetteer, reach)
        missing = [(at, words) for at, words in spots if not _signed(at, standing, reach)]
        if missing or not standing:
            yield _hit(place, standing, missing, gazetteer)


def _is_asked(place: Place, gazetteer: Gazetteer) -> bool:
    if not place.is_a("road") or place.attributes.get("status") == "planned":
        return False
    if _answered_unsigned(place):
        return True
    return "signs" in place.attributes and bool(place.current_names(gazetteer.on))


def _answered_unsigned(place: Place) -> bool:
    answered = place.attributes.get("naming_answer") or {}
    return answered.get("answer") == NamingAnswer.UNSIGNED


def _spots(
    place: Place, named: Sequence[Place], tree: Any, gazetteer: Gazetteer, reach: float
) -> list[tuple[Any, str]]:
    """Where signs belong, with words for each: crossings, and ends that are at no crossing."""
    if place.geometry is None or not is_line(place.geometry):
        return []
    spots: list[tuple[Any, str]] = []
    own = {n.toponym.full for n in place.current_names(gazetteer.on)}
    for row in sorted(tree.query(place.geometry, predicate="dwithin", distance=_TOUCH_M)):
        other = named[row]
        called = [n.toponym.full for n in other.current_names(gazetteer.on)]
        if other.subject != place.subject and not own.intersection(called):
            at = shapely.get_point(shapely.shortest_line(place.geometry, other.geometry), 0)
            if not _signed(at, [spot for spot, _ in spots], reach):
                spots.append((at, f"与{called[0]}的路口"))
    middle = place.geometry.centroid
    for end in map(Point, free_ends(place.geometry).points):
        if not _signed(end, [spot for spot, _ in spots], reach):
            spots.append((end, f"{_side(end, middle)}端"))
    return spots


def _side(end: Any, middle: Any) -> str:
    """On which side of the road an end lies, in one word."""
    dx, dy = end.x - middle.x, end.y - middle.y
    if abs(dx) >= abs(dy):
        return "东" if dx >= 0 else "西"
    return "北" if dy >= 0 else "南"


def _signed(at: BaseGeometry, standing: Sequence[BaseGeometry], reach: float) -> bool:
    if not standing:
        return False
    return bool((shapely.distance(np.array(standing, dtype=object), at) <= reach).any())


def _hit(
    place: Place,
    standing: Sequence[BaseGeometry],
    missing: Sequence[tuple[Any, str]],
    gazetteer: Gazetteer,
) -> Hit:
    names = [n.toponym.full for n in place.current_names(gazetteer.on)]
    said = (place.attributes.get("naming_answer") or {}).get("said_name") or ""
    words = [word for _, word in missing]
    listed = "、".join(words[:_SHOWN]) + (f"等 {len(words)} 处" if len(words) > _SHOWN else "")
    return Hit(
        scope=narrowest_scope(place),
        key=place.subject,
        subjects=(place.subject,),
        outcome="some" if standing else "answered" if _answered_unsigned(place) else "none",
        where=MultiPoint([at for at, _ in missing]) if missing else place.geometry,
        facts={
            "called": f"“{names[0]}”" if names else f"群众称“{said}”的道路" if said else "一条道路",
            "where": place.located_in or "位置待核",
            "standing": len(standing),
            "missing": len(missing),
            "spots": listed or "两端和路口",
            "names": names or ([said] if said else []),
            "rank": round(float(place.attributes.get("length_m") or 0.0)),
        },
    )


_TASK = SeverityPair(None, Severity.TASK)
_CROSSING = drawn(road("和平路", number=2), (50, -80), (50, 80))


def _main(*signs_at: tuple[float, float], surveyed: bool = True, **more: Any) -> Place:
    """文化路, 200 m to the east, with signs at these points."""
    shown = signs_at if surveyed else None
    return drawn(road("文化路", **more), (0, 0), (200, 0), signs=shown)


RULE = Rule(
    id="pn.entity.sign_missing",
    version=1,
    title="有名无牌",
    check=check,
    guidance=Guidance(
        why="名称不上牌，群众就用不上。路名牌应设在道路两端和与其他道路的路口。",
        fix="在缺牌处设置路名牌（汉字、拼音按标准书写），再登记位置和日期。",
        exempt="没有普查过路名牌的镇街不提示（已答复“有名无牌”的除外）；与无名路、出入口的交叉处不算；"
        "路口对面已有牌的不算。",
    ),
    judgements={
        "answered": Judgement(_TASK, "{where}的{called}经核实有名无牌。请在{spots}设置路名牌。"),
        "none": Judgement(_TASK, "{where}的{called}没有路名牌。请在{spots}设置。"),
        "some": Judgement(
            _TASK, "{where}的{called}已有 {standing} 块路名牌，还缺 {missing} 处：{spots}。"
        ),
    },
    basis=(place_names("第二十条", "地名标志的设置和管理"), signs("路名牌设在起止点和交叉口")),
    applies_to=("road",),
    fires_on=(
        Example(
            "已答复有名无牌",
            places(_main(surveyed=False, naming_answer={"answer": "unsigned", "said_name": ""})),
            "answered",
        ),
        Example("普查过，一块牌也没有", places(_main(), _CROSSING), "none"),
        Example("只有西端和路口有牌", places(_main((2, 3), (48, 6)), _CROSSING), "some"),
    ),
    silent_on=(
        Example("没有普查过", places(_main(surveyed=False), _CROSSING)),
        Example("两端和路口都有牌", places(_main((2, 3), (48, 6), (195, -4)), _CROSSING)),
        Example(
            "与无名路的交叉处不用设",
            places(_main((2, 3), (195, -4)), drawn(road(number=3), (90, -40), (90, 40))),
        ),
        Example(
            "规划道路",
            places(_main(status="planned")),
        ),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
