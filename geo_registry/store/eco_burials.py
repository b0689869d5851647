"""Eco-burials and the marks of cemeteries: written, locked for an act, listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select, text, update

from geo_registry.domain.eco_burial import CemeteryMark
from geo_registry.store.plot_tables import deceased
from geo_registry.store.queries import query
from geo_registry.store.subsidy_tables import cemetery_mark, eco_burial
from geo_registry.store.writing import column_wise, conflicts_in_words, copy_rows, in_turn


@dataclass(frozen=True, slots=True)
class EcoBurialRow:
    """An eco-burial; ``place`` in words where it lies in no registered cemetery."""

    deceased_id: int
    kind: str
    county_code: str
    buried_on: date | None = None
    cemetery_id: int | None = None
    place: str = ""
    confirmed_by: str = ""
    town_code: str | None = None
    source_id: str = ""
    sample: bool = False
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark of a cemetery from a day on, by a paper."""

    cemetery_id: int
    kind: str
    valid_from: date
    valid_to: date | None = None
    document_id: int | None = None
    sample: bool = False
    batch_id: int | None = None


def insert_eco_burials(connection: Connection, rows: Sequence[EcoBurialRow]) -> list[int]:
    """Write eco-burials; :class:`Conflict` where a deceased has one already."""
    return copy_rows(connection, eco_burial, column_wise(rows, *EcoBurialRow.__dataclass_fields__))


def same_eco_burial(
    connection: Connection, name: str, died_on: date | None, row: EcoBurialRow
) -> int | None:
    """An eco-burial in force of somebody without a number, alike in name, days, kind, place."""
    columns = ("kind", "buried_on", "cemetery_id", "place")
    said = {column: getattr(row, column) for column in columns}
    in_turn(connection, "eco_burial", name, died_on, *said.values())
    found: int | None = connection.scalar(
        select(func.min(eco_burial.c.id))
        .join(deceased, deceased.c.id == eco_burial.c.deceased_id)
        .where(
            eco_burial.c.voided_on.is_(None),
            deceased.c.id_digest.is_(None),
            deceased.c.name == name,
            deceased.c.died_on.is_not_distinct_from(died_on),
            *(eco_burial.c[c].is_not_distinct_from(value) for c, value in said.items()),
        )
    )
    return found


def lock_eco_burial(connection: Connection, eco_burial_id: int) -> Mapping[str, Any] | None:
    """One eco-burial with its application that is open or paid, locked for the transaction."""
    rows = connection.execute(
        text(
            "SELECT e.*, (SELECT a.id FROM registry.subsidy_application a "
            " WHERE a.eco_burial_id = e.id "
            "  AND a.state IN ('applied', 'checked', 'approved', 'paid')) AS application "
            "FROM registry.eco_burial e WHERE e.id = :id FOR UPDATE OF e"
        ),
        {"id": eco_burial_id},
    )
    found = rows.mappings().first()
    return None if found is None else dict(found)


def void(connection: Connection, eco_burial_id: int, *, on: date, why: str) -> None:
    """Mark an eco-burial as registered by mistake."""
    connection.execute(
        update(eco_burial)
        .where(eco_burial.c.id == eco_burial_id)
        .values(voided_on=on, voided_why=why)
    )


@dataclass(frozen=True, slots=True)
class KnownEcoBurial:
    """The eco-burial in force of a deceased, and its application that is open or paid."""

    id: int
    kind: str
    application: int | None


def of_deceased(connection: Connection, ids: Iterable[int]) -> dict[int, KnownEcoBurial]:
    """Id of the deceased → the eco-burial in force."""
    rows = connection.execute(
        text(
            "SELECT e.deceased_id, e.id, e.kind, a.id AS application FROM registry.eco_burial e "
            "LEFT JOIN registry.subsidy_application a ON a.deceased_id = e.deceased_id "
            " AND a.state IN ('applied', 'checked', 'approved', 'paid') "
            "WHERE e.voided_on IS NULL AND e.deceased_id = ANY (:ids)"
        ),
        {"ids": list(ids)},
    )
    return {r.deceased_id: KnownEcoBurial(r.id, r.kind, r.application) for r in rows}


def page(connection: Connection, **wanted: Any) -> list[Mapping[str, Any]]:
    """A page of eco-burials with the person's row and the state of the application.

    ``wanted``: after, limit, kind, cemetery, under, since, until, voided.
    """
    return [dict(r) for r in connection.execute(query("eco_burial_page"), wanted).mappings()]


# ---- marks --------------------------------------------------------------------------------------


def insert_marks(connection: Connection, rows: Sequence[MarkRow]) -> list[int]:
    """Write marks; :class:`Conflict` where the cemetery bears one of that kind."""
    return copy_rows(connection, cemetery_mark, column_wise(rows, *MarkRow.__dataclass_fields__))


def end_mark(connection: Connection, cemetery_id: int, kind: str, valid_to: date) -> bool:
    """End the mark that a cemetery bears; False where it bears none."""
    with conflicts_in_words():
        done = connection.execute(
            update(cemetery_mark)
            .where(
                cemetery_mark.c.cemetery_id == cemetery_id,
                cemetery_mark.c.kind == kind,
                cemetery_mark.c.valid_to.is_(None),
                cemetery_mark.c.valid_from < valid_to,
            )
            .values(valid_to=valid_to)
        )
    return bool(done.rowcount)


def marks_of(connection: Connection, cemetery_id: int) -> list[tuple[CemeteryMark, str]]:
    """The marks a cemetery bore or bears, oldest first, each with the number of its paper."""
    rows = connection.execute(
        text(
            "SELECT m.kind, m.valid_from, m.valid_to, coalesce(d.number, '') AS number "
            "FROM registry.cemetery_mark m LEFT JOIN registry.document d ON d.id = m.document_id "
            "WHERE m.cemetery_id = :id ORDER BY m.valid_from, m.id"
        ),
        {"id": cemetery_id},
    )
    return [(CemeteryMark(r.kind, r.valid_from, r.valid_to), r.number) for r in rows]


def marked(connection: Connection, kind: str, on: date) -> list[Mapping[str, Any]]:
    """The cemeteries that bear a mark on a day."""
    rows = connection.execute(
        text(
            "SELECT c.id, c.name, c.type, m.valid_from, coalesce(d.number, '') AS number "
            "FROM registry.cemetery_mark m JOIN registry.cemetery c ON c.id = m.cemetery_id "
            "LEFT JOIN registry.document d ON d.id = m.document_id "
            "WHERE m.kind = :kind AND m.valid_from <= :on "
            " AND (m.valid_to IS NULL OR :on < m.valid_to) ORDER BY c.id"
        ),
        {"kind": kind, "on": on},
    )
    return [dict(r) for r in rows.mappings()]
