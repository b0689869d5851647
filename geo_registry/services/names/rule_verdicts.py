"""What each rule says of a proposed name: 违反, 警示, 提示, 通过, or 未比对 with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_registry.domain.finding import Finding, Severity
from geo_registry.domain.identity import CANDIDATE, Scope
from geo_registry.domain.place import NameKind, Place
from geo_registry.rules import catalogue
from geo_registry.rules.comparing import rows_in_force
from geo_registry.services.rulebook.rule_pages import describe_basis

if TYPE_CHECKING:
    from geo_registry.domain.basis import Basis
    from geo_registry.domain.gazetteer import Gazetteer
    from geo_registry.domain.reference import Profile, Reference, UniquenessScope
    from geo_registry.domain.rule import Rule
    from geo_registry.store.subjects import Brief

PASSED, NOT_COMPARED = "通过", "未比对"
VERDICTS = ("违反", "警示", "提示", NOT_COMPARED, PASSED)
"""In the order in which a clerk reads them."""

SCOPE_TITLES: Mapping[str, str] = {
    "village": "村（社区）",
    "town": "镇（街道）",
    "built_up": "建成区",
    "legal_county": "县级区域",
    "stat_county": "县级区域",
    "province": "全省",
    "nation": "全国",
    "batch": "导入文件",
}
_SHOWN_CONFLICTS = 20
_OF_THINGS = ("pn.entity.", "pn.road.", "pn.code.", "pn.sign.", "gd.")
"""Families of rules that judge what is registered, not what is proposed."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One area whose names were compared: ``things`` of the class bear ``names``, former too."""

    scope: Scope
    name: str
    things: int
    names: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A registered name that stands against the proposed one, and where its bearer is.

    ``name`` is the one that collides, ``kind`` what it is to its place (``former`` …), ``title``
    what the place is called today. ``point`` is longitude, latitude, None where it is not known.
    """

    subject: str
    name: str
    kind: NameKind
    title: str
    located_in: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """The verdict of one rule: where it looked, what it found, and why it could not look."""

    rule_id: str
    version: int
    title: str
    verdict: str
    severity: Severity | None
    basis: tuple[Basis, ...]
    scopes: tuple[tuple[Scope, str], ...]
    names: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    note: str


def word(severity: Severity) -> str:
    """The verdict that a severity amounts to for a proposed name."""
    return "提示" if severity is Severity.TASK else severity.word


def rows_by_rule(
    place_class: str, reference: Reference, profile: Profile
) -> Mapping[str, tuple[UniquenessScope, ...]]:
    """Rule → the rows of the table of uniqueness by which it compares names of the class."""
    found: dict[str, tuple[UniquenessScope, ...]] = {}
    for row in rows_in_force(reference, profile):
        if row.concerns(place_class):
            found[row.rule] = (*found.get(row.rule, ()), row)
    return found


def verdicts(
    place: Place,
    findings: Sequence[Finding],
    slice_: Gazetteer,
    compared: Sequence[Compared],
    briefs: Mapping[str, Brief],
) -> tuple[RuleVerdict, ...]:
    """A verdict for every rule on names that concerns the class, the weightiest first.

    Rules on things (signs, segments, codes) are listed only where they found something.
    """
    rows = rows_by_rule(place.place_class, slice_.reference, slice_.profile)
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_rule[finding.rule_id].append(finding)
    given = [
        _verdict(rule, place, by_rule[rule.id], slice_, rows.get(rule.id, ()), compared, briefs)
        for rule in catalogue().values()
        if rule.concerns(place.place_class)
        and (by_rule[rule.id] or not rule.id.startswith(_OF_THINGS))
    ]
    return tuple(
        sorted(
            given,
            key=lambda v: (
                VERDICTS.index(v.verdict),
                v.severity.rank if v.severity else 0,
                v.rule_id,
            ),
        )
    )


def _verdict(
    rule: Rule,
    place: Place,
    found: Sequence[Finding],
    slice_: Gazetteer,
    rows: Sequence[UniquenessScope],
    compared: Sequence[Compared],
    briefs: Mapping[str, Brief],
) -> RuleVerdict:
    called = {c.scope: c.name for c in compared}
    worst = None
    if found:
        worst = min((f.severity for f in found), key=lambda s: s.rank)
        scopes = tuple(dict.fromkeys(f.scope for f in found))
        verdict, note = word(worst), "".join(dict.fromkeys(f.message for f in found))
    else:
        scopes = tuple(c.scope for c in compared if c.scope.kind in _kinds_known(rows, place))
        reason = _why_not(rule, place, slice_, rows, compared)
        verdict = NOT_COMPARED if reason else PASSED
        note = reason or _how_far(rows, place, compared)
    return RuleVerdict(
        rule.id,
        rule.version,
        rule.title,
        verdict,
        worst,
        tuple(b for b in rule.basis if b.in_force(slice_.on, slice_.on)),
        tuple((s, called.get(s, "")) for s in scopes),
        tuple(dict.fromkeys(name for f in found for name in f.facts.get("names", ()))),
        conflicts(found, slice_, briefs),
        note,
    )


def _kinds_known(rows: Iterable[UniquenessScope], place: Place) -> frozenset[str]:
    """The kinds of area in which a place can be compared, a fallback where the area is unknown."""
    known = (row.scope if row.scope in place.scopes else _stand_in(row, place) for row in rows)
    return frozenset(kind for kind in known if kind in place.scopes)


def _stand_in(row: UniquenessScope, place: Place) -> str:
    """The kind of area that stands in for an unknown one; a village is known to be no town."""
    return "" if row.scope == "built_up" and "village" in place.scopes else row.fallback


def _why_not(
    rule: Rule,
    place: Place,
    slice_: Gazetteer,
    rows: Sequence[UniquenessScope],
    compared: Sequence[Compared],
) -> str:
    """Why the rule could not look, in Chinese; empty where it could."""
    if rule.blind is not None:
        reason = rule.blind(slice_, place)
        if reason:
            return reason
    if not rows:
        return ""
    known = _kinds_known(rows, place)
    outside = "village" in place.scopes and "built_up" not in place.scopes
    if outside and {row.scope for row in rows} == {"built_up"}:
        if not slice_.built_up_known:
            return "还没有导入建成区范围；村内道路已按村、镇比对，见“村（镇）内道路重名”。"
        return "所在位置不在已登记的建成区内，本条不适用。"
    if not known:
        return f"没有给出所在的{_titles(row.scope for row in rows)}，无从比对。"
    looked = [c for c in compared if c.scope.kind in known]
    if looked and not any(c.names for c in looked):
        return f"{'、'.join(c.name for c in looked)}还没有登记同类地名，无从比对。"
    return ""


def _how_far(rows: Sequence[UniquenessScope], place: Place, compared: Sequence[Compared]) -> str:
    """What a rule that found nothing has looked at, and what of it was unknown or assumed."""
    known = _kinds_known(rows, place)
    words = [f"已与{c.name} {c.names} 个名称比对" for c in compared if c.scope.kind in known]
    missing = [row for row in rows if row.scope not in place.scopes]
    assumed = [row for row in missing if _stand_in(row, place) in place.scopes]
    blank = [row for row in missing if row not in assumed and row.scope != "built_up"]
    if words and assumed:
        words.append(
            f"没有{_titles(row.scope for row in assumed)}资料，"
            f"暂按{_titles(row.fallback for row in assumed)}比对"
        )
    if words and blank:
        words.append(f"没有给出所在的{_titles(row.scope for row in blank)}，未在其中比对")
    return "；".join(words) + "。" if words else ""


def _titles(kinds: Iterable[str]) -> str:
    return "或".join(dict.fromkeys(SCOPE_TITLES.get(kind, kind) for kind in kinds))


def conflicts(
    found: Iterable[Finding], slice_: Gazetteer, briefs: Mapping[str, Brief]
) -> tuple[Conflict, ...]:
    """The registered names that findings rest on besides the candidate, each bearer once."""
    by_subject = {p.subject: p for p in slice_.places}
    given: dict[str, Conflict] = {}
    for finding in found:
        names = frozenset(finding.facts.get("names", ()))
        for subject in finding.subjects:
            if subject != CANDIDATE and subject not in given:
                given[subject] = _conflict(
                    subject, by_subject.get(subject), names, briefs.get(subject)
                )
    return tuple(given.values())[:_SHOWN_CONFLICTS]


def _conflict(
    subject: str, place: Place | None, names: frozenset[str], brief: Brief | None
) -> Conflict:
    bears = place.names if place is not None else ()
    named = next(
        (n for n in bears if names & {n.toponym.full, n.toponym.keys.stem, n.toponym.keys.core}),
        bears[0] if bears else None,
    )
    title = brief.title if brief else ""
    return Conflict(
        subject,
        named.toponym.full if named else title,
        named.kind if named else NameKind.STANDARD,
        title,
        place.located_in if place is not None else (brief.located_in if brief else ""),
        brief.point if brief else None,
    )


def verdict_values(verdict: RuleVerdict) -> dict[str, Any]:
    """One verdict as plain values."""
    return {
        "rule_id": verdict.rule_id,
        "rule_version": verdict.version,
        "title": verdict.title,
        "verdict": verdict.verdict,
        "severity": verdict.severity and str(verdict.severity),
        "basis": [describe_basis(b) for b in verdict.basis],
        "scope": [{"kind": s.kind, "code": s.code, "name": name} for s, name in verdict.scopes],
        "names": list(verdict.names),
        "conflicts": [conflict_values(c) for c in verdict.conflicts],
        "note": verdict.note,
    }


def conflict_values(conflict: Conflict) -> dict[str, Any]:
    """One colliding name as plain values."""
    return {
        "subject": conflict.subject,
        "name": conflict.name,
        "kind": str(conflict.kind),
        "title": conflict.title,
        "located_in": conflict.located_in,
        "point": conflict.point and list(conflict.point),
    }
