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

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Accuracy

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Indices = NDArray[np.int64]

ON_LINE_M = 1e-4
"""Overlays move vertices by nanometres; nobody measures a tenth of a millimetre."""

_FEW_PAIRS, _PAIRS = 5_000, 50_000
"""Up to so many pairs are compared outright; a tree is sooner done with more."""
_FEW = 50
"""So many corners of a ring are sooner compared pair by pair than by running sums."""
_LARGEST_EXPONENT = 600.0


@dataclass(eq=False)
class Outline:
    """The rings of one or more polygonal geometries as edges, interiors to the left of each edge.

    Points are complex, east + i north: a product of two vectors is one operation then. Edge i runs
    from corner ``start[i]`` by ``run[i]`` to corner ``following[i]``; ``along`` is the distance of
    a corner from the start of its ring. Shapes (n,). Ring r holds the corners ``opening[r]`` up to
    ``opening[r + 1]`` and belongs to geometry ``owner[r]``.
    """

    start: Complex
    run: Complex
    following: Indices
    ring: Indices
    along: Floats
    opening: Indices
    owner: Indices

    @classmethod
    def of(cls, *geometries: BaseGeometry) -> Outline:
        """The outline of polygons or multi-polygons."""
        points, ring, owner = _ring_points(shapely.orient_polygons(geometries))
        within = ring[1:] == ring[:-1]  # the step to the next ring is no edge
        start, run, ring = points[:-1][within], (points[1:] - points[:-1])[within], ring[1:][within]
        opening = np.searchsorted(ring, np.arange(len(owner) + 1))
        following = np.arange(1, len(start) + 1)
        following[opening[1:] - 1] = opening[:-1]
        passed = np.zeros(len(start))
        np.cumsum(np.abs(run)[:-1], out=passed[1:])
        if len(owner) > 1:
            passed -= passed[opening[ring]]
        return cls(start, run, following, ring, passed, opening, owner)

    @property
    def corners(self) -> Floats:
        """East and north of every corner; shape (n, 2)."""
        return self.start.view(np.float64).reshape(-1, 2)

    @cached_property
    def perimeter(self) -> Floats:
        """The length of every ring; shape (r,)."""
        last = self.opening[1:] - 1
        return np.asarray(self.along[last] + np.abs(self.run[last]))

    def distances(self, rows: slice | Indices, columns: slice | Indices = slice(None)) -> Floats:
        """Distances along the ring, the shorter way, from some corners to others (all).

        Corners of other rings are infinitely far.
        """
        perimeter = self.perimeter[self.ring[rows]][:, None]
        around = _shorter_way(self.along[rows], self.along[columns], perimeter)
        if len(self.owner) > 1:
            around[self.ring[rows, None] != self.ring[columns]] = np.inf
        return around


def _shorter_way(rows: Floats, columns: Floats, perimeter: Floats | float) -> Floats:
    around = np.asarray(rows[:, None] - columns)
    np.abs(around, out=around)
    return np.minimum(around, perimeter - around, out=around)


def own_gradient(outline: Outline) -> Complex:
    """The gradient of a shape's own area along its own outline (shoelace): shape (n,), metres."""
    before = np.empty_like(outline.run)
    before[outline.following] = outline.run
    return np.asarray(-0.5j * (outline.run + before))


def gradient(outline: Outline, shape: BaseGeometry) -> Complex:
    """How the area of ``shape`` grows when the corners of ``outline`` move: shape (n,), metres.

    Only the stretches of the outline that bound the shape count, taken as moving outward from the
    outline's own interior. For the outline of the shape itself this is :func:`own_gradient`.
    """
    form = np.zeros(len(outline.start), dtype=np.complex128)
    points, ring, _ = _ring_points(np.array([shape]))
    first = (ring[1:] == ring[:-1]).nonzero()[0]
    if not (len(form) and len(first)):
        return form
    head, way = points[first], (points[1:] - points[:-1])[first]
    side, edge = _near((head, way), outline)
    run, way = outline.run[edge], way[side]
    head = head[side] - outline.start[edge]  # all from the start of the edge
    ends = _position(np.array([head, head + way]), run)
    gap = ends * run - head
    off = np.abs(gap - _position(gap, way) * way)
    on_line = (off <= 2 * ON_LINE_M).all(axis=0)
    edge, run, ends = edge[on_line], run[on_line], ends[:, on_line]
    t0, t1 = ends.min(axis=0), ends.max(axis=0)
    normal = -1j * run
    to_end = (t1**2 - t0**2) / 2 * normal
    np.add.at(form, edge, (t1 - t0) * normal - to_end)
    np.add.at(form, outline.following[edge], to_end)
    return form


def _ring_points(geometries: NDArray[Any]) -> tuple[Complex, Indices, Indices]:
    """The points of all rings of polygonal geometries, closed; each one's ring; each ring's owner.

    Shapes (m,), (m,) and (r,).
    """
    owner = np.arange(len(geometries))
    if any(geometry.geom_type != "Polygon" for geometry in geometries.tolist()):
        geometries, owner = shapely.get_parts(geometries, return_index=True)
    if any(shapely.get_num_interior_rings(geometries).tolist()):
        geometries, ring_of = shapely.get_rings(geometries, return_index=True)
        owner = owner[ring_of]
    points, ring = shapely.get_coordinates(geometries, return_index=True)
    return points.view(np.complex128)[:, 0], ring, owner


def _near(sides: tuple[Complex, Complex], outline: Outline) -> tuple[Indices, Indices]:
    """Pairs of sides (heads and ways) and edges whose bounding boxes meet: numbers of both."""
    low, high = _boxes(outline.start, outline.run)
    side_low, side_high = _boxes(*sides)
    side_low -= ON_LINE_M
    side_high += ON_LINE_M
    if len(low) * len(side_low) <= _FEW_PAIRS:
        return _meeting((side_low, side_high), (low, high))
    touched = (high >= side_low.min(axis=0)) & (low <= side_high.max(axis=0))
    kept = np.flatnonzero(touched[:, 0] & touched[:, 1])
    low, high = low[kept], high[kept]
    if len(kept) * len(side_low) <= _PAIRS:
        side, edge = _meeting((side_low, side_high), (low, high))
    else:
        tree = shapely.STRtree(np.asarray(shapely.box(*low.T, *high.T)))
        side, edge = tree.query(shapely.box(*side_low.T, *side_high.T))
    return side, kept[edge]


def _boxes(start: Complex, run: Complex) -> tuple[Floats, Floats]:
    """The lower left and the upper right corners of the boxes round segments; shapes (n, 2)."""
    first, last = start.view(np.float64), (start + run).view(np.float64)
    return np.minimum(first, last).reshape(-1, 2), np.maximum(first, last).reshape(-1, 2)


def _meeting(
    first: tuple[Floats, Floats], second: tuple[Floats, Floats]
) -> tuple[Indices, Indices]:
    """Pairs of boxes that meet; lower left and upper right corners of shape (n, 2)."""
    low, high = first
    other_low, other_high = second
    meet = other_high[:, 0] >= low[:, :1]
    meet &= other_low[:, 0] <= high[:, :1]
    meet &= other_high[:, 1] >= low[:, 1:]
    meet &= other_low[:, 1] <= high[:, 1:]
    return np.nonzero(meet)  # type: ignore[return-value]


def _position(points: Complex, run: Complex) -> Floats:
    """Where points, relative to the starts of segments, project to: 0 at the start, 1 at the end.

    ``run`` are the segments from start to end; of shapes that numpy broadcasts.
    """
    back = run.conj()
    squared = np.maximum((run * back).real, 1e-18)
    return np.minimum(np.maximum((points * back).real / squared, 0.0), 1.0)


@dataclass(eq=False)
class CornerErrors:
    """How the corners of an outline err: geometry i with ``accuracies[i]``, each on its own.

    Corners of one ring correlate over ``correlation_m``, those of one geometry by their shift.
    """

    outline: Outline
    accuracies: Sequence[Accuracy]
    correlation_m: float = 0.0
    _decays: dict[int, Floats] = field(default_factory=dict, repr=False)

    def variance(self, form: Complex) -> float:
        """Variance (m⁴) of the area whose gradient is ``form``."""
        opening = self.outline.opening.tolist()
        total, common = 0.0, [0.0j] * len(self.accuracies)
        for ring, owner in enumerate(self.outline.owner.tolist()):
            own = form[opening[ring] : opening[ring + 1]]
            if own.any():
                common[owner] += complex(own.sum())
                total += self.accuracies[owner].vertex_m ** 2 * max(self._squared(own, ring), 0.0)
        shifts = (a.shift_m**2 * abs(c) ** 2 for a, c in zip(self.accuracies, common, strict=True))
        return total + sum(shifts)

    def _squared(self, own: Complex, ring: int) -> float:
        """Σᵢⱼ gᵢ·gⱼ exp(-dᵢⱼ / L) over one ring, d the shorter way round."""
        if self.correlation_m <= 0.0:
            return float(np.vdot(own, own).real)
        if len(own) <= _FEW:  # sooner done pair by pair; by @, BLAS would start threads
            return float(np.vdot(own, (self._decay(ring) * own).sum(axis=1)).real)
        moving = own.nonzero()[0]
        along = self.outline.along[self.outline.opening[ring] + moving]
        perimeter = float(self.outline.perimeter[ring])
        return _correlated(own[moving], along, perimeter, self.correlation_m)

    def _decay(self, ring: int) -> Floats:
        """exp(-d / L) of all pairs of corners of a ring; kept for the next area."""
        if ring not in self._decays:
            along = self.outline.along[slice(*self.outline.opening[ring : ring + 2])]
            around = _shorter_way(along, along, float(self.outline.perimeter[ring]))
            self._decays[ring] = np.exp(around / -self.correlation_m)
        return self._decays[ring]


def variance(
    outline: Outline,
    form: Complex,
    accuracy: Accuracy | Sequence[Accuracy],
    correlation_m: float = 0.0,
) -> float:
    """Variance (m⁴) of the area whose gradient is ``form``, for errors of the given accuracy.

    Of an outline of several geometries each has an accuracy of its own, and errs on its own.
    """
    accuracies = (accuracy,) if isinstance(accuracy, Accuracy) else accuracy
    return CornerErrors(outline, accuracies, correlation_m).variance(form)


def _correlated(form: Complex, along: Floats, perimeter: float, correlation_m: float) -> float:
    """The same for the corners that move, in linear time.

    Running sums of g exp(-s / L) ahead of each vertex, over the ring unrolled twice, less what they
    hold beyond half of the ring, count each pair once; a pair just opposite counts half from either
    end. Shapes (n,).
    """
    count = len(form)
    place = np.concatenate([along, along + perimeter]) / correlation_m
    later = _decaying_sums(place, np.concatenate([form, form]))
    here, half = place[:count], perimeter / correlation_m / 2.0
    slack = 1e-9 * (1.0 + half)
    opposite = np.searchsorted(place, np.array([here + (half - slack), here + (half + slack)]))
    beyond = np.exp(here - place[opposite]) * later[opposite]
    ahead = later[:count] - (beyond[0] + beyond[1]) / 2.0
    return float((form.conj() * (2.0 * ahead - form)).real.sum())


def _decaying_sums(place: Floats, values: Complex) -> Complex:
    """Σ values[j] exp(place[i] - place[j]) over j ≥ i, for rising places; shape (n,)."""
    sums = np.empty_like(values)
    end, carried = len(place), 0.0j
    while end > 0:
        last = place[end - 1]
        begin = int(np.searchsorted(place, last - _LARGEST_EXPONENT))
        grown = np.exp(last - place[begin:end])
        block = np.cumsum((grown * values[begin:end])[::-1])[::-1]
        if end < len(place):
            block += carried * math.exp(last - place[end])
        sums[begin:end] = block / grown
        end, carried = begin, sums[begin]
    return sums


@lru_cache(maxsize=256)
def noise_factor(accuracy: Accuracy) -> float:
    """Mean standard error along an edge, in units of σ: 1 for a pure shift, 0.8116 for none."""
    if accuracy.sigma_m <= 0.0:
        return 1.0
    share = (accuracy.shift_m / accuracy.sigma_m) ** 2
    t = np.linspace(0.0, 1.0, 201)
    spread = np.sqrt(share + (1.0 - share) * ((1.0 - t) ** 2 + t**2))
    return float(((spread[1:] + spread[:-1]) / 2).mean())
