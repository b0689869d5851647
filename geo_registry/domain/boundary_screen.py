r"""Which verdicts on many boundaries are certain without judging each in full (筛查).

Nearly all surveys of a district find nothing. :func:`screen` gives the geometric verdict of
:func:`~geo_registry.domain.encroachment.assess` wherever an inequality proves it, by operations on
whole arrays, and leaves the rest undecided. It may leave too much, it never decides otherwise:

* *Depth.* GEOS draws a dilation with chords (a quarter circle in 16: at most 0.12 % too thin) of a
  line simplified by at most 1 % of the distance (too wide). So the dilation of A by 0.98 r lies
  inside any that ``assess`` draws for r, whatever window it clips A to; what B leaves of it holds
  the core. Nothing left, or less than the needed area: not suspected. And the dilation by 1.02 r
  holds any drawn for r: what B leaves of that one lies in the core, and enough of it confirms,
  if it holds a disc that opening cannot remove (a mitre reaches five radii at most).
* *Area.* A gain within the allowance has p ≥ ½. Else the standard error is bounded from below: the
  covariance exp(-d/L) along a ring of perimeter P, d the shorter way round, has the Fourier
  coefficients of the wrapped exponential times 1 - (-1)ⁿ exp(-P/2L). So its quadratic form is at
  least (1 - exp(-P/2L)) times that of the wrapped one, which running sums give in O(n).
* *Nothing at all or within tolerance.* |B \ A| ≥ Σ max(0, |B ∩ w| - |A ∩ w|) over strips w side by
  side; the area in a strip is a sum over edges (Green). Where that does not reach the reporting
  minimum, B \ A is cut out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_registry.domain.area_error import Floats, Indices
from geo_registry.domain.boundary_tests import DEFAULT, QUAD_SEGS, Parameters
from geo_registry.domain.encroachment import Level

Geometries = NDArray[Any]
Levels = NDArray[np.int8]

UNDECIDED = -1
NONE, WITHIN_TOLERANCE, SUSPECTED, CONFIRMED = range(4)
LEVELS = tuple(Level)
"""The level of each number that is not :data:`UNDECIDED`."""

_INNER, _OUTER = 0.98, 1.02
_MITRE_REACH = 5.0
_SAFE = 1e-6
"""Areas (m²) and shares nearer to a threshold than this are left undecided: rounding."""
_STRIPS, _LOOKED_AT = 48, 16
"""As fine as the digitising: outlines wander in and out of each other every few metres. The third
of a site in the west tells enough of it."""
_LARGEST_EXPONENT = 600.0
_POLYGON = shapely.GeometryType.POLYGON


@dataclass(frozen=True, slots=True)
class Pairs:
    """Approved and observed extents row by row (work plane, metres), each of one accuracy.

    ``approved_sigma_m`` … are standard errors per axis, ``vertex`` the part that is independent of
    a common shift; ``complete``: the trace went all the way round. All of shape (n,).
    """

    approved: Geometries
    observed: Geometries
    approved_sigma_m: Floats
    approved_vertex_m: Floats
    observed_sigma_m: Floats
    observed_vertex_m: Floats
    complete: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.approved)

    def only(self, rows: Any) -> Pairs:
        """Some of the pairs."""
        return Pairs(
            self.approved[rows], self.observed[rows],
            self.approved_sigma_m[rows], self.approved_vertex_m[rows],
            self.observed_sigma_m[rows], self.observed_vertex_m[rows],
            self.complete[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The depth thresholds of pairs, as ``depth_test`` has them: levels in standard errors."""

    relative_m: Floats
    need_m2: Floats
    k_suspected: Floats
    k_confirmed: Floats
    clear: NDArray[np.bool_]
    """False where rounding of the perimeter might count another boundary piece."""

    @classmethod
    def of(cls, pairs: Pairs, parameters: Parameters = DEFAULT) -> Thresholds:
        """Those of some pairs."""
        relative = np.hypot(
            np.hypot(pairs.approved_sigma_m, pairs.observed_sigma_m), parameters.transformation_m
        )
        count = shapely.length(pairs.approved) / parameters.piece_m
        clear = np.abs(count - np.round(count)) > _SAFE
        pieces = np.maximum(4, np.ceil(count)).astype(np.int64)
        share = np.where(pairs.complete, 0.5, 1.0)
        return cls(
            relative,
            np.maximum(parameters.min_area_m2, 5.0 * relative**2),
            _levels(share * parameters.alpha_suspected / pieces),
            _levels(share * parameters.alpha_confirmed / pieces),
            clear | (count < 4.0 - _SAFE),
        )

    def reach_m(self, k: Floats, parameters: Parameters) -> Floats:
        """How far the approved land is widened for a level, metres."""
        return parameters.legal_tolerance_m + k * self.relative_m


def dilations(pairs: Pairs, parameters: Parameters = DEFAULT) -> Geometries:
    """The widened approved extents that :func:`screen` covers with; worth keeping between runs."""
    thresholds = Thresholds.of(pairs, parameters)
    reach = thresholds.reach_m(thresholds.k_suspected, parameters)
    return np.asarray(shapely.buffer(pairs.approved, _INNER * reach, quad_segs=QUAD_SEGS))


def screen(
    pairs: Pairs, parameters: Parameters = DEFAULT, dilated: Geometries | None = None
) -> Levels:
    """The geometric verdict of each pair where it is proven, else :data:`UNDECIDED`.

    ``dilated`` are the :func:`dilations` of the same pairs, where they are at hand. Extents are
    valid polygons or multi-polygons. The verdict before evidence caps it (``Verdict.geometric``).
    """
    found = np.full(len(pairs), UNDECIDED, dtype=np.int8)
    if not len(pairs):
        return found
    thresholds = Thresholds.of(pairs, parameters)
    if dilated is None:
        dilated = dilations(pairs, parameters)
    shapely.prepare(dilated)
    left = np.flatnonzero(~shapely.covers(dilated, pairs.observed))
    cores = shapely.difference(pairs.observed[left], dilated[left])
    within = np.ones(len(pairs), dtype=bool)
    deep = shapely.area(cores) >= thresholds.need_m2[left] - _SAFE
    within[left[deep]] = False
    sure = _confirmed(pairs.only(left[deep]), cores[deep], thresholds, left[deep], parameters)
    found[left[deep][sure]] = CONFIRMED
    quiet = np.flatnonzero(within & thresholds.clear)
    rest = pairs.only(quiet)
    rings = Rings.of(rest.approved), Rings.of(rest.observed)
    gain = shapely.area(rest.observed) - shapely.area(rest.approved)
    kept = _area_is_quiet(rest, rings, gain, parameters)
    found[quiet] = np.where(kept, _none_or_within(rest, rings, gain, parameters), UNDECIDED)
    found[~thresholds.clear] = UNDECIDED
    return found


def _levels(tails: Floats) -> Floats:
    """Φ⁻¹(1 - tail), asked once for each different value."""
    different, number = np.unique(tails, return_inverse=True)
    normal = NormalDist()
    return np.array([normal.inv_cdf(1.0 - float(tail)) for tail in different])[number]


def _confirmed(
    pairs: Pairs, cores: Geometries, thresholds: Thresholds, rows: Indices, parameters: Parameters
) -> NDArray[np.bool_]:
    """Which of the pairs with land beyond the first threshold are confirmed for certain."""
    if not len(pairs):
        return np.zeros(0, dtype=bool)
    reach = _OUTER * thresholds.reach_m(thresholds.k_confirmed, parameters)[rows]
    window = shapely.bounds(cores) + (reach[:, None] + 1.0) * np.array([-1.0, -1.0, 1.0, 1.0])
    near = [shapely.clip_by_rect(a, *w) for a, w in zip(pairs.approved, window, strict=True)]
    beyond = shapely.difference(cores, shapely.buffer(near, reach, quad_segs=QUAD_SEGS))
    enough = shapely.area(beyond) >= thresholds.need_m2[rows] + _SAFE
    # A disc of five radii survives opening by mitred corners of limit five.
    radius = _OUTER * _MITRE_REACH * thresholds.relative_m[rows]
    enough[enough] = ~shapely.is_empty(shapely.buffer(beyond[enough], -radius[enough]))
    return enough


@dataclass(frozen=True, slots=True)
class Rings:
    """The rings of some extents, interiors to the left: ``owner`` says whose each is (shape (r,)).

    Ring i is ``points[start[i] : start[i + 1]]`` (shape (m, 2), metres), closed.
    """

    count: int
    owner: Indices
    points: Floats
    start: Indices

    @classmethod
    def of(cls, extents: Geometries) -> Rings:
        """Those of polygons and multi-polygons."""
        parts, part_of = shapely.orient_polygons(extents), np.arange(len(extents))
        if (shapely.get_type_id(parts) != _POLYGON).any():  # taking parts copies each of them
            parts, part_of = shapely.get_parts(parts, return_index=True)
        rings, ring_of = shapely.get_rings(parts, return_index=True)
        start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))])
        return cls(len(extents), part_of[ring_of], shapely.get_coordinates(rings), start)

    def each(self, values: Floats) -> Floats:
        """The value of its extent for each point."""
        return np.repeat(values[self.owner], np.diff(self.start))


def _area_is_quiet(
    pairs: Pairs, rings: tuple[Rings, Rings], gain: Floats, parameters: Parameters
) -> NDArray[np.bool_]:
    """Which pairs the area test certainly does not suspect."""
    excess = gain - parameters.min_area_m2
    if parameters.legal_tolerance_m:
        excess = excess - parameters.legal_tolerance_m * shapely.length(pairs.approved)
    quiet = ~pairs.complete | (excess <= -_SAFE)
    if quiet.all():
        return quiet
    asked = ~quiet
    variance = np.zeros(len(pairs))
    for part, vertex in zip(rings, (pairs.approved_vertex_m, pairs.observed_vertex_m), strict=True):
        variance += vertex**2 * form_bound(part, parameters.correlation_m, asked)
    level = NormalDist().inv_cdf(1.0 - parameters.alpha_suspected / 2.0)
    quiet[asked] = excess[asked] < level * (1.0 - _SAFE) * np.sqrt(variance[asked])
    return quiet


def form_bound(
    rings: Rings, correlation_m: float, asked: NDArray[np.bool_] | None = None
) -> Floats:
    """A lower bound of gᵀKg of each extent, m²: g its area's gradient, K the vertex correlations.

    Equal to it for independent vertices. Shape (n,); zero for what is not ``asked``.
    """
    total = np.zeros(rings.count)
    chosen = np.arange(len(rings.owner)) if asked is None else np.flatnonzero(asked[rings.owner])
    if not len(chosen):
        return total
    owner, starts = rings.owner[chosen], rings.start[chosen]
    counts = rings.start[chosen + 1] - starts - 1
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


def _none_or_within(
    pairs: Pairs, rings: tuple[Rings, Rings], gain: Floats, parameters: Parameters
) -> Levels:
    """Whether less than the reporting minimum lies outside at all, for pairs that show nothing."""
    least = parameters.min_area_m2
    found = np.full(len(pairs), WITHIN_TOLERANCE, dtype=np.int8)
    promised = np.maximum(gain, least_outside_m2(pairs.observed, *rings))
    at = np.flatnonzero(promised < least + _SAFE)
    outside = shapely.area(shapely.difference(pairs.observed[at], pairs.approved[at]))
    found[at[outside < least]] = NONE
    found[at[np.abs(outside - least) < _SAFE]] = UNDECIDED
    return found


def least_outside_m2(observed: Geometries, approved_rings: Rings, observed_rings: Rings) -> Floats:
    """A lower bound of the area outside: what strips of the plane hold more of B than of A."""
    if not len(observed):
        return np.zeros(0)
    box = shapely.bounds(observed)
    more = _left_of(observed_rings, box) - _left_of(approved_rings, box)
    strips = np.diff(more, axis=1, prepend=0.0)
    return np.asarray(np.maximum(strips, 0.0).sum(axis=1))


def _left_of(rings: Rings, box: Floats) -> Floats:
    """Area of each extent west of each of the cuts through its box: -∮ y dx over the edges there.

    ``box``: west, south, east, north, shape (n, 4); the answer has shape (n, _LOOKED_AT).
    """
    width = (box[:, 2] - box[:, 0]) / _STRIPS
    near = rings.points[:, 0] < rings.each(box[:, 0] + _LOOKED_AT * width)
    near[:-1] |= near[1:]
    near[rings.start[1:] - 1] = False  # from the last point of a ring no edge begins
    edge = np.flatnonzero(near)
    of = rings.owner[np.searchsorted(rings.start, edge, side="right") - 1]
    (x0, y0), (x1, y1) = rings.points[edge].T, rings.points[edge + 1].T
    # In widths of a strip from the western edge: the cuts are at 1, 2, …
    west, wide, south = box[of, 0], width[of], box[of, 1]
    x0, x1, y0, y1 = (x0 - west) / wide, (x1 - west) / wide, y0 - south, y1 - south
    low, high = np.minimum(x0, x1), np.maximum(x0, x1)
    # An edge counts in full at the first cut that it ends before …
    after = np.clip(np.ceil(high), 1, _LOOKED_AT + 1).astype(np.int64)
    found = _sums(of, after, (y0 + y1) / 2.0 * (x0 - x1), rings.count).cumsum(axis=1)
    # … and in part at those that cut it.
    first = np.clip(np.floor(low) + 1.0, 1, _LOOKED_AT + 1).astype(np.int64)
    crossed = np.maximum(after - first, 0)
    part = np.repeat(np.arange(len(of)), crossed)
    cut = first[part] + np.arange(len(part)) - np.repeat(np.cumsum(crossed) - crossed, crossed)
    a, b = np.minimum(x0[part], cut), np.minimum(x1[part], cut)
    slope = ((y1 - y0) / np.where(crossed > 0, x1 - x0, 1.0))[part]
    middle = y0[part] + slope * ((a + b) / 2.0 - x0[part])
    found += _sums(of[part], cut, middle * (a - b), rings.count)
    return np.asarray(found[:, 1 : _LOOKED_AT + 1] * width[:, None])


def _sums(owner: Indices, cut: Indices, weights: Floats, count: int) -> Floats:
    """The weights of each owner at each cut, shape (count, _LOOKED_AT + 2)."""
    length = count * (_LOOKED_AT + 2)
    sums = np.bincount(owner * (_LOOKED_AT + 2) + cut, weights=weights, minlength=length)
    return np.asarray(sums.reshape(count, _LOOKED_AT + 2))


def words(level: int) -> Level:
    """The level of a number that :func:`screen` gives.

    >>> words(NONE), words(CONFIRMED)
    (<Level.NONE: 'none'>, <Level.CONFIRMED: 'confirmed'>)
    """
    if not 0 <= level < len(LEVELS) or math.isnan(level):
        raise ValueError(f"{level} is no level")
    return LEVELS[level]
