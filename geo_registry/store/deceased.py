"""The deceased: found by the digest of their identity number, written with as little as needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.plot_tables import deceased
from geo_registry.store.writing import column_wise, copy_rows


@dataclass(frozen=True, slots=True)
class DeceasedRow:
    """One dead person. ``hukou_code``: division of the household registration."""

    name: str
    id_digest: str | None = None
    id_tail: str | None = None
    died_on: date | None = None
    hukou_code: str | None = None
    secrecy: str = "internal"
    sample: bool = False
    batch_id: int | None = None


def find_deceased(connection: Connection, digest: str) -> int | None:
    """The id of the dead person with that digest, or None."""
    found = connection.scalar(
        text("SELECT id FROM registry.deceased WHERE id_digest = :digest"), {"digest": digest}
    )
    return None if found is None else int(found)


def insert_deceased(
    connection: Connection,
    *,
    name: str,
    id_digest: str | None = None,
    id_tail: str | None = None,
    died_on: date | None = None,
    hukou_code: str | None = None,
    secrecy: str = "internal",
    sample: bool = False,
    batch_id: int | None = None,
) -> int:
    """Write one dead person and return the id; :class:`Conflict` where the digest is known."""
    row = DeceasedRow(
        name, id_digest, id_tail, died_on, hukou_code, secrecy, sample=sample, batch_id=batch_id
    )
    (number,) = insert_many(connection, [row])
    return number


def insert_many(connection: Connection, rows: Sequence[DeceasedRow]) -> list[int]:
    """Write the dead of a file and return their ids in order."""
    columns = column_wise(
        rows,
        *("name", "id_digest", "id_tail", "died_on", "hukou_code", "secrecy", "sample"),
        "batch_id",
    )
    return copy_rows(connection, deceased, columns)


def complete(
    connection: Connection, deceased_id: int, *, died_on: date | None, hukou_code: str | None
) -> None:
    """Fill in what was not known of a registered person; what is written stays."""
    connection.execute(
        text(
            "UPDATE registry.deceased SET died_on = coalesce(died_on, CAST(:died_on AS date)), "
            " hukou_code = coalesce(hukou_code, :hukou_code) "
            "WHERE id = :id AND ((died_on IS NULL AND CAST(:died_on AS date) IS NOT NULL) "
            " OR (hukou_code IS NULL AND CAST(:hukou_code AS text) IS NOT NULL))"
        ),
        {"id": deceased_id, "died_on": died_on, "hukou_code": hukou_code},
    )


def find(connection: Connection, deceased_id: int) -> Mapping[str, Any] | None:
    """One dead person by id: what acts need, with the name and without the digest."""
    rows = connection.execute(
        text("SELECT id, name, died_on, hukou_code FROM registry.deceased WHERE id = :id"),
        {"id": deceased_id},
    )
    found = rows.mappings().first()
    return None if found is None else dict(found)


@dataclass(frozen=True, slots=True)
class Known:
    """A registered dead person: id, name, and whether a burial is in force."""

    id: int
    name: str
    buried: bool


def known(connection: Connection, digests: Sequence[str]) -> dict[str, Known]:
    """Digest → the registered person, for the digests that are known."""
    rows = connection.execute(
        text(
            "SELECT d.id_digest, d.id, d.name, EXISTS (SELECT FROM registry.burial b "
            " WHERE b.deceased_id = d.id AND b.ended_on IS NULL) AS buried "
            "FROM registry.deceased d WHERE d.id_digest = ANY (:digests)"
        ),
        {"digests": list(digests)},
    )
    return {r.id_digest: Known(r.id, r.name, r.buried) for r in rows}
