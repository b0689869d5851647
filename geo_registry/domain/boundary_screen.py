r"""Which verdicts on many boundaries are certain without judging each in full (筛查).

Nearly all surveys of a district find nothing. :func:`screen` gives the geometric verdict of
:func:`~geo_registry.domain.encroachment.assess` wherever an inequality proves it, by operations on
whole arrays, and leaves the rest undecided. It may leave too much, it never decides otherwise:

* *Depth.* GEOS draws a dilation with chords (too thin) of a line simplified by at most 1 % of the
  distance (too wide). So the dilation of A by 0.98 r lies inside any that ``assess`` draws for r (a
  quarter circle in 16: at most 0.12 % too thin), whatever window it clips A to; what B leaves of it
  holds the core. Nothing left, or less than the needed area: not suspected. And where a disc was
  found that lies in B, farther from A than 1.02 of the second threshold, with the needed area and
  too wide for opening to remove (a mitre reaches five radii at most): confirmed. How it was found
  does not matter, its two distances are measured.
* *Area.* A gain within the allowance has p ≥ ½. Else the standard error is bounded from below: the
  covariance exp(-d/L) along a ring of perimeter P, d the shorter way round, has the Fourier
  coefficients of the wrapped exponential times 1 - (-1)ⁿ exp(-P/2L). So its quadratic form is at
  least (1 - exp(-P/2L)) times that of the wrapped one, which running sums give in O(n). First a
  bound without them: for any field v along the ring gᵀKg ≥ (gᵀv)² / |v|², |v|² the square of its
  norm in the space of that kernel, ∮ v²/2L + L v'²/2. Take v = p - c, the position seen from the
  middle c of the bounding box, R half its diagonal: gᵀv is twice the area (Euler: an area is of
  degree two in its corners), |v|² ≤ P (R²/2L + L/2).
* *Nothing at all or within tolerance.* |B \ A| ≥ Σ max(0, |B ∩ w| - |A ∩ w|) over strips w side by
  side; the area in a strip is a sum over edges (Green). Where that does not reach the reporting
  minimum, B \ A is cut out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_registry.domain.area_error import Floats, Indices
from geo_registry.domain.boundary_tests import DEFAULT, Parameters
from geo_registry.domain.encroachment import Level
from geo_registry.domain.ring_bounds import (
    Geometries,
    Rings,
    compact_bound,
    form_bound,
    least_outside_m2,
)

Levels = NDArray[np.int8]

UNDECIDED = -1
NONE, WITHIN_TOLERANCE, SUSPECTED, CONFIRMED = range(4)
LEVELS = tuple(Level)
"""The level of each number that is not :data:`UNDECIDED`."""

_INNER, _OUTER, _DRAWN = 0.98, 1.02, 0.95
_MITRE_REACH = 5.0
_CHORDS = 4
"""Segments of a quarter circle here: chords are on the safe side, and fewer are sooner compared."""
_SAFE = 1e-6
"""Areas (m²) and shares nearer to a threshold than this are left undecided: rounding."""


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
    return np.asarray(shapely.buffer(pairs.approved, _INNER * reach, quad_segs=_CHORDS))


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
    gain = shapely.area(pairs.observed) - shapely.area(pairs.approved)
    quiet = quiet[_area_is_quiet(pairs.only(quiet), gain[quiet], parameters)]
    found[quiet] = _none_or_within(pairs.only(quiet), gain[quiet], parameters)
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
    first = thresholds.reach_m(thresholds.k_suspected, parameters)[rows]
    second = _OUTER * thresholds.reach_m(thresholds.k_confirmed, parameters)[rows]
    radius = np.maximum(
        _OUTER * _MITRE_REACH * thresholds.relative_m[rows],
        np.sqrt((thresholds.need_m2[rows] + _SAFE) / math.pi),
    )
    # So deep in the core, a point is mostly as far from both boundaries as it has to be.
    deep = shapely.buffer(cores, -(second + radius - _DRAWN * first), quad_segs=_CHORDS)
    sure = ~shapely.is_empty(deep)
    middle = shapely.points(_first_points(deep[sure]))
    outside = shapely.distance(middle, pairs.approved[sure]) >= (second + radius)[sure]
    within = shapely.distance(middle, shapely.boundary(pairs.observed[sure])) >= radius[sure]
    within &= shapely.intersects(pairs.observed[sure], middle)
    sure[sure] = outside & within
    return np.asarray(sure)


def _first_points(extents: Geometries) -> Floats:
    """The first point of each extent, none of them empty; shape (n, 2)."""
    counts = shapely.get_num_coordinates(extents)
    return np.asarray(shapely.get_coordinates(extents)[np.cumsum(counts) - counts])


def _area_is_quiet(pairs: Pairs, gain: Floats, parameters: Parameters) -> NDArray[np.bool_]:
    """Which pairs the area test certainly does not suspect."""
    excess = gain - parameters.min_area_m2
    if parameters.legal_tolerance_m:
        excess = excess - parameters.legal_tolerance_m * shapely.length(pairs.approved)
    level = (1.0 - _SAFE) * NormalDist().inv_cdf(1.0 - parameters.alpha_suspected / 2.0)
    quiet = ~pairs.complete | (excess <= -_SAFE)

    def ask(bound: Callable[[Geometries], Floats]) -> None:
        at = np.flatnonzero(~quiet)
        if len(at):
            variance = pairs.observed_vertex_m[at] ** 2 * bound(pairs.observed[at])
            variance += pairs.approved_vertex_m[at] ** 2 * bound(pairs.approved[at])
            quiet[at] = excess[at] < level * np.sqrt(variance)

    ask(lambda extents: compact_bound(extents, parameters.correlation_m))
    ask(lambda extents: form_bound(Rings.of(extents), parameters.correlation_m))
    return quiet


def _none_or_within(pairs: Pairs, gain: Floats, parameters: Parameters) -> Levels:
    """Whether less than the reporting minimum lies outside at all, for pairs that show nothing."""
    least = parameters.min_area_m2
    found = np.full(len(pairs), WITHIN_TOLERANCE, dtype=np.int8)
    at = np.flatnonzero(gain < least + _SAFE)
    promised = least_outside_m2(pairs.observed[at], pairs.approved[at], least + _SAFE)
    at = at[promised < least + _SAFE]
    outside = shapely.area(shapely.difference(pairs.observed[at], pairs.approved[at]))
    found[at[outside < least]] = NONE
    found[at[np.abs(outside - least) < _SAFE]] = UNDECIDED
    return found


def words(level: int) -> Level:
    """The level of a number that :func:`screen` gives.

    >>> words(NONE), words(CONFIRMED)
    (<Level.NONE: 'none'>, <Level.CONFIRMED: 'confirmed'>)
    """
    if not 0 <= level < len(LEVELS) or math.isnan(level):
        raise ValueError(f"{level} is no level")
    return LEVELS[level]
