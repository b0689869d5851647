"""Streets inside villages: a main street, a cross street, back streets and side lanes, gently bent.

A village is laid out on a straight grid and then bent by a smooth map, so that streets meet where
they should and never cross where they should not.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from sample_district.ground import Village
from sample_district.naming import EARLIER_NAMES, SECOND_NAMES, LargeVillage, core, road_class

PIECES = ("371002100210", "向阳街")
"""One road drawn in pieces with gaps of 0.8 m and 1.4 m, as digitising leaves them: no fault."""
INTERRUPTED = ("371002102214", "胜利街")
"""One road whose middle is really missing."""


@dataclass(frozen=True)
class Road:
    """One road: its parts (metres), its names, and where it lies."""

    key: str
    parts: tuple[LineString, ...]
    name: str | None
    village: str | None = None
    town: str | None = None
    width_m: float = 4.0
    surface: str = "水泥"
    new: bool = False
    reason: str = ""
    direction: str = ""
    start: str = ""
    end: str = ""
    more_names: tuple[tuple[str, str], ...] = ()
    """Kind (standard, former, alias) and name of further names."""
    tags: tuple[str, ...] = ()

    @property
    def length_m(self) -> float:
        """Length of all parts, metres."""
        return sum(part.length for part in self.parts)

    @property
    def place_class(self) -> str:
        """The class that the generic of the name says."""
        return road_class(self.name)


@dataclass(frozen=True)
class Layout:
    """The streets of one village, the hull that other roads go round, and where they leave it."""

    village: Village
    roads: tuple[Road, ...]
    hull: BaseGeometry
    gate: Point


@dataclass
class _Frame:
    """The bent grid: u along the main street, v across, metres from the middle."""

    middle: NDArray[np.float64]
    angle: float
    bends: tuple[tuple[float, float, float], ...] = field(default_factory=tuple)

    def place(self, line: BaseGeometry) -> BaseGeometry:
        return shapely.transform(line, self._move)

    def _move(self, uv: NDArray[np.float64]) -> NDArray[np.float64]:
        (a, length_a, phase_a), (b, length_b, phase_b) = self.bends
        u = uv[:, 0] + b * np.sin(2 * np.pi * uv[:, 1] / length_b + phase_b)
        v = uv[:, 1] + a * np.sin(2 * np.pi * uv[:, 0] / length_a + phase_a)
        c, s = np.cos(self.angle), np.sin(self.angle)
        return self.middle + np.column_stack([u * c - v * s, u * s + v * c])


def lay_out(village: Village, large: LargeVillage, random: np.random.Generator) -> Layout:
    """Draw the streets of one large village and hand its names out, widest street first."""
    frame = _frame(village, random, 14.0)
    names = _Slots(large)
    grid = _grid(names.count, random)
    pieces = _split(grid)
    roads = []
    for number, (role, parts) in enumerate(pieces):
        given = names.take(role)
        bent = tuple(frame.place(shapely.segmentize(p, 30.0)) for p in parts)
        roads.append(_road(village, number, role, bent, given))
    return Layout(village, tuple(_described(roads)), *_hull_and_gate(roads))


def _hull_and_gate(roads: list[Road]) -> tuple[BaseGeometry, Point]:
    """The built-up ground, and the end of the cross street, which reaches a little out of it."""
    way_out = roads[1].parts[-1]
    short = substring(way_out, 0, way_out.length - 45.0)
    reach = [p for r in roads for p in r.parts if p is not way_out]
    hull = shapely.convex_hull(shapely.union_all([*reach, short])).buffer(16.0)
    return hull, Point(way_out.coords[-1])


def hamlet(village: Village, random: np.random.Generator, *, side_lane: bool) -> Layout:
    """Draw a small village: one street named after it, and perhaps a nameless lane beside it."""
    frame = _frame(village, random, 9.0)
    half = 95 + random.random() * 65
    joint = (random.random() - 0.5) * half
    lines = [LineString([(-half, 0), (joint, 0)]), LineString([(joint, 0), (half, 0)])]
    street = Road(
        f"road:{village.code}:01",
        tuple(frame.place(shapely.segmentize(p, 30.0)) for p in lines),
        f"{core(village.name)}街",
        village.code,
        village.town,
        width_m=4.5,
    )
    roads = [street]
    if side_lane:
        up = 80 + random.random() * 50
        lane = frame.place(shapely.segmentize(LineString([(joint, 0), (joint, up)]), 30.0))
        roads.append(
            Road(
                f"road:{village.code}:02",
                (lane,),
                None,
                village.code,
                village.town,
                width_m=3.0,
                tags=("unnamed",),
            )
        )
    end = Point(street.parts[-1].coords[-1])
    reach = shapely.union_all([p for r in roads for p in r.parts])
    return Layout(village, tuple(_described(roads)), shapely.convex_hull(reach).buffer(12.0), end)


def _frame(village: Village, random: np.random.Generator, bend: float) -> _Frame:
    box = shapely.minimum_rotated_rectangle(village.area)
    xy = shapely.get_coordinates(box)
    edges = np.diff(xy, axis=0)
    longest = edges[np.argmax((edges**2).sum(axis=1))]
    angle = float(np.arctan2(longest[1], longest[0])) + (random.random() - 0.5) * 0.5
    return _Frame(
        np.array([village.seat.x, village.seat.y]),
        angle,
        (
            (
                bend * (0.8 + 0.4 * random.random()),
                640 + 260 * random.random(),
                6.28 * random.random(),
            ),
            (bend * 0.6, 420 + 160 * random.random(), 6.28 * random.random()),
        ),
    )


def _grid(count: int, random: np.random.Generator) -> list[tuple[str, list[LineString]]]:
    """Straight lines in the grid: main, cross, back streets, then lanes between them."""
    half = 250 + 18 * min(count, 12) * (0.85 + 0.3 * random.random())
    north, south = 120 + 35 * random.random(), 105 + 35 * random.random()
    cross = (random.random() - 0.5) * 0.2 * half
    west, east = -half * 0.82, half * 0.84
    beyond = 70 + 30 * random.random()
    lines = [
        ("main", LineString([(-half, 0), (half, 0)])),
        ("cross", LineString([(cross, -south - beyond), (cross, north + beyond)])),
        ("back", LineString([(west, north), (east, north)])),
        ("back", LineString([(west * 0.96, -south), (east * 0.9, -south)])),
    ]
    lanes = []
    for share in (-0.62, 0.58, -0.33, 0.32, -0.80, 0.78):
        for side, depth in ((1, north), (-1, south)):
            u = half * (share + 0.06 * (random.random() - 0.5)) + side * 16
            if abs(u - cross) < 55:
                u += 70 if u > cross else -70
            reach = depth if abs(share) < 0.7 else depth * (0.72 + 0.1 * random.random())
            lanes.append(("lane", LineString([(u, 0), (u, side * reach)])))
    chosen = [*lines[: min(4, count)], *lanes][:count]
    return [(role, [line]) for role, line in chosen]


def _split(grid: list[tuple[str, list[LineString]]]) -> list[tuple[str, list[LineString]]]:
    """Cut every line where another one meets it, so that parts run from junction to junction."""
    whole = [lines[0] for _, lines in grid]
    split = []
    for i, (role, _) in enumerate(grid):
        others = [w for j, w in enumerate(whole) if j != i]
        meets = [whole[i].intersection(w) for w in others]
        at = sorted({round(whole[i].project(p), 6) for p in meets if p.geom_type == "Point"})
        split.append((role, _cut(whole[i], [d for d in at if 1 < d < whole[i].length - 1])))
    return split


def _cut(line: LineString, distances: list[float]) -> list[LineString]:
    stops = [0.0, *distances, line.length]
    return [
        LineString([line.interpolate(a), line.interpolate(b)]) for a, b in itertools.pairwise(stops)
    ]


class _Slots:
    """Hands the names of a village out to the streets that suit them."""

    def __init__(self, large: LargeVillage) -> None:
        self.large = large
        self.new = [(name, reason) for name, reason in large.new]
        self.old = list(large.old)
        self.count = len(self.new) + len(self.old) + large.unnamed

    def take(self, role: str) -> tuple[str | None, str, bool]:
        """Give name, reason, and whether it is new; lanes get lane names while there are some."""
        wants_lane = role == "lane"
        for name, reason in self.new:
            if (road_class(name) == "road.lane") == wants_lane:
                self.new.remove((name, reason))
                return name, reason, True
        for name in self.old:
            if (road_class(name) in {"road.lane", "road"}) == wants_lane:
                self.old.remove(name)
                return name, "", False
        if not wants_lane and self.new:
            name, reason = self.new.pop(0)
            return name, reason, True
        if wants_lane and self.old:
            return self.old.pop(0), "", False
        return None, "", False


def _road(
    village: Village,
    number: int,
    role: str,
    parts: tuple[LineString, ...],
    given: tuple[str | None, str, bool],
) -> Road:
    name, reason, new = given
    named = (village.code, name or "")
    tags = [] if name else ["unnamed"]
    if named == PIECES:
        parts, tags = _with_small_gaps(parts), ["pieces"]
    elif named == INTERRUPTED:
        parts, tags = _without_middle(parts), ["interrupted"]
    more = [("standard", SECOND_NAMES[named])] if named in SECOND_NAMES else []
    more += [EARLIER_NAMES[named]] if named in EARLIER_NAMES else []
    return Road(
        f"road:{village.code}:{number + 1:02d}", parts, name, village.code, village.town,
        width_m={"main": 7.0, "cross": 6.0, "back": 5.0, "lane": 3.5}[role],
        surface="沥青" if role == "main" else "水泥",
        new=new, reason=reason, more_names=tuple(more), tags=tuple(tags),
    )  # fmt: skip


def _with_small_gaps(parts: tuple[LineString, ...]) -> tuple[LineString, ...]:
    """Cut the longest parts in two and leave 0.8 m and 1.4 m between the halves."""
    longest = sorted(range(len(parts)), key=lambda i: -parts[i].length)
    gaps = dict(zip(longest, (0.8, 1.4), strict=False))
    pieces: list[LineString] = []
    for i, part in enumerate(parts):
        if i not in gaps:
            pieces.append(part)
            continue
        middle = part.length / 2
        pieces.append(substring(part, 0, middle - gaps[i] / 2))
        pieces.append(substring(part, middle + gaps[i] / 2, part.length))
    return tuple(pieces)


def _without_middle(parts: tuple[LineString, ...]) -> tuple[LineString, ...]:
    """Leave the middle of the road out: about 170 m that were never built."""
    whole = shapely.line_merge(shapely.union_all(list(parts)))
    middle = whole.length / 2
    return (
        substring(whole, 0, middle - 85),
        substring(whole, middle + 85, whole.length),
    )


def _described(roads: list[Road]) -> list[Road]:
    """Say for each road how it runs and between which roads."""
    return [_describe(road, roads) for road in roads]


def _describe(road: Road, roads: list[Road]) -> Road:
    first, last = Point(road.parts[0].coords[0]), Point(road.parts[-1].coords[-1])
    dx, dy = last.x - first.x, last.y - first.y
    along = abs(dx) >= abs(dy)
    start, end = (first, last) if (dx >= 0 if along else dy <= 0) else (last, first)
    words = ("西", "东") if along else ("北", "南")
    return replace(
        road,
        direction="东西走向" if along else "南北走向",
        start=f"{words[0]}起{_near(start, road, roads)}",
        end=f"{words[1]}至{_near(end, road, roads)}",
    )


def _near(at: Point, road: Road, roads: list[Road]) -> str:
    named = [r for r in roads if r is not road and r.name and r.name != road.name]
    for other in named:
        if shapely.union_all(list(other.parts)).distance(at) < 0.5:
            return str(other.name)
    return "村边"
