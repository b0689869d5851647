"""Places by their permanent id: names in time, proposals and decisions, stories."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from shapely.errors import ShapelyError
from shapely.geometry import shape

from geo_registry.api.answering import said
from geo_registry.api.answers.subjects import PlaceLife
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Acting, Reading, Served, Working, Writing
from geo_registry.domain.errors import BadRequest
from geo_registry.services.desk import Desk
from geo_registry.services.names import places, stories
from geo_registry.services.naming import naming
from geo_registry.services.naming.new_places import NewPlace
from geo_registry.services.people import permitting

router = APIRouter(prefix="/api/v1", tags=["places"])

LARGEST_ID = 2**63 - 1
Words = Annotated[str, Field(max_length=20_000)]
Name = Annotated[str, Field(max_length=1_000_000)]  # the service says how long a name may be


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProposalRequest(_Asked):
    """A name put forward, why, and why in spite of what a rule says."""

    name: Name
    reason: Words
    despite: Words = ""


class NewPlaceRequest(ProposalRequest):
    """A name for a place that has no entry yet: class, GeoJSON geometry (EPSG:4490), division."""

    place_class: str = Field(max_length=100)
    geometry: dict[str, Any]
    at: str = Field(default="", max_length=100)
    width_m: float | None = Field(default=None, gt=0, le=1000)


class DecisionRequest(_Asked):
    """What an authority decided, on what paper, from which day on."""

    authority: str = Field(max_length=200)
    effective_on: date
    number: str = Field(default="", max_length=200)
    title: str = Field(default="", max_length=500)
    dated_on: date | None = None
    reason: Words = ""
    despite: Words = ""

    def decision(self) -> naming.Decision:
        """The request as the service takes it."""
        kept = ("authority", "effective_on", "number", "title", "dated_on", "reason", "despite")
        return naming.Decision(**{k: getattr(self, k) for k in kept})


class NamingRequest(DecisionRequest):
    """A decision that gives a name."""

    name: Name


class MergerRequest(DecisionRequest):
    """A decision that makes places part of an heir."""

    places: list[str] = Field(max_length=1000)


class ReasonRequest(_Asked):
    """Why."""

    reason: Words


class CorrectionRequest(_Asked):
    """What a row of a name should have said; ``unbounded`` leaves an end open."""

    full: Name | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    unbounded: list[Literal["valid_from", "valid_to"]] = []
    reason: Words
    despite: Words = ""


class PaperRequest(_Asked):
    """The paper a story rests on."""

    title: str = Field(max_length=500)
    number: str = Field(default="", max_length=200)
    authority: str = Field(default="", max_length=200)
    dated_on: date | None = None


class StoryRequest(_Asked):
    """A story with its source."""

    kind: str = Field(max_length=100)
    text: str = Field(max_length=1_000_000)
    source: str = Field(max_length=20_000)
    document: PaperRequest | None = None


class StoryCorrection(_Asked):
    """What a story should have said."""

    text: str | None = Field(default=None, max_length=1_000_000)
    source: str | None = Field(default=None, max_length=20_000)


# ---- questions ----------------------------------------------------------------------------------


@router.get(
    "/places/{place}", response_model=said(PlaceLife), dependencies=[allow("registry.read")]
)
def show_place(
    connection: Reading,
    service: Served,
    place: str,
    on: date | None = None,
    known_on: date | None = None,
) -> dict[str, Any]:
    """What a place is called, was called on a day, and what happened to its names."""
    return places.life(
        connection, place, on=on or service.today(), known_on=known_on, profile=service.profile
    )


@router.get("/places/{place}/events", dependencies=[allow("registry.read")])
def list_events(connection: Reading, place: str) -> dict[str, Any]:
    """What happened to the names of a place, oldest first."""
    return {"items": places.events(connection, places.find(connection, place).place_id)}


@router.get("/places/{place}/stories", dependencies=[allow("registry.read")])
def list_stories(connection: Reading, place: str) -> dict[str, Any]:
    """Origin, meaning, history and stories of a place, with their sources."""
    return {"items": stories.of_place(connection, places.find(connection, place).place_id)}


# ---- acts ---------------------------------------------------------------------------------------


@router.post("/places", status_code=201, dependencies=[allow("naming.propose")])
def propose_new(connection: Writing, desk: Working, asked: NewPlaceRequest) -> dict[str, Any]:
    """Register a place together with the first name proposed for it."""
    try:
        geometry = shape(asked.geometry)
    except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
        raise BadRequest("图形不是有效的 GeoJSON 几何对象。") from error
    new = NewPlace(asked.place_class, geometry, asked.at, asked.width_m)
    done = naming.propose(
        connection,
        new,
        asked.name,
        reason=asked.reason,
        despite=asked.despite,
        desk=desk,
    )
    # Where the place lies is known only now; outside one's towns nothing of it stays.
    permitting.require_subjects(connection, desk, "naming.propose", [done.subject])
    return _done(connection, desk, done)


@router.post(
    "/places/{place}/proposals",
    status_code=201,
    dependencies=[allow("naming.propose", of="place:{place}")],
)
def propose(
    connection: Writing, desk: Working, place: str, asked: ProposalRequest
) -> dict[str, Any]:
    """Put a name forward for a place."""
    done = naming.propose(
        connection,
        _living(connection, place),
        asked.name,
        reason=asked.reason,
        despite=asked.despite,
        desk=desk,
    )
    return _done(connection, desk, done)


@router.post(
    "/place-names/{proposal}/approval",
    status_code=201,
    dependencies=[allow("naming.decide", of="name:{proposal}")],
)
def approve(
    connection: Writing, desk: Working, proposal: int, asked: DecisionRequest
) -> dict[str, Any]:
    """Make a proposal the standard name of its place."""
    done = naming.approve(connection, _within_range(proposal), asked.decision(), desk=desk)
    return _done(connection, desk, done)


@router.post(
    "/place-names/{proposal}/withdrawal",
    status_code=201,
    dependencies=[allow("naming.propose", of="name:{proposal}")],
)
def withdraw(
    connection: Writing, desk: Working, proposal: int, asked: ReasonRequest
) -> dict[str, Any]:
    """Take a pending proposal back."""
    done = naming.withdraw(connection, _within_range(proposal), reason=asked.reason, desk=desk)
    return _done(connection, desk, done)


@router.post(
    "/places/{place}/names",
    status_code=201,
    dependencies=[allow("naming.decide", of="place:{place}")],
)
def name_place(
    connection: Writing, desk: Working, place: str, asked: NamingRequest
) -> dict[str, Any]:
    """Give a place its first standard name."""
    done = naming.name_place(
        connection,
        _living(connection, place),
        asked.name,
        asked.decision(),
        desk=desk,
    )
    return _done(connection, desk, done)


@router.post(
    "/places/{place}/renaming",
    status_code=201,
    dependencies=[allow("naming.decide", of="place:{place}")],
)
def rename(connection: Writing, desk: Working, place: str, asked: NamingRequest) -> dict[str, Any]:
    """Give a place another standard name."""
    done = naming.rename(
        connection,
        _living(connection, place),
        asked.name,
        asked.decision(),
        desk=desk,
    )
    return _done(connection, desk, done)


@router.post(
    "/places/{place}/mergers",
    status_code=201,
    dependencies=[allow("naming.decide", of="place:{place}")],
)
def merge(connection: Writing, desk: Working, place: str, asked: MergerRequest) -> dict[str, Any]:
    """Make places part of this one."""
    gone = [places.find(connection, p).asked_id for p in asked.places]
    permitting.require_subjects(
        connection, desk, "naming.decide", [f"place:{number}" for number in gone]
    )
    done = naming.merge(
        connection,
        gone,
        _living(connection, place),
        asked.decision(),
        desk=desk,
    )
    return _done(connection, desk, done[-1])


@router.post(
    "/places/{place}/abolition",
    status_code=201,
    dependencies=[allow("naming.decide", of="place:{place}")],
)
def abolish(
    connection: Writing, desk: Working, place: str, asked: DecisionRequest
) -> dict[str, Any]:
    """End a place that no longer exists."""
    done = naming.abolish(connection, _living(connection, place), asked.decision(), desk=desk)
    return _done(connection, desk, done)


@router.post(
    "/names/{name_id}/corrections",
    status_code=201,
    dependencies=[allow("naming.correct", of="name:{name_id}")],
)
def correct(
    connection: Writing, desk: Working, name_id: int, asked: CorrectionRequest
) -> dict[str, Any]:
    """Replace a wrong row of a name by a right one."""
    done = naming.correct(
        connection,
        _within_range(name_id),
        full=asked.full,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        unbounded=asked.unbounded,
        reason=asked.reason,
        despite=asked.despite,
        desk=desk,
    )
    return _done(connection, desk, done)


@router.post(
    "/places/{place}/stories",
    status_code=201,
    dependencies=[allow("stories.write", of="place:{place}")],
)
def add_story(connection: Writing, who: Acting, place: str, asked: StoryRequest) -> dict[str, Any]:
    """Write origin, meaning, history or a story of a place, with its source."""
    found = _living(connection, place)
    paper = None
    if asked.document is not None:
        given = asked.document
        paper = stories.Paper(given.title, given.number, given.authority, given.dated_on)
    number = stories.add(
        connection,
        found,
        asked.kind,
        asked.text,
        source=asked.source,
        paper=paper,
        person=who.person,
    )
    return {"id": number, "items": stories.of_place(connection, found)}


@router.post(
    "/stories/{story}/corrections",
    status_code=201,
    dependencies=[allow("stories.write", of="story:{story}")],
)
def correct_story(
    connection: Writing, who: Acting, story: int, asked: StoryCorrection
) -> dict[str, Any]:
    """Replace a story by a corrected one."""
    number = stories.correct(
        connection,
        _within_range(story),
        words=asked.text,
        source=asked.source,
        person=who.person,
    )
    return {"id": number}


# ---- steps --------------------------------------------------------------------------------------


def _living(connection: Any, place: str) -> int:
    """The place itself, not its heir: what is done to a merged place is refused in words."""
    return places.find(connection, place).asked_id


def _done(connection: Any, desk: Desk, done: naming.Done) -> dict[str, Any]:
    shown = places.life(connection, done.subject, on=desk.on, profile=desk.profile)
    return {"event": done.event_id, "name_id": done.name_id, "place": shown}


def _within_range(number: int) -> int:
    """Numbers that no column holds are asked for as 0, which nothing has."""
    return number if 0 < number <= LARGEST_ID else 0
