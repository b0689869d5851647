"""The change feed for caches and outside followers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from geo_registry.api.transactions import Reading
from geo_registry.store import changes

router = APIRouter(prefix="/api/v1", tags=["changes"])


@router.get("/changes")
def list_changes(
    connection: Reading,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> dict[str, Any]:
    """What changed after a revision, whole revisions in their order.

    A follower keeps the revision of the last change it read and asks again from there.
    """
    return {
        "changes": changes.changes(connection, since, limit),
        "revision": changes.revision(connection),
    }
