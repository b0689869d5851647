"""Fees of cemeteries: the lists in force on a day, and charges checked against them.

A charge is joined with the lists in force on the day it was made: those of the cemetery itself and
those of the divisions around it. Amounts are whole fen; price types and the longest term of
maintenance are dated data (``data/fees/terms.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.money import in_words

if TYPE_CHECKING:
    from geo_registry.domain.identity import SubjectId

PRICE_TYPES = ("gov_set", "gov_guided", "market")


@dataclass(frozen=True, slots=True)
class PriceType:
    """How a price comes about: set by government, guided by it, or left to the market."""

    key: str
    title: str
    words: tuple[str, ...]
    ceiling: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class MaintenanceTerm:
    """How many years of maintenance may be collected at once, between two days (included)."""

    at_most: int
    words: tuple[str, ...]
    law: str
    article: str
    source: str
    confidence: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """What charges are checked by besides the lists."""

    price_types: Mapping[str, PriceType]
    maintenance: tuple[MaintenanceTerm, ...]

    def maintenance_on(self, on: date) -> MaintenanceTerm | None:
        """The longest term of maintenance on a day."""
        for term in self.maintenance:
            if (term.valid_from is None or term.valid_from <= on) and (
                term.valid_to is None or on <= term.valid_to
            ):
                return term
        return None


NO_TERMS = FeeTerms({}, ())


def fee_terms(table: Mapping[str, Any], file: str) -> FeeTerms:
    """The terms of ``terms.toml``; :class:`BadRequest` where a row cannot be read."""
    try:
        types = {
            row["key"]: PriceType(
                row["key"], row["title"], tuple(row["words"]), row["ceiling"], row["source"],
                row["confidence"],
            )
            for row in table["price_types"]
        }  # fmt: skip
        terms = tuple(
            MaintenanceTerm(
                int(row["at_most"]), tuple(row["words"]), row["law"], row["article"],
                row["source"], row["confidence"], row.get("valid_from"), row.get("valid_to"),
            )
            for row in table["maintenance_years"]
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise BadRequest(
            f"{file} 读不出来（{error}）。", advice="请按文件开头的说明改正。"
        ) from error
    if set(types) != set(PRICE_TYPES):
        raise BadRequest(f"{file} 的价格形式应为 {'、'.join(PRICE_TYPES)}。")
    return FeeTerms(types, terms)


@dataclass(frozen=True, slots=True)
class FeeItem:
    """One line of a list.

    ``ceiling`` in fen a unit, None where no price is given; ``per_year``: it is the price of a
    year; ``maintenance``: it is the fee for the care of graves.
    """

    code: str
    title: str
    price_type: str
    unit: str
    ceiling: int | None
    per_year: bool = False
    maintenance: bool = False


@dataclass(frozen=True, slots=True)
class FeeList:
    """A list of fees, valid from a day up to but without ``valid_to``; ``posted_on`` None: never.

    ``whose`` says whose list it is: a cemetery, or everybody in a division.
    """

    subject: SubjectId
    title: str
    whose: str
    valid_from: date
    valid_to: date | None
    posted_on: date | None
    document: str
    items: tuple[FeeItem, ...]

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def find(self, code: str, title: str) -> FeeItem | None:
        """The item of a code; of a title where the charge has no code."""
        for item in self.items:
            if (item.code == code) if code else (item.title == title):
                return item
        return None


@dataclass(frozen=True, slots=True)
class Charge:
    """One line that was charged: ``amount`` in fen in all, ``years`` of maintenance."""

    subject: SubjectId
    charged_on: date
    code: str
    title: str
    quantity: Decimal
    amount: int
    years: int | None = None
    forced: bool = False
    invoice: str = ""

    @property
    def called(self) -> str:
        """The charge in a few words, for a list of them."""
        paper = f"，票据 {self.invoice}" if self.invoice else ""
        return f"{self.charged_on} {self.title or self.code} {in_words(self.amount)}{paper}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a charge does wrong: the rule, how, and the facts; the list it was compared with."""

    rule: str
    outcome: str
    facts: Mapping[str, Any]
    by: FeeList | None = None


def check(charge: Charge, lists: Sequence[FeeList], terms: FeeTerms) -> tuple[Fault, ...]:
    """What a charge does wrong by the lists in force on its day; empty where nothing.

    ``lists`` are all that may concern the cemetery, of any day.
    """
    current = [one for one in lists if one.in_force(charge.charged_on)]
    found = [(one, item) for one in current if (item := one.find(charge.code, charge.title))]
    return (
        *_listed(charge, current, found),
        *_price(charge, found),
        *_posted(charge, found),
        *_forced(charge),
        *_term(charge, [item for _, item in found], terms),
    )


_Found = Sequence[tuple[FeeList, FeeItem]]


def _listed(charge: Charge, current: Sequence[FeeList], found: _Found) -> Iterable[Fault]:
    if not current:
        yield Fault("off_list", "no_list", {})
    elif not found:
        titles = "、".join(dict.fromkeys(one.title for one in current))
        yield Fault("off_list", "off_list", {"lists": titles}, current[-1])


def _price(charge: Charge, found: _Found) -> Iterable[Fault]:
    """The lowest ceiling decides: a list of the cemetery cannot allow more than the government."""
    known = [(one, item, item.ceiling) for one, item in found if item.ceiling is not None]
    by_year = [(one, item) for one, item, _ in known if item.per_year]
    if by_year and charge.years is None:
        one, item = by_year[0]
        yield Fault("above_ceiling", "years_missing", {"unit": item.unit, "list": one.title}, one)
        return
    allowed = [(_allowed(charge, item, price), one, item) for one, item, price in known]
    if not allowed:
        return
    most, one, item = min(allowed, key=lambda a: (a[0], a[1].subject))
    if charge.amount > most:
        over = "over_posted" if item.price_type == "market" else "over"
        facts = {
            "allowed": in_words(int(most)), "amount": in_words(charge.amount),
            "excess": in_words(charge.amount - int(most)), "unit": item.unit, "list": one.title,
            "excess_fen": charge.amount - int(most),
        }  # fmt: skip
        yield Fault("above_ceiling", over, facts, one)


def _allowed(charge: Charge, item: FeeItem, price: int) -> Decimal:
    """The most that may be charged, in fen, parts of a fen cut off."""
    years = (charge.years or 1) if item.per_year else 1
    return (Decimal(price) * charge.quantity * years) // 1


def _posted(charge: Charge, found: _Found) -> Iterable[Fault]:
    """One list that was posted by then is enough."""
    if found and not any(one.posted_on and one.posted_on <= charge.charged_on for one, _ in found):
        one = found[0][0]
        yield Fault("unposted", "unposted", {"list": one.title, "posted": one.posted_on}, one)


def _forced(charge: Charge) -> Iterable[Fault]:
    if charge.forced:
        yield Fault("forced", "forced", {})


def _term(charge: Charge, items: Sequence[FeeItem], terms: FeeTerms) -> Iterable[Fault]:
    term = terms.maintenance_on(charge.charged_on)
    if term is None or charge.years is None or charge.years <= term.at_most:
        return
    title = charge.title or charge.code
    if any(i.maintenance for i in items) or (not items and any(w in title for w in term.words)):
        facts = {"years": charge.years, "at_most": term.at_most, "law": term.law}
        yield Fault("term_over_20y", "term_over_20y", facts)
