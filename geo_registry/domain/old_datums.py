"""Beijing 1954 and Xi'an 1980: how far their numbers lie from those of CGCS2000, as evidence only.

Neither has published parameters to CGCS2000 that are good enough to convert by; a survey office
has them for its own district. What is known: one offshore transformation for the Yellow Sea
(EPSG:15919, Beijing 1954 to WGS 84, position vector, stated accuracy 15 m), and ranges of the
differences of grid coordinates over the whole country. They tell what a displacement looks like,
and nothing here turns coordinates of one system into another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import shapely
from pyproj import CRS, Transformer
from pyproj.crs import ProjectedCRS

from geo_registry.domain.crs import CGCS2000, WorkPlane, coordinate_system

BEIJING54, XIAN80 = "beijing54", "xian80"
TITLES = {BEIJING54: "北京54坐标系", XIAN80: "西安80坐标系"}
DATUMS = {
    "BEIJING 1954": BEIJING54,
    "BEIJING54": BEIJING54,
    "XIAN 1980": XIAN80,
    "XI'AN 1980": XIAN80,
    "XIAN80": XIAN80,
}
_YELLOW_SEA = "+x=15.53 +y=-113.82 +z=-41.38 +rz=0.814 +s=-0.38 +convention=position_vector"
"""Metres, arc seconds and parts per million of EPSG:15919. At 122.12° E, 37.5° N degrees of 1954
read as CGCS2000 lie 67.4 m west and 33.5 m south, grid numbers 68.7 m west and 40.0 m north."""
_YELLOW_SEA_BOX = (119.0, 31.0, 125.5, 41.0)
"""West, south, east, north: where those parameters are taken for typical: their area (31.23–37.4°
N, 119.23–125.06° E) with its coasts."""
_YELLOW_SEA_M = 30.0
"""Twice their stated accuracy."""
# Published ranges of new less old grid coordinates over the country, metres (ΔX north, ΔY east):
# 54: −29…−62, −56…+84; 80: −9…+43, +76…+119. Below: old less new, as (least, most).
_NATIONAL = {
    BEIJING54: ((-84.0, 56.0), (29.0, 62.0)),
    XIAN80: ((-119.0, -76.0), (-43.0, 9.0)),
}


@dataclass(frozen=True, slots=True)
class TypicalShift:
    """Where numbers of an old datum land when they are read as CGCS2000: metres east and north.

    A box (``east``, ``north``: least and most) of which ``centre`` is the likeliest point.
    """

    datum: str
    east: tuple[float, float]
    north: tuple[float, float]
    local: bool
    """Whether it comes from parameters of this region, not only from ranges of the country."""

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box, metres east and north."""
        return sum(self.east) / 2.0, sum(self.north) / 2.0

    @property
    def distance_m(self) -> float:
        """The length of the likeliest shift."""
        return math.hypot(*self.centre)

    @property
    def azimuth_deg(self) -> float:
        """Its direction from north."""
        return math.degrees(math.atan2(*self.centre)) % 360.0

    def holds(self, east: float, north: float, margin: float = 0.0) -> bool:
        """Whether a displacement lies in the box, widened by a margin in metres."""
        return (
            self.east[0] - margin <= east <= self.east[1] + margin
            and self.north[0] - margin <= north <= self.north[1] + margin
        )

    def nearest(self, east: float, north: float) -> tuple[float, float]:
        """The displacement of the box next to one."""
        return (
            min(max(east, self.east[0]), self.east[1]),
            min(max(north, self.north[0]), self.north[1]),
        )


def old_datum(declared: str) -> str | None:
    """Which old datum a declared system is on, if it is on one."""
    crs = coordinate_system(declared)
    base = crs.geodetic_crs
    if base is None or base.datum is None:
        return None
    names = (base.datum.name, base.name)
    plain = (n.upper().replace("_", " ").removeprefix("D ").removeprefix("NEW ") for n in names)
    return next((DATUMS[p] for p in plain if p in DATUMS), None)


def same_grid_on_cgcs2000(declared: str) -> str:
    """The system of CGCS2000 with the projection of one on an old datum: a code, else WKT.

    To look at where the numbers would lie; not a conversion.
    """
    crs = coordinate_system(declared)
    operation = crs.coordinate_operation
    if not crs.is_projected or operation is None:
        return CGCS2000
    values = {p.name: p.value for p in operation.params}
    meridian = values.get("Longitude of natural origin", 0.0)
    zone, easting = divmod(values.get("False easting", 0.0), 1_000_000.0)
    usual = easting == 500_000.0 and values.get("Scale factor at natural origin", 1.0) == 1.0
    if usual and zone == 0.0 and meridian in range(75, 136, 3):
        return WorkPlane(int(meridian)).code
    if usual and zone in range(25, 46) and meridian == 3.0 * zone:
        return f"EPSG:{4513 + int(zone) - 25}"
    if usual and zone in range(13, 24) and meridian == 6.0 * zone - 3.0:
        return f"EPSG:{4491 + int(zone) - 13}"
    name = f"CGCS2000 / {operation.name}"
    geodetic = CRS.from_epsg(4490)
    return str(ProjectedCRS(conversion=operation, geodetic_crs=geodetic, name=name).to_wkt())


@lru_cache(maxsize=256)
def typical_shifts(longitude: float, latitude: float, *, degrees: bool) -> tuple[TypicalShift, ...]:
    """What an old datum read as CGCS2000 looks like at a place (EPSG:4490).

    ``degrees``: the numbers are longitudes and latitudes, not grid coordinates. The ellipsoid of
    1954 is 108 m larger, so grid northings differ by 70 m more than latitudes do; that of 1980 is
    3 m larger, which the margins of the ranges cover.
    """
    grid = _grid_less_degrees(longitude, latitude)
    off = (-grid[0], -grid[1]) if degrees else (0.0, 0.0)
    shifts = []
    west, south, east, north = _YELLOW_SEA_BOX
    for datum, (x, y) in _NATIONAL.items():
        if datum == BEIJING54 and west <= longitude <= east and south <= latitude <= north:
            a, b = _yellow_sea_m(longitude, latitude)
            a, b = (a, b) if degrees else (a + grid[0], b + grid[1])
            r = _YELLOW_SEA_M
            shifts.append(TypicalShift(datum, (a - r, a + r), (b - r, b + r), local=True))
            continue
        dx, dy = off if datum == BEIJING54 else (0.0, 0.0)
        shifts.append(
            TypicalShift(datum, (x[0] + dx, x[1] + dx), (y[0] + dy, y[1] + dy), local=False)
        )
    return tuple(shifts)


def _yellow_sea_m(longitude: float, latitude: float) -> tuple[float, float]:
    """Metres east and north from a place to where its degrees of 1954, read as CGCS2000, lie."""
    old = _to_beijing54().transform(longitude, latitude)
    both = shapely.points([(longitude, latitude), (old[0], old[1])])
    here, there = shapely.get_coordinates(WorkPlane.containing(longitude).to_plane(both))
    return float(there[0] - here[0]), float(there[1] - here[1])


def _grid_less_degrees(longitude: float, latitude: float) -> tuple[float, float]:
    """By how much grid numbers of one ellipsoid, read on the other, lie from the same degrees."""
    meridian = WorkPlane.containing(longitude).central_meridian
    krassowsky = Transformer.from_pipeline(
        f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=krass"
    ).transform(longitude, latitude)
    cgcs2000 = Transformer.from_pipeline(
        f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80"
    ).transform(longitude, latitude)
    return krassowsky[0] - cgcs2000[0], krassowsky[1] - cgcs2000[1]


@lru_cache(maxsize=1)
def _to_beijing54() -> Transformer:
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        "+step +proj=cart +ellps=GRS80 "
        f"+step +inv +proj=helmert {_YELLOW_SEA} "
        "+step +inv +proj=cart +ellps=krass "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
