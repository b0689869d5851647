"""What surveys say of a case: the claim it began with, and what is left of it later.

All of it is worked out by the tests that make findings (``domain.claims``,
``domain.encroachment``); nobody types in a depth or an area.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.boundary_tests import DEFAULT, approved_parts
from geo_registry.domain.case import Measured, Observation
from geo_registry.domain.cemetery import Survey, footprint, in_force
from geo_registry.domain.claimed_land import max_depth_m
from geo_registry.domain.claims import follow
from geo_registry.domain.encroachment import Level, assess, noise_floor_m2
from geo_registry.domain.errors import NotFound, Refused
from geo_registry.domain.growth import Sighting, trails
from geo_registry.services.cemeteries.growing import Located, locate

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

_RANK = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class MeasuredClaim:
    """A measured claim with its land in degrees (EPSG:4490)."""

    measured: Measured
    extent: BaseGeometry


def located(connection: Connection, desk: Desk, cemetery_id: int) -> Located:
    """The cemetery of a case, in metres; raises as :func:`locate`."""
    return locate(
        connection, cemetery_id, reference=desk.reference, profile=desk.profile, on=desk.on
    )


def strip_claim(found: Located, key: str) -> MeasuredClaim | None:
    """The strip of a finding (by its key) as it was last seen; None where nobody can say where."""
    for trail in trails(follow(found.site, found.plane), found.plane):
        if trail.key == key and trail.side:
            return _claim(found, [trail.sightings[-1]])
    return None


def survey_claim(
    found: Located, survey_id: int | None, within: BaseGeometry | None
) -> MeasuredClaim:
    """What a survey (the newest one where none is named) shows outside the approval of its day.

    ``within`` (degrees) leaves strips on other land out. Raises :class:`Refused` where it shows
    nothing there: then there is nothing to substantiate.
    """
    survey = survey_of(found, survey_id)
    land = None if within is None else found.plane.to_plane(within)
    seen = [
        s
        for trail in trails(follow(found.site, found.plane), found.plane)
        if trail.side
        for s in trail.sightings
        if s.survey.id == survey.id
        and (land is None or s.extent.intersection(land).area >= DEFAULT.min_area_m2)
    ]
    if not seen:
        raise Refused(
            f"{survey.surveyed_on} 的测量没有显示该处超出批准范围，不能据此认定属实。",
            advice="请认定不属实，或换一次测量。",
        )
    return _claim(found, seen)


def observe(
    found: Located, claim: BaseGeometry, claimed: Measured, survey_id: int | None
) -> Observation:
    """What a survey (the newest where none is named) still shows of claimed land (degrees).

    It is held against the approvals of the day on which the claim was measured: land that was
    approved in between is not land that was given back.
    """
    survey = survey_of(found, survey_id)
    then = tuple(
        replace(a, valid_from=None, valid_to=None, supersedes=None)
        for a in in_force(found.site.approvals, claimed.on)
    )
    if not then:
        raise Refused(f"{claimed.on} 没有有效的批准范围，无从比较。", advice="请先登记批准文件。")
    verdict = assess(then, survey, found.plane)
    found_there = verdict.verdict.found and verdict.located
    land = found.plane.to_plane(claim)
    rest = verdict.claim.intersection(land) if found_there else shapely.Polygon()
    left = rest if rest.area >= DEFAULT.min_area_m2 else shapely.Polygon()
    parts = approved_parts(then, survey.accuracy)
    return Observation(
        survey=survey.id,
        on=survey.surveyed_on,
        grade=survey.grade,
        detection_limit_m=round(verdict.detection_limit_m, 3),
        remains_m2=0.0 if left.is_empty else round(found.plane.ellipsoidal_area_m2(left), 2),
        remaining_depth_m=0.0 if left.is_empty else round(max_depth_m(left, parts), 2),
        unlocated=verdict.verdict.found and not verdict.located,
        complete=survey.complete_trace,
    )


def seen_later(
    found: Located, claim: BaseGeometry, claimed: Measured, seen: Observation
) -> Observation | None:
    """A later survey, as good as an observation or better, that shows the claim again; or None.

    Whoever closes a case may name the survey, but not pass over one that says otherwise.
    """
    named = survey_of(found, seen.survey)
    order = (named.surveyed_on, named.recorded_order)
    for survey in found.site.surveys:
        if (survey.surveyed_on, survey.recorded_order) > order and survey.grade <= named.grade:
            later = observe(found, claim, claimed, survey.id)
            if not later.clear:
                return later
    return None


def cover(
    found: Located, claim: BaseGeometry, claimed: Measured | None, approval_id: int, desk: Desk
) -> dict[str, Any]:
    """How much of claimed land (degrees) an approval that was added leaves open, and what counts.

    ``tolerance_m2`` is the area that the errors of both boundaries explain. Raises
    :class:`NotFound` and, where the approval is not in force, :class:`Refused`.
    """
    approval = next((a for a in found.site.approvals if a.id == approval_id), None)
    if approval is None:
        raise NotFound(f"“{found.site.name}”没有编号为 {approval_id} 的批准。")
    current = in_force(found.site.approvals, desk.on)
    if approval not in current:
        raise Refused(f"批准 {approval_id} 在 {desk.on} 不是有效的批准。")
    land = found.plane.to_plane(claim)
    open_ = land.difference(footprint(found.site.approvals, desk.on))
    survey = next((s for s in found.site.surveys if claimed and s.id == claimed.survey), None)
    accuracy = survey.accuracy if survey else approval.accuracy
    floor = noise_floor_m2(land, approved_parts(current, accuracy), accuracy)
    return {
        "approval": approval_id,
        "uncovered_m2": round(found.plane.ellipsoidal_area_m2(open_), 2),
        "tolerance_m2": round(max(floor, DEFAULT.min_area_m2), 2),
    }


def survey_of(found: Located, survey_id: int | None) -> Survey:
    """A survey of the cemetery, the newest where none is named; :class:`NotFound`."""
    if survey_id is None:
        newest = found.site.latest_survey()
        if newest is None:
            raise NotFound(f"“{found.site.name}”还没有测量。")
        return newest
    for survey in found.site.surveys:
        if survey.id == survey_id:
            return survey
    raise NotFound(f"“{found.site.name}”没有编号为 {survey_id} 的测量。")


def plain(value: Measured | Observation) -> dict[str, Any]:
    """As it is written into a step."""
    return {**asdict(value), "on": value.on.isoformat()}


def _claim(found: Located, seen: list[Sighting]) -> MeasuredClaim:
    survey = seen[0].survey
    extent = shapely.union_all([s.extent for s in seen])
    strongest = max((s.level for s in seen), key=_RANK.__getitem__)
    measured = Measured(
        survey=survey.id,
        on=survey.surveyed_on,
        grade=survey.grade,
        depth_m=round(max(s.max_depth_m for s in seen), 2),
        area_m2=round(sum(s.area_m2 for s in seen), 2),
        level=str(strongest),
    )
    return MeasuredClaim(measured, found.plane.to_degrees(extent))
