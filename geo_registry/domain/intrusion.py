"""Land that reaches into other land (侵入): an approval into a neighbour's, a site into a zone.

The same reasoning as the depth test of :mod:`geo_registry.domain.boundary_tests`, with the other
land in the place of everything that was not approved: two boundaries that touch overlap by chance
along half of their length, so only what lies deeper than the errors of both explain counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.boundary_tests import DEFAULT, Z95, Parameters
from geo_registry.domain.claimed_land import opened
from geo_registry.domain.rings import polygonal


@dataclass(frozen=True, slots=True)
class Intrusion:
    """The land two extents share beyond their errors; areas in plane m², ``extent`` in the plane.

    ``at_least_m2`` is what is left if every point errs by 1.645 σ towards there being nothing.
    """

    extent: BaseGeometry
    area_m2: float
    at_least_m2: float


def intrusion(
    land: BaseGeometry,
    sigma_m: float,
    forbidden: BaseGeometry,
    forbidden_sigma_m: float,
    parameters: Parameters = DEFAULT,
) -> Intrusion | None:
    """The part of ``land`` inside ``forbidden`` land, or ``None`` where errors explain it.

    Both are in one work plane; the sigmas are standard errors per axis, metres. The error rate is
    that of ``suspected`` for the whole perimeter of the land.
    """
    if not shapely.intersects(land, forbidden):
        return None
    shared = polygonal(land.intersection(forbidden))
    if shared.area < parameters.min_area_m2:
        return None
    sigma = math.hypot(sigma_m, forbidden_sigma_m, parameters.transformation_m)
    pieces = max(4, math.ceil(land.length / parameters.piece_m))
    k = NormalDist().inv_cdf(1.0 - parameters.alpha_suspected / pieces)
    core = _deeper(shared, forbidden, k * sigma)
    if core.area < max(parameters.min_area_m2, 5.0 * sigma**2):
        return None
    pieces_shared = shapely.get_parts(
        [opened(p, sigma / 2.0) for p in shapely.get_parts(shared) if p.intersects(core)]
    )
    extent = shapely.union_all(pieces_shared[shapely.intersects(pieces_shared, core)])
    certain = _deeper(shared, forbidden, Z95 * sigma)
    return Intrusion(extent, float(extent.area), float(certain.intersection(extent).area))


def _deeper(shared: BaseGeometry, forbidden: BaseGeometry, depth_m: float) -> BaseGeometry:
    """The shared land more than ``depth_m`` inside the forbidden land."""
    bounds = np.array(shared.bounds) + (depth_m + 1.0) * np.array([-1.0, -1.0, 1.0, 1.0])
    # Beyond this window its boundary is too far off to matter; the cut edges lie outside the
    # reach of the erosion.
    near = shapely.clip_by_rect(forbidden, *bounds)
    return polygonal(shared.intersection(near.buffer(-depth_m, quad_segs=16)))
