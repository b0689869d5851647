"""Eco-burials, subsidies, marks, lists of fees and charges. Names are masked; amounts are yuan."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from geo_registry.api.answering import Answer


class _PersonRow(Answer):
    name: str
    id_tail: str | None
    kind: str
    kind_title: str
    buried_on: date | None
    died_on: date | None
    where: str
    hukou_code: str | None
    hukou: str
    town_code: str | None
    town: str
    deceased_id: int
    amount_yuan: Decimal | None
    state: str | None
    state_title: str
    sample: bool


class EcoBurialRow(_PersonRow):
    """An eco-burial with the state of its application."""

    id: int
    cemetery_id: int | None
    confirmed_by: str
    voided_on: date | None
    voided_why: str
    application_id: int | None


class EcoBurialPage(Answer):
    """A page of eco-burials."""

    items: list[EcoBurialRow]
    next: int | None
    masked: bool


class EcoBurialMade(Answer):
    """The eco-burial that was registered."""

    id: int
    deceased: int
    known: bool
    kind_title: str


class SubsidyRow(_PersonRow):
    """An application for a subsidy."""

    id: int
    subject: str
    eco_burial_id: int
    since: date
    scheme: str
    applicant: str
    applicant_tail: str | None
    relation: str
    form_number: str
    applied_on: date
    checked_on: date | None
    approved_on: date | None
    paid_on: date | None
    ended_on: date | None
    voucher: str


class SubsidyPage(Answer):
    """A page of applications."""

    items: list[SubsidyRow]
    next: int | None
    masked: bool


class NextAct(Answer):
    """Something that can be done now; ``asks`` beside the day, ``needs`` are the required ones."""

    act: str
    title: str
    permission: str
    asks: list[Literal["amount_yuan", "voucher", "reason"]]
    needs: list[Literal["amount_yuan", "voucher", "reason"]]


class SubsidyEvent(Answer):
    """A step that was taken."""

    act: str
    act_title: str
    before: str | None
    after: str
    after_title: str
    on_day: date
    amount_yuan: Decimal | None
    reason: str
    doubts: list[str]
    person: str
    recorded_at: datetime


class OneSubsidy(SubsidyRow):
    """An application in full: what the terms give it, what speaks against it, its steps."""

    standard_yuan: Decimal | None
    doubts: list[str]
    next_acts: list[NextAct]
    events: list[SubsidyEvent]


class SubsidyDone(Answer):
    """Where an application stands after an act."""

    id: int
    subject: str
    state: str
    state_title: str
    amount_yuan: Decimal | None
    doubts: list[str]
    next_acts: list[NextAct]


class _Sums(Answer):
    cases: int
    families: int
    yuan: Decimal
    recovered_cases: int
    recovered_yuan: Decimal
    net_yuan: Decimal


class KindSums(_Sums):
    """What one kind of burial got at one amount."""

    kind: str
    kind_title: str
    amount_yuan: Decimal


class TownSums(_Sums):
    """What one town paid."""

    town_code: str | None
    town: str


class YearSums(_Sums):
    """What was paid and recovered in a year."""

    year: int
    kinds: list[KindSums]
    towns: list[TownSums]


class Totals(Answer):
    """Years, the earliest first."""

    items: list[YearSums]


class Mark(Answer):
    """A mark that a cemetery bears or bore."""

    kind: str
    title: str
    valid_from: date
    valid_to: date | None
    number: str
    borne: bool


class Marks(Answer):
    """The marks of a cemetery, oldest first."""

    items: list[Mark]


class FeeItem(Answer):
    """One line of a list of fees."""

    code: str
    title: str
    price_type: str
    price_type_title: str
    unit: str
    ceiling_yuan: Decimal | None
    per_year: bool
    maintenance: bool


class FeeList(Answer):
    """A list of fees; ``valid_to`` is the first day on which it holds no more."""

    id: int
    title: str
    whose: str
    valid_from: date
    valid_to: date | None
    posted_on: date | None
    number: str
    items: list[FeeItem]


class FeeLists(Answer):
    """Lists of fees."""

    items: list[FeeList]


class Charge(Answer):
    """A line that was charged, with what is wrong with it in words."""

    id: int
    subject: str
    cemetery_id: int
    cemetery: str
    charged_on: date
    item_code: str
    item_title: str
    quantity: Decimal
    amount_yuan: Decimal
    years: int | None
    forced: bool
    invoice: str
    note: str
    cancelled_on: date | None
    cancelled_why: str
    sample: bool
    faults: list[str]


class ChargePage(Answer):
    """A page of charges; one of faulty ones alone may be short."""

    items: list[Charge]
    next: int | None


class ChargeMade(Answer):
    """The charge that was registered, and what is wrong with it in words."""

    id: int
    subject: str
    faults: list[str]
