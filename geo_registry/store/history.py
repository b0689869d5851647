"""The history: what happened to a row, and whether anybody rewrote what happened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, text

from geo_registry.store.queries import query

START = hashlib.sha256(b"geo_registry").digest()
"""What the first link stands on."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One sealed transaction; ``expected`` is the link computed anew from what the change says."""

    revision: int
    rows: int
    content: bytes
    previous: bytes
    link: bytes
    expected: bytes | None


def head(connection: Connection) -> tuple[int, bytes]:
    """The number and the link of the last sealed transaction; 0 for a new registry."""
    row = connection.execute(
        text("SELECT revision, link FROM registry.seal ORDER BY revision DESC LIMIT 1")
    ).one_or_none()
    return (0, START) if row is None else (int(row.revision), bytes(row.link))


def link_at(connection: Connection, revision: int) -> bytes | None:
    """The link of a transaction; None where no transaction of that number is sealed."""
    found = connection.scalar(
        text("SELECT link FROM registry.seal WHERE revision = :revision"), {"revision": revision}
    )
    return None if found is None else bytes(found)


def seals(connection: Connection, since: int) -> Iterator[Seal]:
    """The seals after a transaction, in order, each with its link computed anew."""
    rows = connection.execute(
        query("history_seals"),
        {"since": since},
        execution_options={"stream_results": True, "yield_per": 5000},
    )
    for r in rows:
        expected = None if r.expected is None else bytes(r.expected)
        yield Seal(r.revision, r.rows, bytes(r.content), bytes(r.previous), bytes(r.link), expected)


def rewritten_rows(connection: Connection, since: int, limit: int) -> Sequence[RowMapping]:
    """Rows of history whose content is not what their digest says, and rows of no transaction."""
    given = {"since": since, "limit": limit}
    return connection.execute(query("history_rewritten"), given).mappings().all()


def broken_seals(connection: Connection, since: int, limit: int) -> Sequence[RowMapping]:
    """Transactions whose rows are not those that were sealed: how many there were and are."""
    given = {"since": since, "limit": limit}
    return connection.execute(query("history_broken_seals"), given).mappings().all()


def kept_tables(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """The tables that keep their history → their columns that history holds, in order."""
    rows = connection.execute(query("history_tables")).all()
    return {row.table_name: tuple(row.columns) for row in rows}


def unrecorded_rows(
    connection: Connection, table: str, columns: Sequence[str], limit: int
) -> Sequence[RowMapping]:
    """Rows of a table that are not as its history left them: changed, added or removed past it.

    Columns that came with a later release, or went, are not compared.
    """
    listed = ", ".join(f'"{name}"' for name in columns)
    statement = query("history_unrecorded").text.replace("/*columns*/", listed)
    statement = statement.replace("/*table*/", f'registry."{table}"')
    return connection.execute(text(statement), {"table": table, "limit": limit}).mappings().all()


def tables_about(connection: Connection, table: str) -> Sequence[tuple[str, str]]:
    """Tables whose rows speak of a row of ``table``: (table, column of its id)."""
    rows = connection.execute(query("history_referring"), {"table": table}).all()
    return [(row.table_name, row.column_name) for row in rows]


def ids_about(connection: Connection, table: str, column: str, key: int | str) -> list[int]:
    """The rows of a table that carry a key in a column; both names come from the catalogue."""
    statement = f'SELECT id FROM registry."{table}" WHERE "{column}" = :key ORDER BY id'  # noqa: S608
    return [int(i) for i in connection.scalars(text(statement), {"key": key})]


def entries(
    connection: Connection, wanted: Sequence[tuple[str, int]], *, below: int, limit: int
) -> Sequence[RowMapping]:
    """History rows of (table, row) pairs, newest first, below a position; no persons in them."""
    given = {
        "tables": [table for table, _ in wanted],
        "rows": [row for _, row in wanted],
        "below": below,
        "limit": limit,
    }
    return connection.execute(query("history_entries"), given).mappings().all()


def latest(
    connection: Connection, table: str | None, *, below: int, limit: int
) -> Sequence[RowMapping]:
    """History rows of a table (None: of all), newest first, below a position."""
    given = {"table": table, "below": below, "limit": limit}
    return connection.execute(query("history_latest"), given).mappings().all()


def references(connection: Connection) -> Mapping[tuple[str, str], str]:
    """(Table, column) that holds the id of a row → the table it is a row of."""
    rows = connection.execute(query("history_references")).all()
    return {(row.table_name, row.column_name): row.referred for row in rows}


_CALLED: Mapping[str, str] = {
    "account": "(SELECT p.name FROM registry.person p WHERE p.id = t.person_id)",
    "admin_division": "t.full_name",
    "case_file": "concat_ws(' ', t.number, t.title)",
    "cemetery": "t.name",
    "contribution": "t.name",
    "culture_activity": "t.title",
    "document": "concat_ws('，', nullif(t.title, ''), nullif(t.number, ''))",
    "fee_list": "t.title",
    "import_batch": "t.file_name",
    "inspection_round": "t.title",
    "person": "t.name",
    "place_name": "t.full_name",
    "raw_file": "t.name",
    "section": "t.name",
    "volunteer_team": "t.name",
    "zone": "t.name",
}
"""Table → how a row of it is called; persons who are buried or paid for are never named."""


def called(connection: Connection, table: str, ids: Iterable[int]) -> dict[int, str]:
    """How rows of a table are called, as far as the reader may see them and they have a name."""
    if table not in _CALLED:
        return {}
    statement = (
        f"SELECT t.id, {_CALLED[table]} AS name FROM registry.{table} t WHERE t.id = ANY (:ids)"  # noqa: S608
    )
    rows = connection.execute(text(statement), {"ids": sorted(ids)})
    return {row.id: row.name for row in rows if row.name}
