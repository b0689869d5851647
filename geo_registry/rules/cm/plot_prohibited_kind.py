"""Clan, family or living-person graves (宗族墓地、家族墓、活人墓).

Why: clan cemeteries and graves of families or of the living take land from all for the few.
Fix: check on the spot; take back what is empty, do not enlarge what is there.
Not a finding: a double plot in which one of a couple lies and the other lives; graves kept by law
(martyrs, heritage, overseas Chinese); in cemeteries, graves of one surname, since a village may
have no other.

Graves are known to be of such a kind where the ledger says so. Of graves outside of cemeteries a
group of one surname that stands close together is shown as a hint: five or more, each within 15 m
of the next. Both figures are proposals, no law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.plot import Plot, PlotKind
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, burial, cemetery_measures
from geo_registry.rules.example_cemeteries import sites
from geo_registry.rules.example_graves import REVISED, grave, graves, ground, made
from geo_registry.rules.graves import by_era, grounds, hit, scattered

CLAN_GRAVES = 5
CLAN_APART_M = 15.0
_KINDS = ("clan", "family", "living")


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield the graves of a forbidden kind in each cemetery, and likely clan grounds outside."""
    for ground_ in grounds(gazetteer):
        asked = [p for p in ground_.plots if not p.protected]
        for kind in _KINDS:
            marked = [p for p in asked if getattr(p, kind)]
            for era, plots in by_era(marked, gazetteer.on).items():
                yield hit(ground_, f"{kind}:{era}", kind, plots, gazetteer.on)
    for ground_ in scattered(gazetteer):
        asked = [p for p in ground_.plots if not (p.protected or p.clan)]
        for surname in sorted({p.surname for p in asked} - {""}):
            of_one = [p for p in asked if p.surname == surname and p.extent is not None]
            for near in _together(of_one):
                first = min(p.subject for p in near)
                yield hit(
                    ground_, f"surname:{first}", "one_surname", near, gazetteer.on,
                    apart_m=CLAN_APART_M,
                )  # fmt: skip


def _together(plots: Sequence[Plot]) -> list[list[Plot]]:
    """Groups of enough graves, each within reach of another one of its group."""
    if len(plots) < CLAN_GRAVES:
        return []
    points = np.array([p.extent for p in plots], dtype=object)
    tree = shapely.STRtree(points)
    a, b = tree.query(points, predicate="dwithin", distance=CLAN_APART_M)
    group = np.arange(len(plots))
    while True:  # every grave takes the lowest number it can reach
        lower = group.copy()
        np.minimum.at(lower, a, group[b])
        if (lower == group).all():
            break
        group = lower
    found = [[p for p, g in zip(plots, group, strict=True) if g == n] for n in np.unique(group)]
    return [near for near in found if len(near) >= CLAN_GRAVES]


_WANG = tuple(grave(10.0 * n, 0, number=n + 1, surname="王") for n in range(5))

RULE = Rule(
    id="cm.plot.prohibited_kind",
    version=1,
    title="宗族墓地、家族墓、活人墓",
    check=check,
    guidance=Guidance(
        why="禁止建立或者恢复宗族墓地；不得建家族、宗族墓和活人坟。",
        fix="实地核对；空置的依规收回，已安葬的不再扩大。",
        exempt="夫妻合葬、一方健在的双人墓；依法保留的墓（烈士、文物、华侨祖墓等）；公墓内同姓相邻不算。",
    ),
    judgements={
        "clan": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{name}登记有 {count} 处宗族墓：{listed}。请实地核对，不得扩大。",
        ),
        "family": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{name}登记有 {count} 处家族墓：{listed}。请实地核对，不得扩大。",
        ),
        "living": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{name}登记有 {count} 处活人墓：{listed}。"
            "请核对是否为健在配偶预留的合葬墓；不是的，依规处理。",
        ),
        "one_surname": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "{name}中有 {count} 座同姓的坟彼此相距不到 {apart_m:.0f} 米：{listed}。"
            "请核对是否为宗族墓地。",
        ),
    },
    basis=(
        burial("第九条第三款", "禁止建立或者恢复宗族墓地"),
        cemetery_measures("家族、宗族、活人坟的规定", "不得建家族、宗族、活人坟；条号待核"),
        REVISED_2026,
    ),
    parameters={"clan_graves": CLAN_GRAVES, "clan_apart_m": CLAN_APART_M},
    fires_on=(
        Example("台账注明宗族墓", sites(ground(made(clan=True))), "clan"),
        Example("台账注明家族墓", sites(ground(made(family=True))), "family"),
        Example("台账注明活人墓", sites(ground(made(living=True))), "living"),
        Example(
            "2026-03-30 以后，条款待核",
            sites(ground(made(living=True, made_on=REVISED)), on=REVISED),
            "living",
        ),
        Example("公墓外五座同姓的坟连成一片", graves(*_WANG), "one_surname"),
    ),
    silent_on=(
        Example("普通墓位", sites(ground(made()))),
        Example("夫妻合葬墓", sites(ground(made(PlotKind.ASH_DOUBLE)))),
        Example("依法保留的墓", sites(ground(made(family=True, protected=True)))),
        Example("公墓外四座同姓的坟", graves(*_WANG[:4])),
        Example(
            "五座同姓的坟相距较远",
            graves(*(grave(40.0 * n, 0, number=n + 1, surname="王") for n in range(5))),
        ),
    ),
    doc=__doc__,
)
