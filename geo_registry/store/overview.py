"""The district at a glance: figures, towns, extent, the last scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.queries import query


def counts(
    connection: Connection, *, on: date, new_since: date, members: Sequence[str]
) -> dict[str, int]:
    """The figures of the district on a day; ``members`` are its statistical county codes."""
    row = connection.execute(
        query("overview_counts"), {"on": on, "new_since": new_since, "members": list(members)}
    ).one()
    return dict(row._mapping)  # noqa: SLF001  # the documented way to a dict


def towns(connection: Connection, members: Sequence[str]) -> list[dict[str, Any]]:
    """The towns of the district with their bounding boxes in degrees, by code."""
    rows = connection.execute(
        text(
            "SELECT code, name, ST_XMin(extent) AS w, ST_YMin(extent) AS s, "
            "  ST_XMax(extent) AS e, ST_YMax(extent) AS n "
            "FROM registry.admin_division "
            "WHERE code_system = 'nbs' AND level = 4 AND valid_to IS NULL "
            "  AND left(code, 6) = ANY (:members) ORDER BY code"
        ),
        {"members": list(members)},
    )
    return [
        {"code": r.code, "name": r.name, "bbox": None if r.w is None else [r.w, r.s, r.e, r.n]}
        for r in rows
    ]


def has_sample(connection: Connection) -> bool:
    """Whether rows of the sample district are in the registry."""
    return bool(
        connection.scalar(
            text(
                "SELECT EXISTS (SELECT FROM registry.place WHERE sample) "
                "OR EXISTS (SELECT FROM registry.cemetery WHERE sample)"
            )
        )
    )


def content_bbox(connection: Connection) -> list[float] | None:
    """The box around everything that has a place of its own, where no town has an extent."""
    box = connection.execute(
        text(
            "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (SELECT ST_Extent(g) AS b "
            "FROM (SELECT geom AS g FROM registry.segment UNION ALL "
            "SELECT geom FROM registry.approval) x) y WHERE b IS NOT NULL"
        )
    ).one_or_none()
    return [float(v) for v in box] if box else None


def last_scan(connection: Connection) -> dict[str, Any] | None:
    """Number and end of the last scan."""
    row = connection.execute(
        text("SELECT id, finished_at FROM registry.scan_run ORDER BY id DESC LIMIT 1")
    ).one_or_none()
    return {"id": row.id, "finished_at": row.finished_at} if row else None


def revisions(connection: Connection) -> dict[str, int]:
    """The last committed change to each layer of the map."""
    rows = connection.execute(text("SELECT layer, revision FROM registry.layer_revision"))
    return {row.layer: row.revision for row in rows}


def versions(connection: Connection) -> dict[str, str]:
    """The versions of the database and of PostGIS."""
    row = connection.execute(
        text("SELECT current_setting('server_version'), postgis_lib_version()")
    ).one()
    return {"postgresql": row[0], "postgis": row[1]}
