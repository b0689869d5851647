"""The land a verdict claims to lie outside (超出部分): its shape, its error, how deep it reaches.

Everything is in a work plane, metres. Whether anything is claimed is decided by
:mod:`geo_registry.domain.boundary_tests`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import CornerErrors, Floats, gradient
from geo_registry.domain.boundary_tests import (
    NOWHERE,
    Part,
    footprint_of,
    nearest_sigma,
    widened,
)
from geo_registry.domain.rings import pieces, polygonal

Geometries = NDArray[Any]

_FEW_CORNERS = 64
"""Distances of so few are sooner all asked for than bounded first."""
_FURTHER = 1.003
"""Land this much deeper than the deepest corner is looked for; arcs are drawn to 0.12 %."""


def opened(outside: BaseGeometry, radius_m: float) -> BaseGeometry:
    """What is left of land outside after everything thinner than twice the radius is gone.

    Mitred corners keep a straight strip exactly; round ones would lose 0.86 r² at its corners.
    """
    if outside.is_empty or radius_m <= 0.0:
        return outside
    left = _opened(np.array([outside]), np.array([radius_m]))
    return polygonal(left[0]) if len(left) else NOWHERE


def _opened(lands: Geometries, radius_m: Floats) -> Geometries:
    """Each land after opening, those of which nothing is left without; shape (n,)."""
    cores = shapely.buffer(lands, -radius_m, join_style="mitre", mitre_limit=5.0)
    kept = ~shapely.is_empty(cores)
    cores, lands, radius_m = cores[kept], lands[kept], radius_m[kept]
    wide = shapely.buffer(cores, radius_m, join_style="mitre", mitre_limit=2.0)
    return np.asarray(shapely.intersection(wide, lands))


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
        return NOWHERE
    if outside is None:
        outside = polygonal(shapely.difference(observed, footprint_of(parts)))
    # Opening a piece leaves a part of it, so pieces without core need not be opened.
    reaching = _reaching(core, pieces(outside), outside.area)
    radius = np.array([nearest_sigma(piece, parts) for piece in reaching])
    if radius.all():
        left = _opened(np.array(reaching), radius)
        components = [piece for land in left for piece in pieces(land)]
        reaching = _reaching(core, components, outside.area)
    if not reaching:
        return NOWHERE
    # Parts of different pieces meet in points at most: they make a valid multi-polygon.
    return reaching[0] if len(reaching) == 1 else shapely.multipolygons(reaching)


def _reaching(
    core: BaseGeometry, lands: list[shapely.Polygon], room_m2: float
) -> list[shapely.Polygon]:
    """Which of some lands reach into the core, all of them inside one land of ``room_m2``."""
    if len(lands) == 1 and lands[0].area + core.area > room_m2 * (1.0 + 1e-6):
        return lands  # there is no room to lie apart
    shapely.prepare(core)
    return [land for land in lands if shapely.intersects(core, land)]


def claim_error_m2(claim: BaseGeometry, errors: CornerErrors) -> float:
    """First-order standard error of the claim's area: only edges that bound it move it."""
    return math.sqrt(errors.variance(gradient(errors.outline, claim)))


def max_depth_m(
    claim: BaseGeometry, parts: Sequence[Part], core: BaseGeometry | None = None
) -> float:
    """How far the claim reaches from the approved land, metres, to 0.3 %.

    The farthest point is a corner of the claim, or lies on an edge or inside where the approved
    land is hollow (a courtyard that was filled). So what is deeper than all points asked so far is
    cut out, and asked again, with the centre of its largest inscribed circle, until nothing is.
    ``core``, where it is at hand, is the claim beyond some depth; the farthest point lies in it.
    """
    if claim.is_empty:
        return 0.0
    footprint = footprint_of(parts)
    land = claim if core is None or core.is_empty else core
    # Mostly a corner of the hull is the farthest, and there are few of them.
    deepest = _farthest_m(shapely.get_coordinates(shapely.convex_hull(land)), footprint)
    if shapely.convex_hull(footprint).area <= footprint.area * (1.0 + 1e-9):
        return deepest  # distance from convex land grows outwards
    while True:
        further = max(_FURTHER * deepest, 1e-3)
        wide = widened(footprint, land, further)
        if shapely.covers(wide, land):
            return deepest
        land = polygonal(shapely.difference(land, wide))
        if land.is_empty:
            return deepest
        largest = max(pieces(land), key=lambda piece: float(piece.area))
        centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[:1]
        corners = np.vstack([shapely.get_coordinates(land), centre])
        deepest = max(deepest, _farthest_m(corners, footprint))
        if deepest <= further:  # no more than the roundness of arcs
            return deepest


def _farthest_m(corners: Floats, footprint: BaseGeometry) -> float:
    """The largest distance of some points, shape (n, 2), from an extent.

    Distances of two points differ by no more than the points lie apart, so of many, most need not
    be asked for.
    """
    if len(corners) <= _FEW_CORNERS:
        return float(shapely.distance(shapely.points(corners), footprint).max())
    farthest, at_most = 0.0, np.full(len(corners), np.inf)
    for step in (16, 4, 1):
        asked = np.flatnonzero(at_most > farthest)
        if step > 1 and len(asked) < 4 * step:
            continue
        if not len(asked):
            break
        asked = asked[::step]
        found = np.atleast_1d(shapely.distance(shapely.points(corners[asked]), footprint))
        farthest = max(farthest, float(found.max()))
        if step > 1:
            near = np.searchsorted(asked, np.arange(len(corners)), side="right") - 1
            apart = np.hypot(*(corners - corners[asked[near]]).T)
            at_most = np.minimum(at_most, found[near] + apart)
    return farthest
