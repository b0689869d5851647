"""Where a road ends and which way it points there; which of its parts hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_registry.domain.nearness import Index, connected_components, near_pairs

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_LOOK_BACK_M = 25.0
"""The heading at an end is that of its last 25 m: shorter ones turn with every digitised vertex."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The free ends of a road: points and outward unit vectors, both of shape (k, 2), metres."""

    points: NDArray[np.float64]
    headings: NDArray[np.float64]


def is_line(geometry: BaseGeometry | None) -> bool:
    """Whether it is drawn as a line or lines, with some length."""
    return (
        geometry is not None
        and geometry.geom_type in {"LineString", "MultiLineString"}
        and geometry.length > 0
    )


def free_ends(geometry: BaseGeometry) -> Ends:
    """Ends of lines (metres) at which no other piece of the same road goes on; none of a ring."""
    merged = shapely.get_parts(shapely.line_merge(geometry))
    merged = merged[~shapely.is_closed(merged) & (shapely.length(merged) > 0)]
    points, headings = [], []
    for position, inward in ((0, 1.0), (-1, -1.0)):
        at = shapely.get_coordinates(shapely.get_point(merged, position))
        back = np.minimum(_LOOK_BACK_M, shapely.length(merged)) * inward
        before = shapely.get_coordinates(shapely.line_interpolate_point(merged, back))
        points.append(at)
        headings.append(at - before)
    every, along = np.concatenate(points), np.concatenate(headings)
    _, numbers, times = np.unique(
        np.round(every, 2), axis=0, return_inverse=True, return_counts=True
    )
    free = times[numbers.reshape(-1)] == 1
    along = along[free]
    length = np.hypot(along[:, 0], along[:, 1])
    length[length == 0] = 1.0
    return Ends(every[free], along / length[:, None])


def in_parts(geometries: NDArray[Any], apart_m: float) -> NDArray[np.bool_]:
    """Which roads fall into groups of pieces farther apart than a distance (metres)."""
    pieces, owner = shapely.get_parts(geometries, return_index=True)
    owner = owner.astype(np.int64)
    rows: Index = np.arange(len(pieces), dtype=np.int64)
    several = rows[np.bincount(owner, minlength=len(geometries))[owner] > 1]
    numbers = connected_components(len(pieces), near_pairs(pieces, owner, several, apart_m))
    groups = np.unique(np.column_stack([owner, numbers]), axis=0)
    return np.bincount(groups[:, 0], minlength=len(geometries)) > 1


def separate_parts(geometry: BaseGeometry, apart_m: float) -> list[Any]:
    """The groups of pieces of one road that lie more than a distance (metres) from each other."""
    pieces: NDArray[Any] = np.asarray(shapely.get_parts(geometry), dtype=object)
    if len(pieces) < 2:
        return [geometry]
    rows: Index = np.arange(len(pieces), dtype=np.int64)
    numbers = connected_components(
        len(pieces), near_pairs(pieces, np.zeros_like(rows), rows, apart_m)
    )
    return [
        shapely.multilinestrings(pieces[numbers == number])
        for number in range(int(numbers.max()) + 1)
    ]
