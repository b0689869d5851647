"""Two estates or buildings of one built-up area have the same name (住宅区、楼宇重名).

Why: article 9 (8) asks that estates and buildings of one built-up area do not share a name.
Fix: rename one of them, or add what sets it apart in front of the generic part.
Not a finding: phases of one estate that carry a number of their own, the same name in two
built-up areas, and 阳光小区 beside 阳光大厦, which differ in their generic part.

Where no layer of built-up areas was imported, the town stands in for it and the message says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import estate, pending, places, proposed
from geo_registry.rules.law import place_names
from geo_registry.rules.uniqueness import built_up_hits, judgements_of_other_standing
from geo_registry.rules.uniqueness_columns import sharing_rows

ID = "pn.uniq.estate_builtup"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield estates and buildings that share a name inside one built-up area, or the town."""
    yield from built_up_hits(gazetteer, ID)


RULE = Rule(
    id=ID,
    version=1,
    title="建成区内住宅区、楼宇重名",
    check=check,
    guidance=Guidance(
        why="条例规定同一个建成区内具有重要地理方位意义的住宅区、楼宇名称不应重名。",
        fix="更名其中一个，或在通名前加以区别。",
        exempt=(
            "带序号的分期（一期、二期）不算；不同建成区的同名不算；通名不同的（阳光小区、阳光大厦）"
            "不算。没有建成区资料时暂按镇（街道）比对，只作警示。"
        ),
    ),
    judgements={
        "built_up": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "同一建成区内有 {count} 处“{name}”：{members}。同一建成区内的住宅区、楼宇不应重名。",
        ),
        "assumed_town": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "同一镇（街道）内有 {count} 处“{name}”：{members}。{note}",
        ),
        **judgements_of_other_standing("同一建成区"),
    },
    basis=(place_names("第九条第（八）项", "同一个建成区内的住宅区、楼宇名称"),),
    applies_to=("estate", "building"),
    fires_on=(
        Example(
            "同一建成区内两处",
            places(estate("海悦花园", built_up="A1"), estate("海悦花园", "东村", built_up="A1")),
            "built_up",
        ),
        Example(
            "住宅区与楼宇同名",
            places(
                estate("海悦国际", built_up="A1"),
                estate("海悦国际", "东村", built_up="A1", place_class="building"),
            ),
            "built_up",
        ),
        Example(
            "没有建成区资料",
            places(estate("海悦花园"), estate("海悦花园", "东村")),
            "assumed_town",
        ),
        Example(
            "拟用名已由另一件待审批的申请提出",
            places(
                proposed("海悦花园", place_class="estate"),
                pending("海悦花园", place_class="estate"),
            ),
            "pending",
        ),
        Example(
            "拟用名是另一处的别名",
            places(
                proposed("海悦花园", place_class="estate"),
                estate("滨海花园", alias=("海悦花园",)),
            ),
            "alias",
        ),
        Example(
            "拟用名是另一处的曾用名",
            places(
                proposed("海悦花园", place_class="estate"),
                estate("滨海花园", former=("海悦花园",)),
            ),
            "former",
        ),
    ),
    silent_on=(
        Example(
            "两个建成区各一处",
            places(estate("海悦花园", built_up="A1"), estate("海悦花园", "东村", built_up="A2")),
        ),
        Example(
            "通名不同：阳光小区、阳光大厦",
            places(estate("阳光小区"), estate("阳光大厦", "东村", place_class="building")),
        ),
        Example("分期有各自的序号", places(estate("海悦一期"), estate("海悦二期", "东村"))),
    ),
    doc=__doc__,
    screen=lambda names: sharing_rows(names, ID),
)
