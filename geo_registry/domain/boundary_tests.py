"""The two boundary tests (边界检验) and the land they claim, in a work plane, without any verdict.

The *depth test* asks how many standard errors outside the approved land a polygon reaches; its
threshold grows with the perimeter, because a long boundary has more chances to stray. The *area
test* asks whether the site is larger than approved; moving a polygon never changes its area, so it
sees growth all round under an image that lies beside the ground.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import Outline, gradient, variance
from geo_registry.domain.cemetery import Accuracy, Approval
from geo_registry.domain.rings import polygonal

_QUAD_SEGS = 16
"""Segments of a quarter circle: buffers come out at most 0.12 % too thin."""
Z95 = 1.645


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the verdict depends on besides the boundaries; stored with every verdict.

    ``piece_m``: length over which boundary errors count as one (perimeter / piece_m independent
    chances to stray). ``correlation_m``: correlation length of vertex errors along a ring; areas
    are more uncertain with it, which guards the area test against densely digitised lines.
    ``transformation_m``: standard error per axis of a coordinate transformation in between.
    """

    version: str = "1"
    min_area_m2: float = 1.0
    legal_tolerance_m: float = 0.0
    piece_m: float = 60.0
    front_m: float = 60.0
    alpha_suspected: float = 0.10
    alpha_confirmed: float = 0.01
    correlation_m: float = 30.0
    transformation_m: float = 0.0


DEFAULT = Parameters()


@dataclass(frozen=True, slots=True)
class Part:
    """Approved land of one accuracy, with its standard error relative to the survey (metres)."""

    extent: BaseGeometry
    accuracy: Accuracy
    relative_m: float


@dataclass(frozen=True, slots=True)
class DepthTest:
    """The boundary-depth test: areas in plane m², thresholds in standard errors."""

    k_suspected: float
    k_confirmed: float
    need_m2: float
    core_suspected: BaseGeometry
    core_confirmed: BaseGeometry
    core_95: BaseGeometry
    k_observed: float
    p_bound: float
    suspected: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class AreaTest:
    """The shift-proof area test: gain of area over the approval (plane m²) and its significance."""

    gain_m2: float
    standard_error_m2: float
    p_value: float


# --- the footprint --------------------------------------------------------------------------------


def approved_parts(
    approvals: Sequence[Approval], observed: Accuracy, parameters: Parameters = DEFAULT
) -> tuple[Part, ...]:
    """Approved land by accuracy, of approvals that are in force already (see ``in_force``).

    A part that a reducing approval cuts takes the worse of the two accuracies: its new edge is no
    better known than the reduction.
    """
    reducing = [a for a in approvals if a.effect == "reduces"]
    cut = shapely.union_all([a.extent for a in reducing])
    by_accuracy: dict[Accuracy, list[BaseGeometry]] = {}
    for approval in approvals:
        if approval.effect == "reduces":
            continue
        touching = [a for a in reducing if a.extent.intersects(approval.extent)]
        accuracy = max((a.accuracy for a in [approval, *touching]), key=lambda a: a.sigma_m)
        by_accuracy.setdefault(accuracy, []).append(
            polygonal(approval.extent.difference(cut)) if touching else approval.extent
        )
    return tuple(
        Part(extent, accuracy, _relative(accuracy, observed, parameters))
        for accuracy, extents in by_accuracy.items()
        if not (extent := extents[0] if len(extents) == 1 else shapely.union_all(extents)).is_empty
    )


def _relative(approved: Accuracy, observed: Accuracy, parameters: Parameters) -> float:
    return math.hypot(approved.sigma_m, observed.sigma_m, parameters.transformation_m)


def _widened(parts: Sequence[Part], k: float, tolerance_m: float) -> BaseGeometry:
    """The footprint with every part widened by ``k`` of its own standard errors."""
    wide = [p.extent.buffer(tolerance_m + k * p.relative_m, quad_segs=_QUAD_SEGS) for p in parts]
    return wide[0] if len(wide) == 1 else shapely.union_all(wide)


def _need_m2(sigma_m: float, parameters: Parameters) -> float:
    """Area below which a core is a spike of one vertex rather than land."""
    return max(parameters.min_area_m2, 5.0 * sigma_m**2)


def _nearest_sigma(piece: BaseGeometry, parts: Sequence[Part]) -> float:
    """The relative standard error of the approved part a piece lies next to, the worst on a tie."""
    if len(parts) == 1:
        return parts[0].relative_m
    gaps = [piece.distance(p.extent) for p in parts]
    near = min(gaps) + 1e-6
    return max(p.relative_m for p, gap in zip(parts, gaps, strict=True) if gap <= near)


def _pieces(geometry: BaseGeometry) -> list[BaseGeometry]:
    """The polygons of a geometry; an empty one has none."""
    return [piece for piece in shapely.get_parts(geometry) if not piece.is_empty]


def _filled(core: BaseGeometry, parts: Sequence[Part], parameters: Parameters) -> float:
    """How often a core holds the area it needs (5 σ², σ of its own side); 1 is the threshold."""
    if len(parts) == 1:
        return float(core.area) / _need_m2(parts[0].relative_m, parameters)
    return float(
        sum(c.area / _need_m2(_nearest_sigma(c, parts), parameters) for c in _pieces(core))
    )


# --- test 1: depth --------------------------------------------------------------------------------


def depth_test(
    parts: Sequence[Part],
    observed: BaseGeometry,
    parameters: Parameters = DEFAULT,
    *,
    share: float = 1.0,
) -> DepthTest:
    """Test how many standard errors outside the approved land the observed polygon reaches.

    ``share`` is the part of the error rate this test may use: 1 alone, 0.5 beside the area test.
    ``p_bound`` is m·(1 - Φ(k*)), m the independent boundary pieces and k* the deepest level that
    still holds the needed area; it is not multiplied by the number of tests.
    """
    footprint = shapely.union_all([p.extent for p in parts])
    pieces = max(4, math.ceil(footprint.length / parameters.piece_m))
    outside = polygonal(observed.difference(footprint))

    def core(k: float) -> BaseGeometry:
        if outside.is_empty:
            return outside
        return polygonal(outside.difference(_widened(parts, k, parameters.legal_tolerance_m)))

    k_s = NormalDist().inv_cdf(1.0 - share * parameters.alpha_suspected / pieces)
    k_c = NormalDist().inv_cdf(1.0 - share * parameters.alpha_confirmed / pieces)
    cores = {k: core(k) for k in (Z95, k_s, k_c)}
    filled = {k: _filled(geometry, parts, parameters) for k, geometry in cores.items()}
    k_observed = _deepest(lambda k: _filled(core(k), parts, parameters), filled)
    return DepthTest(
        k_suspected=k_s,
        k_confirmed=k_c,
        need_m2=max(_need_m2(p.relative_m, parameters) for p in parts),
        core_suspected=cores[k_s],
        core_confirmed=cores[k_c],
        core_95=cores[Z95],
        k_observed=k_observed,
        p_bound=min(1.0, pieces * _upper_tail(k_observed)),
        suspected=filled[k_s] >= 1.0,
        confirmed=filled[k_c] >= 1.0,
    )


def _upper_tail(z: float) -> float:
    """1 - Φ(z), exact far out."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def _deepest(filled: Callable[[float], float], known: dict[float, float]) -> float:
    """The largest k whose core still holds the needed area; ``known`` are values at hand.

    False position with the Illinois halving: the area falls almost linearly with k, so about six
    evaluations do what bisection needs thirty for.
    """
    low, f_low = max(((k, f) for k, f in known.items() if f >= 1.0), default=(0.0, -1.0))
    if f_low < 0.0 and (f_low := filled(0.0)) < 1.0:
        return 0.0
    high, f_high = min(((k, f) for k, f in known.items() if f < 1.0), default=(2.0 * low, 1.0))
    while f_high >= 1.0:
        if (f_high := filled(high)) >= 1.0:
            low, f_low, high = high, f_high, 2.0 * high
    y_low, y_high = f_low - 1.0, f_high - 1.0
    for _ in range(60):
        if high - low <= 1e-5 * max(1.0, high):
            break
        middle = low + (high - low) * min(max(y_low / (y_low - y_high), 0.02), 0.98)
        value = filled(middle) - 1.0
        if value >= 0.0:
            low, y_low, y_high = middle, value, y_high / 2.0
        else:
            high, y_high, y_low = middle, value, y_low / 2.0
    return low


# --- test 2: area ---------------------------------------------------------------------------------


def area_test(
    parts: Sequence[Part],
    observed: BaseGeometry,
    accuracy: Accuracy,
    parameters: Parameters = DEFAULT,
) -> AreaTest:
    r"""Test whether the observed polygon is larger than approved, whatever it was shifted by.

    For any shift s, |B⊕s \ A| ≥ |B| - |A|. Valid only where the boundary was walked completely.
    """
    footprint = shapely.union_all([p.extent for p in parts])
    gain = float(observed.area - footprint.area)
    error = math.sqrt(_area_variance(footprint, observed, parts, accuracy, parameters))
    allowed = parameters.min_area_m2 + parameters.legal_tolerance_m * footprint.length
    excess = gain - allowed
    p_value = _upper_tail(excess / error) if error > 0.0 else float(excess <= 0.0)
    return AreaTest(gain, error, p_value)


def _area_variance(
    approved_side: BaseGeometry,
    observed_side: BaseGeometry,
    parts: Sequence[Part],
    accuracy: Accuracy,
    parameters: Parameters,
) -> float:
    """Variance of an area bounded by observed edges of one shape and approved edges of another."""
    total = 0.0
    for extent, known, shape in [
        (None, accuracy, observed_side),
        *((p.extent, p.accuracy, approved_side) for p in parts),
    ]:
        outline = Outline.of(observed_side if extent is None else extent)
        total += variance(outline, gradient(outline, shape), known, parameters.correlation_m)
    return total


# --- the claim ------------------------------------------------------------------------------------


def opened(outside: BaseGeometry, radius_m: float) -> BaseGeometry:
    """What is left of land outside after everything thinner than twice the radius is gone.

    Mitred corners keep a straight strip exactly; round ones would lose 0.86 r² at its corners.
    """
    if outside.is_empty or radius_m <= 0.0:
        return outside
    core = outside.buffer(-radius_m, join_style="mitre", mitre_limit=5.0)
    wide = core.buffer(radius_m, join_style="mitre", mitre_limit=2.0)
    return polygonal(wide.intersection(outside))


def claim_of(parts: Sequence[Part], observed: BaseGeometry, core: BaseGeometry) -> BaseGeometry:
    r"""The land claimed to lie outside: the opened pieces of B \\ A that reach into the core."""
    footprint = shapely.union_all([p.extent for p in parts])
    outside = polygonal(observed.difference(footprint))
    if core.is_empty:
        return shapely.Polygon()
    pieces = [opened(e, _nearest_sigma(e, parts)) for e in _pieces(outside)]
    components = shapely.get_parts(np.array(pieces, dtype=object))
    return shapely.union_all(components[shapely.intersects(components, core)])


def claim_error_m2(
    claim: BaseGeometry,
    parts: Sequence[Part],
    observed: BaseGeometry,
    accuracy: Accuracy,
    parameters: Parameters = DEFAULT,
) -> float:
    """First-order standard error of the claim's area: only edges that bound it move it."""
    outline = Outline.of(observed)
    total = variance(outline, gradient(outline, claim), accuracy, parameters.correlation_m)
    for part in parts:
        outline = Outline.of(part.extent)
        form = gradient(outline, claim)
        total += variance(outline, form, part.accuracy, parameters.correlation_m)
    return math.sqrt(total)


def max_depth_m(claim: BaseGeometry, parts: Sequence[Part]) -> float:
    """How far the claim reaches from the approved land, metres.

    The farthest point is a corner of the claim, or lies inside a pocket of the approved land (a
    courtyard that was filled), where the centre of the largest inscribed circle stands for it.
    """
    if claim.is_empty:
        return 0.0
    footprint = shapely.union_all([p.extent for p in parts])
    circles = [shapely.maximum_inscribed_circle(c) for c in shapely.get_parts(claim)]
    centres = shapely.get_coordinates(shapely.get_point(circles, 0))
    points = shapely.points(np.concatenate([shapely.get_coordinates(claim), centres]))
    return float(shapely.distance(points, footprint).max())
