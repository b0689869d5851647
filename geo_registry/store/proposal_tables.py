"""The tables of proposals, contributions and protected names, in the metadata of ``tables``."""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Integer,
    Table,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo_registry.store.columns import SRID, day, key, metadata, moment, reference, words

protected_name = Table(
    "protected_name",
    metadata,
    key(),
    reference("place_id", "place", null=False),
    *(words(n) for n in ("list_title", "reason")),
    day("listed_on", null=False),
    day("ended_on"),
    reference("document_id", "document"),
    Column("sample", Boolean, nullable=False),
)

proposal = Table(
    "proposal",
    metadata,
    key(),
    words("kind"),
    reference("place_id", "place", null=False),
    *(words(n) for n in ("place_class", "name")),
    reference("name_id", "place_name"),
    reference("heir_id", "place"),
    reference("corrects_id", "place_name"),
    *(words(n) for n in ("applicant", "reason", "state")),
    day("since", null=False),
    Column("version", Integer, nullable=False),
    day("proposed_on", null=False),
    *(day(n) for n in ("prechecked_on", "shown_until")),
    *(words(n) for n in ("authority", "number")),
    *(day(n) for n in ("decided_on", "effective_on", "filed_on", "announced_on", "signed_on")),
    Column("announcement", JSONB(none_as_null=True)),
    words("check_sha256", null=True),
    words("check_verdict"),
    *(words(n, null=True) for n in ("village_code", "town_code", "county_code")),
    *(words(n) for n in ("direction", "starts_at", "ends_at")),
    *(Column(n, Double) for n in ("length_m", "width_m")),
    reference("document_id", "document"),
    reference("batch_id", "import_batch"),
    Column("batch_row", Integer),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
    words("secrecy"),
    Column("sample", Boolean, nullable=False),
)

proposal_step = Table(
    "proposal_step",
    metadata,
    key(),
    reference("proposal_id", "proposal", null=False),
    words("act"),
    words("state_before", null=True),
    words("state_after"),
    Column("version", Integer, nullable=False),
    day("happened_on", null=False),
    *(words(n) for n in ("reason", "despite")),
    Column("details", JSONB, nullable=False),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
)

proposal_paper = Table(
    "proposal_paper",
    metadata,
    key(),
    reference("proposal_id", "proposal", null=False),
    *(words(n) for n in ("kind", "title", "number")),
    day("dated_on"),
    words("file_name"),
    words("sha256", null=True),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
)

contribution = Table(
    "contribution",
    metadata,
    key(),
    *(words(n) for n in ("name", "place_class")),
    Column("geom", Geometry("GEOMETRY", SRID, spatial_index=False)),
    *(words(n, null=True) for n in ("village_code", "town_code", "county_code")),
    *(words(n) for n in ("story", "source", "state")),
    Column("version", Integer, nullable=False),
    day("received_on", null=False),
    Column("matches", JSONB, nullable=False),
    words("answer"),
    day("answered_on"),
    reference("answered_by", "person"),
    reference("proposal_id", "proposal"),
    reference("place_id", "place"),
    reference("name_id", "place_name"),
    reference("person_id", "person", null=False),
    moment("recorded_at"),
    words("secrecy"),
    Column("sample", Boolean, nullable=False),
)
