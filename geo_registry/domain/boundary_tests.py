"""The two boundary tests (边界检验) and the land they claim, in a work plane, without any verdict.

The *depth test* asks how many standard errors outside the approved land a polygon reaches; its
threshold grows with the perimeter, because a long boundary has more chances to stray. The *area
test* asks whether the site is larger than approved; moving a polygon never changes its area, so it
sees growth all round under an image that lies beside the ground.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import Outline, gradient, own_gradient, variance
from geo_registry.domain.cemetery import Accuracy, Approval
from geo_registry.domain.rings import polygonal

QUAD_SEGS = 16
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
    footprint: BaseGeometry
    outside: BaseGeometry
    """All of the observed polygon outside the footprint, within the errors or not."""


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


def _beyond(
    land: BaseGeometry, parts: Sequence[Part], k: float, parameters: Parameters
) -> BaseGeometry:
    """What is left of some land when every part is widened by ``k`` of its standard errors.

    Only approved land within that reach of the land matters, so only that is widened.
    """
    if land.is_empty:
        return land
    bounds = np.array(land.bounds)
    wide = []
    for part in parts:
        reach = parameters.legal_tolerance_m + k * part.relative_m
        window = bounds + (reach + 1.0) * np.array([-1.0, -1.0, 1.0, 1.0])
        near = shapely.clip_by_rect(part.extent, *window)
        wide.append(near.buffer(reach, quad_segs=QUAD_SEGS))
    return polygonal(land.difference(wide[0] if len(wide) == 1 else shapely.union_all(wide)))


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
    chance_too: bool = True,
) -> DepthTest:
    """Test how many standard errors outside the approved land the observed polygon reaches.

    ``share`` is the part of the error rate this test may use: 1 alone, 0.5 beside the area test.
    ``p_bound`` is m·(1 - Φ(k*)), m the independent boundary pieces and k* the deepest level that
    still holds the needed area; it is not multiplied by the number of tests. Without
    ``chance_too`` a k* so small that the bound reaches ``share`` is not searched for: 0, bound 1.
    """
    footprint = shapely.union_all([p.extent for p in parts])
    pieces = _pieces_along(footprint.length, parameters)
    outside = polygonal(observed.difference(footprint))
    normal = NormalDist()
    k_s, k_c = depth_levels(footprint.length, share, parameters)
    cores: dict[float, BaseGeometry] = {}

    def core(k: float) -> BaseGeometry:
        # Cores are nested, so a deeper one is cut from a shallower one, which is small; not from
        # one so near that the chords of its arcs would show.
        base = max((j for j in cores if j <= 0.99 * k), default=None)
        return _beyond(observed if base is None else cores[base], parts, k, parameters)

    for k in sorted({Z95, k_s, k_c}):
        cores[k] = core(k)
    filled = {k: _filled(geometry, parts, parameters) for k, geometry in cores.items()}
    least = 0.0 if chance_too else normal.inv_cdf(1.0 - share / pieces)
    k_observed = _deepest(lambda k: _filled(core(k), parts, parameters), filled, least)
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
        footprint=footprint,
        outside=outside,
    )


def depth_levels(
    perimeter_m: float, share: float, parameters: Parameters = DEFAULT
) -> tuple[float, float]:
    """The levels, in standard errors, at which land is suspected and confirmed to lie outside."""
    pieces, normal = _pieces_along(perimeter_m, parameters), NormalDist()
    return (
        normal.inv_cdf(1.0 - share * parameters.alpha_suspected / pieces),
        normal.inv_cdf(1.0 - share * parameters.alpha_confirmed / pieces),
    )


def _pieces_along(perimeter_m: float, parameters: Parameters) -> int:
    """How many independent chances to stray a boundary has."""
    return max(4, math.ceil(perimeter_m / parameters.piece_m))


def _upper_tail(z: float) -> float:
    """1 - Φ(z), exact far out."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def _deepest(
    filled: Callable[[float], float], known: dict[float, float], least: float = 0.0
) -> float:
    """The largest k whose core still holds the needed area, or 0 where it is below ``least``.

    ``known`` are values at hand. The tip of a core is nearly a triangle, so its area falls with the
    square of k: the square root is followed, by secants for as long as it stays positive, then
    between brackets. Five to ten evaluations do what bisection needs thirty for.
    """

    def surplus(k: float) -> float:
        return math.sqrt(filled(k)) - 1.0

    at = {k: math.sqrt(f) - 1.0 for k, f in known.items()}
    if max(at.values()) < 0.0:
        if least not in at:
            at[least] = surplus(least)
        if at[least] < 0.0:
            return 0.0
    k = max(at)
    while at[k] >= 0.0:
        before = max((j for j in at if j < k), default=k)
        fall = (at[before] - at[k]) / (k - before) if before < k else 0.0
        step = 1.02 * at[k] / fall if fall > 0.0 else k
        k += min(max(step, 0.02 * k, 1e-3), 4.0 * k + 1.0)
        at[k] = surplus(k)
    low = max(k for k, y in at.items() if y >= 0.0)
    high = min(k for k in at if k > low)
    return _last_positive(surplus, (low, at[low]), (high, at[high]))


def _last_positive(
    function: Callable[[float], float], low: tuple[float, float], high: tuple[float, float]
) -> float:
    """Where a falling function turns negative, to five digits; both ends are (place, value)."""
    x = low[0] + (high[0] - low[0]) * low[1] / (low[1] - high[1])
    for turn in itertools.count():
        width, precision = high[0] - low[0], 1e-5 * max(1.0, high[0])
        if width <= precision:
            return low[0]
        # A probe just beyond the root closes the bracket from the other side.
        x = min(max(x, low[0] + precision / 2.0), high[0] - precision / 2.0)
        y = function(x)
        dropped, low, high = (low, (x, y), high) if y >= 0.0 else (high, low, (x, y))
        x = _root_of_three(low, high, dropped)
        if not low[0] < x < high[0] or turn > 8:
            x = (low[0] + high[0]) / 2.0
    raise AssertionError("unreachable")


def _root_of_three(*points: tuple[float, float]) -> float:
    """Inverse quadratic interpolation: the place where the parabola through them is zero.

    NaN where two of the values are equal.
    """
    (a, ya), (b, yb), (c, yc) = points
    if len({ya, yb, yc}) < 3:
        return math.nan
    return (
        a * yb * yc / ((ya - yb) * (ya - yc))
        + b * ya * yc / ((yb - ya) * (yb - yc))
        + c * ya * yb / ((yc - ya) * (yc - yb))
    )


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
    footprint: BaseGeometry,
    observed: BaseGeometry,
    parts: Sequence[Part],
    accuracy: Accuracy,
    parameters: Parameters,
) -> float:
    """Variance of the observed area less the approved one."""
    outline = Outline.of(observed)
    total = variance(outline, own_gradient(outline), accuracy, parameters.correlation_m)
    for part in parts:
        outline = Outline.of(part.extent)
        alone = len(parts) == 1
        form = own_gradient(outline) if alone else gradient(outline, footprint)
        total += variance(outline, form, part.accuracy, parameters.correlation_m)
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


def claim_of(
    parts: Sequence[Part],
    observed: BaseGeometry,
    core: BaseGeometry,
    outside: BaseGeometry | None = None,
) -> BaseGeometry:
    r"""The land claimed to lie outside: the opened pieces of B \\ A that reach into the core.

    ``outside`` is B \\ A, where it is at hand.
    """
    if core.is_empty:
        return shapely.Polygon()
    if outside is None:
        outside = polygonal(observed.difference(shapely.union_all([p.extent for p in parts])))
    pieces = shapely.get_parts(outside)
    # Opening a piece leaves a part of it, so pieces without core need not be opened.
    reaching = pieces[shapely.intersects(pieces, core)]
    components = shapely.get_parts([opened(e, _nearest_sigma(e, parts)) for e in reaching])
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
    shapely.prepare(footprint)
    corners = shapely.distance(shapely.points(shapely.get_coordinates(claim)), footprint)
    deepest = float(corners.max())
    # Claims touch approved land, so none reaches deeper than it is long.
    west, south, east, north = shapely.bounds(components := shapely.get_parts(claim)).T
    long = components[np.hypot(east - west, north - south) > deepest]
    circles = [shapely.maximum_inscribed_circle(c) for c in long]
    centres = shapely.get_point(circles, 0)
    return float(max(deepest, shapely.distance(centres, footprint).max(initial=0.0)))
