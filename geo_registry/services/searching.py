"""Searching by name, toneless pinyin, initials or code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_registry.domain.place import NameKind
from geo_registry.domain.toponym import normalise
from geo_registry.store import areas, naming, searching, subjects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile

MAX_QUERY = 60
_PERMANENT_ID = 36
"""Characters of a permanent id as it is shown."""

KIND_TITLES = {
    NameKind.STANDARD: "标准名称",
    NameKind.FORMER: "曾用名",
    NameKind.ALIAS: "别名",
    NameKind.DIALECT: "方言名",
    NameKind.PROPOSED: "拟用名",
}


def search(connection: Connection, q: str, *, limit: int, profile: Profile) -> list[dict[str, Any]]:
    """What fits the query, best first. Too long a query fits nothing."""
    asked = normalise(q)
    if not asked or len(asked) > MAX_QUERY:
        return []
    if len(asked) == _PERMANENT_ID and (place := naming.place_named(connection, asked.lower())):
        return _by_id(connection, place, profile)
    counties = areas.counties_of(profile.code, profile)
    hits = searching.search(connection, asked, counties, limit=limit)
    briefs = subjects.briefs(connection, [h.subject for h in hits], profile)
    return [_result(h, briefs[h.subject]) for h in hits if h.subject in briefs]


def _by_id(connection: Connection, place: int, profile: Profile) -> list[dict[str, Any]]:
    """The place of a permanent id; of a merged one its heir."""
    living = f"place:{[place, *naming.heirs(connection, place)][-1]}"
    brief = subjects.briefs(connection, [living], profile)[living]
    return [_described(brief, "")]


def _result(hit: Any, brief: subjects.Brief) -> dict[str, Any]:
    former = (
        f"{KIND_TITLES[NameKind(hit.name_kind)]}“{hit.title}”"
        if hit.title != brief.name and hit.name_kind != "standard"
        else ""
    )
    return _described(brief, former)


def _described(brief: subjects.Brief, former: str) -> dict[str, Any]:
    words = [w for w in (brief.class_title, brief.located_in, former) if w]
    return {
        "subject": brief.subject,
        "kind": "road"
        if brief.subject.startswith("place:") and brief.place_class.startswith("road")
        else brief.kind,
        "title": brief.title,
        "subtitle": " · ".join(words),
        "point": brief.point,
        "bbox": brief.bbox,
    }
