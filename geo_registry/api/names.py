"""Checking proposed names: one, several against each other, and the report on one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.names import NameCheck, NameComparison
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served
from geo_registry.services.names import candidates
from geo_registry.services.names.checking import answer, check_name

router = APIRouter(prefix="/api/v1", tags=["names"])

# Longer names and lists are refused by the service, which says how long they may be.
Name = Annotated[str, Field(max_length=1_000_000)]


class _Located(BaseModel):
    """The class of names, and where they are meant to be: a code or subject, or a point."""

    model_config = ConfigDict(extra="forbid")

    place_class: str = Field(default="road", max_length=100)
    at: str | None = Field(default=None, max_length=100)
    point: tuple[float, float] | None = None


class NameRequest(_Located):
    """One name with its class and place."""

    name: Name


class ComparisonRequest(_Located):
    """Several candidates for one place."""

    names: list[Name] = Field(max_length=1000)


@router.post("/name-checks", response_model=said(NameCheck), dependencies=[allow("names.check")])
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


@router.post(
    "/name-comparisons", response_model=said(NameComparison), dependencies=[allow("names.check")]
)
def compare(connection: Reading, service: Served, asked: ComparisonRequest) -> dict[str, Any]:
    """Judge up to 20 candidates for one place and rank them, changing nothing."""
    return candidates.answer(
        candidates.check_names(
            connection,
            asked.names,
            place_class=asked.place_class,
            at=asked.at or None,
            point=asked.point,
            reference=service.reference,
            profile=service.profile,
            on=service.today(),
        )
    )
