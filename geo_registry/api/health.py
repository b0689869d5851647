"""Whether the process is alive, and whether it can serve."""

from __future__ import annotations

from fastapi import APIRouter

from geo_registry.api.answering import said
from geo_registry.api.answers.district import Ready
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading
from geo_registry.store import overview

router = APIRouter(tags=["health"])


@router.get("/healthz", dependencies=[allow("service.health")])
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", response_model=said(Ready), dependencies=[allow("service.health")])
def ready(connection: Reading) -> dict[str, str]:
    """The database answers, and says its versions."""
    return {"status": "ok", **overview.versions(connection)}
