"""Searching by name, toneless pinyin, initials, code, or the number of a paper or case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import CaseState
from geo_registry.domain.place import NameKind
from geo_registry.domain.toponym import normalise
from geo_registry.store import areas, naming, searching, subjects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile

MAX_QUERY = 60
_BRACKETS = str.maketrans("", "", "〔〕[]［］【】()（） \u3000")
_PAPER = re.compile(r"\d.*号$|^\d{4}-?\d*$|[〔\[［【(（]\d{2,4}|\d{4}.*-\d")
"""What may be (a part of) a number of a paper: 威民〔2019〕12号, 2026-0012."""
_FEWEST_OF_A_CASE = 2
"""Characters with which titles of cases are searched; one alone would fit every other case."""
_MOST_CASES = 5
_PERMANENT_ID = 36
"""Characters of a permanent id as it is shown."""

KIND_TITLES = {
    NameKind.STANDARD: "标准名称",
    NameKind.FORMER: "曾用名",
    NameKind.ALIAS: "别名",
    NameKind.DIALECT: "方言名",
    NameKind.PROPOSED: "拟用名",
}


def search(
    connection: Connection, q: str, *, limit: int, profile: Profile, cases: bool = False
) -> list[dict[str, Any]]:
    """What fits the query, best first. Too long a query fits nothing.

    ``cases``: whoever asks may read cases, so that their numbers and titles are searched too.
    """
    asked = normalise(q)
    if not asked or len(asked) > MAX_QUERY:
        return []
    if len(asked) == _PERMANENT_ID and (place := naming.place_named(connection, asked.lower())):
        return _by_id(connection, place, profile)
    counties = areas.counties_of(profile.code, profile)
    hits = searching.search(connection, asked, counties, limit=limit)
    briefs = subjects.briefs(connection, [h.subject for h in hits], profile)
    named = [_result(h, briefs[h.subject]) for h in hits if h.subject in briefs]
    files = _cases(connection, asked, min(limit, _MOST_CASES), profile) if cases else []
    room = limit - len(files)
    if not _PAPER.search(asked):
        return [*named[:room], *files]
    known = {h["subject"] for h in named}
    papers = [h for h in _by_paper(connection, asked, limit, profile) if h["subject"] not in known]
    return [*files, *[*named, *papers][:room]]


def _cases(
    connection: Connection, asked: str, limit: int, profile: Profile
) -> list[dict[str, Any]]:
    """Cases by their number, their title, or the number of a paper of theirs."""
    if len(asked) < _FEWEST_OF_A_CASE:
        return []
    hits = searching.search_cases(connection, asked.translate(_BRACKETS), asked, limit=limit)
    briefs = subjects.briefs(connection, [f"case:{h.id}" for h in hits], profile)
    found = []
    for hit in hits:
        brief = briefs[f"case:{hit.id}"]
        paper = f"文书 {hit.paper}" if hit.paper else ""
        words = (hit.number, CaseState(hit.state).word, brief.located_in, paper)
        found.append(
            {
                "subject": brief.subject,
                "kind": "case",
                "title": hit.title,
                "subtitle": " · ".join(w for w in words if w),
                "point": brief.point,
                "bbox": brief.bbox,
            }
        )
    return found


def _by_paper(
    connection: Connection, asked: str, limit: int, profile: Profile
) -> list[dict[str, Any]]:
    """What papers of a number are about."""
    plain = asked.translate(_BRACKETS)
    hits = searching.search_papers(connection, plain, limit=limit)
    briefs = subjects.briefs(connection, [h.subject for h in hits], profile)
    return [_described(briefs[h.subject], h.said) for h in hits if h.subject in briefs]


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
