"""Departments that take part in a case, what they are asked, what they answer; notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, insert, text

from geo_registry.store.case_tables import case_notice, case_party, case_task
from geo_registry.store.writing import same_row


def insert_party(connection: Connection, **values: Any) -> int:
    """Write a party of a case."""
    made = connection.scalar(insert(case_party).values(**values).returning(case_party.c.id))
    return int(made or 0)


def parties(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    """The parties of a case in the order in which they joined."""
    rows = connection.execute(
        text(
            "SELECT id, department, role, contact, joined_on FROM registry.case_party "
            "WHERE case_id = :id ORDER BY id"
        ),
        {"id": case_id},
    )
    return [dict(r) for r in rows.mappings()]


def insert_task(connection: Connection, **values: Any) -> int:
    """Write a task that a party was given."""
    made = connection.scalar(
        insert(case_task)
        .values(state="open", reply="", reply_number="", **values)
        .returning(case_task.c.id)
    )
    return int(made or 0)


def same_task(connection: Connection, case_id: int, department: str, asked: str) -> int | None:
    """A task of the case that the department has not answered and that asks the very same."""
    return same_row(
        connection, case_task, case_id=case_id, department=department, asked=asked, state="open"
    )


def tasks(
    connection: Connection, *, case_id: int | None = None, task_id: int | None = None
) -> list[dict[str, Any]]:
    """The tasks of a case, or one by its number, oldest first."""
    rows = connection.execute(
        text(
            "SELECT t.id, t.case_id, t.department, t.asked, t.given_on, t.due_on, t.state, "
            " t.reply, t.reply_number, t.replied_on, g.name AS given_by, r.name AS recorded_by "
            "FROM registry.case_task t JOIN registry.person g ON g.id = t.given_by "
            "LEFT JOIN registry.person r ON r.id = t.recorded_by "
            "WHERE (CAST(:case AS bigint) IS NULL OR t.case_id = :case) "
            " AND (CAST(:task AS bigint) IS NULL OR t.id = :task) ORDER BY t.id"
        ),
        {"case": case_id, "task": task_id},
    )
    return [dict(r) for r in rows.mappings()]


def late_tasks(connection: Connection, on: date) -> list[dict[str, Any]]:
    """Tasks that nobody has answered in time, with their cases."""
    rows = connection.execute(
        text(
            "SELECT t.id, t.case_id, c.number, c.town_code, t.department, t.asked, t.due_on "
            "FROM registry.case_task t JOIN registry.case_file c ON c.id = t.case_id "
            "WHERE t.state = 'open' AND t.due_on < :on ORDER BY t.due_on, t.id"
        ),
        {"on": on},
    )
    return [dict(r) for r in rows.mappings()]


def end_task(connection: Connection, task_id: int, **values: Any) -> bool:
    """Answer or withdraw an open task; false where it is not open (any more)."""
    changes = ", ".join(f"{name} = :{name}" for name in values)
    done = connection.execute(
        text(
            f"UPDATE registry.case_task SET {changes} WHERE id = :id AND state = 'open'"  # noqa: S608
        ),
        {**values, "id": task_id},
    )
    return bool(done.rowcount)


def insert_notice(
    connection: Connection,
    *,
    case_id: int,
    kind: str,
    number: str,
    issued_on: date,
    fields: Mapping[str, Any],
    person: int,
) -> int:
    """Keep what stood in a paper of a case."""
    made = connection.scalar(
        insert(case_notice)
        .values(
            case_id=case_id,
            kind=kind,
            number=number,
            issued_on=issued_on,
            fields=orjson.loads(orjson.dumps(dict(fields))),
            person_id=person,
            recorded_at=text("now()"),
        )
        .returning(case_notice.c.id)
    )
    return int(made or 0)


def same_notice(
    connection: Connection, case_id: int, kind: str, issued_on: date, fields: Mapping[str, Any]
) -> int | None:
    """A paper of the case without a number, of the day, in which the very same stands."""
    return same_row(
        connection, case_notice, case_id=case_id, kind=kind, number="", issued_on=issued_on,
        fields=orjson.loads(orjson.dumps(dict(fields))),
    )  # fmt: skip


def notices(
    connection: Connection, *, case_id: int | None = None, notice_id: int | None = None
) -> list[dict[str, Any]]:
    """The papers of a case, or one by its number, oldest first."""
    rows = connection.execute(
        text(
            "SELECT n.id, n.case_id, n.kind, n.number, n.issued_on, n.fields, p.name AS by, "
            " n.recorded_at "
            "FROM registry.case_notice n JOIN registry.person p ON p.id = n.person_id "
            "WHERE (CAST(:case AS bigint) IS NULL OR n.case_id = :case) "
            " AND (CAST(:notice AS bigint) IS NULL OR n.id = :notice) ORDER BY n.id"
        ),
        {"case": case_id, "notice": notice_id},
    )
    return [dict(r) for r in rows.mappings()]


def number_used(connection: Connection, kind: str, number: str) -> bool:
    """Whether a paper of a kind bears a number already."""
    return bool(
        connection.scalar(
            text(
                "SELECT EXISTS (SELECT FROM registry.case_notice "
                "WHERE kind = :kind AND number = :number)"
            ),
            {"kind": kind, "number": number},
        )
    )
