"""The tables of cases and inspection rounds, in the metadata of ``tables``."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    Table,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo_registry.store.columns import SCHEMA, SRID, key, metadata, moment, reference, words

case_file = Table(
    "case_file",
    metadata,
    key(),
    *(words(n) for n in ("number", "title", "matter", "source")),
    reference("cemetery_id", "cemetery"),
    *(words(n, null=True) for n in ("village_code", "town_code", "county_code")),
    Column("location", Geometry("POINT", SRID, spatial_index=False)),
    Column("claim", Geometry("MULTIPOLYGON", SRID, spatial_index=False)),
    *(words(n) for n in ("claim_level", "finding_key", "rule_id", "state")),
    Column("version", Integer, nullable=False),
    *(Column(n, Date, nullable=False) for n in ("opened_on", "last_on")),
    *(Column(n, Date) for n in ("due_on", "paused_since")),
    Column("priority", SmallInteger, nullable=False),
    *(reference(n, "person") for n in ("owner_id", "inspector_id")),
    Column("closed_on", Date),
    words("closed_as", null=True),
    *(reference(n, "person") for n in ("proposed_by", "signed_by")),
    Column("suppressed_until", Date),
    *(reference(n, "case_file") for n in ("merged_into", "previous_id")),
    Column("episode", SmallInteger, nullable=False),
    words("secrecy"),
    Column("sample", Boolean, nullable=False),
)

case_step = Table(
    "case_step",
    metadata,
    key(),
    reference("case_id", "case_file", null=False),
    Column("number", Integer, nullable=False),
    *(words(n) for n in ("act", "state")),
    Column("on_day", Date, nullable=False),
    words("reason"),
    Column("facts", JSONB, nullable=False),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
)

case_party = Table(
    "case_party",
    metadata,
    key(),
    reference("case_id", "case_file", null=False),
    *(words(n) for n in ("department", "role", "contact")),
    Column("joined_on", Date, nullable=False),
)

case_task = Table(
    "case_task",
    metadata,
    key(),
    reference("case_id", "case_file", null=False),
    *(words(n) for n in ("department", "asked")),
    *(Column(n, Date, nullable=False) for n in ("given_on", "due_on")),
    reference("given_by", "person", null=False),
    *(words(n) for n in ("state", "reply", "reply_number")),
    Column("replied_on", Date),
    reference("recorded_by", "person"),
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
    key(),
    reference("case_id", "case_file", null=False),
    *(words(n) for n in ("kind", "number")),
    Column("issued_on", Date, nullable=False),
    Column("fields", JSONB, nullable=False),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
)

inspection_round = Table(
    "inspection_round",
    metadata,
    key(),
    words("title"),
    *(Column(n, Date, nullable=False) for n in ("begins_on", "ends_on")),
    *(words(n) for n in ("note", "state")),
    reference("person_id", "person", null=False),
    Column("sample", Boolean, nullable=False),
)

inspection_stop = Table(
    "inspection_stop",
    metadata,
    key(),
    reference("round_id", "inspection_round", null=False),
    reference("cemetery_id", "cemetery", null=False),
    words("town_code", null=True),
    reference("inspector_id", "person"),
    words("outcome"),
    Column("inspected_on", Date),
    words("note"),
    reference("case_id", "case_file"),
    reference("recorded_by", "person"),
)
