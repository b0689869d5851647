"""Lists of fees, charges, and what is wrong with a charge by the list of its day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.money import ChargeMade, ChargePage, FeeLists
from geo_registry.api.permitting import allow
from geo_registry.api.subsidies import After, Code, Id, Page, ReasonRequest, Words
from geo_registry.api.transactions import Reading, Served, Working, Writing
from geo_registry.services.cemeteries import fees, listing_fees
from geo_registry.services.cemeteries.fees import NewCharge, NewItem, NewList
from geo_registry.services.cemeteries.listing_fees import WantedCharges

router = APIRouter(prefix="/api/v1", tags=["fees"])

Yuan = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ItemRequest(_Asked):
    """One line of a list."""

    code: str = Field(min_length=1, max_length=40)
    title: str = Field(min_length=1, max_length=100)
    price_type: str = Field(max_length=20)
    unit: str = Field(default="", max_length=20)
    ceiling_yuan: Yuan | None = None
    per_year: bool = False
    maintenance: bool = False


class ListRequest(_Asked):
    """A list of a cemetery, or of everybody in a division."""

    title: str = Field(max_length=200)
    valid_from: date
    items: list[ItemRequest] = Field(max_length=1000)
    cemetery_id: Id | None = None
    division_code: Code = None
    valid_to: date | None = None
    posted_on: date | None = None
    number: str = Field(default="", max_length=200)
    authority: str = Field(default="", max_length=200)


class DayRequest(_Asked):
    """A day."""

    on: date


class ChargeRequest(_Asked):
    """One line that was charged, without the person who paid."""

    cemetery_id: Id
    amount_yuan: Yuan
    item_code: str = Field(default="", max_length=200)
    item_title: str = Field(default="", max_length=200)
    charged_on: date | None = None
    quantity: Decimal = Field(default=Decimal(1), gt=0, max_digits=9, decimal_places=3)
    years: int | None = Field(default=None, ge=1, le=10_000)
    forced: bool = False
    invoice: str = Field(default="", max_length=200)
    note: Words = ""


@router.get("/fee-lists", response_model=said(FeeLists), dependencies=[allow("fees.read")])
def list_lists(connection: Reading, service: Served, on: date | None = None) -> dict[str, Any]:
    """Lists of fees with their lines; ``on``: those in force on a day."""
    found = listing_fees.list_lists(connection, terms=service.reference.fee_terms, on=on)
    return {"items": found}


@router.post("/fee-lists", status_code=201, dependencies=[allow("fee_lists.manage")])
def register_list(connection: Writing, desk: Working, asked: ListRequest) -> dict[str, int]:
    """Register a list of fees."""
    given = asked.model_dump()
    items = tuple(NewItem(**item) for item in given.pop("items"))
    new = NewList(items=items, **given)
    return {"id": fees.register_list(connection, new, desk=desk)}


@router.post(
    "/fee-lists/{list_id}/post",
    status_code=204,
    dependencies=[allow("fee_lists.manage", of="fee_list:{list_id}")],
)
def post(connection: Writing, desk: Working, list_id: int, asked: DayRequest) -> None:
    """Write down when a list was made public."""
    fees.post(connection, list_id, posted_on=asked.on, desk=desk)


@router.post(
    "/fee-lists/{list_id}/end",
    status_code=204,
    dependencies=[allow("fee_lists.manage", of="fee_list:{list_id}")],
)
def end(connection: Writing, list_id: int, asked: DayRequest) -> None:
    """End a list: the first day on which it holds no more."""
    fees.end(connection, list_id, valid_to=asked.on)


@router.get("/charges", response_model=said(ChargePage), dependencies=[allow("fees.read")])
def list_charges(
    connection: Reading,
    service: Served,
    after: After = 0,
    limit: Page = 200,
    cemetery: Annotated[int | None, Query(ge=1)] = None,
    since: date | None = None,
    until: date | None = None,
    cancelled: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    faulty: bool = False,  # noqa: FBT001, FBT002 - a query parameter
) -> dict[str, Any]:
    """A page of charges, each with what is wrong with it; ``faulty``: those alone."""
    wanted = WantedCharges(after, limit, cemetery, since, until, cancelled, faulty)
    return listing_fees.list_charges(connection, wanted, terms=service.reference.fee_terms)


@router.post(
    "/charges",
    status_code=201,
    response_model=said(ChargeMade),
    dependencies=[allow("charges.register")],
)
def charge(connection: Writing, desk: Working, asked: ChargeRequest) -> dict[str, Any]:
    """Register a charge; what is wrong with it is told at once, and blocks nothing."""
    done = fees.charge(connection, NewCharge(**asked.model_dump()), desk=desk)
    return {"id": done.id, "subject": f"charge:{done.id}", "faults": list(done.faults)}


@router.post(
    "/charges/{charge_id}/cancel",
    status_code=204,
    dependencies=[allow("charges.register", of="charge:{charge_id}")],
)
def cancel(connection: Writing, desk: Working, charge_id: int, asked: ReasonRequest) -> None:
    """Write down that a charge was paid back in full, or registered by mistake."""
    fees.cancel(connection, charge_id, why=asked.reason, desk=desk)
