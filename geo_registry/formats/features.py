"""Map features as every reader returns them: attributes, degrees (EPSG:4490), and what was wrong.

Readers hand over raw geometries in the file's own coordinates; :func:`prepare` checks them row by
row, transforms them and repairs rings, and says so in :class:`Issue`. A row that cannot be used is
left out; a row that was changed stays, with its issue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from geo_registry.domain.crs import coordinate_system, degrees_from, geodesic_area_m2
from geo_registry.domain.errors import Issue, Unreadable

Geometries = NDArray[Any]

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
    the file, from 1) and ``repaired`` run parallel to it. ``total`` counts what was read,
    usable or not, so ``total - len(rows)`` rows were left out.
    """

    attributes: polars.DataFrame
    geometry: Geometries
    rows: NDArray[np.int64]
    repaired: NDArray[np.bool_]
    total: int
    crs: str
    issues: tuple[Issue, ...] = ()
    encoding: str = "UTF-8"

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(slots=True)
class _Sieve:
    """Rows on their way through the checks: which are still good, and what was found."""

    rows: NDArray[np.int64]
    good: NDArray[np.bool_]
    issues: list[Issue] = field(default_factory=list)

    def reject(self, bad: NDArray[np.bool_], code: str, text: str, advice: str = "") -> None:
        """Drop the rows marked ``bad`` that are still good, with one issue each."""
        for row in self.rows[bad & self.good]:
            self.issues.append(_issue(int(row), code, text, advice))
        self.good &= ~bad

    def note(self, index: int, code: str, text: str, advice: str = "") -> None:
        """Keep a row, with an issue that says what was done to it."""
        self.issues.append(_issue(int(self.rows[index]), code, text, advice))


def _issue(row: int, code: str, text: str, advice: str, raw: str = "") -> Issue:
    return Issue(row, "图形", code, raw, f"第 {row} 行“图形”：{text}", advice)


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
) -> Features:
    """Check, transform to degrees (EPSG:4490) and repair; rows that cannot be used are left out.

    ``wanted`` is ``polygon``, ``line``, ``point`` or ``any``. ``swap_axes`` exchanges the two
    coordinates of every point because the sender said so; it is never done by guess.
    Raises :class:`Unreadable` where the coordinate system cannot be worked with.
    """
    sieve = _Sieve(rows, np.ones(len(rows), dtype=bool), list(issues))
    geometry = shapely.force_2d(geometry)
    if swap_axes:
        geometry = shapely.transform(geometry, lambda c: c[:, ::-1])
    _check_present(geometry, sieve)
    geometry = _of_kind(geometry, wanted, sieve)
    geometry = _to_degrees(geometry, crs, sieve)
    geometry, repaired = _repair(geometry, sieve)
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
    )


def _check_present(geometry: Geometries, sieve: _Sieve) -> None:
    absent = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    sieve.reject(absent, "geometry_missing", "没有图形。", "请在原软件中补画，或删除这一行。")
    coordinates, index = shapely.get_coordinates(geometry, return_index=True)
    broken = np.zeros(len(geometry), dtype=bool)
    broken[index[~np.isfinite(coordinates).all(axis=1)]] = True
    sieve.reject(
        broken, "coordinate_not_finite", "坐标里有 NaN 或无穷大，不是数。", "请修正坐标后重新导出。"
    )


def _of_kind(geometry: Geometries, wanted: str, sieve: _Sieve) -> Geometries:
    """Keep rows of the wanted kind; closed lines (CAD) become areas, which is said."""
    if wanted == "any":
        return geometry
    title, names = WANTED[wanted]
    geometry = geometry.copy()
    if wanted == "polygon":
        closed = sieve.good & (shapely.get_type_id(geometry) == 1) & shapely.is_closed(geometry)
        closed &= shapely.get_num_coordinates(geometry) >= 4
        for i in np.flatnonzero(closed):
            geometry[i] = shapely.Polygon(shapely.get_coordinates(geometry[i]))
            sieve.note(int(i), "closed_line", "闭合线，已按面处理。")
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


def _to_degrees(geometry: Geometries, crs: str, sieve: _Sieve) -> Geometries:
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


def _reject_not_degrees(geometry: Geometries, sieve: _Sieve) -> None:
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


def _repair(geometry: Geometries, sieve: _Sieve) -> tuple[Geometries, NDArray[np.bool_]]:
    """Repair broken rings by structure; the areas before and after are reported."""
    geometry = geometry.copy()
    repaired = np.zeros(len(geometry), dtype=bool)
    polygonal = np.isin(shapely.get_type_id(geometry), (3, 6))
    broken = sieve.good & polygonal & ~shapely.is_valid(geometry)
    for i in np.flatnonzero(broken):
        before = geodesic_area_m2(geometry[i])
        reason = _REASONS.get(
            shapely.is_valid_reason(geometry[i]).split("[")[0].strip(), "边界有误"
        )
        mended = shapely.make_valid(geometry[i], method="structure", keep_collapsed=False)
        if mended.geom_type not in {"Polygon", "MultiPolygon"} or mended.is_empty:
            alone = np.zeros(len(geometry), dtype=bool)
            alone[i] = True
            sieve.reject(alone, "ring_broken", f"{reason}，无法修复成面。", "请重新绘制边界。")
            continue
        geometry[i], repaired[i] = mended, True
        after = geodesic_area_m2(mended)
        sieve.note(
            int(i),
            "ring_repaired",
            f"{reason}，已自动修复；面积修复前 {before:,.1f} m²，修复后 {after:,.1f} m²。",
            "请在地图上核对修复后的边界；不对时请改正原图后重新导入。",
        )
    return geometry, repaired


_REASONS = {
    "Self-intersection": "边界线自己相交（像“8”字）",
    "Ring Self-intersection": "边界线自己相接",
    "Hole lies outside shell": "有洞在外圈之外",
    "Holes are nested": "洞套着洞",
    "Nested shells": "外圈套着外圈",
    "Interior is disconnected": "内部被洞断开",
    "Too few points in geometry component": "边界点太少",
    "Duplicate Rings": "有重复的圈",
}
