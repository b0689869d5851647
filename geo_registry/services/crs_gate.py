"""The gate that surveys pass before they are stored: whether they lie in the system they claim.

A survey of a registered cemetery that fits its registered extent much better under another
coordinate system stops the whole import; a person looks and decides. Nothing is ever converted on
suspicion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.crs import numbers_in
from geo_registry.domain.crs_check import Suspicion, suspect
from geo_registry.domain.errors import Refused
from geo_registry.store.imports import Footprint

MARGIN_DEG = 0.025
"""How far around a survey to look for the cemetery it may belong to: BD-09 is off by 1.3 km."""
_FITS = 0.8
"""A survey that covers its cemetery this well (intersection over union) raises no question."""
_SAME_SHAPE = 0.5
"""How well it must fit a cemetery, under another system, that nothing else links it to."""


def widened(bounds: Sequence[float]) -> list[float]:
    """A box (west, south, east, north in degrees) with the margin around it."""
    west, south, east, north = map(float, bounds)
    return [west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG]


def refuse_other_systems(
    surveys: Mapping[int, BaseGeometry],
    declared: str,
    linked: Mapping[int, Footprint],
    registered: Sequence[Footprint],
) -> None:
    """Raise :class:`Refused` where surveys look as if they were in another system than declared.

    ``surveys``: row of the file → extent in degrees; ``linked``: row → cemetery it names by its
    number or overlaps. Rows without one are compared with every registered cemetery around.
    """
    found = [
        (row, cemetery, suspicion)
        for row, extent in surveys.items()
        for cemetery, suspicion in _first(extent, declared, linked.get(row), registered)
    ]
    if not found:
        return
    row, cemetery, suspicion = found[0]
    more = f"另有 {len(found) - 1} 条边界也是如此。" if len(found) > 1 else ""
    raise Refused(
        f"第 {row} 行（{cemetery.name}）：{suspicion.message}{more}没有导入任何内容。",
        advice="坐标系有误的，用 --crs 写明后重新导入；经人核对无误的，加 --accept-crs。",
    )


def _first(
    extent: BaseGeometry, declared: str, linked: Footprint | None, registered: Sequence[Footprint]
) -> list[tuple[Footprint, Suspicion]]:
    """The cemetery that the survey would fit under another system, if any, and which system."""
    if linked is not None and _overlap(extent, linked.extent) >= _FITS:
        return []
    numbers = numbers_in(extent, declared)
    for cemetery in registered if linked is None else [linked]:
        suspicion = suspect(numbers, declared, cemetery.extent)
        if suspicion is not None and (linked is not None or suspicion.fit >= _SAME_SHAPE):
            return [(cemetery, suspicion)]
    return []


def _overlap(a: BaseGeometry, b: BaseGeometry) -> float:
    """Intersection over union of two extents in degrees; near enough for one site."""
    common = float(shapely.intersection(a, b).area)
    return common / float(a.area + b.area - common)
