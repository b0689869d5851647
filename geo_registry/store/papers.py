"""Papers and imported files: what the other rows rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, select, update

from geo_registry.store.database import current_person
from geo_registry.store.rows import BatchRow, DocumentRow
from geo_registry.store.tables import document, import_batch
from geo_registry.store.writing import column_wise, copy_rows


def insert_documents(connection: Connection, rows: Sequence[DocumentRow]) -> list[int]:
    """Write papers: title, number, authority, date, and the hash of the file."""
    columns = column_wise(
        rows,
        *("title", "kind", "number", "authority", "dated_on", "file_name", "sha256", "sample"),
    )
    return copy_rows(connection, document, columns)


def insert_batches(connection: Connection, rows: Sequence[BatchRow]) -> list[int]:
    """Write imported files, booked on the person of the transaction."""
    columns = column_wise(rows, "kind", "file_name", "sha256", "counts", "source", "sample")
    columns["person_id"] = [current_person(connection)] * len(rows)
    return copy_rows(connection, import_batch, columns)


def count_batch(connection: Connection, batch_id: int, counts: Mapping[str, int]) -> None:
    """Note how many rows of each kind a file brought, once that is known."""
    connection.execute(
        update(import_batch).where(import_batch.c.id == batch_id).values(counts=dict(counts))
    )


def batch_of_file(connection: Connection, kind: str, sha256: str) -> int | None:
    """The batch in which the very same file was imported before, if it was."""
    return connection.scalar(
        select(import_batch.c.id)
        .where(import_batch.c.kind == kind, import_batch.c.sha256 == sha256)
        .order_by(import_batch.c.id.desc())
        .limit(1)
    )


def document_of(
    connection: Connection, *, title: str, number: str, authority: str, dated_on: date | None
) -> int:
    """The paper of an authority with a number and date; written where it is not there yet.

    One reply names many roads: they share its row. A paper without a number is a row of its own.
    """
    if number:
        found = connection.scalar(
            select(document.c.id)
            .where(
                document.c.number == number,
                document.c.authority == authority,
                document.c.dated_on.is_not_distinct_from(dated_on),
            )
            .order_by(document.c.id)
            .limit(1)
        )
        if found is not None:
            return int(found)
    row = DocumentRow(title, "decision", number, authority, dated_on)
    return insert_documents(connection, [row])[0]
