"""The registry at a glance: figures, towns, layers, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.subjects import box


def revisions(connection: Connection) -> dict[str, int]:
    """The revision in which each layer of the map changed last."""
    rows = connection.execute(text("SELECT layer, revision FROM registry.layer_revision"))
    return {r.layer: r.revision for r in rows}


def versions(connection: Connection) -> dict[str, str]:
    """The versions of the database, PostGIS and the schema."""
    row = connection.execute(
        text(
            "SELECT current_setting('server_version') AS postgresql, "
            " postgis_lib_version() AS postgis, "
            " (SELECT version_num FROM registry.alembic_version) AS schema"
        )
    )
    return dict(row.mappings().one())


def last_scan(connection: Connection) -> dict[str, Any] | None:
    """The scan that finished last."""
    found = connection.execute(
        text("SELECT id, finished_at FROM registry.scan_run ORDER BY id DESC LIMIT 1")
    )
    row = found.mappings().first()
    return None if row is None else dict(row)


def has_sample(connection: Connection) -> bool:
    """Whether invented rows are registered, so that the page must say so."""
    found = connection.scalar(
        text(
            "SELECT EXISTS (SELECT 1 FROM registry.place WHERE sample) "
            "OR EXISTS (SELECT 1 FROM registry.cemetery WHERE sample) "
            "OR EXISTS (SELECT 1 FROM registry.zone WHERE sample) "
            "OR EXISTS (SELECT 1 FROM registry.admin_division WHERE sample)"
        )
    )
    return bool(found)


def _list(corners: Sequence[float] | None) -> list[float] | None:
    return None if corners is None else list(corners)


def content_bbox(connection: Connection) -> list[float] | None:
    """West, south, east, north of everything that has a place on the map, in degrees."""
    found = box(
        connection.scalar(
            text(
                "SELECT ST_Extent(g) FROM (SELECT geom FROM registry.segment "
                "UNION ALL SELECT geom FROM registry.place "
                "UNION ALL SELECT geom FROM registry.survey "
                "UNION ALL SELECT geom FROM registry.approval) m(g)"
            )
        )
    )
    return None if found is None else list(found)


def towns(connection: Connection, counties: Sequence[str]) -> list[Mapping[str, Any]]:
    """The towns of the counties with their boxes (or those of their villages' seats)."""
    rows = connection.execute(
        text(
            "SELECT t.code, t.name, coalesce(Box2D(t.extent)::text, "
            " (SELECT ST_Extent(coalesce(v.extent, v.seat))::text FROM registry.admin_division v "
            "  WHERE v.parent_code = t.code AND v.code_system = 'nbs')) AS box "
            "FROM registry.admin_division t "
            "WHERE left(t.code, 6) = ANY (:c) AND t.level = 4 AND t.code_system = 'nbs' "
            " AND t.valid_to IS NULL ORDER BY t.code"
        ),
        {"c": list(counties)},
    )
    return [{"code": r.code, "name": r.name, "bbox": _list(box(r.box))} for r in rows]
