"""Uploads that wait for a decision, and answers to questions of coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, text, update

from geo_registry.store.database import current_person
from geo_registry.store.upload_tables import crs_answer, upload

WAITING, CONFIRMED, DISCARDED = "waiting", "confirmed", "discarded"


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An upload: which kept file, what it is said to be, and what became of it."""

    id: int
    file_name: str
    kind: str
    asked: Mapping[str, Any]
    status: str
    batch_id: int | None
    by: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class CrsAnswer:
    """What a person said of the coordinates of a file, who, when and why."""

    sha256: str
    declared_crs: str
    accepted_crs: str
    evidence: Sequence[str]
    reason: str
    by: str
    at: datetime

    @property
    def stands(self) -> bool:
        """Whether the file is right as it was declared."""
        return self.accepted_crs == self.declared_crs


_SELECT = (
    "SELECT u.id, u.file_name, u.kind, u.asked, u.status, u.batch_id, p.name, u.at, d.name, "
    " u.decided_at, f.sha256, f.size_bytes "
    "FROM registry.upload u JOIN registry.raw_file f ON f.id = u.raw_file_id "
    "JOIN registry.person p ON p.id = u.person_id "
    "LEFT JOIN registry.person d ON d.id = u.decided_by "
)


def insert_upload(
    connection: Connection, raw_file_id: int, file_name: str, kind: str, asked: Mapping[str, Any]
) -> int:
    """Write an upload, booked on the person of the transaction."""
    made = connection.scalar(
        insert(upload)
        .values(
            raw_file_id=raw_file_id,
            file_name=file_name,
            kind=kind,
            asked=dict(asked),
            person_id=current_person(connection),
        )
        .returning(upload.c.id)
    )
    return int(made or 0)


def find_upload(
    connection: Connection, number: int, *, for_update: bool = False
) -> StoredUpload | None:
    """The upload of a number; ``for_update`` keeps others from deciding it meanwhile."""
    lock = "FOR UPDATE OF u" if for_update else ""
    row = connection.execute(
        text(f"{_SELECT} WHERE u.id = :id {lock}"), {"id": number}
    ).one_or_none()
    return None if row is None else StoredUpload(*row)


def list_uploads(connection: Connection, status: str | None, limit: int) -> list[StoredUpload]:
    """The newest uploads, of a status or all."""
    rows = connection.execute(
        text(
            f"{_SELECT} WHERE (CAST(:status AS text) IS NULL OR u.status = :status) "
            "ORDER BY u.id DESC LIMIT :limit"
        ),
        {"status": status, "limit": limit},
    )
    return [StoredUpload(*row) for row in rows]


def ask_again(connection: Connection, number: int, kind: str, asked: Mapping[str, Any]) -> None:
    """Say of a waiting upload anew what it is."""
    connection.execute(
        update(upload).where(upload.c.id == number).values(kind=kind, asked=dict(asked))
    )


def decide_upload(
    connection: Connection, number: int, status: str, batch_id: int | None = None
) -> None:
    """End the waiting of an upload, booked on the person of the transaction."""
    connection.execute(
        text(
            "UPDATE registry.upload SET status = :status, batch_id = :batch, "
            " decided_by = :person, decided_at = now() WHERE id = :id"
        ),
        {
            "status": status,
            "batch": batch_id,
            "person": current_person(connection),
            "id": number,
        },
    )


def insert_answer(
    connection: Connection,
    sha256: str,
    declared: str,
    accepted: str,
    evidence: Sequence[str],
    reason: str,
) -> None:
    """Write an answer, booked on the person of the transaction; the latest one holds."""
    connection.execute(
        insert(crs_answer).values(
            sha256=sha256,
            declared_crs=declared,
            accepted_crs=accepted,
            evidence=list(evidence),
            reason=reason,
            person_id=current_person(connection),
        )
    )


def answers_of(connection: Connection, sha256: str) -> list[CrsAnswer]:
    """The answers for a file, latest first, one for each declared system."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (a.declared_crs) a.sha256, a.declared_crs, a.accepted_crs, "
            " a.evidence, a.reason, p.name, a.answered_at, a.id "
            "FROM registry.crs_answer a JOIN registry.person p ON p.id = a.person_id "
            "WHERE a.sha256 = :sha256 ORDER BY a.declared_crs, a.id DESC"
        ),
        {"sha256": sha256},
    ).all()
    return [CrsAnswer(*r[:7]) for r in sorted(rows, key=lambda r: -r[7])]
