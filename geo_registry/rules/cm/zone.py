"""A cemetery reaches into protected land (位于保护区内): a rule for each kind, and one on siting.

Why: graves on farmland, forest land, in scenic areas, reserves, at dams, dykes, water sources,
along railways and roads are forbidden, whatever was approved.
Fix: measure the overlap on the spot; move the graves or bury deep without a mound; where the zone
is drawn wrongly or the cemetery was there first, register what the responsible authority says.
Not a finding: a cemetery beside a zone, or inside it by no more than the errors of both boundaries
explain; a zone that is not in force today; an existing cemetery near a zone (siting distances are
shown for a new site only).
The rule asks about today: the newest survey decides, and where it shows nothing, or there is none,
the land approved today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Cemetery, Zone, footprint, in_force
from geo_registry.domain.claims import grants_on
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE, Scope
from geo_registry.domain.intrusion import intrusion
from geo_registry.domain.partition import controlled
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.cemetery_law import REVISED_2026, burial
from geo_registry.rules.drawing import polygon
from geo_registry.rules.example_cemeteries import ON, approved, cemetery, sites, surveyed
from geo_registry.rules.zone_law import KINDS, SITING_RULE, ZoneKind


@dataclass(frozen=True, slots=True)
class _Land:
    """Land of a cemetery with its standard error (metres), and how it is known."""

    extent: BaseGeometry
    sigma_m: float
    how: str


def _check(kind: ZoneKind) -> Callable[[Gazetteer], Iterator[Hit]]:
    def check(gazetteer: Gazetteer) -> Iterator[Hit]:
        """Yield pairs of a cemetery and a zone of this kind that overlap beyond their errors."""
        zones = [z for z in gazetteer.zones if z.kind == kind.key and _valid(z, gazetteer.on)]
        reaches = [controlled(z) for z in zones]
        tree = shapely.STRtree(reaches)
        for site in gazetteer.cemeteries:
            lands = _lands(site, gazetteer.on)
            for i in sorted({int(i) for land in lands for i in tree.query(land.extent)}):
                hit = _inside(gazetteer, kind, site, lands, zones[i], reaches[i])
                if hit is not None:
                    yield hit

    return check


def _valid(zone: Zone, on: date) -> bool:
    return (zone.valid_from is None or zone.valid_from <= on) and (
        zone.valid_to is None or on < zone.valid_to
    )


def _lands(site: Cemetery, on: date) -> list[_Land]:
    """The land as last measured, then as approved today; the first that intrudes decides."""
    lands = []
    survey = site.latest_survey()
    if survey is not None:
        lands.append(_Land(survey.extent, survey.accuracy.sigma_m, "实测范围"))
    if grants_on(site.approvals, on):
        sigma = max(a.accuracy.sigma_m for a in in_force(site.approvals, on))
        lands.append(_Land(footprint(site.approvals, on), sigma, "批准范围"))
    return lands


def _inside(
    gazetteer: Gazetteer,
    kind: ZoneKind,
    site: Cemetery,
    lands: list[_Land],
    zone: Zone,
    reach: BaseGeometry,
) -> Hit | None:
    """The hit of one cemetery in one zone, from the first of its lands that reaches into it."""
    for land in lands:
        found = intrusion(land.extent, land.sigma_m, reach, zone.accuracy.sigma_m)
        if found is not None:
            break
    else:
        return None
    area = gazetteer.plane.ellipsoidal_area_m2(found.extent)
    begun = [a.valid_from for a in site.approvals if a.valid_from]
    seen = [s.surveyed_on for s in site.surveys]
    first = min([*begun, *seen, gazetteer.on])
    earlier = zone.valid_from is not None and first < zone.valid_from
    return Hit(
        scope=Scope("cemetery", site.subject),
        key=zone.subject,
        subjects=(site.subject, zone.subject),
        where=found.extent,
        # The graves have been there since they were first seen or approved, and still are.
        acts=(first, gazetteer.on),
        facts={
            "name": site.name,
            "zone": zone.name,
            "kind": kind.title,
            "how": land.how,
            "area_m2": area,
            "at_least_m2": found.at_least_m2,
            "share": area / gazetteer.plane.ellipsoidal_area_m2(land.extent),
            "setback_m": zone.setback_m,
            "width": f"（含 {zone.setback_m:g} m 控制距离）" if zone.setback_m else "",
            "remark": f"公墓早于该区划定（{zone.valid_from:%Y-%m-%d}）。" if earlier else "",
            "rank": round(area),
        },
    )


def _check_siting(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield zones nearer to a new site than the siting distance of their kind, but not touched."""
    zones = [z for z in gazetteer.zones if z.kind in KINDS and _valid(z, gazetteer.on)]
    for site in gazetteer.cemeteries:
        if site.subject != CANDIDATE:
            continue
        for land in _lands(site, gazetteer.on)[:1]:
            for zone in zones:
                distance = float(shapely.distance(land.extent, controlled(zone)))
                if 0.0 < distance < KINDS[zone.kind].siting_m:
                    yield _near(site, land.extent, zone, distance)


def _near(site: Cemetery, extent: BaseGeometry, zone: Zone, distance_m: float) -> Hit:
    siting_m = KINDS[zone.kind].siting_m
    return Hit(
        scope=Scope("cemetery", site.subject),
        key=zone.subject,
        subjects=(site.subject, zone.subject),
        where=extent,
        facts={
            "name": site.name,
            "zone": zone.name,
            "distance_m": distance_m,
            "siting_m": siting_m,
            "rank": round(siting_m - distance_m),
        },
    )


_SITE = """
    ..........
    ..####....
    ..####....
    .........."""
_ACROSS = """
    ..........
    ....######
    ....######
    .........."""
_BESIDE = """
    ..........
    ......####
    ......####
    .........."""


def _zone(kind: ZoneKind, sketch: str, setback_m: float = 0.0, since: date | None = None) -> Zone:
    return Zone(
        "zone:1", kind.key, f"示例{kind.title}", polygon(sketch), setback_m, valid_from=since
    )


def _fires_on(kind: ZoneKind) -> tuple[Example, ...]:
    across = _zone(kind, _ACROSS)
    return (
        Example("批准范围伸入二十米", sites(cemetery(approved(_SITE)), zones=(across,))),
        Example("实测范围伸入二十米", sites(cemetery(surveyed(_SITE)), zones=(across,))),
        Example(
            "在区外，但在控制距离之内",
            sites(cemetery(approved(_SITE)), zones=(_zone(kind, _BESIDE, 15.0),)),
        ),
    )


def _silent_on(kind: ZoneKind) -> tuple[Example, ...]:
    beside = _zone(kind, _BESIDE)
    across = _zone(kind, _ACROSS)
    return (
        Example("紧邻区界", sites(cemetery(approved(_SITE), surveyed(_SITE)), zones=(beside,))),
        Example(
            "伸入二十米，但边界只是草图",
            sites(cemetery(surveyed(_SITE, method="sketch")), zones=(across,)),
        ),
        Example(
            "该区尚未生效",
            sites(
                cemetery(approved(_SITE)),
                zones=(_zone(kind, _ACROSS, since=ON.replace(year=2030)),),
            ),
        ),
    )


def _rule(kind: ZoneKind) -> Rule:
    judgements = {
        "default": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{name}的{how}有约 {area_m2:,.0f} m²"
            "（95% 把握至少 {at_least_m2:,.0f} m²，占 {share:.1%}）位于{zone}{width}内。"
            "{kind}内一般不得建造坟墓，请核对边界并征求主管部门意见。{remark}",
        )
    }
    return Rule(
        id=f"cm.zone.{kind.key}",
        version=1,
        title=f"公墓位于{kind.title}内",
        check=_check(kind),
        guidance=Guidance(
            why=f"{kind.title}内不得建造坟墓；已有批准的，也要核对批准是否合法。",
            fix="实地测量重叠部分；迁移或深埋不留坟头。保护区边界有误，或公墓建在划定之前的，"
            "登记主管部门的意见。",
            exempt="紧邻保护区，或伸入部分在两条边界的误差之内；目前无效的保护区。",
        ),
        judgements=judgements,
        basis=(burial("第十条", "禁止建造坟墓的地区"), *kind.laws, REVISED_2026),
        fires_on=_fires_on(kind),
        silent_on=_silent_on(kind),
        doc=__doc__ or "",
    )


def _siting_examples() -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """A new site twenty metres from a scenic area; what is inside, old, or has no distance."""
    beside = {
        key: Zone("zone:1", key, f"示例{KINDS[key].title}", polygon(_BESIDE))
        for key in ("scenic", "farmland")
    }
    site = polygon("\n.##.......\n.##.......\n..........")
    grant = replace(approved(_SITE), extent=site)
    known = cemetery(grant)
    new = replace(known, subject=CANDIDATE, name="拟建公墓")
    return (Example("新址离风景名胜区太近", sites(new, zones=(beside["scenic"],))),), (
        Example("已有的公墓", sites(known, zones=(beside["scenic"],))),
        Example("耕地没有选址距离", sites(new, zones=(beside["farmland"],))),
    )


SITING = Rule(
    id="cm.zone.siting",
    version=1,
    title="新建公墓选址距保护区过近",
    check=_check_siting,
    guidance=Guidance(
        why="新建公墓应当与水源、景区、文物、铁路和公路保持距离。",
        fix="另选地址，或按现行省级规定核对距离。",
        exempt="已有的公墓；没有选址距离的保护区；已经伸入保护区的（由另一条规则提示）。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(Severity.INFO, None),
            "{name}距{zone}约 {distance_m:.0f} m，小于选址参考距离 {siting_m:.0f} m"
            "（2011 年省级规定，已被替代，新标准待核）。",
        )
    },
    basis=(SITING_RULE,),
    fires_on=_siting_examples()[0],
    silent_on=_siting_examples()[1],
    doc=__doc__ or "",
    parameters={kind.key: kind.siting_m for kind in KINDS.values() if kind.siting_m},
)

RULES = (*(_rule(kind) for kind in KINDS.values()), SITING)
