"""The tables of activities, teams and who is responsible, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Identity, Integer, Table, Text

from geo_registry.store.tables import SCHEMA, metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _from() -> tuple[Column[bool], Column[int]]:
    return (
        Column("sample", Boolean, nullable=False),
        Column("batch_id", BigInteger, ForeignKey(f"{SCHEMA}.import_batch.id")),
    )


culture_activity = Table(
    "culture_activity",
    metadata,
    _id(),
    *(_text(n) for n in ("title", "kind")),
    Column("held_on", Date, nullable=False),
    _text("town_code", null=True),
    _text("place"),
    Column("participants", Integer, nullable=False),
    *(_text(n) for n in ("note", "cancelled_why", "source_id")),
    *_from(),
)

volunteer_team = Table(
    "volunteer_team",
    metadata,
    _id(),
    _text("name"),
    _text("town_code", null=True),
    _text("leader"),
    Column("members", Integer, nullable=False),
    Column("founded_on", Date, nullable=False),
    Column("ended_on", Date),
    *(_text(n) for n in ("note", "source_id")),
    *_from(),
)

responsible = Table(
    "responsible",
    metadata,
    _id(),
    *(_text(n) for n in ("division_code", "name")),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    *_from(),
)
