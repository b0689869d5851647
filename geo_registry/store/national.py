"""Records of the national place-name database beside the places they speak of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, text

from geo_registry.domain.secrecy import LEVELS
from geo_registry.store.queries import query
from geo_registry.store.tables import national_record
from geo_registry.store.writing import copy_rows

VALUES: tuple[str, ...] = (
    *("standard_name", "roman_alphabet_spelling", "old_name", "alias", "place_code"),
    *("place_type_code", "gdm", "place_origin", "place_meaning", "government_history"),
    *("description", "secrecy"),
)
"""The fields that the registry has values of its own for."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the registry holds of a place today, in the fields of the database."""

    place_id: int
    place_class: str
    status: str
    codes: Mapping[str, str | None]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record as it came, the columns of its file, and what was made of it then."""

    place_id: int
    record_id: str
    columns: Sequence[str]
    record: Mapping[str, Any]
    baseline: Mapping[str, Any]


def insert_records(
    connection: Connection, rows: Sequence[StoredRecord], *, batch_id: int
) -> list[int]:
    """Write records; one id comes once."""
    columns: dict[str, Sequence[Any]] = {
        "place_id": [r.place_id for r in rows],
        "record_id": [r.record_id for r in rows],
        "fields": [
            {"columns": list(r.columns), "record": dict(r.record), "baseline": dict(r.baseline)}
            for r in rows
        ],
        "batch_id": [batch_id] * len(rows),
    }
    return copy_rows(connection, national_record, columns)


def records_named(connection: Connection, ids: Iterable[str]) -> dict[str, StoredRecord]:
    """The records that are there already, by their id."""
    table = national_record.c
    found = connection.execute(
        select(table.place_id, table.record_id, table.fields).where(table.record_id.in_(list(ids)))
    )
    return {r.record_id: _stored(r) for r in found}


def records_of(connection: Connection, places: Sequence[int]) -> dict[int, list[StoredRecord]]:
    """The records of places, in the order in which they came."""
    table = national_record.c
    rows = connection.execute(
        select(table.place_id, table.record_id, table.fields)
        .where(table.place_id.in_(list(places)))
        .order_by(table.id)
    )
    found: dict[int, list[StoredRecord]] = {}
    for row in rows:
        found.setdefault(row.place_id, []).append(_stored(row))
    return found


def _stored(row: Any) -> StoredRecord:
    kept = row.fields
    # jsonb forgets the order of the fields.
    record = {c: kept["record"][c] for c in kept["columns"]}
    return StoredRecord(row.place_id, row.record_id, kept["columns"], record, kept["baseline"])


def held(connection: Connection, places: Sequence[int], on: date) -> list[Held]:
    """What the registry holds of places on a day, in the order of their ids."""
    rows = connection.execute(query("national_values"), {"ids": list(places), "on": on})
    found = []
    for row in rows.mappings():
        values = {name: row[name] for name in VALUES}
        values["gdm"] = None if row["gdm"] is None else json.loads(row["gdm"])
        codes = {k: row[f"{k}_code"] for k in ("village", "town", "county")}
        found.append(Held(row["id"], row["place_class"], row["status"], codes, values))
    return found


def places_under(
    connection: Connection, codes: Sequence[str], levels: Sequence[str]
) -> tuple[list[int], int]:
    """Places with a name or a record in an area (prefixes of codes), and how many are held back.

    ``levels`` are those of secrecy that may leave. An empty prefix takes places that lie nowhere
    known, too.
    """
    rows = connection.execute(
        text(
            "SELECT p.id, p.secrecy = ANY (:levels) AS open FROM registry.place p "
            "WHERE (EXISTS (SELECT FROM registry.place_name n WHERE n.place_id = p.id "
            "  AND n.kind = 'standard' AND n.superseded_at IS NULL) "
            " OR EXISTS (SELECT FROM registry.national_record r WHERE r.place_id = p.id)) "
            "AND EXISTS (SELECT FROM unnest(CAST(:codes AS text[])) AS c(code) WHERE "
            " starts_with(coalesce(p.village_code, p.town_code, p.county_code, ''), c.code)) "
            "ORDER BY p.id"
        ),
        {"levels": list(levels), "codes": list(codes)},
    ).all()
    return [r.id for r in rows if r.open], sum(not r.open for r in rows)


def places_alike(
    connection: Connection, names: Sequence[str], place_codes: Sequence[str]
) -> list[Any]:
    """Living places without a record that bear one of these names or place codes.

    Rows of id, place_class, place_code, full_name and the GeoJSON of the shape.
    """
    return list(
        connection.execute(
            text(
                "SELECT p.id, p.place_class, p.place_code, n.full_name, "
                " ST_AsBinary(coalesce(p.geom, (SELECT ST_Collect(s.geom) FROM registry.segment s "
                "  WHERE s.place_id = p.id))) AS shape "
                "FROM registry.place p JOIN registry.place_name n ON n.place_id = p.id "
                "WHERE (n.key_full = ANY (:names) OR p.place_code = ANY (:codes)) "
                " AND n.superseded_at IS NULL AND n.kind = 'standard' AND n.valid_to IS NULL "
                " AND p.status <> 'retired' AND NOT EXISTS (SELECT FROM registry.national_record r"
                "  WHERE r.place_id = p.id) ORDER BY p.id"
            ),
            {"names": list(names), "codes": list(place_codes)},
        )
    )


def matched_codes(
    connection: Connection, codes: Iterable[str], *, to: str = "nbs"
) -> dict[str, str]:
    """Codes of the civil-affairs list → the statistical ones, or back (``to`` ``mca``)."""
    own = "mca_code" if to == "nbs" else "nbs_code"
    rows = connection.execute(
        text(
            f"SELECT {own}, min({to}_code) FROM registry.division_match "  # noqa: S608
            f"WHERE {own} = ANY (:codes) GROUP BY {own} HAVING count(DISTINCT {to}_code) = 1"
        ),
        {"codes": sorted(set(codes))},
    )
    return {r[0]: r[1] for r in rows}


def complete(
    connection: Connection,
    place_id: int,
    *,
    place_code: str,
    class_code: str,
    scheme: str,
    secrecy: str,
) -> None:
    """Give a place the codes of a record where it has none, and the stricter level of secrecy."""
    connection.execute(
        text(
            "UPDATE registry.place SET place_code = coalesce(place_code, nullif(:place, '')), "
            " class_code = coalesce(class_code, nullif(:class, '')), "
            " class_scheme = coalesce(class_scheme, nullif(:scheme, '')), "
            " secrecy = CASE WHEN array_position(CAST(:levels AS text[]), secrecy)"
            "  < array_position(CAST(:levels AS text[]), CAST(:own AS text))"
            "  THEN CAST(:own AS text) ELSE secrecy END WHERE id = :id"
        ),
        {
            "place": place_code,
            "class": class_code,
            "scheme": scheme,
            "own": secrecy,
            "levels": list(LEVELS),
            "id": place_id,
        },
    )


def state_spelling(connection: Connection, place_id: int, name: str, spelling: str) -> None:
    """Note the spelling that a record states for a name that the registry has already."""
    connection.execute(
        text(
            "UPDATE registry.place_name SET stated_romanized = :spelling "
            "WHERE place_id = :place AND key_full = :name AND superseded_at IS NULL "
            " AND stated_romanized IS NULL"
        ),
        {"place": place_id, "name": name, "spelling": spelling},
    )
