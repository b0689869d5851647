"""Surveys of one cemetery on a time line (历次测量): growth, and strips that are followed.

Two questions that are never mixed. *Growth* (增长) compares two surveys with each other: has the
site become larger, whatever was approved? *Encroachment* (超界) compares one survey with the
approvals of its day. A site may grow inside its approval, or lie outside it without growing. So
growth has types and words of its own; only the tests behind both are the same, and both know the
errors of both boundaries they compare.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import Outline, own_gradient, variance
from geo_registry.domain.area_gain import corner_errors
from geo_registry.domain.boundary_tests import DEFAULT, Parameters
from geo_registry.domain.cemetery import METHODS, Approval, Cemetery, Survey
from geo_registry.domain.claimed_land import claim_error_m2, max_depth_m
from geo_registry.domain.claims import Assessed, Strip, follow
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Level, assess

_CERTAIN = 1.96
"""Standard errors beyond which a net change is no chance (95 %, both sides)."""


class GrowthLevel(StrEnum):
    """What two surveys say about land that only one of them shows, weakest first."""

    UNCHANGED = "unchanged"
    WITHIN_ERROR = "within_error"
    LIKELY = "likely"
    MEASURED = "measured"

    @property
    def seen(self) -> bool:
        """Whether more than the errors of both surveys explain."""
        return self in {GrowthLevel.LIKELY, GrowthLevel.MEASURED}

    def word(self, *, gained: bool = True) -> str:
        """The words on the screen, of land gained or given up; never those of encroachment."""
        what = "增长" if gained else "缩减"
        return {
            GrowthLevel.UNCHANGED: f"未见{what}",
            GrowthLevel.WITHIN_ERROR: "差异在两次测量的误差之内",
            GrowthLevel.LIKELY: f"疑似{what}",
            GrowthLevel.MEASURED: f"实测{what}",
        }[self]


_GROWTH = {
    Level.NONE: GrowthLevel.UNCHANGED,
    Level.WITHIN_TOLERANCE: GrowthLevel.WITHIN_ERROR,
    Level.SUSPECTED: GrowthLevel.LIKELY,
    Level.CONFIRMED: GrowthLevel.MEASURED,
}


@dataclass(frozen=True, slots=True)
class Growth:
    """Land that one survey shows and another does not, beyond the errors of both (work plane).

    ``extent`` is empty where nothing is beyond the errors, or where only the area tells
    (``located`` is false then). Areas are m² on the ellipsoid.
    """

    level: GrowthLevel
    extent: BaseGeometry
    located: bool
    area_m2: float
    standard_error_m2: float
    at_least_m2: float
    max_depth_m: float
    p_bound: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two surveys: land gained, land given up, and the two areas.

    ``net_m2`` and its standard error are None where a trace is not complete: then it has no area.
    """

    earlier: Survey
    later: Survey
    gained: Growth
    lost: Growth
    net_m2: float | None
    net_standard_error_m2: float | None

    @property
    def net_certain(self) -> bool:
        """Whether the two areas differ by more than their errors explain (95 %)."""
        if self.net_m2 is None or self.net_standard_error_m2 is None:
            return False
        return abs(self.net_m2) > _CERTAIN * self.net_standard_error_m2


@dataclass(frozen=True, slots=True)
class Sighting:
    """One survey that sees a followed strip: how large it is there, and how sure."""

    survey: Survey
    level: Level
    extent: BaseGeometry
    area_m2: float
    standard_error_m2: float
    at_least_m2: float
    max_depth_m: float


@dataclass(frozen=True, slots=True)
class Trail:
    """One strip outside the approval, followed across surveys under its persistent name.

    ``unseen_on`` is the day of the last survey before it was first seen, None where there is none.
    ``status``: ``present`` (the newest survey sees it), ``removed`` (the newest survey could have
    seen it and does not), ``unsure`` (the newest survey could not have seen it).
    """

    key: str
    side: str
    first_seen: date
    unseen_on: date | None
    sightings: tuple[Sighting, ...]
    status: str

    @property
    def second_sensor(self) -> Sighting | None:
        """The first sighting by another kind of instrument than the first one; None so far.

        Two images have their errors in common, and so have two walks with a phone: the same letter
        of :data:`~geo_registry.domain.cemetery.METHODS` is the same kind. Sketches (grade C) see
        nothing by themselves.
        """
        seen = [s for s in self.sightings if s.survey.grade != "C"]
        return next((s for s in seen[1:] if sensor(s.survey) != sensor(seen[0].survey)), None)


@dataclass(frozen=True, slots=True)
class Moment:
    """One survey on the time line.

    ``assessed`` is its encroachment, None where nothing was approved on its day; ``change`` the
    growth since the survey before it, ``since_first`` since the first one (None for those).
    """

    survey: Survey
    area_m2: float
    standard_error_m2: float
    assessed: Assessed | None
    change: Change | None
    since_first: Change | None


@dataclass(frozen=True, slots=True)
class TimeLine:
    """All surveys of a cemetery, oldest first, and every strip that any of them saw outside."""

    moments: tuple[Moment, ...]
    trails: tuple[Trail, ...]


def time_line(cemetery: Cemetery, plane: WorkPlane, parameters: Parameters = DEFAULT) -> TimeLine:
    """Put the surveys of a cemetery on a time line; geometries in ``plane`` (metres)."""
    history = follow(cemetery, plane, parameters)
    by_survey = {a.survey.id: a for a in history}
    surveys = sorted(cemetery.surveys, key=lambda s: (s.surveyed_on, s.recorded_order))
    moments = []
    for i, survey in enumerate(surveys):
        change = change_between(surveys[i - 1], survey, plane, parameters) if i else None
        whole = change if i < 2 else change_between(surveys[0], survey, plane, parameters)
        moments.append(
            Moment(
                survey,
                plane.ellipsoidal_area_m2(survey.extent),
                area_error_m2(survey, parameters),
                by_survey.get(survey.id),
                change,
                whole,
            )
        )
    return TimeLine(tuple(moments), trails(history, plane, parameters))


def change_between(
    earlier: Survey, later: Survey, plane: WorkPlane, parameters: Parameters = DEFAULT
) -> Change:
    """Growth and shrinking between two surveys of one site, each with the errors of both."""
    complete = earlier.complete_trace and later.complete_trace
    net = plane.ellipsoidal_area_m2(later.extent) - plane.ellipsoidal_area_m2(earlier.extent)
    error = math.hypot(area_error_m2(earlier, parameters), area_error_m2(later, parameters))
    return Change(
        earlier,
        later,
        gained=_beyond(later, earlier, plane, parameters),
        lost=_beyond(earlier, later, plane, parameters),
        net_m2=net if complete else None,
        net_standard_error_m2=error if complete else None,
    )


def area_error_m2(survey: Survey, parameters: Parameters = DEFAULT) -> float:
    """First-order standard error of the area of a survey, m²; a common shift does not change it."""
    outline = Outline.of(survey.extent)
    form = own_gradient(outline)
    return math.sqrt(variance(outline, form, survey.accuracy, parameters.correlation_m))


def sensor(survey: Survey) -> str:
    """The kind of instrument behind a survey; its method where that is not listed."""
    return METHODS[survey.method].letter if survey.method in METHODS else survey.method


def trails(
    history: Sequence[Assessed], plane: WorkPlane, parameters: Parameters = DEFAULT
) -> tuple[Trail, ...]:
    """The strips of a history (:func:`~geo_registry.domain.claims.follow`), each followed."""
    seen: dict[str, list[Sighting]] = {}
    named: dict[str, Strip] = {}
    for assessed in history:
        for strip in assessed.strips:
            named.setdefault(strip.key, strip)
            seen.setdefault(strip.key, []).append(_sighting(assessed, strip, plane, parameters))
    return tuple(
        Trail(
            key,
            strip.side,
            strip.seen_on,
            strip.unseen_on,
            tuple(seen[key]),
            _status(seen[key][-1], history[-1]),
        )
        for key, strip in named.items()
    )


def _sighting(
    assessed: Assessed, strip: Strip, plane: WorkPlane, parameters: Parameters
) -> Sighting:
    verdict, survey = assessed.verdict, assessed.survey
    figures = (
        verdict.area_m2,
        verdict.standard_error_m2,
        verdict.at_least_m2,
        verdict.max_depth_m,
    )
    if len(assessed.strips) > 1 and verdict.depth is not None:
        parts = verdict.depth.parts
        errors = corner_errors(survey.extent, parts, survey.accuracy, parameters)
        certain = verdict.certain.intersection(strip.extent)
        figures = (
            plane.ellipsoidal_area_m2(strip.extent),
            claim_error_m2(strip.extent, errors),
            plane.ellipsoidal_area_m2(certain),
            max_depth_m(strip.extent, parts, certain),
        )
    return Sighting(survey, strip.level, strip.extent, *figures)


def _status(last: Sighting, newest: Assessed) -> str:
    """Whether a strip is still there: only a survey that could have seen it can say that not."""
    if last.survey == newest.survey:
        return "present"
    return "removed" if newest.verdict.detection_limit_m < last.max_depth_m else "unsure"


def _beyond(shows: Survey, other: Survey, plane: WorkPlane, parameters: Parameters) -> Growth:
    """What one survey shows beyond another: the same tests, the other survey as the ground."""
    ground = Approval(other.id, "grants", other.extent, other.accuracy, "A", None)
    traced = replace(shows, complete_trace=shows.complete_trace and other.complete_trace)
    found = assess((ground,), traced, plane, parameters)
    level, reasons = found.verdict, found.reasons
    if not found.located:
        # The first reason speaks of an approval, and here is none.
        reasons = ("面积之差超过误差，但不能确定在哪一侧", *reasons[1:])
    if other.grade != "A" or other.repaired:
        reasons = (*reasons, "相比的那次测量不是可以确认的实地测绘成果")
        level = Level.SUSPECTED if level is Level.CONFIRMED else level
    return Growth(
        _GROWTH[level],
        found.claim,
        found.located,
        found.area_m2,
        found.standard_error_m2,
        found.at_least_m2,
        found.max_depth_m,
        found.p_bound,
        tuple(dict.fromkeys(reasons)),
    )
