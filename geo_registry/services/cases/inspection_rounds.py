"""Inspection rounds (排查): which cemeteries are looked at by whom, and how far each town is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case_steps import MAX_WORDS
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.services.cases.casework import Form, require_person, require_town
from geo_registry.services.cases.opening_cases import Lead, open_lead
from geo_registry.services.cemeteries.listing_plots import LARGEST_ID
from geo_registry.store import divisions, inspection_rounds
from geo_registry.store.case_sources import person_name

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

STATES: Mapping[str, str] = {"planned": "进行中", "ended": "已结束"}
OUTCOMES: Mapping[str, str] = {
    "planned": "待查",
    "clear": "未发现问题",
    "lead": "发现线索",
    "unreachable": "未能到达",
}
DONE = ("clear", "lead")


@dataclass(frozen=True, slots=True)
class Round:
    """A round to be planned; ``towns`` (None: all) and single ``cemeteries`` say where it goes."""

    title: str
    begins_on: date
    ends_on: date
    note: str = ""
    towns: Sequence[str] | None = None
    cemeteries: Sequence[int] = ()
    sample: bool = False


def plan(connection: Connection, desk: Desk, wanted: Round) -> dict[str, Any]:
    """Plan a round over the cemeteries in use of some towns.

    Raises :class:`BadRequest`, and :class:`Conflict` where one of that name and days is under way.
    """
    require_person(desk)
    if not wanted.title.strip() or len(wanted.title) > 200:
        raise BadRequest("请写明排查的名称（不超过 200 字）。")
    if wanted.ends_on < wanted.begins_on:
        raise BadRequest(f"结束日期 {wanted.ends_on} 早于开始日期 {wanted.begins_on}。")
    for town in wanted.towns or ():
        require_town(desk, town)
    if wanted.towns is None and not wanted.cemeteries and desk.actor.towns:
        raise Refused(f"{desk.actor.name}只负责部分镇街，请写明排查哪些镇街。")
    title = wanted.title.strip()
    twice = inspection_rounds.same_round(connection, title, wanted.begins_on, wanted.ends_on)
    if twice is not None:
        raise Conflict(
            f"“{title}”（{wanted.begins_on} 至 {wanted.ends_on}）已经安排"
            f"（编号 {twice}），没有重复安排。",
            advice="确要另排一次的，请把名称写得有所区别。",
        )
    number = inspection_rounds.insert_round(
        connection, title=title, begins_on=wanted.begins_on,
        ends_on=wanted.ends_on, note=wanted.note.strip(), person=desk.person,
        sample=wanted.sample,
    )  # fmt: skip
    if not inspection_rounds.plan_stops(connection, number, wanted.towns, wanted.cemeteries):
        raise BadRequest("这些镇街没有使用中的公墓，无可排查。")
    return show(connection, desk, number)


def send(connection: Connection, desk: Desk, stop_id: int, inspector: int) -> dict[str, Any]:
    """Name who looks at a cemetery of a round."""
    stop = _stop(connection, desk, stop_id)
    known = 0 < inspector <= LARGEST_ID
    if not known or person_name(connection, inspector) is None:
        raise NotFound(f"没有编号为 {inspector} 的人员。")
    if stop["outcome"] in DONE:
        raise Conflict(f"“{stop['cemetery']}”已经查过（{OUTCOMES[stop['outcome']]}）。")
    inspection_rounds.update_stop(
        connection, stop_id, was=stop["outcome"], inspector_id=inspector
    )  # fmt: skip
    return _described(_stop(connection, desk, stop_id), open_=True)


def record(
    connection: Connection,
    desk: Desk,
    stop_id: int,
    *,
    outcome: str,
    note: str = "",
    on: date | None = None,
    title: str = "",
) -> dict[str, Any]:
    """Record what was found at a stop; ``lead`` opens a case with what was seen (``note``)."""
    if outcome not in OUTCOMES or outcome == "planned":
        shown = "、".join(f"{k}（{v}）" for k, v in OUTCOMES.items() if k != "planned")
        raise BadRequest(f"不认识排查结果“{outcome[:20]}”。可用：{shown}。")
    if len(note) > MAX_WORDS or (outcome != "clear" and not note.strip()):
        raise BadRequest(f"请写明看到的情况（不超过 {MAX_WORDS} 字）。")
    stop, day = _stop(connection, desk, stop_id), on or desk.on
    if stop["outcome"] in DONE:
        raise Conflict(
            f"“{stop['cemetery']}”已由{stop['recorded_by']}登记为{OUTCOMES[stop['outcome']]}。"
        )
    if day > desk.on:
        raise BadRequest(f"排查日期 {day} 还没有到。")
    whole = inspection_rounds.rounds(connection, stop["round_id"])[0]
    if day < whole["begins_on"]:
        raise Refused(f"排查日期 {day} 早于本次排查开始日期 {whole['begins_on']}。")
    case = None
    if outcome == "lead":
        lead = Lead(title.strip() or "排查发现线索", "inspection", cemetery_id=stop["cemetery_id"])
        case = open_lead(connection, desk, lead, Form(note.strip(), on=day)).id
    written = inspection_rounds.update_stop(
        connection, stop_id, was=stop["outcome"], outcome=outcome, inspected_on=day,
        note=note.strip(), case_id=case, recorded_by=desk.person,
    )  # fmt: skip
    if not written:
        raise Conflict(f"“{stop['cemetery']}”刚被他人登记，请刷新后再看。")
    return _described(_stop(connection, desk, stop_id), open_=True)


def end(connection: Connection, desk: Desk, round_id: int) -> dict[str, Any]:
    """End a round; what was not looked at stays listed as such."""
    require_person(desk)
    _round(connection, round_id)
    for stop in inspection_rounds.stops(connection, round_id=round_id):
        require_town(desk, stop["town_code"])
    if not inspection_rounds.end_round(connection, round_id):
        raise Conflict("这次排查已经结束。")
    return show(connection, desk, round_id)


def listed(connection: Connection) -> list[dict[str, Any]]:
    """All rounds, newest first, with their progress."""
    return [_progress(r) for r in inspection_rounds.rounds(connection)]


def show(connection: Connection, desk: Desk, round_id: int) -> dict[str, Any]:
    """A round with its progress by town and its stops."""
    found = _progress(_round(connection, round_id))
    rows = inspection_rounds.stops(connection, round_id=round_id)
    called = divisions.names_of(connection, {r["town_code"] for r in rows if r["town_code"]})
    towns: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        towns.setdefault(row["town_code"], []).append(row)
    return {
        **found,
        "late": found["state"] == "planned" and found["ends_on"] < desk.on
        and found["done"] < found["stops"],
        "towns": [
            {
                "code": code,
                "name": called.get(code or "", code or "位置待核"),
                "stops": len(group),
                "done": sum(r["outcome"] in DONE for r in group),
                "leads": sum(r["outcome"] == "lead" for r in group),
            }
            for code, group in towns.items()
        ],
        "items": [_described(r, open_=found["state"] == "planned") for r in rows],
    }  # fmt: skip


def _round(connection: Connection, round_id: int) -> dict[str, Any]:
    rows = inspection_rounds.rounds(connection, round_id) if 0 < round_id <= LARGEST_ID else []
    if not rows:
        raise NotFound(f"没有编号为 {round_id} 的排查。")
    return rows[0]


def _stop(connection: Connection, desk: Desk, stop_id: int) -> dict[str, Any]:
    require_person(desk)
    known = 0 < stop_id <= LARGEST_ID
    rows = inspection_rounds.stops(connection, stop_id=stop_id) if known else []
    if not rows:
        raise NotFound(f"没有编号为 {stop_id} 的排查对象。")
    require_town(desk, rows[0]["town_code"])
    if inspection_rounds.rounds(connection, rows[0]["round_id"])[0]["state"] == "ended":
        raise Refused("这次排查已经结束，不能再登记。")
    return rows[0]


def _described(stop: dict[str, Any], *, open_: bool) -> dict[str, Any]:
    """A stop with what can still be done at it: sending somebody, recording what was found."""
    waits = open_ and stop["outcome"] not in DONE
    return {
        **stop,
        "outcome_title": OUTCOMES[stop["outcome"]],
        "sendable": waits,
        "recordable": waits,
    }


def _progress(found: dict[str, Any]) -> dict[str, Any]:
    share = found["done"] / found["stops"] if found["stops"] else 0.0
    return {**found, "state_title": STATES[found["state"]], "share": round(share, 3)}
