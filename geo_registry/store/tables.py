"""The tables as SQLAlchemy Core knows them; a test asserts that they equal the migrated schema.

The truth is ``migrations/sql/*.sql``; this file only lets queries be written and checked in Python.
"""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo_registry.store.columns import (
    SRID,
    flag,
    key,
    metadata,
    moment,
    number,
    reference,
    texts,
    words,
)


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
        *(words(n, null=null) for n in ("full_name", "specific", "modifier", "generic")),
        *(words(n, null=null) for n in ("organisation", "spoken")),
        *(texts(n, null=null) for n in ("reading", "reading_from")),
        *(words(n, null=null) for n in ("romanized", "romanized_plain", "initials")),
        *(words(f"key_{n}", null=null) for n in ("full", "stem", "core", "toned", "toneless")),
        *(words(f"key_{n}", null=null) for n in ("dialect", "lookalike")),
    )


def _decided() -> tuple[Column[Any], ...]:
    """Who decided, when, and who took it back when."""
    return (
        reference("person_id", "person", null=False),
        moment("at"),
        moment("withdrawn_at", null=True),
        reference("withdrawn_by", "person"),
    )


person = Table("person", metadata, key(), words("name"), words("kind"))

document = Table(
    "document",
    metadata,
    key(),
    *(words(n) for n in ("title", "kind", "number", "authority")),
    Column("dated_on", Date),
    *(words(n) for n in ("file_name", "sha256", "secrecy")),
    flag("sample"),
)

import_batch = Table(
    "import_batch",
    metadata,
    key(),
    *(words(n) for n in ("kind", "file_name", "sha256")),
    Column("counts", JSONB, nullable=False),
    words("source"),
    flag("sample"),
    reference("person_id", "person", null=False),
    moment("at"),
)

admin_division = Table(
    "admin_division",
    metadata,
    key(),
    *(words(n) for n in ("code", "code_system", "name")),
    Column("level", SmallInteger, nullable=False),
    words("parent_code", null=True),
    *_period(),
    Column("households", Integer),
    _geometry("seat", "POINT"),
    _geometry("extent", "MULTIPOLYGON"),
    _mercator("geom_3857", "extent", "MULTIPOLYGON"),
    _mercator("seat_3857", "seat", "POINT"),
    words("source"),
    flag("sample"),
    *_toponym(null=True),
)

division_match = Table(
    "division_match",
    metadata,
    key(),
    *(words(n) for n in ("mca_code", "nbs_code", "how", "confidence")),
)

place = Table(
    "place",
    metadata,
    key(),
    words("place_class"),
    *(words(n, null=True) for n in ("village_code", "town_code", "county_code")),
    _geometry("geom"),
    _mercator("geom_3857", "geom"),
    words("status"),
    Column("households", Integer),
    *(number(n) for n in ("length_m", "width_m")),
    words("surface", null=True),
    flag("needs_name"),
    words("secrecy"),
    flag("sample"),
    reference("batch_id", "import_batch"),
    words("source"),
    Column("permanent_id", Uuid, nullable=False),
    reference("successor_id", "place"),
    *(words(n, null=True) for n in ("built_up_code", "place_code", "class_code", "class_scheme")),
    *(number(n) for n in ("area_m2", "floor_area_m2")),
)

place_name = Table(
    "place_name",
    metadata,
    key(),
    reference("place_id", "place", null=False),
    words("name_class"),
    *_toponym(null=False),
    *(words(n) for n in ("kind", "event", "authority")),
    reference("document_id", "document"),
    *_period(),
    *(flag(n) for n in ("reading_confirmed", "split_confirmed")),
    words("stated_romanized", null=True),
    moment("recorded_at"),
    moment("superseded_at", null=True),
)

segment = Table(
    "segment",
    metadata,
    key(),
    reference("place_id", "place", null=False),
    words("source_id"),
    words("raw_name", null=True),
    _geometry("geom", "LINESTRING", null=False),
    _mercator("geom_3857", "geom", "LINESTRING"),
)

cemetery = Table(
    "cemetery",
    metadata,
    key(),
    *(words(n) for n in ("name", "type")),
    *(words(n, null=True) for n in ("village_code", "town_code", "county_code")),
    _geometry("location", "POINT"),
    _mercator("geom_3857", "location", "POINT"),
    *(words(n) for n in ("operator", "status", "secrecy")),
    flag("sample"),
    reference("batch_id", "import_batch"),
    words("source_id"),
    *(words(n, null=True) for n in ("initials", "key_toneless")),
    texts("serves"),
)

approval = Table(
    "approval",
    metadata,
    key(),
    reference("cemetery_id", "cemetery", null=False),
    words("effect"),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    words("method"),
    *(number(n, null=False) for n in ("sigma_m", "shift_m")),
    *(words(n) for n in ("grade", "secrecy")),
    *_period(),
    reference("supersedes", "approval"),
    reference("document_id", "document"),
    number("stated_area_m2"),
    reference("batch_id", "import_batch"),
)

survey = Table(
    "survey",
    metadata,
    key(),
    reference("cemetery_id", "cemetery", null=False),
    Column("surveyed_on", Date, nullable=False),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    words("method"),
    *(number(n, null=False) for n in ("sigma_m", "shift_m")),
    words("grade"),
    *(flag(n) for n in ("complete_trace", "repaired")),
    *(words(n) for n in ("surveyor", "file_name", "sha256", "secrecy")),
    reference("batch_id", "import_batch"),
)

zone = Table(
    "zone",
    metadata,
    key(),
    *(words(n) for n in ("kind", "name", "secrecy")),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    *(number(n, null=False) for n in ("setback_m", "sigma_m", "shift_m")),
    words("county_code", null=True),
    *_period(),
    reference("document_id", "document"),
    words("source"),
    flag("sample"),
    reference("batch_id", "import_batch"),
)

scan_run = Table(
    "scan_run",
    metadata,
    key(),
    *(texts(n) for n in ("scopes", "rules")),
    Column("day", Date, nullable=False),
    Column("counts", JSONB, nullable=False),
    texts("notes"),
    reference("person_id", "person", null=False),
    *(moment(n) for n in ("started_at", "finished_at")),
)

finding = Table(
    "finding",
    metadata,
    key(),
    *(words(n) for n in ("fingerprint", "rule_id")),
    Column("rule_version", Integer, nullable=False),
    *(words(n) for n in ("scope_kind", "scope_code", "scope_name", "key", "outcome")),
    *(words(n) for n in ("severity", "title", "message")),
    *(Column(n, JSONB, nullable=False) for n in ("facts", "basis")),
    words("confidence"),
    flag("capped"),
    Column("rank", BigInteger, nullable=False),
    *(texts(n) for n in ("subjects", "pairs", "town_codes")),
    flag("managed"),
    _geometry("geom"),
    _geometry("marks", "MULTIPOINT"),
    _mercator("marks_3857", "marks", "MULTIPOINT"),
    words("state"),
    Column("waived_until", Date),
    *(reference(n, "scan_run", null=False) for n in ("first_run_id", "last_run_id")),
    *(moment(n) for n in ("first_seen", "last_seen")),
)

waiver = Table(
    "waiver",
    metadata,
    key(),
    *(words(n) for n in ("rule_id", "pair", "reason")),
    Column("expires_on", Date),
    *_decided(),
)

key_version = Table("key_version", metadata, key(), words("version"))

built_up_area = Table(
    "built_up_area",
    metadata,
    key(),
    *(words(n) for n in ("code", "name")),
    _geometry("geom", "MULTIPOLYGON", null=False),
    _mercator("geom_3857", "geom", "MULTIPOLYGON"),
    *_period(),
    words("source"),
    flag("sample"),
    reference("batch_id", "import_batch"),
)

name_event = Table(
    "name_event",
    metadata,
    key(),
    reference("place_id", "place", null=False),
    words("kind"),
    *(reference(n, "place_name") for n in ("name_id", "ended_name_id")),
    reference("heir_id", "place"),
    Column("effective_on", Date),
    words("authority"),
    reference("document_id", "document"),
    words("reason"),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
)

place_story = Table(
    "place_story",
    metadata,
    key(),
    reference("place_id", "place", null=False),
    *(words(n) for n in ("kind", "text", "source")),
    reference("document_id", "document"),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
    moment("superseded_at", null=True),
)

national_record = Table(
    "national_record",
    metadata,
    key(),
    reference("place_id", "place", null=False),
    words("record_id"),
    Column("fields", JSONB, nullable=False),
    reference("batch_id", "import_batch"),
)

naming_answer = Table(
    "naming_answer",
    metadata,
    key(),
    reference("place_id", "place", null=False),
    *(words(n) for n in ("answer", "said_name", "reason")),
    *_decided(),
)

road_decision = Table(
    "road_decision",
    metadata,
    key(),
    *(words(n) for n in ("pair", "answer", "reason")),
    *_decided(),
)

sign = Table(
    "sign",
    metadata,
    key(),
    reference("place_id", "place"),
    words("text"),
    words("romanized", null=True),
    _geometry("geom", "POINT", null=False),
    _mercator("geom_3857", "geom", "POINT"),
    Column("installed_on", Date),
    words("state"),
    words("town_code", null=True),
    words("source"),
    flag("sample"),
    reference("batch_id", "import_batch"),
    *(Column(n, Date) for n in ("planned_on", "checked_on")),
    words("note"),
)

report = Table(
    "report",
    metadata,
    key(),
    *(words(n) for n in ("sha256", "kind", "title")),
    Column("content", JSONB, nullable=False),
    reference("person_id", "person", null=False),
    moment("at"),
)

change = Table(
    "change",
    metadata,
    Column("txid", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("person_id", BigInteger, nullable=False),
    words("reason"),
    texts("tables"),
    Column("revision", BigInteger),
)

history = Table(
    "history",
    metadata,
    key(always=True),
    Column("txid", BigInteger, nullable=False),
    moment("at"),
    words("table_name"),
    Column("row_id", BigInteger, nullable=False),
    words("op"),
    *(Column(n, JSONB) for n in ("before", "after")),
    Column("person_id", BigInteger, nullable=False),
    words("reason"),
    Column("digest", LargeBinary, nullable=False),
)

layer_revision = Table(
    "layer_revision",
    metadata,
    Column("layer", Text, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)
