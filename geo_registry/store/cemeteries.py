"""Cemeteries with their approvals and surveys, and the zones around them: written in bulk."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from geo_registry.store.rows import ApprovalRow, CemeteryRow, SurveyRow, ZoneRow
from geo_registry.store.tables import approval, cemetery, survey, zone
from geo_registry.store.writing import column_wise, copy_rows


def insert_cemeteries(connection: Connection, rows: Sequence[CemeteryRow]) -> list[int]:
    """Write cemeteries; a toponym given with a row makes it findable by pinyin."""
    columns = column_wise(
        rows,
        *("name", "type", "village_code", "town_code", "county_code", "location", "operator"),
        *("status", "secrecy", "sample", "batch_id", "source_id"),
    )
    columns["initials"] = [r.toponym and r.toponym.initials for r in rows]
    columns["key_toneless"] = [r.toponym and r.toponym.keys.toneless for r in rows]
    return copy_rows(connection, cemetery, columns)


def insert_approvals(connection: Connection, rows: Sequence[ApprovalRow]) -> list[int]:
    """Write approvals; an invalid extent breaks ``approval_extent_check``."""
    columns = column_wise(
        rows,
        *("cemetery_id", "effect", "method", "sigma_m", "shift_m", "grade", "valid_from"),
        *("valid_to", "supersedes", "document_id", "stated_area_m2", "batch_id"),
        geom="extent",
    )
    return copy_rows(connection, approval, columns)


def insert_surveys(connection: Connection, rows: Sequence[SurveyRow]) -> list[int]:
    """Write surveys; their ids grow in the order of recording."""
    columns = column_wise(
        rows,
        *("cemetery_id", "surveyed_on", "method", "sigma_m", "shift_m", "grade"),
        *("complete_trace", "repaired", "surveyor", "file_name", "sha256", "batch_id"),
        geom="extent",
    )
    return copy_rows(connection, survey, columns)


def insert_zones(connection: Connection, rows: Sequence[ZoneRow]) -> list[int]:
    """Write protected or controlled land."""
    columns = column_wise(
        rows,
        *("kind", "name", "setback_m", "sigma_m", "shift_m", "county_code", "valid_from"),
        *("valid_to", "document_id", "source", "sample", "batch_id"),
        geom="extent",
    )
    return copy_rows(connection, zone, columns)
