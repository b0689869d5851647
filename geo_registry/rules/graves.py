"""What the rules on plots have in common: whose plots they are, and one finding for many of them.

A village cemetery may hold a thousand plots of one fault. They are one finding of that cemetery,
and each plot is a pair of its own: a waiver for one grave leaves the others open, and a new grave
of the fault opens a finding that was waived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.finding import Hit
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Scope
from geo_registry.domain.plot import Plot, PlotStatus
from geo_registry.rules.cemetery_law import era

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.identity import SubjectId

SHOWN = 6
KEPT = 200
"""Plots named in the facts of a finding; the pairs hold all of them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A cemetery with its plots in use, or the graves of one area that stand by themselves."""

    scope: Scope
    name: str
    subject: SubjectId | None
    plots: tuple[Plot, ...]
    extent: BaseGeometry | None = None


def grounds(gazetteer: Gazetteer) -> Iterator[Ground]:
    """The cemeteries with plots, then the scattered graves by village, town or county."""
    for site in gazetteer.cemeteries:
        plots = tuple(p for p in site.plots if p.status is not PlotStatus.CLOSED)
        if plots:
            survey = site.latest_survey()
            extent = survey.extent if survey else None
            if extent is None and site.approvals:
                extent = shapely.union_all([a.extent for a in site.approvals])
            yield Ground(Scope("cemetery", site.subject), site.name, site.subject, plots, extent)
    yield from scattered(gazetteer)


def scattered(gazetteer: Gazetteer) -> Iterator[Ground]:
    """The graves that stand by themselves, by the narrowest area they are known to lie in."""
    areas: dict[Scope, list[Plot]] = defaultdict(list)
    for grave in gazetteer.graves:
        areas[_area(grave)].append(grave)
    for scope, graves in sorted(areas.items(), key=lambda a: a[0]):
        where = next((g.located_in for g in graves if g.located_in), "位置待核处")
        yield Ground(scope, f"{where}的散坟", None, tuple(graves))


def _area(grave: Plot) -> Scope:
    known = grave.scopes or {}
    for kind in ("village", "town", "stat_county", "batch"):
        if kind in known:
            return Scope(kind, known[kind])
    return Scope("plot", grave.subject)


def act_of(plot: Plot, on: date) -> date:
    """The day by whose law a plot is judged; one whose age nobody knows by that of today."""
    return plot.made_on or on


def by_era(plots: Sequence[Plot], on: date) -> dict[str, list[Plot]]:
    """Plots by the regulation they fall under."""
    found: dict[str, list[Plot]] = defaultdict(list)
    for plot in plots:
        found[era(act_of(plot, on))].append(plot)
    return dict(sorted(found.items()))


def hit(
    ground: Ground, key: str, outcome: str, plots: Sequence[Plot], on: date, **facts: Any
) -> Hit:
    """One hit that speaks of several plots of a ground, each of them a pair of its own."""
    days = [act_of(p, on) for p in plots]
    members = tuple(p.subject for p in plots)
    anchor = ground.subject
    return Hit(
        scope=ground.scope,
        key=key,
        subjects=members if anchor is None else (anchor, *members),
        pairs=tuple((anchor or m, m) for m in members),
        outcome=outcome,
        where=spots(plots) or ground.extent,
        acts=(min(days), max(days)),
        facts={
            "name": ground.name,
            "count": len(plots),
            "listed": listed([p.called for p in plots]),
            "plots": [p.called for p in plots[:KEPT]],
            "rank": len(plots),
            **facts,
        },
    )


def listed(words: Sequence[str]) -> str:
    """The first few in words, and how many there are in all."""
    shown = "、".join(words[:SHOWN])
    return shown + (f"等 {len(words)} 处" if len(words) > SHOWN else "")


def spots(plots: Sequence[Plot]) -> BaseGeometry | None:
    """Where plots with a known position lie."""
    points = [p.extent.centroid for p in plots if p.extent is not None]
    return shapely.MultiPoint(points) if points else None
