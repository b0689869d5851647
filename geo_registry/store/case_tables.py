"""The tables of cases and inspection rounds, in the metadata of ``tables``."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo_registry.store.tables import SCHEMA, SRID, metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


def _recorded() -> Column[object]:
    return Column("recorded_at", DateTime(timezone=True), nullable=False)


case_file = Table(
    "case_file",
    metadata,
    _id(),
    *(_text(n) for n in ("number", "title", "matter", "source")),
    _reference("cemetery_id", "cemetery"),
    *(_text(n, null=True) for n in ("village_code", "town_code", "county_code")),
    Column("location", Geometry("POINT", SRID, spatial_index=False)),
    Column("claim", Geometry("MULTIPOLYGON", SRID, spatial_index=False)),
    *(_text(n) for n in ("claim_level", "finding_key", "rule_id", "state")),
    Column("version", Integer, nullable=False),
    *(Column(n, Date, nullable=False) for n in ("opened_on", "last_on")),
    *(Column(n, Date) for n in ("due_on", "paused_since")),
    Column("priority", SmallInteger, nullable=False),
    *(_reference(n, "person") for n in ("owner_id", "inspector_id")),
    Column("closed_on", Date),
    _text("closed_as", null=True),
    *(_reference(n, "person") for n in ("proposed_by", "signed_by")),
    Column("suppressed_until", Date),
    *(_reference(n, "case_file") for n in ("merged_into", "previous_id")),
    Column("episode", SmallInteger, nullable=False),
    _text("secrecy"),
    Column("sample", Boolean, nullable=False),
)

case_step = Table(
    "case_step",
    metadata,
    _id(),
    _reference("case_id", "case_file", null=False),
    Column("number", Integer, nullable=False),
    *(_text(n) for n in ("act", "state")),
    Column("on_day", Date, nullable=False),
    _text("reason"),
    Column("facts", JSONB, nullable=False),
    _reference("person_id", "person", null=False),
    _recorded(),
)

case_party = Table(
    "case_party",
    metadata,
    _id(),
    _reference("case_id", "case_file", null=False),
    *(_text(n) for n in ("department", "role", "contact")),
    Column("joined_on", Date, nullable=False),
)

case_task = Table(
    "case_task",
    metadata,
    _id(),
    _reference("case_id", "case_file", null=False),
    *(_text(n) for n in ("department", "asked")),
    *(Column(n, Date, nullable=False) for n in ("given_on", "due_on")),
    _reference("given_by", "person", null=False),
    *(_text(n) for n in ("state", "reply", "reply_number")),
    Column("replied_on", Date),
    _reference("recorded_by", "person"),
    # A task is given to a party of the case.
    ForeignKeyConstraint(
        ["case_id", "department"],
        [f"{SCHEMA}.case_party.case_id", f"{SCHEMA}.case_party.department"],
        name="case_task_party",
    ),
)

case_notice = Table(
    "case_notice",
    metadata,
    _id(),
    _reference("case_id", "case_file", null=False),
    *(_text(n) for n in ("kind", "number")),
    Column("issued_on", Date, nullable=False),
    Column("fields", JSONB, nullable=False),
    _reference("person_id", "person", null=False),
    _recorded(),
)

inspection_round = Table(
    "inspection_round",
    metadata,
    _id(),
    _text("title"),
    *(Column(n, Date, nullable=False) for n in ("begins_on", "ends_on")),
    *(_text(n) for n in ("note", "state")),
    _reference("person_id", "person", null=False),
    Column("sample", Boolean, nullable=False),
)

inspection_stop = Table(
    "inspection_stop",
    metadata,
    _id(),
    _reference("round_id", "inspection_round", null=False),
    _reference("cemetery_id", "cemetery", null=False),
    _text("town_code", null=True),
    _reference("inspector_id", "person"),
    _text("outcome"),
    Column("inspected_on", Date),
    _text("note"),
    _reference("case_id", "case_file"),
    _reference("recorded_by", "person"),
)
