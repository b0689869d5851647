"""How uncertain an area is when its corners are: first-order error propagation along boundaries.

Moving a boundary outward by δ changes an area by the integral of δ along it. On a straight edge δ
is linear between its two vertices, so the area is, to first order, a linear form in the vertex
errors: one gradient vector g per vertex. With a common shift of standard error σ_s per axis and a
vertex error σ_r per axis of correlation exp(-d/L) along the ring,

    Var = σ_s² |Σ g|² + σ_r² Σᵢⱼ gᵢ·gⱼ exp(-dᵢⱼ / L)

which for L = 0 (independent vertices) and a whole ring is the shoelace variance
σ_r²/4 · Σ |p(i+1) - p(i-1)|². All coordinates are metres of a work plane.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from geo_registry.domain.cemetery import Accuracy

Floats = NDArray[np.float64]

ON_LINE_M = 1e-4
"""Overlays move vertices by nanometres; nobody measures a tenth of a millimetre."""

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Outline:
    """The rings of a polygonal geometry as edges, interiors to the left of each edge.

    ``start`` and ``end`` have shape (n, 2); vertex i is ``start[i]``; ``following`` is the index of
    the vertex that edge i ends in; ``along`` the distance of vertex i from the start of its ring.
    """

    start: Floats
    end: Floats
    following: NDArray[np.int64]
    ring: NDArray[np.int64]
    along: Floats

    @classmethod
    def of(cls, geometry: BaseGeometry) -> Outline:
        """The outline of a polygon or multi-polygon."""
        rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(geometry)))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        last = np.append(ring[1:] != ring[:-1], True) if len(ring) else ring.astype(bool)
        first = np.roll(last, 1)
        start, end, ring = points[~last], points[~first], ring[~last]
        index = np.arange(len(start), dtype=np.int64)
        opening = np.searchsorted(ring, ring)
        closes = np.append(ring[1:] != ring[:-1], True)
        following = np.where(closes, opening, index + 1)
        length = np.hypot(*(end - start).T)
        total = np.concatenate([[0.0], np.cumsum(length)[:-1]]) if len(length) else length
        return cls(start, end, following, ring.astype(np.int64), total - total[opening])

    def segments(self) -> NDArray[np.object_]:
        """The edges as line strings."""
        return np.asarray(shapely.linestrings(np.stack([self.start, self.end], axis=1)))

    def distances(self, rows: slice) -> Floats:
        """Distances along the ring, the shorter way, from some vertices to all.

        Vertices of other rings are infinitely far.
        """
        length = np.hypot(*(self.end - self.start).T)
        perimeter = np.bincount(self.ring, weights=length)[self.ring]
        direct = np.abs(self.along[rows, None] - self.along[None, :])
        around = np.minimum(direct, perimeter[rows, None] - direct)
        apart = self.ring[rows, None] != self.ring[None, :]
        around[apart] = np.inf
        shortest: Floats = around
        return shortest


def gradient(outline: Outline, shape: BaseGeometry) -> Floats:
    """How the area of ``shape`` grows when the vertices of ``outline`` move: shape (n, 2), metres.

    Only the stretches of the outline that bound the shape count, taken as moving outward from the
    outline's own interior. For the outline of the shape itself this is the shoelace gradient.
    """
    form = np.zeros_like(outline.start)
    if shape.is_empty or not len(form):
        return form
    sides = Outline.of(shape)
    shape_edges, outline_edges = sides.segments(), outline.segments()
    side, edge = shapely.STRtree(outline_edges).query(
        shape_edges, predicate="dwithin", distance=ON_LINE_M
    )
    direction = (outline.end - outline.start)[edge]
    squared = np.maximum((direction**2).sum(axis=1), 1e-18)

    def position(points: Floats) -> Floats:
        offsets = points[side] - outline.start[edge]
        fraction: Floats = np.clip((offsets * direction).sum(axis=1) / squared, 0.0, 1.0)
        return fraction

    t0, t1 = np.sort(np.stack([position(sides.start), position(sides.end)]), axis=0)
    runs_along = np.ones(len(side), dtype=bool)
    for t in (t0, t1):
        point = shapely.points(outline.start[edge] + t[:, None] * direction)
        runs_along &= shapely.distance(point, shape_edges[side]) <= 2 * ON_LINE_M
    edge, t0, t1 = edge[runs_along], t0[runs_along], t1[runs_along]
    normal = np.column_stack([direction[runs_along, 1], -direction[runs_along, 0]])
    to_end = (t1**2 - t0**2)[:, None] / 2 * normal
    np.add.at(form, edge, (t1 - t0)[:, None] * normal - to_end)
    np.add.at(form, outline.following[edge], to_end)
    return form


def variance(
    outline: Outline, form: Floats, accuracy: Accuracy, correlation_m: float = 0.0
) -> float:
    """Variance (m⁴) of the area whose gradient is ``form``, for errors of the given accuracy."""
    shift = accuracy.shift_m**2 * float((form.sum(axis=0) ** 2).sum())
    moving = np.flatnonzero(np.abs(form).max(axis=1, initial=0.0) > 0.0)
    if correlation_m <= 0.0:
        return shift + accuracy.vertex_m**2 * float((form**2).sum())
    total = 0.0
    for begin in range(0, len(form) if len(moving) else 0, _BLOCK):
        rows = slice(begin, begin + _BLOCK)
        decay = np.exp(-outline.distances(rows) / correlation_m)
        total += float(((decay @ form) * form[rows]).sum())
    return shift + accuracy.vertex_m**2 * max(total, 0.0)


def noise_factor(accuracy: Accuracy) -> float:
    """Mean standard error along an edge, in units of σ: 1 for a pure shift, 0.8116 for none."""
    if accuracy.sigma_m <= 0.0:
        return 1.0
    share = (accuracy.shift_m / accuracy.sigma_m) ** 2
    t = np.linspace(0.0, 1.0, 201)
    spread = np.sqrt(share + (1.0 - share) * ((1.0 - t) ** 2 + t**2))
    return float(((spread[1:] + spread[:-1]) / 2).mean())
