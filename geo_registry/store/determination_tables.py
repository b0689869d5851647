"""The table of determinations, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, Identity, Table

from geo_registry.store.columns import metadata, reference, words

determination = Table(
    "determination",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    reference("cemetery_id", "cemetery", null=False),
    *(words(n) for n in ("finding_key", "rule_id", "verdict_sha256", "verdict", "outcome")),
    reference("person_id", "person", null=False),
    Column("decided_on", Date, nullable=False),
    *(words(n) for n in ("reason", "legal_basis")),
    reference("document_id", "document"),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    reference("withdrawn_by", "person"),
    words("withdrawn_why"),
)
