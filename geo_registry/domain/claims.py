"""Claims over time (同一处超出): the same strip of land followed from survey to survey.

A finding must keep its identity when the site is measured again, by another instrument, with other
corners. So a claim is named after the survey that saw it first and the side it lies on, and a later
claim that overlaps it takes over that name. Surveys are never changed, so the name stays; only a
survey entered later with an earlier date can rename a strip, and then rightly so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.boundary_tests import DEFAULT, Parameters
from geo_registry.domain.cemetery import Approval, Cemetery, Survey, footprint, in_force
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Level, Verdict, assess

OCTANTS = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")


@dataclass(frozen=True, slots=True)
class Strip:
    """A claimed piece of land on one side of a cemetery (work plane).

    ``key`` is its persistent name. ``unseen_on`` is the day of the last survey before it was seen,
    or ``None``; ``seen_on`` the day of the first survey that saw it. ``side`` is empty where only
    the area test speaks and the side is unknown.
    """

    key: str
    side: str
    extent: BaseGeometry
    level: Level
    seen_on: date
    unseen_on: date | None


@dataclass(frozen=True, slots=True)
class Assessed:
    """One survey with its verdict and the strips it claims."""

    survey: Survey
    verdict: Verdict
    strips: tuple[Strip, ...]


def follow(
    cemetery: Cemetery, plane: WorkPlane, parameters: Parameters = DEFAULT
) -> tuple[Assessed, ...]:
    """Judge every survey of a cemetery, oldest first, each by the approvals in force on its day.

    Surveys of days without an approval are left out: there is nothing to exceed.
    """
    known: list[Strip] = []
    assessed: list[Assessed] = []
    previous: date | None = None
    for survey in sorted(cemetery.surveys, key=lambda s: (s.surveyed_on, s.recorded_order)):
        if not grants_on(cemetery.approvals, survey.surveyed_on):
            continue
        verdict = assess(cemetery.approvals, survey, plane, parameters)
        strips = tuple(
            _named(strip, known) for strip in _sides(cemetery, survey, verdict, previous)
        )
        taken: dict[str, Strip] = {}
        for strip in sorted(strips, key=lambda s: -s.extent.area):
            # A strip that fell apart keeps its name on its larger piece.
            key = strip.key if strip.key not in taken else f"survey:{survey.id}:{strip.side}"
            taken[key] = replace(strip, key=key)
        known = [*(s for s in known if s.key not in taken), *taken.values()]
        assessed.append(Assessed(survey, verdict, tuple(taken.values())))
        previous = survey.surveyed_on
    return tuple(assessed)


def grants_on(approvals: Sequence[Approval], on: date) -> bool:
    """Whether any land is approved on a day."""
    return any(a.effect != "reduces" for a in in_force(tuple(approvals), on))


def side_of(origin: BaseGeometry, target: BaseGeometry) -> str:
    """The side on which land lies, seen from the middle of a site; all round it is 四周."""
    if origin.contains(target.centroid):
        return "四周"
    dx = target.centroid.x - origin.centroid.x
    dy = target.centroid.y - origin.centroid.y
    return OCTANTS[round(math.atan2(dy, dx) / (math.pi / 4)) % 8] + "侧"


def _sides(
    cemetery: Cemetery, survey: Survey, verdict: Verdict, previous: date | None
) -> list[Strip]:
    """The claim of one survey, one strip a side, under the names they would have if new."""
    if not verdict.verdict.found:
        return []
    seen = (survey.surveyed_on, previous)
    if not verdict.located:
        return [Strip("area", "", verdict.claim, Level.SUSPECTED, *seen)]
    approved = footprint(cemetery.approvals, survey.surveyed_on)
    pieces: dict[str, list[BaseGeometry]] = {}
    for piece in shapely.get_parts(verdict.claim):
        pieces.setdefault(side_of(approved, piece), []).append(piece)
    strips = []
    for side, group in pieces.items():
        extent = shapely.union_all(group)
        firm = verdict.verdict is Level.CONFIRMED and verdict.firm.intersection(extent).area > 0.0
        level = Level.CONFIRMED if firm else Level.SUSPECTED
        strips.append(Strip(f"survey:{survey.id}:{side}", side, extent, level, *seen))
    return strips


def _named(strip: Strip, known: Sequence[Strip]) -> Strip:
    """The strip under the name of the known one that it overlaps most, if any."""
    if not strip.side:
        same = [k for k in known if not k.side]
    else:
        same = [k for k in known if k.side and k.extent.intersection(strip.extent).area > 0.0]
    if not same:
        return strip
    first = max(same, key=lambda k: k.extent.intersection(strip.extent).area)
    return replace(strip, key=first.key, seen_on=first.seen_on, unseen_on=first.unseen_on)
