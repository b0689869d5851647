"""Stored names as they were computed: reading them all, and writing them computed anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from geo_registry.store.writing import TOPONYM_COLUMNS, toponym_columns

if TYPE_CHECKING:
    from geo_registry.domain.reference import Parts
    from geo_registry.domain.toponym import Toponym

TABLES = ("place_name", "admin_division")
"""The tables that hold names with their keys."""

_LOCK = 0x6E616D65
_CLASSES = (
    "CASE level WHEN 1 THEN 'division.province' WHEN 2 THEN 'division.city' "
    "WHEN 3 THEN 'division.county' WHEN 4 THEN 'division.town' ELSE 'committee_seat' END"
)
_OWN = {
    "place_name": (
        "n.name_class, n.reading_confirmed, n.split_confirmed, n.superseded_at IS NULL AS in_force,"
        " 'place:' || n.place_id AS subject"
    ),
    # A division has no flags; what a person said of its reading stands in the reading itself.
    "admin_division": (
        f"{_CLASSES} AS name_class, 'confirmed' = ANY (n.reading_from) AS reading_confirmed, "
        "false AS split_confirmed, valid_to IS NULL AS in_force, "
        "'division:' || n.code_system || ':' || n.code AS subject"
    ),
}


@dataclass(frozen=True, slots=True)
class StoredName:
    """A row that holds a name, with what a person decided of it."""

    table: str
    id: int
    full: str
    place_class: str
    spoken: str
    reading: tuple[str, ...]
    reading_confirmed: bool
    split_confirmed: bool
    parts: Parts
    in_force: bool
    subject: str
    """What bears the name: ``place:12``, ``division:nbs:…``."""


def version(connection: Connection) -> str | None:
    """The version of the tables with which the stored keys were computed; None: never noted."""
    found = connection.scalar(text("SELECT version FROM registry.key_version ORDER BY id LIMIT 1"))
    return None if found is None else str(found)


def note_version(connection: Connection, current: str) -> None:
    """Note that all stored keys are of this version."""
    updated = connection.execute(
        text("UPDATE registry.key_version SET version = :v WHERE version <> :v"), {"v": current}
    )
    if not updated.rowcount and version(connection) is None:
        connection.execute(
            text("INSERT INTO registry.key_version (version) VALUES (:v)"), {"v": current}
        )


def hold(connection: Connection) -> None:
    """Wait until nobody else computes keys, and keep others out until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _LOCK})


def count(connection: Connection, table: str) -> int:
    """How many rows of a table hold a name."""
    statement = f"SELECT count(*) FROM registry.{table} WHERE key_full IS NOT NULL"  # noqa: S608
    return int(connection.scalar(text(statement)) or 0)


def pages(connection: Connection, table: str, size: int) -> Iterator[list[StoredName]]:
    """All names of a table, page by page in the order of their ids."""
    last = 0
    while True:
        statement = _statement(table, "n.id > :last ORDER BY n.id LIMIT :size")
        rows = connection.execute(text(statement), {"last": last, "size": size}).all()
        if not rows:
            return
        yield [_stored(table, row) for row in rows]
        last = rows[-1].id


def name(connection: Connection, name_id: int, *, hold: bool = True) -> StoredName | None:
    """The name of a place by the id of its row; ``hold`` locks it until the transaction ends."""
    statement = _statement("place_name", "n.id = :id", hold=hold)
    row = connection.execute(text(statement), {"id": name_id}).one_or_none()
    return None if row is None else _stored("place_name", row)


def of_place(connection: Connection, place_id: int, *, hold: bool = True) -> list[StoredName]:
    """The names of a place that the registry holds for true; ``hold`` as in :func:`name`."""
    statement = _statement(
        "place_name", "n.place_id = :id AND n.superseded_at IS NULL ORDER BY n.id", hold=hold
    )
    rows = connection.execute(text(statement), {"id": place_id})
    return [_stored("place_name", row) for row in rows]


def of_division(
    connection: Connection, system: str, code: str, *, hold: bool = True
) -> list[StoredName]:
    """The name of a division that is in force; ``hold`` as in :func:`name`."""
    statement = _statement(
        "admin_division",
        "n.code_system = :system AND n.code = :code AND n.valid_to IS NULL",
        hold=hold,
    )
    rows = connection.execute(text(statement), {"system": system, "code": code})
    return [_stored("admin_division", row) for row in rows]


def _statement(table: str, where: str, *, hold: bool = False) -> str:
    held = " FOR UPDATE OF n" if hold else ""
    return (
        "SELECT n.id, n.full_name, n.spoken, n.reading, n.specific, n.modifier, n.generic, "  # noqa: S608
        f"{_OWN[table]} FROM registry.{table} n WHERE n.key_full IS NOT NULL AND {where}{held}"
    )


def _stored(table: str, row: Any) -> StoredName:
    return StoredName(
        table,
        row.id,
        row.full_name,
        row.name_class,
        row.spoken,
        tuple(row.reading),
        row.reading_confirmed,
        row.split_confirmed,
        (row.specific, row.modifier, row.generic),
        row.in_force,
        row.subject,
    )


def gather(connection: Connection) -> None:
    """Make the temporary table in which computed names are gathered."""
    columns = ", ".join(f"n.{column}" for column in TOPONYM_COLUMNS)
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE computed ON COMMIT DROP AS "  # noqa: S608
            f"SELECT n.id, {columns} FROM registry.place_name n WITH NO DATA"
        )
    )


def add(connection: Connection, ids: Sequence[int], toponyms: Sequence[Toponym]) -> None:
    """Add computed names to the temporary table."""
    columns = toponym_columns(toponyms)
    driver: Any = connection.connection.driver_connection
    statement = f"COPY computed (id, {', '.join(columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(ids, *columns.values(), strict=True):
            copy.write_row(row)


def replace_changed(connection: Connection, table: str) -> int:
    """Write the gathered names to their rows, in one statement; how many rows differed."""
    new = ", ".join(f"{column} = c.{column}" for column in TOPONYM_COLUMNS)
    left = ", ".join(f"n.{column}" for column in TOPONYM_COLUMNS)
    right = ", ".join(f"c.{column}" for column in TOPONYM_COLUMNS)
    updated = connection.execute(
        text(
            f"UPDATE registry.{table} n SET {new} FROM computed c "  # noqa: S608
            f"WHERE n.id = c.id AND ({left}) IS DISTINCT FROM ({right})"
        )
    )
    connection.execute(text("TRUNCATE computed"))
    return int(updated.rowcount)


def clear(connection: Connection) -> None:
    """Take the temporary table away."""
    connection.execute(text("DROP TABLE computed"))


def write(connection: Connection, stored: StoredName, toponym: Toponym, **flags: bool) -> None:
    """Write one name computed anew; ``flags``: column → whether a person decided it."""
    columns = {name: values[0] for name, values in toponym_columns([toponym]).items()}
    changes = [f"{name} = :{name}" for name in columns]
    if stored.table == "place_name":
        changes += [f"{flag} = :{flag}" for flag in flags]
    connection.execute(
        text(f"UPDATE registry.{stored.table} SET {', '.join(changes)} WHERE id = :id"),  # noqa: S608
        {**columns, **flags, "id": stored.id},
    )


def give_reason(connection: Connection, reason: str) -> None:
    """The reason that history notes for what this transaction changes from here on."""
    connection.execute(text("SELECT set_config('registry.reason', :r, true)"), {"r": reason})
