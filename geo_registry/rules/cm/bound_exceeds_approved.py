"""A cemetery was measured beyond its approved extent (超出批准范围).

Why: burial land is granted by approval, and enlarging a cemetery needs an approval of its own.
Fix: measure on the spot with survey grade; then open a case, restore the land, or obtain an
approval for it. Whether the law was broken is for a person to decide and sign.
Not a finding: a difference that the errors of both boundaries explain; land covered by an approval
in force on the day of the survey. A strip on land that people looked at and dismissed rests on that
case (``domain.suppression``), so that its waiver silences it and nothing else of the site.
A phone walk or an image after a survey of grade A does not weaken what that one measured, unless it
would have seen the change (``domain.standing``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from geo_registry.domain.cemetery import METHODS, Cemetery, in_force
from geo_registry.domain.claims import Assessed, Strip, follow
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Pair, Scope
from geo_registry.domain.partition import neighbours_of, partition
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.standing import Standing, standing
from geo_registry.domain.suppression import dismissed_as
from geo_registry.rules.cemetery_law import REVISED_2026, burial
from geo_registry.rules.example_cemeteries import SURVEYED_ON, approved, cemetery, sites, surveyed


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield the land that each cemetery is measured to hold outside its approvals.

    The latest survey decides, unless it is too coarse to change what a better one measured (see
    ``domain.standing``). One hit for each side of the site. Its key is the strip's persistent name,
    so measuring the same strip again is the same finding (see ``domain.claims``).
    """
    for site in gazetteer.cemeteries:
        history = follow(site, gazetteer.plane)
        # A survey of a day without approval is left out of the history: another rule speaks then.
        if not history or history[-1].survey != site.latest_survey():
            continue
        for each in standing(history, site.approvals, gazetteer.plane):
            strip = each.strip
            yield Hit(
                scope=Scope("cemetery", site.subject),
                key=strip.key,
                subjects=(site.subject,),
                outcome=str(strip.level) if strip.side else "larger",
                where=strip.extent,
                acts=_acts(site, strip),
                facts=_facts(gazetteer, site, each),
                pairs=_pairs(site, each.assessed, strip),
            )


def _pairs(site: Cemetery, assessed: Assessed, strip: Strip) -> tuple[Pair, ...] | None:
    if not site.dismissed or not strip.side:
        return None
    approvals = in_force(site.approvals, assessed.survey.surveyed_on)
    case = dismissed_as(strip.extent, strip.level, site.dismissed, assessed.survey, approvals)
    return None if case is None else ((site.subject, case),)


def _acts(site: Cemetery, strip: Strip) -> tuple[date, date]:
    """The days between which the land was taken: after it was last seen clean, or was approved."""
    approved_on = min((a.valid_from for a in site.approvals if a.valid_from), default=None)
    first = strip.unseen_on or approved_on or strip.seen_on
    return min(first, strip.seen_on), strip.seen_on


def _facts(gazetteer: Gazetteer, site: Cemetery, found: Standing) -> dict[str, Any]:
    assessed, strip = found.assessed, found.strip
    verdict, survey = assessed.verdict, assessed.survey
    area = gazetteer.plane.ellipsoidal_area_m2
    alone = len(assessed.strips) == 1
    area_m2 = verdict.area_m2 if alone else area(strip.extent)
    at_least_m2 = verdict.at_least_m2 if alone else area(verdict.certain.intersection(strip.extent))
    others = neighbours_of(site, gazetteer.cemeteries, survey.surveyed_on)
    shares = partition(strip.extent, others).neighbours if strip.side else ()
    names = {c.subject: c.name for c in gazetteer.cemeteries}
    return {
        "name": site.name,
        "side": strip.side,
        "area_m2": area_m2,
        "at_least_m2": at_least_m2,
        "share": area_m2 / verdict.approved_area_m2,
        "standard_error_m2": verdict.standard_error_m2,
        "p_bound": verdict.p_bound,
        "max_depth_m": verdict.max_depth_m,
        "detection_limit_m": verdict.detection_limit_m,
        "approved_area_m2": verdict.approved_area_m2,
        "surveyed_area_m2": verdict.surveyed_area_m2,
        "surveyed_on": survey.surveyed_on.isoformat(),
        "method": _method(survey.method),
        "sigma_m": survey.accuracy.sigma_m,
        "grade": verdict.grade,
        "reasons": list(verdict.reasons),
        "advice": "；".join(verdict.reasons) or "请用更高精度的方法复测",
        "neighbours": {s.subject: round(area(s.extent), 1) for s in shares},
        "remark": "".join(
            f"其中约 {area(s.extent):,.0f} m² 位于{names[s.subject]}的批准范围内。" for s in shares
        )
        + found.remark,
        "first_seen": strip.seen_on.isoformat(),
        "rank": round(area_m2),
    }


def _method(key: str) -> str:
    return METHODS[key].title if key in METHODS else key


_APPROVED = """
    ..........
    ..######..
    ..######..
    ..######..
    .........."""
_EAST = """
    ..........
    ..#######.
    ..#######.
    ..#######.
    .........."""
_LATER = SURVEYED_ON.replace(month=10)
_FAR = "\n".join(["." * 12, *["." + "#" * 6 + "." * 5] * 6, "." * 12])
_FAR_EAST = "\n".join(["." * 12, *["." + "#" * 9 + "." * 2] * 6, "." * 12])
_INNER = "\n".join(["." * 22, *["." + "#" * 20 + "."] * 20, "." * 22])
_OUTER = "\n".join(["#" * 22] * 22)

RULE = Rule(
    id="cm.bound.exceeds_approved",
    version=2,
    title="公墓超出批准范围",
    check=check,
    guidance=Guidance(
        why="墓地凭批准使用，批准范围以外的土地没有批准过。",
        fix="请实地测量核实；属实的，恢复土地，或依法补办批准。",
        exempt="薄于测量误差的差异不算；影像和手机步测只能作为线索。",
    ),
    judgements={
        "suspected": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}{side}疑似超出批准范围约 {area_m2:,.0f} m²（95% 把握至少 {at_least_m2:,.0f} m²，"
            "约占批准面积的 {share:.1%}）。"
            "测量方式：{method}（±{sigma_m:g} m）；{advice}。{remark}",
        ),
        "confirmed": Judgement(
            SeverityPair(Severity.ERROR, Severity.ERROR),
            "{name}{side}经测量确认超出批准范围约 {area_m2:,.0f} m²"
            "（95% 把握至少 {at_least_m2:,.0f} m²，约占批准面积的 {share:.1%}），"
            "最深 {max_depth_m:.1f} m。是否违法由主管部门认定。{remark}",
        ),
        "larger": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}疑似超出批准范围：实测面积比批准面积大约 {area_m2:,.0f} m²"
            "（95% 把握至少 {at_least_m2:,.0f} m²），但不能确定在哪一侧。"
            "依据是{method}（±{sigma_m:g} m），请实地测量。{remark}",
        ),
    },
    basis=(
        # Expansion in particular needs approval by the provincial rules, of which only an excerpt
        # was read: noted, but it must not weaken what the national articles carry by themselves.
        burial(
            "第九条第一款",
            "未经批准不得兴建殡葬设施；山东省殡葬管理规定第四条另要求扩建公墓须经审批（据摘录）",
        ),
        burial("第十八条", "擅自兴建的处理"),
        REVISED_2026,
    ),
    fires_on=(
        Example(
            "向外 10 米，RTK 测量",
            sites(cemetery(approved(_APPROVED), surveyed(_EAST))),
            "confirmed",
        ),
        Example(
            "向外 10 米，卫星影像",
            sites(cemetery(approved(_APPROVED), surveyed(_EAST, method="satellite"))),
            "suspected",
        ),
        Example(
            "向外 10 米，RTK 测量；之后手机步测也看到，精度不足以改变结论",
            sites(
                cemetery(
                    approved(_APPROVED),
                    surveyed(_EAST),
                    surveyed(_EAST, number=2, method="phone", day=_LATER),
                )
            ),
            "confirmed",
        ),
        Example(
            "四周都变大，影像可能整体偏移",
            sites(
                cemetery(
                    approved(_INNER, cell_m=1.0),
                    surveyed(_OUTER, method="drone_uncontrolled", cell_m=1.0),
                )
            ),
            "larger",
        ),
    ),
    silent_on=(
        Example(
            "与批准范围一致",
            sites(cemetery(approved(_APPROVED), surveyed(_APPROVED))),
        ),
        Example(
            "向外 10 米，林下手机步测：在测量误差范围内",
            sites(cemetery(approved(_APPROVED), surveyed(_EAST, method="phone_trees"))),
        ),
        Example(
            "超出部分在测量前已获批准",
            sites(cemetery(approved(_APPROVED), approved(_EAST, number=2), surveyed(_EAST))),
        ),
        Example(
            "RTK 测得向外 30 米，之后的卫星影像足以看出已经退回",
            sites(
                cemetery(
                    approved(_FAR),
                    surveyed(_FAR_EAST),
                    surveyed(_FAR, number=2, method="satellite", day=_LATER),
                )
            ),
        ),
        Example("从未批准：由另一条规则提示", sites(cemetery(surveyed(_EAST)))),
    ),
    doc=__doc__,
)
