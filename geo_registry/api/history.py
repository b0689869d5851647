"""The history of a subject, the head of its chain, and its verification."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from geo_registry.api.answering import said
from geo_registry.api.answers.history import (
    ChainHead,
    ChainVerified,
    HistoryPage,
    HistoryTables,
    SubjectHistory,
)
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served
from geo_registry.services.accountability import history
from geo_registry.services.accountability.anchors import read_anchors
from geo_registry.store.database import read

router = APIRouter(prefix="/api/v1/history", tags=["history"])

_LARGEST = 2**62


@router.get("/latest", response_model=said(HistoryPage), dependencies=[allow("history.read")])
def list_latest(
    connection: Reading,
    service: Served,
    table: Annotated[str, Query(max_length=80)] = "",
    below: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """What happened last, in a table or anywhere, newest first."""
    return history.of_table(
        connection,
        table,
        below=below,
        limit=limit,
        reference=service.reference,
        profile=service.profile,
    )


@router.get("/tables", response_model=said(HistoryTables), dependencies=[allow("history.read")])
def list_tables(connection: Reading) -> dict[str, Any]:
    """The tables that keep their history."""
    return {"items": history.tables(connection)}


@router.get("", response_model=said(SubjectHistory), dependencies=[allow("history.read")])
def list_history(
    connection: Reading,
    service: Served,
    subject: Annotated[str, Query(max_length=80)],
    below: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """What happened to a subject and to what belongs to it, newest first."""
    return history.of_subject(
        connection,
        subject,
        below=below,
        limit=limit,
        reference=service.reference,
        profile=service.profile,
    )


@router.get("/head", response_model=said(ChainHead), dependencies=[allow("history.read")])
def head(connection: Reading) -> dict[str, Any]:
    """The last transaction and its link, to be written down elsewhere."""
    found = history.head(connection)
    return {"anchor": str(found), "revision": found.revision}


@router.get(
    "/verification", response_model=said(ChainVerified), dependencies=[allow("history.read")]
)
def verify(
    service: Served,
    since: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
) -> dict[str, Any]:
    """Check history after a transaction, with the anchors of this installation."""
    kept = read_anchors(service.settings.home)
    # Past the filter of secrecy: a chain with links left out would look broken.
    with read(service.engine) as connection:
        return history.described(history.verify(connection, since=since, anchors=kept))
