"""The register of signs: planned, installed, checked, damaged; the text as it must read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from shapely import Point

from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.domain.naming import called_on
from geo_registry.domain.romanisation import romanise
from geo_registry.services.names import checking
from geo_registry.services.naming.proposals import require_covered, said
from geo_registry.store import signs as store
from geo_registry.store.naming import hold
from geo_registry.store.signs import STATES, SignRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.naming import HeldPlace


def plan(
    connection: Connection, place_id: int, at: tuple[float, float], *, note: str = "", desk: Desk
) -> dict[str, Any]:
    """Plan a sign at a point (longitude, latitude): the standard name in characters and pinyin."""
    place, text, romanized = _named(connection, place_id, desk)
    row = SignRow(
        text, _point(at), place_id, romanized, state="planned", town_code=place.codes["town"],
        planned_on=desk.on, note=note.strip()[:500],
    )  # fmt: skip
    return _entered(connection, row)


def install(
    connection: Connection,
    place_id: int,
    at: tuple[float, float],
    *,
    text: str = "",
    romanized: str | None = None,
    on: date | None = None,
    desk: Desk,
) -> dict[str, Any]:
    """Record a sign that was put up, with what it says (left out: the standard name)."""
    day = _day(on, desk)
    place, standard, spelling = _named(connection, place_id, desk)
    row = SignRow(
        text.strip() or standard, _point(at), place_id,
        spelling if romanized is None and not text.strip() else romanized,
        installed_on=day, town_code=place.codes["town"],
    )  # fmt: skip
    return _entered(connection, row)


def _entered(connection: Connection, row: SignRow) -> dict[str, Any]:
    twice = store.same_sign(connection, row)
    if twice is not None:
        raise Conflict(
            f"同一位置的“{row.text}”牌（{STATES[row.state]}）已经登记（sign:{twice}），没有重复登记。",
            advice="确是另一块牌的，请把位置点得准确些。",
        )
    return shown(connection, store.insert_signs(connection, [row])[0])


def put_up(
    connection: Connection, sign_id: int, *, on: date | None = None, desk: Desk
) -> dict[str, Any]:
    """Record that a planned sign stands."""
    row = _held(connection, sign_id, desk)
    if row["state"] != "planned":
        raise Conflict(f"这块牌已经是“{STATES[row['state']]}”。")
    store.change_sign(connection, sign_id, {"state": "standing", "installed_on": _day(on, desk)})
    return shown(connection, sign_id)


def inspect(
    connection: Connection,
    sign_id: int,
    *,
    state: str,
    note: str = "",
    on: date | None = None,
    desk: Desk,
) -> dict[str, Any]:
    """Record a look at a sign: it stands, is damaged (then say how) or gone."""
    row = _held(connection, sign_id, desk)
    if state not in {"standing", "damaged", "missing"}:
        raise BadRequest(
            f"没有“{state[:20]}”这种状态。",
            advice="可用：standing（完好）、damaged（破损）、missing（缺失）。",
        )
    if row["state"] == "planned":
        raise Refused("这块牌还没有设置，不能登记检查。", advice="请先登记设置。")
    day = _day(on, desk)
    if row["installed_on"] is not None and day < row["installed_on"]:
        raise BadRequest(f"检查日期 {day} 早于设置日期 {row['installed_on']}。")
    words = note.strip()[:500]
    if state != "standing":
        words = said(words, "破损或缺失的情况")
    store.change_sign(connection, sign_id, {"state": state, "checked_on": day, "note": words})
    return shown(connection, sign_id)


def of_place(connection: Connection, place_id: int) -> list[dict[str, Any]]:
    """The signs of a place."""
    return store.signs_of(connection, place_id)


def shown(connection: Connection, sign_id: int) -> dict[str, Any]:
    """One sign as plain values, or :class:`NotFound`."""
    row = store.find_sign(connection, sign_id)
    if row is None:
        raise NotFound(f"没有编号为 sign:{sign_id} 的牌。")
    return row | {"subject": f"sign:{sign_id}", "state_title": STATES[row["state"]]}


def _held(connection: Connection, sign_id: int, desk: Desk) -> dict[str, Any]:
    row = store.hold_sign(connection, sign_id)
    if row is None:
        raise NotFound(f"没有编号为 sign:{sign_id} 的牌。")
    require_covered(row["town_code"], desk)
    return row


def _named(connection: Connection, place_id: int, desk: Desk) -> tuple[HeldPlace, str, str]:
    """A place with its standard name and spelling; :class:`Refused` where it has none."""
    place = hold(connection, [place_id]).get(place_id)
    if place is None:
        raise NotFound(f"没有编号为 place:{place_id} 的地方。")
    require_covered(place.codes["town"], desk)
    names = called_on(place.life.names, desk.on)
    if not names:
        raise Refused("这处地方没有标准名称，不能设置地名标志。", advice="请先办理命名。")
    toponym = checking.toponym_of(names[0].full, place.place_class, desk.reference)
    return place, toponym.full, romanise(toponym)


def _point(at: tuple[float, float]) -> Point:
    longitude, latitude = at
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise BadRequest("坐标应为经度、纬度（度），例如 122.05, 37.42；请检查是否颠倒。")
    return Point(longitude, latitude)


def _day(on: date | None, desk: Desk) -> date:
    day = on or desk.on
    if day > desk.on:
        raise BadRequest(f"日期 {day} 还没有到。", advice="请填写实际发生的日期。")
    return day
