"""The tables of eco-burials, subsidies and marks of cemeteries, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
)

from geo_registry.store.plot_tables import deceased
from geo_registry.store.tables import SCHEMA, metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _date(name: str, *, null: bool = True) -> Column[object]:
    return Column(name, Date, nullable=null)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


def _from() -> tuple[Column[bool], Column[int]]:
    return (
        Column("sample", Boolean, nullable=False),
        _reference("batch_id", "import_batch"),
    )


eco_burial = Table(
    "eco_burial",
    metadata,
    _id(),
    _reference("deceased_id", deceased.name, null=False),
    _text("kind"),
    _date("buried_on"),
    _reference("cemetery_id", "cemetery"),
    *(_text(n) for n in ("place", "confirmed_by")),
    _text("town_code", null=True),
    _text("county_code"),
    _date("voided_on"),
    *(_text(n) for n in ("voided_why", "source_id")),
    *_from(),
    UniqueConstraint("id", "deceased_id", name="eco_burial_of"),
)

subsidy_application = Table(
    "subsidy_application",
    metadata,
    _id(),
    *(Column(n, BigInteger, nullable=False) for n in ("eco_burial_id", "deceased_id")),
    _text("state"),
    _date("since", null=False),
    *(_text(n) for n in ("scheme", "applicant_name")),
    *(_text(n, null=True) for n in ("applicant_digest", "applicant_tail")),
    *(_text(n) for n in ("relation", "form_number")),
    _text("town_code", null=True),
    _text("county_code"),
    _date("applied_on", null=False),
    *(_date(n) for n in ("checked_on", "approved_on", "paid_on", "ended_on")),
    Column("amount_yuan", Numeric(12, 2)),
    *(_text(n) for n in ("voucher", "source_id")),
    *_from(),
    ForeignKeyConstraint(
        ["eco_burial_id", "deceased_id"],
        [f"{SCHEMA}.eco_burial.id", f"{SCHEMA}.eco_burial.deceased_id"],
        name="subsidy_application_of",
    ),
)

subsidy_event = Table(
    "subsidy_event",
    metadata,
    _id(),
    _reference("application_id", "subsidy_application", null=False),
    _text("act"),
    _text("before", null=True),
    _text("after"),
    _date("on_day", null=False),
    Column("amount_yuan", Numeric(12, 2)),
    _text("reason"),
    Column("doubts", ARRAY(Text), nullable=False),
    _reference("person_id", "person", null=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("sample", Boolean, nullable=False),
)

cemetery_mark = Table(
    "cemetery_mark",
    metadata,
    _id(),
    _reference("cemetery_id", "cemetery", null=False),
    _text("kind"),
    _date("valid_from", null=False),
    _date("valid_to"),
    _reference("document_id", "document"),
    *_from(),
)
