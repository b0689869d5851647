"""Files of the national place-name database: every value comes in and goes out as it is.

CSV, TSV and XLSX hold texts; JSON keeps its types; of GeoJSON the properties are the record and
the geometry stands under ``gdm``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars

from geo_registry.domain.errors import BadRequest, Unreadable
from geo_registry.formats.content import decode
from geo_registry.formats.tables import read_table, write_table

READ = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".geojson")
WRITTEN = (".csv", ".tsv", ".xlsx", ".json", ".geojson")
_GEOMETRY = "gdm"
_CGCS2000 = ("4490", "4326", "CRS84")


@dataclass(frozen=True, slots=True)
class NationalTable:
    """The records of a file, in its order, and its columns."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


def read_records(path: Path) -> NationalTable:
    """Read a file of records; :class:`Unreadable` where it is none, or in another CRS."""
    suffix = path.suffix.lower()
    if suffix not in READ:
        raise Unreadable(f"“{path.name}”不是可以读取的地名库文件。可以读取：{'、'.join(READ)}。")
    if not path.is_file():
        raise Unreadable(f"没有文件“{path}”。")
    if suffix in {".json", ".geojson"}:
        rows = _from_json(path)
    else:
        frame = read_table(path)
        rows = frame.with_columns(polars.all().cast(polars.String).fill_null("")).to_dicts()
    if not rows:
        raise Unreadable(f"“{path.name}”里没有记录。")
    columns = tuple(dict.fromkeys(c for row in rows for c in row))
    return NationalTable(columns, tuple(rows))


def _from_json(path: Path) -> list[dict[str, Any]]:
    text, _ = decode(path.read_bytes(), path.name)
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unreadable(
            f"“{path.name}”在第 {error.lineno} 行第 {error.colno} 列处不完整或有错，请重新导出。"
        ) from None
    if isinstance(parsed, dict) and parsed.get("type") == "FeatureCollection":
        crs = str((parsed.get("crs") or {}).get("properties", {}).get("name", "4490"))
        if not crs.endswith(_CGCS2000):
            raise Unreadable(
                f"“{path.name}”的坐标系是 {crs[:60]}，地名库文件应为 CGCS2000 经纬度。"
            )
        return [_feature(f, path) for f in parsed.get("features") or []]
    if isinstance(parsed, dict):  # a page of the database's interface
        parsed = next((parsed[k] for k in ("records", "data", "list") if k in parsed), parsed)
    if not isinstance(parsed, list) or not all(isinstance(r, dict) for r in parsed):
        raise Unreadable(f"“{path.name}”应是记录的数组：[{{字段: 值}}, …]。")
    return parsed


def _feature(feature: Any, path: Path) -> dict[str, Any]:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise Unreadable(f"“{path.name}”有不完整的要素（缺少 properties）。")
    record = dict(feature["properties"])
    if _GEOMETRY not in record:
        record[_GEOMETRY] = feature.get("geometry")
    return record


def check_target(path: Path) -> None:
    """Raise :class:`BadRequest` before any work where the file could not be written."""
    if path.suffix.lower() not in WRITTEN:
        raise BadRequest(f"不能写“{path.name}”：扩展名要是 {'、'.join(WRITTEN)}。")
    if not path.parent.is_dir():
        raise BadRequest(f"输出文件夹“{path.parent}”不存在，请先建立。")


def write_records(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], path: Path) -> None:
    """Write records by the suffix of the file; JSON keeps types, tables hold texts."""
    check_target(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        path.write_bytes(orjson.dumps([dict(r) for r in rows], option=orjson.OPT_INDENT_2))
        return
    if suffix == ".geojson":
        features = [_as_feature(r) for r in rows]
        content = {"type": "FeatureCollection", "features": features}
        path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        return
    texts = {c: [_text(r.get(c)) for r in rows] for c in columns}
    schema = dict.fromkeys(columns, polars.String)
    write_table(polars.DataFrame(texts, schema=schema), path)


def _as_feature(record: Mapping[str, Any]) -> dict[str, Any]:
    properties = dict(record)
    geometry = properties.pop(_GEOMETRY, None)
    if isinstance(geometry, str):
        try:
            geometry = orjson.loads(geometry) if geometry else None
        except orjson.JSONDecodeError:
            properties[_GEOMETRY], geometry = geometry, None
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _text(value: Any) -> str:
    """A value as a cell: texts as they are, what has structure as JSON, nothing as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
