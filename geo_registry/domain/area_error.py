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
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from geo_registry.domain.cemetery import Accuracy

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

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

    def distances(self, rows: slice | Indices, columns: slice | Indices = slice(None)) -> Floats:
        """Distances along the ring, the shorter way, from some vertices to others (all).

        Vertices of other rings are infinitely far.
        """
        length = np.hypot(*(self.end - self.start).T)
        perimeter = np.bincount(self.ring, weights=length)[self.ring]
        around = self.along[rows, None] - self.along[None, columns]
        np.abs(around, out=around)
        np.minimum(around, perimeter[rows, None] - around, out=around)
        if len(self.ring) and self.ring[-1] > 0:
            around[self.ring[rows, None] != self.ring[None, columns]] = np.inf
        return around


def own_gradient(outline: Outline) -> Floats:
    """The gradient of a shape's own area along its own outline (shoelace): shape (n, 2), metres."""
    before = np.empty_like(outline.start)
    before[outline.following] = outline.start
    chord = outline.end - before
    form: Floats = np.column_stack([chord[:, 1], -chord[:, 0]]) / 2
    return form


def gradient(outline: Outline, shape: BaseGeometry) -> Floats:
    """How the area of ``shape`` grows when the vertices of ``outline`` move: shape (n, 2), metres.

    Only the stretches of the outline that bound the shape count, taken as moving outward from the
    outline's own interior. For the outline of the shape itself this is :func:`own_gradient`.
    """
    form = np.zeros_like(outline.start)
    if shape.is_empty or not len(form):
        return form
    sides = Outline.of(shape)
    side, edge = _near(sides, outline)
    start, direction = outline.start[edge], (outline.end - outline.start)[edge]
    ends = np.sort([_position(p[side], start, direction) for p in (sides.start, sides.end)], axis=0)
    runs_along = np.ones(len(side), dtype=bool)
    for t in ends:
        gap = start + t[:, None] * direction - sides.start[side]
        run = (sides.end - sides.start)[side]
        nearest = _position(gap, np.zeros_like(gap), run)[:, None] * run
        runs_along &= np.hypot(*(gap - nearest).T) <= 2 * ON_LINE_M
    edge, (t0, t1) = edge[runs_along], ends[:, runs_along]
    normal = np.column_stack([direction[runs_along, 1], -direction[runs_along, 0]])
    to_end = (t1**2 - t0**2)[:, None] / 2 * normal
    np.add.at(form, edge, (t1 - t0)[:, None] * normal - to_end)
    np.add.at(form, outline.following[edge], to_end)
    return form


def _near(sides: Outline, outline: Outline) -> tuple[Indices, Indices]:
    """Pairs of edges (of the first, of the second) whose bounding boxes meet."""
    low, high = np.minimum(outline.start, outline.end), np.maximum(outline.start, outline.end)
    side_low = np.minimum(sides.start, sides.end) - ON_LINE_M
    side_high = np.maximum(sides.start, sides.end) + ON_LINE_M
    touched = (high >= side_low.min(axis=0)) & (low <= side_high.max(axis=0))
    kept = np.flatnonzero(touched.all(axis=1))
    boxes = shapely.box(*side_low.T, *side_high.T)
    tree = shapely.STRtree(np.asarray(shapely.box(*low[kept].T, *high[kept].T)))
    side, edge = tree.query(boxes)
    return side, kept[edge]


def _position(points: Floats, start: Floats, direction: Floats) -> Floats:
    """Where points project to on segments: 0 at the start, 1 at the end."""
    squared = np.maximum((direction**2).sum(axis=1), 1e-18)
    fraction: Floats = np.clip(((points - start) * direction).sum(axis=1) / squared, 0.0, 1.0)
    return fraction


def variance(
    outline: Outline, form: Floats, accuracy: Accuracy, correlation_m: float = 0.0
) -> float:
    """Variance (m⁴) of the area whose gradient is ``form``, for errors of the given accuracy."""
    shift = accuracy.shift_m**2 * float((form.sum(axis=0) ** 2).sum())
    moving = np.flatnonzero(np.abs(form).max(axis=1, initial=0.0) > 0.0)
    if correlation_m <= 0.0:
        return shift + accuracy.vertex_m**2 * float((form**2).sum())
    total = 0.0
    for begin in range(0, len(moving), _BLOCK):
        rows = moving[begin : begin + _BLOCK]
        decay = outline.distances(rows, moving)
        decay *= -1.0 / correlation_m
        np.exp(decay, out=decay)
        total += float(((decay @ form[moving]) * form[rows]).sum())
    return shift + accuracy.vertex_m**2 * max(total, 0.0)


@lru_cache(maxsize=256)
def noise_factor(accuracy: Accuracy) -> float:
    """Mean standard error along an edge, in units of σ: 1 for a pure shift, 0.8116 for none."""
    if accuracy.sigma_m <= 0.0:
        return 1.0
    share = (accuracy.shift_m / accuracy.sigma_m) ** 2
    t = np.linspace(0.0, 1.0, 201)
    spread = np.sqrt(share + (1.0 - share) * ((1.0 - t) ** 2 + t**2))
    return float(((spread[1:] + spread[:-1]) / 2).mean())
