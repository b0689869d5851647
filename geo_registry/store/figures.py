"""Figures: the one place where anything is counted for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.domain.figure import Measured
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


def measure(connection: Connection, asked: Asked, topics: Sequence[str] = TOPICS) -> list[Measured]:
    """The figures of some topics (all of them): a row for the district, one for each town."""
    given: dict[str, Any] = {
        "on": asked.on,
        "since": asked.since,
        "new_since": asked.new_since,
        "members": list(asked.members),
        "at": asked.at,
    }
    found = []
    for topic in topics:
        statement = text(_statement(topic, known=asked.at is not None))
        used = {k: v for k, v in given.items() if k in statement.compile().params}
        rows = connection.execute(statement, used)
        found += [Measured(r.figure, r.part, r.town, float(r.value)) for r in rows]
    return found


def _statement(topic: str, *, known: bool) -> str:
    """The query of a topic, over the tables as they are or as they were known at ``:at``."""
    now = sql(f"figures/{topic}")
    return _TABLE.sub(r"\1 registry.known(NULL\:\:registry.\2, :at)", now) if known else now
