"""The tables of lists of fees and of charges, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Numeric,
    SmallInteger,
    Table,
)

from geo_registry.store.columns import key, metadata, reference, words

fee_list = Table(
    "fee_list",
    metadata,
    key(),
    words("title"),
    reference("cemetery_id", "cemetery"),
    words("division_code", null=True),
    Column("valid_from", Date, nullable=False),
    *(Column(n, Date) for n in ("valid_to", "posted_on")),
    reference("document_id", "document"),
    words("source_id"),
    Column("sample", Boolean, nullable=False),
    reference("batch_id", "import_batch"),
)

fee_item = Table(
    "fee_item",
    metadata,
    key(),
    reference("fee_list_id", "fee_list", null=False),
    *(words(n) for n in ("code", "title", "price_type", "unit")),
    Column("ceiling_yuan", Numeric(12, 2)),
    *(Column(n, Boolean, nullable=False) for n in ("per_year", "maintenance")),
    words("note"),
)

charge = Table(
    "charge",
    metadata,
    key(),
    reference("cemetery_id", "cemetery", null=False),
    Column("charged_on", Date, nullable=False),
    *(words(n) for n in ("item_code", "item_title")),
    Column("quantity", Numeric(12, 3), nullable=False),
    Column("amount_yuan", Numeric(12, 2), nullable=False),
    Column("years", SmallInteger),
    Column("forced", Boolean, nullable=False),
    *(words(n) for n in ("invoice", "note")),
    Column("cancelled_on", Date),
    *(words(n) for n in ("cancelled_why", "source_id")),
    Column("sample", Boolean, nullable=False),
    reference("batch_id", "import_batch"),
)
