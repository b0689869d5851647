"""The table of determinations, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Identity, Table, Text

from geo_registry.store.tables import SCHEMA, metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


determination = Table(
    "determination",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _reference("cemetery_id", "cemetery", null=False),
    *(_text(n) for n in ("finding_key", "rule_id", "verdict_sha256", "verdict", "outcome")),
    _reference("person_id", "person", null=False),
    Column("decided_on", Date, nullable=False),
    *(_text(n) for n in ("reason", "legal_basis")),
    _reference("document_id", "document"),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    _reference("withdrawn_by", "person"),
    _text("withdrawn_why"),
)
