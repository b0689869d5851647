"""Eco-burials, applications and totals for people: in words, names masked unless they may be seen.

Listing needs no lock; a page is one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from geo_registry.domain.burial import masked
from geo_registry.domain.eco_burial import MARK_TITLES, EcoKind, title_of
from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.subsidy import ACT_TITLES, STATE_TITLES, State, open_acts
from geo_registry.domain.subsidy_doubts import doubts, in_words_of, standard_of
from geo_registry.services.cemeteries.eco_burying import mark_title
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID, MOST
from geo_registry.services.cemeteries.subsidies import acts_told
from geo_registry.store import divisions, eco_burials, subsidies

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Reference

FIRST_YEAR, LAST_YEAR = 1990, 2200
EVENTS: Mapping[str, str] = {
    "apply": "申请", "import": "由台账导入", **{str(a): t for a, t in ACT_TITLES.items()},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WantedBurials:
    """Which eco-burials: from where, how many, of what kind, cemetery, division, days."""

    after: int = 0
    limit: int = 200
    kind: str | None = None
    cemetery: int | None = None
    under: str | None = None
    since: date | None = None
    until: date | None = None
    voided: bool = False


@dataclass(frozen=True, slots=True)
class WantedSubsidies:
    """Which applications: from where, how many, in what state, of what kind, paid in which year."""

    after: int = 0
    limit: int = 200
    state: str | None = None
    kind: str | None = None
    under: str | None = None
    year: int | None = None


def list_eco_burials(
    connection: Connection, wanted: WantedBurials, *, reference: Reference, may_see: bool
) -> dict[str, Any]:
    """A page of eco-burials; ``next`` is the ``after`` of the following page."""
    _check(wanted.limit, wanted.kind, wanted.under, reference)
    given = {name: getattr(wanted, name) for name in WantedBurials.__dataclass_fields__}
    rows = eco_burials.page(connection, **given)
    called = _divisions(connection, rows)
    return {
        "items": [_eco_burial(r, called, reference.eco_kinds, may_see=may_see) for r in rows],
        "next": rows[-1]["id"] if len(rows) == wanted.limit else None,
        "masked": not may_see,
    }


def list_subsidies(
    connection: Connection, wanted: WantedSubsidies, *, reference: Reference, may_see: bool
) -> dict[str, Any]:
    """A page of applications; ``next`` is the ``after`` of the following page."""
    _check(wanted.limit, wanted.kind, wanted.under, reference)
    if wanted.state is not None and wanted.state not in set(State):
        raise BadRequest(f"不认识状态“{wanted.state[:20]}”。可用：{'、'.join(State)}。")
    _check_year(wanted.year)
    given = {name: getattr(wanted, name) for name in WantedSubsidies.__dataclass_fields__}
    rows = subsidies.page(connection, ids=None, **given)
    called = _divisions(connection, rows)
    return {
        "items": [_subsidy(r, called, reference.eco_kinds, may_see=may_see) for r in rows],
        "next": rows[-1]["id"] if len(rows) == wanted.limit else None,
        "masked": not may_see,
    }


def one_subsidy(
    connection: Connection, application_id: int, *, reference: Reference, may_see: bool
) -> dict[str, Any]:
    """One application with its steps, what the terms give it, and what speaks against it now."""
    ids = [application_id] if 0 < application_id <= LARGEST_ID else []
    rows = subsidies.page(
        connection, ids=ids, after=0, limit=1, state=None, kind=None, under=None, year=None
    )
    if not rows:
        raise NotFound(f"没有编号为 {application_id} 的补助申请。")
    (row,) = subsidies.claim_rows(connection, ids)
    claim = subsidies.claim(row)
    terms = reference.subsidy_schemes
    twins = subsidies.twins(connection, application_id)
    standard = standard_of(claim, terms)
    state = State(rows[0]["state"])
    return {
        **_subsidy(rows[0], _divisions(connection, rows), reference.eco_kinds, may_see=may_see),
        "standard_yuan": None if standard is None else Decimal(standard).scaleb(-2),
        "doubts": [in_words_of(d) for d in doubts(claim, terms, reference.eco_kinds, twins=twins)],
        "next_acts": acts_told(open_acts(state)),
        "events": [_event(e) for e in subsidies.events(connection, application_id)],
    }


def totals(
    connection: Connection,
    *,
    reference: Reference,
    year: int | None = None,
    under: str | None = None,
    sample: bool = False,
) -> list[dict[str, Any]]:
    """What was paid and recovered by year, each with its parts by kind and amount, and by town.

    Money counts in the year in which it moved; ``net_yuan`` is paid less recovered. The sample is
    left out unless asked for.
    """
    _check_year(year)
    _check_under(under)
    rows = subsidies.totals(connection, year=year, under=under, sample=sample)
    called = divisions.names_of(connection, [r["town_code"] for r in rows if r["town_code"]])
    return [
        {
            **_sums(whole),
            "year": whole["year"],
            "kinds": [
                {**_sums(r), "kind": r["kind"], "amount_yuan": r["amount_yuan"],
                 "kind_title": title_of(reference.eco_kinds, r["kind"])}
                for r in rows if r["part"] == "kind" and r["year"] == whole["year"]
            ],
            "towns": [
                {**_sums(r), "town_code": r["town_code"],
                 "town": called.get(r["town_code"] or "", r["town_code"] or "镇街不详")}
                for r in rows if r["part"] == "town" and r["year"] == whole["year"]
            ],
        }
        for whole in rows if whole["part"] == "year"
    ]  # fmt: skip


def _sums(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("cases", "families", "yuan", "recovered_cases", "recovered_yuan")
    return {**{name: row[name] for name in kept}, "net_yuan": row["yuan"] - row["recovered_yuan"]}


def marks_of(connection: Connection, cemetery_id: int, on: date) -> list[dict[str, Any]]:
    """The marks of a cemetery, with whether it bears them on a day."""
    return [
        {
            "kind": m.kind, "title": MARK_TITLES.get(m.kind, m.kind), "valid_from": m.valid_from,
            "valid_to": m.valid_to, "number": number, "borne": m.borne_on(on),
        }
        for m, number in eco_burials.marks_of(connection, cemetery_id)
    ]  # fmt: skip


def marked(connection: Connection, on: date, kind: str = "eco_pilot") -> list[dict[str, Any]]:
    """The cemeteries that bear a mark on a day."""
    title = mark_title(kind)
    return [{**row, "title": title} for row in eco_burials.marked(connection, kind, on)]


# ---- rows ---------------------------------------------------------------------------------------


def _eco_burial(
    row: Mapping[str, Any], called: Mapping[str, str], kinds: Mapping[str, EcoKind], *,
    may_see: bool,
) -> dict[str, Any]:  # fmt: skip
    kept = (
        *("id", "deceased_id", "kind", "buried_on", "cemetery_id", "confirmed_by", "town_code"),
        *("voided_on", "voided_why", "died_on", "hukou_code", "application_id", "amount_yuan"),
        "sample",
    )
    return {
        **{name: row[name] for name in kept},
        **_shared(row, called, kinds, may_see=may_see),
        "state": row["state"],
        "state_title": STATE_TITLES[State(row["state"])] if row["state"] else "未申请",
    }


def _subsidy(
    row: Mapping[str, Any], called: Mapping[str, str], kinds: Mapping[str, EcoKind], *,
    may_see: bool,
) -> dict[str, Any]:  # fmt: skip
    kept = (
        *("id", "eco_burial_id", "deceased_id", "state", "since", "scheme", "relation"),
        *("form_number", "town_code", "applied_on", "checked_on", "approved_on", "paid_on"),
        *("ended_on", "amount_yuan", "voucher", "kind", "buried_on", "died_on", "hukou_code"),
        "sample",
    )
    return {
        **{name: row[name] for name in kept},
        **_shared(row, called, kinds, may_see=may_see),
        "subject": f"subsidy:{row['id']}",
        "state_title": STATE_TITLES[State(row["state"])],
        "applicant": masked(row["applicant_name"], may_see=may_see),
        "applicant_tail": row["applicant_tail"] if may_see else None,
    }


def _shared(
    row: Mapping[str, Any], called: Mapping[str, str], kinds: Mapping[str, EcoKind], *,
    may_see: bool,
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": masked(row["name"], may_see=may_see),
        "id_tail": row["id_tail"] if may_see else None,
        "kind_title": title_of(kinds, row["kind"]),
        "where": row["cemetery"] or row["place"],
        "hukou": called.get(row["hukou_code"] or "", ""),
        "town": called.get(row["town_code"] or "", ""),
    }


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "act_title": EVENTS.get(row["act"], row["act"]),
        "after_title": STATE_TITLES[State(row["after"])],
    }


def _check(limit: int, kind: str | None, under: str | None, reference: Reference) -> None:
    if not 1 <= limit <= MOST:
        raise BadRequest(f"每页 1–{MOST} 条。")
    if kind is not None and kind not in reference.eco_kinds:
        known = "、".join(f"{k}（{v.title}）" for k, v in reference.eco_kinds.items())
        raise BadRequest(f"不认识安葬方式“{kind[:20]}”。可用：{known}。")
    _check_under(under)


def _check_under(under: str | None) -> None:
    if under is not None and not (under.isdecimal() and len(under) <= 12):
        raise BadRequest(f"“{under[:20]}”不是统计用区划代码。")


def _check_year(year: int | None) -> None:
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadRequest(f"年份 {year} 不合理。")


def _divisions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    codes: Iterable[str] = {r[n] for r in rows for n in ("town_code", "hukou_code") if r[n]}
    return divisions.names_of(connection, list(codes)) if codes else {}
