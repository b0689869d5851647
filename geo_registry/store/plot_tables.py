"""The tables of sections, plots, the deceased and burials, in the metadata of ``tables``."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Identity,
    Numeric,
    SmallInteger,
    Table,
    Text,
)

from geo_registry.store.tables import SCHEMA, SRID, metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _reference(name: str, target: str, *, null: bool = True) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{SCHEMA}.{target}.id"), nullable=null)


section = Table(
    "section",
    metadata,
    _id(),
    _reference("cemetery_id", "cemetery", null=False),
    *(_text(n) for n in ("name", "kind")),
    Column("geom", Geometry("MULTIPOLYGON", SRID, spatial_index=False)),
    Column("sample", Boolean, nullable=False),
    _reference("batch_id", "import_batch"),
)

plot = Table(
    "plot",
    metadata,
    _id(),
    _reference("cemetery_id", "cemetery"),
    _reference("section_id", "section"),
    *(_text(n) for n in ("number", "kind", "status")),
    *(Column(n, Double) for n in ("area_m2", "stele_height_m")),
    Column("geom", Geometry("GEOMETRY", SRID, spatial_index=False)),
    Column("sigma_m", Double),
    *(Column(n, Boolean, nullable=False) for n in ("clan", "family", "living", "protected")),
    Column("made_on", Date),
    _text("granted"),
    Column("price_yuan", Numeric(12, 2)),
    *(_text(n, null=True) for n in ("holder_name", "holder_code")),
    Column("term_from", Date),
    Column("term_years", SmallInteger),
    *(Column(n, Date) for n in ("term_end", "fee_paid_until")),
    Column("fee_years", SmallInteger),
    *(_text(n, null=True) for n in ("village_code", "town_code", "county_code")),
    _text("source_id"),
    Column("sample", Boolean, nullable=False),
    _reference("batch_id", "import_batch"),
)

deceased = Table(
    "deceased",
    metadata,
    _id(),
    _text("name"),
    *(_text(n, null=True) for n in ("id_digest", "id_tail")),
    Column("died_on", Date),
    _text("hukou_code", null=True),
    _text("secrecy"),
    Column("sample", Boolean, nullable=False),
    _reference("batch_id", "import_batch"),
)

burial = Table(
    "burial",
    metadata,
    _id(),
    _reference("plot_id", "plot"),
    _reference("cemetery_id", "cemetery"),
    _reference("deceased_id", "deceased", null=False),
    _text("kind"),
    Column("buried_on", Date),
    _text("resident_of", null=True),
    _text("consent"),
    Column("ended_on", Date),
    _text("ended_why"),
    Column("sample", Boolean, nullable=False),
    _reference("batch_id", "import_batch"),
)
