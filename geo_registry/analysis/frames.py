"""The registry as GeoDataFrames (EPSG:4490), for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import geopandas
import pandas
import shapely
from sqlalchemy import Engine

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.secrecy import checked
from geo_registry.settings import Settings
from geo_registry.store import frames
from geo_registry.store.cluster import database_url
from geo_registry.store.database import create_engine, read


def connect(url: str | None = None) -> Engine:
    """An engine on the registry: ``url``, or what the environment names (private cluster)."""
    return create_engine(url or database_url(Settings.from_environment()))


def frame(
    engine: Engine, table: str, *, on: date | None = None, secrecy: str = "internal"
) -> geopandas.GeoDataFrame:
    """One table of the registry: findings, roads, places, divisions, approvals, surveys, zones.

    Columns are those of ``store/sql/frame_<table>.sql``; geometry is EPSG:4490 (lon,
    lat), None where a row has no place. ``on`` is the day whose names are shown (default: today in
    China). Records above the level ``secrecy`` (public, internal, secret) are left out: a frame is
    soon a file on a stick. Raises :class:`BadRequest` for an unknown table or level.
    """
    if table not in frames.TABLES:
        raise BadRequest(f"没有表“{table}”。可用：{'、'.join(frames.TABLES)}。")
    day = on or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    with read(engine, checked(secrecy)) as connection:
        rows = frames.rows(connection, table, on=day)
    geometry = shapely.from_wkb([_bytes(row.pop("geometry")) for row in rows])
    return geopandas.GeoDataFrame(pandas.DataFrame(rows), geometry=geometry, crs=4490)


def findings(
    engine: Engine, *, states: Sequence[str] = ("open",), rule: str | None = None
) -> geopandas.GeoDataFrame:
    """Findings in some states (open, waived, gone), of every rule or of one."""
    found = frame(engine, "findings")
    if found.empty:
        return found
    chosen = found["state"].isin(list(states))
    if rule is not None:
        chosen &= found["rule_id"] == rule
    return found[chosen].reset_index(drop=True)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
