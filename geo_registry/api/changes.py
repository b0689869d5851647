"""The change feed for caches and outside followers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from geo_registry.api.answering import said
from geo_registry.api.answers.district import Changes
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading
from geo_registry.store import changes

router = APIRouter(prefix="/api/v1", tags=["changes"])


@router.get("/changes", response_model=said(Changes), dependencies=[allow("changes.read")])
def list_changes(
    connection: Reading,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    position: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> dict[str, Any]:
    """What changed after a revision, in the order of revisions.

    While ``next`` is given there is more: ask again with its ``since`` and ``position`` (one
    import is one revision and may fill many pages).
    """
    found = changes.changes(connection, since, limit, position=position)
    last = found[-1] if len(found) == limit else None
    return {
        "changes": found,
        "revision": changes.revision(connection),
        "next": last and {"since": last["revision"], "position": last["position"]},
    }
