"""The table of attachments, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity, Table, Text

from geo_registry.store.columns import SCHEMA, metadata
from geo_registry.store.upload_tables import raw_file

attachment = Table(
    "attachment",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("raw_file_id", BigInteger, ForeignKey(raw_file.c.id), nullable=False),
    *(
        Column(name, Text, nullable=False)
        for name in ("kind", "title", "file_name", "media_type", "secrecy")
    ),
    Column("person_id", BigInteger, ForeignKey(f"{SCHEMA}.person.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawn_by", BigInteger, ForeignKey(f"{SCHEMA}.person.id")),
)
