"""Coordinate systems: work planes on CGCS2000, geodesic areas, and the offsets of Chinese web maps.

Degrees are EPSG:4490 in the order longitude, latitude, everywhere. PROJ knows no parameters from
Beijing 1954 or Xi'an 1980 to CGCS2000 and would silently shift by nothing (about 70 m wrong), so
:func:`transformer` refuses what PROJ calls a ballpark transformation. The one exception is
WGS 84 ⇄ CGCS2000, which agree within a metre: an identity, alone or composed with a projection.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import TransverseMercatorConversion
from pyproj.exceptions import CRSError, ProjError
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.errors import BadRequest, Refused

Geometries = TypeVar("Geometries", BaseGeometry, NDArray[Any])
"""One geometry, or an array of geometries."""

Coordinates = NDArray[np.float64]
"""Shape (n, 2): longitude and latitude in degrees, or east and north in metres."""

CGCS2000 = "EPSG:4490"
M2_PER_MU = 2000.0 / 3.0
"""One 亩 in square metres."""
_SITE_M = 3_000.0
"""Up to this width the scale of a plane is taken at the centroid."""

_WGS84_DATUMS = ("WORLD GEODETIC SYSTEM 1984", "WGS 1984", "D WGS 1984", "WGS84", "WGS 84")
_CGCS2000_DATUMS = (
    "CHINA 2000",
    "D CHINA 2000",
    "CGCS2000",
    "CHINA GEODETIC COORDINATE SYSTEM 2000",
)


@dataclass(frozen=True, slots=True)
class WorkPlane:
    """A 3-degree Gauss-Krüger zone on CGCS2000: east and north in metres, false easting 500 km.

    Zones of the Chinese grid (central meridian 75, 78 … 135) are their EPSG definitions, 123 is
    EPSG:4550; any other meridian gets the same projection on the same ellipsoid.
    """

    central_meridian: int

    @classmethod
    def containing(cls, longitude: float) -> WorkPlane:
        """The zone that a longitude (degrees) lies in."""
        return cls(3 * math.floor(longitude / 3.0 + 0.5))

    @property
    def crs(self) -> CRS:
        """The coordinate system as pyproj knows it."""
        return _plane_crs(self.central_meridian)

    @property
    def code(self) -> str:
        """``EPSG:4550``, or the central meridian in words where there is no code."""
        epsg = self.crs.to_epsg()
        return f"EPSG:{epsg}" if epsg else f"CGCS2000 / CM {self.central_meridian}"

    def to_plane(self, geometry: Geometries) -> Geometries:
        """Project degrees (EPSG:4490) to metres; one geometry or a whole array."""
        return _mapped(geometry, _onto_plane(self.central_meridian))

    def to_degrees(self, geometry: Geometries) -> Geometries:
        """Turn metres of this plane into degrees (EPSG:4490); one geometry or a whole array."""
        return _mapped(geometry, _off_plane(self.central_meridian))

    def ellipsoidal_area_m2(self, geometry: BaseGeometry) -> float:
        """Area on the CGCS2000 ellipsoid, m², of a polygonal geometry of this plane.

        The plane enlarges areas by cosh²(x/R), x metres from the meridian, R the mean radius of
        curvature: taken at the centroid of sites (5e-8 of an area, since the factor is nearly
        linear), integrated along the edges of anything wider than 3 km. Agrees with
        :func:`geodesic_area_m2` to 1e-7 for sites (that one takes edges for geodesics, this one for
        straight lines of the plane) and needs a tenth of its time.
        """
        if geometry.is_empty:
            return 0.0
        west, south, east, _ = geometry.bounds
        radius = _mean_radius(self.central_meridian, round(south, -3))
        if east - west <= _SITE_M:
            off = (geometry.centroid.x - 500_000.0) / radius
            return float(geometry.area) / math.cosh(off) ** 2
        rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(geometry)))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        x = (points[:, 0] - 500_000.0) / radius
        middle = (x[1:] + x[:-1]) / 2.0
        mean = (np.tanh(x[1:]) + 4.0 * np.tanh(middle) + np.tanh(x[:-1])) / 6.0 - np.tanh(x[0])
        within = ring[1:] == ring[:-1]
        return radius * float((mean * np.diff(points[:, 1]))[within].sum())


@lru_cache(maxsize=64)
def _plane_crs(central_meridian: int) -> CRS:
    if central_meridian in range(75, 136, 3):
        return CRS.from_epsg(4534 + (central_meridian - 75) // 3)
    conversion = TransverseMercatorConversion(
        longitude_natural_origin=central_meridian, false_easting=500_000
    )
    return ProjectedCRS(
        conversion=conversion,
        name=f"CGCS2000 / 3-degree Gauss-Kruger CM {central_meridian}",
        geodetic_crs=CRS.from_epsg(4490),
    )


@lru_cache(maxsize=64)
def _onto_plane(central_meridian: int) -> Callable[[Coordinates], Coordinates]:
    return transformer(CGCS2000, _plane_crs(central_meridian))


@lru_cache(maxsize=64)
def _off_plane(central_meridian: int) -> Callable[[Coordinates], Coordinates]:
    return transformer(_plane_crs(central_meridian), CGCS2000)


@lru_cache(maxsize=4096)
def _mean_radius(central_meridian: int, north: float) -> float:
    """Mean radius of curvature (m) of the ellipsoid at a northing of the plane."""
    latitude = _off_plane(central_meridian)(np.array([[500_000.0, north]]))[0, 1]
    ellipsoid = _ellipsoid()
    w2 = 1.0 - ellipsoid.es * math.sin(math.radians(latitude)) ** 2
    return float(ellipsoid.a * math.sqrt(1.0 - ellipsoid.es) / w2)


def _mapped(geometry: Geometries, move: Callable[[Coordinates], Coordinates]) -> Geometries:
    return shapely.transform(geometry, move)  # type: ignore[return-value,no-any-return,unused-ignore]


# --- transformations ------------------------------------------------------------------------------


def transformer(source: Any, target: Any) -> Callable[[Coordinates], Coordinates]:
    """A function that turns (n, 2) coordinates of ``source`` into those of ``target``.

    Both are anything pyproj understands; axes are always east, north. Raises
    :class:`~geo_registry.domain.errors.BadRequest` for an unknown system and
    :class:`~geo_registry.domain.errors.Refused` where PROJ has no parameters.
    """
    return _transformer(coordinate_system(source), coordinate_system(target))


def coordinate_system(name: Any) -> CRS:
    """The coordinate system of that name, code or definition; unknown ones are a BadRequest."""
    try:
        return CRS.from_user_input(name)
    except CRSError as error:
        raise BadRequest(
            f"认不出坐标系“{str(name)[:80]}”。",
            advice="请写成 EPSG 代码，例如 EPSG:4490（CGCS2000 经纬度）。",
        ) from error


@lru_cache(maxsize=256)
def _transformer(source: CRS, target: CRS) -> Callable[[Coordinates], Coordinates]:
    steps = [_refusing_ballpark(a, b) for a, b in _legs(source, target)]

    def move(coordinates: Coordinates) -> Coordinates:
        x, y = coordinates[:, 0], coordinates[:, 1]
        for step in steps:
            x, y = step.transform(x, y)
        return np.column_stack([x, y])

    return move


def _legs(source: CRS, target: CRS) -> list[tuple[CRS, CRS]]:
    """The legs to ask PROJ for: one, or two around the identity WGS 84 ⇄ CGCS2000."""
    bases = (_geographic(source), _geographic(target))
    datums = [_datum(b) for b in bases]
    if None in datums or datums[0] == datums[1] == "CGCS2000":
        return [(source, target)]
    return [(source, bases[0]), (bases[1], target)]


def _datum(geographic: CRS | None) -> str | None:
    """``WGS84`` or ``CGCS2000`` where it is one of them, however the file spells it.

    A name alone is not believed: definitions that call Krassowsky's ellipsoid or another meridian
    WGS 84 are met in practice, and would be taken for an identity.
    """
    if geographic is None or geographic.datum is None or not _is_modern(geographic):
        return None
    name = geographic.datum.name.upper().replace("_", " ").removesuffix(" ENSEMBLE")
    if name in _WGS84_DATUMS:
        return "WGS84"
    return "CGCS2000" if name in _CGCS2000_DATUMS else None


def _is_modern(geographic: CRS) -> bool:
    """Whether the ellipsoid is that of WGS 84 or GRS 80, counted from Greenwich."""
    ellipsoid, meridian = geographic.ellipsoid, geographic.prime_meridian
    return (
        ellipsoid is not None
        and abs(ellipsoid.semi_major_metre - 6_378_137.0) < 0.5
        and abs(ellipsoid.inverse_flattening - 298.257_222) < 1e-4
        and (meridian is None or meridian.longitude == 0.0)
    )


def _geographic(crs: CRS) -> CRS | None:
    """The geographic system under a projected, bound or compound one, in two dimensions."""
    base = crs.geodetic_crs
    return base.to_2d() if base is not None else None


def _refusing_ballpark(source: CRS, target: CRS) -> Transformer:
    try:
        return Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)
    except ProjError as error:
        raise Refused(
            f"没有从“{source.name}”到“{target.name}”的可靠转换参数，"
            "硬换算可能偏几十米，系统不予换算。",
            advice="请向测绘部门索取四参数或七参数，先转换为 CGCS2000（EPSG:4490）再导入。",
        ) from error


# --- areas ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _ellipsoid() -> Any:
    return CRS.from_epsg(4490).get_geod()


def geodesic_area_m2(degrees: BaseGeometry) -> float:
    """Area on the CGCS2000 ellipsoid, m², of polygons in EPSG:4490, less their holes."""
    return float(
        sum(_ring_area(p.exterior) - sum(map(_ring_area, p.interiors)) for p in _polygons(degrees))
    )


def geodesic_length_m(degrees: BaseGeometry) -> float:
    """Length on the CGCS2000 ellipsoid, m, of a line in EPSG:4490."""
    lon, lat = shapely.get_coordinates(degrees).T
    return float(_ellipsoid().line_length(lon, lat))


def _polygons(geometry: BaseGeometry) -> list[Any]:
    parts = shapely.get_parts(geometry)
    return [p for part in parts for p in ([part] if part.geom_type == "Polygon" else part.geoms)]


def _ring_area(ring: BaseGeometry) -> float:
    lon, lat = shapely.get_coordinates(ring).T
    return abs(float(_ellipsoid().polygon_area_perimeter(lon, lat)[0]))


def mu_from_m2(area_m2: float) -> float:
    """Square metres in 亩 (one 亩 is 2000/3 m²)."""
    return area_m2 / M2_PER_MU


# --- GCJ-02 and BD-09 -----------------------------------------------------------------------------
# Neither system has an official public definition. These are the widely published formulas; every
# implementation agrees within centimetres, the systems themselves are good to about a metre.

_KRASOVSKY_A = 6_378_245.0
_KRASOVSKY_E2 = 0.006_693_421_622_965_943_23
_BD = np.pi * 3000.0 / 180.0


def _waves(t: Coordinates) -> Coordinates:
    return (20.0 * np.sin(6.0 * np.pi * t) + 20.0 * np.sin(2.0 * np.pi * t)) * 2.0 / 3.0


def _gcj02_offset(degrees: Coordinates) -> Coordinates:
    """What GCJ-02 adds to longitude and latitude (degrees) at a place."""
    x, y = degrees[:, 0] - 105.0, degrees[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + _waves(x)
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _waves(x)
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0
    latitude = np.radians(degrees[:, 1])
    w = 1.0 - _KRASOVSKY_E2 * np.sin(latitude) ** 2
    metres_north = _KRASOVSKY_A * (1.0 - _KRASOVSKY_E2) / (w * np.sqrt(w))
    metres_east = _KRASOVSKY_A / np.sqrt(w) * np.cos(latitude)
    return np.column_stack([np.degrees(east / metres_east), np.degrees(north / metres_north)])


def gcj02_from_wgs84(degrees: Coordinates) -> Coordinates:
    """GCJ-02 (高德, 腾讯) of true positions; (n, 2) longitude, latitude in degrees."""
    return degrees + _gcj02_offset(degrees)


def wgs84_from_gcj02(degrees: Coordinates) -> Coordinates:
    """True positions of GCJ-02 coordinates, iterated to about a micrometre."""
    return _inverted(gcj02_from_wgs84, degrees)


def bd09_from_gcj02(degrees: Coordinates) -> Coordinates:
    """BD-09 (百度) of GCJ-02 coordinates; (n, 2) longitude, latitude in degrees."""
    x, y = degrees[:, 0], degrees[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def gcj02_from_bd09(degrees: Coordinates) -> Coordinates:
    """GCJ-02 coordinates of BD-09 ones, iterated."""
    return _inverted(bd09_from_gcj02, degrees)


def _inverted(forward: Callable[[Coordinates], Coordinates], target: Coordinates) -> Coordinates:
    """The place that ``forward`` sends to ``target``; converges, because offsets are smooth."""
    place = target.copy()
    for _ in range(12):
        step = target - forward(place)
        place += step
        if np.abs(step).max(initial=0.0) < 1e-12:
            break
    return place


def wgs84_from_bd09(degrees: Coordinates) -> Coordinates:
    """True positions of BD-09 coordinates; (n, 2) longitude, latitude in degrees."""
    return wgs84_from_gcj02(gcj02_from_bd09(degrees))


def bd09_from_wgs84(degrees: Coordinates) -> Coordinates:
    """BD-09 (百度) of true positions; (n, 2) longitude, latitude in degrees."""
    return bd09_from_gcj02(gcj02_from_wgs84(degrees))


def numbers_in(degrees: Geometries, declared: str) -> Geometries:
    """The numbers that degrees (EPSG:4490) have in a declared system.

    The way back from :func:`degrees_from`, for evidence about what a file held.
    """
    key = declared.upper().replace("-", "").replace("_", "")
    if key == "GCJ02":
        return _mapped(degrees, gcj02_from_wgs84)
    if key == "BD09":
        return _mapped(degrees, bd09_from_wgs84)
    return _mapped(degrees, transformer(CGCS2000, declared))


def degrees_from(geometry: Geometries, declared: str) -> Geometries:
    """Degrees (EPSG:4490) of a geometry, or an array, in the system its sender declared.

    ``declared`` is ``GCJ02``, ``BD09`` or anything pyproj understands. Raises as
    :func:`transformer` does.
    """
    key = declared.upper().replace("-", "").replace("_", "")
    if key == "GCJ02":
        return _mapped(geometry, wgs84_from_gcj02)
    if key == "BD09":
        return _mapped(geometry, wgs84_from_bd09)
    return _mapped(geometry, transformer(declared, CGCS2000))
