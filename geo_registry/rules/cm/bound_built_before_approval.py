"""Land was in use before it was approved (先建后批).

Why: a burial facility, and any extension of one, needs its approval first; an approval given later
does not change what was done before it.
Fix: check the day of the survey and the approval document; whether the order matters is for a
person to decide and sign.
Not a finding: land that the survey shows outside by no more than its errors explain; a survey of
the day on which the approval began, or later; land that is still not approved (another rule).
The rule asks about the day of each survey, oldest first, and the first that shows the land counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import METHODS, Approval, Cemetery, Survey
from geo_registry.domain.claimed_land import opened
from geo_registry.domain.claims import follow, grants_on
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Scope
from geo_registry.domain.partition import approved_afterwards
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, burial
from geo_registry.rules.example_cemeteries import SURVEYED_ON, approved, cemetery, sites, surveyed


@dataclass(frozen=True, slots=True)
class _Used:
    """Land beyond what was approved on the day a survey saw it in use (plane)."""

    survey: Survey
    extent: BaseGeometry
    unseen_on: date | None


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield approvals of land that a survey had shown in use before they began."""
    for site in gazetteer.cemeteries:
        reported: set[int] = set()
        for used in _used(site, gazetteer):
            day = used.survey.surveyed_on
            for approval, covered in approved_afterwards(used.extent, site.approvals, day):
                sigma = max(used.survey.accuracy.sigma_m, approval.accuracy.sigma_m)
                land = opened(covered, sigma)
                if approval.id in reported or land.area < max(1.0, 5.0 * sigma**2):
                    continue
                reported.add(approval.id)
                yield _hit(gazetteer, site, used, approval, land)


def _used(site: Cemetery, gazetteer: Gazetteer) -> list[_Used]:
    """What each survey shows beyond the approvals of its day; all of it where there was none."""
    found = [
        _Used(a.survey, strip.extent, strip.unseen_on)
        for a in follow(site, gazetteer.plane)
        for strip in a.strips
        if strip.side
    ]
    found += [
        _Used(s, s.extent, None)
        for s in site.surveys
        if not grants_on(site.approvals, s.surveyed_on)
    ]
    return sorted(found, key=lambda u: (u.survey.surveyed_on, u.survey.recorded_order))


def _hit(
    gazetteer: Gazetteer, site: Cemetery, used: _Used, approval: Approval, land: BaseGeometry
) -> Hit:
    day, began = used.survey.surveyed_on, approval.valid_from or gazetteer.on
    method = METHODS.get(used.survey.method)
    return Hit(
        scope=Scope("cemetery", site.subject),
        key=f"approval:{approval.id}",
        subjects=(site.subject,),
        where=land,
        acts=(min(used.unseen_on or day, day), day),
        facts={
            "name": site.name,
            "area_m2": gazetteer.plane.ellipsoidal_area_m2(land),
            "day": f"{day:%Y-%m-%d}",
            "method": method.title if method else used.survey.method,
            "approved_on": f"{began:%Y-%m-%d}",
            "document": approval.document or "未登记文号的批准文件",
            "days": (began - day).days,
            "rank": round(land.area),
        },
    )


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

RULE = Rule(
    id="cm.bound.built_before_approval",
    version=1,
    title="公墓用地先建后批",
    check=check,
    guidance=Guidance(
        why="兴建、扩建殡葬设施都应当先批准；事后补批不改变批准之前的事实。",
        fix="核对测量日期和批准文件；先后顺序是否构成问题，由主管部门认定。",
        exempt="超出部分在测量误差之内；批准生效当日或之后的测量；至今仍未批准的土地（由另一条规则提示）。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}有约 {area_m2:,.0f} m² 土地在批准之前已经使用："
            "{day} 的测量（{method}）已见使用，"
            "而{document}自 {approved_on} 起生效，相差 {days} 天。请核对日期，由主管部门认定。",
        )
    },
    basis=(
        burial("第八条", "审批权限"),
        burial("第九条第一款", "未经批准不得兴建殡葬设施"),
        REVISED_2026,
    ),
    fires_on=(
        Example(
            "扩建部分在测量一个月后才批准",
            sites(
                cemetery(
                    approved(_APPROVED),
                    approved(_EAST, number=2, effect="adds", since=_LATER),
                    surveyed(_EAST),
                )
            ),
        ),
        Example(
            "整处公墓在测量之后才批准",
            sites(cemetery(approved(_APPROVED, since=_LATER), surveyed(_APPROVED))),
        ),
    ),
    silent_on=(
        Example(
            "先批准、后测量",
            sites(cemetery(approved(_APPROVED), approved(_EAST, number=2), surveyed(_EAST))),
        ),
        Example("从未批准（另一条规则）", sites(cemetery(surveyed(_EAST)))),
        Example(
            "与批准一致，日后再次批准",
            sites(
                cemetery(
                    approved(_APPROVED),
                    approved(_APPROVED, number=2, since=_LATER),
                    surveyed(_APPROVED),
                )
            ),
        ),
    ),
    doc=__doc__,
)
