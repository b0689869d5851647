"""Lists of fees and charges for people, each charge with what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.fees import Charge, Fault, FeeList, check
from geo_registry.domain.money import yuan
from geo_registry.services.cemeteries.listing_plots import MOST
from geo_registry.services.cemeteries.plots import require_site
from geo_registry.store import fees

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.fees import FeeTerms

FAULT_WORDS: Mapping[str, str] = {
    "no_list": "收费当日没有登记有效的收费清单",
    "off_list": "不在当日有效的清单（{lists}）中",
    "years_missing": "按年计价，没有登记年数，不能核对价格",
    "over": "超过清单价格：可收 {allowed}，实收 {amount}，多 {excess}",
    "over_posted": "超过公示价：可收 {allowed}，实收 {amount}，多 {excess}",
    "unposted": "所依据的清单（{list}）当日没有登记公示",
    "forced": "标注为非自愿选择",
    "term_over_20y": "维护费一次收取 {years} 年，超过 {at_most} 年",
}


@dataclass(frozen=True, slots=True)
class WantedCharges:
    """Which charges: from where, how many, of which cemetery, between which days."""

    after: int = 0
    limit: int = 200
    cemetery: int | None = None
    since: date | None = None
    until: date | None = None
    cancelled: bool = False
    faulty: bool = False


def faults_of(
    connection: Connection, cemetery_ids: Sequence[int], terms: FeeTerms
) -> dict[str, tuple[str, ...]]:
    """Subject of a charge → what is wrong with it, in words; those in order are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for charged in fees.charged(connection, cemetery_ids).values():
        for one in charged.charges:
            faults = said(one, charged.lists, terms)
            if faults:
                found[one.subject] = faults
    return found


def said(one: Charge, lists: Sequence[FeeList], terms: FeeTerms) -> tuple[str, ...]:
    """What is wrong with a charge, in words."""
    return tuple(_words(fault) for fault in check(one, lists, terms))


def _words(fault: Fault) -> str:
    return FAULT_WORDS[fault.outcome].format(**fault.facts)


def list_charges(
    connection: Connection, wanted: WantedCharges, *, terms: FeeTerms
) -> dict[str, Any]:
    """A page of charges, each with what is wrong with it; ``faulty``: those alone.

    ``next`` is the ``after`` of the following page; a page of faulty ones may be short.
    """
    if not 1 <= wanted.limit <= MOST:
        raise BadRequest(f"每页 1–{MOST} 条。")
    if wanted.cemetery is not None:
        require_site(connection, wanted.cemetery)
    asked = ("after", "limit", "cemetery", "since", "until", "cancelled")
    rows = fees.page_of_charges(connection, **{n: getattr(wanted, n) for n in asked})
    faults = faults_of(connection, sorted({r["cemetery_id"] for r in rows}), terms)
    items = [
        {**r, "subject": f"charge:{r['id']}", "faults": list(faults.get(f"charge:{r['id']}", ()))}
        for r in rows
    ]
    return {
        "items": [i for i in items if i["faults"] or not wanted.faulty],
        "next": rows[-1]["id"] if len(rows) == wanted.limit else None,
    }


def list_lists(
    connection: Connection, *, terms: FeeTerms, on: date | None = None
) -> list[dict[str, Any]]:
    """Lists of fees with their lines; ``on``: those in force on a day."""
    return [
        {
            "id": int(one.subject.partition(":")[2]), "title": one.title, "whose": one.whose,
            "valid_from": one.valid_from, "valid_to": one.valid_to, "posted_on": one.posted_on,
            "number": one.document,
            "items": [
                {
                    "code": i.code, "title": i.title, "price_type": i.price_type, "unit": i.unit,
                    "price_type_title": terms.price_types[i.price_type].title,
                    "ceiling_yuan": None if i.ceiling is None else yuan(i.ceiling),
                    "per_year": i.per_year, "maintenance": i.maintenance,
                }
                for i in one.items
            ],
        }
        for one in fees.read_lists(connection)
        if on is None or one.in_force(on)
    ]  # fmt: skip
