"""Which survey a claim rests on (以哪次测量为准): a coarser one never weakens what was measured.

The newest survey decides, with one exception. A phone walk or an image after a survey of grade A
can confirm nothing, so it cannot take a confirmation back either, unless it would have seen the
change: what it does not show although it could have, or shows smaller beyond the errors of both,
rests on the newest survey again. The approvals must be the same on both days; else land may have
been approved in between.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from geo_registry.domain.boundary_tests import DEFAULT, Parameters
from geo_registry.domain.cemetery import METHODS, Approval, Survey, in_force
from geo_registry.domain.claims import Assessed, Strip
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.growth import Sighting, trails

_CERTAIN = 1.96
"""Standard errors beyond which two areas differ by more than chance (95 %, both sides)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A strip that lies outside today, and the survey it rests on.

    ``later``: the surveys since then, which could not change it; ``larger_m2``: how large the last
    of them sees it, where that is more than the errors of both explain.
    """

    strip: Strip
    assessed: Assessed
    later: tuple[Survey, ...] = ()
    larger_m2: float | None = None

    @property
    def remark(self) -> str:
        """The later surveys in words; empty where the newest survey decides."""
        if not self.later:
            return ""
        last = self.later[-1]
        method = METHODS[last.method].title if last.method in METHODS else last.method
        said = (
            f"之后 {last.surveyed_on:%Y-%m-%d} 的测量（{method}，±{last.accuracy.sigma_m:g} m）"
            "精度不足以改变这一结论"
        )
        if self.larger_m2 is None:
            return f"{said}。"
        return f"{said}，但显示可能已扩大到约 {self.larger_m2:,.0f} m²，请实地复测。"


def standing(
    history: Sequence[Assessed],
    approvals: Sequence[Approval],
    plane: WorkPlane,
    parameters: Parameters = DEFAULT,
) -> tuple[Standing, ...]:
    """What lies outside according to a history (:func:`~geo_registry.domain.claims.follow`)."""
    if not history:
        return ()
    newest = history[-1]
    kept: dict[str, Standing] = {}
    firm = _firm_before(history, approvals)
    if firm is not None and history[firm].strips:
        later = history[firm + 1 :]
        known = {trail.key: trail for trail in trails(history, plane, parameters)}
        for strip in history[firm].strips:
            sightings = {sighting.survey.id: sighting for sighting in known[strip.key].sightings}
            measured = sightings[history[firm].survey.id]
            if any(_denies(a, sightings.get(a.survey.id), measured) for a in later):
                continue
            last = sightings.get(newest.survey.id)
            larger = last is not None and _smaller(measured, last)
            kept[strip.key] = Standing(
                strip,
                history[firm],
                tuple(a.survey for a in later),
                last.area_m2 if last is not None and larger else None,
            )
    seen = [Standing(s, newest) for s in newest.strips if s.key not in kept]
    return (*kept.values(), *seen)


def _can_confirm(survey: Survey) -> bool:
    return survey.grade == "A" and survey.complete_trace and not survey.repaired


def _firm_before(history: Sequence[Assessed], approvals: Sequence[Approval]) -> int | None:
    """The newest survey that can confirm, where the newest of all cannot; its place in history."""
    if _can_confirm(history[-1].survey):
        return None
    at = next((i for i in reversed(range(len(history))) if _can_confirm(history[i].survey)), None)
    if at is None:
        return None
    then, now = (
        {a.id for a in in_force(tuple(approvals), assessed.survey.surveyed_on)}
        for assessed in (history[at], history[-1])
    )
    return at if then == now else None


def _denies(later: Assessed, seen: Sighting | None, measured: Sighting) -> bool:
    """Whether a later survey shows, for all its errors, that a strip is gone or smaller."""
    if seen is None:
        return later.survey.complete_trace and (
            later.verdict.detection_limit_m < measured.max_depth_m
        )
    return _smaller(seen, measured)


def _smaller(one: Sighting, other: Sighting) -> bool:
    """Whether one sighting is of less land than another, by more than the errors of both."""
    errors = math.hypot(one.standard_error_m2, other.standard_error_m2)
    return other.area_m2 - one.area_m2 > _CERTAIN * errors
