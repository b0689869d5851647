"""Two village or residents' committees of one county share their name (村、居委会重名).

Why: inside one county-level area the names of committee seats must not repeat; letters, police
and ambulances go to the wrong one.
Fix: rename one of them through the procedure of the province, or record why both names stay.
Not a finding: a village and the residents' community that grew out of it, with one name in one
town, is information; the same name in another county is lawful.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Cluster, Gazetteer
from geo_registry.domain.place import NameKind
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import distinct, members_in_words
from geo_registry.rules.example_places import places, seat
from geo_registry.rules.law import place_names

KINDS = (NameKind.STANDARD, NameKind.PROPOSED)


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield committee seats of one legal county whose names are equal in the compared part."""
    compared = gazetteer.profile.setting("committee_compare", "core")
    for cluster in gazetteer.clusters(
        "committee_seat", scope="legal_county", key=compared, kinds=KINDS
    ):
        yield Hit(
            scope=cluster.scope,
            key=cluster.key,
            subjects=cluster.subjects,
            outcome=_pattern(cluster),
            facts={
                "core": cluster.members[0].name.toponym.keys.core,
                "members": members_in_words(cluster.members),
                "count": len(cluster.subjects),
                "names": sorted(distinct(cluster, "full")),
                "rank": len(cluster.subjects),
            },
        )


def _pattern(cluster: Cluster) -> str:
    if len(distinct(cluster, "full")) == 1:
        return "identical"
    towns = {m.place.scopes.get("town") for m in cluster.members}
    kinds = {m.name.toponym.generic for m in cluster.members}
    if len(towns) == 1 and None not in towns and len(kinds) == len(cluster.members):
        return "same_town"
    stems = [m.name.toponym.keys.stem for m in cluster.members]
    return "same_stem" if len(set(stems)) < len(stems) else "same_core"


RULE = Rule(
    id="pn.uniq.village_seat_county",
    version=1,
    title="同一县级区域内村（居）委会重名",
    check=check,
    guidance=Guidance(
        why="同一县级行政区域内的村、居委会名称不应重名，否则信件、报警和急救容易送错地方。",
        fix="按规定程序更名其中一个；确需保留的，写明理由后豁免。",
        exempt="同一镇里村与由它改成的社区沿用旧名，仅作提示；不同县的同名不算。",
    ),
    judgements={
        "identical": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "{count} 个村（居）委会同名“{core}”：{members}。同一县级行政区域内不应重名。",
        ),
        "same_stem": Judgement(
            SeverityPair(Severity.ERROR, Severity.WARN),
            "去掉“村委会、居委会”等后同名“{core}”：{members}。同一县级行政区域内不应重名。",
        ),
        "same_core": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "专名同为“{core}”：{members}。请核对是否容易混淆。",
        ),
        "same_town": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "同一镇内的村与社区专名同为“{core}”：{members}。多为村改居沿用旧名，仅供参考。",
        ),
    },
    basis=(place_names("第九条第（八）项", "村民委员会、居民委员会所在地名称"),),
    applies_to=("committee_seat",),
    fires_on=(
        Example(
            "两个镇的村，登记名称完全相同",
            places(seat("岭西村委会", "崮山镇"), seat("岭西村委会", "汪疃镇")),
            "identical",
        ),
        Example(
            "一个写“居委会”，一个写“居民委员会”",
            places(seat("安海社区居委会", "孙家疃街道"), seat("安海社区居民委员会", "怡园街道")),
            "same_stem",
        ),
        Example(
            "村与另一个镇的社区专名相同",
            places(seat("东北村居委会", "环翠楼街道"), seat("东北社区居委会", "初村镇")),
            "same_core",
        ),
        Example(
            "同一镇的村与由它改成的社区",
            places(seat("逍遥村委会", "泊于镇"), seat("逍遥社区居民委员会", "泊于镇")),
            "same_town",
        ),
    ),
    silent_on=(
        Example("只差一个字：张家、王家", places(seat("张家村委会"), seat("王家村委会"))),
        Example("东岭、西岭是成组命名", places(seat("东岭村委会"), seat("西岭村委会"))),
    ),
    doc=__doc__,
)
