"""Two village or residents' committees of one county share their name (村、居委会重名).

Why: inside one county-level area the names of committee seats must not repeat; letters, police
and ambulances go to the wrong one.
Fix: rename one of them through the procedure of the province, or record why both names stay.
Not a finding: a village and the residents' community that grew out of it, with one name in one
town, is information; the same name in another county is lawful. Names that stand for no place in
particular (街道社区) and numbers of a scheme (三连) are grouped by themselves and ranked last.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import pending, places, proposed, seat
from geo_registry.rules.law import place_names
from geo_registry.rules.uniqueness import (
    LAST,
    OTHER_STANDING,
    Alike,
    alike,
    judgements_of_other_standing,
    repetition,
)
from geo_registry.rules.uniqueness_columns import equal_hits, sharing_rows

ID = "pn.uniq.village_seat_county"


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield committee seats of one area of the table whose names are equal in the compared part."""
    for found in alike(gazetteer, ID):
        core = found.members[0].name.toponym.keys.core
        repeated = "" if CANDIDATE in found.subjects else repetition(core, gazetteer.reference)
        size = len(found.subjects)
        yield Hit(
            scope=found.cluster.scope,
            key=found.cluster.key,
            subjects=found.subjects,
            pairs=found.pairs,
            outcome=OTHER_STANDING.get(found.standing) or repeated or _pattern(found),
            facts=found.facts(core=core, rank=size - LAST if repeated else size),
        )


def _pattern(found: Alike) -> str:
    names = [m.name.toponym for m in found.current]
    if len({n.keys.full for n in names}) == 1:
        return "identical"
    towns = {m.place.scopes.get("town") for m in found.current}
    if len(towns) == 1 and None not in towns and len({n.generic for n in names}) == len(names):
        return "same_town"
    stems = [n.keys.stem for n in names]
    return "same_stem" if len(set(stems)) < len(stems) else "same_core"


RULE = Rule(
    id=ID,
    version=2,
    title="同一县级区域内村（居）委会重名",
    check=check,
    guidance=Guidance(
        why="同一县级行政区域内的村、居委会名称不应重名，否则信件、报警和急救容易送错地方。",
        fix="按规定程序更名其中一个；确需保留的，写明理由后豁免。",
        exempt=(
            "同一镇里村与由它改成的社区沿用旧名，仅作提示；不同县的同名不算。"
            "“街道社区”一类不专指一处的名称和“三连”一类编号单独成组，排在最后。"
        ),
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
        "generic": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "{count} 个村（居）委会都叫“{core}”，不专指一处：{members}。有条件时宜加专名。",
        ),
        "numbered": Judgement(
            SeverityPair(Severity.INFO, Severity.INFO),
            "{count} 个村（居）委会都编为“{core}”：{members}。属各单位自成系列的编号，仅供参考。",
        ),
        **judgements_of_other_standing("同一县级区域"),
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
        Example(
            "两个镇各有一个“街道社区”，不专指一处",
            places(seat("街道社区居委会", "崮山镇"), seat("街道社区居委会", "汪疃镇")),
            "generic",
        ),
        Example(
            "两个团场各有一个“三连”",
            places(seat("三连", "一四三团"), seat("三连", "一四四团")),
            "numbered",
        ),
        Example(
            "拟用名已由另一件待审批的申请提出",
            places(
                proposed("望海村委会", village="乙村", place_class="committee_seat"),
                pending("望海村委会", village="甲村", place_class="committee_seat"),
            ),
            "pending",
        ),
        Example(
            "拟用名是另一个村的别名",
            places(
                proposed("望海村委会", place_class="committee_seat"),
                seat("岭西村委会", alias=("望海村委会",)),
            ),
            "alias",
        ),
        Example(
            "拟用名是另一个村的曾用名",
            places(
                proposed("望海村委会", place_class="committee_seat"),
                seat("岭西村委会", former=("望海村委会",)),
            ),
            "former",
        ),
    ),
    silent_on=(
        Example("只差一个字：张家、王家", places(seat("张家村委会"), seat("王家村委会"))),
        Example("东岭、西岭是成组命名", places(seat("东岭村委会"), seat("西岭村委会"))),
        Example(
            "现名与另一个村的曾用名相同，是更名消除重名的结果",
            places(seat("岭西村委会", "崮山镇"), seat("西岭村委会", former=("岭西村委会",))),
        ),
    ),
    doc=__doc__,
    screen=lambda names: sharing_rows(names, ID),
    columns=lambda names: equal_hits(names, ID),
)
