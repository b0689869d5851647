"""Papers and imported files: what the other rows rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
