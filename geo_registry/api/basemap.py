"""The basemap: what it is, and its tiles; the browser asks no other host than this service."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response

from geo_registry.api.answering import said
from geo_registry.api.answers.district import BasemapOffer
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Served
from geo_registry.services.basemaps import required

router = APIRouter(tags=["basemap"])

_KEEP = "private, max-age=604800"
"""A week: basemaps change by the year; reading may need a log-in, so no proxy keeps them."""


@router.get(
    "/api/v1/basemap", response_model=said(BasemapOffer), dependencies=[allow("registry.read")]
)
def show_basemap(service: Served) -> dict[str, Any]:
    """The basemap that is configured, if any."""
    source = service.basemap
    return {"basemap": source and source.described()}


@router.get("/basemap/{z}/{x}/{y}", include_in_schema=False, dependencies=[allow("registry.read")])
async def basemap_tile(service: Served, z: int, x: int, y: int) -> Response:
    """One tile of it; 204 where the source has none."""
    source = required(service.basemap)
    # A pool of its own: a slow source must not hold up the rest of the service.
    found = await asyncio.get_running_loop().run_in_executor(source.pool, source.tile, z, x, y)
    if found is None:
        return Response(status_code=204, headers={"cache-control": _KEEP})
    headers = {"cache-control": _KEEP}
    if found.gzipped:
        headers["content-encoding"] = "gzip"
    return Response(found.body, media_type=found.media_type, headers=headers)
