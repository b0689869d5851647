"""How a list of named roads describes one: 走向 and which of its ends comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_registry.domain.road_ends import free_ends, is_line

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_SLANT = 2.0
"""A road whose ends lie more than twice as far apart one way than the other runs that way."""


@dataclass(frozen=True, slots=True)
class RoadCourse:
    """走向, and the two ends (metres) with the side on which each lies; the start comes first.

    A road runs from west to east or from north to south, as house numbers do. A ring, or a road of
    more than two ends that fork, has the two that lie farthest apart.
    """

    direction: str
    start: tuple[float, float]
    end: tuple[float, float]
    start_side: str
    end_side: str


def course_of(geometry: BaseGeometry | None) -> RoadCourse | None:
    """The course of a drawn road (metres); None where it is no line or a ring."""
    if geometry is None or not is_line(geometry):
        return None
    ends = [(float(x), float(y)) for x, y in free_ends(geometry).points]
    if len(ends) < 2:
        return None
    a, b = max(
        ((p, q) for i, p in enumerate(ends) for q in ends[i + 1 :]),
        key=lambda pair: (pair[0][0] - pair[1][0]) ** 2 + (pair[0][1] - pair[1][1]) ** 2,
    )
    dx, dy = b[0] - a[0], b[1] - a[1]
    if abs(dx) > _SLANT * abs(dy):
        start, end = (a, b) if dx > 0 else (b, a)
        return RoadCourse("东西走向", start, end, "西", "东")
    if abs(dy) > _SLANT * abs(dx):
        start, end = (a, b) if dy < 0 else (b, a)
        return RoadCourse("南北走向", start, end, "北", "南")
    start, end = (a, b) if dx > 0 else (b, a)
    if end[1] > start[1]:
        return RoadCourse("西南—东北走向", start, end, "西南", "东北")
    return RoadCourse("西北—东南走向", start, end, "西北", "东南")
