"""Hygiene of boundaries (边界整理): what a ring must be before anything is concluded from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.errors import Refused, Unreadable

LEAST_AREA_M2 = 0.01
"""Below this a ring is a line with rounding errors. A square decimetre is less than any grave."""
FARTHEST_M = 2_000.0
"""Boundaries farther apart than this are taken for two sites, or for a wrong coordinate system."""
MOST_POINTS = 500_000
"""More points than anyone measures: one every centimetre along five kilometres. Every operation on
such a boundary takes seconds and a gigabyte."""
REPAIR_SHARE = 0.005
"""A repair that moves more than this share of the area (or 1 m²) must be accepted by a person."""


@dataclass(frozen=True, slots=True)
class CleanBoundary:
    """A valid two-dimensional polygon or multi-polygon in metres, and what had to be repaired."""

    extent: BaseGeometry
    area_before_m2: float
    area_after_m2: float
    notes: tuple[str, ...] = ()

    @property
    def material(self) -> bool:
        """Whether the repair changed the area so much that nobody may rely on it unseen."""
        change = abs(self.area_after_m2 - self.area_before_m2)
        return change > max(1.0, REPAIR_SHARE * self.area_after_m2)


def clean(geometry: BaseGeometry | None) -> CleanBoundary:
    """Make a boundary valid, polygonal, two-dimensional, without repeated points (metres).

    Self-intersections are repaired by structure (a bow-tie becomes its two triangles, a spike
    vanishes). Raises :class:`~geo_registry.domain.errors.Unreadable` for what is no boundary:
    nothing, a line or a point, coordinates that are not numbers, no area.
    """
    if geometry is None or geometry.is_empty:
        raise Unreadable("没有边界图形。", advice="请检查文件里是否有面要素。")
    if geometry.geom_type not in {"Polygon", "MultiPolygon"}:
        raise Unreadable(
            "边界应当是面，这里是点、线或混合图形。", advice="请把首尾相接的线转换为面后再导入。"
        )
    require_measurable(geometry)
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise Unreadable("边界坐标中有空值或无穷大。", advice="请检查坐标系和原始数据。")
    before = float(shapely.area(geometry))
    flat = shapely.force_2d(geometry)
    extent = shapely.remove_repeated_points(flat, 0.0)
    notes = ["去除重复点"] if len(flat.wkb) != len(extent.wkb) else []
    if not extent.is_valid:
        notes.append(f"修复自相交（{shapely.is_valid_reason(extent).split('[')[0]}）")
        extent = polygonal(made_valid(extent))
    after = float(extent.area)
    if after < LEAST_AREA_M2:
        raise Unreadable("边界没有面积：至少需要三个不在一条直线上的点。")
    return CleanBoundary(extent, before, after, tuple(notes))


def made_valid(geometry: BaseGeometry) -> BaseGeometry:
    """A valid geometry by structure: shells less holes, collapsed pieces dropped.

    GEOS now and then leaves two pieces that share an edge; a second pass joins them.
    """
    made = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    if not made.is_valid:
        made = shapely.make_valid(made, method="structure", keep_collapsed=False)
    return made


def require_measurable(geometry: BaseGeometry) -> None:
    """Raise :class:`~geo_registry.domain.errors.Unreadable` for absurdly many points."""
    count = int(shapely.get_num_coordinates(geometry))
    if count > MOST_POINTS:
        raise Unreadable(
            f"边界有 {count:,} 个点，超过 {MOST_POINTS:,} 个，不作比对。",
            advice="请在制图软件里抽稀（简化）到 1 厘米以内再用；边界不会因此改变。",
        )


def require_near(observed: BaseGeometry, approved: BaseGeometry) -> None:
    """Refuse to compare boundaries (metres) that cannot be of one site, however far one grew.

    Raises :class:`~geo_registry.domain.errors.Refused` with the distance. The limit is a choice.
    """
    gap = float(shapely.distance(observed, approved))
    if gap > FARTHEST_M:
        raise Refused(
            f"两份边界相距 {gap / 1000:,.1f} 公里，不是同一处，不作比对。",
            advice="请核对编号、文件和坐标系。",
        )


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """The areal part of a geometry; lines and points that an overlay leaves behind are dropped."""
    if geometry.geom_type in {"Polygon", "MultiPolygon"}:
        return geometry
    kept = [part for part in _parts(geometry) if part.geom_type == "Polygon"]
    return kept[0] if len(kept) == 1 else shapely.union_all(kept)


def pieces(geometry: BaseGeometry) -> list[shapely.Polygon]:
    """The polygons of a geometry, without lines that an overlay left; an empty one has none.

    Of a single polygon, as most are, a twentieth of what ``shapely.get_parts`` takes.
    """
    if isinstance(geometry, shapely.Polygon):
        return [] if geometry.is_empty else [geometry]
    return [part for part in getattr(geometry, "geoms", ()) if isinstance(part, shapely.Polygon)]


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The simple geometries inside collections of any depth."""
    parts = [geometry]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [inner for part in parts for inner in getattr(part, "geoms", [part])]
    return parts
