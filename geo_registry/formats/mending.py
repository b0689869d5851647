"""Mending boundaries as they come out of files: ends that do not meet, rings that cross themselves.

Nothing is mended silently: each boundary that was changed carries an issue with the figures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_registry.domain.crs import WorkPlane, geodesic_area_m2
from geo_registry.domain.rings import MOST_POINTS, made_valid
from geo_registry.formats.sieve import Geometries, Sieve

MOST_OPEN = 0.25
"""Up to this share of its own length a walked line may be open and still be taken for a boundary.
Three sides of a square leave a third of the way open; a closed walk ends some metres from its
start. The limit is a choice."""


def require_countable(geometry: Geometries, sieve: Sieve) -> None:
    """Reject boundaries of absurdly many points before anything slow is done with them."""
    counts = shapely.get_num_coordinates(geometry)
    for i in np.flatnonzero(sieve.good & (counts > MOST_POINTS)):
        text = f"有 {counts[i]:,} 个点，超过 {MOST_POINTS:,} 个，不像测量的边界。"
        advice = "请在制图软件里抽稀（简化）到 1 厘米以内再导入；边界不会因此改变。"
        sieve.reject_one(int(i), "too_many_points", text, advice)


def areas_of_lines(geometry: Geometries, walked: NDArray[np.bool_], sieve: Sieve) -> Geometries:
    """Closed lines (CAD) become areas, which is said; lines walked round an area are closed.

    A walked line (``walked``) that ends far from where it began is no boundary and is rejected;
    how far apart the ends of the others lie is said by :func:`closure_gaps`.
    """
    geometry = geometry.copy()
    lines = sieve.good & (shapely.get_type_id(geometry) == 1)
    closed = lines & shapely.is_closed(geometry) & (shapely.get_num_coordinates(geometry) >= 4)
    for i in np.flatnonzero(closed):
        geometry[i] = shapely.Polygon(shapely.get_coordinates(geometry[i]))
        if not walked[i]:
            sieve.note(int(i), "closed_line", "闭合线，已按面处理。")
    for i in np.flatnonzero(lines & walked & ~closed):
        points = shapely.get_coordinates(geometry[i])
        length = float(shapely.length(geometry[i]))
        open_share = float(np.hypot(*(points[-1] - points[0]))) / length if length else 1.0
        if len(points) < 3 or open_share > MOST_OPEN:
            text = "是一条没有绕回起点的线，这里需要围成一圈的边界。"
            if len(points) >= 3:
                text += f"首尾之间缺的一段占全长的 {open_share:.0%}。"
            advice = "请绕边界走（测）完整一圈，或在制图软件中补画成面后再导入。"
            sieve.reject_one(int(i), "track_open", text, advice)
            continue
        geometry[i] = shapely.Polygon(points)
    return geometry


def closure_gaps(
    degrees: Geometries, walked: NDArray[np.bool_], sieve: Sieve
) -> NDArray[np.float64]:
    """Metres between the ends of each outline that the reader closed; 0 where they met.

    ``degrees`` are the boundaries in EPSG:4490 whose last edge is the one that was added. A gap of
    a millimetre is rounding and is not mentioned.
    """
    gaps = np.zeros(len(degrees))
    polygons = shapely.get_type_id(degrees) == 3
    for i in np.flatnonzero(sieve.good & walked & polygons):
        gaps[i] = _last_edge_m(degrees[i])
        if gaps[i] >= 0.001:
            text = f"首尾没有闭合，相距 {gaps[i]:,.2f} m，已用直线连接。"
            sieve.note(int(i), "ring_closed", text, "请在地图上核对首尾处的边界。")
    return gaps


def _last_edge_m(polygon: Any) -> float:
    points = shapely.get_coordinates(polygon.exterior)[-2:]
    plane = WorkPlane.containing(float(points[0, 0]))
    return float(shapely.length(plane.to_plane(shapely.LineString(points))))


def repair_rings(geometry: Geometries, sieve: Sieve) -> tuple[Geometries, NDArray[np.bool_]]:
    """Repair broken rings (degrees) by structure; the areas before and after are reported."""
    geometry = geometry.copy()
    repaired = np.zeros(len(geometry), dtype=bool)
    polygonal = np.isin(shapely.get_type_id(geometry), (3, 6))
    flat = sieve.good & polygonal
    flat[flat] = shapely.area(geometry[flat]) == 0
    for i in np.flatnonzero(flat):
        if not shapely.is_valid(geometry[i]) and _is_line(geometry[i]):
            text = "没有面积：所有点在一条直线上，或来回重合。"
            sieve.reject_one(int(i), "area_zero", text, "请核对界址点的坐标和次序。")
    for i in np.flatnonzero(sieve.good & polygonal & ~shapely.is_valid(geometry)):
        before = geodesic_area_m2(geometry[i])
        reason = _REASONS.get(
            shapely.is_valid_reason(geometry[i]).split("[")[0].strip(), "边界有误"
        )
        mended = made_valid(geometry[i])
        if mended.geom_type not in {"Polygon", "MultiPolygon"} or mended.is_empty:
            text = f"{reason}，无法修复成面。"
            sieve.reject_one(int(i), "ring_broken", text, "请重新绘制边界。")
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


def _is_line(geometry: Any) -> bool:
    """Whether nothing areal is left of a ring: a bow-tie of two equal halves has no net area."""
    mended = made_valid(geometry)
    return bool(mended.is_empty or mended.area == 0)


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
