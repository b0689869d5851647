"""Plots or steles are larger than the limits allow (墓位超标).

Why: the size of plots is limited, so that land is saved and nobody's grave outdoes another's.
Fix: check the size on the spot; then rebuild the plot smaller, or let it stay until its term ends
if it was there before the limit.
Not a finding: plots of unknown size; kinds without a limit (niches, trees, lawns); plots within the
limits in force on the day they were made; outlines that exceed a limit by less than their error.

Limits are dated data (``data/cemeteries/plot_limits.toml``), each with law, source and confidence.
Where two of them disagree (two ashes: 1.2 m² in the province, 1.0 m² in the country) a plot between
the two is told apart from one beyond both. A plot of unknown age is judged by the law of today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from geo_registry.domain.cemetery import CemeteryType
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.plot import (
    MEASURES,
    PLOT_KIND_TITLES,
    Plot,
    PlotKind,
    PlotLimit,
    exceeded,
)
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import NATIONAL_SIZES, REVISED_2026, SHANDONG_SIZES, burial
from geo_registry.rules.example_cemeteries import sites
from geo_registry.rules.example_graves import REVISED, grave, graves, ground, made
from geo_registry.rules.graves import Ground, act_of, by_era, grounds, hit

_Over = tuple[Plot, tuple[PlotLimit, ...]]


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield, for each cemetery, the plots beyond a limit: one hit a kind, measure and era."""
    limits = gazetteer.reference.plot_limits
    for ground_ in grounds(gazetteer):
        for era, plots in by_era(ground_.plots, gazetteer.on).items():
            groups: dict[tuple[str, PlotKind, str], list[_Over]] = defaultdict(list)
            for plot in plots:
                for measure in MEASURES:
                    over = exceeded(plot, measure, limits, act_of(plot, gazetteer.on))
                    if over:
                        groups[measure, plot.kind, _outcome(over)].append((plot, over))
            for (measure, kind, outcome), found in groups.items():
                yield _hit(gazetteer, ground_, (measure, kind, outcome, era), found)


def _outcome(over: tuple[PlotLimit, ...]) -> str:
    """``over`` where the limit that holds here is exceeded, else ``disputed``."""
    return "over" if any(limit.weight == "error" for limit in over) else "disputed"


def _hit(
    gazetteer: Gazetteer,
    ground_: Ground,
    what: tuple[str, PlotKind, str, str],
    found: list[_Over],
) -> Hit:
    measure, kind, outcome, era = what
    title, unit = MEASURES[measure]
    found = sorted(found, key=lambda f: -(f[0].size(measure) or 0.0))
    largest = found[0][0].size(measure) or 0.0
    every = {limit for _, over in found for limit in over}
    known = sorted(every, key=lambda x: (x.at_most, x.law))
    return hit(
        ground_,
        f"{measure}:{kind}:{outcome}:{era}",
        outcome,
        [plot for plot, _ in found],
        gazetteer.on,
        kind=PLOT_KIND_TITLES[kind],
        measure=title,
        unit=unit,
        largest=largest,
        limits="、".join(limit.words for limit in known),
        sources=[f"{limit.words}：{limit.source}" for limit in known],
        sizes={p.called: round(p.size(measure) or 0.0, 2) for p, _ in found[:50]},
    )


RULE = Rule(
    id="cm.plot.oversize",
    version=1,
    title="墓位面积或墓碑高度超过限值",
    check=check,
    guidance=Guidance(
        why="墓位面积和墓碑高度有上限，以节约土地、避免攀比。",
        fix="实地核对尺寸；确属超标的，按规定整改，限值出台前已有的，可待期满时处理。",
        exempt="尺寸不详的；格位、树葬、草坪葬等没有限值的；建造时符合当时限值的；"
        "由图形量得、超出部分在误差之内的。",
    ),
    judgements={
        "over": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{name}有 {count} 个{kind}{measure}超过限值（{limits}），最大 {largest:.2f} {unit}："
            "{listed}。请实地核对尺寸。",
        ),
        "disputed": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}有 {count} 个{kind}{measure}超过{limits}，但未超过本省限值，最大 {largest:.2f} "
            "{unit}：{listed}。两处规定不一致，请按本局口径处理。",
        ),
    },
    basis=(
        burial("第十一条", "墓穴占地面积和使用年限由省级人民政府规定"),
        burial("第十九条", "超标准的处理"),
        SHANDONG_SIZES,
        NATIONAL_SIZES,
        REVISED_2026,
    ),
    fires_on=(
        Example("单人骨灰墓 0.9 m²", sites(ground(made(area_m2=0.9))), "over"),
        Example("双人骨灰墓 1.3 m²", sites(ground(made(PlotKind.ASH_DOUBLE, area_m2=1.3))), "over"),
        Example(
            "双人骨灰墓 1.1 m²：超过全国口径，未超过本省限值",
            sites(ground(made(PlotKind.ASH_DOUBLE, area_m2=1.1))),
            "disputed",
        ),
        Example("墓碑高 1.2 m", sites(ground(made(stele_height_m=1.2))), "over"),
        Example(
            "2026-03-30 以后建造，条款待核",
            sites(ground(made(area_m2=0.9, made_on=REVISED)), on=REVISED),
            "over",
        ),
        Example("散坟 6 m²", graves(grave(0, 0, area_m2=6.0)), "over"),
    ),
    silent_on=(
        Example(
            "单人骨灰墓 0.8 m²，碑高 0.8 m", sites(ground(made(area_m2=0.8, stele_height_m=0.8)))
        ),
        Example("尺寸不详", sites(ground(made()))),
        Example("树葬 2 m²，没有限值", sites(ground(made(PlotKind.TREE, area_m2=2.0)))),
        Example(
            "经营性公墓的双人骨灰墓 1 m²",
            sites(ground(made(PlotKind.ASH_DOUBLE, area_m2=1.0), type_=CemeteryType.COMMERCIAL)),
        ),
    ),
    doc=__doc__,
)
