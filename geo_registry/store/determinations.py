"""What people determined of findings on cemeteries: one in force a finding, all kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, text

from geo_registry.domain.identity import Scope
from geo_registry.store.database import current_person
from geo_registry.store.determination_tables import determination
from geo_registry.store.places import lock_name
from geo_registry.store.writing import same_row


@dataclass(frozen=True, slots=True)
class DeterminationRow:
    """A determination to be written; ``finding_key`` is the fingerprint of the finding."""

    cemetery_id: int
    finding_key: str
    rule_id: str
    verdict_sha256: str
    verdict: str
    outcome: str
    decided_on: date
    reason: str
    legal_basis: str = ""
    document_id: int | None = None


def insert_determination(connection: Connection, row: DeterminationRow) -> int:
    """Write a determination, booked on the person of the transaction; an earlier one ends."""
    # Two people who determine one finding at once follow each other; the later one stands.
    lock_name(connection, Scope("determination", ""), row.finding_key)
    _withdraw(connection, "finding_key = :key", {"key": row.finding_key}, "由后来的认定取代")
    made = connection.scalar(
        insert(determination)
        .values(person_id=current_person(connection), **asdict(row))
        .returning(determination.c.id)
    )
    return int(made or 0)


def same_determination(connection: Connection, row: DeterminationRow) -> int | None:
    """The determination in force that says the very same of the very same measurement."""
    return same_row(connection, determination, withdrawn_at=None, **asdict(row))


def withdraw_determination(connection: Connection, number: int, why: str) -> bool:
    """Take a determination back; false where none of that number is in force."""
    return bool(_withdraw(connection, "id = :key", {"key": number}, why))


def _withdraw(connection: Connection, where: str, given: Mapping[str, Any], why: str) -> list[int]:
    rows = connection.execute(
        text(
            "UPDATE registry.determination SET withdrawn_at = now(), withdrawn_by = :person, "  # noqa: S608 - ours
            f" withdrawn_why = :why WHERE withdrawn_at IS NULL AND {where} RETURNING id"
        ),
        {**given, "why": why, "person": current_person(connection)},
    )
    return [number for (number,) in rows]


def determinations(connection: Connection, cemetery_id: int) -> list[dict[str, Any]]:
    """The determinations of a cemetery, those taken back too, oldest first."""
    rows = connection.execute(
        text(
            "SELECT t.id, t.finding_key, t.rule_id, t.verdict_sha256, t.verdict, t.outcome, "
            " p.name AS by, t.decided_on, t.reason, t.legal_basis, t.recorded_at, "
            " t.withdrawn_at, w.name AS withdrawn_by, t.withdrawn_why, "
            " coalesce(d.title, '') AS title, coalesce(d.number, '') AS number, "
            " coalesce(d.authority, '') AS authority, d.dated_on "
            "FROM registry.determination t JOIN registry.person p ON p.id = t.person_id "
            "LEFT JOIN registry.person w ON w.id = t.withdrawn_by "
            "LEFT JOIN registry.document d ON d.id = t.document_id "
            "WHERE t.cemetery_id = :id ORDER BY t.id"
        ),
        {"id": cemetery_id},
    )
    return [dict(r) for r in rows.mappings()]
