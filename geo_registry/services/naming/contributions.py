"""Contributions (采集): a volunteer's name, photo and story; accepted, merged or rejected.

Before a clerk sees it, a name is compared with every name on record, former ones too. Whoever sent
it reads what became of it and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import shapely

from geo_registry.domain.errors import BadRequest, Conflict, Forbidden, NotFound, Stale
from geo_registry.domain.naming import kind_on
from geo_registry.domain.people import Role
from geo_registry.domain.place import PLACE_CLASSES, NameKind
from geo_registry.domain.procedure import ProposalKind
from geo_registry.services.accountability import attachments, withholding
from geo_registry.services.names import checking, stories
from geo_registry.services.naming.new_places import NewPlace
from geo_registry.services.naming.proposals import Asked, Proposed, propose, require_covered, said
from geo_registry.store import areas, locating
from geo_registry.store import contributions as store
from geo_registry.store.naming import place_named
from geo_registry.store.writing import in_turn

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

STATES: Mapping[str, str] = {
    "received": "待答复",
    "accepted": "已采纳",
    "merged": "已并入现有地名",
    "rejected": "未采纳",
}
"""States of a contribution with their Chinese words."""

GRADES = ("名称相同", "专名、通名相同", "专名相同", "读音相同")
KIND_WORDS = {"standard": "标准名称", "former": "曾用名", "alias": "别名", "dialect": "方言名"}
NEAR_M = 500.0
"""A name of the same writing that far away may be the same place; farther is only said."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo or recording that comes with a contribution."""

    content: bytes | Path
    file_name: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a volunteer sends: a name, where (degrees, or a village in words), and its story."""

    name: str
    place_class: str
    geometry: BaseGeometry | None = None
    at: str = ""
    story: str = ""
    source: str = ""
    photos: tuple[Photo, ...] = ()


def contribute(
    connection: Connection, sent: Sent, *, desk: Desk, sample: bool = False
) -> dict[str, Any]:
    """Take a contribution in and compare it with every name on record.

    Raises :class:`BadRequest` for a name that is none or a place that is nowhere.
    """
    toponym = checking.toponym_of(said(sent.name, "名称"), sent.place_class, desk.reference)
    if sent.geometry is None and not sent.at.strip():
        raise BadRequest("请指明在哪里：在地图上点一下，或写村、镇的名称。")
    scopes = _scopes(connection, sent, desk)
    require_covered(scopes.get("town"), desk)
    _refuse_twice(connection, toponym.full, sent, desk)
    county = scopes.get("legal_county")
    matches = _matches(
        connection, toponym, sent.geometry,
        list(areas.counties_of(county, desk.profile)) if county else None, desk,
    )  # fmt: skip
    number = store.insert_contribution(
        connection,
        {
            "name": toponym.full, "place_class": sent.place_class, "story": sent.story.strip(),
            "sample": sample,
            "source": sent.source.strip(), "received_on": desk.on, "matches": matches,
            "village_code": scopes.get("village"), "town_code": scopes.get("town"),
            "county_code": scopes.get("stat_county"),
        },
        sent.geometry,
    )  # fmt: skip
    for photo in sent.photos:
        attachments.attach(
            connection, f"contribution:{number}", photo.content, file_name=photo.file_name,
            kind="photo", desk=desk,
        )  # fmt: skip
    return show(connection, number, desk=desk)


def _refuse_twice(connection: Connection, name: str, sent: Sent, desk: Desk) -> None:
    """A second click: the person has sent the same name for the same place today."""
    if sent.geometry is None:
        return  # of a village alone nobody knows whether it is the same place
    in_turn(connection, "contribution", desk.person, name, sent.geometry.wkb.hex())
    twice = store.same_sent(connection, name, sent.geometry, desk.on)
    if twice is not None:
        raise Conflict(
            f"同一处地方的“{name}”您今天已经上报（contribution:{twice}），没有重复登记。",
            advice="要补充照片，请打开那一条。",
        )


def add_photo(
    connection: Connection, contribution_id: int, photo: Photo, *, desk: Desk
) -> attachments.Attachment:
    """Add a photo or recording to a contribution that waits; volunteers to their own only.

    Raises :class:`Conflict` once it is answered, and as ``attachments.attach`` does for files.
    """
    row = _found(connection, contribution_id)
    _require_visible(row, desk)
    if row["state"] != "received":
        raise Conflict(f"采集“{row['name']}”{STATES[row['state']]}，不能再添加照片。")
    return attachments.attach(
        connection, f"contribution:{contribution_id}", photo.content,
        file_name=photo.file_name, kind="photo", desk=desk,
    )  # fmt: skip


def photo_of(
    connection: Connection, contribution_id: int, attachment_id: int, *, desk: Desk
) -> attachments.Attachment:
    """A photo of a contribution that the person may see; :class:`NotFound`."""
    _require_visible(_found(connection, contribution_id), desk)
    photo = attachments.attachment(connection, attachment_id)
    if photo.subject != f"contribution:{contribution_id}":
        raise NotFound(f"采集 contribution:{contribution_id} 没有编号为 {attachment_id} 的照片。")
    return photo


def accept(
    connection: Connection,
    contribution_id: int,
    *,
    version: int | None = None,
    answer: str,
    place: str = "",
    despite: str = "",
    desk: Desk,
) -> dict[str, Any]:
    """Make a proposal of a contribution, for a registered place or for the one that was drawn."""
    said(answer, "给采集员的答复")
    row = _held(connection, contribution_id, version, desk)
    target = _target(connection, row, place)
    done: Proposed = propose(
        connection,
        Asked(
            ProposalKind.NAME, target, applicant=f"采集员{row['person']}",
            reason=row["story"] or f"采集上报：{row['name']}", name=row["name"], despite=despite,
        ),
        desk=desk,
    )  # fmt: skip
    place_id = done.stored.place_id
    _tell_story(connection, row, place_id, desk)
    _answer(
        connection, row, "accepted", answer, desk, proposal_id=done.stored.id, place_id=place_id
    )
    return show(connection, contribution_id, desk=desk)


def merge(
    connection: Connection,
    contribution_id: int,
    *,
    version: int | None = None,
    place: str,
    name_id: int | None = None,
    answer: str,
    desk: Desk,
) -> dict[str, Any]:
    """Join a contribution to a place on record: its story goes there, with who told it.

    ``name_id`` is the name it matches, also a former one; left out, the best match on that place.
    """
    said(answer, "给采集员的答复")
    row = _held(connection, contribution_id, version, desk)
    place_id = place_named(connection, place)
    if place_id is None:
        raise NotFound(f"没有“{place[:60]}”这处地方。")
    withholding.require_seen(connection, desk, f"place:{place_id}")
    on_it = [m for m in row["matches"] if m["place_id"] == place_id]
    if name_id is None and on_it:
        name_id = on_it[0]["name_id"]
    _tell_story(connection, row, place_id, desk)
    _answer(connection, row, "merged", answer, desk, place_id=place_id, name_id=name_id)
    return show(connection, contribution_id, desk=desk)


def reject(
    connection: Connection,
    contribution_id: int,
    *,
    version: int | None = None,
    reason: str,
    desk: Desk,
) -> dict[str, Any]:
    """Do not use a contribution, and tell its sender why."""
    row = _held(connection, contribution_id, version, desk)
    _answer(connection, row, "rejected", reason, desk)
    return show(connection, contribution_id, desk=desk)


def show(connection: Connection, contribution_id: int, *, desk: Desk) -> dict[str, Any]:
    """One contribution with its photos; a volunteer sees their own only."""
    row = _found(connection, contribution_id)
    _require_visible(row, desk)
    subject = f"contribution:{contribution_id}"
    photos = attachments.attachments_of(connection, subject)
    hidden = withholding.hidden_from(connection, desk)
    return line(row, hidden) | {"attachments": [attachments.described(a) for a in photos]}


def page(
    connection: Connection,
    *,
    states: Sequence[str] = (),
    before: int | None = None,
    limit: int = 50,
    desk: Desk,
) -> dict[str, Any]:
    """A page of contributions, the newest first; a volunteer's own, or those of the towns."""
    for state in states:
        if state not in STATES:
            known = "、".join(f"{k}（{t}）" for k, t in STATES.items())
            raise BadRequest(f"没有“{state[:20]}”这种状态。", advice=f"可用：{known}。")
    if not 1 <= limit <= 500:
        raise BadRequest("一页应为 1 到 500 条。")
    own = desk.actor.role is Role.VOLUNTEER
    rows = store.page_of_contributions(
        connection, states=list(states) or None, towns=None if own else desk.actor.towns or None,
        person=desk.person if own else None, before=before, limit=limit + 1,
    )  # fmt: skip
    shown, hidden = rows[:limit], withholding.hidden_from(connection, desk)
    return {
        "items": [line(r, hidden) for r in shown],
        "next": shown[-1]["id"] if len(rows) > limit else None,
    }


def line(row: Mapping[str, Any], hidden: AbstractSet[str] = frozenset()) -> dict[str, Any]:
    """A contribution as plain values, with what it was matched to and the answer.

    It is matched with all there is, for whoever answers; ``hidden`` matches are left out.
    """
    matches = [m for m in row["matches"] if m["subject"] not in hidden]
    best = matches[0]["text"] if matches else "没有相同或同音的地名"
    return {
        "id": row["id"],
        "subject": f"contribution:{row['id']}",
        "version": row["version"],
        "name": row["name"],
        "place_class": row["place_class"],
        "class_title": PLACE_CLASSES.get(row["place_class"], row["place_class"]),
        "geometry": None if row["geojson"] is None else orjson.loads(row["geojson"]),
        "town_code": row["town_code"],
        "town_name": row["town_name"] or "",
        "village_name": row["village_name"] or "",
        "story": row["story"],
        "source": row["source"],
        "state": row["state"],
        "state_title": STATES[row["state"]],
        "received_on": row["received_on"],
        "matches": matches,
        "match_text": best,
        "answer": row["answer"],
        "answered_on": row["answered_on"],
        "answered_by": row["answerer"] or "",
        "proposal": row["proposal_id"] and f"proposal:{row['proposal_id']}",
        "place": row["place_id"] and f"place:{row['place_id']}",
        "name_id": row["name_id"],
        "person": row["person"],
        "sample": row["sample"],
    }


# ---- steps --------------------------------------------------------------------------------------


def _matches(
    connection: Connection, toponym: Any, here: BaseGeometry | None,
    counties: list[str] | None, desk: Desk,
) -> list[dict[str, Any]]:  # fmt: skip
    found = store.names_alike(connection, toponym, counties=counties, here=here, on=desk.on)
    matches = []
    for row in found:
        kind = kind_on(NameKind(row["kind"]), row["valid_to"], desk.on).value
        apart = row["apart_m"]
        now = row["called"]
        said_now = f"，现名“{now}”" if now and now != row["full_name"] else ""
        far = "" if apart is None else f"，相距 {apart:,.0f} 米"
        matches.append(
            {
                "place_id": row["place_id"], "name_id": row["name_id"],
                "subject": f"place:{row['place_id']}", "name": row["full_name"], "kind": kind,
                "grade": row["grade"], "apart_m": None if apart is None else round(apart),
                "near": apart is not None and apart <= NEAR_M,
                "text": f"与{KIND_WORDS.get(kind, '名称')}“{row['full_name']}”"
                f"{GRADES[row['grade']]}{said_now}{far}",
            }
        )  # fmt: skip
    return sorted(matches, key=lambda m: (not m["near"], m["grade"]))


def _scopes(connection: Connection, sent: Sent, desk: Desk) -> Mapping[str, str]:
    if sent.at.strip():
        return locating.scopes_of(connection, sent.at.strip(), desk.profile)
    geometry = sent.geometry
    if geometry is None or geometry.is_empty or not geometry.is_valid:
        raise BadRequest("位置是空的或者自相交，请重新点选。")
    middle = shapely.point_on_surface(geometry)
    if not (-180 <= middle.x <= 180 and -90 <= middle.y <= 90):
        raise BadRequest("坐标应为经度、纬度（度），例如 122.05, 37.42；请检查是否颠倒。")
    return locating.scopes_at(connection, middle.x, middle.y, desk.profile)


def _found(connection: Connection, contribution_id: int) -> dict[str, Any]:
    known = 0 < contribution_id < 2**63
    rows = store.page_of_contributions(connection, ids=[contribution_id]) if known else []
    if not rows:
        raise NotFound(f"没有编号为 contribution:{contribution_id} 的采集。")
    return rows[0]


def _held(
    connection: Connection, contribution_id: int, version: int | None, desk: Desk
) -> dict[str, Any]:
    _found(connection, contribution_id)
    row = store.hold_contribution(connection, contribution_id) or {}
    require_covered(row["town_code"], desk)
    if version is not None and version != row["version"]:
        raise Stale(
            f"采集“{row['name']}”在您打开之后已由{row['answerer'] or '他人'}办理"
            f"（{STATES[row['state']]}），您的操作没有执行。",
            current=line(row, withholding.hidden_from(connection, desk)),
            advice="请对照现在的内容。",
        )
    if row["state"] != "received":
        raise Conflict(f"采集“{row['name']}”{STATES[row['state']]}，已答复：{row['answer']}")
    return row


def _require_visible(row: Mapping[str, Any], desk: Desk) -> None:
    own = row["person_id"] == desk.person
    if desk.actor.role is Role.VOLUNTEER and not own:
        raise Forbidden("只能查看自己上报的采集。")
    if not own:
        require_covered(row["town_code"], desk)


def _target(connection: Connection, row: Mapping[str, Any], place: str) -> int | NewPlace:
    if place.strip():
        place_id = place_named(connection, place.strip())
        if place_id is None:
            raise NotFound(f"没有“{place[:60]}”这处地方。")
        return place_id
    if row["shape"] is None:
        raise BadRequest("这条采集没有图形，请指明是哪一处已登记的地方。")
    at = row["village_code"] or row["town_code"] or row["county_code"] or ""
    return NewPlace(row["place_class"], shapely.from_wkb(bytes(row["shape"])), at)


def _tell_story(connection: Connection, row: Mapping[str, Any], place_id: int, desk: Desk) -> None:
    if not row["story"]:
        return
    told = f"（{row['source']}讲述）" if row["source"] else ""
    stories.add(
        connection, place_id, "story", row["story"],
        source=f"采集员{row['person']}{told}，{row['received_on']}", person=desk.person,
    )  # fmt: skip


def _answer(
    connection: Connection, row: Mapping[str, Any], state: str, answer: str, desk: Desk,
    **more: Any,
) -> None:  # fmt: skip
    store.write_answer(
        connection,
        row["id"],
        {
            "state": state, "version": row["version"] + 1, "answer": said(answer, "给采集员的答复"),
            "answered_on": desk.on, **more,
        },
    )  # fmt: skip
