"""Single corners that stand out of a survey (单点突出): blunders look like that, land seldom does.

No statistics tell a mistaken point from a real corner. But land that was taken shows in several
points of a trace, so a verdict that falls with one point must not confirm before somebody has
looked at that point again.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import Floats
from geo_registry.domain.rings import pieces, polygonal


def lone_corners(observed: BaseGeometry, core: BaseGeometry) -> Floats:
    """Corners of the survey that are alone in a piece of the core; shape (n, 2), metres.

    None unless the largest piece hangs on one: what else stands out decides nothing then.
    """
    corners = shapely.get_coordinates(observed)
    lands = pieces(core)
    if len(_held(max(lands, key=lambda land: float(land.area)), corners)) != 1:
        return np.empty((0, 2))
    held = (_held(land, corners) for land in lands)
    return np.array([corner for few in held if len(few) == 1 for corner in few])


def _held(piece: BaseGeometry, corners: Floats) -> set[tuple[float, float]]:
    """The corners in a piece."""
    shapely.prepare(piece)
    within = corners[shapely.intersects_xy(piece, corners[:, 0], corners[:, 1])]
    return {(x, y) for x, y in within.tolist()}


def drawn_in(
    observed: BaseGeometry, corners: Floats, footprint: BaseGeometry, depth_m: float
) -> BaseGeometry:
    """The survey with some of its corners, of shape (n, 2), no deeper outside than a depth."""
    lines = shapely.shortest_line(footprint, shapely.points(corners))
    nearest = shapely.get_coordinates(shapely.get_point(lines, 0))
    off = corners - nearest
    length = np.maximum(np.hypot(*off.T), 1e-9)
    nearer = nearest + off * (np.minimum(length, depth_m) / length)[:, None]
    moved = {tuple(p): q for p, q in zip(corners.tolist(), nearer.tolist(), strict=True)}

    def move(points: Floats) -> Floats:
        return np.array([moved.get(tuple(point), point) for point in points.tolist()])

    changed = shapely.transform(observed, move)
    return polygonal(shapely.make_valid(changed, method="structure"))
