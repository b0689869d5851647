"""File formats: one file a format family; they return rows and issues, and know no SQL and no rule.

What a suffix is read by is said here once (:data:`SUFFIXES`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geo_registry.domain.errors import Unreadable

SUFFIXES: Mapping[str, str] = {
    ".osm.pbf": "osm",
    ".pbf": "osm",
    ".osm.gz": "osm",
    ".osm.bz2": "osm",
    ".osm": "osm",
    ".geojson": "vector",
    ".geojsonl": "vector",
    ".geojsons": "vector",
    ".gpkg": "vector",
    ".fgb": "vector",
    ".shp": "vector",
    ".zip": "vector",
    ".kml": "vector",
    ".kmz": "vector",
    ".gpx": "vector",
    ".gml": "vector",
    ".dxf": "vector",
    ".tab": "vector",
    ".mif": "vector",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".csv": "tables",
    ".tsv": "tables",
    ".txt": "tables",
    ".xlsx": "tables",
    ".json": "tables",
    ".jsonl": "tables",
    ".ndjson": "tables",
}
"""Suffix → the format family (the module) that reads it. Longer suffixes are tried first."""

MAP_FAMILIES = frozenset({"osm", "vector", "geoparquet"})
"""Families whose rows carry geometry."""


def suffix_of(path: Path) -> str:
    """The known suffix of a file name in lower case (``.osm.gz`` before ``.gz``), or its last."""
    name = path.name.lower()
    known = (s for s in sorted(SUFFIXES, key=len, reverse=True) if name.endswith(s))
    return next(known, path.suffix.lower())


def family_of(path: Path) -> str:
    """The format family that reads a file.

    Raises :class:`Unreadable` when no family knows the suffix; the message lists those that do.
    A plain ``.json`` file is a table; map files are called ``.geojson``.
    """
    suffix = suffix_of(path)
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    advice = "CAD 的 DWG 文件请先另存为 DXF。" if suffix == ".dwg" else ""
    known = "、".join(SUFFIXES)
    raise Unreadable(f"不认识文件“{path.name}”的类型“{suffix}”。可以导入：{known}。", advice=advice)
