"""What approvals and surveys rest on, beside their extents: documents, files, surveyors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

BOUNDARY_TABLES = ("cemetery", "approval", "survey", "zone", "document", "determination", "plot")
"""Tables whose changes can change what is said about the boundary of a cemetery."""


def approval_papers(connection: Connection, cemetery_id: int) -> dict[int, Mapping[str, Any]]:
    """Method and document of each approval of a cemetery, by the id of the approval."""
    rows = connection.execute(
        text(
            "SELECT a.id, a.method, d.title, d.number, d.authority, d.dated_on, d.file_name, "
            " d.sha256, b.file_name AS boundary_file, b.sha256 AS boundary_sha256 "
            "FROM registry.approval a "
            "LEFT JOIN registry.document d ON d.id = a.document_id "
            "LEFT JOIN registry.import_batch b ON b.id = a.batch_id "
            "WHERE a.cemetery_id = :id ORDER BY a.id"
        ),
        {"id": cemetery_id},
    )
    return {row["id"]: dict(row) for row in rows.mappings()}


def survey_papers(connection: Connection, cemetery_id: int) -> dict[int, Mapping[str, Any]]:
    """Surveyor and file of each survey of a cemetery, by the id of the survey."""
    rows = connection.execute(
        text(
            "SELECT s.id, s.surveyor, coalesce(nullif(s.file_name, ''), b.file_name, '') "
            "  AS file_name, coalesce(nullif(s.sha256, ''), b.sha256, '') AS sha256 "
            "FROM registry.survey s LEFT JOIN registry.import_batch b ON b.id = s.batch_id "
            "WHERE s.cemetery_id = :id ORDER BY s.id"
        ),
        {"id": cemetery_id},
    )
    return {row["id"]: dict(row) for row in rows.mappings()}


def recorded_days(connection: Connection, table: str, ids: Sequence[int]) -> dict[int, date]:
    """The day on which rows of a table were first entered, in the bureau's time zone, by id."""
    rows = connection.execute(
        text(
            "SELECT row_id, CAST(min(at) AT TIME ZONE 'Asia/Shanghai' AS date) "
            "FROM registry.history WHERE table_name = :table AND row_id = ANY (:ids) "
            "GROUP BY row_id"
        ),
        {"table": table, "ids": list(ids)},
    )
    return {row[0]: row[1] for row in rows}


def boundary_revision(connection: Connection) -> int:
    """The last revision that changed anything a verdict on a boundary can rest on; 0 for none."""
    found = connection.scalar(
        text(
            "SELECT revision FROM registry.change "
            "WHERE revision IS NOT NULL AND tables && CAST(:tables AS text[]) "
            "ORDER BY revision DESC LIMIT 1"
        ),
        {"tables": list(BOUNDARY_TABLES)},
    )
    return int(found or 0)


def extents(connection: Connection, table: str, ids: Sequence[int]) -> dict[int, str]:
    """The stored extents of approvals, surveys or zones, in degrees, as hexadecimal WKB by id."""
    if table not in {"approval", "survey", "zone"}:
        raise ValueError(table)
    rows = connection.execute(
        text(
            "SELECT id, encode(ST_AsBinary(geom, 'NDR'), 'hex') "  # noqa: S608 - one of three
            f"FROM registry.{table} WHERE id = ANY (:ids)"
        ),
        {"ids": list(ids)},
    )
    return {row[0]: row[1] for row in rows}
