"""One cemetery with its boundaries: approvals, surveys, and what each survey says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.cemetery import EFFECTS, METHODS, Approval, footprint, in_force
from geo_registry.domain.claims import follow
from geo_registry.services.cemeteries.determining import boundary_findings, listed, verdict_digest
from geo_registry.services.cemeteries.growing import Located, geojson, locate, survey_of, verdict_of
from geo_registry.services.cemeteries.listing_plots import one_cemetery
from geo_registry.services.rulebook.rule_pages import describe_basis
from geo_registry.store import cemetery_papers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.finding import Finding
    from geo_registry.domain.reference import Profile, Reference


def show(
    connection: Connection,
    cemetery_id: int,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> dict[str, Any]:
    """The cemetery, its approvals and surveys with documents, files and accuracies, and verdicts.

    Geometry is GeoJSON (EPSG:4490), areas m² on the ellipsoid. Raises as
    :func:`~geo_registry.services.cemeteries.growing.locate`.
    """
    site = one_cemetery(connection, cemetery_id, on)
    found = locate(connection, cemetery_id, reference=reference, profile=profile, on=on)
    return {
        **site,
        "on": on,
        "plane": found.plane.code,
        "approved": geojson(footprint(found.site.approvals, on), found.plane),
        "approvals": approvals_of(connection, found, cemetery_id, on),
        "surveys": surveys_of(connection, found, cemetery_id),
        "findings": [_finding(f) for f in boundary_findings(found)],
        "determinations": listed(connection, cemetery_id),
    }


def approvals_of(
    connection: Connection, found: Located, cemetery_id: int, on: date
) -> list[dict[str, Any]]:
    """The approvals of a cemetery, those in force on a day marked."""
    papers = cemetery_papers.approval_papers(connection, cemetery_id)
    current = {a.id for a in in_force(found.site.approvals, on)}
    return [
        {
            **_approval(a, papers[a.id]),
            "in_force": a.id in current,
            "area_m2": round(found.plane.ellipsoidal_area_m2(a.extent), 2),
            "geometry": geojson(a.extent, found.plane),
        }
        for a in found.site.approvals
    ]


def surveys_of(connection: Connection, found: Located, cemetery_id: int) -> list[dict[str, Any]]:
    """The surveys of a cemetery, oldest first, each with its verdict where there is one."""
    papers = cemetery_papers.survey_papers(connection, cemetery_id)
    verdicts = {a.survey.id: verdict_of(a.verdict) for a in follow(found.site, found.plane)}
    surveys = sorted(found.site.surveys, key=lambda s: (s.surveyed_on, s.recorded_order))
    return [
        {
            **survey_of(s),
            "surveyor": papers[s.id]["surveyor"],
            "file_name": papers[s.id]["file_name"],
            "sha256": papers[s.id]["sha256"],
            "area_m2": round(found.plane.ellipsoidal_area_m2(s.extent), 2),
            "verdict": verdicts.get(s.id),
            "geometry": geojson(s.extent, found.plane),
        }
        for s in surveys
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "rule_id": finding.rule_id,
        "rule_version": finding.rule_version,
        "outcome": finding.outcome,
        "severity": str(finding.severity),
        "severity_word": finding.severity.word,
        "message": finding.message,
        "verdict_sha256": verdict_digest(finding),
        "basis": [describe_basis(b) for b in finding.basis],
    }


def _approval(approval: Approval, paper: Mapping[str, Any]) -> dict[str, Any]:
    known = METHODS.get(paper["method"])
    return {
        "id": approval.id,
        "effect": approval.effect,
        "effect_title": EFFECTS[approval.effect],
        "title": paper["title"] or "",
        "number": paper["number"] or "",
        "authority": paper["authority"] or "",
        "dated_on": paper["dated_on"],
        "document_file": paper["file_name"] or "",
        "document_sha256": paper["sha256"] or "",
        "boundary_file": paper["boundary_file"] or "",
        "boundary_sha256": paper["boundary_sha256"] or "",
        "method": paper["method"],
        "method_title": known.title if known else paper["method"],
        "sigma_m": round(approval.accuracy.sigma_m, 4),
        "shift_m": round(approval.accuracy.shift_m, 4),
        "grade": approval.grade,
        "valid_from": approval.valid_from,
        "valid_to": approval.valid_to,
        "supersedes": approval.supersedes,
        "stated_area_m2": approval.stated_area_m2,
    }
