"""One village is registered twice, as a division and as an organisation (一村两录).

Why: the national database lists a village under 行政区域 (216xx) and its committee under 单位
(276xx), with the same position; who counts both counts every village twice.
Fix: keep the record of class 21xxx as the village and tie the other one to it.
Not a finding: a village and a community of one name at two positions, and pairs of one class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import shapely

from geo_registry.domain.basis import Basis
from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer, NamedPlace
from geo_registry.domain.identity import Scope
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import at, places, seat
from geo_registry.rules.written import current

WITHIN_M = 50.0
"""As far apart as two records of one village may lie, metres (practice with the database)."""

_DIVISION, _UNIT = "216", "276"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield pairs of a division and a unit of one name in one town at one position."""
    groups: dict[tuple[str, str, str], dict[str, list[NamedPlace]]] = defaultdict(dict)
    for named in current(gazetteer, "committee_seat", "settlement", "facility"):
        code = class_code(named.place.attributes)
        if code[:3] not in (_DIVISION, _UNIT) or named.place.geometry is None:
            continue
        town = named.place.scopes.get("town", "")
        # 21610 is the village of the committee 27610, 21620 the community of 27620.
        key = (town, code[3:4], named.name.toponym.keys.core)
        groups[key].setdefault(code[:3], []).append(named)
    for (town, _, core), sides in groups.items():
        for division in sides.get(_DIVISION, ()):
            for unit in sides.get(_UNIT, ()):
                apart = shapely.distance(division.place.geometry, unit.place.geometry)
                if division.place.subject != unit.place.subject and apart <= WITHIN_M:
                    yield _hit(town, core, division, unit, float(apart))


def class_code(attributes: Mapping[str, Any]) -> str:
    """The five-digit class code of a record: stated, or taken from its place code; else empty."""
    stated = str(attributes.get("class_code") or "").strip()
    if stated:
        return stated
    place_code = str(attributes.get("place_code") or "").strip()
    return place_code[9:14] if len(place_code) == 20 else ""


def _hit(town: str, core: str, division: NamedPlace, unit: NamedPlace, apart: float) -> Hit:
    place = division.place
    return Hit(
        scope=Scope("town", town) if town else Scope("place", place.subject),
        key=f"{core} {place.subject} {unit.place.subject}",
        subjects=(place.subject, unit.place.subject),
        where=place.geometry,
        facts={
            "name": division.name.toponym.full,
            "unit": unit.name.toponym.full,
            "kept": class_code(place.attributes),
            "other": class_code(unit.place.attributes),
            "apart": round(apart),
            "names": sorted({division.name.toponym.full, unit.name.toponym.full}),
        },
    )


RULE = Rule(
    id="pn.code.double_registered",
    version=1,
    title="一村两录",
    check=check,
    guidance=Guidance(
        why="国家地名信息库把村同时列为“行政区域”（216 开头）和“单位”（276 开头），位置相同；"
        "两条都算，村数就翻倍。",
        fix="以 21 开头的一条为准，把另一条与它关联。",
        exempt="同名而不在一处的村和社区不算；同一类别的两条由重名规则判断。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(None, Severity.INFO),
            "“{name}”（{kept}）与“{unit}”（{other}）相距 {apart} m，是同一个村的两条记录；"
            "以 {kept} 为准。",
        ),
    },
    basis=(
        Basis("", "国家地名信息库的登记惯例", "C", note="类别代码据公开程序中的接口说明，未见原文"),
    ),
    applies_to=("committee_seat", "settlement", "facility"),
    confidence="C",
    parameters={"within_m": WITHIN_M},
    fires_on=(
        Example(
            "行政村与村委会同名同址",
            places(
                at(seat("孙家疃村"), 0, 0, class_code="21610"),
                at(seat("孙家疃村委会"), 20, 0, class_code="27610"),
            ),
        ),
    ),
    silent_on=(
        Example(
            "相距 2 km",
            places(
                at(seat("孙家疃村"), 0, 0, class_code="21610"),
                at(seat("孙家疃村委会"), 2000, 0, class_code="27610"),
            ),
        ),
        Example(
            "村与社区是两类",
            places(
                at(seat("孙家疃村"), 0, 0, class_code="21610"),
                at(seat("孙家疃社区居委会"), 20, 0, class_code="27620"),
            ),
        ),
        Example(
            "不同的镇",
            places(
                at(seat("孙家疃村", "张村镇"), 0, 0, class_code="21610"),
                at(seat("孙家疃村委会", "羊亭镇"), 20, 0, class_code="27610"),
            ),
        ),
        Example("没有类别代码", places(seat("孙家疃村"), seat("孙家疃村委会"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
