"""Reports as they were issued: written once, found again by the hash of their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from geo_registry.store.database import current_person
from geo_registry.store.tables import report

_ASIDE = ("report", "finding", "scan_run", "waiver")
"""Tables that no verdict on a proposed name rests on."""


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report in the registry: who issued it first, and when."""

    sha256: str
    kind: str
    title: str
    content: Mapping[str, Any]
    person: str
    at: datetime


def insert_report(
    connection: Connection, *, sha256: str, kind: str, title: str, content: Mapping[str, Any]
) -> None:
    """Write a report, booked on the person of the transaction; known content stays as it was."""
    connection.execute(
        insert(report)
        .values(
            sha256=sha256,
            kind=kind,
            title=title,
            content=dict(content),
            person_id=current_person(connection),
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )


def find(connection: Connection, sha256: str) -> StoredReport | None:
    """The report of that hash, or None where this registry never issued it."""
    row = connection.execute(
        text(
            "SELECT r.sha256, r.kind, r.title, r.content, p.name AS person, r.at "
            "FROM registry.report r JOIN registry.person p ON p.id = r.person_id "
            "WHERE r.sha256 = :sha256"
        ),
        {"sha256": sha256},
    ).one_or_none()
    return None if row is None else StoredReport(*row)


def names_revision(connection: Connection) -> int:
    """The last revision that changed anything a verdict on a name can rest on; 0 for none.

    Issuing a report is a change too, but not one that makes the next report differ.
    """
    found = connection.scalar(
        text(
            "SELECT revision FROM registry.change "
            "WHERE revision IS NOT NULL AND NOT tables <@ CAST(:aside AS text[]) "
            "ORDER BY revision DESC LIMIT 1"
        ),
        {"aside": list(_ASIDE)},
    )
    return int(found or 0)


def about(connection: Connection, kind: str, subject: str) -> list[StoredReport]:
    """The reports of a kind on a subject, the latest first."""
    rows = connection.execute(
        text(
            "SELECT r.sha256, r.kind, r.title, r.content, p.name AS person, r.at "
            "FROM registry.report r JOIN registry.person p ON p.id = r.person_id "
            "WHERE r.kind = :kind AND r.content ->> 'subject' = :subject ORDER BY r.id DESC"
        ),
        {"kind": kind, "subject": subject},
    )
    return [StoredReport(*row) for row in rows]
