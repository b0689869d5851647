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
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Accuracy

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

ON_LINE_M = 1e-4
"""Overlays move vertices by nanometres; nobody measures a tenth of a millimetre."""

_FEW_PAIRS, _PAIRS = 5_000, 50_000
"""Up to so many pairs are compared outright; a tree is sooner done with more."""
_FEW = 32
_LARGEST_EXPONENT = 600.0


@dataclass(frozen=True, slots=True)
class Outline:
    """The rings of one or more polygonal geometries as edges, interiors to the left of each edge.

    ``start`` and ``end`` have shape (n, 2); vertex i is ``start[i]``; ``following`` is the index of
    the vertex that edge i ends in; ``along`` the distance of vertex i from the start of its ring;
    ``owner`` the number of the geometry that each ring belongs to.
    """

    start: Floats
    end: Floats
    following: Indices
    ring: Indices
    along: Floats
    owner: Indices

    @classmethod
    def of(cls, *geometries: BaseGeometry) -> Outline:
        """The outline of polygons or multi-polygons."""
        points, ring, owner = _ring_points(shapely.orient_polygons(geometries))
        if not len(ring):
            return cls(points, points, ring, ring, np.empty(0), owner)
        breaks = np.flatnonzero(ring[1:] != ring[:-1]) + 1
        kept = np.ones(len(ring), dtype=bool)
        kept[breaks - 1] = kept[-1] = False  # the point that closes a ring is its first again
        edge = np.flatnonzero(kept)
        start, end, ring = points[edge], points[edge + 1], ring[edge]
        opening = np.concatenate([[0], breaks - np.arange(1, len(breaks) + 1), [len(edge)]])
        following = np.arange(1, len(edge) + 1)
        following[opening[1:] - 1] = opening[:-1]
        passed = np.zeros(len(edge))
        np.cumsum(np.abs(_complex(end - start))[:-1], out=passed[1:])
        passed -= passed[opening[ring]]
        return cls(start, end, following, ring, passed, owner)

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
    before = np.empty(len(outline.start), dtype=np.complex128)
    before[outline.following] = _complex(outline.start)
    return _pairs(-0.5j * (_complex(outline.end) - before))


def gradient(outline: Outline, shape: BaseGeometry) -> Floats:
    """How the area of ``shape`` grows when the vertices of ``outline`` move: shape (n, 2), metres.

    Only the stretches of the outline that bound the shape count, taken as moving outward from the
    outline's own interior. For the outline of the shape itself this is :func:`own_gradient`.
    """
    form = np.zeros(len(outline.start), dtype=np.complex128)
    points, ring, _ = _ring_points(np.array([shape]))
    first = np.flatnonzero(ring[1:] == ring[:-1])
    if not (len(form) and len(first)):
        return _pairs(form)
    sides = points[first], points[first + 1]
    side, edge = _near(sides, outline)
    start, end = _complex(outline.start)[edge], _complex(outline.end)[edge]
    head, tail = _complex(points)[first[side]], _complex(points)[first[side] + 1]
    run, way = end - start, tail - head
    ends = _position(np.array([head - start, tail - start]), run)
    gap = start + ends * run - head
    off = np.abs(gap - _position(gap, way) * way)
    along = np.flatnonzero(np.maximum(off[0], off[1]) <= 2 * ON_LINE_M)
    edge, ends = edge[along], ends[:, along]
    t0, t1 = np.minimum(ends[0], ends[1]), np.maximum(ends[0], ends[1])
    normal = -1j * run[along]
    to_end = (t1**2 - t0**2) / 2 * normal
    np.add.at(form, edge, (t1 - t0) * normal - to_end)
    np.add.at(form, outline.following[edge], to_end)
    return _pairs(form)


def _ring_points(geometries: NDArray[Any]) -> tuple[Floats, Indices, Indices]:
    """The points of all rings of polygonal geometries, closed; each one's ring; each ring's owner.

    Shapes (m, 2), (m,) and (r,).
    """
    single = shapely.get_type_id(geometries) == shapely.GeometryType.POLYGON
    if single.all() and not shapely.get_num_interior_rings(geometries).any():
        points, ring = shapely.get_coordinates(geometries, return_index=True)
        return points, ring, np.arange(len(geometries))
    parts, part_of = shapely.get_parts(geometries, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    return points, ring, part_of[ring_of]


def _complex(points: Floats) -> NDArray[np.complex128]:
    """East + i north, which makes products of two vectors one operation; shape (n,)."""
    return np.ascontiguousarray(points).view(np.complex128)[:, 0]


def _pairs(numbers: NDArray[np.complex128]) -> Floats:
    """East and north again; shape (n, 2)."""
    return numbers.view(np.float64).reshape(-1, 2)


def _near(sides: tuple[Floats, Floats], outline: Outline) -> tuple[Indices, Indices]:
    """Pairs of sides and edges of an outline whose bounding boxes meet: numbers of both."""
    low, high = np.minimum(outline.start, outline.end), np.maximum(outline.start, outline.end)
    side_low, side_high = np.minimum(*sides) - ON_LINE_M, np.maximum(*sides) + ON_LINE_M
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


def _position(points: NDArray[np.complex128], run: NDArray[np.complex128]) -> Floats:
    """Where points, relative to the starts of segments, project to: 0 at the start, 1 at the end.

    ``run`` are the segments from start to end; of shapes that numpy broadcasts.
    """
    squared = np.maximum((run * run.conj()).real, 1e-18)
    return np.minimum(np.maximum((points * run.conj()).real / squared, 0.0), 1.0)


def variance(
    outline: Outline,
    form: Floats,
    accuracy: Accuracy | Sequence[Accuracy],
    correlation_m: float = 0.0,
) -> float:
    """Variance (m⁴) of the area whose gradient is ``form``, for errors of the given accuracy.

    Of an outline of several geometries each has an accuracy of its own, and errs on its own.
    """
    accuracies = (accuracy,) if isinstance(accuracy, Accuracy) else accuracy
    moved = _complex(form)
    total, common = 0.0, np.zeros(len(accuracies), dtype=np.complex128)
    opening = np.searchsorted(outline.ring, np.arange(len(outline.owner) + 1))
    for ring, owner in enumerate(outline.owner):
        first, last = opening[ring], opening[ring + 1]
        moving = first + np.flatnonzero(moved[first:last])
        if not len(moving):
            continue
        own = moved[moving]
        common[owner] += own.sum()
        if correlation_m > 0.0:
            closing = outline.end[last - 1] - outline.start[last - 1]
            perimeter = float(outline.along[last - 1] + math.hypot(*closing))
            form2 = _correlated(own, outline.along[moving], perimeter, correlation_m)
        else:
            form2 = float((own * own.conj()).real.sum())
        total += accuracies[owner].vertex_m ** 2 * max(form2, 0.0)
    shifts = (a.shift_m**2 * abs(c) ** 2 for a, c in zip(accuracies, common, strict=True))
    return float(total + sum(shifts))


def _correlated(
    form: NDArray[np.complex128], along: Floats, perimeter: float, correlation_m: float
) -> float:
    """Σᵢⱼ gᵢ·gⱼ exp(-dᵢⱼ / L) over one ring, d the shorter way round, in linear time.

    Running sums of g exp(-s / L) ahead of each vertex, over the ring unrolled twice, less what they
    hold beyond half of the ring, count each pair once; a pair just opposite counts half from either
    end. Shapes (n,).
    """
    count = len(form)
    if count <= _FEW:  # sooner done pair by pair
        around = np.abs(along[:, None] - along)
        decay = np.exp(np.minimum(around, perimeter - around) / -correlation_m)
        return float((form.conj() @ decay @ form).real)
    place = np.concatenate([along, along + perimeter]) / correlation_m
    later = _decaying_sums(place, np.concatenate([form, form]))
    here, half = place[:count], perimeter / correlation_m / 2.0
    slack = 1e-9 * (1.0 + half)
    opposite = np.searchsorted(place, np.array([here + (half - slack), here + (half + slack)]))
    beyond = np.exp(here - place[opposite]) * later[opposite]
    ahead = later[:count] - (beyond[0] + beyond[1]) / 2.0
    return float((form.conj() * (2.0 * ahead - form)).real.sum())


def _decaying_sums(place: Floats, values: NDArray[np.complex128]) -> NDArray[np.complex128]:
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
