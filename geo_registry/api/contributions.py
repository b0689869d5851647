"""Contributions (采集) of volunteers, deadlines of everything, and the register of signs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse
from pydantic import Field

from geo_registry.api.answering import said
from geo_registry.api.answers.proposals import (
    ContributionPage,
    ContributionShown,
    DueList,
    SignShown,
)
from geo_registry.api.attachments import file_answer, received
from geo_registry.api.permitting import allow
from geo_registry.api.proposals import Number, Strict, geometry_of, place_id
from geo_registry.api.transactions import Reading, Served, Working, Writing
from geo_registry.services.names import signs
from geo_registry.services.naming import contributions, proposals
from geo_registry.services.naming.contributions import Sent
from geo_registry.services.reports import deadlines

router = APIRouter(prefix="/api/v1", tags=["contributions"])

Words = Annotated[str, Field(max_length=4000)]
_MINE = [allow("contributions.send")]
_OF = "contribution:{number}"


class ContributionRequest(Strict):
    """A name, where (GeoJSON, or a village in words), and its story; photos are attachments."""

    name: str = Field(min_length=1, max_length=200)
    place_class: str = Field(default="road", max_length=40)
    geometry: dict[str, Any] | None = None
    at: str = Field(default="", max_length=80)
    story: str = Field(default="", max_length=20_000)
    source: str = Field(default="", max_length=200)


class ReplyRequest(Strict):
    """The answer that the volunteer reads, at the version of the form."""

    version: int = Field(ge=1)
    answer: Words


class AcceptRequest(ReplyRequest):
    """For which registered place (empty: the one that was drawn)."""

    place: str = Field(default="", max_length=80)
    despite: Words = ""


class MergeRequest(ReplyRequest):
    """Into which place, and into which of its names."""

    place: str = Field(max_length=80)
    name_id: int | None = Field(default=None, ge=1, lt=2**63)


@router.get("/contributions", response_model=said(ContributionPage), dependencies=_MINE)
def list_contributions(
    connection: Reading,
    desk: Working,
    state: Annotated[list[str] | None, Query(max_length=10)] = None,
    before: Number = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """A page of contributions: a volunteer's own, or those of the towns."""
    return contributions.page(connection, states=state or (), before=before, limit=limit, desk=desk)


@router.get("/contributions/{number}", response_model=said(ContributionShown), dependencies=_MINE)
def show_contribution(connection: Reading, desk: Working, number: int) -> dict[str, Any]:
    """One contribution with its photos and its answer."""
    return contributions.show(connection, number, desk=desk)


@router.post(
    "/contributions",
    status_code=201,
    response_model=said(ContributionShown),
    dependencies=_MINE,
)
def contribute(connection: Writing, desk: Working, asked: ContributionRequest) -> dict[str, Any]:
    """Send a name; it is compared with every name on record, former ones too."""
    geometry = None if asked.geometry is None else geometry_of(asked.geometry)
    sent = Sent(asked.name, asked.place_class, geometry, asked.at, asked.story, asked.source)
    return contributions.contribute(connection, sent, desk=desk)


class PhotoRequest(Strict):
    """What the photo in the body is called."""

    file_name: str = Field(min_length=1, max_length=500)


@router.post(
    "/contributions/{number}/photos",
    status_code=201,
    response_model=said(ContributionShown),
    dependencies=_MINE,
)
def add_photo(
    connection: Writing,
    desk: Working,
    body: Annotated[Path, Depends(received)],
    number: int,
    asked: Annotated[PhotoRequest, Query()],
) -> dict[str, Any]:
    """Add a photo or recording to a contribution of one's own."""
    photo = contributions.Photo(body, asked.file_name)
    contributions.add_photo(connection, number, photo, desk=desk)
    return contributions.show(connection, number, desk=desk)


@router.get("/contributions/{number}/photos/{photo}", dependencies=_MINE)
def show_photo(
    connection: Reading, service: Served, desk: Working, number: int, photo: int
) -> FileResponse:
    """A photo of a contribution, to those who may see it."""
    found = contributions.photo_of(connection, number, photo, desk=desk)
    return file_answer(found, service)


@router.post(
    "/contributions/{number}/acceptance",
    status_code=201,
    response_model=said(ContributionShown),
    dependencies=[allow("contributions.answer", of=_OF)],
)
def accept(connection: Writing, desk: Working, number: int, asked: AcceptRequest) -> dict[str, Any]:
    """Make a proposal of a contribution."""
    return contributions.accept(
        connection, number, version=asked.version, answer=asked.answer, place=asked.place,
        despite=asked.despite, desk=desk,
    )  # fmt: skip


@router.post(
    "/contributions/{number}/merger",
    status_code=201,
    response_model=said(ContributionShown),
    dependencies=[allow("contributions.answer", of=_OF)],
)
def merge(connection: Writing, desk: Working, number: int, asked: MergeRequest) -> dict[str, Any]:
    """Join a contribution to a place on record."""
    return contributions.merge(
        connection, number, version=asked.version, place=asked.place, name_id=asked.name_id,
        answer=asked.answer, desk=desk,
    )  # fmt: skip


@router.post(
    "/contributions/{number}/rejection",
    status_code=201,
    response_model=said(ContributionShown),
    dependencies=[allow("contributions.answer", of=_OF)],
)
def reject(connection: Writing, desk: Working, number: int, asked: ReplyRequest) -> dict[str, Any]:
    """Do not use a contribution, and say why."""
    return contributions.reject(
        connection, number, version=asked.version, reason=asked.answer, desk=desk
    )


@router.get("/deadlines", response_model=said(DueList), dependencies=[allow("proposals.read")])
def list_deadlines(
    connection: Reading,
    desk: Working,
    within_days: Annotated[int | None, Query(ge=0, le=3660)] = None,
    kind: Annotated[list[str] | None, Query(max_length=10)] = None,
) -> dict[str, Any]:
    """What is overdue of everything: proposals, contributions, cases; or what ends soon."""
    listed = deadlines.listed(connection, within_days=within_days, kinds=kind or (), desk=desk)
    return {"items": listed}


# ---- signs, protected names ---------------------------------------------------------------------


class SignRequest(Strict):
    """A sign at a point: planned, or put up with what it says."""

    lon: float
    lat: float
    planned: bool = False
    text: str = Field(default="", max_length=100)
    romanized: str | None = Field(default=None, max_length=200)
    on: date | None = None
    note: str = Field(default="", max_length=500)


class SignCheckRequest(Strict):
    """What somebody saw of a sign; ``installed``: a planned one was put up."""

    state: str = Field(max_length=20)
    note: str = Field(default="", max_length=500)
    on: date | None = None


class ProtectRequest(Strict):
    """On which list of protected names a place stands."""

    list_title: str = Field(max_length=200)
    listed_on: date
    reason: Words = ""


@router.post(
    "/places/{place}/signs",
    status_code=201,
    response_model=said(SignShown),
    dependencies=[allow("signs.record", of="place:{place}")],
)
def record_sign(
    connection: Writing, desk: Working, place: str, asked: SignRequest
) -> dict[str, Any]:
    """Plan a sign of a place, or record one that stands."""
    number, at = place_id(connection, place), (asked.lon, asked.lat)
    if asked.planned:
        return signs.plan(connection, number, at, note=asked.note, desk=desk)
    return signs.install(
        connection, number, at, text=asked.text, romanized=asked.romanized, on=asked.on, desk=desk
    )


@router.post(
    "/signs/{sign}/checks",
    status_code=201,
    response_model=said(SignShown),
    dependencies=[allow("signs.record", of="sign:{sign}")],
)
def check_sign(
    connection: Writing, desk: Working, sign: int, asked: SignCheckRequest
) -> dict[str, Any]:
    """Record a look at a sign (standing, damaged, missing), or that a planned one was put up."""
    if asked.state == "installed":
        return signs.put_up(connection, sign, on=asked.on, desk=desk)
    return signs.inspect(
        connection, sign, state=asked.state, note=asked.note, on=asked.on, desk=desk
    )


@router.post(
    "/places/{place}/protection",
    status_code=201,
    dependencies=[allow("names.protect", of="place:{place}")],
)
def protect(
    connection: Writing, desk: Working, place: str, asked: ProtectRequest
) -> dict[str, Any]:
    """Put a place on a list of protected names."""
    number = proposals.protect(
        connection, place_id(connection, place), list_title=asked.list_title,
        listed_on=asked.listed_on, reason=asked.reason, desk=desk,
    )  # fmt: skip
    return {"id": number}
