"""Cemeteries with their boundaries, and their surveys on a time line."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.cemeteries import CemeteryFull, CemeteryRows, Determinations, TimeLine
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Service, Writing
from geo_registry.services.cemeteries import determining, growing, listing_plots, showing_cemetery
from geo_registry.services.cemeteries.cemeteries import Paper
from geo_registry.services.cemeteries.determining import Signed

router = APIRouter(prefix="/api/v1/cemeteries", tags=["cemeteries"])


class DeterminationRequest(BaseModel):
    """What a person determines of a finding, on which day, why, by which law and paper."""

    model_config = ConfigDict(extra="forbid")

    finding: str = Field(default="", max_length=100)
    outcome: str = Field(max_length=20)
    reason: str = Field(max_length=4000)
    legal_basis: str = Field(default="", max_length=4000)
    decided_on: date | None = None
    title: str = Field(default="", max_length=200)
    number: str = Field(default="", max_length=200)
    authority: str = Field(default="", max_length=200)


class WithdrawalRequest(BaseModel):
    """Why a determination is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=4000)


def judging(service: Service) -> dict[str, Any]:
    """What a verdict is made with."""
    return {
        "reference": service.reference,
        "profile": service.profile,
        "on": service.today(),
    }


@router.get("", response_model=said(CemeteryRows), dependencies=[allow("registry.read")])
def list_cemeteries(
    connection: Reading,
    service: Served,
    type_: Annotated[str | None, Query(alias="type", max_length=40)] = None,
    under: Annotated[str | None, Query(max_length=20)] = None,
) -> dict[str, Any]:
    """The cemeteries, of a type or under a division code, with what stands in them."""
    found = listing_plots.list_cemeteries(connection, service.today(), type_=type_, under=under)
    return {"items": found}


@router.get(
    "/{cemetery_id}", response_model=said(CemeteryFull), dependencies=[allow("registry.read")]
)
def show(connection: Reading, service: Served, cemetery_id: int) -> dict[str, Any]:
    """One cemetery: approvals, surveys with their verdicts, sections, determinations."""
    return showing_cemetery.show(connection, cemetery_id, **judging(service))


@router.get(
    "/{cemetery_id}/timeline", response_model=said(TimeLine), dependencies=[allow("registry.read")]
)
def timeline(connection: Reading, service: Served, cemetery_id: int) -> dict[str, Any]:
    """The surveys on a time line: growth between them, strips outside followed across them."""
    return growing.grow(connection, cemetery_id, **judging(service))


@router.get(
    "/{cemetery_id}/determinations",
    response_model=said(Determinations),
    dependencies=[allow("registry.read")],
)
def list_determinations(connection: Reading, cemetery_id: int) -> dict[str, Any]:
    """What people determined of the findings on a cemetery, those taken back too."""
    return {"items": determining.listed(connection, cemetery_id)}


@router.post(
    "/{cemetery_id}/determinations",
    status_code=201,
    dependencies=[allow("cemeteries.determine", of="cemetery:{cemetery_id}")],
)
def determine(
    connection: Writing, service: Served, cemetery_id: int, asked: DeterminationRequest
) -> dict[str, Any]:
    """Sign what the law makes of a measured finding; an earlier determination of it ends."""
    day = asked.decided_on or service.today()
    paper = Paper(asked.title, asked.number, asked.authority, day) if asked.title else None
    signed = Signed(asked.outcome, asked.reason, day, asked.legal_basis, paper)
    return determining.determine(connection, cemetery_id, asked.finding, signed, **judging(service))


@router.post(
    "/determinations/{determination_id}/withdraw",
    dependencies=[allow("cemeteries.determine", of="determination:{determination_id}")],
)
def withdraw_determination(
    connection: Writing, determination_id: int, asked: WithdrawalRequest
) -> dict[str, Any]:
    """Take a determination back, with the reason."""
    determining.withdraw(connection, determination_id, asked.reason)
    return {"id": determination_id, "in_force": False}
