"""Rows with a position: points and areas of a map file, or a table with two columns of degrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars
import shapely
from numpy.typing import NDArray

from geo_registry.formats import family_of
from geo_registry.formats.features import Features, prepare
from geo_registry.formats.tables import read_table, require_columns
from geo_registry.formats.vector import read_features
from geo_registry.services.imports.importing import Source, pick_column

LON = ("经度", "lon", "lng", "longitude", "x")
LAT = ("纬度", "lat", "latitude", "y")


def read_rows(
    source: Source, reading: Mapping[str, Any], *, wanted: str, required: bool
) -> Features:
    """The rows of a file with their geometry in degrees (EPSG:4490).

    A table has points in its columns of longitude and latitude (``crs`` as declared, EPSG:4490
    where nothing is). Unless a position is ``required``, tables without such columns and rows with
    empty cells in them are kept, their geometry ``None``. Raises :class:`Unreadable` as the readers
    do, and for a required column that is missing.
    """
    if family_of(source.path) != "tables":
        return read_features(source.path, wanted=wanted, **reading)
    frame = read_table(source.path)
    east = pick_column(frame.columns, None, LON)
    north = pick_column(frame.columns, None, LAT)
    if required:
        require_columns(frame.columns, [east or LON[0], north or LAT[0]], source.path.name)
    rows = np.arange(1, frame.height + 1)
    points = np.full(frame.height, None, dtype=object)
    if east is not None and north is not None:
        x, y = (_numbers(frame, column) for column in (east, north))
        known = ~(np.isnan(x) | np.isnan(y))
        points[known] = shapely.points(x[known], y[known])
    crs = reading.get("crs") or "EPSG:4490"
    if required:
        return _prepared(frame, points, rows, crs, reading)
    return _with_unplaced(frame, points, rows, crs, reading)


def _prepared(
    frame: polars.DataFrame,
    points: NDArray[Any],
    rows: NDArray[np.int64],
    crs: str,
    reading: Mapping[str, Any],
) -> Features:
    return prepare(
        frame, points, rows=rows, crs=crs, wanted="point",
        swap_axes=bool(reading.get("swap_axes")),
    )  # fmt: skip


def _with_unplaced(
    frame: polars.DataFrame,
    points: NDArray[Any],
    rows: NDArray[np.int64],
    crs: str,
    reading: Mapping[str, Any],
) -> Features:
    """Rows with a position as they are checked, and those without one beside them."""
    absent = shapely.is_missing(points)
    placed = _prepared(
        frame.filter(~polars.Series(absent)), points[~absent], rows[~absent], crs, reading
    )
    numbers = np.concatenate([placed.rows, rows[absent]])
    order = np.argsort(numbers, kind="stable")
    geometry = np.concatenate([placed.geometry, points[absent]])[order]
    return replace(
        placed,
        attributes=polars.concat([placed.attributes, frame.filter(polars.Series(absent))])[order],
        geometry=geometry,
        rows=numbers[order],
        repaired=np.zeros(len(numbers), dtype=bool),
        total=frame.height,
    )


def _numbers(frame: polars.DataFrame, column: str) -> NDArray[np.float64]:
    cells = frame[column].cast(polars.String).str.strip_chars()
    numbers = cells.cast(polars.Float64, strict=False)
    return numbers.fill_null(float("nan")).to_numpy().astype(np.float64)
