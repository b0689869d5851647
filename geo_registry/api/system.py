"""The state of the installation and its jobs, for the administrator."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served
from geo_registry.services import jobs, system_state

router = APIRouter(prefix="/api/v1", tags=["system"])


@router.get("/jobs", dependencies=[allow("jobs.read")])
def list_jobs(connection: Reading) -> dict[str, Any]:
    """What runs by the clock: when next, and what came of the last run."""
    return {"items": jobs.listed(connection, datetime.now(UTC))}


@router.get("/system", dependencies=[allow("system.read")])
def system(connection: Reading, service: Served) -> dict[str, Any]:
    """Version, database, disk, jobs, head of history, and what needs attention."""
    return system_state.state(connection, service.settings, datetime.now(UTC))
