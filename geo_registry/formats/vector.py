"""Map files: GeoJSON, GeoPackage, shapefile (also zipped), KML, DXF, FlatGeobuf through pyogrio.

GPX tracks, tables of boundary points and GeoParquet have readers of their own.

Zips are unpacked with limits into a folder of our own; GDAL never opens them (no ``/vsizip/``).
"""

from __future__ import annotations

import struct
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars
import shapely
from numpy.typing import NDArray

from geo_registry.domain.crs import coordinate_system
from geo_registry.domain.errors import BadRequest, Issue, Unreadable
from geo_registry.formats import SUFFIXES, family_of, suffix_of
from geo_registry.formats.archives import unpack
from geo_registry.formats.asking_crs import ask_for_crs
from geo_registry.formats.content import check_content, decode
from geo_registry.formats.encoding import dbf_encoding
from geo_registry.formats.features import Features, crs_title, prepare
from geo_registry.formats.geoparquet import read_raw as read_geoparquet
from geo_registry.formats.gpx import read_gpx
from geo_registry.formats.plain_xml import SUFFIXES as XML_SUFFIXES
from geo_registry.formats.plain_xml import plain_xml
from geo_registry.formats.point_tables import read_points
from geo_registry.formats.raw import RawLayer
from geo_registry.formats.tables import require_columns

_ZIPPED = (".zip", ".kmz")
_POINT_TABLES = (".csv", ".tsv", ".txt", ".xlsx")


def read_features(
    path: Path,
    *,
    wanted: str = "any",
    crs: str | None = None,
    layer: str | None = None,
    where: Mapping[str, str] | None = None,
    swap_axes: bool = False,
) -> Features:
    """Read one layer of a map file as features in degrees (EPSG:4490).

    ``wanted``: ``polygon``, ``line``, ``point`` or ``any``. ``crs`` (EPSG:…, GCJ-02, BD-09 …)
    declares the coordinates and outranks what the file says; ``where`` keeps the rows whose
    columns have these values. Rows that cannot be used are left out and listed as issues.

    Raises :class:`Unreadable` when the file is not what its name says, is cut off, empty, of an
    unknown encoding, has several layers and ``layer`` is not given, or has no coordinate system.
    """
    with tempfile.TemporaryDirectory(prefix="geo_registry_") as folder:
        raw = _read_any(path, Path(folder), layer)
    system = crs or raw.crs or ask_for_crs(raw, path.name)
    notes = raw.issues + _contradiction(raw.crs, crs, path)
    rows = np.arange(1, len(raw.geometry) + 1)
    attributes, geometry, open_ends = raw.attributes, raw.geometry, raw.open_ends
    if where:
        require_columns(attributes.columns, where, path.name)
        tests = [attributes[k].cast(polars.String) == v for k, v in where.items()]
        keep = np.logical_and.reduce([t.fill_null(value=False).to_numpy() for t in tests])
        attributes, geometry, rows = attributes.filter(keep), geometry[keep], rows[keep]
        open_ends = None if open_ends is None else open_ends[keep]
    if not len(rows):
        reason = "没有符合 --where 条件的行" if where else "里没有要素"
        raise Unreadable(f"“{path.name}”{reason}，没有可以导入的内容。")
    return prepare(
        attributes,
        geometry,
        rows=rows,
        crs=system,
        wanted=wanted,
        swap_axes=swap_axes,
        encoding=raw.encoding,
        issues=notes,
        open_ends=open_ends,
    )


def read_layer(path: Path, layer: str | None = None) -> RawLayer:
    """One layer in the file's own numbers, unchecked, for looking into a doubtful file.

    Raises as :func:`read_features` does, but asks for no coordinate system.
    """
    with tempfile.TemporaryDirectory(prefix="geo_registry_") as folder:
        return _read_any(path, Path(folder), layer)


def _read_any(path: Path, folder: Path, layer: str | None) -> RawLayer:
    suffix = suffix_of(path)
    family = family_of(path)
    check_content(path, suffix)
    if suffix in _ZIPPED:
        path, layer = _chosen(path, unpack(path, folder), layer)
        suffix, family = suffix_of(path), family_of(path)
        check_content(path, suffix)
    if family == "geoparquet":
        return read_geoparquet(path)
    if suffix in _POINT_TABLES:
        return read_points(path, layer)
    if suffix == ".gpx" and layer is None:
        return read_gpx(path)
    if family != "vector":
        raise Unreadable(
            f"“{path.name}”不是带图形的地图文件，请提供 GeoJSON、GeoPackage 或 Shapefile 等。"
        )
    return _read_with_gdal(_readable_copy(path, suffix, folder), path.name, suffix, layer)


def _chosen(archive: Path, files: list[Path], layer: str | None) -> tuple[Path, str | None]:
    """The one map file of an archive, or the one whose name (without suffix) is ``layer``."""
    maps = [f for f in files if SUFFIXES.get(suffix_of(f)) in {"vector", "geoparquet"}]
    maps = [f for f in maps if suffix_of(f) not in _ZIPPED]
    maps = maps or [f for f in files if suffix_of(f) in _POINT_TABLES]
    if not maps:
        found = "、".join(f.name for f in files[:10])
        raise Unreadable(f"压缩包“{archive.name}”里没有地图文件，只有：{found or '空文件夹'}。")
    named = [f for f in maps if f.stem == layer]
    if len(named) == 1:
        return named[0], None
    if len(maps) == 1:
        return maps[0], layer
    names = "、".join(f.stem for f in maps[:20])
    raise Unreadable(
        f"压缩包“{archive.name}”里有 {len(maps)} 个图层：{names}。",
        advice="请用 --layer 指明其中一个。",
    )


def _readable_copy(path: Path, suffix: str, folder: Path) -> Path:
    """Check what GDAL would pass over in silence; text that is not UTF-8 is written out anew."""
    if suffix in XML_SUFFIXES:
        plain_xml(path)
    elif suffix == ".shp":
        _check_shapefile(path)
    elif suffix == ".dxf":
        tail = path.read_bytes()[-64:].split()
        if not tail or tail[-1] != b"EOF":
            raise Unreadable(f"CAD 图“{path.name}”不完整，缺少结尾。请重新另存为 DXF。")
    elif suffix in {".geojson", ".geojsonl", ".geojsons"}:
        text, encoding = decode(path.read_bytes(), path.name)
        _check_json(text, path.name, lines=suffix != ".geojson")
        if encoding != "UTF-8":
            path = folder / f"utf8{suffix}"
            path.write_text(text, "utf-8")
    return path


def _check_json(text: str, name: str, *, lines: bool) -> None:
    parts = [line for line in text.splitlines() if line.strip()] if lines else [text]
    for number, part in enumerate(parts, start=1):
        try:
            orjson.loads(part.strip("\x1e"))
        except orjson.JSONDecodeError as error:
            line = number if lines else error.lineno
            hint = (
                "坐标里有 NaN 这样的非数字" if "NaN" in part[error.pos - 5 : error.pos + 5] else ""
            )
            raise Unreadable(
                f"“{name}”第 {line} 行第 {error.colno} 列处读不下去："
                f"{hint or '内容不完整或格式有错'}。请重新导出。"
            ) from None


def _check_shapefile(path: Path) -> None:
    """The three files of a shapefile are there, and as long as their headers say."""
    for suffix in (".dbf", ".shx"):
        if _sidecar(path, suffix) is None:
            raise Unreadable(
                f"Shapefile“{path.name}”缺少同名的 {suffix} 文件。"
                "请把 .shp、.shx、.dbf、.prj（和 .cpg）一起复制或压缩成 zip。"
            )
    with path.open("rb") as file:
        declared = 2 * struct.unpack(">i", file.read(28)[24:28])[0]
    if path.stat().st_size < declared:
        raise Unreadable(f"“{path.name}”不完整，比文件头声明的短。请重新复制整套 Shapefile 文件。")


def _sidecar(path: Path, suffix: str) -> Path | None:
    found = (path.with_suffix(s) for s in (suffix, suffix.upper()))
    return next((p for p in found if p.is_file()), None)


def _read_with_gdal(path: Path, name: str, suffix: str, layer: str | None) -> RawLayer:
    import pyogrio  # loads geopandas: seconds that importing OSM data need not pay

    encoding = None
    if suffix == ".shp":
        dbf = _sidecar(path, ".dbf")
        encoding = dbf_encoding(dbf, _sidecar(path, ".cpg")) if dbf else None
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Non closed ring")
            layer = layer if suffix == ".shp" else _layer(path, name, layer)
            meta, _, wkb, columns = pyogrio.raw.read(
                path, layer=layer, encoding=encoding, force_2d=True, datetime_as_string=True
            )
        geometry, open_ends = _closing_rings(wkb)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.GEOSException):
        raise Unreadable(
            f"“{name}”打不开或读到一半出错，可能已损坏、不完整，或不是“{suffix}”格式。请重新导出。"
        ) from None
    if wkb is None or len(wkb) == 0:
        raise Unreadable(f"“{name}”里没有要素，没有可以导入的内容。")
    described = zip(meta["fields"], columns, meta["ogr_types"], strict=True)
    data = {str(f): _column(c, kind) for f, c, kind in described}
    frame = polars.DataFrame(data) if data else polars.DataFrame({"": [None] * len(wkb)})
    return RawLayer(frame, geometry, meta["crs"], encoding or "UTF-8", open_ends=open_ends)


def _closing_rings(wkb: Any) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Geometries, and which of them had a ring that did not end where it began.

    Such a ring is closed by a straight line, as a person would; how long it is, is said later.
    """
    strict = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    broken = shapely.is_missing(strict) & np.array([w is not None for w in wkb], dtype=bool)
    if broken.any():
        strict[broken] = shapely.from_wkb(np.asarray(wkb)[broken], on_invalid="fix")
    return strict, broken


def _column(values: Any, kind: str) -> polars.Series:
    """A column as the layer declares it; GDAL gives integers with empty cells as floats."""
    if values.dtype.kind == "f":
        series = polars.Series(values).fill_nan(None)
        return series.cast(polars.Int64) if kind.startswith("OFTInteger") else series
    if values.dtype.kind in "iub":
        return polars.Series(values)
    texts = [None if v is None or v != v else str(v) for v in values.tolist()]
    return polars.Series(texts, dtype=polars.String)


def _layer(path: Path, name: str, layer: str | None) -> str | None:
    """The layer to read; asks where there are several with geometry."""
    import pyogrio

    layers = [n for n, kind in pyogrio.list_layers(path) if kind is not None]
    if layer is not None and layer not in layers:
        raise Unreadable(f"“{name}”没有图层“{layer}”。现有图层：{'、'.join(layers) or '无'}。")
    if layer is None and len(layers) > 1:
        shown = "、".join(layers[:20])
        raise Unreadable(
            f"“{name}”有 {len(layers)} 个图层：{shown}。", advice="请用 --layer 指明其中一个。"
        )
    if not layers:
        raise Unreadable(f"“{name}”里没有带图形的图层。")
    return layer or str(layers[0])


def _contradiction(found: str | None, declared: str | None, path: Path) -> tuple[Issue, ...]:
    """Say it where the sender declares another system than the file does."""
    if found is None or declared is None:
        return ()
    try:
        same = coordinate_system(found) == coordinate_system(declared)
    except BadRequest:
        same = False
    if same:
        return ()
    text = f"文件“{path.name}”自带坐标系“{crs_title(found)}”，已按您指明的“{declared}”处理。"
    return (Issue(None, "坐标系", "crs_overruled", found[:80], text, "请在地图上核对位置。"),)
