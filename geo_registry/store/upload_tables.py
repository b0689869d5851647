"""The tables of raw files, uploads and answers on coordinates, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Identity, Table
from sqlalchemy.dialects.postgresql import JSONB

from geo_registry.store.columns import metadata, reference, words

raw_file = Table(
    "raw_file",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    *(words(n) for n in ("sha256", "name", "media_type")),
    Column("size_bytes", BigInteger, nullable=False),
    reference("person_id", "person", null=False),
    Column("kept_at", DateTime(timezone=True), nullable=False),
)

upload = Table(
    "upload",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    reference("raw_file_id", "raw_file", null=False),
    *(words(n) for n in ("file_name", "kind")),
    Column("asked", JSONB, nullable=False),
    words("status"),
    reference("batch_id", "import_batch"),
    reference("person_id", "person", null=False),
    Column("at", DateTime(timezone=True), nullable=False),
    reference("decided_by", "person"),
    Column("decided_at", DateTime(timezone=True)),
)

crs_answer = Table(
    "crs_answer",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    *(words(n) for n in ("sha256", "declared_crs", "accepted_crs")),
    Column("evidence", JSONB, nullable=False),
    words("reason"),
    reference("person_id", "person", null=False),
    Column("answered_at", DateTime(timezone=True), nullable=False),
)
