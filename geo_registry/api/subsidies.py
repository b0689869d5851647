"""Eco-burials, their subsidies, and pilots. Names leave masked; nothing of a person is in a URL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.money import (
    EcoBurialMade,
    EcoBurialPage,
    Marks,
    OneSubsidy,
    SubsidyPage,
    Totals,
)
from geo_registry.api.answers.money import SubsidyDone as SubsidyAnswer
from geo_registry.api.transactions import Reading, Served, Writing, desk_of
from geo_registry.domain.subsidy import ACT_TITLES
from geo_registry.services import eco_burying, listing_plots, listing_subsidies, subsidies
from geo_registry.services.burying import Dead
from geo_registry.services.eco_burying import EcoBurying, MarkPaper
from geo_registry.services.listing_subsidies import WantedBurials, WantedSubsidies
from geo_registry.services.subsidies import Applying, StepGiven, SubsidyDone

router = APIRouter(prefix="/api/v1", tags=["subsidies"])

LARGEST_ID = 2**63 - 1
Page = Annotated[int, Query(ge=1, le=listing_plots.MOST)]
After = Annotated[int, Query(ge=0, le=LARGEST_ID)]
Short = Annotated[str | None, Query(max_length=40)]
Year = Annotated[int | None, Query(ge=1900, le=2999)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
PersonName = Annotated[str, Field(max_length=1000)]
IdNumber = Annotated[str, Field(max_length=100)]
Words = Annotated[str, Field(max_length=2000)]
Code = Annotated[str | None, Field(max_length=20)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EcoBurialRequest(_Asked):
    """Who was buried (by name and number, or a deceased that is registered), how and where."""

    kind: str = Field(max_length=40)
    name: PersonName = ""
    id_number: IdNumber = ""
    died_on: date | None = None
    hukou_code: Code = None
    deceased_id: Id | None = None
    buried_on: date | None = None
    cemetery_id: Id | None = None
    place: Words = ""
    confirmed_by: Words = ""
    town_code: Code = None


class ReasonRequest(_Asked):
    """Why something is done."""

    reason: Words


class SubsidyRequest(_Asked):
    """Who applies for which eco-burial."""

    eco_burial_id: Id
    name: PersonName
    id_number: IdNumber = ""
    relation: Words = ""
    form_number: Words = ""
    town_code: Code = None
    applied_on: date | None = None


class StepRequest(_Asked):
    """What goes with a step: the day, a reason, an amount (checked), a voucher (paid)."""

    on: date | None = None
    reason: Words = ""
    amount_yuan: Decimal | None = Field(default=None, max_digits=12, decimal_places=2)
    voucher: Words = ""


class MarkRequest(_Asked):
    """From when a cemetery bears a mark, and by which paper."""

    since: date | None = None
    kind: str = Field(default="eco_pilot", max_length=40)
    number: str = Field(default="", max_length=200)
    authority: str = Field(default="", max_length=200)
    dated_on: date | None = None


class UnmarkRequest(_Asked):
    """The first day without a mark."""

    until: date | None = None
    kind: str = Field(default="eco_pilot", max_length=40)


# ---- eco-burials --------------------------------------------------------------------------------


@router.get("/eco-burials", response_model=said(EcoBurialPage))
def list_eco_burials(
    connection: Reading,
    service: Served,
    after: After = 0,
    limit: Page = 200,
    kind: Short = None,
    cemetery: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    under: Short = None,
    since: date | None = None,
    until: date | None = None,
    voided: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """A page of eco-burials; ``next`` is the ``after`` of the following page."""
    wanted = WantedBurials(after, limit, kind, cemetery, under, since, until, voided)
    return listing_subsidies.list_eco_burials(
        connection, wanted, reference=service.reference, may_see=False
    )


@router.post("/eco-burials", status_code=201, response_model=said(EcoBurialMade))
def register(connection: Writing, service: Served, asked: EcoBurialRequest) -> dict[str, Any]:
    """Register an eco-burial."""
    who: Dead | int = (
        Dead(asked.name, asked.id_number, asked.died_on, asked.hukou_code)
        if asked.deceased_id is None
        else asked.deceased_id
    )
    how = EcoBurying(
        asked.kind, asked.buried_on, asked.cemetery_id, asked.place, asked.confirmed_by,
        asked.town_code,
    )  # fmt: skip
    done = eco_burying.register(connection, service.settings, who, how, desk=desk_of(service))
    return {
        "id": done.id, "deceased": done.deceased_id, "known": done.known,
        "kind_title": done.kind_title,
    }  # fmt: skip


@router.post("/eco-burials/{eco_burial_id}/void", status_code=204)
def void(connection: Writing, service: Served, eco_burial_id: int, asked: ReasonRequest) -> None:
    """Void an eco-burial that was registered by mistake."""
    eco_burying.void(connection, eco_burial_id, why=asked.reason, desk=desk_of(service))


# ---- subsidies ----------------------------------------------------------------------------------


@router.get("/subsidies", response_model=said(SubsidyPage))
def list_subsidies(
    connection: Reading,
    service: Served,
    after: After = 0,
    limit: Page = 200,
    state: Short = None,
    kind: Short = None,
    under: Short = None,
    year: Year = None,
) -> dict[str, Any]:
    """A page of applications; ``year`` is that of payment."""
    wanted = WantedSubsidies(after, limit, state, kind, under, year)
    return listing_subsidies.list_subsidies(
        connection, wanted, reference=service.reference, may_see=False
    )


@router.get("/subsidies/totals", response_model=said(Totals))
def totals(
    connection: Reading,
    service: Served,
    year: Year = None,
    under: Short = None,
    sample: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """What was paid and recovered by year, kind and town."""
    found = listing_subsidies.totals(
        connection, reference=service.reference, year=year, under=under, sample=sample
    )
    return {"items": found}


@router.get("/subsidies/{application_id}", response_model=said(OneSubsidy))
def one_subsidy(connection: Reading, service: Served, application_id: int) -> dict[str, Any]:
    """One application in full."""
    return listing_subsidies.one_subsidy(
        connection, application_id, reference=service.reference, may_see=False
    )


@router.post("/subsidies", status_code=201, response_model=said(SubsidyAnswer))
def apply(connection: Writing, service: Served, asked: SubsidyRequest) -> dict[str, Any]:
    """Register an application; what speaks against it is told, and blocks nothing."""
    done = subsidies.apply(
        connection, service.settings, Applying(**asked.model_dump()), desk=desk_of(service)
    )
    return _done(done)


@router.post("/subsidies/{application_id}/{act}", response_model=said(SubsidyAnswer))
def step(
    connection: Writing, service: Served, application_id: int, act: str, asked: StepRequest
) -> dict[str, Any]:
    """Take an application one step further: check, approve, pay, refuse, withdraw, recover."""
    done = subsidies.step(
        connection, application_id, subsidies.act_of(act), StepGiven(**asked.model_dump()),
        desk=desk_of(service),
    )  # fmt: skip
    return _done(done)


def _done(done: SubsidyDone) -> dict[str, Any]:
    return {
        "id": done.id,
        "subject": f"subsidy:{done.id}",
        "state": str(done.state),
        "state_title": done.state_title,
        "amount_yuan": done.amount_yuan,
        "doubts": list(done.doubts),
        "next_acts": [{"act": str(a), "title": ACT_TITLES[a]} for a in done.next_acts],
    }


# ---- marks --------------------------------------------------------------------------------------


@router.get("/cemeteries/{cemetery_id}/marks", response_model=said(Marks))
def marks(connection: Reading, service: Served, cemetery_id: int) -> dict[str, Any]:
    """The marks a cemetery bears or bore (生态安葬试点)."""
    listing_plots.one_cemetery(connection, cemetery_id)
    return {"items": listing_subsidies.marks_of(connection, cemetery_id, service.today())}


@router.post("/cemeteries/{cemetery_id}/marks", status_code=201, response_model=said(Marks))
def mark(
    connection: Writing, service: Served, cemetery_id: int, asked: MarkRequest
) -> dict[str, Any]:
    """Mark a cemetery from a day on."""
    eco_burying.mark(
        connection, cemetery_id, since=asked.since or service.today(), kind=asked.kind,
        paper=MarkPaper(asked.number, asked.authority, asked.dated_on), desk=desk_of(service),
    )  # fmt: skip
    return {"items": listing_subsidies.marks_of(connection, cemetery_id, service.today())}


@router.post("/cemeteries/{cemetery_id}/marks/end", response_model=said(Marks))
def unmark(
    connection: Writing, service: Served, cemetery_id: int, asked: UnmarkRequest
) -> dict[str, Any]:
    """End a mark of a cemetery."""
    until = asked.until or service.today()
    eco_burying.unmark(connection, cemetery_id, until=until, kind=asked.kind, desk=desk_of(service))
    return {"items": listing_subsidies.marks_of(connection, cemetery_id, service.today())}
