"""The ground of the sample district: an invented coast, towns and village areas that fill it.

Everything here is made up but the codes, the names, and the seats of fifteen towns, which are where
GeoNames has them (CC BY 4.0). The borders are Voronoi cells bent by a smooth field.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.crs import WorkPlane

PLANE = WorkPlane(123)

# An invented outline in the manner of the peninsula: north coast, east coast, land border.
OUTLINE = [
    (121.868, 37.452), (121.905, 37.470), (121.945, 37.478), (121.962, 37.462), (121.985, 37.466),
    (121.990, 37.492), (122.020, 37.512), (122.035, 37.536), (122.075, 37.545), (122.090, 37.562),
    (122.128, 37.566), (122.160, 37.552), (122.150, 37.532), (122.128, 37.520), (122.134, 37.497),
    (122.128, 37.480), (122.150, 37.466), (122.188, 37.462), (122.214, 37.446), (122.226, 37.426),
    (122.262, 37.436), (122.290, 37.424), (122.298, 37.400), (122.325, 37.408), (122.362, 37.418),
    (122.398, 37.404), (122.405, 37.372), (122.392, 37.338), (122.362, 37.302), (122.335, 37.272),
    (122.285, 37.262), (122.235, 37.276), (122.190, 37.266), (122.140, 37.256), (122.100, 37.236),
    (122.050, 37.232), (121.995, 37.246), (121.945, 37.258), (121.905, 37.285), (121.886, 37.330),
    (121.872, 37.375), (121.856, 37.415),
]  # fmt: skip
COAST = slice(0, 26)

# Statistical town code → seat. GeoNames (geonames.org), CC BY 4.0, for the first group.
SEATS_GEONAMES = {
    "371002001": (122.11398, 37.50041), "371002011": (122.11195, 37.53810),
    "371002100": (122.03134, 37.48464), "371002101": (122.03427, 37.42413),
    "371002102": (122.16407, 37.37600), "371002109": (122.28127, 37.31884),
    "371071007": (122.05402, 37.50013), "371072008": (122.14735, 37.44331),
    "371072009": (122.17046, 37.41253), "371072010": (122.14703, 37.41200),
    "371072103": (122.23913, 37.40821), "371072105": (122.34885, 37.37775),
    "371073107": (122.11633, 37.30817), "371073112": (121.97536, 37.30808),
    "371073113": (122.06670, 37.28432),
}  # fmt: skip
SEATS_INVENTED = {
    "371002002": (122.10100, 37.51900), "371002003": (122.10900, 37.47800),
    "371002012": (122.08300, 37.45900), "371071004": (122.06900, 37.52600),
    "371071108": (121.93000, 37.42000),
}  # fmt: skip


@dataclass(frozen=True)
class Village:
    """One village-level unit with its invented area (metres in the work plane)."""

    code: str
    name: str
    town: str
    town_name: str
    area: BaseGeometry
    seat: Point


@dataclass(frozen=True)
class Ground:
    """The whole district in the work plane."""

    land: BaseGeometry
    villages: tuple[Village, ...]
    towns: dict[str, BaseGeometry]
    town_seats: dict[str, Point]


class Bend:
    """A smooth displacement that never folds: every border bends, no two ever cross."""

    OCTAVES = ((7000.0, 300.0), (2600.0, 85.0), (1050.0, 26.0), (420.0, 8.0))

    def __init__(self, random: np.random.Generator) -> None:
        self.waves = []
        for length, height in self.OCTAVES:
            for _ in range(3):
                angle = random.random() * 2 * np.pi
                k = np.array([np.cos(angle), np.sin(angle)]) * 2 * np.pi / length
                turn = random.random() * 2 * np.pi
                push = np.array([np.cos(turn), np.sin(turn)]) * height / 3 * 1.4
                self.waves.append((k, push, random.random() * 2 * np.pi))

    def __call__(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move points (n, 2), metres."""
        moved = xy.copy()
        for k, push, phase in self.waves:
            moved += np.sin(xy @ k + phase)[:, None] * push
        return moved


def make(units: Path, random: np.random.Generator, large: frozenset[str]) -> Ground:
    """Lay out the district; the villages in ``large`` get the roomiest cells of their town."""
    bend = Bend(random)
    outline = _outline(random)
    seats = {
        code: PLANE.to_plane(Point(at)) for code, at in {**SEATS_GEONAMES, **SEATS_INVENTED}.items()
    }
    rows = _units(units)
    cells: dict[str, BaseGeometry] = {}
    for town, town_area in _cells(list(seats.values()), outline, list(seats)).items():
        mine = [r for r in rows if r["nbs_town_code"] == town]
        cells |= _fill(town_area, seats[town], mine, large, random)
    areas = _bent(cells, bend)
    villages = tuple(
        Village(
            r["nbs_code"],
            r["name"],
            r["nbs_town_code"],
            r["town"],
            areas[r["nbs_code"]],
            _middle(areas[r["nbs_code"]]),
        )
        for r in rows
    )
    towns = {
        town: shapely.union_all([v.area for v in villages if v.town == town]) for town in seats
    }
    moved = {code: Point(bend(np.array([[p.x, p.y]]))[0]) for code, p in seats.items()}
    return Ground(shapely.union_all(list(towns.values())), villages, towns, moved)


def _units(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _outline(random: np.random.Generator) -> Polygon:
    """Roughen the coast by displacing midpoints, thrice; the land border stays calm."""
    xy = shapely.get_coordinates(PLANE.to_plane(Polygon(OUTLINE)))[:-1]
    rough = np.zeros(len(xy), bool)
    rough[COAST] = True
    for _ in range(4):
        after = np.roll(xy, -1, axis=0)
        along = after - xy
        across = np.column_stack([-along[:, 1], along[:, 0]])
        share = (random.random(len(xy)) - 0.5) * np.where(rough, 0.30, 0.08)
        middle = (xy + after) / 2 + across * share[:, None]
        xy = np.stack([xy, middle], axis=1).reshape(-1, 2)
        rough = np.repeat(rough, 2)
    polygon = shapely.make_valid(Polygon(xy), method="structure", keep_collapsed=False)
    return max(shapely.get_parts(polygon), key=lambda p: p.area)


def _cells(points: list[Point], area: BaseGeometry, keys: list[str]) -> dict[str, BaseGeometry]:
    raw = shapely.get_parts(
        shapely.voronoi_polygons(MultiPoint(points), extend_to=area.envelope, ordered=True)
    )
    return {key: cell.intersection(area) for key, cell in zip(keys, raw, strict=True)}


def _fill(
    town: BaseGeometry,
    seat: Point,
    rows: list[dict[str, str]],
    large: frozenset[str],
    random: np.random.Generator,
) -> dict[str, BaseGeometry]:
    """Divide a town among its units: communities round the seat, large villages in roomy cells."""
    points = _spread(town, len(rows), random)
    cells = list(_cells(points, town, [str(i) for i in range(len(points))]).values())
    order = sorted(range(len(cells)), key=lambda i: points[i].distance(seat))
    # A village of 300 households needs room; the town's own village lies nearest to the seat, the
    # others spread outwards.
    roomy = [i for i in order if _room(cells[i]) > 440.0]
    wanted = sorted(
        (r for r in rows if r["nbs_code"] in large),
        key=lambda r: (r["name"][:2] != r["town"][:2], r["nbs_code"]),
    )
    step = max(1, len(roomy) // max(1, len(wanted)))
    given = dict(zip([r["nbs_code"] for r in wanted], roomy[::step], strict=False))
    rest = sorted(
        (r for r in rows if r["nbs_code"] not in given),
        key=lambda r: ("居" not in r["name"], r["nbs_code"]),
    )
    free = [i for i in order if i not in given.values()]
    given |= {r["nbs_code"]: i for r, i in zip(rest, free, strict=True)}
    return {code: cells[i] for code, i in given.items()}


def _spread(town: BaseGeometry, count: int, random: np.random.Generator) -> list[Point]:
    """Points inside a town, evened out a little (Lloyd), as villages are."""
    west, south, east, north = town.bounds
    points: list[Point] = []
    while len(points) < count:
        at = Point(
            west + random.random() * (east - west), south + random.random() * (north - south)
        )
        if town.contains(at):
            points.append(at)
    for _ in range(7):
        cells = _cells(points, town, [str(i) for i in range(count)])
        points = [_middle(cell) for cell in cells.values()]
    return points


def _room(cell: BaseGeometry) -> float:
    """Radius of the largest circle inside, metres."""
    return float(shapely.maximum_inscribed_circle(_main(cell), tolerance=5.0).length)


def _main(area: BaseGeometry) -> BaseGeometry:
    return max(shapely.get_parts(area), key=lambda p: p.area)


def _middle(area: BaseGeometry) -> Point:
    return Point(shapely.maximum_inscribed_circle(_main(area), tolerance=2.0).coords[0])


def _bent(cells: dict[str, BaseGeometry], bend: Bend) -> dict[str, BaseGeometry]:
    """Node all borders, bend them once, and rebuild the areas, so neighbours share vertices."""
    lines = shapely.union_all([c.boundary for c in cells.values()], grid_size=0.01)
    fine = shapely.segmentize(lines, 90.0)
    faces = shapely.get_parts(shapely.polygonize(list(shapely.get_parts(fine))))
    tree = shapely.STRtree(list(cells.values()))
    codes = list(cells)
    parts: dict[str, list[BaseGeometry]] = {code: [] for code in codes}
    for face in faces:
        inside = face.representative_point()
        hits = tree.query(inside, predicate="within")
        if len(hits):
            parts[codes[hits[0]]].append(shapely.transform(face, bend))
    return {code: _tidy(shapely.union_all(found)) for code, found in parts.items()}


def _tidy(area: BaseGeometry) -> BaseGeometry:
    kept = [p for p in shapely.get_parts(area) if p.area > 20_000.0]
    return shapely.union_all(kept) if kept else area
