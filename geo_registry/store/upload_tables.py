"""The tables of raw files, uploads and answers on coordinates, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from geo_registry.store.tables import SCHEMA, metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


raw_file = Table(
    "raw_file",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    *(_text(n) for n in ("sha256", "name", "media_type")),
    Column("size_bytes", BigInteger, nullable=False),
    _reference("person_id", "person", null=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
)

upload = Table(
    "upload",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _reference("raw_file_id", "raw_file", null=False),
    *(_text(n) for n in ("file_name", "kind")),
    Column("asked", JSONB, nullable=False),
    _text("status"),
    _reference("batch_id", "import_batch"),
    _reference("person_id", "person", null=False),
    Column("at", DateTime(timezone=True), nullable=False),
    _reference("decided_by", "person"),
    Column("decided_at", DateTime(timezone=True)),
)

crs_answer = Table(
    "crs_answer",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    *(_text(n) for n in ("sha256", "declared_crs", "accepted_crs")),
    Column("evidence", JSONB, nullable=False),
    _text("reason"),
    _reference("person_id", "person", null=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
)
