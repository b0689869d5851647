"""A village cemetery is used beyond its purpose (农村公益性墓地对外使用).

Why: a village cemetery is there for the people of its village; it may neither take in others nor
trade in plots.
Fix: check the household registration and on what terms the plot was given; stop giving plots to
outsiders. Those who lie there are left in peace unless the authority decides otherwise.
Not a finding: a dead whose registration is not known, or known to the town only; one whom the
village took in as its own; villages that the cemetery serves as well; other kinds of cemetery.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.burial import Burial
from geo_registry.domain.cemetery import Cemetery, CemeteryType
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Scope
from geo_registry.domain.plot import GRANTED_TITLES
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, burial, cemetery_measures, era
from geo_registry.rules.example_cemeteries import sites
from geo_registry.rules.example_graves import (
    OTHER_VILLAGE,
    REVISED,
    VILLAGE,
    buried,
    ground,
    made,
)
from geo_registry.rules.graves import Ground, by_era, hit, listed

_TRADE = ("sold", "transferred")


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield village cemeteries with burials of outsiders, or with plots that were traded."""
    for site in gazetteer.cemeteries:
        if site.type is not CemeteryType.RURAL_PUBLIC:
            continue
        yield from _outsiders(site, gazetteer)
        traded = [p for p in site.plots if p.granted in _TRADE]
        survey = site.latest_survey()
        ground_ = Ground(
            Scope("cemetery", site.subject), site.name, site.subject, site.plots,
            survey.extent if survey else None,
        )  # fmt: skip
        for law, plots in by_era(traded, gazetteer.on).items():
            how = [GRANTED_TITLES[g] for g in _TRADE if any(p.granted == g for p in plots)]
            yield hit(ground_, f"trade:{law}", "trade", plots, gazetteer.on, how="、".join(how))


def _outsiders(site: Cemetery, gazetteer: Gazetteer) -> Iterator[Hit]:
    own = (site.scopes or {}).get("village")
    serves = site.serves or ((own,) if own else ())
    plots = {p.subject: p for p in site.plots}
    eras: dict[str, list[Burial]] = {}
    for one in site.burials:
        if one.of_village(serves) is False:
            eras.setdefault(era(one.buried_on or gazetteer.on), []).append(one)
    for law, burials in sorted(eras.items()):
        # A plot tells the inspector more than the number of a burial.
        members = tuple(dict.fromkeys(b.plot or b.subject for b in burials))
        called = [plots[m].called if m in plots else f"安葬记录 {m[7:]}" for m in members]
        days = [b.buried_on or gazetteer.on for b in burials]
        survey = site.latest_survey()
        yield Hit(
            scope=Scope("cemetery", site.subject),
            key=f"outsiders:{law}",
            subjects=(site.subject, *members),
            pairs=tuple((site.subject, m) for m in members),
            outcome="outsiders",
            where=survey.extent if survey else None,
            acts=(min(days), max(days)),
            facts={
                "name": site.name,
                "count": len(burials),
                "of": len(site.burials),
                "listed": listed(called),
                "plots": called[:200],
                "serves": list(serves),
                "rank": len(burials),
            },
        )


RULE = Rule(
    id="cm.bound.use_scope",
    version=1,
    title="农村公益性墓地对外使用",
    check=check,
    guidance=Guidance(
        why="农村公益性墓地不得对村民以外的其他人员提供墓穴用地，也不得对外经营。",
        fix="核对逝者户籍和墓位的取得方式；停止对外提供。已安葬的，由主管部门决定如何处理。",
        exempt="户籍不详，或只知道镇街的；村里按本村村民接纳的；公墓同时服务的其他村；其他类型的公墓。",
    ),
    judgements={
        "outsiders": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}安葬的 {of} 位逝者中，有 {count} 位的户籍不在所服务的村：{listed}。"
            "请核对户籍；确属对外提供的，应停止。",
        ),
        "trade": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}是农村公益性墓地，但有 {count} 个墓位登记为{how}：{listed}。"
            "请核对取得方式和收费性质。",
        ),
    },
    basis=(
        burial("第九条第二款", "农村的公益性墓地不得对村民以外的其他人员提供墓穴用地"),
        cemetery_measures("第十六条", "公益性墓地不得对外经营殡仪业务"),
        REVISED_2026,
    ),
    fires_on=(
        Example(
            "逝者户籍在另一村",
            sites(ground(made(), buried(OTHER_VILLAGE))),
            "outsiders",
        ),
        Example(
            "没有墓位记录的安葬",
            sites(ground(buried(OTHER_VILLAGE, plot=None))),
            "outsiders",
        ),
        Example(
            "2026-03-30 以后的安葬，条款待核",
            sites(ground(made(), buried(OTHER_VILLAGE, buried_on=REVISED)), on=REVISED),
            "outsiders",
        ),
        Example("墓位登记为出售", sites(ground(made(granted="sold"))), "trade"),
        Example("墓位转让", sites(ground(made(granted="transferred"))), "trade"),
    ),
    silent_on=(
        Example("本村村民", sites(ground(made(granted="assigned"), buried(VILLAGE)))),
        Example("户籍只知道所在镇", sites(ground(made(), buried(VILLAGE[:9])))),
        Example("户籍不详", sites(ground(made(), buried(None)))),
        Example(
            "村里按本村村民接纳", sites(ground(made(), buried(OTHER_VILLAGE, resident_of=VILLAGE)))
        ),
        Example(
            "同时服务两个村",
            sites(ground(made(), buried(OTHER_VILLAGE), serves=(VILLAGE, OTHER_VILLAGE))),
        ),
        Example(
            "经营性公墓",
            sites(
                ground(made(granted="sold"), buried(OTHER_VILLAGE), type_=CemeteryType.COMMERCIAL)
            ),
        ),
    ),
    doc=__doc__,
)
