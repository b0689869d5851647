"""Plots, burials, capacity of a cemetery. Names leave masked; nothing of a person is in a URL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from geo_registry.api.answering import said
from geo_registry.api.answers.plots import BurialPage, Capacity, PlotPage
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Writing, service_of
from geo_registry.api.visitors import note, required_entry
from geo_registry.domain.errors import BadRequest
from geo_registry.services.cemeteries import burying, forecasting_capacity, listing_plots, plots
from geo_registry.services.cemeteries.burying import Burying, Dead
from geo_registry.services.cemeteries.listing_plots import Wanted
from geo_registry.services.cemeteries.plots import Grant, PlotDone
from geo_registry.services.people import permitting

router = APIRouter(prefix="/api/v1", tags=["plots"])

LARGEST_ID = 2**63 - 1
Page = Annotated[int, Query(ge=1, le=listing_plots.MOST)]
After = Annotated[int, Query(ge=0, le=LARGEST_ID)]
PersonName = Annotated[str, Field(max_length=1000)]
Words = Annotated[str, Field(max_length=2000)]
Code = Annotated[str | None, Field(max_length=20)]
Years = Annotated[int | None, Field(ge=1, le=10_000)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GrantRequest(_Asked):
    """To whom a plot is given, how, from when, for how long."""

    holder_name: PersonName
    how: str = Field(default="assigned", max_length=40)
    holder_code: Code = None
    price_yuan: Decimal | None = Field(default=None, max_digits=12, decimal_places=2)
    term_from: date | None = None
    term_years: Years = None
    fee_years: Years = None


class ExtensionRequest(_Asked):
    """By how many years a term is lengthened, and how many of maintenance are paid with it.

    ``term_end`` is the end that the form shows: asked twice, the term is lengthened once.
    """

    term_end: date
    years: int = Field(ge=1, le=10_000)
    fee_years: Years = None


class BurialRequest(_Asked):
    """Who is buried, in which plot or without one, how and when."""

    name: PersonName
    id_number: str = Field(default="", max_length=100)
    died_on: date | None = None
    hukou_code: Code = None
    plot_id: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    kind: str = Field(default="ashes", max_length=40)
    buried_on: date | None = None
    resident_of: Code = None
    consent: Words = ""


class MoveRequest(_Asked):
    """Why and when remains were moved away."""

    reason: Words
    moved_on: date | None = None


@router.get(
    "/cemeteries/{cemetery_id}/plots",
    response_model=said(PlotPage),
    dependencies=[allow("plots.read")],
)
def list_plots(
    request: Request,
    connection: Reading,
    cemetery_id: int,
    after: After = 0,
    limit: Page = 200,
    status: Annotated[str | None, Query(max_length=40)] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    section: Annotated[str | None, Query(max_length=100)] = None,
    ends_by: date | None = None,
    unmask: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """A page of the plots of a cemetery; ``next`` is the ``after`` of the following page."""
    wanted = Wanted(cemetery_id, after, limit, status, kind, section, ends_by)
    seeing = unmask and _names_shown(request, connection, cemetery_id)
    return listing_plots.list_plots(connection, wanted, may_see=seeing)


@router.get(
    "/cemeteries/{cemetery_id}/burials",
    response_model=said(BurialPage),
    dependencies=[allow("plots.read")],
)
def list_burials(
    request: Request,
    connection: Reading,
    cemetery_id: int,
    after: After = 0,
    limit: Page = 200,
    ended: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    unmask: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """A page of the burials in a cemetery."""
    seeing = unmask and _names_shown(request, connection, cemetery_id)
    return listing_plots.list_burials(
        connection, cemetery_id, may_see=seeing, after=after, limit=limit, ended=ended
    )


@router.get(
    "/cemeteries/{cemetery_id}/capacity",
    response_model=said(Capacity),
    dependencies=[allow("plots.read")],
)
def capacity(connection: Reading, service: Served, cemetery_id: int) -> dict[str, Any]:
    """How long the cemetery lasts, with an interval and what is assumed."""
    return forecasting_capacity.forecast(
        connection,
        cemetery_id,
        reference=service.reference,
        profile=service.profile,
        on=service.today(),
    )


@router.post(
    "/cemeteries/{cemetery_id}/burials",
    status_code=201,
    dependencies=[allow("burials.register", of="cemetery:{cemetery_id}")],
)
def bury(
    connection: Writing, service: Served, cemetery_id: int, asked: BurialRequest
) -> dict[str, Any]:
    """Register a burial in a cemetery, in one of its plots or without."""
    listing_plots.one_cemetery(connection, cemetery_id)
    dead = Dead(asked.name, asked.id_number, asked.died_on, asked.hukou_code)
    where = Burying(
        asked.plot_id, cemetery_id, asked.kind, asked.buried_on, asked.resident_of, asked.consent
    )
    done = burying.bury(connection, service.settings, dead, where, on=service.today())
    return {"id": done.burial_id, "deceased": done.deceased_id, "known": done.known}


@router.post(
    "/burials/{burial_id}/move", dependencies=[allow("burials.register", of="burial:{burial_id}")]
)
def move_away(
    connection: Writing, service: Served, burial_id: int, asked: MoveRequest
) -> dict[str, Any]:
    """End a burial because the remains were moved."""
    plot_id = burying.move_away(
        connection, burial_id, why=asked.reason, moved_on=asked.moved_on, on=service.today()
    )
    return {"id": burial_id, "plot": plot_id}


@router.post("/plots/{plot_id}/assign", dependencies=[allow("plots.manage", of="plot:{plot_id}")])
def assign(
    connection: Writing, service: Served, plot_id: int, asked: GrantRequest
) -> dict[str, Any]:
    """Give a free or reserved plot to somebody."""
    return _done(plots.assign(connection, plot_id, _grant(asked), on=service.today()))


@router.post("/plots/{plot_id}/transfer", dependencies=[allow("plots.manage", of="plot:{plot_id}")])
def transfer(
    connection: Writing, service: Served, plot_id: int, asked: GrantRequest
) -> dict[str, Any]:
    """Write another holder on a plot."""
    return _done(plots.transfer(connection, plot_id, _grant(asked), on=service.today()))


@router.post("/plots/{plot_id}/extend", dependencies=[allow("plots.manage", of="plot:{plot_id}")])
def extend(connection: Writing, plot_id: int, asked: ExtensionRequest) -> dict[str, Any]:
    """Lengthen the term of a plot."""
    return _done(
        plots.extend(
            connection, plot_id, asked.years, fee_years=asked.fee_years, was=asked.term_end
        )
    )


_ACTS = {
    "reserve": plots.reserve,
    "release": plots.release,
    "close": plots.close,
    "reopen": plots.reopen,
}


@router.post("/plots/{plot_id}/{act}", dependencies=[allow("plots.manage", of="plot:{plot_id}")])
def simple(connection: Writing, plot_id: int, act: str) -> dict[str, Any]:
    """Reserve, release, close or reopen a plot."""
    if act not in _ACTS:
        raise BadRequest(f"没有“{act[:20]}”这种办理。可用：{'、'.join(_ACTS)}。")
    return _done(_ACTS[act](connection, plot_id))


def _names_shown(request: Request, connection: Connection, cemetery_id: int) -> bool:
    """True where the person may see whole names here, which is written down; else refused."""
    entry = required_entry(request)
    permitting.require_on(
        connection,
        service_of(request).reference.permissions,
        entry.actor,
        "persons.see_names",
        f"cemetery:{cemetery_id}",
    )
    note(request, "names_shown", entry, f"cemetery:{cemetery_id}")
    return True


def _grant(asked: GrantRequest) -> Grant:
    return Grant(**asked.model_dump())


def _done(done: PlotDone) -> dict[str, Any]:
    return {
        "id": done.plot_id,
        "subject": f"plot:{done.plot_id}",
        "status": done.status,
        "status_title": done.status_title,
        "term_end": done.term_end,
    }
