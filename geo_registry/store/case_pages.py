"""Cases as they are read: pages, counts, and what hangs on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.queries import query, sql


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are wanted; None leaves a question open. ``after``: where a page begins."""

    id: int | None = None
    states: Sequence[str] | None = None
    live: bool | None = None
    late: bool | None = None
    towns: Sequence[str] | None = None
    cemetery: int | None = None
    person: int | None = None
    finding: str | None = None
    q: str | None = None
    after: tuple[date, int] | None = None
    limit: int = 50


def page(connection: Connection, wanted: Filter, on: date) -> list[Any]:
    """One page of rows, what is due first."""
    return list(connection.execute(query("case_page"), _parameters(wanted, on)))


def counts(connection: Connection, wanted: Filter, on: date) -> list[Any]:
    """How many cases there are by state and town, and how many of them are late."""
    statement = sql("case_page").replace("LIMIT :limit", "").replace("ORDER BY c.weight, c.id", "")
    given = _parameters(wanted, on) | {"after_day": None, "after_id": None}
    return list(
        connection.execute(
            text(
                "SELECT state, town_code, live, count(*) AS number, "  # noqa: S608 - our own query
                " count(*) FILTER (WHERE late) AS late "
                f"FROM ({statement}) p GROUP BY state, town_code, live"
            ),
            {k: v for k, v in given.items() if k != "limit"},
        )
    )


def _parameters(wanted: Filter, on: date) -> dict[str, Any]:
    day, last = wanted.after or (None, None)
    return {
        "day": on,
        "id": wanted.id,
        "states": None if wanted.states is None else list(wanted.states),
        "live": wanted.live,
        "late": wanted.late,
        "towns": None if wanted.towns is None else list(wanted.towns),
        "cemetery": wanted.cemetery,
        "person": wanted.person,
        "finding": wanted.finding,
        "q": wanted.q,
        "after_day": day,
        "after_id": last,
        "limit": wanted.limit,
    }
