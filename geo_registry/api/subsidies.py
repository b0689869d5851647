"""Eco-burials, their subsidies, and pilots. Names leave masked; nothing of a person is in a URL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

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
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Working, Writing, service_of
from geo_registry.api.visitors import note, required_entry
from geo_registry.domain.subsidy import ACT_TITLES, Act
from geo_registry.services.cemeteries import (
    eco_burying,
    listing_plots,
    listing_subsidies,
    subsidies,
)
from geo_registry.services.cemeteries.burying import Dead
from geo_registry.services.cemeteries.eco_burying import EcoBurying, MarkPaper
from geo_registry.services.cemeteries.listing_subsidies import WantedBurials, WantedSubsidies
from geo_registry.services.cemeteries.subsidies import PERMISSION, Applying, StepGiven, SubsidyDone
from geo_registry.services.people import permitting

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


class SubsidyStepRequest(_Asked):
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


@router.get(
    "/eco-burials", response_model=said(EcoBurialPage), dependencies=[allow("subsidies.read")]
)
def list_eco_burials(
    request: Request,
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
    unmask: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """A page of eco-burials; ``next`` is the ``after`` of the following page."""
    wanted = WantedBurials(after, limit, kind, cemetery, under, since, until, voided)
    return listing_subsidies.list_eco_burials(
        connection,
        wanted,
        reference=service.reference,
        may_see=unmask
        and _names_shown(request, connection, f"division:{under or service.profile.code}"),
    )


@router.post(
    "/eco-burials",
    status_code=201,
    response_model=said(EcoBurialMade),
    dependencies=[allow("eco_burials.register")],
)
def register(
    connection: Writing, service: Served, desk: Working, asked: EcoBurialRequest
) -> dict[str, Any]:
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
    done = eco_burying.register(connection, service.settings, who, how, desk=desk)
    return {
        "id": done.id, "deceased": done.deceased_id, "known": done.known,
        "kind_title": done.kind_title,
    }  # fmt: skip


@router.post(
    "/eco-burials/{eco_burial_id}/void",
    status_code=204,
    dependencies=[allow("eco_burials.register", of="eco_burial:{eco_burial_id}")],
)
def void(connection: Writing, desk: Working, eco_burial_id: int, asked: ReasonRequest) -> None:
    """Void an eco-burial that was registered by mistake."""
    eco_burying.void(connection, eco_burial_id, why=asked.reason, desk=desk)


# ---- subsidies ----------------------------------------------------------------------------------


@router.get("/subsidies", response_model=said(SubsidyPage), dependencies=[allow("subsidies.read")])
def list_subsidies(
    request: Request,
    connection: Reading,
    service: Served,
    after: After = 0,
    limit: Page = 200,
    state: Short = None,
    kind: Short = None,
    under: Short = None,
    year: Year = None,
    unmask: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """A page of applications; ``year`` is that of payment."""
    wanted = WantedSubsidies(after, limit, state, kind, under, year)
    return listing_subsidies.list_subsidies(
        connection,
        wanted,
        reference=service.reference,
        may_see=unmask
        and _names_shown(request, connection, f"division:{under or service.profile.code}"),
    )


@router.get(
    "/subsidies/totals", response_model=said(Totals), dependencies=[allow("subsidies.read")]
)
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


@router.get(
    "/subsidies/{application_id}",
    response_model=said(OneSubsidy),
    dependencies=[allow("subsidies.read")],
)
def one_subsidy(
    request: Request,
    connection: Reading,
    service: Served,
    application_id: int,
    unmask: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """One application in full."""
    return listing_subsidies.one_subsidy(
        connection,
        application_id,
        reference=service.reference,
        may_see=unmask and _names_shown(request, connection, f"subsidy:{application_id}"),
    )


@router.post(
    "/subsidies",
    status_code=201,
    response_model=said(SubsidyAnswer),
    dependencies=[allow("subsidies.apply")],
)
def apply(
    connection: Writing, service: Served, desk: Working, asked: SubsidyRequest
) -> dict[str, Any]:
    """Register an application; what speaks against it is told, and blocks nothing."""
    done = subsidies.apply(connection, service.settings, Applying(**asked.model_dump()), desk=desk)
    return _done(done)


def _route(act: Act) -> None:
    """A route that takes an application one step further."""

    def step(
        connection: Writing, desk: Working, application_id: int, asked: SubsidyStepRequest
    ) -> dict[str, Any]:
        given = StepGiven(**asked.model_dump())
        return _done(subsidies.step(connection, application_id, act, given, desk=desk))

    router.post(
        f"/subsidies/{{application_id}}/{act}",
        name=f"{act}_subsidy",
        summary=ACT_TITLES[act],
        response_model=said(SubsidyAnswer),
        dependencies=[allow(PERMISSION[act], of="subsidy:{application_id}")],
    )(step)


for _act in Act:
    _route(_act)


def _done(done: SubsidyDone) -> dict[str, Any]:
    return {
        "id": done.id,
        "subject": f"subsidy:{done.id}",
        "state": str(done.state),
        "state_title": done.state_title,
        "amount_yuan": done.amount_yuan,
        "doubts": list(done.doubts),
        "next_acts": subsidies.acts_told(done.next_acts),
    }


def _names_shown(request: Request, connection: Connection, subject: str) -> bool:
    """True where the person may see whole names of a subject, which is written down."""
    entry = required_entry(request)
    permissions = service_of(request).reference.permissions
    permitting.require_on(connection, permissions, entry.actor, "persons.see_names", subject)
    note(request, "names_shown", entry, subject)
    return True


# ---- marks --------------------------------------------------------------------------------------


@router.get(
    "/cemeteries/{cemetery_id}/marks",
    response_model=said(Marks),
    dependencies=[allow("registry.read")],
)
def marks(connection: Reading, service: Served, cemetery_id: int) -> dict[str, Any]:
    """The marks a cemetery bears or bore (生态安葬试点)."""
    listing_plots.one_cemetery(connection, cemetery_id)
    return {"items": listing_subsidies.marks_of(connection, cemetery_id, service.today())}


@router.post(
    "/cemeteries/{cemetery_id}/marks",
    status_code=201,
    response_model=said(Marks),
    dependencies=[allow("cemeteries.mark", of="cemetery:{cemetery_id}")],
)
def mark(
    connection: Writing, service: Served, desk: Working, cemetery_id: int, asked: MarkRequest
) -> dict[str, Any]:
    """Mark a cemetery from a day on."""
    eco_burying.mark(
        connection, cemetery_id, since=asked.since or service.today(), kind=asked.kind,
        paper=MarkPaper(asked.number, asked.authority, asked.dated_on), desk=desk,
    )  # fmt: skip
    return {"items": listing_subsidies.marks_of(connection, cemetery_id, service.today())}


@router.post(
    "/cemeteries/{cemetery_id}/marks/end",
    response_model=said(Marks),
    dependencies=[allow("cemeteries.mark", of="cemetery:{cemetery_id}")],
)
def unmark(
    connection: Writing, service: Served, desk: Working, cemetery_id: int, asked: UnmarkRequest
) -> dict[str, Any]:
    """End a mark of a cemetery."""
    until = asked.until or service.today()
    eco_burying.unmark(connection, cemetery_id, until=until, kind=asked.kind, desk=desk)
    return {"items": listing_subsidies.marks_of(connection, cemetery_id, service.today())}
