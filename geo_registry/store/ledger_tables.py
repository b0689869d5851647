"""The tables of activities, teams and who is responsible, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table

from geo_registry.store.columns import imported, key, metadata, words

culture_activity = Table(
    "culture_activity",
    metadata,
    key(),
    *(words(n) for n in ("title", "kind")),
    Column("held_on", Date, nullable=False),
    words("town_code", null=True),
    words("place"),
    Column("participants", Integer, nullable=False),
    *(words(n) for n in ("note", "cancelled_why", "source_id")),
    *imported(),
)

volunteer_team = Table(
    "volunteer_team",
    metadata,
    key(),
    words("name"),
    words("town_code", null=True),
    words("leader"),
    Column("members", Integer, nullable=False),
    Column("founded_on", Date, nullable=False),
    Column("ended_on", Date),
    *(words(n) for n in ("note", "source_id")),
    *imported(),
)

responsible = Table(
    "responsible",
    metadata,
    key(),
    *(words(n) for n in ("division_code", "name")),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    *imported(),
)
