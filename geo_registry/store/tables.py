"""The tables as SQLAlchemy Core knows them; a test asserts that they equal the migrated schema.

The truth is ``migrations/sql/*.sql``; this file only lets queries be written and checked in Python.
"""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

SCHEMA = "registry"
SRID = 4490

metadata = MetaData(schema=SCHEMA)


def _id(*, always: bool = False) -> Column[int]:
    return Column("id", BigInteger, Identity(always=always), primary_key=True)


def _text(name: str, *, null: bool = False, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=null, **options)


def _texts(name: str, *, null: bool = False) -> Column[list[str]]:
    return Column(name, ARRAY(Text), nullable=null)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


def _number(name: str, *, null: bool = True) -> Column[float]:
    return Column(name, Double, nullable=null)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _time(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _geometry(name: str, kind: str = "GEOMETRY", *, null: bool = True) -> Column[Any]:
    return Column(name, Geometry(kind, SRID, spatial_index=False), nullable=null)


def _mercator(name: str, source: str, kind: str = "GEOMETRY") -> Column[Any]:
    return Column(
        name,
        Geometry(kind, 3857, spatial_index=False),
        Computed(f"st_transform({source}, 3857)", persisted=True),
    )


def _period() -> tuple[Column[Any], Column[Any]]:
    return Column("valid_from", Date), Column("valid_to", Date)


def _toponym(*, null: bool) -> tuple[Column[Any], ...]:
    """The parts, the reading and the comparison keys of a name, as the domain computed them."""
    return (
        *(_text(n, null=null) for n in ("full_name", "specific", "modifier", "generic")),
        *(_text(n, null=null) for n in ("organisation", "spoken")),
        *(_texts(n, null=null) for n in ("reading", "reading_from")),
        *(_text(n, null=null) for n in ("romanized", "romanized_plain", "initials")),
        *(_text(f"key_{n}", null=null) for n in ("full", "stem", "core", "toned", "toneless")),
        *(_text(f"key_{n}", null=null) for n in ("dialect", "lookalike")),
    )


def _decided() -> tuple[Column[Any], ...]:
    """Who decided, when, and who took it back when."""
    return (
        _reference("person_id", "person", null=False),
        _time("at"),
        _time("withdrawn_at", null=True),
        _reference("withdrawn_by", "person"),
    )


person = Table("person", metadata, _id(), _text("name"), _text("kind"))

document = Table(
    "document",
    metadata,
    _id(),
    *(_text(n) for n in ("title", "kind", "number", "authority")),
    Column("dated_on", Date),
    *(_text(n) for n in ("file_name", "sha256", "secrecy")),
    _flag("sample"),
)

import_batch = Table(
    "import_batch",
    metadata,
    _id(),
    *(_text(n) for n in ("kind", "file_name", "sha256")),
    Column("counts", JSONB, nullable=False),
    _text("source"),
    _flag("sample"),
    _reference("person_id", "person", null=False),
    _time("at"),
)

admin_division = Table(
    "admin_division",
    metadata,
    _id(),
    *(_text(n) for n in ("code", "code_system", "name")),
    Column("level", SmallInteger, nullable=False),
    _text("parent_code", null=True),
    *_period(),
    Column("households", Integer),
    _geometry("seat", "POINT"),
    _geometry("extent", "MULTIPOLYGON"),
    _mercator("geom_3857", "extent", "MULTIPOLYGON"),
    _mercator("seat_3857", "seat", "POINT"),
    _text("source"),
    _flag("sample"),
    *_toponym(null=True),
)

division_match = Table(
    "division_match",
    metadata,
    _id(),
    *(_text(n) for n in ("mca_code", "nbs_code", "how", "confidence")),
)

place = Table(
    "place",
    metadata,
    _id(),
    _text("place_class"),
    *(_text(n, null=True) for n in ("village_code", "town_code", "county_code")),
    _geometry("geom"),
    _mercator("geom_3857", "geom"),
    _text("status"),
    Column("households", Integer),
    *(_number(n) for n in ("length_m", "width_m")),
    _text("surface", null=True),
    _flag("needs_name"),
    _text("secrecy"),
    _flag("sample"),
    _reference("batch_id", "import_batch"),
    _text("source"),
    Column("permanent_id", Uuid, nullable=False),
    _reference("successor_id", "place"),
    *(_text(n, null=True) for n in ("built_up_code", "place_code", "class_code", "class_scheme")),
    *(_number(n) for n in ("area_m2", "floor_area_m2")),
)

place_name = Table(
    "place_name",
    metadata,
    _id(),
    _reference("place_id", "place", null=False),
    _text("name_class"),
    *_toponym(null=False),
    *(_text(n) for n in ("kind", "event", "authority")),
    _reference("document_id", "document"),
    *_period(),
    *(_flag(n) for n in ("reading_confirmed", "split_confirmed")),
    _text("stated_romanized", null=True),
    _time("recorded_at"),
    _time("superseded_at", null=True),
)

segment = Table(
    "segment",
    metadata,
    _id(),
    _reference("place_id", "place", null=False),
    _text("source_id"),
    _text("raw_name", null=True),
    _geometry("geom", "LINESTRING", null=False),
    _mercator("geom_3857", "geom", "LINESTRING"),
)

cemetery = Table(
    "cemetery",
    metadata,
    _id(),
    *(_text(n) for n in ("name", "type")),
    *(_text(n, null=True) for n in ("village_code", "town_code", "county_code")),
    _geometry("location", "POINT"),
    _mercator("geom_3857", "location", "POINT"),
    *(_text(n) for n in ("operator", "status", "secrecy")),
    _flag("sample"),
    _reference("batch_id", "import_batch"),
    _text("source_id"),
    *(_text(n, null=True) for n in ("initials", "key_toneless")),
    _texts("serves"),
)

approval = Table(
    "approval",
    metadata,
    _id(),
    _reference("cemetery_id", "cemetery", null=False),
    _text("effect"),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    _text("method"),
    *(_number(n, null=False) for n in ("sigma_m", "shift_m")),
    *(_text(n) for n in ("grade", "secrecy")),
    *_period(),
    _reference("supersedes", "approval"),
    _reference("document_id", "document"),
    _number("stated_area_m2"),
    _reference("batch_id", "import_batch"),
)

survey = Table(
    "survey",
    metadata,
    _id(),
    _reference("cemetery_id", "cemetery", null=False),
    Column("surveyed_on", Date, nullable=False),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    _text("method"),
    *(_number(n, null=False) for n in ("sigma_m", "shift_m")),
    _text("grade"),
    *(_flag(n) for n in ("complete_trace", "repaired")),
    *(_text(n) for n in ("surveyor", "file_name", "sha256", "secrecy")),
    _reference("batch_id", "import_batch"),
)

zone = Table(
    "zone",
    metadata,
    _id(),
    *(_text(n) for n in ("kind", "name", "secrecy")),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    *(_number(n, null=False) for n in ("setback_m", "sigma_m", "shift_m")),
    _text("county_code", null=True),
    *_period(),
    _reference("document_id", "document"),
    _text("source"),
    _flag("sample"),
    _reference("batch_id", "import_batch"),
)

scan_run = Table(
    "scan_run",
    metadata,
    _id(),
    *(_texts(n) for n in ("scopes", "rules")),
    Column("day", Date, nullable=False),
    Column("counts", JSONB, nullable=False),
    _texts("notes"),
    _reference("person_id", "person", null=False),
    *(_time(n) for n in ("started_at", "finished_at")),
)

finding = Table(
    "finding",
    metadata,
    _id(),
    *(_text(n) for n in ("fingerprint", "rule_id")),
    Column("rule_version", Integer, nullable=False),
    *(_text(n) for n in ("scope_kind", "scope_code", "scope_name", "key", "outcome")),
    *(_text(n) for n in ("severity", "title", "message")),
    *(Column(n, JSONB, nullable=False) for n in ("facts", "basis")),
    _text("confidence"),
    _flag("capped"),
    Column("rank", BigInteger, nullable=False),
    *(_texts(n) for n in ("subjects", "pairs", "town_codes")),
    _flag("managed"),
    _geometry("geom"),
    _geometry("marks", "MULTIPOINT"),
    _mercator("marks_3857", "marks", "MULTIPOINT"),
    _text("state"),
    Column("waived_until", Date),
    *(_reference(n, "scan_run", null=False) for n in ("first_run_id", "last_run_id")),
    *(_time(n) for n in ("first_seen", "last_seen")),
)

waiver = Table(
    "waiver",
    metadata,
    _id(),
    *(_text(n) for n in ("rule_id", "pair", "reason")),
    Column("expires_on", Date),
    *_decided(),
)

key_version = Table("key_version", metadata, _id(), _text("version"))

built_up_area = Table(
    "built_up_area",
    metadata,
    _id(),
    *(_text(n) for n in ("code", "name")),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    *_period(),
    _text("source"),
    _flag("sample"),
    _reference("batch_id", "import_batch"),
)

name_event = Table(
    "name_event",
    metadata,
    _id(),
    _reference("place_id", "place", null=False),
    _text("kind"),
    *(_reference(n, "place_name") for n in ("name_id", "ended_name_id")),
    _reference("heir_id", "place"),
    Column("effective_on", Date),
    _text("authority"),
    _reference("document_id", "document"),
    _text("reason"),
    _reference("person_id", "person", null=False),
    _time("recorded_at"),
)

place_story = Table(
    "place_story",
    metadata,
    _id(),
    _reference("place_id", "place", null=False),
    *(_text(n) for n in ("kind", "text", "source")),
    _reference("document_id", "document"),
    _reference("person_id", "person", null=False),
    _time("recorded_at"),
    _time("superseded_at", null=True),
)

national_record = Table(
    "national_record",
    metadata,
    _id(),
    _reference("place_id", "place", null=False),
    _text("record_id"),
    Column("fields", JSONB, nullable=False),
    _reference("batch_id", "import_batch"),
)

naming_answer = Table(
    "naming_answer",
    metadata,
    _id(),
    _reference("place_id", "place", null=False),
    *(_text(n) for n in ("answer", "said_name", "reason")),
    *_decided(),
)

road_decision = Table(
    "road_decision",
    metadata,
    _id(),
    *(_text(n) for n in ("pair", "answer", "reason")),
    *_decided(),
)

sign = Table(
    "sign",
    metadata,
    _id(),
    _reference("place_id", "place"),
    _text("text"),
    _text("romanized", null=True),
    _geometry("geom", "POINT", null=False),
    _mercator("geom_3857", "geom", "POINT"),
    Column("installed_on", Date),
    _text("state"),
    _text("town_code", null=True),
    _text("source"),
    _flag("sample"),
    _reference("batch_id", "import_batch"),
    *(Column(n, Date) for n in ("planned_on", "checked_on")),
    _text("note"),
)

report = Table(
    "report",
    metadata,
    _id(),
    *(_text(n) for n in ("sha256", "kind", "title")),
    Column("content", JSONB, nullable=False),
    _reference("person_id", "person", null=False),
    _time("at"),
)

change = Table(
    "change",
    metadata,
    Column("txid", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    _text("reason"),
    _texts("tables"),
    Column("revision", BigInteger),
)

history = Table(
    "history",
    metadata,
    _id(always=True),
    Column("txid", BigInteger, nullable=False),
    _time("at"),
    _text("table_name"),
    Column("row_id", BigInteger, nullable=False),
    _text("op"),
    *(Column(n, JSONB) for n in ("before", "after")),
    Column("person_id", BigInteger, nullable=False),
    _text("reason"),
    Column("digest", LargeBinary, nullable=False),
)

layer_revision = Table(
    "layer_revision",
    metadata,
    Column("layer", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)
