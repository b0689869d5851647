"""Checking one proposed name before it is registered: what would collide, and by which article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from shapely import Point

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.finding import Finding, Severity
from geo_registry.domain.identity import CANDIDATE, Scope
from geo_registry.domain.place import PLACE_CLASSES, NameKind, Place, PlaceName
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import Toponym, parse, require_name
from geo_registry.rules import catalogue
from geo_registry.services.rule_pages import describe_basis
from geo_registry.store import areas, divisions, gazetteer, locating, searching

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

PASSED = "通过"
_COMPARED = {"road": ("village", "town"), "committee_seat": ("legal_county",)}
_COUNTED = {"road": "条道路", "committee_seat": "个村（居）委会"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One area whose names were compared: ``things`` of the class bear ``names``, former too."""

    scope: Scope
    name: str
    things: int
    names: int


@dataclass(frozen=True, slots=True)
class NameCheck:
    """The answer: verdict (违反, 警示, 提示, 通过), what it rests on and what was compared.

    ``advice`` says what would make the answer better, empty where nothing would.
    """

    toponym: Toponym
    place_class: str
    verdict: str
    severity: Severity | None
    findings: tuple[Finding, ...]
    compared: tuple[Compared, ...]
    advice: str = ""

    @property
    def compared_in_words(self) -> str:
        """比对范围：羊亭镇全部 86 条道路，含曾用名."""
        what = _COUNTED.get(self.place_class.split(".")[0], "处同类地名")
        parts = [f"{c.name}全部 {c.things} {what}" for c in self.compared]
        return f"比对范围：{'、'.join(parts)}，含曾用名。" if parts else ""

    @property
    def summary(self) -> str:
        """The answer in one sentence."""
        if not self.findings:
            return f"“{self.toponym.full}”没有发现问题。{self.compared_in_words}{self.advice}"
        return f"“{self.toponym.full}”有 {len(self.findings)} 个问题：{self.findings[0].message}"


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
    if place_class not in PLACE_CLASSES:
        known = "、".join(f"{key}（{title}）" for key, title in PLACE_CLASSES.items())
        raise BadRequest(f"没有“{place_class[:40]}”这个类别。", advice=f"可用的类别：{known}。")
    toponym = parse(require_name(name), place_class, reference)
    scopes = _located(connection, at, point, profile)
    candidate = Place(
        subject=CANDIDATE,
        place_class=place_class,
        names=(PlaceName(toponym, NameKind.PROPOSED),),
        scopes=scopes,
        located_in=_in_words(connection, scopes, profile),
        attributes={"needs_name": True},
    )
    slice_ = gazetteer.around(
        connection,
        candidate,
        reference=reference,
        profile=profile,
        on=on,
        near=Point(*point) if point else None,
    )
    found = sorted(
        (
            f
            for rule in catalogue().values()
            if rule.concerns(place_class)
            for f in rule.run(slice_)
            if CANDIDATE in f.subjects
        ),
        key=lambda f: (f.severity.rank, f.rule_id, f.key),
    )
    worst = found[0].severity if found else None
    compared = _compared(connection, scopes, place_class, profile)
    return NameCheck(
        toponym,
        place_class,
        worst.word if worst else PASSED,
        worst,
        tuple(found),
        compared,
        _advice(scopes, place_class, compared),
    )


def _located(
    connection: Connection,
    at: str | None,
    point: tuple[float, float] | None,
    profile: Profile,
) -> dict[str, str]:
    if at:
        return locating.scopes_of(connection, at.strip(), profile)
    if point:
        longitude, latitude = point
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise BadRequest("坐标应为经度、纬度（度），例如 122.05, 37.42；请检查是否颠倒。")
        found = locating.scopes_at(connection, longitude, latitude, profile)
        if found:
            return found
    return {"legal_county": profile.code, "province": profile.code[:2]}


def _in_words(connection: Connection, scopes: dict[str, str], profile: Profile) -> str:
    called = divisions.names_of(connection, scopes.values())
    parts = [called.get(scopes.get(kind, ""), "") for kind in ("town", "village")]
    return "".join(parts) or (profile.name if scopes.get("legal_county") == profile.code else "")


def _compared(
    connection: Connection, scopes: dict[str, str], place_class: str, profile: Profile
) -> tuple[Compared, ...]:
    family = place_class.split(".")[0]
    kinds = [k for k in _COMPARED.get(family, ()) if k in scopes] or ["legal_county"]
    wanted = [Scope(kind, scopes[kind]) for kind in kinds if kind in scopes]
    called = areas.names(connection, wanted, profile)
    return tuple(
        Compared(
            scope,
            called[scope],
            *searching.count_names(connection, areas.prefixes(scope, profile), family),
        )
        for scope in wanted
    )


def _advice(scopes: dict[str, str], place_class: str, compared: tuple[Compared, ...]) -> str:
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
        "verdict": check.verdict,
        "severity": check.severity and str(check.severity),
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
        "findings": [_finding(f) for f in check.findings],
        "summary": check.summary,
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "fingerprint": found.fingerprint,
        "rule_id": found.rule_id,
        "rule_version": found.rule_version,
        "title": found.title,
        "severity": str(found.severity),
        "severity_word": found.severity.word,
        "outcome": found.outcome,
        "scope": {"kind": found.scope.kind, "code": found.scope.code},
        "message": found.message,
        "subjects": list(found.subjects),
        "pairs": [list(pair) for pair in found.pairs],
        "basis": [describe_basis(b) for b in found.basis],
        "confidence": found.confidence,
        "capped": found.capped,
        "facts": dict(found.facts),
    }
