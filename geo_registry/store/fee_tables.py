"""The tables of lists of fees and of charges, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Numeric,
    SmallInteger,
    Table,
    Text,
)

from geo_registry.store.tables import SCHEMA, metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


fee_list = Table(
    "fee_list",
    metadata,
    _id(),
    _text("title"),
    _reference("cemetery_id", "cemetery"),
    _text("division_code", null=True),
    Column("valid_from", Date, nullable=False),
    *(Column(n, Date) for n in ("valid_to", "posted_on")),
    _reference("document_id", "document"),
    _text("source_id"),
    Column("sample", Boolean, nullable=False),
    _reference("batch_id", "import_batch"),
)

fee_item = Table(
    "fee_item",
    metadata,
    _id(),
    _reference("fee_list_id", "fee_list", null=False),
    *(_text(n) for n in ("code", "title", "price_type", "unit")),
    Column("ceiling_yuan", Numeric(12, 2)),
    *(Column(n, Boolean, nullable=False) for n in ("per_year", "maintenance")),
    _text("note"),
)

charge = Table(
    "charge",
    metadata,
    _id(),
    _reference("cemetery_id", "cemetery", null=False),
    Column("charged_on", Date, nullable=False),
    *(_text(n) for n in ("item_code", "item_title")),
    Column("quantity", Numeric(12, 3), nullable=False),
    Column("amount_yuan", Numeric(12, 2), nullable=False),
    Column("years", SmallInteger),
    Column("forced", Boolean, nullable=False),
    *(_text(n) for n in ("invoice", "note")),
    Column("cancelled_on", Date),
    *(_text(n) for n in ("cancelled_why", "source_id")),
    Column("sample", Boolean, nullable=False),
    _reference("batch_id", "import_batch"),
)
