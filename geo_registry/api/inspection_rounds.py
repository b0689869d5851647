"""Inspection rounds: planned by town, stop by stop."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from geo_registry.api.answering import said
from geo_registry.api.answers.cases import RoundFull, RoundRows, RoundStop
from geo_registry.api.case_forms import RoundForm, SendForm, StopForm
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Reading, Working, Writing
from geo_registry.services.cases import inspection_rounds
from geo_registry.services.cases.inspection_rounds import Round

router = APIRouter(prefix="/api/v1", tags=["cases"])


@router.get(
    "/inspection-rounds", response_model=said(RoundRows), dependencies=[allow("cases.read")]
)
def list_rounds(connection: Reading) -> dict[str, Any]:
    """All rounds with their progress, newest first."""
    return {"items": inspection_rounds.listed(connection)}


@router.get(
    "/inspection-rounds/{round_id}",
    response_model=said(RoundFull),
    dependencies=[allow("cases.read")],
)
def show_round(connection: Reading, desk: Working, round_id: int) -> dict[str, Any]:
    """A round with its progress by town and its stops."""
    return inspection_rounds.show(connection, desk, round_id)


@router.post(
    "/inspection-rounds",
    status_code=201,
    response_model=said(RoundFull),
    dependencies=[allow("rounds.plan")],
)
def plan_round(connection: Writing, desk: Working, asked: RoundForm) -> dict[str, Any]:
    """Plan a round over the cemeteries in use of some towns."""
    towns = asked.towns or ([] if asked.cemeteries else None)
    wanted = Round(asked.title, asked.begins_on, asked.ends_on, asked.note, towns, asked.cemeteries)
    return inspection_rounds.plan(connection, desk, wanted)


@router.post(
    "/inspection-rounds/{round_id}/end",
    response_model=said(RoundFull),
    dependencies=[allow("rounds.plan")],
)
def end_round(connection: Writing, desk: Working, round_id: int) -> dict[str, Any]:
    """End a round; what was not looked at stays listed as such."""
    return inspection_rounds.end(connection, desk, round_id)


@router.post(
    "/inspection-stops/{stop_id}/inspector",
    response_model=said(RoundStop),
    dependencies=[allow("rounds.plan", of="inspection_stop:{stop_id}")],
)
def send(connection: Writing, desk: Working, stop_id: int, asked: SendForm) -> dict[str, Any]:
    """Name who looks at a cemetery."""
    return inspection_rounds.send(connection, desk, stop_id, asked.inspector)


@router.post(
    "/inspection-stops/{stop_id}/outcome",
    response_model=said(RoundStop),
    dependencies=[allow("rounds.record", of="inspection_stop:{stop_id}")],
)
def record(connection: Writing, desk: Working, stop_id: int, asked: StopForm) -> dict[str, Any]:
    """Record what was found; a lead opens a case."""
    return inspection_rounds.record(
        connection, desk, stop_id, outcome=asked.outcome, note=asked.note,
        on=asked.on, title=asked.title,
    )  # fmt: skip
