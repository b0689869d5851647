"""The life of names in the registry: rows superseded and written, events, who gave a name."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, literal, select, text

from geo_registry.domain.naming import Life, NameRecord
from geo_registry.domain.place import NameKind
from geo_registry.store.queries import query
from geo_registry.store.tables import name_event, place_name
from geo_registry.store.writing import conflicts_in_words, toponym_columns

if TYPE_CHECKING:
    from geo_registry.domain.naming import Writing
    from geo_registry.domain.toponym import Toponym


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """A place whose row is locked until the transaction ends, with the life of its names."""

    id: int
    place_class: str
    status: str
    successor_id: int | None
    codes: Mapping[str, str | None]
    life: Life

    @property
    def subject(self) -> str:
        """The subject id."""
        return f"place:{self.id}"


@dataclass(frozen=True, slots=True)
class EventRow:
    """What happened to a name, as it is written."""

    place_id: int
    kind: str
    person_id: int
    name_id: int | None = None
    ended_name_id: int | None = None
    heir_id: int | None = None
    effective_on: date | None = None
    authority: str = ""
    document_id: int | None = None
    reason: str = ""


def same_drawn(connection: Connection, name: str, shape: bytes, *, but: int) -> int | None:
    """Another place of the very same shape (WKB, degrees) for which the name waits."""
    found: int | None = connection.scalar(
        text(
            "SELECT q.id FROM registry.place_name n JOIN registry.place q ON q.id = n.place_id "
            "LEFT JOIN LATERAL (SELECT ST_Collect(g.geom ORDER BY g.id) AS geom "
            " FROM registry.segment g WHERE g.place_id = q.id) s ON true "
            "WHERE n.full_name = :name AND n.kind = 'proposed' AND n.superseded_at IS NULL "
            " AND q.id <> :but "
            " AND ST_Equals(coalesce(q.geom, s.geom), ST_GeomFromWKB(:shape, 4490)) "
            "ORDER BY q.id LIMIT 1"
        ),
        {"name": name, "shape": shape, "but": but},
    )
    return found


@dataclass(frozen=True, slots=True)
class Taken:
    """A name that another place bears already: who gave it, when, on what authority."""

    full: str
    place_id: int
    place_class: str
    village_code: str | None
    town_code: str | None
    person: str
    authority: str
    at: datetime


# ---- places -------------------------------------------------------------------------------------


def hold(connection: Connection, ids: Iterable[int]) -> dict[int, HeldPlace]:
    """Lock the rows of places, in one order for everybody, and read the life of their names."""
    rows = connection.execute(
        text(
            "SELECT id, place_class, status, successor_id, village_code, town_code, county_code, "
            " built_up_code, batch_id FROM registry.place "
            "WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE"
        ),
        {"ids": sorted(set(ids))},
    ).all()
    lives = records(connection, [r.id for r in rows])
    return {
        r.id: HeldPlace(
            r.id,
            r.place_class,
            r.status,
            r.successor_id,
            {
                "village": r.village_code,
                "town": r.town_code,
                "county": r.county_code,
                "built_up": r.built_up_code,
                "batch": None if r.batch_id is None else str(r.batch_id),
            },
            Life(tuple(lives.get(r.id, ())), r.status == "retired"),
        )
        for r in rows
    }


def records(connection: Connection, ids: Sequence[int]) -> dict[int, list[NameRecord]]:
    """Every row ever written about the names of places, by place, oldest first."""
    columns = place_name.c
    rows = connection.execute(
        select(
            *(columns.place_id, columns.id, columns.full_name, columns.kind, columns.event),
            *(columns.valid_from, columns.valid_to, columns.recorded_at, columns.superseded_at),
        )
        .where(columns.place_id.in_(list(ids)))
        .order_by(columns.place_id, columns.id)
    )
    found: dict[int, list[NameRecord]] = {}
    for place, row_id, full, kind, *rest in rows:
        found.setdefault(place, []).append(NameRecord(row_id, full, NameKind(kind), *rest))
    return found


def place_named(connection: Connection, ident: str) -> int | None:
    """The id of a place given as ``place:12``, ``12`` or by its permanent id; None if unknown."""
    number = ident.removeprefix("place:")
    if number.isdecimal() and len(number) <= 18:
        known: int | None = connection.scalar(
            text("SELECT id FROM registry.place WHERE id = :id"), {"id": int(number)}
        )
        return known
    try:
        permanent = uuid.UUID(ident)
    except ValueError:
        return None
    found: int | None = connection.scalar(
        text("SELECT id FROM registry.place WHERE permanent_id = :id"), {"id": permanent}
    )
    return found


def heirs(connection: Connection, place_id: int) -> list[int]:
    """The places that go on for a merged one, in order; the last is the living heir."""
    rows = connection.execute(
        text(
            "WITH RECURSIVE line AS ("
            " SELECT successor_id AS id, 1 AS step FROM registry.place WHERE id = :id "
            " UNION ALL SELECT p.successor_id, l.step + 1 FROM line l "
            "  JOIN registry.place p ON p.id = l.id WHERE l.step < 100) "
            "SELECT id FROM line WHERE id IS NOT NULL ORDER BY step"
        ),
        {"id": place_id},
    )
    return [i for (i,) in rows]


def place_of_name(connection: Connection, name_id: int) -> int | None:
    """The place that a row of a name belongs to."""
    found: int | None = connection.scalar(
        text("SELECT place_id FROM registry.place_name WHERE id = :id"), {"id": name_id}
    )
    return found


def retire(connection: Connection, place_id: int, heir_id: int | None) -> None:
    """Take a place out of use; with an heir, its segments move there and ids lead there."""
    connection.execute(
        text(
            "UPDATE registry.place SET status = 'retired', successor_id = :heir WHERE id = :place"
        ),
        {"place": place_id, "heir": heir_id},
    )
    if heir_id is not None:
        connection.execute(
            text("UPDATE registry.segment SET place_id = :heir WHERE place_id = :place"),
            {"place": place_id, "heir": heir_id},
        )


def lengthen(connection: Connection, place_id: int) -> None:
    """Measure a road anew (metres on the ellipsoid) after segments came to it."""
    connection.execute(
        text(
            "UPDATE registry.place p SET length_m = s.metres FROM (SELECT "
            " round(sum(ST_Length(geom::geography))::numeric, 2)::double precision AS metres "
            " FROM registry.segment WHERE place_id = :place) s "
            "WHERE p.id = :place AND s.metres IS NOT NULL"
        ),
        {"place": place_id},
    )


# ---- names --------------------------------------------------------------------------------------


def supersede(connection: Connection, ids: Sequence[int]) -> None:
    """End the record time of rows; their wording and dates stay as they are."""
    connection.execute(
        text(
            "UPDATE registry.place_name SET superseded_at = now() "
            "WHERE id = ANY (:ids) AND superseded_at IS NULL"
        ),
        {"ids": list(ids)},
    )


def write_name(
    connection: Connection,
    place_id: int,
    writing: Writing,
    *,
    toponym: Toponym | None,
    authority: str | None = None,
    document_id: int | None = None,
) -> int:
    """Write one row of a name and return its id.

    The columns come from the row it is based on, or from ``toponym`` where the wording is new.
    Authority and document are those of the act that gave the name: None keeps what the row had.
    Raises :class:`Conflict` where the place already has a given name without an end.
    """
    own: dict[str, Any] = {
        "place_id": place_id,
        "kind": writing.kind.value,
        "event": writing.event,
        "valid_from": writing.valid_from,
        "valid_to": writing.valid_to,
    }
    if authority is not None:
        own |= {"authority": authority, "document_id": document_id}
    if toponym is not None:
        own["name_class"] = toponym.place_class
        own |= {k: v[0] for k, v in toponym_columns([toponym]).items()}
        # What somebody said of the old wording does not hold for the new one.
        own |= {"reading_confirmed": False, "split_confirmed": False, "stated_romanized": None}
    if writing.based_on is None:
        statement = insert(place_name).values(own).returning(place_name.c.id)
    else:
        statement = _copied(writing.based_on, own)
    with conflicts_in_words():
        return int(connection.execute(statement).scalar_one())


def _copied(source: int, own: Mapping[str, Any]) -> Any:
    names = [c.name for c in place_name.c if c.name not in {"id", "recorded_at", "superseded_at"}]
    values = [literal(own[n], place_name.c[n].type) if n in own else place_name.c[n] for n in names]
    chosen = select(*values).where(place_name.c.id == source)
    return insert(place_name).from_select(names, chosen).returning(place_name.c.id)


def insert_event(connection: Connection, row: EventRow) -> int:
    """Write what happened; the moment is that of the transaction."""
    values = {
        c.name: getattr(row, c.name) for c in name_event.c if c.name not in {"id", "recorded_at"}
    }
    return int(
        connection.execute(
            insert(name_event).values(values).returning(name_event.c.id)
        ).scalar_one()
    )


def events(connection: Connection, place_id: int) -> list[dict[str, Any]]:
    """What happened to the names of a place, oldest first, with people, papers and names."""
    return [dict(r) for r in connection.execute(query("name_events"), {"id": place_id}).mappings()]


def decided_by(connection: Connection, name_id: int) -> dict[str, Any] | None:
    """The last event that gave, ended or corrected the name of a row."""
    row = connection.execute(query("name_decided"), {"id": name_id}).mappings().first()
    return None if row is None else dict(row)


def given_elsewhere(
    connection: Connection,
    *,
    part: str,
    key: str,
    column: str,
    codes: Sequence[str],
    families: Sequence[str],
    place_id: int,
    on: date,
) -> Taken | None:
    """A given name with the same key on another place of an area, in force on a day or later.

    ``part`` is ``full``, ``stem`` or ``core``; ``column`` a code column of places whose values
    begin with one of ``codes``; ``families`` are the classes whose names are compared.
    """
    row = connection.execute(
        text(_GIVEN.format(part=_PARTS[part], column=_CODES[column])),
        {
            "key": key,
            "codes": list(codes),
            "families": list(families),
            "place": place_id,
            "day": on,
        },
    ).first()
    return None if row is None else Taken(*row)


_PARTS = {"full": "key_full", "stem": "key_stem", "core": "key_core"}
_CODES = {
    "village": "village_code",
    "town": "town_code",
    "built_up": "built_up_code",
    "county": "county_code",
    "batch": "batch_id",
}
_GIVEN = """
SELECT n.full_name, p.id, p.place_class, p.village_code, p.town_code,
  coalesce(e.person, ''), coalesce(nullif(e.authority, ''), n.authority),
  coalesce(e.recorded_at, n.recorded_at)
FROM registry.place_name n
JOIN registry.place p ON p.id = n.place_id
LEFT JOIN LATERAL (
  SELECT w.name AS person, e.authority, e.recorded_at
  FROM registry.name_event e
  JOIN registry.person w ON w.id = e.person_id
  WHERE e.place_id = n.place_id AND e.kind IN ('named', 'renamed')
  ORDER BY e.id DESC
  LIMIT 1
) e ON true
WHERE n.{part} = :key AND n.superseded_at IS NULL
  AND n.kind = 'standard' AND n.event IN ('named', 'renamed')
  AND (n.valid_to IS NULL OR n.valid_to > :day)
  AND p.id <> :place AND p.status <> 'retired'
  AND EXISTS (SELECT FROM unnest(CAST(:codes AS text[])) AS c(code)
    WHERE starts_with((p.{column})::text, c.code))
  AND EXISTS (SELECT FROM unnest(CAST(:families AS text[])) AS f(family)
    WHERE p.place_class = f.family OR starts_with(p.place_class, f.family || '.'))
ORDER BY n.id
LIMIT 1
"""
