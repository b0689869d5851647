"""Two roads of one village, or of one town, have the same name (村内道路重名).

Why: a name that stands for two roads cannot find a door. The regulation speaks of streets inside
one built-up area; for roads inside villages it sets no scope, so this one is the bureau's own.
Fix: rename one of them; within a town, put the village's name in front.
Not a finding: several pieces of one road, and the same name in two towns.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Cluster, Gazetteer
from geo_registry.domain.place import NameKind
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import distinct, members_in_words
from geo_registry.rules.example_places import places, proposed, road
from geo_registry.rules.law import local, place_names

KINDS = (NameKind.STANDARD, NameKind.PROPOSED)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield roads that share a name inside one village, then across the villages of one town."""
    for cluster in gazetteer.clusters("road", scope="village", key="stem", kinds=KINDS):
        yield _hit(cluster, "village")
    for cluster in gazetteer.clusters("road", scope="town", key="stem", kinds=KINDS):
        villages = {m.place.scopes.get("village") for m in cluster.members}
        if len(villages) > 1:
            yield _hit(cluster, "town")


def _hit(cluster: Cluster, outcome: str) -> Hit:
    return Hit(
        scope=cluster.scope,
        key=cluster.key,
        subjects=cluster.subjects,
        outcome=outcome,
        facts={
            "name": cluster.members[0].name.toponym.full,
            "members": members_in_words(cluster.members),
            "count": len(cluster.subjects),
            "names": sorted(distinct(cluster, "full")),
            "rank": len(cluster.subjects),
        },
    )


RULE = Rule(
    id="pn.uniq.road_village",
    version=1,
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
    ),
    silent_on=(
        Example("只有一条", places(road("文化路"))),
        Example("通名不同：文化路、文化街", places(road("文化路"), road("文化街", number=2))),
        Example("文化东路、文化西路", places(road("文化东路"), road("文化西路", number=2))),
        Example(
            "不同的镇",
            places(road("文化路", town="371002101"), road("文化路", town="371002102")),
        ),
    ),
    doc=__doc__,
)
