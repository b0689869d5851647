"""What people decided: one road or two, why a place has no name; one in force, all kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.domain.identity import Pair, Scope, ordered_pair
from geo_registry.store.findings import joined, split
from geo_registry.store.places import lock_name


@dataclass(frozen=True, slots=True)
class RoadDecision:
    """That two groups of segments of one name are ``one`` road or ``two``, by whom and why."""

    id: int
    pair: Pair
    answer: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NamingAnswer:
    """The answer to a place without a name; ``said_name`` is what people call it."""

    id: int
    place_id: int
    answer: str
    said_name: str
    reason: str
    by: str
    at: datetime

    def as_facts(self) -> dict[str, Any]:
        """What rules see of it, as plain values."""
        return {
            "answer": self.answer,
            "said_name": self.said_name,
            "reason": self.reason,
            "by": self.by,
            "on": str(self.at.date()),
        }


# ---- one road or two -----------------------------------------------------------------------------


def road_decisions(
    connection: Connection, *, subjects: Collection[str] | None = None
) -> list[RoadDecision]:
    """The decisions in force, of pairs among some subjects or all, oldest first."""
    rows = connection.execute(
        text(
            "SELECT d.id, d.pair, d.answer, d.reason, p.name AS by, d.at "
            "FROM registry.road_decision d JOIN registry.person p ON p.id = d.person_id "
            "WHERE d.withdrawn_at IS NULL AND (CAST(:wanted AS text[]) IS NULL OR "
            " (split_part(d.pair, '|', 1) = ANY (:wanted) "
            "  AND split_part(d.pair, '|', 2) = ANY (:wanted))) ORDER BY d.id"
        ),
        {"wanted": None if subjects is None else sorted(subjects)},
    )
    return [RoadDecision(r.id, split(r.pair), r.answer, r.reason, r.by, r.at) for r in rows]


def insert_road_decision(
    connection: Connection, pair: Pair, answer: str, reason: str, *, person: int
) -> int:
    """Record a decision on a pair; an earlier one is withdrawn. Returns its id.

    What stands there word for word already is left as it is.
    """
    # Two people who decide one pair at once follow each other; the later decision stands.
    key = joined(pair)
    lock_name(connection, Scope("road_decision", ""), key)
    known = known_decision(connection, pair)
    if known is not None and (known.answer, known.reason) == (answer, reason):
        return known.id
    _withdraw(connection, "road_decision", "pair = :key", {"key": key}, person)
    return int(
        connection.execute(
            text(
                "INSERT INTO registry.road_decision (pair, answer, reason, person_id) "
                "VALUES (:pair, :answer, :reason, :person) RETURNING id"
            ),
            {"pair": key, "answer": answer, "reason": reason, "person": person},
        ).scalar_one()
    )


def withdraw_road_decision(connection: Connection, decision_id: int, *, person: int) -> Pair | None:
    """End a decision; its pair, or None where none of that id is in force."""
    ended = _withdraw(
        connection, "road_decision", "id = :key", {"key": decision_id}, person, returning="pair"
    )
    return split(ended[0]) if ended else None


def known_decision(connection: Connection, pair: Pair) -> RoadDecision | None:
    """The decision in force on a pair."""
    a, b = ordered_pair(*pair)
    return next((d for d in road_decisions(connection, subjects={a, b}) if d.pair == (a, b)), None)


# ---- places without a name -----------------------------------------------------------------------


def naming_answers(
    connection: Connection, place_ids: Iterable[int] | None = None
) -> Mapping[int, NamingAnswer]:
    """The answers in force by place, of some places or all."""
    rows = connection.execute(
        text(
            "SELECT a.id, a.place_id, a.answer, a.said_name, a.reason, p.name AS by, a.at "
            "FROM registry.naming_answer a JOIN registry.person p ON p.id = a.person_id "
            "WHERE a.withdrawn_at IS NULL "
            " AND (CAST(:ids AS bigint[]) IS NULL OR a.place_id = ANY (:ids)) ORDER BY a.id"
        ),
        {"ids": None if place_ids is None else list(place_ids)},
    )
    return {r.place_id: NamingAnswer(**r._mapping) for r in rows}  # noqa: SLF001


def insert_naming_answer(
    connection: Connection,
    place_id: int,
    *,
    answer: str,
    said_name: str,
    reason: str,
    person: int,
) -> int:
    """Record an answer; an earlier one of the place is withdrawn. Returns its id.

    What stands there word for word already is left as it is.
    """
    lock_name(connection, Scope("naming_answer", ""), str(place_id))
    known = naming_answers(connection, [place_id]).get(place_id)
    if known is not None and (known.answer, known.said_name, known.reason) == (
        answer, said_name, reason,
    ):  # fmt: skip
        return known.id
    _withdraw(connection, "naming_answer", "place_id = :key", {"key": place_id}, person)
    return int(
        connection.execute(
            text(
                "INSERT INTO registry.naming_answer "
                "(place_id, answer, said_name, reason, person_id) "
                "VALUES (:place, :answer, :said, :reason, :person) RETURNING id"
            ),
            {
                "place": place_id,
                "answer": answer,
                "said": said_name,
                "reason": reason,
                "person": person,
            },
        ).scalar_one()
    )


def withdraw_naming_answer(connection: Connection, place_id: int, *, person: int) -> bool:
    """Take the answer of a place back; False where there is none in force."""
    return bool(
        _withdraw(connection, "naming_answer", "place_id = :key", {"key": place_id}, person)
    )


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """Class of a registered place and whether it has a standard name in use."""

    place_class: str
    named: bool


def known_places(connection: Connection, ids: Iterable[int]) -> Mapping[int, KnownPlace]:
    """Of some ids, the places that are registered and not retired."""
    rows = connection.execute(
        text(
            "SELECT p.id, p.place_class, EXISTS (SELECT FROM registry.place_name n "
            " WHERE n.place_id = p.id AND n.kind = 'standard' AND n.superseded_at IS NULL "
            "  AND (n.valid_to IS NULL OR n.valid_to > current_date)) AS named "
            "FROM registry.place p WHERE p.id = ANY (:ids) AND p.status <> 'retired'"
        ),
        {"ids": list(ids)},
    )
    return {r.id: KnownPlace(r.place_class, r.named) for r in rows}


def _withdraw(
    connection: Connection,
    table: str,
    where: str,
    given: Mapping[str, Any],
    person: int,
    returning: str = "id",
) -> list[Any]:
    rows = connection.execute(
        text(
            f"UPDATE registry.{table} SET withdrawn_at = now(), withdrawn_by = :person "  # noqa: S608
            f"WHERE {where} AND withdrawn_at IS NULL RETURNING {returning}"
        ),
        {**given, "person": person},
    )
    return [value for (value,) in rows]
