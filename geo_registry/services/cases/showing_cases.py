"""Cases for people: pages, the board, and one with its steps, parties, tasks and papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import CaseState, Closure, Matter, Measured
from geo_registry.domain.case_clock import look_backs, months_later
from geo_registry.domain.case_evidence import must_see_m
from geo_registry.domain.encroachment import Level
from geo_registry.domain.errors import BadRequest
from geo_registry.services.accountability.attachments import attachments_of, described
from geo_registry.services.cases.case_facts import facts_told
from geo_registry.services.cases.case_parties import parties_of, tasks_of
from geo_registry.services.cases.case_words import PRIORITIES, acts_now, papers_now
from geo_registry.services.cases.casework import found_case
from geo_registry.services.cases.opening_cases import duplicates
from geo_registry.services.cemeteries.growing import geojson_degrees
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID
from geo_registry.store import case_pages, case_parties, case_sources, divisions, subjects
from geo_registry.store.case_pages import Filter

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.cases import StoredCase, StoredStep

_SOURCES_UNKNOWN = "来源待核"


def listed(connection: Connection, desk: Desk, wanted: Filter) -> dict[str, Any]:
    """A page of cases, what is due first, how many there are in all, and where the next begins."""
    _check(wanted)
    rows = case_pages.page(connection, wanted, desk.on)
    counted = case_pages.counts(connection, wanted, desk.on)
    full = len(rows) == wanted.limit
    return {
        "items": _rows(connection, desk, rows),
        "total": sum(c.number for c in counted),
        "next": f"{rows[-1].weight}.{rows[-1].id}" if full else None,
    }


def page_start(after: str | None) -> tuple[date, int] | None:
    """The place in the order that ``next`` of an earlier page named."""
    if after is None:
        return None
    day, _, number = after.partition(".")
    try:
        start = (date.fromisoformat(day), int(number))
    except ValueError:
        raise BadRequest("分页参数 after 不正确，请使用上一页返回的 next。") from None
    return start if 0 < start[1] <= LARGEST_ID else (start[0], 0)


def board(connection: Connection, desk: Desk, wanted: Filter) -> dict[str, Any]:
    """How many cases stand where, in all and by town; ``late`` are live ones past their day."""
    rows = case_pages.counts(connection, wanted, desk.on)
    called = divisions.names_of(connection, {r.town_code for r in rows if r.town_code})
    towns: dict[str | None, dict[str, Any]] = {}
    for row in rows:
        empty = {
            "code": row.town_code, "name": called.get(row.town_code or "", "未定位到镇街"),
            "live": 0, "late": 0, "ended": 0,
        }  # fmt: skip
        town = towns.setdefault(row.town_code, empty)
        town["live" if row.live else "ended"] += row.number
        town["late"] += row.late
    return {
        "states": [
            {
                "state": str(state),
                "title": state.word,
                "live": state.live,
                "number": sum(r.number for r in rows if r.state == state),
                "late": sum(r.late for r in rows if r.state == state),
            }
            for state in CaseState
        ],
        "towns": sorted(towns.values(), key=lambda t: (-t["late"], -t["live"], t["name"])),
        "live": sum(r.number for r in rows if r.live),
        "late": sum(r.late for r in rows),
    }


def show(connection: Connection, desk: Desk, case_id: int) -> dict[str, Any]:
    """One case with everything that hangs on it; days late as of the day of the desk."""
    found = found_case(connection, case_id)
    (row,) = _rows(connection, desk, case_pages.page(connection, Filter(id=case_id), desk.on))
    case = found.case
    return {
        **row,
        "claim": _claim(case.claim),
        "remeasured": _claim(case.remeasured),
        "must_see_m": must_see_m(case),
        "notice_number": case.notice_number,
        "served_on": case.served_on,
        "extensions": case.extensions,
        "failed_rechecks": case.failed_rechecks,
        "pause": case.pause and _pause(case.pause.ground, case.pause.since, desk),
        "closing": case.closing
        and {
            "closure": str(case.closing.reason),
            "closure_title": case.closing.reason.word,
            "by": case_sources.person_name(connection, case.closing.by),
            "on": case.closing.on,
        },
        "look_backs": _look_backs(found, desk),
        "geometry": geojson_degrees(found.row.claim),
        "steps": [_step(connection, desk, s) for s in found.steps],
        "possible": acts_now(desk, found),
        "papers": papers_now(found),
        "parties": parties_of(connection, desk, case_id),
        "tasks": tasks_of(connection, desk, case_id),
        "notices": [_notice(n) for n in case_parties.notices(connection, case_id=case_id)],
        "attachments": [described(a) for a in attachments_of(connection, found.subject)],
        "duplicates": duplicates(connection, desk, case_id) if case.state.live else [],
        "finding": case_sources.finding_id(connection, found.row.finding_key),
        "next_episode": case_sources.next_episode(connection, case_id),
    }


def _check(wanted: Filter) -> None:
    for state in wanted.states or ():
        if state not in set(CaseState):
            shown = "、".join(f"{s}（{s.word}）" for s in CaseState)
            raise BadRequest(f"不认识案件状态“{state[:20]}”。可用：{shown}。")


def _rows(connection: Connection, desk: Desk, rows: list[Any]) -> list[dict[str, Any]]:
    codes = {c for r in rows for c in (r.village_code, r.town_code) if c}
    called = divisions.names_of(connection, codes)
    return [_row(r, called, desk) for r in rows]


def _row(row: Any, called: Mapping[str, str], desk: Desk) -> dict[str, Any]:
    state, late = CaseState(row.state), bool(row.late)
    left = (row.due_on - desk.on).days if state.live and row.due_on else None
    places = [called.get(c or "", "") for c in (row.town_code, row.village_code)]
    return {
        "id": row.id,
        "subject": f"case:{row.id}",
        "number": row.number,
        "title": row.title,
        "matter": row.matter,
        "matter_title": Matter(row.matter).word,
        "source": row.source,
        "source_title": desk.reference.case_terms.sources.get(row.source, _SOURCES_UNKNOWN),
        "state": row.state,
        "state_title": state.word,
        "live": state.live,
        "late": late,
        "days_late": (desk.on - row.due_on).days if late else 0,
        "near": left is not None
        and 0 <= left <= desk.reference.case_terms.near_days
        and row.paused_since is None,
        "days_left": left,
        "version": row.version,
        "priority": row.priority,
        "priority_title": PRIORITIES.get(row.priority, ""),
        "opened_on": row.opened_on,
        "last_on": row.last_on,
        "due_on": row.due_on,
        "paused_since": row.paused_since,
        "closed_on": row.closed_on,
        "closed_as": row.closed_as,
        "closed_as_title": row.closed_as and Closure(row.closed_as).word,
        "suppressed_until": row.suppressed_until,
        "cemetery": None
        if row.cemetery_id is None
        else {"id": row.cemetery_id, "name": row.cemetery},
        "town_code": row.town_code,
        "located_in": "".join(places),
        "owner": row.owner,
        "inspector": row.inspector,
        "episode": row.episode,
        "previous": row.previous_id,
        "merged_into": row.merged_into,
        "rule_id": row.rule_id,
        "point": subjects.degrees(row.point),
        "bbox": subjects.box(row.box),
        "sample": row.sample,
    }


def _claim(measured: Measured | None) -> dict[str, Any] | None:
    if measured is None:
        return None
    word = Level(measured.level).word if measured.level in set(Level) else "仍在批准范围以外"
    return {
        "survey": measured.survey,
        "on": measured.on,
        "grade": measured.grade,
        "depth_m": measured.depth_m,
        "area_m2": measured.area_m2,
        "level": measured.level,
        "word": word,
    }


def _pause(ground: str, since: date, desk: Desk) -> dict[str, Any]:
    title = desk.reference.case_terms.pauses.get(ground, ground)
    return {"ground": ground, "title": title, "since": since}


def _look_backs(found: StoredCase, desk: Desk) -> list[dict[str, Any]]:
    closed_on = found.case.closed_on
    if closed_on is None:
        return []
    months = desk.reference.case_terms.look_back_months
    waiting = {m for m, _ in look_backs(found.case, months)}
    return [
        {
            "months": m,
            "due_on": months_later(closed_on, m),
            "done": m in found.case.looked_back,
            "late": m in waiting and months_later(closed_on, m) < desk.on,
        }
        for m in months
    ]


def _step(connection: Connection, desk: Desk, stored: StoredStep) -> dict[str, Any]:
    step = stored.step
    return {
        "number": stored.number,
        "act": str(step.act),
        "act_title": step.act.word,
        "state": stored.state,
        "state_title": CaseState(stored.state).word,
        "on": step.on,
        "by": stored.name,
        "reason": step.reason,
        "facts": dict(step.facts),
        "told": facts_told(connection, desk, step),
        "recorded_at": stored.recorded_at,
    }


def _notice(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: row[k] for k in ("id", "kind", "number", "issued_on", "by", "recorded_at")}


def require_number(text: str) -> int:
    """The id in ``case:6``, ``6`` or a case number; :class:`BadRequest`."""
    number = text.removeprefix("case:")
    if not number.isdecimal() or len(number) > 18:
        raise BadRequest(f"“{text[:40]}”不是案件编号，请写成 case:6 或 6。")
    return int(number)
