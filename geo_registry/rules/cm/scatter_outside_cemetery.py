"""Graves stand outside of every approved cemetery (散埋乱葬).

Why: the dead are buried in cemeteries; graves elsewhere take farmland, forest and sight.
Fix: find out whose they are; move them into a cemetery or an ash store at the family's pace. A
task for the village, no accusation.
Not a finding: graves inside land approved for burial on the day of the gazetteer, or nearer to it
than the errors of both positions allow to tell; graves kept by law (martyrs, heritage, overseas
Chinese); plots of a cemetery that never had an approval (another rule speaks of it).

Nearer than the errors allow: within three standard errors of the difference, √(σ² of the grave +
σ² of the approval).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_registry.domain.cemetery import METHODS, Cemetery, in_force
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.plot import Plot
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, burial
from geo_registry.rules.example_cemeteries import ON, approved, sites
from geo_registry.rules.example_graves import REVISED, grave, graves, ground
from geo_registry.rules.graves import by_era, grounds, hit

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

K = 3.0
UNKNOWN_SIGMA_M = METHODS["phone"].accuracy.sigma_m
"""A position of which nobody knows how it was taken counts as one of a phone."""


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield graves outside of approved land: of each area, and of each approved cemetery."""
    lands = {c.subject: _lands(c, gazetteer.on) for c in gazetteer.cemeteries}
    all_lands = [land for found in lands.values() for land in found]
    for ground_ in grounds(gazetteer):
        if ground_.subject is not None and not lands[ground_.subject]:
            continue
        asked = [p for p in ground_.plots if p.extent is not None and not p.protected]
        if not asked:
            continue
        outside = _outside(asked, all_lands)
        outcome = "scattered" if ground_.subject is None else "beyond"
        for era, plots in by_era(outside, gazetteer.on).items():
            yield hit(ground_, f"{outcome}:{era}", outcome, plots, gazetteer.on)


def _lands(site: Cemetery, on: date) -> list[tuple[BaseGeometry, float]]:
    """The land of each approval in force, less what is taken back, with its standard error."""
    current = in_force(site.approvals, on)
    taken = shapely.union_all([a.extent for a in current if a.effect == "reduces"])
    return [
        (a.extent.difference(taken), a.accuracy.sigma_m) for a in current if a.effect != "reduces"
    ]


def _outside(plots: Sequence[Plot], lands: Sequence[tuple[BaseGeometry, float]]) -> list[Plot]:
    """The graves that lie on no land, and farther from each than the errors of both explain."""
    centres = shapely.centroid(np.array([p.extent for p in plots], dtype=object))
    sigma = np.array([p.sigma_m or UNKNOWN_SIGMA_M for p in plots])
    outside = np.ones(len(plots), dtype=bool)
    for land, error in lands:
        outside &= shapely.distance(centres, land) > K * np.hypot(sigma, error)
    return [p for p, out in zip(plots, outside, strict=True) if out]


_SITE = """
    ......
    .####.
    .####.
    ......"""

RULE = Rule(
    id="cm.scatter.outside_cemetery",
    version=1,
    title="公墓以外的散坟",
    check=check,
    guidance=Guidance(
        why="遗体、骨灰应安葬在依法设立的公墓、骨灰堂；散埋的坟占用耕地、林地。",
        fix="查清坟主，动员迁入公墓或骨灰堂；已登记为某处公墓的墓位落在批准范围以外的，先核对坐标和批准附图。",
        exempt="在已批准的公墓范围内，或距范围不超过位置误差的；依法保留的墓（烈士、文物、华侨祖墓等）。",
    ),
    judgements={
        "scattered": Judgement(
            SeverityPair(Severity.ERROR, Severity.TASK),
            "{name}有 {count} 座在公墓批准范围以外：{listed}。请逐座核对，动员迁入公墓或骨灰堂。",
        ),
        "beyond": Judgement(
            SeverityPair(Severity.ERROR, Severity.TASK),
            "{name}有 {count} 个登记的墓位落在批准范围以外，超过位置误差：{listed}。"
            "请核对坐标和批准附图。",
        ),
    },
    basis=(
        burial("第十条", "禁止建造坟墓的地区"),
        burial("第十五条", "遗体、骨灰的安葬地点"),
        burial("第二十条", "在公墓以外埋葬遗体、建造坟墓的处理"),
        REVISED_2026,
    ),
    parameters={"k": K, "unknown_sigma_m": UNKNOWN_SIGMA_M},
    fires_on=(
        Example("村外一座坟，附近没有公墓", graves(grave(300, 0)), "scattered"),
        Example(
            "距批准范围 40 米",
            graves(grave(90, 15), cemeteries=(ground(approved(_SITE)),)),
            "scattered",
        ),
        Example(
            "2026-03-30 以后的坟，条款待核",
            graves(grave(300, 0, made_on=REVISED), on=REVISED),
            "scattered",
        ),
        Example(
            "登记为公墓墓位，却在范围外 40 米",
            sites(ground(approved(_SITE), grave(90, 15, section="A区"))),
            "beyond",
        ),
    ),
    silent_on=(
        Example("在批准范围内", graves(grave(30, 15), cemeteries=(ground(approved(_SITE)),))),
        Example(
            "距范围 5 米，手机定位误差 3 米",
            graves(grave(55, 15), cemeteries=(ground(approved(_SITE)),)),
        ),
        Example("依法保留的墓", graves(grave(300, 0, protected=True))),
        Example(
            "公墓从未批准（由另一条规则提示）",
            sites(ground(grave(90, 15, section="A区"))),
        ),
        Example(
            "批准已失效的公墓（由另一条规则提示）",
            sites(ground(approved(_SITE, until=ON), grave(90, 15, section="A区"))),
        ),
    ),
    doc=__doc__,
)
