"""Search, and all there is to say about one subject."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from geo_registry.api.answering import said
from geo_registry.api.answers.subjects import SearchHits, Subject
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served
from geo_registry.api.visitors import entry_of
from geo_registry.domain.people import Reach
from geo_registry.services import searching, subjects

router = APIRouter(prefix="/api/v1", tags=["search"])


@router.get("/search", response_model=said(SearchHits), dependencies=[allow("registry.read")])
def search(
    request: Request,
    connection: Reading,
    service: Served,
    q: Annotated[str, Query(max_length=20_000)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """What fits a name, toneless pinyin, initials, a code, or the number of a paper or case."""
    entry = entry_of(request)
    act = service.reference.permissions.act("cases.read")
    cases = entry is not None and act.of(entry.actor.role) is not Reach.NONE
    found = searching.search(connection, q, limit=limit, profile=service.profile, cases=cases)
    return {"items": found}


@router.get(
    "/subjects/{subject}", response_model=said(Subject), dependencies=[allow("registry.read")]
)
def show_subject(connection: Reading, service: Served, subject: str) -> Response:
    """One thing in full."""
    found = subjects.details(connection, subject, profile=service.profile, on=service.today())
    # The database wrote the GeoJSON; it is embedded as it is.
    geometry = found["geometry"]
    found["geometry"] = None if geometry is None else orjson.Fragment(geometry)
    return Response(orjson.dumps(found), media_type="application/json")
