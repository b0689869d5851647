"""The time line of a cemetery for people: surveys, growth between them, and strips followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.cemetery import METHODS, Cemetery, Survey
from geo_registry.domain.crs import M2_PER_MU
from geo_registry.domain.errors import Refused
from geo_registry.domain.growth import (
    Change,
    Growth,
    Moment,
    Sighting,
    TimeLine,
    Trail,
    time_line,
)
from geo_registry.domain.identity import Scope
from geo_registry.services.cemeteries.listing_plots import one_cemetery
from geo_registry.store import gazetteer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.crs import WorkPlane
    from geo_registry.domain.encroachment import Verdict
    from geo_registry.domain.gazetteer import Gazetteer
    from geo_registry.domain.reference import Profile, Reference

STATUS_WORDS: Mapping[str, str] = {
    "present": "最近一次测量仍可见",
    "removed": "最近一次测量已不可见（其精度足以发现）",
    "unsure": "最近一次测量的精度不足以判断是否仍在",
}
UNAPPROVED = "测量当日没有有效的批准范围，不作超界比对"


@dataclass(frozen=True, slots=True)
class Located:
    """A cemetery of the domain, in metres, with the slice of the registry around it."""

    site: Cemetery
    around: Gazetteer

    @property
    def plane(self) -> WorkPlane:
        """The work plane of its geometries."""
        return self.around.plane


def locate(
    connection: Connection,
    cemetery_id: int,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> Located:
    """A cemetery with its approvals and surveys, its neighbours, and the zones near it.

    Raises :class:`NotFound` where there is none and :class:`Refused` where it is retired.
    """
    known = one_cemetery(connection, cemetery_id, on)
    around = gazetteer.load(
        connection, Scope("cemetery", str(cemetery_id)), reference=reference, profile=profile, on=on
    )
    for site in around.cemeteries:
        if site.subject == known["subject"]:
            return Located(site, around)
    raise Refused(
        f"“{known['name']}”已经停用，不再比对边界。",
        advice="确需比对的，先用 geo-registry cemetery correct --status in_use 恢复使用。",
    )


def grow(
    connection: Connection,
    cemetery_id: int,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
) -> dict[str, Any]:
    """The time line of a cemetery as plain values; areas in m², geometry as GeoJSON (EPSG:4490).

    Growth (``growth``: between two surveys) and encroachment (``encroachment``: against what was
    approved that day) are told apart in every entry. Raises as :func:`locate`.
    """
    found = locate(connection, cemetery_id, reference=reference, profile=profile, on=on)
    return {
        "cemetery": found.site.subject,
        "name": found.site.name,
        "on": on,
        "plane": found.plane.code,
        **in_words(time_line(found.site, found.plane), found.plane),
    }


def in_words(line: TimeLine, plane: WorkPlane) -> dict[str, Any]:
    """A time line as plain values: ``surveys`` with growth and encroachment, ``strips``."""
    return {
        "surveys": [_moment(m, plane) for m in line.moments],
        "strips": [_trail(t, plane) for t in line.trails],
    }


def survey_of(survey: Survey) -> dict[str, Any]:
    """How and how well a survey measured."""
    known = METHODS.get(survey.method)
    return {
        "id": survey.id,
        "surveyed_on": survey.surveyed_on,
        "method": survey.method,
        "method_title": known.title if known else survey.method,
        "sigma_m": round(survey.accuracy.sigma_m, 4),
        "shift_m": round(survey.accuracy.shift_m, 4),
        "grade": survey.grade,
        "complete_trace": survey.complete_trace,
        "repaired": survey.repaired,
    }


def verdict_of(verdict: Verdict) -> dict[str, Any]:
    """The figures of a verdict on encroachment; the word never says more than was measured."""
    return {
        "verdict": str(verdict.verdict),
        "word": verdict.verdict.word,
        "geometric": str(verdict.geometric),
        "area_m2": round(verdict.area_m2, 2),
        "area_mu": round(verdict.area_m2 / M2_PER_MU, 4),
        "plane_area_m2": round(verdict.plane_area_m2, 2),
        "standard_error_m2": round(verdict.standard_error_m2, 2),
        "at_least_m2": round(verdict.at_least_m2, 2),
        "p_bound": float(f"{verdict.p_bound:.3g}"),
        "raw_area_m2": round(verdict.raw_area_m2, 2),
        "noise_floor_m2": round(verdict.noise_floor_m2, 2),
        "detection_limit_m": round(verdict.detection_limit_m, 3),
        "area_gain_m2": round(verdict.area_gain_m2, 2),
        "max_depth_m": round(verdict.max_depth_m, 2),
        "approved_area_m2": round(verdict.approved_area_m2, 2),
        "surveyed_area_m2": round(verdict.surveyed_area_m2, 2),
        "grade": verdict.grade,
        "located": verdict.located,
        "reasons": list(verdict.reasons),
    }


def _moment(moment: Moment, plane: WorkPlane) -> dict[str, Any]:
    assessed = moment.assessed
    return {
        **survey_of(moment.survey),
        "area_m2": round(moment.area_m2, 2),
        "area_mu": round(moment.area_m2 / M2_PER_MU, 4),
        "standard_error_m2": round(moment.standard_error_m2, 2),
        "encroachment": None
        if assessed is None
        else {**verdict_of(assessed.verdict), "strips": [s.key for s in assessed.strips]},
        "encroachment_note": UNAPPROVED if assessed is None else "",
        "growth": moment.change and _change(moment.change, plane),
        "growth_since_first": moment.since_first and _change(moment.since_first, plane),
    }


def _change(change: Change, plane: WorkPlane) -> dict[str, Any]:
    net, error = change.net_m2, change.net_standard_error_m2
    return {
        "since": change.earlier.id,
        "since_day": change.earlier.surveyed_on,
        "net_m2": None if net is None else round(net, 2),
        "net_standard_error_m2": None if error is None else round(error, 2),
        "net_certain": change.net_certain,
        "gained": _growth(change.gained, plane, gained=True),
        "lost": _growth(change.lost, plane, gained=False),
    }


def _growth(growth: Growth, plane: WorkPlane, *, gained: bool) -> dict[str, Any]:
    return {
        "level": str(growth.level),
        "word": growth.level.word(gained=gained),
        "area_m2": round(growth.area_m2, 2),
        "standard_error_m2": round(growth.standard_error_m2, 2),
        "at_least_m2": round(growth.at_least_m2, 2),
        "max_depth_m": round(growth.max_depth_m, 2),
        "p_bound": float(f"{growth.p_bound:.3g}"),
        "located": growth.located,
        "reasons": list(growth.reasons),
        "geometry": geojson(growth.extent, plane) if growth.located else None,
    }


def _trail(trail: Trail, plane: WorkPlane) -> dict[str, Any]:
    second = trail.second_sensor
    return {
        "key": trail.key,
        "side": trail.side,
        "first_seen": trail.first_seen,
        "unseen_on": trail.unseen_on,
        "status": trail.status,
        "status_word": STATUS_WORDS[trail.status],
        "second_sensor": second and survey_of(second.survey),
        "sightings": [_sighting(s) for s in trail.sightings],
        "geometry": geojson(trail.sightings[-1].extent, plane) if trail.side else None,
    }


def _sighting(seen: Sighting) -> dict[str, Any]:
    return {
        "survey": seen.survey.id,
        "surveyed_on": seen.survey.surveyed_on,
        "method_title": survey_of(seen.survey)["method_title"],
        "grade": seen.survey.grade,
        "verdict": str(seen.level),
        "word": seen.level.word,
        "area_m2": round(seen.area_m2, 2),
        "standard_error_m2": round(seen.standard_error_m2, 2),
        "at_least_m2": round(seen.at_least_m2, 2),
        "max_depth_m": round(seen.max_depth_m, 2),
    }


def geojson(extent: Any, plane: WorkPlane) -> dict[str, Any] | None:
    """A geometry of the plane as GeoJSON in degrees (EPSG:4490); None for nothing."""
    if extent is None or extent.is_empty:
        return None
    return geojson_degrees(plane.to_degrees(extent))


def geojson_degrees(extent: Any) -> dict[str, Any] | None:
    """A geometry in degrees (EPSG:4490) as GeoJSON; None for nothing."""
    if extent is None or extent.is_empty:
        return None
    found: dict[str, Any] = shapely.geometry.mapping(extent)
    return found
