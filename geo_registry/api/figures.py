"""Figures, ledgers, reports of a period."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.figures import (
    Activities,
    DefectLedger,
    FigureMembers,
    Figures,
    Teams,
)
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Served, Working, Writing
from geo_registry.formats.tables import write_book
from geo_registry.services import papers
from geo_registry.services.reports import defect_ledger, figures, ledgers, period_report
from geo_registry.services.reports.figures import Wanted
from geo_registry.services.reports.ledgers import Activity, Responsible, Team
from geo_registry.store.figures import Within
from geo_registry.store.ledgers import Span

router = APIRouter(prefix="/api/v1", tags=["figures"])

LARGEST_ID = 2**63 - 1
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Town = Annotated[str | None, Query(max_length=12)]
Words = Annotated[str, Field(max_length=2000)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ActivityRequest(_Asked):
    """A cultural activity that was held."""

    title: Words
    held_on: date
    participants: int
    kind: Words = ""
    town_code: str | None = Field(default=None, max_length=12)
    place: Words = ""
    note: Words = ""


class TeamRequest(_Asked):
    """A team of volunteers."""

    name: Words
    members: int
    founded_on: date
    town_code: str | None = Field(default=None, max_length=12)
    leader: Words = ""
    note: Words = ""


class ReasonRequest(_Asked):
    """Why."""

    reason: Words


class DayRequest(_Asked):
    """From which day on."""

    on: date


class ResponsibleRequest(_Asked):
    """Who answers for a division, from which day on."""

    division_code: str = Field(max_length=12)
    name: Words
    on: date


@router.get("/figures", response_model=said(Figures), dependencies=[allow("registry.read")])
def show_figures(
    connection: Reading,
    service: Served,
    on: date | None = None,
    since: date | None = None,
    known_on: date | None = None,
) -> dict[str, Any]:
    """All figures with their definitions; ``known_on``: as known at the end of that day."""
    wanted = Wanted(on or service.today(), since, known_on)
    return figures.measure(connection, wanted, profile=service.profile, reference=service.reference)


@router.get(
    "/figures/{figure}",
    response_model=said(FigureMembers),
    dependencies=[allow("registry.read")],
)
def list_members(
    connection: Reading,
    service: Served,
    figure: Annotated[str, Path(max_length=60)],
    part: Annotated[str | None, Query(max_length=100)] = None,
    town: Annotated[str | None, Query(max_length=12)] = None,
    on: date | None = None,
    since: date | None = None,
    known_on: date | None = None,
) -> dict[str, Any]:
    """The things that make a figure up: of a part, in a town."""
    return figures.members(
        connection,
        Wanted(on or service.today(), since, known_on),
        Within(figure, part, town),
        profile=service.profile,
        reference=service.reference,
    )


@router.get("/ledger", response_model=said(DefectLedger), dependencies=[allow("ledgers.read")])
def show_ledger(
    connection: Reading,
    service: Served,
    town: Town = None,
    settled: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """The ledger of the three defects, village by village."""
    rows = defect_ledger.ledger(
        connection,
        reference=service.reference,
        profile=service.profile,
        on=service.today(),
        town=town,
        settled=settled,
    )
    return {"items": rows, "total": len(rows)}


@router.get("/period-reports/{period}.{kind}", dependencies=[allow("ledgers.read")])
def make_report(
    connection: Reading,
    service: Served,
    period: Annotated[str, Path(max_length=20)],
    kind: Annotated[str, Path(max_length=5)],
    known_on: date | None = None,
) -> Response:
    """The report of a year or a month as DOCX, PDF or XLSX."""
    made = period_report.make(
        connection,
        period_report.period(period),
        profile=service.profile,
        reference=service.reference,
        settings=service.settings,
        today=service.today(),
        known_on=known_on,
    )
    if kind == "xlsx":
        return Response(write_book(made.sheets), media_type=XLSX)
    return Response(papers.written(made.paper, kind), media_type=papers.MEDIA_TYPES[kind])


@router.get("/activities", response_model=said(Activities), dependencies=[allow("ledgers.read")])
def list_activities(
    connection: Reading, town: Town = None, since: date | None = None, until: date | None = None
) -> dict[str, Any]:
    """Cultural activities, the latest first."""
    return ledgers.list_activities(connection, Span(town, since, until))


@router.post("/activities", status_code=201, dependencies=[allow("ledgers.keep")])
def record_activity(connection: Writing, desk: Working, asked: ActivityRequest) -> dict[str, int]:
    """Enter an activity that was held."""
    entered = Activity(**asked.model_dump())
    return {"id": ledgers.record_activity(connection, entered, desk=desk)}


@router.post(
    "/activities/{number}/cancel", dependencies=[allow("ledgers.keep", of="activity:{number}")]
)
def cancel_activity(connection: Writing, number: Number, asked: ReasonRequest) -> dict[str, int]:
    """Let an activity entered by mistake count no more."""
    ledgers.cancel_activity(connection, number, asked.reason)
    return {"id": number}


@router.get("/teams", response_model=said(Teams), dependencies=[allow("ledgers.read")])
def list_teams(
    connection: Reading, service: Served, town: Town = None, on: date | None = None
) -> dict[str, Any]:
    """Volunteer teams on a day."""
    return ledgers.list_teams(connection, Span(town, until=on or service.today()))


@router.post("/teams", status_code=201, dependencies=[allow("ledgers.keep")])
def found_team(connection: Writing, desk: Working, asked: TeamRequest) -> dict[str, int]:
    """Enter a team of volunteers."""
    return {"id": ledgers.found_team(connection, Team(**asked.model_dump()), desk=desk)}


@router.post("/teams/{number}/end", dependencies=[allow("ledgers.keep", of="team:{number}")])
def end_team(connection: Writing, number: Number, asked: DayRequest) -> dict[str, int]:
    """Let a team end."""
    ledgers.end_team(connection, number, asked.on)
    return {"id": number}


@router.post("/responsible", status_code=201, dependencies=[allow("ledgers.keep")])
def set_responsible(
    connection: Writing, desk: Working, asked: ResponsibleRequest
) -> dict[str, int]:
    """Say who answers for a division."""
    entered = Responsible(asked.division_code, asked.name, asked.on)
    number = ledgers.set_responsible(connection, entered, desk=desk)
    return {"id": number}
