"""Tables of boundary points (界址点表) in CSV and XLSX: one row a point, parcels made of them.

In Chinese surveying X is north and Y is east; headings that say 北, 东, 纵, 横 in words outrank the
letters. In degrees the columns are 经度 and 纬度. Nothing is exchanged by guess.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars
import shapely

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.raw import RawLayer
from geo_registry.formats.tables import read_cells

_NORTH = frozenset({"X", "X北", "北X", "Y北", "北", "纵", "纵X", "X纵", "N", "NORTH", "NORTHING"})
_EAST = frozenset({"Y", "Y东", "东Y", "X东", "东", "横", "横Y", "Y横", "E", "EAST", "EASTING"})
_LONGITUDE = frozenset({"经度", "LON", "LNG", "LONG", "LONGITUDE"})
_LATITUDE = frozenset({"纬度", "LAT", "LATITUDE"})
_POINT = frozenset({"点号", "界址点号", "界址点", "拐点号", "拐点", "点名", "点编号", "POINT"})
_PARCEL = frozenset(
    {
        *("宗地号", "宗地代码", "宗地编号", "地块编号", "地块号", "地块代码", "地块", "宗地"),
        *("公墓编号", "PARCEL", "CEMETERY"),
    }
)
_NAME = frozenset({"公墓名称", "地块名称", "宗地名称", "名称", "NAME"})
_RING = frozenset({"圈号", "环号", "圈", "环", "RING"})
_SIGMA = frozenset({"中误差", "点位中误差", "SIGMAM", "精度"})
_UNIT = re.compile(r"[(\[](M|米|°|度|单位M|单位米)[)\]]$")
_HEADER_ROWS = 20
"""How far down a sheet the headings may stand, below titles and stamps."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column holds what; ``degrees`` where the numbers are longitudes and latitudes."""

    east: str
    north: str
    point: str | None
    parcel: str | None
    ring: str | None
    sigma: str | None
    degrees: bool


@dataclass(frozen=True, slots=True)
class _Point:
    name: str
    ring: str
    x: float
    y: float


def read_points(path: Path, sheet: str | None = None) -> RawLayer:
    """Read a table of boundary points as areas, one a parcel, in the order of the rows.

    A table names no coordinate system: ``crs`` is ``None``, in degrees too. Columns beside the
    coordinates keep their first value of each parcel; ``sigma_m`` is the root of the mean square
    of 中误差. Rings after the first are holes where they lie inside it. Raises :class:`Unreadable`
    naming the row of a coordinate that is no number, and a parcel of fewer than three points.
    """
    frame, columns = _with_headings(read_cells(path, sheet), path.name)
    frame = frame.filter(
        polars.col(columns.east).is_not_null() | polars.col(columns.north).is_not_null()
    )
    if not frame.height:
        raise Unreadable(f"界址点表“{path.name}”的表头下面没有坐标。请检查工作表。")
    groups = _parcels(frame, columns)
    geometry, gaps, rows = [], [], []
    for name, indices in groups.items():
        points = [_point(frame, columns, i, path.name) for i in indices]
        area, is_open = _area(points, name, path.name)
        geometry.append(area)
        gaps.append(is_open)
        rows.append(_attributes(frame[indices], columns))
    return RawLayer(
        polars.DataFrame(rows, infer_schema_length=None),
        np.array(geometry, dtype=object),
        None,
        open_ends=np.array(gaps, dtype=bool),
    )


def _with_headings(
    rows: Sequence[Sequence[str | None]], name: str
) -> tuple[polars.DataFrame, _Columns]:
    """The rows under their headings, and what the columns hold.

    Survey offices print a title over the table, and headings of two rows with merged cells: a
    blank heading takes the one above it.
    """
    for depth, row in enumerate(rows[:_HEADER_ROWS]):
        above = rows[depth - 1] if depth else [None] * len(row)
        pairs = zip(row, above, strict=True)
        names = [(c or a or f"第{i}列").strip() for i, (c, a) in enumerate(pairs, start=1)]
        unique = [n if n not in names[:i] else f"{n}_{i + 1}" for i, n in enumerate(names)]
        columns = _columns(unique)
        if columns is not None:
            schema = dict.fromkeys(unique, polars.String)
            return polars.DataFrame(rows[depth + 1 :], schema=schema, orient="row"), columns
    shown = "、".join(str(c) for c in (rows[0] if rows else ()) if c)[:200]
    raise Unreadable(
        f"表格“{name}”里没有成对的坐标列。现有的列：{shown or '无'}。",
        advice="界址点表需要“X(北)”和“Y(东)”，或“经度”和“纬度”两列，一行一个点。",
    )


def _columns(names: Sequence[str]) -> _Columns | None:
    """What the columns hold, if there is one pair of coordinates among them."""
    plain = {_plain(name): name for name in reversed(names)}

    def one(known: frozenset[str]) -> str | None:
        return next((name for key, name in reversed(plain.items()) if key in known), None)

    east, north, degrees = one(_EAST), one(_NORTH), False
    if east is None or north is None:
        east, north, degrees = one(_LONGITUDE), one(_LATITUDE), True
    if east is None or north is None:
        return None
    parcel = one(_PARCEL) or one(_NAME)
    return _Columns(east, north, one(_POINT), parcel, one(_RING), one(_SIGMA), degrees)


def _plain(name: str) -> str:
    """A heading without blanks, brackets, units and the word 坐标, in capitals."""
    text = "".join(unicodedata.normalize("NFKC", name).upper().split())
    text = _UNIT.sub("", text).replace("坐标", "").replace("坐標", "")
    return re.sub(r"[()\[\]_:,，、-]", "", text)


def _parcels(frame: polars.DataFrame, columns: _Columns) -> Mapping[str, list[int]]:
    """Name of each parcel → its rows. A blank cell (merged cells) repeats the one above."""
    if columns.parcel is None:
        return {"": list(range(frame.height))}
    names = frame[columns.parcel].fill_null(strategy="forward").to_list()
    found: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        found.setdefault(name or "", []).append(index)
    return found


def _point(frame: polars.DataFrame, columns: _Columns, i: int, file: str) -> _Point:
    values = []
    for column in (columns.east, columns.north):
        raw = frame[column][i] or ""
        try:
            value = float(unicodedata.normalize("NFKC", raw).replace(",", ""))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            where = frame[columns.point][i] if columns.point else None
            at = f"（点号 {where}）" if where else ""
            raise Unreadable(
                f"表格“{file}”第 {i + 1} 个点{at}的“{column}”是“{raw[:40]}”，不是数。",
                advice="坐标请写成数，经纬度写成小数的度，例如 4152400.123、122.121298。",
            )
        values.append(value)
    name = frame[columns.point][i] if columns.point else None
    ring = frame[columns.ring][i] if columns.ring else None
    return _Point(name or "", ring or "", values[0], values[1])


def _area(points: Sequence[_Point], parcel: str, file: str) -> tuple[Any, bool]:
    """The area inside the points, and whether its outer ring was stated to close but does not."""
    rings: dict[str, list[_Point]] = {}
    for point in points:
        rings.setdefault(point.ring, []).append(point)
    shapes = []
    for ring in rings.values():
        corners = [(p.x, p.y) for p in ring]
        if len(set(corners)) < 3:
            of = f"地块“{parcel}”" if parcel else "边界"
            raise Unreadable(
                f"表格“{file}”里{of}只有 {len(set(corners))} 个不同的点，围不成面。",
                advice="请补全界址点；几个地块在一张表里的，用“宗地号”列分开。",
            )
        shapes.append(shapely.Polygon(corners))
    outer, *others = shapes
    whole = shapely.is_valid(outer)
    holes = [s for s in others if whole and outer.contains(s)]
    parts = [s for s in others if s not in holes]
    area = shapely.Polygon(outer.exterior, [h.exterior for h in holes])
    first = next(iter(rings.values()))
    begins, ends = first[0], first[-1]
    is_open = bool(begins.name) and begins.name == ends.name and len(first) > 3
    is_open = is_open and (begins.x, begins.y) != (ends.x, ends.y)
    return (shapely.MultiPolygon([area, *parts]), False) if parts else (area, is_open)


def _attributes(rows: polars.DataFrame, columns: _Columns) -> dict[str, Any]:
    """The first value of each other column, and the accuracy of the points taken together."""
    taken = {columns.east, columns.north, columns.point, columns.ring, columns.sigma}
    found: dict[str, Any] = {
        name: next((v for v in rows[name] if v), None) for name in rows.columns if name not in taken
    }
    found["点数"] = rows.height
    if columns.sigma is not None:
        known = [v for text in rows[columns.sigma] if (v := _positive(text)) is not None]
        found["sigma_m"] = math.sqrt(sum(v * v for v in known) / len(known)) if known else None
    return found


def _positive(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if value > 0 else None
