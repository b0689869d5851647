"""Two roads of one village, or of one town, have the same name (村内道路重名).

Why: a name that stands for two roads cannot find a door. The regulation speaks of streets inside
one built-up area; for roads inside villages it sets no scope, so this one is the bureau's own.
Fix: rename one of them; within a town, put the village's name in front.
Not a finding: several pieces of one road, the same name in two towns, and what the rule on
built-up areas reports already.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import pending, places, proposed, road
from geo_registry.rules.law import local, place_names
from geo_registry.rules.uniqueness import OTHER_STANDING, alike, judgements_of_other_standing
from geo_registry.rules.uniqueness_columns import sharing_rows

ID = "pn.uniq.road_village"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield roads that share a name inside one village, then across the villages of one town."""
    for found in alike(gazetteer, ID):
        inside = "village" if found.row.scope == "village" else "town"
        yield Hit(
            scope=found.cluster.scope,
            key=found.cluster.key,
            subjects=found.subjects,
            pairs=found.pairs,
            outcome=OTHER_STANDING.get(found.standing, inside),
            facts=found.facts(),
        )


RULE = Rule(
    id=ID,
    version=2,
    title="村（镇）内道路重名",
    check=check,
    guidance=Guidance(
        why=(
            "一个名称指两条路，门牌就无法定位。条例只规定“一个建成区内”，村内道路的范围由本区规定。"
        ),
        fix="更名其中一条；镇内重名的，可在前面加村名。",
        exempt="同一条路的几段不算重名；不同镇的同名不算。",
    ),
    judgements={
        "village": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "同一村内有 {count} 条“{name}”：{members}。",
        ),
        "town": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "同一镇（街道）内有 {count} 条“{name}”：{members}。",
        ),
        **judgements_of_other_standing("同一村、镇"),
    },
    basis=(
        local("本区规定（建议值）：村内道路不重名，镇内避免重名", "待地名办确认"),
        place_names("第九条第（八）项", "条例只规定一个建成区内的街路巷，未规定村内道路的范围"),
    ),
    applies_to=("road",),
    fires_on=(
        Example("同一村内两条", places(road("文化路"), road("文化路", number=2)), "village"),
        Example(
            "同一镇的两个村各一条",
            places(road("文化路", village="东村"), road("文化路", village="西村")),
            "town",
        ),
        Example("拟用名与村内已有道路相同", places(proposed("文化路"), road("文化路")), "village"),
        Example(
            "拟用名已由另一件待审批的申请提出",
            places(proposed("文化路"), pending("文化路")),
            "pending",
        ),
        Example(
            "拟用名是村内另一条路的别名",
            places(proposed("文化路"), road("学府路", alias=("文化路",))),
            "alias",
        ),
        Example(
            "拟用名是村内另一条路的曾用名",
            places(proposed("文化路"), road("学府路", former=("文化路",))),
            "former",
        ),
    ),
    silent_on=(
        Example("只有一条", places(road("文化路"))),
        Example("通名不同：文化路、文化街", places(road("文化路"), road("文化街", number=2))),
        Example("文化东路、文化西路", places(road("文化东路"), road("文化西路", number=2))),
        Example(
            "不同的镇",
            places(road("文化路", town="371002101"), road("文化路", town="371002102")),
        ),
        Example(
            "同一建成区内的重名由另一条规则报告",
            places(road("文化路", built_up="A1"), road("文化路", number=2, built_up="A1")),
        ),
        Example(
            "两处的曾用名相同，现名不同",
            places(
                road("学府路", former=("文化路",)), road("书院路", number=2, former=("文化路",))
            ),
        ),
    ),
    doc=__doc__,
    screen=lambda names: sharing_rows(names, ID),
)
