"""Importing roads: the pieces of a file become roads with names, in the divisions they lie in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import Issue
from geo_registry.domain.reference import Reference
from geo_registry.domain.road import group_segments
from geo_registry.domain.toponym import parse
from geo_registry.formats import family_of
from geo_registry.formats.features import Features
from geo_registry.formats.osm import OsmWays, read_ways
from geo_registry.formats.tables import read_table, require_columns
from geo_registry.formats.vector import read_features
from geo_registry.services.imports.importing import (
    Codes,
    Source,
    Summary,
    clean_name,
    file_hash,
    locate,
    pick_column,
    plane_of,
    refuse_second_time,
    require_division,
    store,
    texts,
)
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow

NAME_COLUMNS = ("标准名称", "道路名称", "路名", "名称", "name", "mc", "dlmc")
CLASS_COLUMNS = ("highway", "fclass", "link_type", "class", "道路类别", "道路等级", "类别")
ID_COLUMNS = ("osm_id", "id", "编号", "代码", "objectid", "link_id")
WAY = "way"
"""The class of what carries people but needs no name of its own."""


@dataclass(frozen=True, slots=True)
class RoadClass:
    """How the source's class is taken: class when named, whether it needs a name, and status."""

    place_class: str
    needs_name: bool
    status: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of roads from any format, parallel; ``lines`` in degrees (EPSG:4490)."""

    ids: Sequence[str]
    raw_names: Sequence[str | None]
    names: Sequence[str | None]
    classes: Sequence[str]
    lines: NDArray[Any]
    rows: NDArray[np.int64]
    total: int
    crs: str
    issues: tuple[Issue, ...]


def road_classes(data: Path) -> Mapping[str, RoadClass]:
    """The table of highway classes shipped in ``data/roads``, by class."""
    table = read_table(data / "roads" / "osm_highway_classes.csv")
    return {
        row["class"]: RoadClass(row["place_class"], row["needs_name"] == "yes", row["status"])
        for row in table.iter_rows(named=True)
    }


def import_roads(
    connection: Connection,
    source: Source,
    *,
    reference: Reference,
    classes: Mapping[str, RoadClass],
    name_column: str | None = None,
    class_column: str | None = None,
    id_column: str | None = None,
    **reading: Any,
) -> Summary:
    """Import the roads of a file: places, names with their keys, and segments, in one batch.

    Pieces of one name that touch are one road; nameless pieces are joined only end to end.
    ``reading`` (crs, layer, where, swap_axes) goes to :func:`formats.vector.read_features`.
    Raises :class:`Conflict` for a file that was imported before, :class:`Unreadable` as the
    readers do. See :func:`services.importing.store` for what happens to bad rows.
    """
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    if family_of(source.path) == "osm":
        pieces = _from_osm(source)
    else:
        columns = (name_column, class_column, id_column)
        pieces = _from_features(
            source, read_features(source.path, wanted="line", **reading), columns
        )
    pieces = _with_clean_names(pieces, name_column or "名称")
    rejected = pieces.total - len(np.unique(pieces.rows))
    roads = _grouped(connection, source, pieces, classes)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=pieces.total,
        rejected=rejected,
        counts=_counts(pieces, roads, classes),
        issues=pieces.issues,
        write=lambda batch_id: _write(connection, source, pieces, roads, reference, batch_id),
        crs=pieces.crs,
        listed=[road.listed() for road in roads if road.place_class != WAY and not road.name],
    )


def _from_osm(source: Source) -> Pieces:
    ways: OsmWays = read_ways(
        source.path, progress=lambda done: source.progress("读取路段", done, None)
    )
    return Pieces(
        [f"way/{i}" for i in ways.ids],
        ways.names,
        ways.names,
        ways.classes,
        ways.lines,
        np.asarray(ways.rows, dtype=np.int64),
        ways.total,
        "EPSG:4326",
        ways.issues,
    )


def _from_features(
    source: Source, features: Features, columns: tuple[str | None, str | None, str | None]
) -> Pieces:
    """Multi-part lines fall into their parts: a segment of the registry is one line."""
    existing = features.attributes.columns
    usual = (NAME_COLUMNS, CLASS_COLUMNS, ID_COLUMNS)
    name, kind, key = (pick_column(existing, c, u) for c, u in zip(columns, usual, strict=True))
    wanted = [c for c in (name or NAME_COLUMNS[0], kind, key) if c is not None]
    require_columns(existing, wanted, source.path.name)
    lines, part = shapely.get_parts(features.geometry, return_index=True)
    names, kinds, keys = (texts(features.attributes, c) for c in (name, kind, key))
    return Pieces(
        [keys[i] or f"row/{features.rows[i]}" for i in part],
        [names[i] for i in part],
        [names[i] for i in part],
        [kinds[i] or "road" for i in part],
        lines,
        features.rows[part],
        features.total,
        features.crs,
        features.issues,
    )


def _with_clean_names(pieces: Pieces, field_name: str) -> Pieces:
    """Names without control characters; pieces whose name is no name are left out."""
    names: list[str | None] = []
    issues: dict[int, Issue] = {}
    good = np.ones(len(pieces.rows), dtype=bool)
    for i, (raw, row) in enumerate(zip(pieces.names, pieces.rows, strict=True)):
        name, issue, unusable = clean_name(raw, int(row), field_name)
        names.append(name)
        good[i] = not unusable
        if issue is not None:
            issues[int(row)] = issue
    chosen = np.flatnonzero(good)
    return Pieces(
        [pieces.ids[i] for i in chosen.tolist()],
        [pieces.raw_names[i] for i in chosen.tolist()],
        [names[i] for i in chosen.tolist()],
        [pieces.classes[i] for i in chosen.tolist()],
        pieces.lines[chosen],
        pieces.rows[chosen],
        pieces.total,
        pieces.crs,
        (*pieces.issues, *issues.values()),
    )


@dataclass(frozen=True, slots=True)
class _Road:
    """One road before it is written: which pieces, what it is called, where it lies."""

    pieces: NDArray[np.int64]
    name: str | None
    place_class: str
    status: str
    length_m: float
    codes: Codes
    centre: tuple[float, float]

    def listed(self) -> Mapping[str, Any]:
        """The road in the list of unnamed roads; longitude and latitude in degrees."""
        return {
            "length_m": round(self.length_m, 1),
            "segments": len(self.pieces),
            "village_code": self.codes.village,
            "town_code": self.codes.town,
            "lon": round(float(self.centre[0]), 7),
            "lat": round(float(self.centre[1]), 7),
        }


_UNKNOWN = RoadClass(WAY, needs_name=False, status="in_use")


def _grouped(
    connection: Connection, source: Source, pieces: Pieces, classes: Mapping[str, RoadClass]
) -> list[_Road]:
    if not len(pieces.rows):
        return []
    source.progress("归并路段", 0, len(pieces.rows))
    plane: WorkPlane = plane_of(pieces.lines)
    flat = plane.to_plane(pieces.lines)
    known = [classes.get(c, _UNKNOWN) for c in pieces.classes]
    # A nameless drive must not be taken for the continuation of a nameless street.
    kinds = [
        (True, c.status) if name else (c.needs_name, c.status)
        for name, c in zip(pieces.names, known, strict=True)
    ]
    numbers = group_segments(pieces.names, flat, kinds)
    count = int(numbers.max()) + 1
    source.progress("确定所在区划", 0, count)
    codes = locate(connection, pieces.lines, numbers, count, plane=plane, at=source.at)
    lengths = np.bincount(numbers, weights=shapely.length(flat), minlength=count)
    order = np.argsort(numbers, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(numbers, minlength=count))[:-1])
    middles = shapely.get_coordinates(
        shapely.line_interpolate_point(pieces.lines, 0.5, normalized=True)
    )
    roads = []
    for number, own in enumerate(members):
        name = pieces.names[own[0]]
        first = own[int(np.argmax(shapely.length(flat[own])))]
        x, y = middles[first]
        place_class, status = _class_of([known[i] for i in own], named=name is not None)
        roads.append(
            _Road(own, name, place_class, status, float(lengths[number]), codes[number], (x, y))
        )
    return roads


def _class_of(known: Sequence[RoadClass], *, named: bool) -> tuple[str, str]:
    """Class and status of a road from those of its pieces: a road as soon as one piece is."""
    if named:
        place_class = next((c.place_class for c in known if c.place_class != WAY), WAY)
    else:
        place_class = next((c.place_class for c in known if c.needs_name), WAY)
    planned = all(c.status == "planned" for c in known)
    return place_class, "planned" if planned else "in_use"


def _counts(
    pieces: Pieces, roads: Sequence[_Road], classes: Mapping[str, RoadClass]
) -> dict[str, int]:
    real = [r for r in roads if r.place_class != WAY]
    return {
        "segments": len(pieces.rows),
        "segments_named": sum(n is not None for n in pieces.names),
        "names": len({n for n in pieces.names if n is not None}),
        "roads": len(real),
        "named": sum(r.name is not None for r in real),
        "unnamed": sum(r.name is None for r in real),
        "ways": len(roads) - len(real),
        "unknown_class": sum(c not in classes for c in pieces.classes),
        "located": sum(r.codes.county is not None for r in roads),
    }


def _write(
    connection: Connection,
    source: Source,
    pieces: Pieces,
    roads: Sequence[_Road],
    reference: Reference,
    batch_id: int,
) -> Mapping[str, int]:
    total = len(roads) + len(pieces.rows) + sum(r.name is not None for r in roads)
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        source.progress("写入数据库", done, total)

    places = [
        PlaceRow(
            r.place_class,
            village_code=r.codes.village,
            town_code=r.codes.town,
            county_code=r.codes.county,
            status=r.status,
            length_m=round(r.length_m, 2),
            batch_id=batch_id,
            source=source.path.name,
        )
        for r in roads
    ]
    ids = insert_places(connection, places, progress=advance)
    names = [
        PlaceNameRow(place_id, parse(r.name, r.place_class, reference))
        for place_id, r in zip(ids, roads, strict=True)
        if r.name is not None
    ]
    insert_names(connection, names, progress=advance)
    segments = [
        SegmentRow(place_id, pieces.lines[i], pieces.ids[i], _storable(pieces.raw_names[i]))
        for place_id, r in zip(ids, roads, strict=True)
        for i in r.pieces
    ]
    insert_segments(connection, segments, progress=advance)
    return {}


def _storable(raw: str | None) -> str | None:
    """The name as the file has it; PostgreSQL's text holds everything but NUL."""
    return None if raw is None else raw.replace("\0", "")[:1000]
