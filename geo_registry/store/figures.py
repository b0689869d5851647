"""Figures: the one place where anything is counted for people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.domain.figure import Measured, Member
from geo_registry.store.queries import sql

_FOLDER = Path(__file__).with_name("sql") / "figures"
TOPICS = tuple(sorted(p.stem for p in _FOLDER.glob("*.sql")))
"""Files of ``sql/figures``, each of which counts several figures in one query."""

_TABLE = re.compile(r"\b(FROM|JOIN) registry\.(\w+)\b(?!\()")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which days figures are asked: on a day, of the period from ``since`` to it.

    ``members`` are the statistical codes of the legal county, ``new_since`` the day from which a
    name counts as new. ``at``: as the registry knew it at that moment; the same queries then read
    the rows that the history gives for it.
    """

    on: date
    since: date
    new_since: date
    members: tuple[str, ...]
    at: datetime | None = None


_TOTALS = """
SELECT figure, part, t.town,
  CASE WHEN GROUPING(t.town) = 1 THEN sum(value) FILTER (WHERE once) ELSE sum(value) END AS value
FROM counted
CROSS JOIN LATERAL (SELECT coalesce(counted.town, '') AS town) t
GROUP BY GROUPING SETS ((figure, part), (figure, part, t.town))
"""
_MEMBERS = """
SELECT part, coalesce(town, '') AS town, value, subject, label
FROM counted
WHERE figure = :figure
  AND CASE WHEN CAST(:town AS text) IS NULL THEN once ELSE coalesce(town, '') = :town END
  AND (CAST(:part AS text) IS NULL OR part = :part)
ORDER BY town, part, label, subject
"""


def measure(connection: Connection, asked: Asked, topics: Sequence[str] = TOPICS) -> list[Measured]:
    """The figures of some topics (all of them): a row for the district, one for each town."""
    return [
        Measured(r.figure, r.part, r.town, float(r.value or 0))
        for topic in topics
        for r in _run(connection, topic, _TOTALS, asked)
    ]


@dataclass(frozen=True, slots=True)
class Within:
    """Which things of a figure: those of a part, those in a town (``''``: in no known town)."""

    figure: str
    part: str | None = None
    town: str | None = None


def members(connection: Connection, asked: Asked, within: Within) -> list[Member]:
    """The things that make a figure up, from the query that counts them; empty if unknown."""
    topic = next((t for t in TOPICS if f"'{_stem(within.figure)}" in sql(f"figures/{t}")), None)
    if topic is None:
        return []
    more = {"figure": within.figure, "part": within.part, "town": within.town}
    return [
        Member(r.subject, r.label, r.part, r.town, float(r.value))
        for r in _run(connection, topic, _MEMBERS, asked, more)
    ]


def _stem(figure: str) -> str:
    """``findings_open`` is written as ``findings_`` with a state in its query."""
    return "findings_" if figure.startswith("findings_") else f"{figure}'"


def _run(
    connection: Connection,
    topic: str,
    tail: str,
    asked: Asked,
    more: Mapping[str, str | None] | None = None,
) -> Sequence[Any]:
    statement = text(_statement(topic, known=asked.at is not None) + tail)
    given = {
        "on": asked.on,
        "since": asked.since,
        "new_since": asked.new_since,
        "members": list(asked.members),
        "at": asked.at,
        **(more or {}),
    }
    used = {k: v for k, v in given.items() if k in statement.compile().params}
    return connection.execute(statement, used).all()


def _statement(topic: str, *, known: bool) -> str:
    """The query of a topic, over the tables as they are or as they were known at ``:at``."""
    now = sql(f"figures/{topic}")
    return _TABLE.sub(r"\1 registry.known(NULL\:\:registry.\2, :at)", now) if known else now
