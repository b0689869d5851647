"""A division of county level or above shares its name with another in the country (区划重名).

Why: article 9 (7) asks that names of divisions of county level and above are unique in the
country.
Fix: choose another name; the approval lies with the State Council or the province.
Not a finding: 朝阳市 and 朝阳县, which differ in their generic part. Names that were there before
the rule (鼓楼区 in four cities) are information.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import division, places, proposed_division
from geo_registry.rules.law import place_names
from geo_registry.rules.uniqueness import Standing, alike
from geo_registry.rules.uniqueness_columns import sharing_rows

ID = "pn.uniq.division_national"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield divisions of county level and above that share their name in the country."""
    for found in alike(gazetteer, ID):
        yield Hit(
            scope=found.cluster.scope,
            key=found.cluster.key,
            subjects=found.subjects,
            pairs=found.pairs,
            outcome="duplicate" if found.standing is Standing.CURRENT else "not_in_force",
            facts=found.facts(),
        )


RULE = Rule(
    id=ID,
    version=1,
    title="县级以上行政区划全国重名",
    check=check,
    guidance=Guidance(
        why="条例规定县级以上行政区划名称在全国范围内不应重名。",
        fix="换一个专名；名称由国务院或省级政府审批。",
        exempt="通名不同的（朝阳市、朝阳县）不算；早已存在的同名（四个鼓楼区）仅作提示。",
    ),
    judgements={
        "duplicate": Judgement(
            SeverityPair(Severity.BLOCK, Severity.INFO),
            "全国有 {count} 处“{name}”：{members}。县级以上行政区划名称在全国范围内不应重名。",
        ),
        "not_in_force": Judgement(
            SeverityPair(Severity.WARN, None),
            "“{name}”在全国另有曾用、别用或待审批的：{members}。请核对。",
        ),
    },
    basis=(place_names("第九条第（七）项", "县级以上行政区划名称"),),
    applies_to=("division.province", "division.city", "division.county"),
    fires_on=(
        Example(
            "拟设的区与外省的区同名",
            places(proposed_division("鼓楼区"), division("鼓楼区", "320106", "江苏省南京市")),
            "duplicate",
        ),
        Example(
            "两省各有一个鼓楼区",
            places(
                division("鼓楼区", "320106", "江苏省南京市"),
                division("鼓楼区", "350102", "福建省福州市"),
            ),
            "duplicate",
        ),
        Example(
            "拟用名是外省一个县的曾用名",
            places(
                proposed_division("崇安县"),
                division("武夷山市", "350782", "福建省南平市", former=("崇安县",)),
            ),
            "not_in_force",
        ),
    ),
    silent_on=(
        Example(
            "通名不同：朝阳市、朝阳县",
            places(
                division("朝阳市", "2113", "辽宁省", place_class="division.city"),
                division("朝阳县", "211321", "辽宁省朝阳市"),
            ),
        ),
        Example(
            "只差一个字",
            places(proposed_division("环翠区"), division("环江县", "451226", "广西河池市")),
        ),
    ),
    doc=__doc__,
    screen=lambda names: sharing_rows(names, ID),
)
