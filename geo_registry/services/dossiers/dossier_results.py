"""What a dossier says, worked out from its inputs and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.boundary_tests import NOWHERE, Parameters, approved_parts, beyond
from geo_registry.domain.canonical import plain
from geo_registry.domain.cemetery import Zone, footprint, in_force
from geo_registry.domain.crs import M2_PER_MU
from geo_registry.domain.growth import Moment, TimeLine, time_line
from geo_registry.domain.partition import approved_afterwards, neighbours_of, partition
from geo_registry.domain.standing import Standing, standing
from geo_registry.rules.zone_law import KINDS
from geo_registry.services.cemeteries.determining import boundary_findings, verdict_digest
from geo_registry.services.cemeteries.growing import UNAPPROVED, Located, in_words, verdict_of
from geo_registry.services.dossiers.dossier_inputs import located, parameters_of
from geo_registry.services.rulebook.rule_pages import describe_basis

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.claims import Assessed
    from geo_registry.domain.crs import WorkPlane
    from geo_registry.domain.finding import Finding
    from geo_registry.domain.reference import Profile, Reference

DEGREE_DECIMALS = 9
"""A tenth of a millimetre: what another version of a geometry library may differ by is less."""
NO_SURVEY = "没有测量，无从比较"


def work_out(
    inputs: Mapping[str, Any], *, reference: Reference, profile: Profile, on: date
) -> dict[str, Any]:
    """Verdict, claim, whose land it is, time line, findings: in canonical plain values.

    The same inputs give the same values. Claim and band are WKT in degrees (EPSG:4490).
    """
    found = located(inputs, reference=reference, profile=profile, on=on)
    parameters = parameters_of(inputs)
    line = time_line(found.site, found.plane, parameters)
    last = line.moments[-1] if line.moments else None
    resting = _resting(found, line)
    if resting is not None:
        last = next(m for m in line.moments if m.survey == resting.assessed.survey)
    assessed = last.assessed if last else None
    day = last.survey.surveyed_on if last else on
    claim = assessed.verdict.claim if assessed and assessed.verdict.located else NOWHERE
    worked_out = {
        "survey": last.survey.id if last else None,
        "compared_on": day,
        "approved": _approved(found, day),
        "verdict": assessed and _shapeless(verdict_of(assessed.verdict)),
        "note": resting.remark if resting else _note(last),
        "claim": _wkt(claim, found.plane),
        "band": _band(found, assessed, parameters),
        "land": _land(found, claim, day),
        "timeline": _shapeless(in_words(line, found.plane)),
        "confirmed_twice": _confirmed_twice(line),
        "findings": [_finding(f, inputs) for f in boundary_findings(found)],
    }
    written: dict[str, Any] = plain(worked_out)
    return written


def _note(last: Moment | None) -> str:
    """Why there is no verdict; empty where there is one."""
    if last is None:
        return NO_SURVEY
    return "" if last.assessed else UNAPPROVED


def _resting(found: Located, line: TimeLine) -> Standing | None:
    """A strip that rests on an earlier survey, since the newest is too coarse to change it."""
    history = [m.assessed for m in line.moments if m.assessed is not None]
    if not history or history[-1].survey != line.moments[-1].survey:
        return None
    strips = standing(history, found.site.approvals, found.plane)
    return next((s for s in strips if s.later), None)


def _approved(found: Located, on: date) -> dict[str, Any]:
    area = found.plane.ellipsoidal_area_m2(footprint(found.site.approvals, on))
    return {
        "ids": [a.id for a in in_force(found.site.approvals, on)],
        "area_m2": round(area, 2),
        "area_mu": round(area / M2_PER_MU, 4),
    }


def _band(
    found: Located, assessed: Assessed | None, parameters: Parameters
) -> dict[str, Any] | None:
    """The strip along the approved boundary in which error alone may explain a measured line."""
    if assessed is None or assessed.verdict.depth is None:
        return None
    depth, survey = assessed.verdict.depth, assessed.survey
    current = in_force(found.site.approvals, survey.surveyed_on)
    parts = approved_parts(current, survey.accuracy, parameters)
    k = depth.k_suspected
    wide = shapely.union_all(
        [shapely.buffer(p.extent, k * p.relative_m, quad_segs=16) for p in parts]
    )
    ground = depth.footprint
    inner = ground.buffer(-k * max(p.relative_m for p in parts), quad_segs=16)
    return {
        "k": round(k, 3),
        "sigmas_m": [round(p.relative_m, 4) for p in parts],
        "width_m": round(k * max(p.relative_m for p in parts), 3),
        "wkt": _wkt(wide.difference(inner), found.plane),
        "beyond_m2": round(
            found.plane.ellipsoidal_area_m2(beyond(survey.extent, parts, k, parameters)), 2
        ),
    }


def _land(found: Located, claim: BaseGeometry, on: date) -> dict[str, Any]:
    """Whose land the claim lies on; and what lies in zones, whether claimed or approved."""
    plane = found.plane
    names = {c.subject: c.name for c in found.around.cemeteries}
    zones = [z for z in found.around.zones if _valid(z, on)]
    shares = partition(claim, neighbours_of(found.site, found.around.cemeteries, on), zones)
    later = approved_afterwards(claim, found.site.approvals, on)
    return {
        "neighbours": [
            {"subject": s.subject, "name": names[s.subject], "area_m2": _area(plane, s.extent)}
            for s in shares.neighbours
        ],
        "unapproved_m2": _area(plane, shares.unapproved),
        "zones": [
            {
                "subject": s.zone.subject,
                "name": s.zone.name,
                "kind_title": KINDS[s.zone.kind].title if s.zone.kind in KINDS else s.zone.kind,
                "setback_m": s.zone.setback_m,
                "sigma_m": s.zone.accuracy.sigma_m,
                "area_m2": _area(plane, s.extent),
                "unapproved_m2": _area(plane, s.unapproved),
            }
            for s in shares.zones
        ],
        "approved_later": [
            {
                "id": a.id,
                "document": a.document,
                "valid_from": a.valid_from,
                "area_m2": _area(plane, extent),
            }
            for a, extent in later
        ],
    }


def _valid(zone: Zone, on: date) -> bool:
    return (zone.valid_from is None or zone.valid_from <= on) and (
        zone.valid_to is None or on < zone.valid_to
    )


def _finding(finding: Finding, inputs: Mapping[str, Any]) -> dict[str, Any]:
    sha256 = verdict_digest(finding)
    signed = next(
        (
            d
            for d in inputs["determinations"]
            if d["in_force"] and d["finding_key"] == finding.fingerprint
        ),
        None,
    )
    return {
        "rule_id": finding.rule_id,
        "rule_version": finding.rule_version,
        "title": finding.title,
        "fingerprint": finding.fingerprint,
        "outcome": finding.outcome,
        "severity_word": finding.severity.word,
        "capped": finding.capped,
        "message": finding.message,
        "verdict_sha256": sha256,
        "basis": [describe_basis(b) for b in finding.basis],
        "determination": signed and signed["id"],
        "measured_since": signed is not None and signed["verdict_sha256"] != sha256,
    }


def _confirmed_twice(line: TimeLine) -> list[str]:
    """The strips that instruments of two kinds saw."""
    return [t.key for t in line.trails if t.second_sensor is not None]


def _shapeless(value: Any) -> Any:
    """Without geometry, and with chances as text: a billionth has no seven decimals."""
    if isinstance(value, Mapping):
        return {
            k: f"{v:.3g}" if k == "p_bound" else _shapeless(v)
            for k, v in value.items()
            if k != "geometry"
        }
    if isinstance(value, (list, tuple)):
        return [_shapeless(v) for v in value]
    return value


def _area(plane: WorkPlane, extent: BaseGeometry) -> float:
    return round(plane.ellipsoidal_area_m2(extent), 2)


def _wkt(extent: BaseGeometry, plane: WorkPlane) -> str:
    """Degrees in text, in an order that does not depend on how the geometry was made."""
    if extent.is_empty:
        return ""
    return str(
        shapely.to_wkt(
            shapely.normalize(plane.to_degrees(extent)), rounding_precision=DEGREE_DECIMALS
        )
    )
