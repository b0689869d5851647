"""County and town roads: paths through a graph of villages, named by their two ends."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pypinyin import lazy_pinyin
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from sample_district.ground import Ground
from sample_district.naming import core
from sample_district.streets import Layout, Road

Edge = tuple[int, int]
FULL = {"371002100", "371002101", "371002102", "371002109"}
"""The four towns of the campaign, whose roads are drawn in full."""


@dataclass
class _Graph:
    points: NDArray[np.float64]
    around: dict[int, dict[int, float]]


def draw(ground: Ground, layouts: list[Layout], random: np.random.Generator) -> list[Road]:
    """Draw the roads between villages; each edge of the graph belongs to one road only."""
    gates = {layout.village.code: layout.gate for layout in layouts}
    nodes = [gates.get(v.code, v.seat) for v in ground.villages]
    graph = _neighbours(np.array([(p.x, p.y) for p in nodes]), ground.land)
    hulls = [layout.hull for layout in layouts if len(layout.roads) > 4]
    taken: set[Edge] = set()
    used_names: set[str] = set()
    roads = []
    for path in _county_paths(ground, graph, taken):
        roads.append(_road(path, "county", None, ground, graph, hulls, used_names, len(roads)))
    for town in sorted(ground.towns):
        for path in _town_paths(town, ground, graph, taken, random):
            roads.append(_road(path, "town", town, ground, graph, hulls, used_names, len(roads)))
    return roads


def _neighbours(xy: NDArray[np.float64], land: BaseGeometry) -> _Graph:
    """Gabriel graph: two villages are neighbours when no third lies in the circle between them."""
    far = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    inland = shapely.buffer(land, -120.0)
    shapely.prepare(inland)
    around: dict[int, dict[int, float]] = defaultdict(dict)
    for i in range(len(xy)):
        blocked = (far[i][:, None] + far < far[i][None, :]).sum(axis=0)
        for j in np.flatnonzero(blocked == 0):
            if j > i and inland.contains(LineString([xy[i], xy[j]])):
                length = float(far[i, j] ** 0.5)
                around[i][int(j)] = around[int(j)][i] = length
    return _Graph(xy, around)


def _shortest(graph: _Graph, start: int) -> dict[int, int]:
    best, before, queue = {start: 0.0}, {start: start}, [(0.0, start)]
    while queue:
        length, node = heapq.heappop(queue)
        if length > best[node]:
            continue
        for other, step in sorted(graph.around[node].items()):
            if length + step < best.get(other, np.inf):
                best[other], before[other] = length + step, node
                heapq.heappush(queue, (length + step, other))
    return before


def _path(before: dict[int, int], end: int) -> list[int]:
    path = [end]
    while before[path[-1]] != path[-1]:
        path.append(before[path[-1]])
    return path[::-1]


def _county_paths(ground: Ground, graph: _Graph, taken: set[Edge]) -> list[list[int]]:
    """Join each town to its nearest two of the towns, along villages."""
    seats = {}
    for town, seat in sorted(ground.town_seats.items()):
        inside = [i for i, v in enumerate(ground.villages) if v.town == town]
        seats[town] = min(inside, key=lambda i: Point(graph.points[i]).distance(seat))
    paths = []
    for town, start in seats.items():
        before = _shortest(graph, start)
        near = sorted(
            (t for t in seats if t != town and seats[t] in before),
            key=lambda t: float(np.hypot(*(graph.points[seats[t]] - graph.points[start]))),
        )
        for other in near[:3]:
            for run in _untaken(_path(before, seats[other]), taken):
                if len(run) > 2 or not paths:
                    paths.append(run)
    return paths


def _untaken(path: list[int], taken: set[Edge]) -> list[list[int]]:
    """Cut a path into runs of edges that no road has yet, and take them."""
    runs: list[list[int]] = []
    for a, b in itertools.pairwise(path):
        edge = (min(a, b), max(a, b))
        if edge in taken:
            continue
        taken.add(edge)
        if runs and runs[-1][-1] == a:
            runs[-1].append(b)
        else:
            runs.append([a, b])
    return runs


def _town_paths(
    town: str, ground: Ground, graph: _Graph, taken: set[Edge], random: np.random.Generator
) -> list[list[int]]:
    """Paths from villages without a road to the nearest road; elsewhere only the longer ones."""
    inside = [i for i, v in enumerate(ground.villages) if v.town == town]
    joined = {i for edge in taken for i in edge}
    lonely = [i for i in inside if i not in joined]
    paths = []
    order = list(random.permutation(len(lonely)))
    for pick in sorted(order, key=lambda k: -_remoteness(graph, lonely[k], joined)):
        start = lonely[pick]
        if start in joined:
            continue
        before = _shortest(graph, start)
        ends = [i for i in joined if i in before]
        if not ends:
            continue
        end = min(ends, key=lambda i: (_length(graph, _path(before, i)), i))
        path = _path(before, end)
        if len(path) < 3 and town not in FULL:
            continue
        paths += _untaken(path, taken)
        joined |= set(path)
    return paths


def _length(graph: _Graph, path: list[int]) -> float:
    return sum(graph.around[a][b] for a, b in itertools.pairwise(path))


def _remoteness(graph: _Graph, node: int, joined: set[int]) -> float:
    return min(
        (float(np.hypot(*(graph.points[node] - graph.points[j]))) for j in joined), default=0.0
    )


def _road(
    path: list[int],
    grade: str,
    town: str | None,
    ground: Ground,
    graph: _Graph,
    hulls: list[BaseGeometry],
    used: set[str],
    number: int,
) -> Road:
    parts = tuple(_smooth(path, graph.points, hulls, ground.land))
    ends = [ground.villages[path[0]], ground.villages[path[-1]]]
    a, b = (core(v.name) for v in ends)
    dx, dy = graph.points[path[-1]] - graph.points[path[0]]
    along = abs(dx) >= abs(dy)
    if (dx < 0) if along else (dy > 0):
        a, b = b, a
    words = ("西起", "东至") if along else ("北起", "南至")
    return Road(
        f"road:{grade}:{number + 1:03d}", parts, _joined_name(a, b, used), None, town,
        width_m=9.0 if grade == "county" else 6.0, surface="沥青",
        reason=f"连接{a}与{b}，各取一字",
        direction="东西走向" if along else "南北走向",
        start=words[0] + a, end=words[1] + b, tags=(grade,),
    )  # fmt: skip


def _joined_name(a: str, b: str, used: set[str]) -> str:
    """One character of each end and 路, sounding like no other such road (范陈路, as people do)."""
    plain = [x + y for x in a for y in b if x != y]
    telling = [p for p in plain if not set(p) & set("东西南北前后上下大小社区家村庄路")]
    for pair in (*telling, *plain, a + b):
        sound = "".join(lazy_pinyin(pair))
        if sound not in used:
            used.add(sound)
            return f"{pair}路"
    raise ValueError(f"no free name between {a} and {b}")


def _smooth(
    path: list[int], points: NDArray[np.float64], hulls: list[BaseGeometry], land: BaseGeometry
) -> list[LineString]:
    """One curve through all nodes (Catmull-Rom), a part an edge, round the built-up ground."""
    p = points[path]
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0.0, 1.0, 13)[:, None]
    parts = []
    for i in range(1, len(p) - 2):
        a, b, c, d = p[i - 1 : i + 3]
        curve = 0.5 * (
            2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )  # fmt: skip
        line = LineString(curve)
        if not land.contains(line):
            line = LineString([b, c])
        for hull in hulls:
            line = _round(line, hull)
        parts.append(line)
    return parts


def _round(line: LineString, hull: BaseGeometry) -> LineString:
    """Lead a line round a hull that it would cross, on the shorter side, ends staying put."""
    if not line.intersects(hull):
        return line
    ends = [Point(line.coords[0]), Point(line.coords[-1])]
    outside = line.difference(hull)
    ring = hull.exterior
    if outside.is_empty:
        return line
    runs = sorted(shapely.get_parts(outside), key=lambda r: line.project(Point(r.coords[0])))
    start_inside, end_inside = (hull.contains(e) for e in ends)
    if start_inside and end_inside:
        return line
    if start_inside:
        leave = _leave(ends[0], Point(runs[-1].coords[0]), ring)
        return LineString([ends[0].coords[0], *leave, *runs[-1].coords[1:]])
    if end_inside:
        leave = _leave(ends[1], Point(runs[0].coords[-1]), ring)
        return LineString([*runs[0].coords[:-1], *leave[::-1], ends[1].coords[0]])
    if len(runs) < 2:
        return line
    way = _along(ring, Point(runs[0].coords[-1]), Point(runs[-1].coords[0]))
    return LineString([*runs[0].coords[:-1], *way, *runs[-1].coords[1:]])


def _leave(gate: Point, target: Point, ring: LineString) -> list[tuple[float, float]]:
    """From a gate inside the hull straight out to its edge, then along the edge."""
    out = ring.interpolate(ring.project(gate))
    return _along(ring, out, target)


def _along(ring: LineString, a: Point, b: Point) -> list[tuple[float, float]]:
    total, at, to = ring.length, ring.project(a), ring.project(b)
    ahead = (to - at) % total
    if ahead <= total / 2:
        one = [substring(ring, at, to)] if at <= to else [
            substring(ring, at, total), substring(ring, 0, to)
        ]  # fmt: skip
    else:
        one = [substring(ring, to, at)] if to <= at else [
            substring(ring, to, total), substring(ring, 0, at)
        ]  # fmt: skip
    xy = [c for piece in one for c in piece.coords]
    if ahead > total / 2:
        xy = xy[::-1]
    kept = [xy[0]]
    for c in xy[1:]:
        if np.hypot(c[0] - kept[-1][0], c[1] - kept[-1][1]) > 8.0:
            kept.append(c)
    return kept if len(kept) > 1 else [xy[0], xy[-1]]
