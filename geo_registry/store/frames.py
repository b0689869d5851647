"""Whole tables for analysts: one query each, geometry as WKB in EPSG:4490."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from geo_registry.store.queries import query

TABLES = ("findings", "roads", "places", "divisions", "approvals", "surveys", "zones")
"""What can be had, each by its query ``sql/frame_<table>.sql``."""


def rows(connection: Connection, table: str, *, on: date) -> list[dict[str, Any]]:
    """Every row of one of :data:`TABLES`; ``geometry`` is WKB bytes in EPSG:4490 or None.

    ``on`` is the day whose names are shown.
    """
    found = connection.execute(query(f"frame_{table}"), {"on": on})
    return [dict(row) for row in found.mappings()]
