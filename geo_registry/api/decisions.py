"""Decisions of people: one road or two, and the answers to places without a name."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.findings import NamingAnswerGiven, RoadDecided, RoadDecisions
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Working, Writing
from geo_registry.services.desk import Desk
from geo_registry.services.names import answering_unnamed, deciding_roads
from geo_registry.services.names.answering_unnamed import Given
from geo_registry.services.people import permitting

router = APIRouter(prefix="/api/v1", tags=["decisions"])


class RoadDecisionRequest(BaseModel):
    """Two roads (or one twice, for its own parts), whether they are one, and why."""

    model_config = ConfigDict(extra="forbid")

    pair: tuple[str, str]
    answer: str = Field(max_length=20)
    reason: str = Field(max_length=2000)


class NamingAnswerRequest(BaseModel):
    """One of the five answers, what people call the place, and why."""

    model_config = ConfigDict(extra="forbid")

    answer: str = Field(max_length=40)
    said_name: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=2000)


def _judging(desk: Desk) -> dict[str, Any]:
    return {
        "reference": desk.reference,
        "profile": desk.profile,
        "on": desk.on,
        "person": desk.person,
    }


@router.get(
    "/road-decisions", response_model=said(RoadDecisions), dependencies=[allow("registry.read")]
)
def list_road_decisions(connection: Reading) -> dict[str, Any]:
    """The decisions in force, the latest first."""
    return {"items": deciding_roads.listed(connection)}


@router.post(
    "/road-decisions",
    status_code=201,
    response_model=said(RoadDecided),
    dependencies=[allow("findings.answer")],
)
def decide_road(connection: Writing, desk: Working, asked: RoadDecisionRequest) -> dict[str, Any]:
    """Decide whether two groups of segments of one name are one road."""
    permitting.require_subjects(connection, desk, "findings.answer", asked.pair)
    return deciding_roads.decide(
        connection, *asked.pair, answer=asked.answer, reason=asked.reason, **_judging(desk)
    )


@router.delete(
    "/road-decisions/{decision_id}",
    dependencies=[allow("findings.answer", of="road_decision:{decision_id}")],
)
def withdraw_road_decision(connection: Writing, desk: Working, decision_id: int) -> dict[str, Any]:
    """Take a decision back."""
    # Numbers that no column holds are asked for as 0, which nothing has.
    known = decision_id if 0 < decision_id < 2**63 else 0
    return deciding_roads.withdraw(connection, known, **_judging(desk))


@router.post(
    "/places/{place}/naming-answer",
    status_code=201,
    response_model=said(NamingAnswerGiven),
    dependencies=[allow("findings.answer", of="place:{place}")],
)
def answer_unnamed(
    connection: Writing, desk: Working, place: str, asked: NamingAnswerRequest
) -> dict[str, Any]:
    """Answer why a place has no name."""
    given = Given(place, asked.answer, asked.said_name, asked.reason)
    return answering_unnamed.answer(connection, given, **_judging(desk))


@router.delete(
    "/places/{place}/naming-answer", dependencies=[allow("findings.answer", of="place:{place}")]
)
def withdraw_answer(connection: Writing, desk: Working, place: str) -> dict[str, Any]:
    """Take the answer back."""
    return answering_unnamed.withdraw(connection, place, **_judging(desk))
