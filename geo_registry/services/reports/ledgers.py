"""Ledgers of the office: cultural activities, volunteer teams, who answers for which village."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.services.people.permitting import require
from geo_registry.store import ledgers as store
from geo_registry.store.divisions import names_of
from geo_registry.store.ledgers import Span

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

ACT = "ledgers.keep"
"""The act of permissions.toml that all of this is."""
MOST_PEOPLE = 1_000_000
MAX_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Activity:
    """A cultural activity about place names, as a clerk enters it; ``town_code``: statistical."""

    title: str
    held_on: date
    participants: int
    kind: str = ""
    town_code: str | None = None
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A team of volunteers, as a clerk enters it."""

    name: str
    members: int
    founded_on: date
    town_code: str | None = None
    leader: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for a division (statistical code) from a day on."""

    division_code: str
    name: str
    valid_from: date


def record_activity(connection: Connection, activity: Activity, *, desk: Desk) -> int:
    """Enter an activity that was held; :class:`Conflict` where it is there already."""
    _require_words(activity.title, "活动名称")
    _require_people(activity.participants, "参加人次")
    _require_past(activity.held_on, "举办日期", desk)
    _require_town(connection, activity.town_code, desk)
    return store.write(connection, "activities", [asdict(activity)])[0]


def cancel_activity(connection: Connection, number: int, why: str) -> None:
    """Let an activity entered by mistake count no more; it stays in the history."""
    if not store.cancel_activity(connection, number, _require_words(why, "作废理由")):
        raise NotFound(f"没有编号为 {number} 的活动，或者它已经作废。")


def found_team(connection: Connection, team: Team, *, desk: Desk) -> int:
    """Enter a team; :class:`Conflict` where one of that name goes on in the town."""
    _require_words(team.name, "队伍名称")
    _require_people(team.members, "人数")
    _require_past(team.founded_on, "成立日期", desk)
    _require_town(connection, team.town_code, desk)
    return store.write(connection, "teams", [asdict(team)])[0]


def end_team(connection: Connection, number: int, on: date) -> None:
    """Let a team end; it counts until the day before."""
    if not store.end_team(connection, number, on):
        raise NotFound(
            f"没有编号为 {number} 的在册队伍，或者 {on} 不晚于它的成立日期。",
            advice="请用 geo-registry team list 查看。",
        )


def set_responsible(connection: Connection, entered: Responsible, *, desk: Desk) -> int:
    """Say who answers for a division from a day on; who did before ends on it.

    Raises :class:`Conflict` where that person does already.
    """
    code, on = entered.division_code, entered.valid_from
    if code not in names_of(connection, [code]):
        raise BadRequest(f"没有代码为“{code[:20]}”的区划。")
    require(desk, ACT, town=code[:9] if len(code) >= 9 else None)
    name = _require_words(entered.name, "责任人")
    before = store.responsible_now(connection, code)
    if before is not None and before[0] == name and before[1] <= on:
        raise Conflict(f"这个区划自 {before[1]} 起已由“{name}”负责，没有变化。")
    store.end_responsible(connection, [code], on)
    row = {"division_code": code, "name": name, "valid_from": on}
    return store.write(connection, "responsible", [row])[0]


def list_activities(connection: Connection, span: Span) -> dict[str, Any]:
    """Activities of a span and town, with how many people came in all."""
    rows = store.activities(connection, span)
    return {
        "items": _named(connection, rows),
        "total": len(rows),
        "participants": sum(r["participants"] for r in rows),
    }


def list_teams(connection: Connection, span: Span) -> dict[str, Any]:
    """Teams of a town on a day, with how many people they have in all."""
    rows = store.teams(connection, span)
    return {
        "items": _named(connection, rows),
        "total": len(rows),
        "members": sum(r["members"] for r in rows),
    }


def _named(connection: Connection, rows: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    called = names_of(connection, {r["town_code"] for r in rows if r["town_code"]})
    return [r | {"town": called.get(r["town_code"] or "", "全区")} for r in rows]


def _require_words(words: str, what: str) -> str:
    words = words.strip()
    if not words:
        raise BadRequest(f"请写明{what}。")
    if len(words) > MAX_WORDS:
        raise BadRequest(f"{what}有 {len(words)} 个字，请控制在 {MAX_WORDS} 字以内。")
    return words


def _require_people(number: int, what: str) -> None:
    if not 0 <= number <= MOST_PEOPLE:
        raise BadRequest(f"{what} {number} 不合理，应在 0 到 {MOST_PEOPLE:,} 之间。")


def _require_past(day: date, what: str, desk: Desk) -> None:
    if day > desk.on:
        raise BadRequest(f"{what} {day} 晚于今天 {desk.on}。", advice="请在当天或之后登记。")


def _require_town(connection: Connection, code: str | None, desk: Desk) -> None:
    if code is not None and (len(code) != 9 or code not in names_of(connection, [code])):
        raise BadRequest(f"没有代码为“{code[:20]}”的镇街。", advice="应为 9 位统计用区划代码。")
    require(desk, ACT, town=code)
