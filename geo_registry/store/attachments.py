"""Attachments: which kept file belongs to which subject."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from geo_registry.store.attachment_tables import attachment
from geo_registry.store.tables import person
from geo_registry.store.upload_tables import raw_file

SUBJECT_TABLES: dict[str, str] = {
    **{
        kind: kind
        for kind in (
            *("place", "cemetery", "approval", "survey", "zone", "section", "plot", "burial"),
            *("finding", "waiver", "document", "sign", "upload", "person", "proposal"),
            *("contribution", "eco_burial", "subsidy_application", "fee_list", "charge"),
        )
    },
    "case": "case_file",
}
"""Kind of subject → the table that holds it. A helper's new kind is one more line."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file tied to a subject: whose, what it is by its content, and who added it when.

    ``size`` in bytes; ``kind`` says what it is for (``photo``, ``reply`` …).
    """

    id: int
    subject: str
    kind: str
    title: str
    file_name: str
    media_type: str
    sha256: str
    size: int
    secrecy: str
    person: int
    by: str
    at: datetime
    withdrawn_at: datetime | None


def exists(connection: Connection, kind: str, key: str) -> bool:
    """Whether a subject of a known kind is there; a kind whose table is not there yet has none."""
    if kind == "division":
        system, _, code = key.partition(":")
        return bool(
            connection.scalar(
                text(
                    "SELECT EXISTS (SELECT FROM registry.admin_division "
                    "WHERE code_system = :system AND code = :code)"
                ),
                {"system": system, "code": code},
            )
        )
    table = SUBJECT_TABLES[kind]
    known = connection.scalar(
        text("SELECT to_regclass(:name) IS NOT NULL"), {"name": f"registry.{table}"}
    )
    if not known or not key.isascii() or not key.isdecimal() or len(key) > 18:
        return False
    # The name of the table comes from the list above, never from a person.
    found = connection.scalar(
        text(f"SELECT EXISTS (SELECT FROM registry.{table} WHERE id = :id)"),  # noqa: S608
        {"id": int(key)},
    )
    return bool(found)


def insert_attachment(connection: Connection, **values: Any) -> int:
    """Tie a kept file to a subject; the number it has already where it was tied before."""
    made = connection.scalar(
        insert(attachment).values(**values).on_conflict_do_nothing().returning(attachment.c.id)
    )
    if made is None:
        made = connection.scalar(
            select(attachment.c.id).where(
                attachment.c.subject == values["subject"],
                attachment.c.raw_file_id == values["raw_file_id"],
                attachment.c.kind == values["kind"],
                attachment.c.withdrawn_at.is_(None),
            )
        )
    return int(made or 0)


def find_attachment(connection: Connection, number: int) -> Attachment | None:
    """The attachment of a number, withdrawn or not; None where there is none."""
    row = connection.execute(_all().where(attachment.c.id == number)).one_or_none()
    return None if row is None else Attachment(*row)


def list_attachments(
    connection: Connection,
    subject: str,
    kinds: Collection[str] | None = None,
    secrecies: Collection[str] | None = None,
) -> tuple[Attachment, ...]:
    """What is attached to a subject and not withdrawn, oldest first."""
    wanted = _all().where(attachment.c.subject == subject, attachment.c.withdrawn_at.is_(None))
    if kinds is not None:
        wanted = wanted.where(attachment.c.kind.in_(list(kinds)))
    if secrecies is not None:
        wanted = wanted.where(attachment.c.secrecy.in_(list(secrecies)))
    return tuple(Attachment(*row) for row in connection.execute(wanted.order_by(attachment.c.id)))


def withdraw_attachment(connection: Connection, number: int, person_id: int) -> bool:
    """Take an attachment back; False where it was withdrawn before. The file stays kept."""
    done = connection.execute(
        update(attachment)
        .where(attachment.c.id == number, attachment.c.withdrawn_at.is_(None))
        .values(withdrawn_at=func.now(), withdrawn_by=person_id)
    )
    return done.rowcount == 1


def relied_on(connection: Connection, found: Attachment) -> str:
    """What rests on an attachment: ``step 3`` of its case, a ``paper`` of its proposal, or ''."""
    kind, _, key = found.subject.partition(":")
    if kind == "case":
        number = connection.scalar(
            text(
                "SELECT min(number) FROM registry.case_step WHERE case_id = :case "
                "AND facts->'attachments' @> to_jsonb(CAST(:id AS bigint))"
            ),
            {"case": int(key), "id": found.id},
        )
        return "" if number is None else f"step {number}"
    if kind == "proposal":
        paper = connection.scalar(
            text(
                "SELECT EXISTS (SELECT FROM registry.proposal_paper "
                "WHERE proposal_id = :proposal AND sha256 = :sha256)"
            ),
            {"proposal": int(key), "sha256": found.sha256},
        )
        return "paper" if paper else ""
    return ""


def _all() -> Select[Any]:
    a = attachment.c
    return (
        select(
            *(a.id, a.subject, a.kind, a.title, a.file_name, a.media_type),
            *(raw_file.c.sha256, raw_file.c.size_bytes, a.secrecy, a.person_id),
            *(person.c.name, a.at, a.withdrawn_at),
        )
        .join(raw_file, raw_file.c.id == a.raw_file_id)
        .join(person, person.c.id == a.person_id)
    )
