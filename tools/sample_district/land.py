"""Nine cemeteries, each showing one case, and the protected land around them. All fictional."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sample_district.ground import Ground
from sample_district.naming import CEMETERY_ORDINALS
from sample_district.network import FULL
from sample_district.streets import Layout, Road

CAMPAIGN = date(2024, 9, 18)


@dataclass(frozen=True)
class Grant:
    """An approval of the sample."""

    key: str
    extent: Polygon
    method: str
    document: str
    valid_from: date
    supersedes: str | None = None


@dataclass(frozen=True)
class Measured:
    """A survey of the sample."""

    key: str
    extent: Polygon
    method: str
    on: date
    surveyor: str = "示例测量员"


@dataclass(frozen=True)
class Site:
    """A cemetery of the sample with what is expected of it."""

    key: str
    name: str
    type: str
    at: Point
    case: str
    grants: tuple[Grant, ...] = ()
    surveys: tuple[Measured, ...] = ()
    upload: Measured | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Protected:
    """A zone of the sample."""

    key: str
    kind: str
    name: str
    extent: BaseGeometry
    setback_m: float = 0.0


@dataclass
class _Site:
    """Draws a cemetery in metres of its own, turned and moved to its place."""

    number: int
    at: Point
    angle: float
    random: np.random.Generator
    width: float = 110.0
    depth: float = 70.0
    grants: list[Grant] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"示例公墓{CEMETERY_ORDINALS[self.number - 1]}"

    def place(self, xy: NDArray[np.float64] | list[tuple[float, float]]) -> Polygon:
        xy = np.asarray(xy, dtype=float) - (self.width / 2, self.depth / 2)
        c, s = np.cos(self.angle), np.sin(self.angle)
        turned = np.column_stack([xy[:, 0] * c - xy[:, 1] * s, xy[:, 0] * s + xy[:, 1] * c])
        return Polygon(turned + np.array([self.at.x, self.at.y]))

    def corners(self) -> NDArray[np.float64]:
        """Six corners of a plausible plot: nearly a rectangle, one side bent, one corner cut."""
        w, d = self.width, self.depth
        return np.array([(0, 0), (w * 0.55, -3), (w, 2), (w + 2, d), (14, d), (0, d - 12)], float)

    def grant(
        self, xy: NDArray[np.float64], method: str, year: int, number: int, **more: str | None
    ) -> Grant:
        key = f"approval:{self.number}:{len(self.grants) + 1}"
        document = f"示例民批〔{year}〕{number}号（虚构）"
        made = Grant(key, self.place(xy), method, document, date(year, 6, number), **more)
        self.grants.append(made)
        return made

    def measure(self, xy: NDArray[np.float64], method: str, on: date = CAMPAIGN) -> Measured:
        return Measured(f"survey:{self.number}", self.place(xy), method, on)

    def noisy(
        self, xy: NDArray[np.float64], sigma: float, shift: tuple[float, float]
    ) -> NDArray[np.float64]:
        """What an instrument of that quality would write down."""
        fine = shapely.get_coordinates(shapely.segmentize(Polygon(xy), 28.0))[:-1]
        return (
            fine + np.clip(self.random.normal(0, sigma, fine.shape), -2 * sigma, 2 * sigma) + shift
        )


def inward(xy: NDArray[np.float64], metres: float) -> NDArray[np.float64]:
    """The same outline a little smaller (negative: larger)."""
    return shapely.get_coordinates(Polygon(xy).buffer(-metres, join_style="mitre"))[:-1]


def cemeteries(
    ground: Ground, layouts: list[Layout], roads: list[Road], random: np.random.Generator
) -> list[Site]:
    """Draw the nine cases of the issue on quiet slopes of the four towns."""
    places = _quiet_places(ground, layouts, roads)
    angles = random.random(9) * np.pi
    draw = [_Site(n + 1, at, float(angles[n]), random) for n, at in enumerate(places)]
    return [
        _clean(draw[0]), _within(draw[1]), _phone(draw[2]), _confirmed(draw[3]),
        _amended(draw[4]), _gcj02(draw[5]), *_neighbours(draw[6], draw[7]), _unapproved(draw[8]),
    ]  # fmt: skip


def _site(draw: _Site, case: str, verdict: str | None, **parts: object) -> Site:
    kind = "commercial" if draw.number in {1, 4} else "rural_public"
    return Site(
        f"cemetery:{draw.number}", draw.name, kind, draw.at, case,
        grants=tuple(draw.grants), verdict=verdict, **parts,  # type: ignore[arg-type]
    )  # fmt: skip


def _clean(draw: _Site) -> Site:
    xy = draw.corners()
    draw.grant(xy, "cad", 2016, 8)
    survey = draw.measure(inward(xy, 0.35), "rtk")
    return _site(draw, "没有扩建（RTK 测量）", "none", surveys=(survey,))


def _within(draw: _Site) -> Site:
    xy = draw.corners()
    draw.grant(xy, "map_500", 2012, 11)
    survey = draw.measure(draw.noisy(xy, 0.6, (1.2, -0.8)), "satellite")
    return _site(draw, "在测量误差范围内（卫星影像）", "within_tolerance", surveys=(survey,))


def _phone(draw: _Site) -> Site:
    xy = draw.corners()
    draw.grant(xy, "cad", 2014, 5)
    larger = xy.copy()
    larger[2:4, 0] += 26.0
    survey = draw.measure(draw.noisy(larger, 0.8, (0.9, 0.6)), "phone")
    return _site(draw, "疑似超出（手机步测）", "suspected", surveys=(survey,))


def _confirmed(draw: _Site) -> Site:
    draw.width, draw.depth = 140.0, 84.0
    xy = draw.corners()
    draw.grant(xy, "cad", 2010, 9)
    w, d = draw.width, draw.depth
    grown = np.array(
        [xy[0], xy[1], xy[2], xy[3], (w * 0.84, d), (w * 0.83, d + 15), (w * 0.31, d + 14),
         (w * 0.30, d), xy[4], xy[5]]
    )  # fmt: skip
    survey = draw.measure(grown, "rtk")
    return _site(draw, "测量确认超出（RTK 测量）", "confirmed", surveys=(survey,))


def _amended(draw: _Site) -> Site:
    xy = draw.corners()
    first = draw.grant(xy, "map_2000", 2008, 3)
    larger = xy.copy()
    larger[3:, 1] += 22.0
    draw.grant(larger, "cad", 2019, 12, supersedes=first.key)
    survey = draw.measure(inward(larger, 0.3), "rtk")
    return _site(draw, "变更批准后未超出（旧批准范围已被替代）", "none", surveys=(survey,))


def _gcj02(draw: _Site) -> Site:
    xy = draw.corners()
    draw.grant(xy, "cad", 2017, 4)
    survey = draw.measure(draw.noisy(xy, 0.5, (0.4, 0.2)), "phone", date(2024, 10, 9))
    return _site(draw, "待上传的测量是 GCJ-02 坐标（上传样例，未入库）", None, upload=survey)


def _neighbours(left: _Site, right: _Site) -> list[Site]:
    """Two side by side whose approvals overlap by eight metres; the right one lies in a forest."""
    right.angle = left.angle
    xy = left.corners()
    c, s = np.cos(left.angle), np.sin(left.angle)
    step = left.width + 2 - 8
    right.at = Point(left.at.x + step * c - 3 * s, left.at.y + step * s + 3 * c)
    left.grant(xy, "cad", 2011, 7)
    right.grant(xy, "cad", 2013, 10)
    one = left.measure(inward(xy, 9.0), "drone")
    other = right.measure(inward(xy, 9.0), "drone")
    return [
        _site(left, "与相邻公墓的批准范围重叠", "none", surveys=(one,)),
        _site(right, "批准范围与相邻公墓重叠，并位于保护区内", "none", surveys=(other,)),
    ]


def _unapproved(draw: _Site) -> Site:
    draw.width, draw.depth = 72.0, 48.0
    survey = draw.measure(draw.corners(), "drone")
    return _site(draw, "没有批准记录", None, surveys=(survey,))


def _quiet_places(ground: Ground, layouts: list[Layout], roads: list[Road]) -> list[Point]:
    """Far from streets, roads and sea; spread over the four towns, two or three in each."""
    busy = shapely.union_all(
        [layout.hull for layout in layouts] + [p for r in roads for p in r.parts]
    )
    inland = ground.land.buffer(-500.0)
    chosen: list[Point] = []
    for town, wanted in zip(sorted(FULL), (2, 3, 2, 2), strict=True):
        area = ground.towns[town].buffer(-260.0).intersection(inland)
        grid = [p for p in _grid(area, 90.0) if area.contains(p)]
        grid.sort(key=lambda p: (-busy.distance(p), p.x))
        here: list[Point] = []
        for p in grid:
            if all(p.distance(q) > 1500.0 for q in [*here, *chosen]):
                here.append(p)
            if len(here) == wanted:
                break
        chosen += here
    return chosen


def _grid(area: BaseGeometry, step: float) -> list[Point]:
    west, south, east, north = area.bounds
    return [Point(x, y) for x in np.arange(west, east, step) for y in np.arange(south, north, step)]


def zones(
    ground: Ground,
    layouts: list[Layout],
    roads: list[Road],
    sites: list[Site],
    random: np.random.Generator,
) -> list[Protected]:
    """Farmland, forest, water, dam, scenic, heritage, reserve, road and railway land."""
    graves = shapely.union_all([g.extent for s in sites for g in (*s.grants, *s.surveys)])
    keep_off = shapely.union_all([graves.buffer(140.0), *(x.hull.buffer(25.0) for x in layouts)])
    land = ground.land.buffer(-60.0)
    found: list[Protected] = []

    def add(kind: str, name: str, shape: BaseGeometry, setback: float = 0.0) -> None:
        others = [z.extent.buffer(15.0) for z in found if z.kind not in {"road", "rail"}]
        clear = shape.intersection(land).difference(shapely.union_all([keep_off, *others]))
        parts = [p for p in shapely.get_parts(clear) if p.geom_type == "Polygon"]
        if parts and max(p.area for p in parts) > 400.0:
            largest = max(parts, key=lambda p: p.area).simplify(1.5)
            found.append(Protected(f"zone:{len(found) + 1}", kind, name, largest, setback))

    eighth = next(s for s in sites if s.key == "cemetery:8")
    seventh = next(s for s in sites if s.key == "cemetery:7")
    away = np.array([eighth.at.x - seventh.at.x, eighth.at.y - seventh.at.y])
    away = away / np.hypot(*away)
    middle = Point(eighth.at.x + away[0] * 330, eighth.at.y + away[1] * 330)
    hill = _blob(middle, 320.0, random, calm=True).difference(
        shapely.union_all([seventh.grants[0].extent.buffer(30.0),
                           *(x.hull.buffer(20.0) for x in layouts)])
    )  # fmt: skip
    hill = max(shapely.get_parts(hill), key=lambda p: p.area)
    found.append(Protected("zone:1", "forest", "示例公益林一区", hill.simplify(1.0)))
    _water(add, ground, layouts, roads, random)
    _wide(add, ground, random)
    for number, at in enumerate(_fields(layouts, random), start=1):
        add(
            "farmland",
            f"示例永久基本农田{number:02d}片",
            _blob(at, 190 + 120 * random.random(), random),
        )
    county = max((r for r in roads if "county" in r.tags), key=lambda r: r.length_m)
    strip = shapely.union_all(list(county.parts)).buffer(4.5 + 10.0, cap_style="flat")
    widest = max(shapely.get_parts(strip), key=lambda p: p.area).simplify(0.5)
    name = f"{county.name}公路建筑控制区（示例）"
    found.append(Protected(f"zone:{len(found) + 1}", "road", name, widest))
    found.append(_railway(len(found) + 1, ground, graves))
    return found


def _water(add, ground: Ground, layouts: list[Layout], roads: list[Road],  # type: ignore[no-untyped-def]
           random: np.random.Generator) -> None:  # fmt: skip
    """A reservoir site as far from roads as there is one: source zone and dam."""
    busy = shapely.union_all([p for r in roads for p in r.parts] + [x.hull for x in layouts])
    area = shapely.union_all([ground.towns[t] for t in ("371073112", "371002101", "371071108")])
    area = area.intersection(ground.land.buffer(-900.0))
    for number in (1, 2):
        places = [p for p in _grid(area, 220.0) if area.contains(p)]
        best = max(places, key=lambda p: (min(busy.distance(p), 900.0), p.x))
        size = min(busy.distance(best) * 0.7, 380.0)
        lake = _blob(best, size, random)
        add("water", f"示例水库{number}饮用水水源一级保护区", lake)
        add("dam", f"示例水库{number}大坝管理和保护范围",
            Point(best.x, best.y - size * 1.28).buffer(size * 0.22, quad_segs=4))  # fmt: skip
        busy = busy.union(best.buffer(2500.0))


def _wide(add, ground: Ground, random: np.random.Generator) -> None:  # type: ignore[no-untyped-def]
    """Hills, a stretch of coast, a reserve and two old walls."""
    seats = ground.town_seats

    def beside(town: str, east: float, north: float) -> Point:
        return Point(seats[town].x + east, seats[town].y + north)

    add("scenic", "示例海滨风景名胜区", _blob(beside("371002011", 2500, 900), 900.0, random))
    add("reserve", "示例自然保护区", _blob(beside("371072105", 1900, -2300), 950.0, random))
    add("forest", "示例公益林二区", _blob(beside("371002101", -3600, -2400), 820.0, random))
    add("forest", "示例公益林三区", _blob(beside("371002102", 2600, -2600), 780.0, random))
    add("forest", "示例公益林四区", _blob(beside("371073107", 3200, 1900), 900.0, random))
    add("forest", "示例公益林五区", _blob(beside("371073112", -2800, 2600), 880.0, random))
    add("heritage", "示例烽火台保护范围", _blob(beside("371002109", -2300, 1500), 130.0, random))
    add("heritage", "示例古城墙保护范围", _blob(beside("371002001", 700, 350), 150.0, random))


def _fields(layouts: list[Layout], random: np.random.Generator) -> list[Point]:
    """Farmland lies beside villages: one patch each for the larger ones."""
    places = []
    for layout in layouts:
        if len(layout.roads) < 5:
            continue
        for _ in range(2):
            angle = random.random() * 2 * np.pi
            reach = 640 + 160 * random.random()
            seat = layout.village.seat
            places.append(Point(seat.x + reach * np.cos(angle), seat.y + reach * np.sin(angle)))
    return places


def _blob(at: Point, size: float, random: np.random.Generator, *, calm: bool = False) -> Polygon:
    """A rounded patch as such land is drawn: four waves on a circle."""
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    radius = np.ones_like(turn)
    for wave in range(2, 6):
        height = (0.06 if calm else 0.34) / wave
        radius += height * np.sin(wave * turn + 2 * np.pi * random.random())
    xy = np.column_stack([np.cos(turn), np.sin(turn)]) * (radius * size)[:, None]
    return Polygon(xy + np.array([at.x, at.y]))


def _railway(number: int, ground: Ground, graves: BaseGeometry) -> Protected:
    """A railway through the south-west, with its 12 m safety zone on both sides."""
    a, b = ground.town_seats["371073107"], ground.town_seats["371071108"]
    t = np.linspace(0, 1, 40)
    x = a.x + (b.x - a.x) * t + 900 * np.sin(np.pi * t)
    y = a.y + (b.y - a.y) * t + 700 * np.sin(2 * np.pi * t)
    strip = LineString(np.column_stack([x, y])).buffer(12.0, cap_style="flat")
    clear = strip.intersection(ground.land).difference(graves.buffer(40.0))
    largest = max(shapely.get_parts(clear), key=lambda p: p.area)
    return Protected(f"zone:{number}", "rail", "示例铁路线路安全保护区", largest.simplify(0.5))
