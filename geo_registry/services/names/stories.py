"""Origin, meaning, history and stories of a place: written with their source, corrected, listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.store import naming, stories
from geo_registry.store.papers import document_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

KINDS: Mapping[str, str] = {
    "origin": "来历",
    "meaning": "含义",
    "history": "历史沿革",
    "description": "地理实体概况",
    "story": "故事",
}
"""Kinds of story with their Chinese titles, in the order in which they are shown."""

MAX_TEXT = 20_000
MAX_SOURCE = 500


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper a story rests on."""

    title: str
    number: str = ""
    authority: str = ""
    dated_on: date | None = None


def add(
    connection: Connection,
    place_id: int,
    kind: str,
    words: str,
    *,
    source: str,
    paper: Paper | None = None,
    person: int,
) -> int:
    """Write a story of a place and return its id.

    Raises :class:`NotFound` for a place that does not exist, :class:`BadRequest` for an unknown
    kind, an empty or overlong text, and a text without a source, :class:`Conflict` where the place
    has the very same already.
    """
    if kind not in KINDS:
        known = "、".join(f"{key}（{title}）" for key, title in KINDS.items())
        raise BadRequest(f"没有“{kind[:40]}”这一类。", advice=f"可用：{known}。")
    if naming.place_named(connection, str(place_id)) is None:
        raise NotFound(f"没有编号为 place:{place_id} 的地方。")
    text, given = _text(words, KINDS[kind], MAX_TEXT), _text(source, "出处", MAX_SOURCE)
    twice = stories.same_story(connection, place_id, kind, text, given)
    if twice is not None:
        raise Conflict(f"同样的{KINDS[kind]}已经登记（编号 {twice}），没有重复登记。")
    document = None
    if paper is not None and paper.title.strip():
        document = document_of(
            connection,
            title=paper.title.strip(),
            number=paper.number.strip(),
            authority=paper.authority.strip(),
            dated_on=paper.dated_on,
        )
    return stories.insert_story(
        connection,
        place_id=place_id,
        kind=kind,
        words=text,
        source=given,
        document_id=document,
        person=person,
    )


def correct(
    connection: Connection,
    story_id: int,
    *,
    words: str | None = None,
    source: str | None = None,
    person: int,
) -> int:
    """Replace a story by a corrected one and return the new id; the old one stays, superseded.

    Raises :class:`Conflict` where somebody has replaced it already.
    """
    found = stories.hold_story(connection, story_id)
    if found is None:
        raise NotFound(f"没有编号为 {story_id} 的记述。")
    if found["superseded_at"] is not None:
        raise Conflict("这条记述已被他人更正。", advice="请刷新后再改。")
    text = found["text"] if words is None else _text(words, KINDS[found["kind"]], MAX_TEXT)
    given = found["source"] if source is None else _text(source, "出处", MAX_SOURCE)
    if (text, given) == (found["text"], found["source"]):
        raise BadRequest("没有可更正的内容：所填与登记的相同。")
    stories.supersede_story(connection, story_id)
    return stories.insert_story(
        connection,
        place_id=found["place_id"],
        kind=found["kind"],
        words=text,
        source=given,
        document_id=found["document_id"],
        person=person,
    )


def of_place(connection: Connection, place_id: int) -> list[dict[str, Any]]:
    """The stories of a place, and of the places merged into it, with their sources."""
    return [
        {
            "id": s["id"],
            "subject": s["subject"],
            "kind": s["kind"],
            "kind_title": KINDS[s["kind"]],
            "text": s["text"],
            "source": s["source"],
            "document": cited(s),
            "person": s["person"],
            "recorded_at": s["recorded_at"].isoformat(),
        }
        for s in stories.stories(connection, place_id)
    ]


def cited(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The paper of a row with ``document_…`` columns, or None."""
    if row["document_title"] is None:
        return None
    return {
        "title": row["document_title"],
        "number": row["document_number"],
        "dated_on": row["document_dated_on"],
    }


def _text(words: str, what: str, limit: int) -> str:
    words = words.replace("\0", "").strip()
    if not words:
        raise BadRequest(f"请填写{what}。")
    if len(words) > limit:
        raise BadRequest(f"{what}有 {len(words):,} 个字，请控制在 {limit:,} 字以内。")
    return words
