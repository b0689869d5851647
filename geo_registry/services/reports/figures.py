"""Figures for people: every count that a page, a report or an export shows comes from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import CaseState, Closure
from geo_registry.domain.eco_burial import title_of
from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.finding import Severity
from geo_registry.domain.naming import CHINA, EVENT_TITLES, EventKind
from geo_registry.domain.naming_answer import NamingAnswer
from geo_registry.domain.proposal import STATE_TITLES as PROPOSAL_STATES
from geo_registry.domain.proposal import State as ProposalState
from geo_registry.rules import catalogue
from geo_registry.services.cemeteries.listing_plots import TYPE_TITLES
from geo_registry.services.naming.contributions import STATES as CONTRIBUTION_STATES
from geo_registry.store import figures as store
from geo_registry.store.divisions import names_of
from geo_registry.store.figures import Asked, Within

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.figure import Figure, Measured
    from geo_registry.domain.reference import Profile, Reference

OVERVIEW_TOPICS = ("divisions", "names", "cemeteries", "findings")
NO_TOWN = "未定位到镇街"

_AGES = {"30": "30 天以内", "90": "31–90 天", "180": "91–180 天", "older": "180 天以上"}
_PARTS: Mapping[str, Callable[[str], str]] = {
    "": lambda _: "",
    "severity": lambda part: Severity(part).word,
    "rule": lambda part: catalogue()[part].title if part in catalogue() else part,
    "answer": lambda part: NamingAnswer(part).word,
    "event": lambda part: EVENT_TITLES[EventKind(part)],
    "cemetery_type": lambda part: TYPE_TITLES.get(part, part),
    "proposal_state": lambda part: PROPOSAL_STATES[ProposalState(part)],
    "contribution_state": lambda part: CONTRIBUTION_STATES[part],
    "case_state": lambda part: CaseState(part).word,
    "case_age": lambda part: _AGES[part],
    "closure": lambda part: Closure(part).word if part else "未注明",
    "verdict": lambda part: {"suspected": "疑似", "confirmed": "测量确认"}[part],
}
"""Kinds of parts in ``figures.toml`` and how a part is called; ``eco_kind`` is a table of data."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures: on a day, of the period from ``since`` (None: since New Year's Day).

    ``known_on``: as they were known at the end of that day, from the history.
    """

    on: date
    since: date | None = None
    known_on: date | None = None


def measure(
    connection: Connection, wanted: Wanted, *, profile: Profile, reference: Reference
) -> dict[str, Any]:
    """All figures with their definitions, their parts and their towns.

    Raises :class:`BadRequest` for a period that ends before it begins.
    """
    since = _since(wanted)
    rows = store.measure(connection, _asked(wanted, since, profile))
    called = names_of(connection, {r.town for r in rows if r.town})
    return {
        "on": wanted.on.isoformat(),
        "since": since.isoformat(),
        "known_on": wanted.known_on.isoformat() if wanted.known_on else None,
        "figures": [
            _shown(figure, [r for r in rows if r.figure == figure.id], called, reference)
            for figure in reference.figures.values()
        ],
    }


def members(
    connection: Connection,
    wanted: Wanted,
    within: Within,
    *,
    profile: Profile,
    reference: Reference,
) -> dict[str, Any]:
    """The things that make a figure up (of a part, in a town), from the query that counts them.

    Raises :class:`NotFound` for a figure that nobody defined.
    """
    figure = reference.figures.get(within.figure)
    if figure is None:
        raise NotFound(f"没有名为“{within.figure[:40]}”的指标。")
    since = _since(wanted)
    rows = store.members(connection, _asked(wanted, since, profile), within)
    towns = names_of(connection, {r.town for r in rows if r.town})
    divisions = names_of(
        connection,
        {r.subject.rpartition(":")[2] for r in rows if r.subject.startswith("division:")},
    )
    title = _title_of(figure, reference)
    return {
        "id": figure.id,
        "title": figure.title,
        "unit": figure.unit,
        "definition": figure.definition,
        "work": figure.work,
        "on": wanted.on.isoformat(),
        "since": since.isoformat(),
        "known_on": wanted.known_on.isoformat() if wanted.known_on else None,
        "value": _number(sum(r.value for r in rows)),
        "items": [
            {
                "subject": r.subject,
                "label": r.label or divisions.get(r.subject.rpartition(":")[2], ""),
                "part": title(r.part),
                "town_code": r.town,
                "town": towns.get(r.town, r.town) or NO_TOWN,
                "value": _number(r.value),
            }
            for r in rows
        ],
    }


def counts(connection: Connection, *, profile: Profile, on: date) -> dict[str, int | float]:
    """The figures of the first page by id, without parts and towns."""
    rows = store.measure(
        connection, _asked(Wanted(on), on.replace(month=1, day=1), profile), OVERVIEW_TOPICS
    )
    return {
        name: _number(value)
        for name in _OVERVIEW
        for value in [sum(r.value for r in rows if r.figure == name and r.town is None)]
    }


_OVERVIEW = (
    "towns",
    "villages",
    "roads_named",
    "roads_unnamed",
    "roads_new",
    "cemeteries",
    "findings_open",
    "findings_waived",
)


def new_names_since(profile: Profile) -> date:
    """The day from which a name counts as newly given, on the map and in the figures."""
    return date.fromisoformat(profile.setting("new_names_since", "2024-01-01"))


def _since(wanted: Wanted) -> date:
    since = wanted.since or wanted.on.replace(month=1, day=1)
    if since > wanted.on:
        raise BadRequest(f"起始日期 {since} 晚于截止日期 {wanted.on}。")
    return since


def _asked(wanted: Wanted, since: date, profile: Profile) -> Asked:
    end = wanted.known_on
    return Asked(
        on=wanted.on,
        since=since,
        new_since=new_names_since(profile),
        members=tuple(profile.legal_county_members.value),
        at=datetime.combine(end + timedelta(days=1), time(), CHINA) if end else None,
    )


def _title_of(figure: Figure, reference: Reference) -> Callable[[str], str]:
    """How the parts of a figure are called."""
    own = partial(title_of, reference.eco_kinds)
    return own if figure.parts == "eco_kind" else _PARTS[figure.parts]


def _shown(
    figure: Figure, rows: Sequence[Measured], called: Mapping[str, str], reference: Reference
) -> dict[str, Any]:
    title = _title_of(figure, reference)
    whole = [r for r in rows if r.town is None]
    towns: dict[str, float] = {}
    for row in rows:
        if row.town is not None:
            towns[row.town] = towns.get(row.town, 0) + row.value
    return {
        "id": figure.id,
        "title": figure.title,
        "unit": figure.unit,
        "group": figure.group,
        "span": figure.span,
        "definition": figure.definition,
        "work": figure.work,
        "value": _number(sum(r.value for r in whole)),
        "parts": [
            {"part": r.part, "title": title(r.part), "value": _number(r.value)}
            for r in sorted(whole, key=lambda r: (-r.value, r.part))
            if r.part
        ],
        "towns": [
            {"code": code, "name": called.get(code, code) or NO_TOWN, "value": _number(value)}
            for code, value in sorted(towns.items())
        ],
        "by_town": [
            {"town": r.town, "part": r.part, "value": _number(r.value)}
            for r in sorted(rows, key=lambda r: (r.town or "", r.part))
            if r.town is not None and r.part
        ],
    }


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(value, 1)


def tabled(measured: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures as rows of a table: the district, its parts and its towns."""
    rows = []
    for f in measured["figures"]:
        head = {"归类": f["group"], "指标": f["title"], "单位": f["unit"], "口径": f["definition"]}
        rows.append({**head, "分项": "", "镇街": "全区", "数值": f["value"]})
        rows += [
            {**head, "分项": p["title"], "镇街": "全区", "数值": p["value"]} for p in f["parts"]
        ]
        rows += [{**head, "分项": "", "镇街": t["name"], "数值": t["value"]} for t in f["towns"]]
    return rows
