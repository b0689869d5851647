"""Which named road passes an end of another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from geo_registry.store.writing import ewkb

if TYPE_CHECKING:
    from datetime import date

    from shapely import Point

REACH_M = 15.0
"""An end belongs to the crossing with a road no farther away than this."""


def roads_at(
    connection: Connection, points: Sequence[Point], own: Sequence[int], on: date
) -> list[str]:
    """For each point (degrees), the name of the nearest other road within 15 m; else empty.

    ``own`` is the place whose end the point is.
    """
    rows = connection.execute(
        text(
            "SELECT coalesce(r.name, '') FROM unnest(CAST(:points AS text[]), "
            " CAST(:own AS bigint[])) WITH ORDINALITY AS e (shape, own, i) "
            "LEFT JOIN LATERAL ("
            " SELECT n.full_name AS name FROM registry.segment g "
            " JOIN registry.place p ON p.id = g.place_id AND p.status <> 'retired' "
            " JOIN registry.place_name n ON n.place_id = p.id AND n.kind = 'standard' "
            "  AND n.superseded_at IS NULL AND (n.valid_to IS NULL OR n.valid_to > :day) "
            " WHERE g.geom && ST_Expand(e.shape::geometry, 0.0003) AND g.place_id <> e.own "
            "  AND ST_Distance(g.geom::geography, e.shape::geometry::geography) <= :reach "
            " ORDER BY ST_Distance(g.geom::geography, e.shape::geometry::geography), n.id LIMIT 1"
            ") r ON true ORDER BY e.i"
        ),
        {"points": ewkb(points), "own": list(own), "reach": REACH_M, "day": on},
    )
    return [name for (name,) in rows]
