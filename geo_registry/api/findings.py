"""Findings: pages, one, counts; waivers on them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.findings import (
    Finding,
    FindingPage,
    FindingSummary,
    FindingTable,
)
from geo_registry.api.permitting import allow
from geo_registry.api.transactions import Acting, Reading, Served, Writing
from geo_registry.domain.finding import FindingState, Severity
from geo_registry.services.findings import listing, waiving
from geo_registry.store.finding_pages import Filter

router = APIRouter(prefix="/api/v1", tags=["findings"])

LARGEST_ID = 2**63 - 1
Text = Annotated[str | None, Query(max_length=100)]


class WaiverRequest(BaseModel):
    """Which pairs are waived (all where none is named), why, and until when."""

    model_config = ConfigDict(extra="forbid")

    pairs: list[tuple[str, str]] | None = Field(default=None, max_length=1000)
    reason: str = Field(max_length=2000)
    expires_on: date | None = None


@router.get("/findings", response_model=said(FindingPage), dependencies=[allow("registry.read")])
def list_findings(
    connection: Reading,
    service: Served,
    rule: Text = None,
    severity: Annotated[list[Severity] | None, Query()] = None,
    state: FindingState | None = FindingState.OPEN,
    town: Text = None,
    q: Text = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Text = None,
) -> dict[str, Any]:
    """A page of findings, the weightiest first."""
    wanted = Filter(
        rule=rule or None,
        severities=[str(s) for s in severity] if severity else None,
        state=str(state) if state else None,
        town=town or None,
        q=q or None,
        after=listing.page_start(after or None),
        limit=limit,
    )
    return listing.list_findings(connection, wanted, profile=service.profile, on=service.today())


@router.get(
    "/findings/summary", response_model=said(FindingSummary), dependencies=[allow("registry.read")]
)
def summarise(connection: Reading, service: Served) -> dict[str, Any]:
    """Counts by rule, severity and town."""
    return listing.summary(connection, profile=service.profile, on=service.today())


@router.get(
    "/findings/table",
    response_model=said(FindingTable),
    dependencies=[allow("registry.read")],
)
def tabulate(
    connection: Reading, service: Served, state: FindingState = FindingState.OPEN
) -> dict[str, Any]:
    """Every finding of a state as one line, for tables that sort and filter by themselves."""
    return listing.table(connection, str(state), profile=service.profile, on=service.today())


@router.get(
    "/findings/{finding_id}", response_model=said(Finding), dependencies=[allow("registry.read")]
)
def show_finding(connection: Reading, service: Served, finding_id: int) -> dict[str, Any]:
    """One finding in any state."""
    return _shown(connection, service, finding_id)


@router.post(
    "/findings/{finding_id}/waivers",
    status_code=201,
    response_model=said(Finding),
    dependencies=[allow("findings.waive", of="finding:{finding_id}")],
)
def waive(
    connection: Writing, service: Served, who: Acting, finding_id: int, asked: WaiverRequest
) -> dict[str, Any]:
    """Waive pairs of a finding."""
    waiving.waive(
        connection,
        _within_range(finding_id),
        pairs=asked.pairs,
        reason=asked.reason,
        expires_on=asked.expires_on,
        on=service.today(),
        person=who.person,
    )
    return _shown(connection, service, finding_id)


@router.delete(
    "/waivers/{waiver_id}",
    response_model=said(Finding),
    dependencies=[allow("findings.waive", of="waiver:{waiver_id}")],
)
def withdraw(connection: Writing, service: Served, who: Acting, waiver_id: int) -> dict[str, Any]:
    """End a waiver; answers with the (first) finding that rested on it."""
    concerned = waiving.withdraw(
        connection, _within_range(waiver_id), on=service.today(), person=who.person
    )
    return _shown(connection, service, concerned[0])


def _shown(connection: Any, service: Any, finding_id: int) -> dict[str, Any]:
    return listing.one_finding(
        connection, _within_range(finding_id), profile=service.profile, on=service.today()
    )


def _within_range(number: int) -> int:
    """Numbers that no column holds are asked for as 0, which nothing has."""
    return number if 0 < number <= LARGEST_ID else 0
