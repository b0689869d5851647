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


def changes(
    connection: Connection, since: int, limit: int, *, position: int | None = None
) -> list[Mapping[str, Any]]:
    """What changed after a revision, in the order of revisions, at most ``limit`` rows.

    ``position`` continues inside the revision ``since``, behind the row of that position: one
    import is one revision and may be larger than any page.
    """
    given = {
        "since": since,
        "limit": limit,
        "position": _BEHIND_ALL if position is None else position,
    }
    rows = connection.execute(query("changes"), given)
    return [dict(r) for r in rows.mappings()]


_BEHIND_ALL = 2**63 - 1
