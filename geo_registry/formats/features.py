"""Map features as every reader returns them: attributes, degrees (EPSG:4490), and what was wrong.

Readers hand over raw geometries in the file's own coordinates; :func:`prepare` checks them row by
row, transforms them and repairs rings, and says so in :class:`Issue`. A row that cannot be used is
left out; a row that was changed stays, with its issue.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from geo_registry.domain.crs import coordinate_system, degrees_from
from geo_registry.domain.errors import Issue, Unreadable
from geo_registry.formats.mending import (
    areas_of_lines,
    closure_gaps,
    repair_rings,
    require_countable,
)
from geo_registry.formats.sieve import Geometries, Sieve

WANTED = {
    "polygon": ("面", frozenset({"Polygon", "MultiPolygon"})),
    "line": ("线", frozenset({"LineString", "MultiLineString"})),
    "point": ("点", frozenset({"Point", "MultiPoint"})),
}
_KINDS = ("点", "线", "闭合线", "面", "多点", "多线", "多面", "图形集合")
_OFFSETS = ("GCJ02", "BD09")


@dataclass(frozen=True, slots=True)
class Features:
    """Usable features of one file.

    ``attributes`` has one row a feature; ``geometry`` (shapely, EPSG:4490), ``rows`` (number in
    the file, from 1), ``repaired`` and ``gap_m`` (metres between the ends of outlines that were
    closed on reading) run parallel to it. ``total`` counts what was read, usable or not, so
    ``total - len(rows)`` rows were left out.
    """

    attributes: polars.DataFrame
    geometry: Geometries
    rows: NDArray[np.int64]
    repaired: NDArray[np.bool_]
    total: int
    crs: str
    issues: tuple[Issue, ...] = ()
    encoding: str = "UTF-8"
    gap_m: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.rows)

    def require_usable(self, file_name: str) -> None:
        """Raise :class:`Unreadable` where no row is usable, with what was wrong with the first."""
        if len(self):
            return
        first = next((i for i in self.issues if i.row is not None), None)
        raise Unreadable(
            f"“{file_name}”没有可用的边界：{first.message if first else '没有面要素。'}",
            advice=first.suggestion if first else "",
        )


def prepare(
    attributes: polars.DataFrame,
    geometry: Geometries,
    *,
    rows: NDArray[np.int64],
    crs: str,
    wanted: str,
    swap_axes: bool = False,
    encoding: str = "UTF-8",
    issues: tuple[Issue, ...] = (),
    open_ends: NDArray[np.bool_] | None = None,
) -> Features:
    """Check, transform to degrees (EPSG:4490) and repair; rows that cannot be used are left out.

    ``wanted`` is ``polygon``, ``line``, ``point`` or ``any``. ``swap_axes`` exchanges the two
    coordinates of every point because the sender said so; it is never done by guess. ``open_ends``
    marks outlines that need not end where they began, of which areas are made all the same.
    Raises :class:`Unreadable` where the coordinate system cannot be worked with.
    """
    sieve = Sieve(rows, np.ones(len(rows), dtype=bool), list(issues))
    geometry = shapely.force_2d(geometry)
    if swap_axes:
        geometry = shapely.transform(geometry, lambda c: c[:, ::-1])
    walked = np.zeros(len(rows), dtype=bool) if open_ends is None else open_ends
    unclosed = walked & ~shapely.is_closed(geometry)
    _check_present(geometry, sieve)
    geometry = _of_kind(geometry, wanted, walked, sieve)
    geometry = _to_degrees(geometry, crs, sieve)
    gaps = closure_gaps(geometry, unclosed, sieve)
    geometry, repaired = repair_rings(geometry, sieve)
    good = sieve.good
    return Features(
        attributes=attributes.filter(polars.Series(good)),
        geometry=geometry[good],
        rows=rows[good],
        repaired=repaired[good],
        total=len(rows),
        crs=crs,
        issues=tuple(sorted(sieve.issues, key=lambda i: i.row or 0)),
        encoding=encoding,
        gap_m=gaps[good],
    )


def _check_present(geometry: Geometries, sieve: Sieve) -> None:
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    sieve.reject(absent, "geometry_missing", "没有图形。", "请在原软件中补画，或删除这一行。")
    coordinates, index = shapely.get_coordinates(geometry, return_index=True)
    broken = np.zeros(len(geometry), dtype=bool)
    broken[index[~np.isfinite(coordinates).all(axis=1)]] = True
    sieve.reject(
        broken, "coordinate_not_finite", "坐标里有 NaN 或无穷大，不是数。", "请修正坐标后重新导出。"
    )


def _of_kind(
    geometry: Geometries, wanted: str, walked: NDArray[np.bool_], sieve: Sieve
) -> Geometries:
    """Keep rows of the wanted kind; lines that enclose an area become areas where those are."""
    if wanted == "any":
        return geometry
    title, names = WANTED[wanted]
    if wanted == "polygon":
        require_countable(geometry, sieve)
        geometry = areas_of_lines(geometry, walked, sieve)
    kinds = shapely.get_type_id(geometry)
    ids = [i for i, n in enumerate(_TYPES) if n in names]
    for kind in np.unique(kinds[sieve.good & ~np.isin(kinds, ids)]):
        sieve.reject(
            kinds == kind,
            "geometry_type",
            f"图形是{_KINDS[kind]}，这里需要{title}。",
            f"请选择{title}图层，或在原软件中转换。",
        )
    flat = np.zeros(len(geometry), dtype=bool)
    flat[sieve.good] = shapely.length(geometry[sieve.good]) == 0 if wanted != "point" else False
    sieve.reject(flat, "geometry_flat", "图形没有长度，所有点重合。", "请重新绘制，或删除这一行。")
    return geometry


_TYPES = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)


def _to_degrees(geometry: Geometries, crs: str, sieve: Sieve) -> Geometries:
    """Transform what is still good; reject what lies outside the coordinate system or the Earth."""
    west, south, east, north, is_degrees = _area_of_use(crs)
    result = geometry.copy()
    chosen = np.flatnonzero(sieve.good)
    if is_degrees:
        _reject_not_degrees(geometry, sieve)
        chosen = np.flatnonzero(sieve.good)
    result[chosen] = _transformed(geometry[chosen], crs)
    bounds = shapely.bounds(result)
    outside = ~(
        (bounds[:, 0] >= west - 5)
        & (bounds[:, 1] >= max(south - 5, -90))
        & (bounds[:, 2] <= east + 5)
        & (bounds[:, 3] <= min(north + 5, 90))
    )
    if (outside & sieve.good).any():
        swapped = outside & _fits_swapped(geometry, crs, outside & sieve.good)
        sieve.reject(
            swapped,
            "axes_swapped",
            "X 与 Y（经度与纬度）像是写反了，交换后落在坐标系范围内。",
            "请核对；确认写反后加 --swap-axes 重新导入，系统不会自行交换。",
        )
        sieve.reject(
            outside,
            "outside_crs",
            f"坐标落在“{crs_title(crs)}”的适用范围之外。",
            "请核对坐标系，必要时用 --crs 指明。",
        )
    return result


def _reject_not_degrees(geometry: Geometries, sieve: Sieve) -> None:
    """Rows said to be in degrees that cannot be: swapped in China, or metres."""
    west, south, east, north = shapely.bounds(geometry).T
    with np.errstate(invalid="ignore"):
        metres = (np.maximum(abs(west), abs(east)) > 360) | (
            np.maximum(abs(south), abs(north)) > 360
        )
        impossible = ~metres & ((abs(south) > 90) | (abs(north) > 90))
        chinese = (west >= 3) & (east <= 54) & (south >= 73) & (north <= 136)
    sieve.reject(
        metres,
        "not_degrees",
        "坐标像是米（平面坐标），不是经纬度。",
        "请用 --crs 指明坐标系，例如 --crs EPSG:4550（3 度带，中央经线 123°）。",
    )
    sieve.reject(
        impossible | chinese,
        "axes_swapped",
        "经度与纬度像是写反了（纬度不会超过 90°，我国纬度在 3°–54° 之间）。",
        "请核对；确认写反后加 --swap-axes 重新导入，系统不会自行交换。",
    )


def _fits_swapped(
    geometry: Geometries, crs: str, candidates: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    west, south, east, north, _ = _area_of_use(crs)
    swapped = shapely.transform(geometry[candidates], lambda c: c[:, ::-1])
    bounds = shapely.bounds(_transformed(swapped, crs))
    result = np.zeros(len(geometry), dtype=bool)
    with np.errstate(invalid="ignore"):
        result[candidates] = (
            (bounds[:, 0] >= west - 5)
            & (bounds[:, 1] >= south - 5)
            & (bounds[:, 2] <= east + 5)
            & (bounds[:, 3] <= north + 5)
        )
    return result


def _transformed(geometry: Geometries, crs: str) -> Geometries:
    try:
        return np.asarray(degrees_from(geometry, crs))
    except CRSError:
        raise Unreadable(
            f"坐标系“{crs_title(crs)}”是独立坐标系，没有换算到 CGCS2000 的参数。",
            advice="请向测绘部门索取转换参数，转换为 EPSG:4490 后再导入。",
        ) from None


def _area_of_use(crs: str) -> tuple[float, float, float, float, bool]:
    """West, south, east, north (degrees) of where a system is used; whether it is in degrees."""
    if _offset_key(crs):
        return (72.0, 0.5, 138.0, 56.0, True)
    system = coordinate_system(crs)
    area = None if system.is_geographic else system.area_of_use
    bounds = (-180.0, -90.0, 180.0, 90.0) if area is None else area.bounds
    if bounds[0] > bounds[2]:  # across the antimeridian
        bounds = (-180.0, bounds[1], 180.0, bounds[3])
    return (*bounds, bool(system.is_geographic))


def _offset_key(crs: str) -> bool:
    return crs.upper().replace("-", "").replace("_", "") in _OFFSETS


def crs_title(crs: str) -> str:
    """Name a coordinate system for a person: a code as it is, a long definition by its name."""
    if _offset_key(crs) or len(crs) <= 20:
        return crs
    return str(coordinate_system(crs).name)
