"""The change feed: what changed, revision by revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from geo_registry.store.queries import query


def revision(connection: Connection) -> int:
    """The number of the last transaction that changed anything; 0 for a new registry."""
    found = connection.scalar(text("SELECT coalesce(max(revision), 0) FROM registry.change"))
    return int(found or 0)


def changes(connection: Connection, since: int, limit: int) -> list[Mapping[str, Any]]:
    """What changed after a revision, whole revisions in their order, about ``limit`` rows."""
    rows = connection.execute(query("changes"), {"since": since, "limit": limit})
    return [dict(r) for r in rows.mappings()]
