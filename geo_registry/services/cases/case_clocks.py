"""The clocks of cases, as functions of a connection and a desk that a job can run each night.

They write no more than what the calendar says: an order that has lapsed is marked so, once. What
is done about it (督办, 回头看) is listed for people; whether it is done is theirs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import Act
from geo_registry.domain.case_clock import lapses_on, look_backs, overdue_days
from geo_registry.services.cases.casework import Form, found_case, take
from geo_registry.store import cases
from geo_registry.store.cases import find_case

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


def lapse_overdue(connection: Connection, desk: Desk) -> list[int]:
    """Mark the cases whose order to rectify has lapsed; returns their ids. Twice is as once."""
    done = []
    for number in cases.running_out(connection, desk.on):
        found = find_case(connection, number, for_update=True)
        # Another run, or a person, may have been here since the list was read.
        day = None if found is None else lapses_on(found.case)
        if found is None or day is None or day > desk.on:
            continue
        form = Form(f"整改期限 {found.case.due_on} 已过，未通过复查")
        take(connection, desk, found, Act.LAPSE, form)
        done.append(number)
    return done


def to_escalate(connection: Connection, desk: Desk) -> list[dict[str, Any]]:
    """Overdue cases that have waited longer than the terms allow: a person escalates them."""
    term = desk.reference.case_terms.terms.get("escalate")
    day = desk.on - timedelta(days=term.days if term else 0)
    found = [found_case(connection, i) for i in cases.overdue_since(connection, day)]
    return [
        {
            "id": c.id,
            "number": c.number,
            "title": c.row.title,
            "town_code": c.row.town_code,
            "due_on": c.case.due_on,
            "days_late": overdue_days(c.case, desk.on),
        }
        for c in found
        if desk.actor.covers(c.row.town_code)
    ]


def due_look_backs(
    connection: Connection, desk: Desk, *, ahead_days: int = 0
) -> list[dict[str, Any]]:
    """Look-backs that are due by some days from now and not made yet, the oldest first."""
    months = desk.reference.case_terms.look_back_months
    last = desk.on + timedelta(days=ahead_days)
    rows = [
        {
            "id": c.id,
            "number": c.number,
            "title": c.row.title,
            "town_code": c.row.town_code,
            "months": month,
            "due_on": day,
            "days_late": max((desk.on - day).days, 0),
        }
        for c in (found_case(connection, i) for i in cases.closed_cases(connection))
        if desk.actor.covers(c.row.town_code)
        for month, day in look_backs(c.case, months)
        if day <= last
    ]
    return sorted(rows, key=lambda r: (r["due_on"], r["id"]))


def mark_overdue(connection: Connection, desk: Desk) -> str:
    """The nightly job: :func:`lapse_overdue`, in one sentence."""
    done = lapse_overdue(connection, desk)
    if not done:
        return "没有新逾期的案件。"
    called = "、".join(found_case(connection, i).number for i in done[:5])
    return f"{len(done)} 件案件整改逾期：{called}{'等' if len(done) > 5 else ''}。"


def remind(connection: Connection, desk: Desk) -> str:
    """The daily job: look-backs that are due and cases that wait for 督办, in one sentence."""
    late = due_look_backs(connection, desk)
    up = to_escalate(connection, desk)
    if not late and not up:
        return "没有到期的回头看，没有待督办的案件。"
    return f"应回头看 {len(late)} 次，待督办 {len(up)} 件。"
