"""Places with their names and segments: written in bulk, locked by name, shown one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.domain.identity import Scope
from geo_registry.store import built_up
from geo_registry.store.queries import query
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow
from geo_registry.store.tables import place, place_name, segment
from geo_registry.store.writing import column_wise, copy_rows, toponym_columns


def insert_places(
    connection: Connection,
    rows: Sequence[PlaceRow],
    *,
    progress: Callable[[int], None] | None = None,
) -> list[int]:
    """Write places and return their ids in order; names and segments follow with these ids.

    What has a shape is put into the built-up area it lies in.
    """
    columns = column_wise(
        rows,
        *("place_class", "village_code", "town_code", "county_code", "status", "households"),
        *("length_m", "width_m", "surface", "needs_name", "secrecy", "sample"),
        *("batch_id", "source", "place_code", "class_code", "class_scheme"),
        geom="geometry",
    )
    ids = copy_rows(connection, place, columns, progress=progress)
    located = [i for i, row in zip(ids, rows, strict=True) if row.geometry is not None]
    built_up.place_some(connection, located)
    return ids


def insert_names(
    connection: Connection,
    rows: Sequence[PlaceNameRow],
    *,
    progress: Callable[[int], None] | None = None,
) -> list[int]:
    """Write names with their parts, reading and comparison keys as the domain computed them.

    A place may have several registered standard names (a rule reports them), but a second one that
    was given (``named``, ``renamed``) and has no end breaks ``place_name_one_given``.
    """
    columns = column_wise(
        rows,
        *("place_id", "kind", "event", "authority", "document_id", "valid_from", "valid_to"),
        *("reading_confirmed", "stated_romanized"),
    )
    columns["name_class"] = [r.toponym.place_class for r in rows]
    columns |= toponym_columns(r.toponym for r in rows)
    return copy_rows(connection, place_name, columns, progress=progress)


def insert_segments(
    connection: Connection,
    rows: Sequence[SegmentRow],
    *,
    progress: Callable[[int], None] | None = None,
) -> list[int]:
    """Write the pieces of roads, each one LineString, and put the roads into built-up areas."""
    columns = column_wise(rows, "place_id", "source_id", "raw_name", geom="geometry")
    ids = copy_rows(connection, segment, columns, progress=progress)
    built_up.place_some(connection, sorted({row.place_id for row in rows}))
    return ids


def public_places(connection: Connection, codes: Sequence[str], *, on: date) -> Sequence[Any]:
    """Places of an area (beginnings of codes) with a standard name in force, by id.

    Rows of ``sql/public_places.sql``; ``open`` says whether the public may see one, ``shape`` is
    WKB in EPSG:4490 or None.
    """
    return connection.execute(query("public_places"), {"codes": list(codes), "on": on}).all()


def lock_name(connection: Connection, scope: Scope, key: str) -> None:
    """Hold one comparison key inside one scope until the transaction ends.

    Whoever registers a name takes this lock before the check, so that two people cannot register
    the same name at once. A unique index cannot do it: names from before the rule break it.
    """
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 4490))"),
        {"what": f"{scope}|{key}"},
    )
