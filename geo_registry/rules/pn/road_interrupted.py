"""One name, separate groups of segments: one interrupted road, or two roads (一条中断的路？).

Why: duplicates are counted between roads. A road that the map shows in two groups is no duplicate;
two roads of one name are. Where the ends face each other, meet at one crossing or run side by side,
geometry cannot tell, and a person decides once.
Fix: decide: one road (and draw or explain what is missing) or two roads (and rename one).
Not a finding: gaps below two metres; roads of one name far from each other, which are two;
carriageways or arms of one registered road; pairs that a person has decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import shapely

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Pair, SubjectId, ordered_pair
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import Place
from geo_registry.domain.road import GAP_M, JUNCTION_M, Interruption, interruptions
from geo_registry.domain.road_ends import in_parts, is_line, separate_parts
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import common_scope, narrowest_scope
from geo_registry.rules.example_places import decided_roads, drawn, places, road
from geo_registry.rules.law import local, place_names

_REASONS = {
    "facing": "端头相对、方向一致",
    "parallel": "两线并行，像是同一条路的两幅车道",
    "junction": "在同一个路口附近断开",
    "through": "中间由一段无名路相接",
}


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield roads of one name that may be one road, and roads that fall into separate groups."""
    yield from _within_one(gazetteer)
    limit = float(gazetteer.profile.setting("road_gap_m", GAP_M))
    found = interruptions(gazetteer.places, gazetteer.on, limit)
    undecided = {p: why for p, why in found.items() if not _settled(p, gazetteer.road_decisions)}
    by_subject = {p.subject: p for p in gazetteer.places}
    for group in _groups(undecided):
        members = [by_subject[s] for s in sorted({s for pair in group for s in pair})]
        yield _between(members, {pair: undecided[pair] for pair in group}, gazetteer)


def _within_one(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Registered roads whose own pieces lie apart by more than a crossing."""
    drawn_roads = [p for p in gazetteer.places if p.is_a("road") and is_line(p.geometry)]
    shapes = np.array([p.geometry for p in drawn_roads], dtype=object)
    for row in np.flatnonzero(in_parts(shapes, JUNCTION_M)):
        place = drawn_roads[row]
        names = [n.toponym.full for n in place.current_names(gazetteer.on)]
        answer = gazetteer.road_decisions.get((place.subject, place.subject))
        if not names or answer == "one":
            continue
        parts = separate_parts(shapes[row], JUNCTION_M)
        lines = [shapely.shortest_line(a, b) for a, b in combinations(parts, 2)]
        gap = min(lines, key=lambda line: float(line.length))
        yield Hit(
            scope=narrowest_scope(place),
            key=place.subject,
            subjects=(place.subject,),
            outcome="to_split" if answer == "two" else "default",
            where=gap,
            facts={
                "name": names[0],
                "where": place.located_in or "位置待核",
                "parts": len(parts),
                "gap_m": round(gap.length),
                "names": names,
                "rank": round(shapes[row].length),
            },
        )


def _between(members: list[Place], found: Mapping[Pair, Interruption], gazetteer: Gazetteer) -> Hit:
    shown = sorted(found.values(), key=lambda why: (why.gap_m, why.reason))
    reasons = list(dict.fromkeys(why.reason for why in shown))
    names = sorted({n.toponym.full for m in members for n in m.current_names(gazetteer.on)})
    where = "、".join(dict.fromkeys(m.located_in or "位置待核" for m in members))
    return Hit(
        scope=common_scope(members),
        key="|".join((names[0], members[0].subject)),
        subjects=tuple(m.subject for m in members),
        outcome="apart",
        where=shapely.union_all([why.where for why in shown]),
        pairs=tuple(found),
        facts={
            "name": names[0],
            "where": where,
            "count": len(members),
            "gap_m": round(shown[0].gap_m),
            "because": "、".join(_REASONS[r] for r in reasons),
            "reasons": reasons,
            "names": names,
            "rank": round(sum(float(m.attributes.get("length_m") or 0.0) for m in members)),
        },
    )


def _settled(pair: Pair, decisions: Mapping[Pair, str]) -> bool:
    """Whether a pair was decided, or follows from others: A is B, B is C, so A is C."""
    if pair in decisions:
        return True
    first, second = (_all_of(s, decisions) for s in pair)
    return second == first or any(
        decisions.get(ordered_pair(a, b)) == "two" for a in first for b in second
    )


def _all_of(subject: SubjectId, decisions: Mapping[Pair, str]) -> frozenset[SubjectId]:
    """The subjects that were decided to be one road with this one."""
    known, reached = {subject}, [subject]
    while reached:
        now = reached.pop()
        for pair, answer in decisions.items():
            if answer == "one" and now in pair:
                fresh = set(pair) - known
                known |= fresh
                reached += fresh
    return frozenset(known)


def _groups(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Pairs that hang together, in the order of their first subject."""
    group_of: dict[SubjectId, SubjectId] = {}

    def first(subject: SubjectId) -> SubjectId:
        while group_of.get(subject, subject) != subject:
            subject = group_of[subject]
        return subject

    ordered = sorted(pairs)
    for a, b in ordered:
        low, high = sorted((first(a), first(b)))
        group_of[high] = low
    groups: dict[SubjectId, list[Pair]] = defaultdict(list)
    for pair in ordered:
        groups[first(pair[0])].append(pair)
    return [groups[key] for key in sorted(groups)]


def _two(second: tuple[tuple[float, float], ...], *names: str, **more: Any) -> list[Place]:
    """A road of 100 m to the east, and another place of its name (or the names given)."""
    return [
        drawn(road(names[0] if names else "文化路", number=1), (0, 0), (100, 0)),
        drawn(road(names[-1] if names else "文化路", number=2, **more), *second),
    ]


_AHEAD = ((220, 0), (320, 0))

RULE = Rule(
    id="pn.road.interrupted",
    version=1,
    title="一条中断的路？",
    check=check,
    guidance=Guidance(
        why="重名按“路”数，不按“段”数。同名的两组路段，可能是一条中断的路，也可能是两条重名的路，"
        "只看图形分不清，由人认定一次，今后不再询问。",
        fix="认定为一条路：补画缺少的一段，或说明中断原因；认定为两条路：其中一条另行命名。",
        exempt="间隙不足 2 米的是数字化误差；相隔很远的同名道路按两条路查重；认定过的不再提示。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "{where}的“{name}”分成互不相连的 {parts} 组路段，最近处相隔 {gap_m} 米。"
            "请认定：一条中断的路，还是应分开登记的两条路？",
        ),
        "to_split": Judgement(
            SeverityPair(Severity.TASK, Severity.TASK),
            "{where}的“{name}”已认定为两条路，但仍登记为一处（{parts} 组路段）。"
            "请分开登记，其中一条另行命名。",
        ),
        "apart": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "“{name}”有 {count} 组互不相连的路段（{where}），最近处相隔 {gap_m} 米，{because}。"
            "请认定：一条中断的路，还是不同的路？",
        ),
    },
    basis=(
        place_names("第九条第（八）项", "重名按道路计，先要分清是不是一条路"),
        local("同名路段的归并办法", "相隔多少米以内需要认定为可调参数"),
    ),
    applies_to=("road",),
    fires_on=(
        Example(
            "一处登记，两组路段相隔 120 米",
            places(drawn(road("文化路"), (0, 0), (100, 0), then=_AHEAD)),
        ),
        Example(
            "已认定为两条路，仍登记为一处",
            decided_roads(
                {("place:示例村-1", "place:示例村-1"): "two"},
                drawn(road("文化路"), (0, 0), (100, 0), then=_AHEAD),
            ),
            "to_split",
        ),
        Example("端头相对，相隔 120 米", places(*_two(_AHEAD)), "apart"),
        Example("在路口错开 20 米", places(*_two(((110, 15), (110, 200)))), "apart"),
        Example(
            "由一段无名路相接",
            places(
                *_two(((100, 90), (0, 120))),
                drawn(road(number=3), (100, 0), (130, 45), (100, 90)),
            ),
            "apart",
        ),
        Example("两幅车道相隔 20 米", places(*_two(((0, 20), (100, 20)))), "apart"),
        Example("跨村界中断", places(*_two(_AHEAD, village="东村")), "apart"),
    ),
    silent_on=(
        Example(
            "间隙 1.5 米", places(drawn(road("文化路"), (0, 0), (9, 0), then=((10.5, 0), (99, 0))))
        ),
        Example("相隔 800 米", places(*_two(((900, 0), (990, 0))))),
        Example("并排 90 米的两条路", places(*_two(((0, 90), (100, 90))))),
        Example(
            "主街两侧错开 30 米的两条巷",
            places(
                drawn(road("健康胡同", number=1), (0, 0), (0, 120)),
                drawn(road("健康胡同", number=2), (28, -10), (28, -130)),
                drawn(road("中心街", number=3), (-80, -5), (99, -5)),
            ),
        ),
        Example("名称不同", places(*_two(_AHEAD, "文化路", "文明路"))),
        Example(
            "已认定为一条路",
            decided_roads({("place:示例村-1", "place:示例村-2"): "one"}, *_two(_AHEAD)),
        ),
        Example(
            "已认定为两条路",
            decided_roads({("place:示例村-1", "place:示例村-2"): "two"}, *_two(_AHEAD)),
        ),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
