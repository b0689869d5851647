"""The steps of a proposal over HTTP; every form sends the version it shows.

A form that is older than the record is answered 409 with what is there now (``current``).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from geo_registry.api.answering import said
from geo_registry.api.answers.proposals import ProposalShown
from geo_registry.api.permitting import allow
from geo_registry.api.proposals import PaperRequest, Strict
from geo_registry.api.transactions import Working, Writing
from geo_registry.services.naming import proposal_acts, proposal_pages
from geo_registry.services.naming import proposal_steps as steps
from geo_registry.services.naming.proposal_steps import Form, Opinion, Reply

router = APIRouter(prefix="/api/v1/proposals/{proposal}", tags=["proposals"])

Words = Annotated[str, Field(max_length=4000)]
Short = Annotated[str, Field(max_length=200)]


class ProposalStepRequest(Strict):
    """What every step sends: the version of the form, and the day on which it happened."""

    version: int = Field(ge=1)
    on: date | None = None

    def form(self, proposal: int) -> Form:
        """Which proposal, as the person saw it."""
        return Form(proposal, self.version)


class ProposalReasonRequest(ProposalStepRequest):
    """A step with its reason."""

    reason: Words


class AmendRequest(ProposalReasonRequest):
    """What is changed in a proposal."""

    name: Short = ""
    despite: Words = ""
    papers: list[PaperRequest] = Field(default=[], max_length=50)


class OpinionRequest(ProposalStepRequest):
    """What villagers or experts said."""

    who: Short
    words: Words
    asked: int | None = Field(default=None, ge=0, lt=10**9)
    agreed: int | None = Field(default=None, ge=0, lt=10**9)
    papers: list[PaperRequest] = Field(default=[], max_length=50)


class ReviewRequest(ProposalStepRequest):
    """An opinion of town or bureau; ``despite``: why customary steps were passed over."""

    opinion: Words
    despite: Words = ""
    papers: list[PaperRequest] = Field(default=[], max_length=50)


class ConsultRequest(ProposalStepRequest):
    """Until when and where the proposal is shown to the public."""

    until: date
    channel: Short
    despite: Words = ""


class ConcludeRequest(ProposalStepRequest):
    """What came of the public consultation."""

    outcome: Words
    objections: int = Field(default=0, ge=0, lt=10**9)
    papers: list[PaperRequest] = Field(default=[], max_length=50)


class DecisionRequest(Strict):
    """The paper of the authority (批复)."""

    version: int = Field(ge=1)
    authority: Short
    number: Short
    decided_on: date
    effective_on: date | None = None
    title: Short = ""
    despite: Words = ""
    papers: list[PaperRequest] = Field(default=[], max_length=50)


class FilingRequest(ProposalStepRequest):
    """With whom the decision was filed."""

    filed_with: Short
    number: Short = ""
    papers: list[PaperRequest] = Field(default=[], max_length=50)


class AnnounceRequest(ProposalStepRequest):
    """Where it was announced; ``fields`` replace what the register says."""

    channel: Short
    fields: dict[str, Words] = Field(default={}, max_length=10)
    papers: list[PaperRequest] = Field(default=[], max_length=50)


class SignsRequest(ProposalStepRequest):
    """How many signs were put up."""

    signs: int = Field(ge=1, lt=10**6)


class PublishRequest(ProposalStepRequest):
    """``despite``: why the name is published before its signs stand."""

    despite: Words = ""


_OF = "proposal:{proposal}"
_ANSWER: dict[str, Any] = {"status_code": 201, "response_model": said(ProposalShown)}
_PROPOSING = {**_ANSWER, "dependencies": [allow(proposal_acts.PROPOSING, of=_OF)]}
_ENDORSING = {**_ANSWER, "dependencies": [allow(proposal_acts.ENDORSING, of=_OF)]}
_DECIDING = {**_ANSWER, "dependencies": [allow(proposal_acts.DECIDING, of=_OF)]}


@router.post("/amendment", **_PROPOSING)
def amend(connection: Writing, desk: Working, proposal: int, asked: AmendRequest) -> Any:
    """Change what was proposed; the steps start again."""
    steps.amend(
        connection, asked.form(proposal), reason=asked.reason, name=asked.name,
        despite=asked.despite, papers=[p.filed() for p in asked.papers], on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/precheck", **_PROPOSING)
def precheck(connection: Writing, desk: Working, proposal: int, asked: ProposalStepRequest) -> Any:
    """Check the name and attach the report."""
    steps.precheck(connection, asked.form(proposal), on=asked.on, desk=desk)
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/opinions", **_PROPOSING)
def hear(connection: Writing, desk: Working, proposal: int, asked: OpinionRequest) -> Any:
    """Record what villagers or experts said."""
    steps.hear(
        connection, asked.form(proposal),
        Opinion(asked.who, asked.words, asked.asked, asked.agreed),
        papers=[p.filed() for p in asked.papers], on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/review", **_PROPOSING)
def review(connection: Writing, desk: Working, proposal: int, asked: ReviewRequest) -> Any:
    """The town agrees."""
    steps.review(
        connection, asked.form(proposal), opinion=asked.opinion, despite=asked.despite,
        papers=[p.filed() for p in asked.papers], on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/consultation", **_PROPOSING)
def consult(connection: Writing, desk: Working, proposal: int, asked: ConsultRequest) -> Any:
    """Show the proposal to the public until a day."""
    steps.consult(
        connection, asked.form(proposal), until=asked.until, channel=asked.channel,
        despite=asked.despite, on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/consultation-end", **_PROPOSING)
def conclude(connection: Writing, desk: Working, proposal: int, asked: ConcludeRequest) -> Any:
    """End the public consultation with what came of it."""
    steps.conclude(
        connection, asked.form(proposal), outcome=asked.outcome, objections=asked.objections,
        papers=[p.filed() for p in asked.papers], on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/endorsement", **_ENDORSING)
def endorse(connection: Writing, desk: Working, proposal: int, asked: ReviewRequest) -> Any:
    """Internal review; it decides nothing."""
    steps.endorse(
        connection, asked.form(proposal), opinion=asked.opinion, despite=asked.despite,
        papers=[p.filed() for p in asked.papers], on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/decision", **_DECIDING)
def decide(connection: Writing, desk: Working, proposal: int, asked: DecisionRequest) -> Any:
    """Record the authority's decision; the name changes with it."""
    steps.decide(
        connection,
        Form(proposal, asked.version),
        Reply(asked.authority, asked.number, asked.decided_on, asked.effective_on, asked.title),
        despite=asked.despite,
        papers=[p.filed() for p in asked.papers],
        desk=desk,
    )
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/filing", **_PROPOSING)
def file(connection: Writing, desk: Working, proposal: int, asked: FilingRequest) -> Any:
    """备案."""
    steps.file(
        connection, asked.form(proposal), filed_with=asked.filed_with, number=asked.number,
        papers=[p.filed() for p in asked.papers], on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/announcement", **_PROPOSING)
def announce(connection: Writing, desk: Working, proposal: int, asked: AnnounceRequest) -> Any:
    """公告, with its six fields."""
    steps.announce(
        connection, asked.form(proposal), channel=asked.channel, fields=asked.fields,
        papers=[p.filed() for p in asked.papers], on=asked.on, desk=desk,
    )  # fmt: skip
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/signs", **_PROPOSING)
def sign(connection: Writing, desk: Working, proposal: int, asked: SignsRequest) -> Any:
    """Record that the signs were put up."""
    steps.sign(connection, asked.form(proposal), signs=asked.signs, on=asked.on, desk=desk)
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/publication", **_PROPOSING)
def publish(connection: Writing, desk: Working, proposal: int, asked: PublishRequest) -> Any:
    """Close the proposal: decided, filed, announced."""
    steps.publish(connection, asked.form(proposal), despite=asked.despite, on=asked.on, desk=desk)
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/return", **_PROPOSING)
def give_back(
    connection: Writing, desk: Working, proposal: int, asked: ProposalReasonRequest
) -> Any:
    """Return a proposal to be amended."""
    steps.give_back(connection, asked.form(proposal), reason=asked.reason, on=asked.on, desk=desk)
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/refusal", **_ENDORSING)
def refuse(connection: Writing, desk: Working, proposal: int, asked: ProposalReasonRequest) -> Any:
    """Refuse a proposal."""
    steps.refuse(connection, asked.form(proposal), reason=asked.reason, on=asked.on, desk=desk)
    return proposal_pages.show(connection, proposal, desk=desk)


@router.post("/withdrawal", **_PROPOSING)
def withdraw(
    connection: Writing, desk: Working, proposal: int, asked: ProposalReasonRequest
) -> Any:
    """Take a proposal back."""
    steps.withdraw(connection, asked.form(proposal), reason=asked.reason, on=asked.on, desk=desk)
    return proposal_pages.show(connection, proposal, desk=desk)
