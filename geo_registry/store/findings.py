"""Findings and waivers as they are stored: upserted by fingerprint, never deleted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from geo_registry.domain.finding import FindingState, Waiver
from geo_registry.domain.identity import Pair, Scope, ordered_pair
from geo_registry.store.places import lock_name
from geo_registry.store.tables import finding as finding_table
from geo_registry.store.writing import copy_rows

if TYPE_CHECKING:
    from shapely import MultiPoint
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.finding import Finding

FOREVER = date(9999, 12, 31)
"""Stored as the last day of a waiver that has no end."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it is written. ``geometry`` and ``marks`` (what the map shows) in degrees."""

    finding: Finding
    basis: Sequence[dict[str, Any]]
    scope_name: str
    town_codes: Sequence[str]
    managed: bool
    geometry: BaseGeometry | None
    marks: MultiPoint | None
    state: FindingState
    waived_until: date | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What reconciling needs of a finding that is stored."""

    id: int
    fingerprint: str
    rule_id: str
    scope: Scope
    subjects: tuple[str, ...]
    pairs: tuple[Pair, ...]
    state: FindingState


def joined(pair: Pair) -> str:
    """The pair as one text, in its one order."""
    return "|".join(ordered_pair(*pair))


def split(text_of_pair: str) -> Pair:
    """A stored pair."""
    a, _, b = text_of_pair.partition("|")
    return (a, b)


def open_run(
    connection: Connection, *, scopes: Iterable[Scope], rules: Iterable[str], day: date, person: int
) -> int:
    """Begin a scan run and return its id."""
    return int(
        connection.execute(
            text(
                "INSERT INTO registry.scan_run (scopes, rules, day, person_id) "
                "VALUES (:scopes, :rules, :day, :person) RETURNING id"
            ),
            {
                "scopes": [str(s) for s in scopes],
                "rules": list(rules),
                "day": day,
                "person": person,
            },
        ).scalar_one()
    )


def close_run(
    connection: Connection, run_id: int, *, counts: dict[str, Any], notes: Sequence[str]
) -> None:
    """Note what a run found."""
    connection.execute(
        text(
            "UPDATE registry.scan_run SET counts = CAST(:counts AS jsonb), notes = :notes, "
            "finished_at = clock_timestamp() WHERE id = :id"
        ),
        {"id": run_id, "counts": _json(counts), "notes": list(notes)},
    )


def last_run(connection: Connection) -> int | None:
    """The latest scan that was finished; None before the first."""
    found = connection.scalar(
        text("SELECT max(id) FROM registry.scan_run WHERE finished_at IS NOT NULL")
    )
    return None if found is None else int(found)


def stored(
    connection: Connection,
    *,
    rules: Iterable[str] | None = None,
    pair: Pair | None = None,
    ids: Sequence[int] | None = None,
) -> list[Stored]:
    """Stored findings of some rules, that rest on a pair, or of some ids."""
    rows = connection.execute(
        text(
            "SELECT id, fingerprint, rule_id, scope_kind, scope_code, subjects, pairs, state "
            "FROM registry.finding "
            "WHERE (CAST(:rules AS text[]) IS NULL OR rule_id = ANY (:rules)) "
            " AND (CAST(:pair AS text) IS NULL OR pairs @> ARRAY[CAST(:pair AS text)]) "
            " AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY (:ids)) ORDER BY id"
        ),
        {
            "rules": None if rules is None else list(rules),
            "pair": None if pair is None else joined(pair),
            "ids": None if ids is None else list(ids),
        },
    )
    return [
        Stored(
            r.id,
            r.fingerprint,
            r.rule_id,
            Scope(r.scope_kind, r.scope_code),
            tuple(r.subjects),
            tuple(split(p) for p in r.pairs),
            FindingState(r.state),
        )
        for r in rows
    ]


def about(connection: Connection, rules: Iterable[str], subjects: Iterable[str]) -> list[Stored]:
    """Stored findings of some rules that speak of one of these subjects and of nothing else."""
    ids = connection.scalars(
        text(
            "SELECT id FROM registry.finding WHERE rule_id = ANY (:rules) "
            "AND cardinality(subjects) = 1 AND subjects[1] = ANY (:subjects)"
        ),
        {"rules": list(rules), "subjects": list(subjects)},
    )
    wanted = [int(i) for i in ids]
    return stored(connection, ids=wanted) if wanted else []


def upsert(connection: Connection, rows: Sequence[FindingRow], *, run_id: int) -> None:
    """Write what a run saw: new fingerprints are added, known ones take what is said today.

    Only ``last_seen`` moves where nothing else changed, which history does not count as a change.
    """
    if not rows:
        return
    connection.execute(
        text("CREATE TEMP TABLE incoming_finding (LIKE registry.finding) ON COMMIT DROP")
    )
    columns = _columns(rows, run_id)
    copy_rows(connection, finding_table, columns, into="pg_temp.incoming_finding")
    names = ", ".join(["id", *columns])
    kept = {"fingerprint", "first_run_id", "first_seen"}
    changes = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in kept)
    connection.execute(
        text(
            f"INSERT INTO registry.finding ({names}) "  # noqa: S608 - column names of ours
            f"SELECT {names} FROM pg_temp.incoming_finding ORDER BY id "
            f"ON CONFLICT (fingerprint) DO UPDATE SET {changes}"
        )
    )
    connection.execute(text("DROP TABLE pg_temp.incoming_finding"))


def _columns(rows: Sequence[FindingRow], run_id: int) -> dict[str, list[Any]]:
    found = [r.finding for r in rows]
    same = ("fingerprint", "rule_id", "rule_version", "key", "outcome", "severity", "title")
    columns: dict[str, list[Any]] = {name: [getattr(f, name) for f in found] for name in same}
    columns["severity"] = [str(f.severity) for f in found]
    columns |= {n: [getattr(f, n) for f in found] for n in ("message", "confidence", "capped")}
    columns |= {
        "rank": [f.rank for f in found],
        "scope_kind": [f.scope.kind for f in found],
        "scope_code": [f.scope.code for f in found],
        "scope_name": [r.scope_name for r in rows],
        "facts": [_json(dict(f.facts)) for f in found],
        "basis": [_json(list(r.basis)) for r in rows],
        "subjects": [list(f.subjects) for f in found],
        "pairs": [[joined(p) for p in f.pairs] for f in found],
        "town_codes": [list(r.town_codes) for r in rows],
        "managed": [r.managed for r in rows],
        "geom": [r.geometry for r in rows],
        "marks": [r.marks for r in rows],
        "state": [str(r.state) for r in rows],
        "waived_until": [r.waived_until for r in rows],
        "first_run_id": [run_id] * len(rows),
        "last_run_id": [run_id] * len(rows),
        "first_seen": [_NOW] * len(rows),
        "last_seen": [_NOW] * len(rows),
    }
    return columns


_NOW = "now"
"""Read by PostgreSQL as the time of the transaction."""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)


def waived_before(connection: Connection, on: date) -> list[Stored]:
    """The findings that are stored as waived although their waivers ran out before ``on``."""
    ids = connection.scalars(
        text(
            "SELECT id FROM registry.finding "
            "WHERE state = 'waived' AND waived_until < :on ORDER BY id"
        ),
        {"on": on},
    ).all()
    return stored(connection, ids=ids) if ids else []


def mark_gone(connection: Connection, ids: Sequence[int]) -> None:
    """The rules no longer see these; they are kept, and the next run may see them again."""
    connection.execute(
        text(
            "UPDATE registry.finding SET state = 'gone', waived_until = NULL WHERE id = ANY (:ids)"
        ),
        {"ids": list(ids)},
    )


def set_state(
    connection: Connection, finding_id: int, state: FindingState, waived_until: date | None
) -> None:
    """What the waivers make of a finding."""
    connection.execute(
        text("UPDATE registry.finding SET state = :s, waived_until = :u WHERE id = :id"),
        {"id": finding_id, "s": str(state), "u": waived_until},
    )


# ---- waivers ----------------------------------------------------------------------------------


def waivers(connection: Connection, *, rules: Iterable[str] | None = None) -> list[Waiver]:
    """The waivers that nobody withdrew, expired ones too."""
    rows = connection.execute(
        text(
            "SELECT rule_id, pair, reason, expires_on FROM registry.waiver "
            "WHERE withdrawn_at IS NULL "
            " AND (CAST(:rules AS text[]) IS NULL OR rule_id = ANY (:rules))"
        ),
        {"rules": None if rules is None else list(rules)},
    )
    return [Waiver(r.rule_id, split(r.pair), r.reason, r.expires_on) for r in rows]


def insert_waiver(connection: Connection, waiver: Waiver, *, person: int) -> int:
    """Record a decision; an earlier one on the same rule and pair is withdrawn.

    The same decision once more (a double click) writes nothing and gives the id of the first.
    """
    # Two people who waive one pair at once follow each other; the later decision stands.
    lock_name(connection, Scope("waiver", waiver.rule_id), joined(waiver.pair))
    given = {"rule": waiver.rule_id, "pair": joined(waiver.pair), "person": person}
    said = {**given, "reason": waiver.reason, "expires": waiver.expires_on}
    same = connection.scalar(
        text(
            "SELECT id FROM registry.waiver WHERE rule_id = :rule AND pair = :pair "
            "AND withdrawn_at IS NULL AND reason = :reason AND person_id = :person "
            "AND expires_on IS NOT DISTINCT FROM CAST(:expires AS date)"
        ),
        said,
    )
    if same is not None:
        return int(same)
    connection.execute(
        text(
            "UPDATE registry.waiver SET withdrawn_at = now(), withdrawn_by = :person "
            "WHERE rule_id = :rule AND pair = :pair AND withdrawn_at IS NULL"
        ),
        given,
    )
    return int(
        connection.execute(
            text(
                "INSERT INTO registry.waiver (rule_id, pair, reason, expires_on, person_id) "
                "VALUES (:rule, :pair, :reason, :expires, :person) RETURNING id"
            ),
            said,
        ).scalar_one()
    )


def waiver_on(connection: Connection, rule_id: str, pair: Pair) -> int | None:
    """The waiver in force on a pair under a rule; None where there is none."""
    found = connection.scalar(
        text(
            "SELECT id FROM registry.waiver "
            "WHERE rule_id = :rule AND pair = :pair AND withdrawn_at IS NULL"
        ),
        {"rule": rule_id, "pair": joined(pair)},
    )
    return None if found is None else int(found)


def withdraw_waiver(connection: Connection, waiver_id: int, *, person: int) -> Waiver | None:
    """End a waiver; None where there is none of that id in force."""
    row = connection.execute(
        text(
            "UPDATE registry.waiver SET withdrawn_at = now(), withdrawn_by = :person "
            "WHERE id = :id AND withdrawn_at IS NULL "
            "RETURNING rule_id, pair, reason, expires_on"
        ),
        {"id": waiver_id, "person": person},
    ).one_or_none()
    if row is None:
        return None
    return Waiver(row.rule_id, split(row.pair), row.reason, row.expires_on)


def ids_named(connection: Connection, named: str) -> list[int]:
    """The findings with this id, or whose fingerprint begins like this (8 characters or more)."""
    rows = connection.execute(
        text(
            "SELECT id FROM registry.finding WHERE id = CAST(:id AS bigint) "
            "OR (length(:name) >= 8 AND starts_with(fingerprint, :name)) LIMIT 20"
        ),
        {"id": int(named) if named.isdecimal() and len(named) < 8 else None, "name": named},
    )
    return [i for (i,) in rows]
