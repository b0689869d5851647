"""Lower bounds of what a boundary leaves open, for many extents at once (筛查用下界).

The variance of an area and the land outside cost microseconds here instead of an overlay.
:mod:`geo_registry.domain.boundary_screen` says what they prove. Work plane, metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_registry.domain.area_error import Floats, Indices

Geometries = NDArray[Any]

_STRIPS = 96
"""As fine as the digitising: outlines wander in and out of each other every few metres."""
_WINDOWS = ((0, 8), (8, 24), (24, _STRIPS))
"""The strips looked at together: the twelfth of a site in the west mostly tells enough of it."""
_LARGEST_EXPONENT = 600.0
_POLYGON = shapely.GeometryType.POLYGON


@dataclass(frozen=True, slots=True)
class Rings:
    """The rings of some extents: ``owner`` says whose each is (shape (r,)).

    Ring i is ``points[start[i] : start[i + 1]]`` (shape (m, 2), metres), closed. Where an extent
    has several, interiors lie to the left.
    """

    count: int
    owner: Indices
    points: Floats
    start: Indices

    @classmethod
    def of(cls, extents: Geometries) -> Rings:
        """Those of polygons and multi-polygons."""
        single = shapely.get_type_id(extents) == _POLYGON
        if single.all() and not shapely.get_num_interior_rings(extents).any():
            rings, owner = extents, np.arange(len(extents))
        else:
            parts, part_of = shapely.get_parts(shapely.orient_polygons(extents), return_index=True)
            rings, ring_of = shapely.get_rings(parts, return_index=True)
            owner = part_of[ring_of]
        start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))])
        return cls(len(extents), owner, shapely.get_coordinates(rings), start)

    def each(self, values: Floats) -> Floats:
        """The value of its extent for each point."""
        return np.repeat(values[self.owner], np.diff(self.start))


def compact_bound(extents: Geometries, correlation_m: float) -> Floats:
    """A lower bound of gᵀKg as :func:`form_bound` gives, looser, without looking at any corner.

    m², shape (n,); zero for extents of several rings and for independent vertices.
    """
    if correlation_m <= 0.0:
        return np.zeros(len(extents))
    area, perimeter, box = shapely.area(extents), shapely.length(extents), shapely.bounds(extents)
    reach2 = ((box[:, 2:] - box[:, :2]) ** 2).sum(axis=1) / 4.0
    norm = perimeter * (reach2 / correlation_m + correlation_m) / 2.0
    bound = -np.expm1(-perimeter / (2.0 * correlation_m)) * (2.0 * area) ** 2 / norm
    single = shapely.get_type_id(extents) == _POLYGON
    return np.where(single & (shapely.get_num_interior_rings(extents) == 0), bound, 0.0)


def form_bound(rings: Rings, correlation_m: float) -> Floats:
    """A lower bound of gᵀKg of each extent, m²: g its area's gradient, K the vertex correlations.

    Equal to it for independent vertices. Shape (n,).
    """
    total = np.zeros(rings.count)
    if not len(rings.owner):
        return total
    owner, starts = rings.owner, rings.start[:-1]
    counts = np.diff(rings.start) - 1
    slot = np.arange(counts.max())
    real = slot < counts[:, None]
    at = np.where(real, starts[:, None] + slot, starts[:, None])
    before = np.where(slot == 0, (starts + counts - 1)[:, None], at - 1)
    here, after = rings.points[at], rings.points[at + 1]
    form = np.where(real[..., None], after - rings.points[before], 0.0)
    form /= 2.0  # turned by a right angle, which no product of two of them sees
    if correlation_m <= 0.0:
        np.add.at(total, owner, (form**2).sum(axis=(1, 2)))
        return total
    step = np.hypot(*np.moveaxis(after - here, -1, 0))
    step = np.where(real, step, 0.0) / correlation_m
    around = step.sum(axis=1)
    safe = around < _LARGEST_EXPONENT
    place = np.where(safe[:, None], np.cumsum(step, axis=1) - step, 0.0)
    grown = np.where(real, np.exp(place), 0.0)[..., None]
    shrunk = np.where(real, np.exp(-place), 0.0)[..., None]
    forward = np.cumsum(grown * form, axis=1) * shrunk
    direct = (form * (2.0 * forward - form)).sum(axis=(1, 2))
    earlier = np.cumsum(shrunk * form, axis=1) - shrunk * form
    fade = np.exp(-around)
    wrapped = ((2.0 * grown * earlier + form) * form).sum(axis=(1, 2)) * fade
    bound = (1.0 - np.sqrt(fade)) * (direct + wrapped) / -np.expm1(-np.maximum(around, 1e-9))
    np.add.at(total, owner, np.where(safe, np.maximum(bound, 0.0), 0.0))
    return total


def least_outside_m2(observed: Geometries, approved: Geometries, enough_m2: float) -> Floats:
    """A lower bound of the area outside: what strips of the plane hold more of B than of A.

    Once it is ``enough_m2``, no more strips are looked at. Shape (n,).
    """
    least = np.zeros(len(observed))
    box = shapely.bounds(observed)
    left = np.arange(len(observed))
    for window in _WINDOWS:
        left = left[least[left] < enough_m2]
        if not len(left):
            break
        of_observed, of_approved = (
            areas_in_strips(Rings.of(extents[left]), box[left], *window)
            for extents in (observed, approved)
        )
        least[left] += np.maximum(of_observed - of_approved, 0.0).sum(axis=1)
    return least


def areas_in_strips(rings: Rings, box: Floats, first: int, last: int) -> Floats:
    """Area of each extent in some of the strips of its box: -∮ y dx over the edges there.

    ``box``: west, south, east, north, shape (n, 4); the answer has shape (n, last - first).
    """
    width = (box[:, 2] - box[:, 0]) / _STRIPS
    x = rings.points[:, 0]
    edge = _edges_between(
        rings, x > rings.each(box[:, 0] + first * width), x < rings.each(box[:, 0] + last * width)
    )
    of = rings.owner[np.searchsorted(rings.start, edge, side="right") - 1]
    (x0, y0), (x1, y1) = rings.points[edge].T, rings.points[edge + 1].T
    # In widths of a strip from the western edge of the window: the cuts are at 0, 1, 2, …
    west, wide, south = box[of, 0], width[of], box[of, 1]
    x0, x1, y0, y1 = (x0 - west) / wide - first, (x1 - west) / wide - first, y0 - south, y1 - south
    slope = (y1 - y0) / np.where(x0 == x1, 1.0, x1 - x0)
    low, high = np.maximum(np.minimum(x0, x1), 0.0), np.maximum(x0, x1)

    def under(where: Any, begin: Floats, end: Floats) -> Floats:
        """The area under a stretch of an edge, negative where the edge runs west."""
        middle = y0[where] + slope[where] * ((begin + end) / 2.0 - x0[where])
        westward = np.where(x0[where] < x1[where], -1.0, 1.0)
        return np.asarray(westward * middle * (end - begin))

    # An edge counts in full at the first cut that it ends before …
    count = last - first
    after = np.clip(np.ceil(high), 1, count + 1).astype(np.int64)
    whole = _sums(of, after, under(slice(None), low, high), rings.count, count).cumsum(axis=1)
    # … and in part at those that cut it.
    begin = np.clip(np.floor(low) + 1.0, 1, count + 1).astype(np.int64)
    crossed = np.maximum(after - begin, 0)
    part = np.repeat(np.arange(len(of)), crossed)
    cut = begin[part] + np.arange(len(part)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
    whole += _sums(of[part], cut, under(part, low[part], cut), rings.count, count)
    west_of = np.abs(whole[:, : count + 1]) * width[:, None]  # a lone ring runs either way round
    return np.asarray(np.diff(west_of, axis=1))


def _edges_between(rings: Rings, east: NDArray[np.bool_], west: NDArray[np.bool_]) -> Indices:
    """The edges with an end east of one line and an end west of another, of points that are so."""
    near = np.zeros(len(east), dtype=bool)
    near[:-1] = (east[:-1] | east[1:]) & (west[:-1] | west[1:])
    near[rings.start[1:] - 1] = False  # from the last point of a ring no edge begins
    return np.flatnonzero(near)


def _sums(owner: Indices, cut: Indices, weights: Floats, owners: int, cuts: int) -> Floats:
    """The weights of each owner at each cut, shape (owners, cuts + 2)."""
    wide = cuts + 2
    sums = np.bincount(owner * wide + cut, weights=weights, minlength=owners * wide)
    return np.asarray(sums.reshape(owners, wide))
