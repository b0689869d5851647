"""Two roads of one built-up area have the same name (建成区内道路重名).

Why: article 9 (8) asks that streets and lanes of one built-up area do not share a name.
Fix: rename one of them, or record why both names stay.
Not a finding: pieces of one road, streets of two built-up areas, and roads inside villages, for
which the law sets no scope and the district's own policy speaks (pn.uniq.road_village).

Where no layer of built-up areas was imported, the town stands in for roads that lie in no known
village; the message says so, and such a finding is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import pending, places, proposed, road
from geo_registry.rules.law import place_names
from geo_registry.rules.uniqueness import built_up_hits, judgements_of_other_standing
from geo_registry.rules.uniqueness_columns import sharing_rows

ID = "pn.uniq.road_builtup"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield roads that share a name inside one built-up area, or the town that stands in for it."""
    yield from built_up_hits(gazetteer, ID)


RULE = Rule(
    id=ID,
    version=1,
    title="建成区内道路重名",
    check=check,
    guidance=Guidance(
        why="条例规定同一个建成区内的街路巷名称不应重名，否则门牌、报警和急救无法定位。",
        fix="更名其中一条；确需保留的，写明理由后豁免。",
        exempt=(
            "同一条路的几段不算；不同建成区的同名不算；村内道路按本区规定另行核对。"
            "没有建成区资料时，不在村内的道路暂按镇（街道）比对，只作警示。"
        ),
    ),
    judgements={
        "built_up": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "同一建成区内有 {count} 条“{name}”：{members}。同一建成区内的街路巷不应重名。",
        ),
        "assumed_town": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "同一镇（街道）内有 {count} 条“{name}”：{members}。{note}",
        ),
        **judgements_of_other_standing("同一建成区"),
    },
    basis=(place_names("第九条第（八）项", "同一个建成区内的街路巷名称"),),
    applies_to=("road",),
    fires_on=(
        Example(
            "同一建成区内两条",
            places(road("文化路", built_up="A1"), road("文化路", village="东村", built_up="A1")),
            "built_up",
        ),
        Example(
            "拟用名与同一建成区内的道路相同",
            places(proposed("文化路", built_up="A1"), road("文化路", built_up="A1")),
            "built_up",
        ),
        Example(
            "没有建成区资料，两条都不在村内",
            places(road("文化路", village=""), road("文化路", village="", number=2)),
            "assumed_town",
        ),
        Example(
            "拟用名已由另一件待审批的申请提出",
            places(proposed("文化路", built_up="A1"), pending("文化路", built_up="A1")),
            "pending",
        ),
        Example(
            "拟用名是同一建成区内另一条路的别名",
            places(
                proposed("文化路", built_up="A1"),
                road("学府路", alias=("文化路",), built_up="A1"),
            ),
            "alias",
        ),
        Example(
            "拟用名是同一建成区内另一条路的曾用名",
            places(
                proposed("文化路", built_up="A1"),
                road("学府路", former=("文化路",), built_up="A1"),
            ),
            "former",
        ),
    ),
    silent_on=(
        Example(
            "两个建成区各一条",
            places(road("文化路", built_up="A1"), road("文化路", number=2, built_up="A2")),
        ),
        Example(
            "没有建成区资料，但都在村内：按本区规定核对",
            places(road("文化路"), road("文化路", village="东村")),
        ),
        Example(
            "文化路、文化街",
            places(road("文化路", built_up="A1"), road("文化街", number=2, built_up="A1")),
        ),
    ),
    doc=__doc__,
    screen=lambda names: sharing_rows(names, ID),
)
