"""Findings for people: pages, one with all its evidence, and counts by rule and town."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.finding import Severity
from geo_registry.store import divisions, finding_pages, subjects
from geo_registry.store.finding_pages import Filter

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile

MOST_LINES = 20_000
"""Lines of the table of findings; a district has hundreds, a province a few thousand a scope."""
SUBJECTS_SHOWN = 20
"""Subjects of one finding that are described; a cluster of hundreds names its first ones."""


def list_findings(
    connection: Connection, wanted: Filter, *, profile: Profile, on: date
) -> dict[str, Any]:
    """A page of findings, how many there are in all, and where the next page begins."""
    rows = finding_pages.page(connection, wanted, on)
    full = len(rows) == wanted.limit
    return {
        "items": _described(connection, rows, profile, on),
        "total": finding_pages.count(connection, wanted, on),
        "next": f"{rows[-1].weight}.{-rows[-1].rank}.{rows[-1].id}" if full else None,
    }


def table(connection: Connection, state: str, *, profile: Profile, on: date) -> dict[str, Any]:
    """Every finding of a state as one line: what a table shows, sorts and filters by.

    At most :data:`MOST_LINES`; ``total`` says how many there are.
    """
    rows = finding_pages.table(connection, state, on, MOST_LINES)
    briefs = subjects.briefs(connection, {r["subject"] for r in rows if r["subject"]}, profile)
    full = len(rows) == MOST_LINES
    total = finding_pages.count(connection, Filter(state=state), on) if full else len(rows)
    towns = divisions.names_of(connection, {code for r in rows for code in r["towns"]})
    for row in rows:
        brief = briefs.get(row["subject"])
        row["name"] = brief.title if brief else row["subject"] or ""
        row["located_in"] = brief.located_in if brief else ""
        row["towns"] = [towns.get(code, code) for code in row["towns"]]
    return {"items": rows, "total": total}


def one_finding(
    connection: Connection, finding_id: int, *, profile: Profile, on: date
) -> dict[str, Any]:
    """One finding in any state, or :class:`NotFound`."""
    rows = finding_pages.page(connection, Filter(id=finding_id, state=None, limit=1), on)
    if not rows:
        raise NotFound(f"没有编号为 {finding_id} 的问题。")
    return _described(connection, rows, profile, on)[0]


def page_start(after: str | None) -> tuple[int, int, int] | None:
    """The place in the order that ``next`` of an earlier page named."""
    if after is None:
        return None
    parts = after.split(".")
    if len(parts) != 3 or not all(p.lstrip("-").isdecimal() and len(p) < 19 for p in parts):
        raise BadRequest("分页参数 after 不正确，请使用上一页返回的 next。")
    weight, less, last = (int(p) for p in parts)
    return weight, less, last


def summary(connection: Connection, *, profile: Profile, on: date) -> dict[str, Any]:
    """Open and waived findings by rule, open ones by severity and by town."""
    by_rule: dict[str, dict[str, Any]] = {}
    by_severity: Counter[str] = Counter()
    for row in finding_pages.counts(connection, on, by_town=False):
        entry = by_rule.setdefault(
            row.rule_id,
            {
                "rule_id": row.rule_id,
                "title": row.title,
                "severity": row.severity,
                "open": 0,
                "waived": 0,
            },
        )
        entry[row.state] += row.number
        entry["severity"] = min(entry["severity"], row.severity, key=lambda s: Severity(s).rank)
        if row.state == "open":
            by_severity[row.severity] += row.number
    towns: Counter[str] = Counter()
    for row in finding_pages.counts(connection, on, by_town=True):
        if row.state == "open" and row.town:
            towns[row.town] += row.number
    called = divisions.names_of(connection, towns)
    return {
        "by_rule": sorted(
            by_rule.values(), key=lambda r: (Severity(r["severity"]).rank, r["title"])
        ),
        "by_severity": {str(s): by_severity[str(s)] for s in Severity},
        "by_town": [
            {"code": code, "name": called.get(code, code), "open": number}
            for code, number in towns.most_common()
        ],
    }


def findings_of(
    connection: Connection, subject: str, *, profile: Profile, on: date
) -> list[dict[str, Any]]:
    """The open and waived findings about one thing."""
    rows = finding_pages.page(connection, Filter(subject=subject, state=None, limit=100), on)
    return _described(connection, [r for r in rows if r.state != "gone"], profile, on)


def _described(
    connection: Connection, rows: Sequence[Any], profile: Profile, on: date
) -> list[dict[str, Any]]:
    shown = {s for r in rows for s in r.subjects[:SUBJECTS_SHOWN]}
    briefs = subjects.briefs(connection, shown, profile)
    waivers = finding_pages.waivers_of(
        connection, {(r.rule_id, pair) for r in rows for pair in r.pairs}
    )
    return [_finding(r, briefs, waivers) for r in rows]


def _finding(row: Any, briefs: Any, waivers: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "fingerprint": row.fingerprint,
        "rule_id": row.rule_id,
        "rule_version": row.rule_version,
        "title": row.title,
        "severity": row.severity,
        "severity_word": Severity(row.severity).word,
        "state": row.state,
        "outcome": row.outcome,
        "scope": {"kind": row.scope_kind, "code": row.scope_code, "name": row.scope_name},
        "message": row.message,
        "subjects": [
            {
                "subject": s,
                "name": briefs[s].title if s in briefs else s,
                "located_in": briefs[s].located_in if s in briefs else "",
                "point": briefs[s].point if s in briefs else None,
            }
            for s in row.subjects[:SUBJECTS_SHOWN]
        ],
        "pairs": [pair.split("|") for pair in row.pairs],
        "waivers": [
            _waiver(waivers[row.rule_id, pair])
            for pair in row.pairs
            if (row.rule_id, pair) in waivers
        ],
        "basis": row.basis,
        "confidence": row.confidence,
        "capped": row.capped,
        "facts": row.facts,
        "managed": row.managed,
        "bbox": subjects.box(row.box),
        "point": subjects.degrees(row.point),
        "first_seen": row.first_seen,
        "last_seen": row.last_seen,
    }


def _waiver(waiver: Any) -> dict[str, Any]:
    return {
        "id": waiver["id"],
        "pair": waiver["pair"].split("|"),
        "reason": waiver["reason"],
        "expires_on": waiver["expires_on"],
        "by": waiver["person"],
        "at": waiver["at"],
    }
