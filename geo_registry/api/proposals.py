"""Proposals (申报): listed, shown, put forward, taken step by step; their papers and clocks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from shapely.errors import ShapelyError
from shapely.geometry import shape

from geo_registry.api.answering import said
from geo_registry.api.answers.proposals import (
    BatchOutcome,
    DueList,
    ProposalCounts,
    ProposalPage,
    ProposalShown,
    ProposalWords,
)
from geo_registry.api.permitting import allow
from geo_registry.api.receiving import body_of
from geo_registry.api.transactions import Reading, Served, Working, Writing, service_of
from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.services import papers
from geo_registry.services.accountability import attachments
from geo_registry.services.naming import (
    proposal_acts,
    proposal_batches,
    proposal_lists,
    proposal_pages,
)
from geo_registry.services.naming import proposal_papers as drawing
from geo_registry.services.naming import proposals as acts
from geo_registry.services.naming.new_places import NewPlace
from geo_registry.services.naming.proposals import Asked, PaperFiled, Stated
from geo_registry.services.reports import deadlines
from geo_registry.store.naming import place_named

router = APIRouter(prefix="/api/v1/proposals", tags=["proposals"])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Number = Annotated[int | None, Query(ge=1, lt=2**63)]
Words = Annotated[str, Field(max_length=4000)]


class Strict(BaseModel):
    """A body without keys that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class PaperRequest(Strict):
    """A paper that comes with a step; its file is an attachment of the proposal."""

    kind: str = Field(max_length=40)
    title: str = Field(default="", max_length=200)
    number: str = Field(default="", max_length=100)
    dated_on: date | None = None
    attachment: int | None = Field(default=None, ge=1, lt=2**63)

    def filed(self) -> PaperFiled:
        """As the services take it."""
        return PaperFiled(
            self.kind, self.title, self.number, self.dated_on, attachment=self.attachment
        )


class ProposalRequest(Strict):
    """A proposal: for a registered place, or for one that is drawn with it."""

    kind: str = Field(default="name", max_length=20)
    place: str = Field(default="", max_length=80)
    geometry: dict[str, Any] | None = None
    place_class: str = Field(default="road", max_length=40)
    at: str = Field(default="", max_length=80)
    name: str = Field(default="", max_length=200)
    applicant: str = Field(max_length=200)
    reason: Words
    despite: Words = ""
    heir: str = Field(default="", max_length=80)
    corrects: int | None = None
    proposed_on: date | None = None
    direction: str = Field(default="", max_length=40)
    starts_at: str = Field(default="", max_length=200)
    ends_at: str = Field(default="", max_length=200)
    length_m: float | None = Field(default=None, gt=0, lt=1e7)
    width_m: float | None = Field(default=None, gt=0, lt=1e4)
    papers: list[PaperRequest] = Field(default=[], max_length=50)


def place_id(connection: Any, ident: str) -> int:
    """The id of a place; :class:`NotFound` where there is none."""
    found = place_named(connection, ident.strip())
    if found is None:
        raise NotFound(f"没有“{ident[:60]}”这处地方。")
    return found


def geometry_of(given: dict[str, Any]) -> Any:
    """A shape from GeoJSON; :class:`BadRequest` where it is none."""
    try:
        return shape(given)
    except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
        raise BadRequest("图形不是有效的 GeoJSON 几何对象。") from error


@router.get("", response_model=said(ProposalPage), dependencies=[allow("proposals.read")])
def list_proposals(
    connection: Reading,
    desk: Working,
    state: Annotated[list[str] | None, Query(max_length=20)] = None,
    kind: Annotated[list[str] | None, Query(max_length=10)] = None,
    town: Annotated[str, Query(max_length=12)] = "",
    batch: Number = None,
    q: Annotated[str, Query(max_length=80)] = "",
    before: Number = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """A page of proposals in one's towns, the newest first; ``state=open``: all not closed."""
    return proposal_pages.page(
        connection, states=state or (), kinds=kind or (), town=town, batch=batch, words=q,
        before=before, limit=limit, desk=desk,
    )  # fmt: skip


@router.get("/counts", response_model=said(ProposalCounts), dependencies=[allow("proposals.read")])
def count_proposals(connection: Reading, desk: Working) -> dict[str, Any]:
    """How many proposals stand in each state, and how many clocks are over."""
    return proposal_pages.counts(connection, desk=desk)


@router.get("/words", response_model=said(ProposalWords), dependencies=[allow("proposals.read")])
def list_words(desk: Working) -> dict[str, Any]:
    """States, kinds, papers: what forms and filters offer, in the words of the register."""
    return proposal_acts.words(desk=desk)


@router.get("/overdue", response_model=said(DueList), dependencies=[allow("proposals.read")])
def list_overdue(
    connection: Reading,
    desk: Working,
    within_days: Annotated[int | None, Query(ge=0, le=3660)] = None,
) -> dict[str, Any]:
    """What is overdue of proposals; with ``within_days`` also what ends by then."""
    listed = deadlines.listed(connection, within_days=within_days, kinds=("proposal",), desk=desk)
    return {"items": listed}


@router.get("/papers/{paper}", dependencies=[allow("proposals.read")])
def draw_paper(
    connection: Reading,
    service: Served,
    desk: Working,
    paper: str,
    number: Annotated[list[int], Query(min_length=1, max_length=2000)],
    file_format: Annotated[str, Query(alias="format", max_length=8)] = "docx",
) -> Response:
    """A paper about one or several proposals, as DOCX or PDF; the list also as XLSX."""
    if paper == "list" and file_format == "xlsx":
        raw = proposal_lists.list_xlsx(connection, number, desk=desk)
        name = quote("地名命名一览表.xlsx")
        return Response(
            raw,
            media_type=_XLSX,
            headers={"content-disposition": f"attachment; filename*=utf-8''{name}"},
        )
    made = drawing.draw(connection, paper, number, service.settings, desk=desk)
    name = quote(f"{made.title}.{file_format}")
    return Response(
        papers.written(made, file_format),
        media_type=papers.MEDIA_TYPES[file_format],
        headers={"content-disposition": f"attachment; filename*=utf-8''{name}"},
    )


@router.get(
    "/{proposal}", response_model=said(ProposalShown), dependencies=[allow("proposals.read")]
)
def show_proposal(connection: Reading, desk: Working, proposal: int) -> dict[str, Any]:
    """The whole dossier: steps, papers and those missing, clocks, what can be done now."""
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post(
    "",
    status_code=201,
    response_model=said(ProposalShown),
    dependencies=[allow("naming.propose")],
)
def propose(connection: Writing, desk: Working, asked: ProposalRequest) -> dict[str, Any]:
    """Put a proposal forward; the name is checked, and its place must be in one's towns."""
    if asked.geometry is not None:
        place: int | NewPlace = NewPlace(
            asked.place_class, geometry_of(asked.geometry), asked.at, asked.width_m
        )
    else:
        place = place_id(connection, asked.place)
    done = acts.propose(
        connection,
        Asked(
            kind=proposal_pages.kind_of(asked.kind), place=place, applicant=asked.applicant,
            reason=asked.reason, name=asked.name,
            heir=place_id(connection, asked.heir) if asked.heir else None,
            corrects=asked.corrects, despite=asked.despite, proposed_on=asked.proposed_on,
            stated=Stated(
                asked.direction, asked.starts_at, asked.ends_at, asked.length_m, asked.width_m
            ),
            papers=tuple(p.filed() for p in asked.papers),
        ),
        desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, done.stored.id, desk=desk)


async def _table(request: Request) -> AsyncIterator[Path]:
    """The body in a file of its own, gone after the request."""
    limit = service_of(request).settings.attachment_bytes
    async with body_of(request, limit, attachments.too_large("表格", limit)) as path:
        yield path


class TableRequest(Strict):
    """What the table in the body is called (its suffix tells its kind), and what may be done."""

    file_name: str = Field(min_length=5, max_length=200)
    applicant: str = Field(default="", max_length=200)
    admit_good: bool = False
    dry_run: bool = False


@router.post(
    "/table",
    status_code=201,
    response_model=said(BatchOutcome),
    dependencies=[allow("naming.propose")],
)
def propose_table(
    connection: Writing,
    desk: Working,
    body: Annotated[Path, Depends(_table)],
    asked: Annotated[TableRequest, Query()],
) -> dict[str, Any]:
    """Propose every row of a CSV or XLSX table; the whole of it, or its good rows."""
    suffix = Path(asked.file_name).suffix.lower()
    named = body.with_suffix(suffix if suffix in {".csv", ".xlsx", ".tsv"} else ".csv")
    named.hardlink_to(body)
    try:
        outcome = proposal_batches.propose_all(
            connection,
            proposal_batches.Batch(named, asked.applicant, asked.admit_good, asked.dry_run),
            file_name=asked.file_name,
            desk=desk,
        )
    finally:
        named.unlink()
    return {
        "file_name": outcome.file_name,
        "rows": outcome.rows,
        "rejected": outcome.rejected,
        "stored": outcome.stored,
        "batch": outcome.batch_id,
        "verdicts": proposal_batches.verdict_rows(outcome),
    }


class PapersRequest(Strict):
    """Papers for a dossier."""

    papers: list[PaperRequest] = Field(min_length=1, max_length=50)


@router.post(
    "/{proposal}/papers",
    status_code=201,
    response_model=said(ProposalShown),
    dependencies=[allow("naming.propose", of="proposal:{proposal}")],
)
def add_papers(
    connection: Writing, desk: Working, proposal: int, asked: PapersRequest
) -> dict[str, Any]:
    """Put papers into a dossier."""
    acts.add_papers(connection, proposal, [p.filed() for p in asked.papers], desk=desk)
    return proposal_pages.show(connection, proposal, desk=desk)
