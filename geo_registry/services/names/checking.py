"""Checking proposed names before they are registered: what would collide, and by which article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from shapely import Point

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.finding import Finding, Severity
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE, Scope
from geo_registry.domain.place import PLACE_CLASSES, NameKind, Place, PlaceName
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import Toponym, parse, require_name
from geo_registry.rules import catalogue
from geo_registry.rules.comparing import compared_scopes
from geo_registry.services.names.rule_verdicts import (
    NOT_COMPARED,
    PASSED,
    Compared,
    Conflict,
    RuleVerdict,
    conflict_values,
    conflicts,
    verdict_values,
    verdicts,
    word,
)
from geo_registry.services.rulebook.rule_pages import describe_basis
from geo_registry.store import areas, divisions, gazetteer, locating, searching, subjects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

_COUNTED = {
    "division": "个同级行政区划",
    "road": "条道路",
    "committee_seat": "个村（居）委会",
    "settlement": "个自然村",
    "estate": "个住宅区",
    "building": "栋楼宇",
    "cemetery": "处公墓",
}


@dataclass(frozen=True, slots=True)
class NameCheck:
    """The answer: verdict (违反, 警示, 提示, 通过), what it rests on and what was compared.

    ``rules`` has a verdict for every rule that concerns the class; ``against`` says for each
    finding which registered names it rests on. ``advice`` says what would make the answer better,
    empty where nothing would.
    """

    toponym: Toponym
    place_class: str
    verdict: str
    severity: Severity | None
    findings: tuple[Finding, ...]
    compared: tuple[Compared, ...]
    advice: str = ""
    rules: tuple[RuleVerdict, ...] = ()
    against: tuple[tuple[Conflict, ...], ...] = ()
    located_in: str = ""

    @property
    def blocked(self) -> bool:
        """Whether a finding forbids that the name is submitted at all."""
        return any(f.severity is Severity.BLOCK for f in self.findings)

    @property
    def compared_in_words(self) -> str:
        """比对范围：羊亭镇全部 86 条道路，含曾用名."""
        what = _COUNTED.get(self.place_class.split(".")[0], "处同类地名")
        parts = [f"{c.name}全部 {c.things} {what}" for c in self.compared]
        return f"比对范围：{'、'.join(parts)}，含曾用名。" if parts else ""

    @property
    def summary(self) -> str:
        """The answer in one sentence."""
        name = self.toponym.full
        if not self.findings:
            return f"“{name}”没有发现问题。{self.compared_in_words}{self.advice}"
        said = f"“{name}”有 {len(self.findings)} 个问题：{self.findings[0].message}"
        return f"{said}属于禁止情形，不能提交。" if self.blocked else said


@dataclass(frozen=True, slots=True)
class Located:
    """Where names are meant to be: scopes by kind, in words, and the point (degrees) if given.

    ``subject`` is the registered place that the names are meant for, empty for one to come.
    ``called``: code → name of the areas.
    """

    scopes: Mapping[str, str]
    in_words: str
    point: Point | None
    subject: str = ""
    called: Mapping[str, str] = field(default_factory=dict)


def check_name(
    connection: Connection,
    *,
    name: str,
    place_class: str,
    at: str | None = None,
    point: tuple[float, float] | None = None,
    reference: Reference,
    profile: Profile,
    on: date,
) -> NameCheck:
    """Judge a name as if it were registered at a place, changing nothing.

    ``at`` is the code or the name of a village, town or county, or the subject of a place;
    ``point`` is longitude, latitude. Left out, the whole legal county is compared. Raises
    :class:`BadRequest` for a name that is none, an unknown class, or an unclear location.
    """
    toponyms = [toponym_of(name, place_class, reference)]
    located = locate(connection, at, point, profile)
    return check_each(connection, toponyms, located, reference=reference, profile=profile, on=on)[0]


def toponym_of(name: str, place_class: str, reference: Reference) -> Toponym:
    """A proposed name, parsed; :class:`BadRequest` for a name that is none, an unknown class."""
    require_class(place_class)
    _refuse_broken(name, "名称")
    return parse(require_name(name), place_class, reference)


def require_class(place_class: str) -> None:
    """Raise :class:`BadRequest`, naming the known ones, for a class that does not exist."""
    if place_class not in PLACE_CLASSES:
        known = "、".join(f"{key}（{title}）" for key, title in PLACE_CLASSES.items())
        raise BadRequest(f"没有“{place_class[:40]}”这个类别。", advice=f"可用的类别：{known}。")


def locate(
    connection: Connection, at: str | None, point: tuple[float, float] | None, profile: Profile
) -> Located:
    """Find the scopes of a place said as code, name, subject or point (longitude, latitude).

    Raises :class:`NotFound` or :class:`BadRequest` where it is unknown or unclear.
    """
    scopes = _scopes(connection, at, point, profile)
    called = divisions.names_of(connection, scopes.values())
    subject = at.strip() if at and at.strip().startswith("place:") else ""
    words = _in_words(called, scopes, profile)
    return Located(scopes, words, Point(*point) if point else None, subject, called)


def check_each(
    connection: Connection,
    toponyms: Sequence[Toponym],
    located: Located,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> list[NameCheck]:
    """Judge names of one class and place, each by itself; the registry is read once for all."""
    if not toponyms:
        return []
    candidates = [as_candidate(t, located) for t in toponyms]
    slices = gazetteer.around_each(
        connection, candidates, reference=reference, profile=profile, on=on, near=located.point
    )
    found = [judge(s) for s in slices]
    wanted = {s for findings in found for f in findings for s in f.subjects} - {CANDIDATE}
    briefs = subjects.briefs(connection, wanted, profile) if wanted else {}
    compared = _compared(connection, located, toponyms[0].place_class, reference, profile)
    return [
        _checked(slice_, findings, compared, briefs, located)
        for slice_, findings in zip(slices, found, strict=True)
    ]


def as_candidate(toponym: Toponym, located: Located, subject: str = CANDIDATE) -> Place:
    """A proposed name as a place that bears it."""
    return Place(
        subject=subject,
        place_class=toponym.place_class,
        names=(PlaceName(toponym, NameKind.PROPOSED),),
        scopes=located.scopes,
        located_in=located.in_words,
        attributes={
            "needs_name": True,
            **({"proposed_for": located.subject} if located.subject else {}),
        },
    )


def judge(slice_: Gazetteer) -> list[Finding]:
    """What every rule says of the candidate, which is the first place of the slice."""
    place_class = slice_.places[0].place_class
    found = (
        f
        for rule in catalogue().values()
        if rule.concerns(place_class)
        for f in rule.run(slice_)
        if CANDIDATE in f.subjects
    )
    return sorted(found, key=lambda f: (f.severity.rank, f.rule_id, f.key))


def _checked(
    slice_: Gazetteer,
    found: Sequence[Finding],
    compared: tuple[Compared, ...],
    briefs: Mapping[str, subjects.Brief],
    located: Located,
) -> NameCheck:
    place = slice_.places[0]
    worst = found[0].severity if found else None
    return NameCheck(
        place.names[0].toponym,
        place.place_class,
        word(worst) if worst else PASSED,
        worst,
        tuple(found),
        compared,
        _advice(located.scopes, place.place_class, compared),
        verdicts(place, found, slice_, compared, briefs),
        tuple(conflicts([f], slice_, briefs) for f in found),
        located.in_words,
    )


def _scopes(
    connection: Connection, at: str | None, point: tuple[float, float] | None, profile: Profile
) -> Mapping[str, str]:
    if at and at.strip():
        _refuse_broken(at, "所在位置")
        return locating.scopes_of(connection, at.strip(), profile)
    if point:
        longitude, latitude = point
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise BadRequest("坐标应为经度、纬度（度），例如 122.05, 37.42；请检查是否颠倒。")
        found = locating.scopes_at(connection, longitude, latitude, profile)
        if found:
            return found
    return {"legal_county": profile.code, "province": profile.code[:2]}


def _refuse_broken(text: str, what: str) -> None:
    """Half characters and zero bytes, which no database holds."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise BadRequest(f"{what}中有损坏的字符，请重新输入。")


def _in_words(called: Mapping[str, str], scopes: Mapping[str, str], profile: Profile) -> str:
    parts = [called.get(scopes.get(kind, ""), "") for kind in ("town", "village")]
    return "".join(parts) or (profile.name if scopes.get("legal_county") == profile.code else "")


def _compared(
    connection: Connection,
    located: Located,
    place_class: str,
    reference: Reference,
    profile: Profile,
) -> tuple[Compared, ...]:
    scopes = located.scopes
    kinds = compared_scopes(place_class, reference, profile)
    asked = [kind for kind in kinds if kind in scopes] or ["legal_county"]
    wanted = [Scope(kind, scopes[kind]) for kind in asked if kind in scopes]
    called = areas.names(connection, wanted, profile, located.called)
    family = place_class if place_class.startswith("division") else place_class.split(".")[0]
    return tuple(
        Compared(
            scope,
            called[scope],
            *searching.count_names(
                connection,
                areas.prefixes(scope, profile),
                family,
                built_up=scope.kind == "built_up",
            ),
        )
        for scope in wanted
    )


def _advice(scopes: Mapping[str, str], place_class: str, compared: tuple[Compared, ...]) -> str:
    if not any(c.things for c in compared):
        return "范围内还没有登记同类地名，这次只检查了字形；请先导入数据再核一次。"
    if place_class.startswith("road") and "town" not in scopes:
        return "没有给出所在村镇，道路重名只在村、镇内比对；请指明位置后再核一次。"
    return ""


def answer(check: NameCheck) -> dict[str, Any]:
    """The check as plain values, for the API and for ``--json``."""
    toponym = check.toponym
    return {
        "name": toponym.full,
        "place_class": check.place_class,
        "located_in": check.located_in,
        "verdict": check.verdict,
        "severity": check.severity and str(check.severity),
        "can_submit": not check.blocked,
        "toponym": {
            "full": toponym.full,
            "specific": toponym.specific,
            "modifier": toponym.modifier,
            "generic": toponym.generic,
            "romanized": romanise(toponym),
            "romanized_plain": romanise(toponym, marks=False),
            "reading": [s.marked for s in toponym.syllables],
            "ambiguous": [
                {"character": s.character, "chosen": s.marked, "choices": list(s.choices)}
                for s in toponym.uncertain
            ],
        },
        "compared": {
            "text": check.compared_in_words,
            "scopes": [
                {
                    "kind": c.scope.kind,
                    "code": c.scope.code,
                    "name": c.name,
                    "things": c.things,
                    "names": c.names,
                }
                for c in check.compared
            ],
        },
        "findings": [
            _finding(f, against) for f, against in zip(check.findings, check.against, strict=True)
        ],
        "rules": [verdict_values(v) for v in check.rules],
        "not_compared": sum(v.verdict == NOT_COMPARED for v in check.rules),
        "summary": check.summary,
        "advice": check.advice,
    }


def _finding(found: Finding, against: Sequence[Conflict]) -> dict[str, Any]:
    return {
        "fingerprint": found.fingerprint,
        "rule_id": found.rule_id,
        "rule_version": found.rule_version,
        "title": found.title,
        "severity": str(found.severity),
        "severity_word": word(found.severity),
        "outcome": found.outcome,
        "scope": {"kind": found.scope.kind, "code": found.scope.code},
        "message": found.message,
        "subjects": list(found.subjects),
        "conflicts": [conflict_values(c) for c in against],
        "pairs": [list(pair) for pair in found.pairs],
        "basis": [describe_basis(b) for b in found.basis],
        "confidence": found.confidence,
        "capped": found.capped,
        "facts": dict(found.facts),
    }
