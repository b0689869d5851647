"""The tables of sections, plots, the deceased and burials, in the metadata of ``tables``."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Double,
    Numeric,
    SmallInteger,
    Table,
)

from geo_registry.store.columns import SRID, key, metadata, reference, words

section = Table(
    "section",
    metadata,
    key(),
    reference("cemetery_id", "cemetery", null=False),
    *(words(n) for n in ("name", "kind")),
    Column("geom", Geometry("MULTIPOLYGON", SRID, spatial_index=False)),
    Column("sample", Boolean, nullable=False),
    reference("batch_id", "import_batch"),
)

plot = Table(
    "plot",
    metadata,
    key(),
    reference("cemetery_id", "cemetery"),
    reference("section_id", "section"),
    *(words(n) for n in ("number", "kind", "status")),
    *(Column(n, Double) for n in ("area_m2", "stele_height_m")),
    Column("geom", Geometry("GEOMETRY", SRID, spatial_index=False)),
    Column("sigma_m", Double),
    *(Column(n, Boolean, nullable=False) for n in ("clan", "family", "living", "protected")),
    Column("made_on", Date),
    words("granted"),
    Column("price_yuan", Numeric(12, 2)),
    *(words(n, null=True) for n in ("holder_name", "holder_code")),
    Column("term_from", Date),
    Column("term_years", SmallInteger),
    *(Column(n, Date) for n in ("term_end", "fee_paid_until")),
    Column("fee_years", SmallInteger),
    *(words(n, null=True) for n in ("village_code", "town_code", "county_code")),
    words("source_id"),
    Column("sample", Boolean, nullable=False),
    reference("batch_id", "import_batch"),
)

deceased = Table(
    "deceased",
    metadata,
    key(),
    words("name"),
    *(words(n, null=True) for n in ("id_digest", "id_tail")),
    Column("died_on", Date),
    words("hukou_code", null=True),
    words("secrecy"),
    Column("sample", Boolean, nullable=False),
    reference("batch_id", "import_batch"),
)

burial = Table(
    "burial",
    metadata,
    key(),
    reference("plot_id", "plot"),
    reference("cemetery_id", "cemetery"),
    reference("deceased_id", "deceased", null=False),
    words("kind"),
    Column("buried_on", Date),
    words("resident_of", null=True),
    words("consent"),
    Column("ended_on", Date),
    words("ended_why"),
    Column("sample", Boolean, nullable=False),
    reference("batch_id", "import_batch"),
)
