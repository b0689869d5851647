"""Findings as they are read: pages, one, and counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.queries import query


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings are wanted; None leaves a question open. ``after``: where a page begins."""

    rule: str | None = None
    severities: Sequence[str] | None = None
    state: str | None = "open"
    town: str | None = None
    q: str | None = None
    subject: str | None = None
    id: int | None = None
    after: tuple[int, int, int] | None = None
    limit: int = 50


def page(connection: Connection, wanted: Filter, on: date) -> list[Any]:
    """One page of rows, the weightiest first."""
    parameters = _parameters(wanted, on) | {"limit": wanted.limit}
    return list(connection.execute(query("finding_page"), parameters))


def table(connection: Connection, state: str, on: date, limit: int) -> list[dict[str, Any]]:
    """The findings of a state as lines of a table, the weightiest first."""
    asked = {"state": state, "day": on, "limit": limit}
    return [dict(r) for r in connection.execute(query("finding_table"), asked).mappings()]


def count(connection: Connection, wanted: Filter, on: date) -> int:
    """How many findings there are in all, page or no page."""
    statement = query("finding_page").text.replace("LIMIT :limit", "")
    parameters = _parameters(wanted, on) | {"id": None, "weight": None, "less": None, "last": None}
    return int(
        connection.execute(
            text(f"SELECT count(*) FROM ({statement}) f"),  # noqa: S608 - our own query
            parameters,
        ).scalar_one()
    )


def _parameters(wanted: Filter, on: date) -> dict[str, Any]:
    weight, less, last = wanted.after or (None, None, None)
    return {
        "id": wanted.id,
        "rule": wanted.rule,
        "severities": None if wanted.severities is None else list(wanted.severities),
        "state": wanted.state,
        "town": wanted.town,
        "q": wanted.q,
        "subject": wanted.subject,
        "weight": weight,
        "less": less,
        "last": last,
        "day": on,
    }


def counts(connection: Connection, on: date, *, by_town: bool) -> list[Any]:
    """Open and waived findings by rule, severity and state.

    ``by_town`` counts a finding once for each of its towns, else once.
    """
    return list(
        connection.execute(query("finding_count"), {"day": on, "first_town_only": not by_town})
    )


def waivers_of(
    connection: Connection, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The waivers in force by rule and (joined) pair."""
    wanted = list(pairs)
    rows = connection.execute(
        text(
            "SELECT w.id, w.rule_id, w.pair, w.reason, w.expires_on, w.at, p.name AS person "
            "FROM registry.waiver w JOIN registry.person p ON p.id = w.person_id "
            "WHERE w.withdrawn_at IS NULL AND w.rule_id = ANY (:rules) AND w.pair = ANY (:pairs)"
        ),
        {"rules": [r for r, _ in wanted], "pairs": [p for _, p in wanted]},
    )
    return {(r["rule_id"], r["pair"]): dict(r) for r in rows.mappings()}
