"""The tables of proposals, contributions and protected names, in the metadata of ``tables``."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo_registry.store.tables import SCHEMA, SRID, metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _day(name: str, *, null: bool = True) -> Column[object]:
    return Column(name, Date, nullable=null)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


def _recorded() -> Column[object]:
    return Column("recorded_at", DateTime(timezone=True), nullable=False)


protected_name = Table(
    "protected_name",
    metadata,
    _id(),
    _reference("place_id", "place", null=False),
    *(_text(n) for n in ("list_title", "reason")),
    _day("listed_on", null=False),
    _day("ended_on"),
    _reference("document_id", "document"),
    Column("sample", Boolean, nullable=False),
)

proposal = Table(
    "proposal",
    metadata,
    _id(),
    _text("kind"),
    _reference("place_id", "place", null=False),
    *(_text(n) for n in ("place_class", "name")),
    _reference("name_id", "place_name"),
    _reference("heir_id", "place"),
    _reference("corrects_id", "place_name"),
    *(_text(n) for n in ("applicant", "reason", "state")),
    _day("since", null=False),
    Column("version", Integer, nullable=False),
    _day("proposed_on", null=False),
    *(_day(n) for n in ("prechecked_on", "shown_until")),
    *(_text(n) for n in ("authority", "number")),
    *(_day(n) for n in ("decided_on", "effective_on", "filed_on", "announced_on", "signed_on")),
    Column("announcement", JSONB(none_as_null=True)),
    _text("check_sha256", null=True),
    _text("check_verdict"),
    *(_text(n, null=True) for n in ("village_code", "town_code", "county_code")),
    *(_text(n) for n in ("direction", "starts_at", "ends_at")),
    *(Column(n, Double) for n in ("length_m", "width_m")),
    _reference("document_id", "document"),
    _reference("batch_id", "import_batch"),
    Column("batch_row", Integer),
    _reference("person_id", "person", null=False),
    _recorded(),
    _text("secrecy"),
    Column("sample", Boolean, nullable=False),
)

proposal_step = Table(
    "proposal_step",
    metadata,
    _id(),
    _reference("proposal_id", "proposal", null=False),
    _text("act"),
    _text("state_before", null=True),
    _text("state_after"),
    Column("version", Integer, nullable=False),
    _day("happened_on", null=False),
    *(_text(n) for n in ("reason", "despite")),
    Column("details", JSONB, nullable=False),
    _reference("person_id", "person", null=False),
    _recorded(),
)

proposal_paper = Table(
    "proposal_paper",
    metadata,
    _id(),
    _reference("proposal_id", "proposal", null=False),
    *(_text(n) for n in ("kind", "title", "number")),
    _day("dated_on"),
    _text("file_name"),
    _text("sha256", null=True),
    _reference("person_id", "person", null=False),
    _recorded(),
)

contribution = Table(
    "contribution",
    metadata,
    _id(),
    *(_text(n) for n in ("name", "place_class")),
    Column("geom", Geometry("GEOMETRY", SRID, spatial_index=False)),
    *(_text(n, null=True) for n in ("village_code", "town_code", "county_code")),
    *(_text(n) for n in ("story", "source", "state")),
    Column("version", Integer, nullable=False),
    _day("received_on", null=False),
    Column("matches", JSONB, nullable=False),
    _text("answer"),
    _day("answered_on"),
    _reference("answered_by", "person"),
    _reference("proposal_id", "proposal"),
    _reference("place_id", "place"),
    _reference("name_id", "place_name"),
    _reference("person_id", "person", null=False),
    _recorded(),
    _text("secrecy"),
    Column("sample", Boolean, nullable=False),
)
