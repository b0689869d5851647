"""Plots, burials and how long a cemetery lasts. Names are masked unless they may be seen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from geo_registry.api.answering import Answer


class PlotRow(Answer):
    """A plot with its state, term and holder."""

    id: int
    cemetery_id: int | None
    section: str | None
    number: str | None
    kind: str
    status: str
    area_m2: float | None
    stele_height_m: float | None
    made_on: date | None
    granted: str | None
    price_yuan: Decimal | str | None
    holder_code: str | None
    term_from: date | None
    term_years: int | None
    term_end: date | None
    fee_paid_until: date | None
    fee_years: int | None
    burials: int
    lon: float | None
    lat: float | None
    subject: str
    called: str
    kind_title: str
    status_title: str
    granted_title: str
    holder: str
    holder_place: str
    marks: list[str]
    located_in: str


class PlotPage(Answer):
    """A page of plots."""

    items: list[PlotRow]
    next: int | None
    masked: bool


class BurialRow(Answer):
    """A burial."""

    id: int
    deceased_id: int
    plot_id: int | None
    kind: str
    buried_on: date | None
    died_on: date | None
    hukou_code: str | None
    resident_of: str | None
    consent: str | None
    ended_on: date | None
    ended_why: str | None
    subject: str
    plot: str
    kind_title: str
    name: str
    id_tail: str | None
    hukou: str
    resident_of_title: str


class BurialPage(Answer):
    """A page of burials."""

    items: list[BurialRow]
    next: int | None
    masked: bool


class StockRow(Answer):
    """Plots of a kind in a state."""

    kind: str
    kind_title: str
    status: str
    number: int


class Demand(Answer):
    """Plots taken and burials in the last years."""

    years: int
    taken_per_year: list[int]
    burials_per_year: list[int]
    rate: float
    dispersion: float


class LandLeft(Answer):
    """What the approved land still holds."""

    approved_m2: float
    share: float
    unit_m2: float
    used_m2: float
    new_plots: int


class Lasting(Answer):
    """How many years plots last, with an interval."""

    plots: float
    years: float | None
    least: float | None
    most: float | None


class Capacity(Answer):
    """How long a cemetery lasts, and what that rests on."""

    cemetery: str
    name: str
    on: date
    stock: list[StockRow]
    free: int
    demand: Demand
    land: LandLeft | None
    free_lasts: Lasting | None
    all_lasts: Lasting | None
    level: float
    assumptions: list[str]
    notes: list[str]
