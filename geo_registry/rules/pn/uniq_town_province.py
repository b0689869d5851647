"""A town or township shares its name with another of the province (乡镇重名).

Why: article 9 (8) asks that names of towns and townships are unique in the province.
Fix: choose another name; the provincial government approves.
Not a finding: 张村镇 and 张村乡, which differ in their generic part, and the same name in another
province. Subdistricts (街道) are not among what the article lists: information for a new name,
nothing for one that is there.
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

ID = "pn.uniq.town_province"
NOT_LISTED = ("街道", "街道办事处")
"""Generic parts of units that article 9 (8) does not list."""


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield towns, townships and subdistricts that share their name in one province."""
    for found in alike(gazetteer, ID):
        generics = {m.name.toponym.generic for m in found.members}
        outcome = "subdistrict" if generics <= set(NOT_LISTED) else "duplicate"
        yield Hit(
            scope=found.cluster.scope,
            key=found.cluster.key,
            subjects=found.subjects,
            pairs=found.pairs,
            outcome=outcome if found.standing is Standing.CURRENT else "not_in_force",
            facts=found.facts(),
        )


RULE = Rule(
    id=ID,
    version=1,
    title="乡镇全省重名",
    check=check,
    guidance=Guidance(
        why="条例规定同一个省、自治区、直辖市行政区域内的乡、镇名称不应重名。",
        fix="换一个专名；乡镇名称由省级政府审批。",
        exempt="外省的同名不算；街道不在条例列举之内，新设时仅作提示；早已存在的同名仅作提示。",
    ),
    judgements={
        "duplicate": Judgement(
            SeverityPair(Severity.ERROR, Severity.INFO),
            "本省有 {count} 处“{name}”：{members}。同一省内的乡、镇名称不应重名。",
        ),
        "subdistrict": Judgement(
            SeverityPair(Severity.INFO, None),
            "本省有 {count} 处“{name}”：{members}。条例列举的是乡、镇，街道重名仅供参考。",
        ),
        "not_in_force": Judgement(
            SeverityPair(Severity.WARN, None),
            "“{name}”在本省另有曾用、别用或待审批的：{members}。请核对。",
        ),
    },
    basis=(place_names("第九条第（八）项", "乡、镇名称"),),
    applies_to=("division.town",),
    parameters={"not_listed": NOT_LISTED},
    fires_on=(
        Example(
            "拟用的镇名省内已有",
            places(
                proposed_division("张村镇", "division.town"),
                division("张村镇", "370811101", "山东省济宁市", place_class="division.town"),
            ),
            "duplicate",
        ),
        Example(
            "拟设的街道省内已有同名",
            places(
                proposed_division("新城街道", "division.town"),
                division("新城街道", "370102001", "山东省济南市", place_class="division.town"),
            ),
            "subdistrict",
        ),
        Example(
            "拟用名是省内另一个镇的曾用名",
            places(
                proposed_division("望海镇", "division.town"),
                division(
                    "观海镇", "370811101", "山东省", place_class="division.town", former=("望海镇",)
                ),
            ),
            "not_in_force",
        ),
    ),
    silent_on=(
        Example(
            "外省的同名",
            places(
                proposed_division("张村镇", "division.town"),
                division("张村镇", "410526101", "河南省", place_class="division.town"),
            ),
        ),
        Example(
            "镇与乡：张村镇、张村乡",
            places(
                proposed_division("张村镇", "division.town"),
                division("张村乡", "370811201", "山东省", place_class="division.town"),
            ),
        ),
        Example(
            "早已存在的同名街道",
            places(
                division("新城街道", "370102001", "山东省济南市", place_class="division.town"),
                division("新城街道", "370302001", "山东省淄博市", place_class="division.town"),
            ),
        ),
    ),
    doc=__doc__,
    screen=lambda names: sharing_rows(names, ID),
)
