"""Taking an act back: what it did, whether anybody changed it since, and the way it was before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

QUESTIONS = {
    "waiver": ("rule_id", "pair"),
    "naming_answer": ("place_id",),
    "road_decision": ("pair",),
    "attachment": ("subject", "raw_file_id", "kind"),
}
"""What a decision answers, by table: of one question one decision holds."""
DECISIONS = tuple(QUESTIONS)
"""Tables whose rows are never changed but withdrawn (``withdrawn_at``, ``withdrawn_by``)."""
_FOLLOWS = ("finding", "raw_file")
"""What follows from a decision by itself: recomputed, or kept for good."""


@dataclass(frozen=True, slots=True)
class Act:
    """One transaction: its number, who, when, why."""

    revision: int
    person: int
    by: str
    at: datetime
    reason: str


def find_act(connection: Connection, revision: int) -> Act | None:
    """The transaction of a number; None where there is none."""
    row = connection.execute(
        text(
            "SELECT c.revision, c.person_id, p.name, c.at, c.reason FROM registry.change c "
            "JOIN registry.person p ON p.id = c.person_id WHERE c.revision = :revision"
        ),
        {"revision": revision},
    ).one_or_none()
    return None if row is None else Act(*row)


def acts_of(connection: Connection, person: int, limit: int) -> list[Act]:
    """The last transactions of a person that did nothing but decide, newest first."""
    rows = connection.execute(
        text(
            "SELECT c.revision, c.person_id, p.name, c.at, c.reason FROM registry.change c "
            "JOIN registry.person p ON p.id = c.person_id "
            "WHERE c.person_id = :person AND c.tables && :decisions AND c.tables <@ :tables "
            "ORDER BY c.revision DESC LIMIT :limit"
        ),
        {
            "person": person,
            "decisions": list(DECISIONS),
            "tables": [*DECISIONS, *_FOLLOWS],
            "limit": limit,
        },
    )
    return [Act(*row) for row in rows]


def answered_anew(
    connection: Connection, table: str, row: Mapping[str, Any], but: Collection[int]
) -> bool:
    """Whether the question of a decision has another answer in force than those of ``but``."""
    columns = QUESTIONS[table]
    same = " AND ".join(f"{column} = :{column}" for column in columns)
    given = {column: row[column] for column in columns} | {"but": list(but)}
    found = connection.scalar(
        text(
            f"SELECT EXISTS (SELECT FROM registry.{table} WHERE {same} "  # noqa: S608
            "AND withdrawn_at IS NULL AND id <> ALL (:but))"
        ),
        given,
    )
    return bool(found)


def traces(connection: Connection, revision: int) -> list[dict[str, Any]]:
    """What a transaction did to each row, and whether that row was changed since (``later``)."""
    rows = connection.execute(
        text(
            "SELECT h.table_name, h.row_id, h.op, h.before, h.after, EXISTS ("
            "  SELECT FROM registry.history n WHERE n.table_name = h.table_name "
            "  AND n.row_id = h.row_id AND n.id > h.id) AS later "
            "FROM registry.change c JOIN registry.history h ON h.txid = c.txid AND h.at = c.at "
            "WHERE c.revision = :revision ORDER BY h.id"
        ),
        {"revision": revision},
    )
    return [dict(r) for r in rows.mappings()]


def follows(table: str) -> bool:
    """Whether rows of a table follow from decisions by themselves."""
    return table in _FOLLOWS


def withdraw(connection: Connection, table: str, number: int, person: int) -> None:
    """Take a decision back."""
    _write(connection, table, number, "now()", person)


def reinstate(connection: Connection, table: str, number: int) -> None:
    """Let a decision that was taken back hold again."""
    _write(connection, table, number, "NULL", None)


def _write(connection: Connection, table: str, number: int, at: str, person: int | None) -> None:
    if table not in DECISIONS:
        raise LookupError(table)
    given: dict[str, Any] = {"id": number, "person": person}
    connection.execute(
        text(
            f"UPDATE registry.{table} SET withdrawn_at = {at}, "  # noqa: S608
            "withdrawn_by = CAST(:person AS bigint) WHERE id = :id"
        ),
        given,
    )
