"""The depth test (边界检验), in a work plane, without any verdict.

It asks how many standard errors outside the approved land a polygon reaches; its threshold grows
with the perimeter, because a long boundary has more chances to stray. The other test, of the area,
is in :mod:`geo_registry.domain.area_gain`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from statistics import NormalDist

import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Accuracy, Approval
from geo_registry.domain.depth_search import deepest
from geo_registry.domain.rings import pieces, polygonal

QUAD_SEGS = 16
"""Segments of a quarter circle: buffers come out at most 0.12 % too thin."""
_FEW_CORNERS = 40
"""So few are sooner widened than clipped."""
_NOISE_WIDTH = 0.5
"""Half of the width, in standard errors, up to which land outside looks like noise."""
Z95 = 1.645
LEAST_P = 1e-9
"""Chances below this are not told apart."""
NOWHERE = shapely.Polygon()


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


@dataclass(eq=False)
class DepthTest:
    """How many standard errors outside the approved land the observed polygon reaches.

    Lazy: what is not asked for is not worked out. Cores and areas are of the work plane. ``share``
    is the part of the error rate this test may use: 1 alone, 0.5 beside the area test. Without
    ``chance_too`` no depth is searched for that chance alone reaches with probability ``share``.
    """

    parts: Sequence[Part]
    observed: BaseGeometry
    parameters: Parameters = DEFAULT
    share: float = 1.0
    chance_too: bool = True
    _cores: dict[float, BaseGeometry] = field(default_factory=dict, repr=False)

    @cached_property
    def footprint(self) -> BaseGeometry:
        """All of the approved land."""
        return footprint_of(self.parts)

    @cached_property
    def inside(self) -> bool:
        """Whether nothing at all lies outside; a cheap question, asked first."""
        shapely.prepare(self.footprint)
        return bool(shapely.covers(self.footprint, self.observed))

    @cached_property
    def outside(self) -> BaseGeometry:
        """All of the observed polygon outside the footprint, within the errors or not."""
        return NOWHERE if self.inside else polygonal(self.observed.difference(self.footprint))

    @cached_property
    def pieces(self) -> int:
        """The boundary pieces that err independently: chances to stray."""
        return _pieces_along(self.footprint.length, self.parameters)

    @cached_property
    def k_suspected(self) -> float:
        """The threshold of ``suspected``, standard errors."""
        return _levels(self.pieces, self.share, self.parameters)[0]

    @cached_property
    def k_confirmed(self) -> float:
        """The threshold of ``confirmed``, standard errors."""
        return _levels(self.pieces, self.share, self.parameters)[1]

    @property
    def need_m2(self) -> float:
        """The area a core needs to count, m²; the largest where accuracies differ."""
        return max(_need_m2(p.relative_m, self.parameters) for p in self.parts)

    @property
    def core_suspected(self) -> BaseGeometry:
        """The land beyond the threshold of ``suspected``."""
        return self.core(self.k_suspected)

    @property
    def core_confirmed(self) -> BaseGeometry:
        """The land beyond the threshold of ``confirmed``."""
        return self.core(self.k_confirmed)

    @property
    def core_95(self) -> BaseGeometry:
        """What is left if every point errs by 1.645 σ in the owner's favour."""
        return self.core(Z95)

    @cached_property
    def suspected(self) -> bool:
        """Whether enough land lies beyond the first threshold."""
        if self._too_little or (self._looks_like_noise and self._filled(self._k_least) < 1.0):
            return False
        return self._filled(self.k_suspected) >= 1.0

    @property
    def confirmed(self) -> bool:
        """Whether enough land lies beyond the second threshold."""
        if not self.suspected:
            return False
        # Most that is suspected lies far beyond both thresholds, which the bound asks anyway.
        # With several accuracies a piece may count more in a deeper core.
        if len(self.parts) == 1 and self._k_far > self.k_confirmed and self.far:
            return True
        return self._filled(self.k_confirmed) >= 1.0

    @cached_property
    def k_observed(self) -> float:
        """k*: the deepest level that still holds the needed area, standard errors.

        0 where none does that is asked for.
        """
        if self._too_little or (not self.suspected and self._filled(self._k_least) < 1.0):
            return 0.0
        levels = {self.k_suspected, self.k_confirmed if self.suspected else self._k_least}
        levels |= {k for k in (self._k_far,) if k in self._cores}
        return deepest(self._filled, {k: self._filled(k) for k in levels}, self._k_least)

    @cached_property
    def p_bound(self) -> float:
        """m·(1 - Φ(k*)), which bounds the chance that error alone looks like this; ≥ 1e-9.

        Not multiplied by the number of tests. Nobody's errors are normal further out than that, so
        no smaller bound is worked out.
        """
        if self.far:
            return LEAST_P
        return min(1.0, self.pieces * upper_tail(self.k_observed))

    def p_bound_at_most(self, other: float) -> float:
        """The smaller of :attr:`p_bound` and another chance.

        Where too little land lies at the level of the other chance, it is that one, and no depth
        need be searched for.
        """
        if self.suspected and not self.far:
            level = -quantile(other / self.pieces)
            if level > self._k_least and self._filled(level) < 1.0:
                return other
        return min(self.p_bound, other)

    @cached_property
    def _k_far(self) -> float:
        """The level whose bound is :data:`LEAST_P`."""
        return -quantile(LEAST_P / self.pieces)

    @property
    def far(self) -> bool:
        """Whether enough land lies so far out that chances are not told apart any more."""
        return self.suspected and self._filled(self._k_far) >= 1.0

    def core(self, k: float) -> BaseGeometry:
        """The observed land beyond ``k`` standard errors of the approved land."""
        if k not in self._cores:
            # Cores are nested, so a deeper one is cut from a shallower one, which is small; not
            # from one so near that the chords of its arcs would show.
            base = max((j for j in self._cores if j <= 0.99 * k), default=None)
            land = self.observed if base is None else self._cores[base]
            self._cores[k] = (
                NOWHERE if self.inside else beyond(land, self.parts, k, self.parameters)
            )
        return self._cores[k]

    def _filled(self, k: float) -> float:
        return _filled(self.core(k), self.parts, self.parameters)

    @cached_property
    def _k_least(self) -> float:
        """The least level of interest."""
        return 0.0 if self.chance_too else quantile(1.0 - self.share / self.pieces)

    @cached_property
    def _too_little(self) -> bool:
        """Whether all that lies outside is less than any core needs."""
        least = min(_need_m2(p.relative_m, self.parameters) for p in self.parts)
        return bool(self.outside.area < least)

    @property
    def _looks_like_noise(self) -> bool:
        """Whether no more lies outside than errors often leave: then one core may say it all.

        No more land, and no wider (twice an area over its perimeter is the width of a strip). Of
        one accuracy only: with several, a piece may count more in a deeper core.
        """
        if self.chance_too or len(self.parts) > 1:
            return False
        sigma, outside = self.parts[0].relative_m, self.outside
        return bool(
            outside.area < sigma * min(self.footprint.length, _NOISE_WIDTH * outside.length)
        )


# --- the footprint --------------------------------------------------------------------------------


def approved_parts(
    approvals: Sequence[Approval], observed: Accuracy, parameters: Parameters = DEFAULT
) -> tuple[Part, ...]:
    """Approved land by accuracy, of approvals that are in force already (see ``in_force``).

    A part that a reducing approval cuts takes the worse of the two accuracies: its new edge is no
    better known than the reduction.
    """
    reducing = [a for a in approvals if a.effect == "reduces"]
    cut = shapely.union_all([a.extent for a in reducing]) if reducing else NOWHERE
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


def footprint_of(parts: Sequence[Part]) -> BaseGeometry:
    """All of the approved land."""
    return parts[0].extent if len(parts) == 1 else shapely.union_all([p.extent for p in parts])


def widened(extent: BaseGeometry, land: BaseGeometry, reach_m: float) -> BaseGeometry:
    """What of an extent lies within a distance of some land, made wider by that distance.

    Only that much of it can matter to the land; the cut edges lie too far off to.
    """
    if shapely.get_num_coordinates(extent) > _FEW_CORNERS:
        west, south, east, north = land.bounds
        far = reach_m + 1.0
        extent = shapely.clip_by_rect(extent, west - far, south - far, east + far, north + far)
    return shapely.buffer(extent, reach_m, quad_segs=QUAD_SEGS)


def beyond(
    land: BaseGeometry, parts: Sequence[Part], k: float, parameters: Parameters = DEFAULT
) -> BaseGeometry:
    """What is left of some land when every part is widened by ``k`` of its standard errors."""
    if land.is_empty:
        return land
    reaches = (parameters.legal_tolerance_m + k * p.relative_m for p in parts)
    wide = [widened(p.extent, land, reach) for p, reach in zip(parts, reaches, strict=True)]
    whole = wide[0] if len(wide) == 1 else shapely.union_all(wide)
    return polygonal(shapely.difference(land, whole))


def _need_m2(sigma_m: float, parameters: Parameters) -> float:
    """Area below which a core is a spike of one vertex rather than land."""
    return max(parameters.min_area_m2, 5.0 * sigma_m**2)


def nearest_sigma(piece: BaseGeometry, parts: Sequence[Part]) -> float:
    """The relative standard error of the approved part a piece lies next to, the worst on a tie."""
    if len(parts) == 1:
        return parts[0].relative_m
    gaps = [piece.distance(p.extent) for p in parts]
    near = min(gaps) + 1e-6
    return max(p.relative_m for p, gap in zip(parts, gaps, strict=True) if gap <= near)


def _filled(core: BaseGeometry, parts: Sequence[Part], parameters: Parameters) -> float:
    """How often a core holds the area it needs (5 σ², σ of its own side); 1 is the threshold."""
    if len(parts) == 1:
        return float(core.area) / _need_m2(parts[0].relative_m, parameters)
    return float(sum(c.area / _need_m2(nearest_sigma(c, parts), parameters) for c in pieces(core)))


# --- the depth test -------------------------------------------------------------------------------


def depth_test(
    parts: Sequence[Part],
    observed: BaseGeometry,
    parameters: Parameters = DEFAULT,
    *,
    share: float = 1.0,
    chance_too: bool = True,
) -> DepthTest:
    """Ask how many standard errors outside the approved land the observed polygon reaches."""
    return DepthTest(parts, observed, parameters, share, chance_too)


def depth_levels(
    perimeter_m: float, share: float, parameters: Parameters = DEFAULT
) -> tuple[float, float]:
    """The levels, in standard errors, at which land is suspected and confirmed to lie outside."""
    return _levels(_pieces_along(perimeter_m, parameters), share, parameters)


def _pieces_along(perimeter_m: float, parameters: Parameters) -> int:
    """How many independent chances to stray a boundary has."""
    return max(4, math.ceil(perimeter_m / parameters.piece_m))


def _levels(pieces: int, share: float, parameters: Parameters) -> tuple[float, float]:
    return (
        quantile(1.0 - share * parameters.alpha_suspected / pieces),
        quantile(1.0 - share * parameters.alpha_confirmed / pieces),
    )


@lru_cache(maxsize=4096)
def quantile(share: float) -> float:
    """Φ⁻¹."""
    return NormalDist().inv_cdf(share)


def upper_tail(z: float) -> float:
    """1 - Φ(z), exact far out."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))
