"""A cemetery has no approval in force (无批准文件).

Why: no burial facility may be built or run without approval.
Fix: find and register the approval document; otherwise open a case.
Not a finding: a cemetery whose approval was replaced by one that is in force; one that is approved
today, but was not yet when it was last measured (先建后批: another rule).

Which day each rule asks about. This one asks about today: the facility stands, so it needs an
approval now, whenever it was measured. ``cm.bound.exceeds_approved`` asks about the day of the
survey, ``cm.bound.built_before_approval`` about the days of all surveys, oldest first;
``cm.bound.approval_overlap``, ``cm.bound.stated_area`` and ``cm.zone.*`` about today.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.claims import grants_on
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Scope
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, burial
from geo_registry.rules.example_cemeteries import ON, approved, cemetery, sites, surveyed


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield cemeteries without land approved on the day of the gazetteer."""
    for site in gazetteer.cemeteries:
        if grants_on(site.approvals, gazetteer.on):
            continue
        survey = site.latest_survey()
        extent = survey.extent if survey else None
        area = gazetteer.plane.ellipsoidal_area_m2(extent) if extent else 0.0
        first_seen = min((s.surveyed_on for s in site.surveys), default=gazetteer.on)
        yield Hit(
            scope=Scope("cemetery", site.subject),
            key="approval",
            subjects=(site.subject,),
            outcome="not_in_force" if site.approvals else "never",
            where=extent,
            # The facility has stood there since it was first seen, and still does.
            acts=(first_seen, max(first_seen, gazetteer.on)),
            facts={
                "name": site.name,
                "day": f"{gazetteer.on:%Y-%m-%d}",
                "area_m2": area,
                "measured": f"（实测约 {area:,.0f} m²）" if extent else "",
                "rank": round(area),
            },
        )


_SITE = """
    ....
    .##.
    .##."""

RULE = Rule(
    id="cm.bound.no_approval",
    version=2,
    title="公墓没有批准文件",
    check=check,
    guidance=Guidance(
        why="未经批准不得兴建殡葬设施；没有文件，就无法判断是否超出范围。",
        fix="补录批准文件；确无批准的，转为线索核查。",
        exempt="已有有效批准、只是还没有测量的不算。",
    ),
    judgements={
        "never": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}{measured}没有登记任何批准文件。请补录批准文件；确无批准的，转为线索核查。",
        ),
        "not_in_force": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}{measured}目前没有有效的批准文件：截至 {day}，已登记的文件尚未生效或已经失效。"
            "请补录续批文件；确无批准的，转为线索核查。",
        ),
    },
    basis=(
        burial("第八条", "审批权限"),
        burial("第九条第一款", "未经批准不得兴建殡葬设施"),
        burial("第十八条", "擅自兴建的处理"),
        REVISED_2026,
    ),
    fires_on=(
        Example("已测量，从未批准", sites(cemetery(surveyed(_SITE))), "never"),
        Example(
            "测量之前批准已失效",
            sites(cemetery(approved(_SITE, until=ON.replace(year=2020)), surveyed(_SITE))),
            "not_in_force",
        ),
        Example(
            "测量时批准有效，此后失效",
            sites(cemetery(approved(_SITE, until=ON), surveyed(_SITE))),
            "not_in_force",
        ),
    ),
    silent_on=(
        Example("已批准、已测量", sites(cemetery(approved(_SITE), surveyed(_SITE)))),
        Example("已批准，尚未测量", sites(cemetery(approved(_SITE)))),
        Example(
            "测量在前，此后已获批准（先建后批由另一条规则提示）",
            sites(cemetery(approved(_SITE, since=ON), surveyed(_SITE))),
        ),
    ),
    doc=__doc__,
)
