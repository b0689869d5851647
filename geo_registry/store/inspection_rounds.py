"""Inspection rounds (排查) and their stops as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, text

from geo_registry.store.case_tables import inspection_round
from geo_registry.store.writing import same_row


def insert_round(
    connection: Connection, *, title: str, begins_on: date, ends_on: date, note: str,
    person: int, sample: bool,
) -> int:  # fmt: skip
    """Write a round."""
    made = connection.scalar(
        insert(inspection_round)
        .values(
            title=title, begins_on=begins_on, ends_on=ends_on, note=note, state="planned",
            person_id=person, sample=sample,
        )
        .returning(inspection_round.c.id)
    )  # fmt: skip
    return int(made or 0)


def same_round(connection: Connection, title: str, begins_on: date, ends_on: date) -> int | None:
    """A round under way of that name and those days."""
    return same_row(
        connection, inspection_round, title=title, begins_on=begins_on, ends_on=ends_on,
        state="planned",
    )  # fmt: skip


def plan_stops(
    connection: Connection, round_id: int, towns: Sequence[str] | None, cemeteries: Sequence[int]
) -> int:
    """Put the cemeteries in use of some towns (all where None), and some by id, on the round."""
    done = connection.execute(
        text(
            "INSERT INTO registry.inspection_stop (round_id, cemetery_id, town_code) "
            "SELECT :round, c.id, c.town_code FROM registry.cemetery c "
            "WHERE c.status <> 'retired' AND (c.id = ANY (:ids) OR (:all AND cardinality("
            " CAST(:ids AS bigint[])) = 0) OR c.town_code = ANY (:towns)) "
            "ORDER BY c.id ON CONFLICT (round_id, cemetery_id) DO NOTHING"
        ),
        {
            "round": round_id,
            "ids": list(cemeteries),
            "all": towns is None,
            "towns": list(towns or ()),
        },
    )
    return int(done.rowcount)


def rounds(connection: Connection, round_id: int | None = None) -> list[dict[str, Any]]:
    """The rounds, newest first, or one of them, with how much of each is done."""
    rows = connection.execute(
        text(
            "SELECT r.id, r.title, r.begins_on, r.ends_on, r.note, r.state, p.name AS by, "
            " r.sample, s.stops, s.done, s.leads "
            "FROM registry.inspection_round r JOIN registry.person p ON p.id = r.person_id "
            "CROSS JOIN LATERAL (SELECT count(*) AS stops, "
            "  count(*) FILTER (WHERE outcome IN ('clear', 'lead')) AS done, "
            "  count(*) FILTER (WHERE outcome = 'lead') AS leads "
            "  FROM registry.inspection_stop WHERE round_id = r.id) s "
            "WHERE CAST(:id AS bigint) IS NULL OR r.id = :id ORDER BY r.id DESC"
        ),
        {"id": round_id},
    )
    return [dict(r) for r in rows.mappings()]


def stops(
    connection: Connection, *, round_id: int | None = None, stop_id: int | None = None
) -> list[dict[str, Any]]:
    """The stops of a round, or one by its number, by town and cemetery."""
    rows = connection.execute(
        text(
            "SELECT s.id, s.round_id, s.cemetery_id, c.name AS cemetery, s.town_code, s.outcome, "
            " s.inspected_on, s.note, s.case_id, f.number AS case_number, s.inspector_id, "
            " i.name AS inspector, r.name AS recorded_by "
            "FROM registry.inspection_stop s JOIN registry.cemetery c ON c.id = s.cemetery_id "
            "LEFT JOIN registry.case_file f ON f.id = s.case_id "
            "LEFT JOIN registry.person i ON i.id = s.inspector_id "
            "LEFT JOIN registry.person r ON r.id = s.recorded_by "
            "WHERE (CAST(:round AS bigint) IS NULL OR s.round_id = :round) "
            " AND (CAST(:stop AS bigint) IS NULL OR s.id = :stop) "
            "ORDER BY s.town_code NULLS LAST, s.cemetery_id"
        ),
        {"round": round_id, "stop": stop_id},
    )
    return [dict(r) for r in rows.mappings()]


def update_stop(connection: Connection, stop_id: int, *, was: str, **values: Any) -> bool:
    """Change a stop whose outcome is what it was read as; false where somebody was faster."""
    changes = ", ".join(f"{name} = :{name}" for name in values)
    done = connection.execute(
        text(
            f"UPDATE registry.inspection_stop SET {changes} "  # noqa: S608 - names of ours
            "WHERE id = :id AND outcome = :was"
        ),
        {**values, "id": stop_id, "was": was},
    )
    return bool(done.rowcount)


def end_round(connection: Connection, round_id: int) -> bool:
    """Mark a round as ended; false where it was before."""
    done = connection.execute(
        text(
            "UPDATE registry.inspection_round SET state = 'ended' "
            "WHERE id = :id AND state = 'planned'"
        ),
        {"id": round_id},
    )
    return bool(done.rowcount)
