"""The district: who it is, its figures, its settings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from geo_registry.api.answering import said
from geo_registry.api.answers.district import District
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served
from geo_registry.services.reports import overview

router = APIRouter(prefix="/api/v1", tags=["district"])


@router.get("/district", response_model=said(District), dependencies=[allow("registry.read")])
def show_district(connection: Reading, service: Served) -> dict[str, Any]:
    """The district at a glance."""
    return overview.district(connection, profile=service.profile, on=service.today())
