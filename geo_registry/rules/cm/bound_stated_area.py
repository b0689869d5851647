"""The area stated in an approval is not the area of its polygon (批准面积与图形不符).

Why: the polygon decides what lies outside; if it is not the one that was approved (wrong drawing,
wrong unit, a part left out), every verdict on this cemetery is wrong.
Fix: check the drawing and the number against the document, and correct the one that is wrong.
Not a finding: a difference within the error of the polygon's area and a rounding of 0.1 %; an
approval without a stated area; an approval that is not in force on the day of the scan.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from geo_registry.domain.area_error import Outline, own_gradient, variance
from geo_registry.domain.boundary_tests import DEFAULT
from geo_registry.domain.cemetery import Approval, in_force
from geo_registry.domain.crs import M2_PER_MU, WorkPlane
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Scope
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_cemeteries import approved, cemetery, sites
from geo_registry.rules.law import local

ROUNDING = 0.001
"""Documents round: 0.1 % of the stated area is no difference."""
_UNITS = {"亩": M2_PER_MU, "公顷": 10_000.0}
_LIKE = 0.02
"""A number this close to another unit's is taken for that unit."""


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield approvals in force whose stated area and polygon disagree beyond the error of both.

    Documents quote plane areas or geodesic ones; the nearer of the two is compared.
    """
    for site in gazetteer.cemeteries:
        for approval in in_force(site.approvals, gazetteer.on):
            stated = approval.stated_area_m2
            if stated is None or stated <= 0.0:
                continue
            drawn = _nearer(stated, approval, gazetteer.plane)
            error = _standard_error_m2(approval)
            difference = drawn - stated
            if abs(difference) <= 2.0 * error + ROUNDING * stated:
                continue
            unit = _unit(stated, drawn)
            yield Hit(
                scope=Scope("cemetery", site.subject),
                key=f"approval:{approval.id}",
                subjects=(site.subject,),
                outcome="unit" if unit else "default",
                where=approval.extent,
                facts={
                    "name": site.name,
                    "document": approval.document or "未登记文号的批准文件",
                    "stated_m2": stated,
                    "drawn_m2": drawn,
                    "difference_m2": abs(difference),
                    "more": "大" if difference > 0.0 else "小",
                    "share": abs(difference) / stated,
                    "standard_error_m2": error,
                    "unit": unit,
                    "rank": round(abs(difference)),
                },
            )


def _nearer(stated: float, approval: Approval, plane: WorkPlane) -> float:
    areas = (float(approval.extent.area), plane.ellipsoidal_area_m2(approval.extent))
    return min(areas, key=lambda area: abs(area - stated))


def _standard_error_m2(approval: Approval) -> float:
    outline = Outline.of(approval.extent)
    form = own_gradient(outline)
    return math.sqrt(variance(outline, form, approval.accuracy, DEFAULT.correlation_m))


def _unit(stated: float, drawn: float) -> str:
    """The unit in which the stated number would be right, if it is not square metres."""
    for unit, square_metres in _UNITS.items():
        if abs(stated * square_metres / drawn - 1.0) <= _LIKE:
            return unit
    return ""


_SITE = """
    ..........
    ..######..
    ..######..
    .........."""

RULE = Rule(
    id="cm.bound.stated_area",
    version=1,
    title="批准面积与登记图形不符",
    check=check,
    guidance=Guidance(
        why="超出与否以登记图形为准；图形与批准面积对不上，说明附图、单位或登记有误，据此作出的判断也不可靠。",
        fix="对照批准文件核对附图和面积，更正有误的一项。",
        exempt="差异在图形面积的误差和 0.1% 的取整之内；没有写明面积的批准；目前无效的批准。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}：{document}写明的面积是 {stated_m2:,.1f} m²，登记图形为 {drawn_m2:,.1f} m²，"
            "图形{more}了 {difference_m2:,.1f} m²（{share:.1%}），超过测量误差。"
            "请核对附图和面积，更正有误的一项。",
        ),
        "unit": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}：{document}登记的面积 {stated_m2:g} 应为{unit}数，不是平方米"
            "（登记图形为 {drawn_m2:,.1f} m²）。请更正单位。",
        ),
    },
    basis=(local("登记资料应当一致：批准面积与批准范围图形相符"),),
    fires_on=(
        Example(
            "文件写 1300 m²，图形为 1200 m²", sites(cemetery(approved(_SITE, stated_area_m2=1300)))
        ),
        Example(
            "1.8 亩误记为 1.8 m²", sites(cemetery(approved(_SITE, stated_area_m2=1.8))), "unit"
        ),
    ),
    silent_on=(
        Example("面积经过取整", sites(cemetery(approved(_SITE, stated_area_m2=1201)))),
        Example("文件没有写明面积", sites(cemetery(approved(_SITE)))),
        Example(
            "差异在 1:2000 图的误差之内",
            sites(cemetery(approved(_SITE, stated_area_m2=1300, method="map_2000"))),
        ),
    ),
    doc=__doc__,
)
