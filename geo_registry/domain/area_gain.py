"""The area test (面积检验): whether a site is larger than approved, in a work plane.

Moving a polygon never changes its area, so it sees growth all round under an image that lies beside
the ground. The other test is in :mod:`geo_registry.domain.boundary_tests`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import Complex, CornerErrors, Outline, gradient, own_gradient
from geo_registry.domain.boundary_tests import (
    DEFAULT,
    LEAST_P,
    Parameters,
    Part,
    footprint_of,
    quantile,
    upper_tail,
)
from geo_registry.domain.cemetery import Accuracy


@dataclass(eq=False)
class AreaTest:
    r"""Whether the observed polygon is larger than approved, whatever it was shifted by.

    For any shift s, |B⊕s \ A| ≥ |B| - |A|. Valid only where the boundary was walked completely.
    Lazy like :class:`DepthTest`; plane m².
    """

    parts: Sequence[Part]
    observed: BaseGeometry
    accuracy: Accuracy
    parameters: Parameters = DEFAULT

    @cached_property
    def gain_m2(self) -> float:
        """How much larger it is than approved."""
        return float(self.observed.area - footprint_of(self.parts).area)

    @cached_property
    def standard_error_m2(self) -> float:
        """The standard error of the gain."""
        return math.sqrt(self.errors.variance(self._form()))

    @cached_property
    def errors(self) -> CornerErrors:
        """How the corners of both boundaries err."""
        return corner_errors(self.observed, self.parts, self.accuracy, self.parameters)

    def _form(self) -> Complex:
        """How the gain grows when the corners of both boundaries move outward."""
        outline = self.errors.outline
        form = own_gradient(outline)
        if len(self.parts) > 1:
            granted = outline.owner[outline.ring] > 0
            form[granted] = gradient(outline, footprint_of(self.parts))[granted]
        return form

    @cached_property
    def excess_m2(self) -> float:
        """How much of the gain is not allowed."""
        allowed = self.parameters.min_area_m2
        if self.parameters.legal_tolerance_m:
            allowed += self.parameters.legal_tolerance_m * footprint_of(self.parts).length
        return self.gain_m2 - allowed

    @cached_property
    def p_value(self) -> float:
        """The chance that error alone gains as much; ½ where nothing is gained, ≥ 1e-9."""
        if self.excess_m2 <= 0.0:
            return 0.5
        if self.beyond_doubt:
            return LEAST_P
        error = self.standard_error_m2
        return max(upper_tail(self.excess_m2 / error), LEAST_P) if error > 0.0 else LEAST_P

    @cached_property
    def beyond_doubt(self) -> bool:
        """Whether so much is gained that no standard error need be worked out to see it."""
        excess = self.excess_m2
        return excess > 0.0 and excess >= -quantile(LEAST_P) * self.most_error_m2

    @property
    def most_error_m2(self) -> float:
        """No less than the standard error, by perimeters alone; infinite for several parts.

        A corner moves no more area than half of its two edges, and the decays from a corner round
        its ring, weighted so, sum to at most 2 L + h, h the longest edge: at most half of the
        perimeter P. So each variance is at most σ² P (2 L + P / 2); a shift adds nothing to it.
        """
        if len(self.parts) > 1:
            return math.inf  # a seam between parts moves no area of the whole
        reach, granted = 2.0 * self.parameters.correlation_m, self.parts[0]
        both = (self.accuracy, self.observed), (granted.accuracy, granted.extent)
        return math.sqrt(sum(a.vertex_m**2 * g.length * (reach + g.length / 2.0) for a, g in both))


def area_test(
    parts: Sequence[Part],
    observed: BaseGeometry,
    accuracy: Accuracy,
    parameters: Parameters = DEFAULT,
) -> AreaTest:
    """Ask whether the observed polygon is larger than approved, whatever it was shifted by."""
    return AreaTest(parts, observed, accuracy, parameters)


def corner_errors(
    observed: BaseGeometry, parts: Sequence[Part], accuracy: Accuracy, parameters: Parameters
) -> CornerErrors:
    """How the corners of the observed polygon and of the approved parts err."""
    return CornerErrors(
        Outline.of(observed, *(p.extent for p in parts)),
        (accuracy, *(p.accuracy for p in parts)),
        parameters.correlation_m,
    )
