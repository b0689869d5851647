"""The tables of eco-burials, subsidies and marks of cemeteries, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)

from geo_registry.store.columns import SCHEMA, day, imported, key, metadata, reference, words
from geo_registry.store.plot_tables import deceased

eco_burial = Table(
    "eco_burial",
    metadata,
    key(),
    reference("deceased_id", deceased.name, null=False),
    words("kind"),
    day("buried_on"),
    reference("cemetery_id", "cemetery"),
    *(words(n) for n in ("place", "confirmed_by")),
    words("town_code", null=True),
    words("county_code"),
    day("voided_on"),
    *(words(n) for n in ("voided_why", "source_id")),
    *imported(),
    UniqueConstraint("id", "deceased_id", name="eco_burial_of"),
)

subsidy_application = Table(
    "subsidy_application",
    metadata,
    key(),
    *(Column(n, BigInteger, nullable=False) for n in ("eco_burial_id", "deceased_id")),
    words("state"),
    day("since", null=False),
    *(words(n) for n in ("scheme", "applicant_name")),
    *(words(n, null=True) for n in ("applicant_digest", "applicant_tail")),
    *(words(n) for n in ("relation", "form_number")),
    words("town_code", null=True),
    words("county_code"),
    day("applied_on", null=False),
    *(day(n) for n in ("checked_on", "approved_on", "paid_on", "ended_on")),
    Column("amount_yuan", Numeric(12, 2)),
    *(words(n) for n in ("voucher", "source_id")),
    *imported(),
    ForeignKeyConstraint(
        ["eco_burial_id", "deceased_id"],
        [f"{SCHEMA}.eco_burial.id", f"{SCHEMA}.eco_burial.deceased_id"],
        name="subsidy_application_of",
    ),
)

subsidy_event = Table(
    "subsidy_event",
    metadata,
    key(),
    reference("application_id", "subsidy_application", null=False),
    words("act"),
    words("before", null=True),
    words("after"),
    day("on_day", null=False),
    Column("amount_yuan", Numeric(12, 2)),
    words("reason"),
    Column("doubts", ARRAY(Text), nullable=False),
    reference("person_id", "person", null=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("sample", Boolean, nullable=False),
)

cemetery_mark = Table(
    "cemetery_mark",
    metadata,
    key(),
    reference("cemetery_id", "cemetery", null=False),
    words("kind"),
    day("valid_from", null=False),
    day("valid_to"),
    reference("document_id", "document"),
    *imported(),
)
