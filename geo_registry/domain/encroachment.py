"""Encroachment (超范围): how sure we are that a measured boundary lies outside what was approved.

Overlaying two crisp polygons accuses on noise: with nothing built, half of the outline lies outside
by chance. Two tests look through the noise, of depth (:mod:`geo_registry.domain.boundary_tests`)
and of area (:mod:`geo_registry.domain.area_gain`); a verdict gives each of them half of
the error rate, so that together they keep it.

``confirmed`` is a statement about measurement. Whether the law was broken is decided by a person.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import noise_factor
from geo_registry.domain.area_gain import AreaTest, area_test
from geo_registry.domain.boundary_tests import (
    DEFAULT,
    LEAST_P,
    NOWHERE,
    Z95,
    DepthTest,
    Parameters,
    Part,
    approved_parts,
    beyond,
    depth_levels,
    depth_test,
)
from geo_registry.domain.cemetery import Accuracy, Approval, Survey, in_force
from geo_registry.domain.claimed_land import claim_error_m2, claim_of, max_depth_m
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.lone_corners import drawn_in, lone_corners

_POWER = 1.2815515655446004
"""Quantile of the 90 % power with which the detection limit is stated."""


class Level(StrEnum):
    """What the measurement says, weakest first."""

    NONE = "none"
    WITHIN_TOLERANCE = "within_tolerance"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"

    @property
    def found(self) -> bool:
        """Whether something was found that a person must look at."""
        return self in {Level.SUSPECTED, Level.CONFIRMED}

    @property
    def word(self) -> str:
        """The words on the screen; never a legal judgement."""
        return {
            Level.NONE: "未发现超出",
            Level.WITHIN_TOLERANCE: "在测量误差范围内",
            Level.SUSPECTED: "疑似超出",
            Level.CONFIRMED: "测量确认超出",
        }[self]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one survey says about the approvals in force on its day.

    Areas are geodesic m² (``plane_area_m2`` is the claim's area in the work plane). ``p_bound``
    bounds the chance that measurement error alone looks like this. ``at_least_m2`` holds at 95 %.
    ``detection_limit_m`` is the depth of the thinnest extension (60 m front) this survey would
    suspect with 90 % power, ``noise_floor_m2`` the overlay area to expect where nothing was built.
    ``geometric`` is the verdict before evidence caps it; ``claim`` is in the work plane.
    """

    verdict: Level
    geometric: Level
    area_m2: float
    plane_area_m2: float
    standard_error_m2: float
    at_least_m2: float
    p_bound: float
    raw_area_m2: float
    noise_floor_m2: float
    detection_limit_m: float
    area_gain_m2: float
    max_depth_m: float
    approved_area_m2: float
    surveyed_area_m2: float
    grade: str
    reasons: tuple[str, ...]
    claim: BaseGeometry
    certain: BaseGeometry
    """What is left of the claim if every point errs by 1.645 σ in the owner's favour."""
    located: bool = True
    """False where only the area test speaks: larger, but nobody can say on which side."""
    depth: DepthTest | None = field(default=None, repr=False, compare=False)
    """The depth test behind it, where it was made."""

    @property
    def share(self) -> float:
        """Claimed area over approved area."""
        return self.area_m2 / self.approved_area_m2

    @property
    def firm(self) -> BaseGeometry:
        """All land beyond the threshold for confirmation; empty where nothing is claimed."""
        return NOWHERE if self.depth is None or self.claim.is_empty else self.depth.core_confirmed


def assess(
    approvals: Sequence[Approval],
    survey: Survey,
    plane: WorkPlane,
    parameters: Parameters = DEFAULT,
) -> Verdict:
    """Judge a survey by the approvals in force on its day; geometries in ``plane`` (metres).

    Raises :class:`~geo_registry.domain.errors.BadRequest` where no approval is in force: that is
    another question (unapproved land), not a question of accuracy.
    """
    current = in_force(tuple(approvals), survey.surveyed_on)
    parts = approved_parts(current, survey.accuracy, parameters)
    if not parts:
        raise BadRequest(
            f"{survey.surveyed_on:%Y-%m-%d} 没有有效的批准范围，无从比较。",
            advice="请先登记批准文件，或核对测量日期。",
        )
    found = _Found.of(parts, survey, survey.extent, parameters)
    depth, area, geometric = found.depth, found.area, found.level
    level, reasons = _capped(geometric, current, survey, hangs=_hangs_on_one(found, survey))
    approved_m2 = plane.ellipsoidal_area_m2(depth.footprint)
    surveyed_m2 = plane.ellipsoidal_area_m2(survey.extent)
    if found.located:
        claim = _located_claim(found, plane)
    elif geometric.found:
        claim = _unlocated_claim(depth, area, surveyed_m2 - approved_m2)
        reasons = ("面积明显大于批准面积，但不能确定超出在哪一侧", *reasons)
    else:
        claim = _NO_CLAIM
    return Verdict(
        verdict=level,
        geometric=geometric,
        area_m2=claim.area_m2,
        plane_area_m2=claim.plane_area_m2,
        standard_error_m2=claim.standard_error_m2,
        at_least_m2=claim.at_least_m2,
        p_bound=_p_bound(depth, area, survey),
        raw_area_m2=plane.ellipsoidal_area_m2(depth.outside),
        noise_floor_m2=noise_floor_m2(depth.footprint, parts, survey.accuracy),
        detection_limit_m=detection_limit_m(parts, depth.k_suspected, parameters),
        area_gain_m2=surveyed_m2 - approved_m2,
        max_depth_m=claim.max_depth_m,
        approved_area_m2=approved_m2,
        surveyed_area_m2=surveyed_m2,
        grade=survey.grade,
        reasons=reasons,
        claim=claim.extent,
        certain=claim.certain,
        located=found.located or not geometric.found,
        depth=depth,
    )


def quiet(
    approvals: Sequence[Approval],
    survey: Survey,
    plane: WorkPlane,
    level: Level,
    parameters: Parameters = DEFAULT,
) -> Verdict:
    """The verdict where :mod:`~geo_registry.domain.boundary_screen` proved that nothing was found.

    One approval, in force. ``p_bound`` and ``raw_area_m2`` were not computed and are NaN; every
    other number is what :func:`assess` gives.
    """
    parts = approved_parts(approvals, survey.accuracy, parameters)
    extent = parts[0].extent
    approved_m2 = plane.ellipsoidal_area_m2(extent)
    surveyed_m2 = plane.ellipsoidal_area_m2(survey.extent)
    _, reasons = _capped(level, approvals, survey)
    share = 0.5 if survey.complete_trace else 1.0
    k_suspected, _ = depth_levels(extent.length, share, parameters)
    return Verdict(
        verdict=level,
        geometric=level,
        area_m2=0.0,
        plane_area_m2=0.0,
        standard_error_m2=0.0,
        at_least_m2=0.0,
        p_bound=math.nan,
        raw_area_m2=math.nan,
        noise_floor_m2=noise_floor_m2(extent, parts, survey.accuracy),
        detection_limit_m=detection_limit_m(parts, k_suspected, parameters),
        area_gain_m2=surveyed_m2 - approved_m2,
        max_depth_m=0.0,
        approved_area_m2=approved_m2,
        surveyed_area_m2=surveyed_m2,
        grade=survey.grade,
        reasons=reasons,
        claim=NOWHERE,
        certain=NOWHERE,
    )


def noise_floor_m2(footprint: BaseGeometry, parts: Sequence[Part], observed: Accuracy) -> float:
    """Overlay area to expect from measurement error alone, where nothing was built (plane m²).

    Where two boundaries coincide only outward noise counts: E[max(0, δ)] = σ_δ/√(2π) all along.
    """
    worst = max(parts, key=lambda p: p.relative_m)
    shift = math.hypot(worst.accuracy.shift_m, observed.shift_m)
    relative = Accuracy(worst.relative_m, min(shift, worst.relative_m))
    return noise_factor(relative) * worst.relative_m * footprint.length / math.sqrt(2.0 * math.pi)


def detection_limit_m(parts: Sequence[Part], k: float, parameters: Parameters = DEFAULT) -> float:
    """Depth of an extension along a front of 60 m that level ``k`` sees with 90 % power, metres."""
    worst = max(p.relative_m for p in parts)
    need = max(parameters.min_area_m2, 5.0 * worst**2)
    return parameters.legal_tolerance_m + (k + _POWER) * worst + need / parameters.front_m


@dataclass(frozen=True, slots=True)
class _Found:
    """What the two tests find, before the quality of the evidence caps it."""

    depth: DepthTest
    area: AreaTest
    land: BaseGeometry
    level: Level

    @property
    def located(self) -> bool:
        """Whether land is claimed, not only an area."""
        return not self.land.is_empty

    @classmethod
    def of(
        cls, parts: Sequence[Part], survey: Survey, extent: BaseGeometry, parameters: Parameters
    ) -> _Found:
        """Of a survey that had measured some extent."""
        share = 0.5 if survey.complete_trace else 1.0
        depth = depth_test(parts, extent, parameters, share=share, chance_too=False)
        area = area_test(parts, extent, survey.accuracy, parameters)
        land: BaseGeometry = NOWHERE
        if depth.suspected:
            land = claim_of(parts, extent, depth.core_suspected, depth.outside)
        return cls(depth, area, land, _geometric(depth, area, survey, located=not land.is_empty))


def _geometric(depth: DepthTest, area: AreaTest, survey: Survey, *, located: bool) -> Level:
    """The verdict of the two tests."""
    # Each test may confirm alone; what costs least is asked first.
    if survey.complete_trace and area.beyond_doubt:
        return Level.CONFIRMED
    if located and depth.confirmed:
        return Level.CONFIRMED
    parameters = depth.parameters
    p_area = area.p_value if survey.complete_trace else 1.0
    if p_area <= parameters.alpha_confirmed / 2:
        return Level.CONFIRMED
    if located or p_area <= parameters.alpha_suspected / 2:
        return Level.SUSPECTED
    return Level.NONE if depth.outside.area < parameters.min_area_m2 else Level.WITHIN_TOLERANCE


def _hangs_on_one(found: _Found, survey: Survey) -> bool:
    """Whether the verdict falls if a single corner that stands out erred no more than likely."""
    if not found.located:
        return False
    lone = lone_corners(survey.extent, found.depth.core_suspected)
    if not len(lone):
        return False
    depth = found.depth
    error = max(part.relative_m for part in depth.parts)
    likely = depth.parameters.legal_tolerance_m + Z95 * error
    left = drawn_in(survey.extent, lone, depth.footprint, likely)
    return _Found.of(depth.parts, survey, left, depth.parameters).level is not found.level


def _p_bound(depth: DepthTest, area: AreaTest, survey: Survey) -> float:
    """Bound on the chance that error alone looks like this; two tests count twice (Bonferroni)."""
    if not survey.complete_trace:
        return depth.p_bound
    if area.beyond_doubt or depth.far:
        return 2.0 * LEAST_P
    return min(1.0, 2.0 * depth.p_bound_at_most(area.p_value))


def _capped(
    geometric: Level, approvals: Sequence[Approval], survey: Survey, *, hangs: bool = False
) -> tuple[Level, tuple[str, ...]]:
    """Cap ``confirmed`` to what the evidence can carry, with the reasons in words."""
    reasons = []
    if survey.grade != "A":
        reasons.append("依据不是实地测绘成果，只能作为线索，请实地测量")
    if any(a.grade == "C" for a in approvals):
        reasons.append("批准范围由草图或小比例尺图得来，精度不足以确认")
    if survey.repaired:
        reasons.append("边界自相交，经自动修复，修复结果尚未经人认可")
    if hangs:
        reasons.append("单点突出，可能是粗差，请复核该点")
    if not survey.complete_trace:
        reasons.append("测量没有走完整圈，只做了边界检验")
    capped = geometric is Level.CONFIRMED and (len(reasons) > (not survey.complete_trace))
    return (Level.SUSPECTED if capped else geometric), tuple(reasons)


@dataclass(frozen=True, slots=True)
class _Claim:
    extent: BaseGeometry = NOWHERE
    certain: BaseGeometry = NOWHERE
    area_m2: float = 0.0
    plane_area_m2: float = 0.0
    standard_error_m2: float = 0.0
    at_least_m2: float = 0.0
    max_depth_m: float = 0.0


_NO_CLAIM = _Claim()


def _located_claim(found: _Found, plane: WorkPlane) -> _Claim:
    """Area of the claim; at least what is left if every point errs by 1.645 σ in favour."""
    land, parts = found.land, found.depth.parts
    certain = beyond(land, parts, Z95, found.depth.parameters)
    return _Claim(
        extent=land,
        certain=certain,
        area_m2=plane.ellipsoidal_area_m2(land),
        plane_area_m2=float(land.area),
        standard_error_m2=claim_error_m2(land, found.area.errors),
        at_least_m2=plane.ellipsoidal_area_m2(certain),
        max_depth_m=max_depth_m(land, parts, certain),
    )


def _unlocated_claim(depth: DepthTest, area: AreaTest, gain_m2: float) -> _Claim:
    """Area gained over the approval: a lower bound of the land outside, whatever the shift."""
    return _Claim(
        extent=depth.outside,
        certain=depth.core_95,
        area_m2=gain_m2,
        plane_area_m2=area.gain_m2,
        standard_error_m2=area.standard_error_m2,
        at_least_m2=max(gain_m2 - Z95 * area.standard_error_m2, 0.0),
        max_depth_m=max_depth_m(depth.outside, depth.parts, depth.core_95),
    )
