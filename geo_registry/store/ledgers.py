"""Activities, volunteer teams, who is responsible: rows as they are written and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text, update

from geo_registry.store.ledger_tables import culture_activity, responsible, volunteer_team
from geo_registry.store.queries import query
from geo_registry.store.writing import conflicts_in_words, in_turn

TABLES: Mapping[str, Table] = {
    "activities": culture_activity,
    "teams": volunteer_team,
    "responsible": responsible,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of a ledger: of a town (None: all), between two days (None: open)."""

    town: str | None = None
    since: date | None = None
    until: date | None = None


def write(connection: Connection, ledger: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write rows of a ledger; :class:`Conflict` for one that is there already."""
    table = TABLES[ledger]
    with conflicts_in_words():
        return [
            int(connection.execute(insert(table).values(**row).returning(table.c.id)).scalar_one())
            for row in rows
        ]


def activities(connection: Connection, span: Span) -> list[dict[str, Any]]:
    """Activities that were held and not cancelled, the latest first."""
    rows = connection.execute(
        text(
            "SELECT a.id, a.title, a.kind, a.held_on, a.town_code, a.place, a.participants, a.note "
            "FROM registry.culture_activity a "
            "WHERE a.cancelled_why = '' "
            "AND (CAST(:town AS text) IS NULL OR a.town_code = :town) "
            "AND (CAST(:since AS date) IS NULL OR a.held_on >= :since) "
            "AND (CAST(:until AS date) IS NULL OR a.held_on <= :until) "
            "ORDER BY a.held_on DESC, a.id DESC"
        ),
        {"town": span.town, "since": span.since, "until": span.until},
    )
    return [dict(r) for r in rows.mappings()]


def teams(connection: Connection, span: Span) -> list[dict[str, Any]]:
    """Teams that exist on ``until`` (None: that have not ended), by name."""
    rows = connection.execute(
        text(
            "SELECT t.id, t.name, t.town_code, t.leader, t.members, t.founded_on, t.ended_on, "
            "t.note FROM registry.volunteer_team t "
            "WHERE (CAST(:town AS text) IS NULL OR t.town_code = :town) "
            "AND (CAST(:on AS date) IS NULL OR t.founded_on <= :on) "
            "AND (t.ended_on IS NULL OR t.ended_on > :on) ORDER BY t.name, t.id"
        ),
        {"town": span.town, "on": span.until},
    )
    return [dict(r) for r in rows.mappings()]


def cancel_activity(connection: Connection, number: int, why: str) -> bool:
    """Let an activity count no more; False where there is none that counts."""
    done = connection.execute(
        update(culture_activity)
        .where(culture_activity.c.id == number, culture_activity.c.cancelled_why == "")
        .values(cancelled_why=why)
    )
    return done.rowcount > 0


def end_team(connection: Connection, number: int, on: date) -> bool:
    """Let a team end on a day after it was founded; False where none goes on."""
    done = connection.execute(
        update(volunteer_team)
        .where(
            volunteer_team.c.id == number,
            volunteer_team.c.ended_on.is_(None),
            volunteer_team.c.founded_on < on,
        )
        .values(ended_on=on)
    )
    return done.rowcount > 0


def end_responsible(connection: Connection, codes: Sequence[str], on: date) -> int:
    """End who answers for some divisions on a day, so that others can."""
    done = connection.execute(
        text(
            "UPDATE registry.responsible SET valid_to = greatest(:on, valid_from + 1) "
            "WHERE division_code = ANY (:codes) AND valid_to IS NULL"
        ),
        {"codes": list(codes), "on": on},
    )
    return done.rowcount


def responsible_now(connection: Connection, code: str) -> tuple[str, date] | None:
    """Who answers for a division, and since when; others who would say it wait in turn."""
    in_turn(connection, "responsible", code)
    row = connection.execute(
        select(responsible.c.name, responsible.c.valid_from).where(
            responsible.c.division_code == code, responsible.c.valid_to.is_(None)
        )
    ).first()
    return None if row is None else (row.name, row.valid_from)


def responsible_on(connection: Connection, on: date) -> dict[str, str]:
    """Division code → who answers for it on a day."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (division_code) division_code, name FROM registry.responsible "
            "WHERE valid_from <= :on AND (valid_to IS NULL OR valid_to > :on) "
            "ORDER BY division_code, valid_from DESC, id DESC"
        ),
        {"on": on},
    )
    return {r.division_code: r.name for r in rows}


@dataclass(frozen=True, slots=True)
class DefectsWanted:
    """Which findings on names: of rules whose ids begin so, in which counties and town, on a day.

    ``settled``: also those that are no longer found.
    """

    prefixes: Sequence[str]
    members: Sequence[str]
    on: date
    town: str | None = None
    settled: bool = False


def defects(connection: Connection, wanted: DefectsWanted) -> list[Any]:
    """Findings on names, one row a finding and village."""
    given = {
        "day": wanted.on,
        "prefixes": list(wanted.prefixes),
        "members": list(wanted.members),
        "town": wanted.town,
        "gone": wanted.settled,
    }
    return list(connection.execute(query("defect_ledger"), given))
