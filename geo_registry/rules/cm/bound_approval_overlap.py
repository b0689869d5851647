"""Two cemeteries were granted the same land (批准范围重叠).

Why: land can be approved for one cemetery only; where two approvals overlap, one of the two
polygons, or one of the two documents, is wrong, and every verdict built on it with it.
Fix: compare both approval documents and their drawings; register the corrected boundary as a new
approval that supersedes the wrong one.
Not a finding: boundaries that touch, or overlap by no more than the errors of both explain;
approvals of one and the same cemetery; approvals that are not in force on the day of the scan.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Cemetery, footprint, in_force
from geo_registry.domain.claims import grants_on
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import Scope
from geo_registry.domain.intrusion import Intrusion, intrusion
from geo_registry.domain.partition import overlaps
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_cemeteries import approved, cemetery, sites
from geo_registry.rules.law import local


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield pairs of cemeteries whose approvals in force on the gazetteer's day overlap.

    Each pair once, under the one that comes first; what overlaps is measured from both sides, and
    the larger answer counts.
    """
    granted = [c for c in gazetteer.cemeteries if grants_on(c.approvals, gazetteer.on)]
    granted.sort(key=lambda c: c.subject)
    extents = [footprint(c.approvals, gazetteer.on) for c in granted]
    for i, j, _ in overlaps(extents):
        first, second = granted[i], granted[j]
        errors = _sigma(first, gazetteer), _sigma(second, gazetteer)
        shared = _larger(
            intrusion(extents[i], errors[0], extents[j], errors[1]),
            intrusion(extents[j], errors[1], extents[i], errors[0]),
        )
        if shared is None:
            continue
        area = gazetteer.plane.ellipsoidal_area_m2(shared.extent)
        yield Hit(
            scope=Scope("cemetery", first.subject),
            key=second.subject,
            subjects=(first.subject, second.subject),
            where=shared.extent,
            facts={
                "name": first.name,
                "other": second.name,
                "area_m2": area,
                "at_least_m2": shared.at_least_m2,
                "share": area
                / gazetteer.plane.ellipsoidal_area_m2(_smaller(extents[i], extents[j])),
                "documents": _documents(first, gazetteer) + _documents(second, gazetteer),
                "rank": round(area),
            },
        )


def _sigma(site: Cemetery, gazetteer: Gazetteer) -> float:
    """The standard error of the worst known approval in force, metres."""
    return max(a.accuracy.sigma_m for a in in_force(site.approvals, gazetteer.on))


def _larger(*found: Intrusion | None) -> Intrusion | None:
    return max((f for f in found if f is not None), key=lambda f: f.area_m2, default=None)


def _smaller(*extents: BaseGeometry) -> BaseGeometry:
    return min(extents, key=lambda e: e.area)


def _documents(site: Cemetery, gazetteer: Gazetteer) -> list[str]:
    return [a.document for a in in_force(site.approvals, gazetteer.on) if a.document]


_WEST = """
    ............
    .######.....
    .######.....
    .######.....
    ............"""
_EAST = """
    ............
    ......#####.
    ......#####.
    ......#####.
    ............"""
_BESIDE = """
    ............
    .......####.
    .......####.
    .......####.
    ............"""

RULE = Rule(
    id="cm.bound.approval_overlap",
    version=1,
    title="两处公墓的批准范围重叠",
    check=check,
    guidance=Guidance(
        why="同一块土地只能批给一处公墓；批准范围互相重叠，说明其中一份图形或文件有误，据此作出的判断也不可靠。",
        fix="对照两份批准文件和附图，把更正后的范围登记为新的批准并注明替代旧批准。",
        exempt="边界相接，或重叠不超过两份图形的误差；同一公墓的多份批准；目前无效的批准。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "{name}与{other}的批准范围重叠约 {area_m2:,.0f} m²"
            "（95% 把握至少 {at_least_m2:,.0f} m²），同一块地不能批给两处公墓。"
            "请核对两份批准文件和附图，更正登记有误的一方。",
        )
    },
    basis=(local("登记资料应当一致：同一块土地不重复批准"),),
    fires_on=(
        Example(
            "有十米宽的土地批了两次",
            sites(cemetery(approved(_WEST)), cemetery(approved(_EAST, number=2), number=2)),
        ),
    ),
    silent_on=(
        Example(
            "相邻公墓共用一条边界",
            sites(cemetery(approved(_WEST)), cemetery(approved(_BESIDE, number=2), number=2)),
        ),
        Example(
            "重叠十米，但其中一份由 1:10000 图数字化而来",
            sites(
                cemetery(approved(_WEST)),
                cemetery(approved(_EAST, number=2, method="map_10000"), number=2),
            ),
        ),
        Example(
            "同一公墓的扩建批准",
            sites(cemetery(approved(_WEST), approved(_EAST, number=2, effect="adds"))),
        ),
    ),
    doc=__doc__,
)
