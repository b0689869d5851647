"""The table of seals: the chain over the history, in the metadata of ``tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from geo_registry.store.columns import metadata

seal = Table(
    "seal",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("rows", BigInteger, nullable=False),
    *(Column(name, LargeBinary, nullable=False) for name in ("content", "previous", "link")),
)
