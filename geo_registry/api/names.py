"""Checking a proposed name."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.transactions import Reading, Served
from geo_registry.services.checking import answer, check_name

router = APIRouter(prefix="/api/v1", tags=["names"])


class NameRequest(BaseModel):
    """A name, its class, and where it is meant to be: a code or subject, or a point (lon, lat)."""

    model_config = ConfigDict(extra="forbid")

    # Longer names are refused by the service, which says how long a name may be.
    name: str = Field(max_length=1_000_000)
    place_class: str = Field(default="road", max_length=100)
    at: str | None = Field(default=None, max_length=100)
    point: tuple[float, float] | None = None


@router.post("/name-checks")
def check(connection: Reading, service: Served, asked: NameRequest) -> dict[str, Any]:
    """Judge a name as if it were registered, changing nothing."""
    return answer(
        check_name(
            connection,
            name=asked.name,
            place_class=asked.place_class,
            at=asked.at or None,
            point=asked.point,
            reference=service.reference,
            profile=service.profile,
            on=service.today(),
        )
    )
