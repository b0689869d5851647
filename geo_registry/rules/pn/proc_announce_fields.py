"""An announcement lacks one of its six fields, or will.

Why: without 标准名称, 罗马字母拼写, 所属政区, 位置描述, 批准机关, 批准时间 a reader cannot tell
which place got which name by whose approval.
Fix: fill in what is missing; a position comes from drawing the place on the map.
Not a finding: proposals that are not decided yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.proposal import CLOSED, Registered, missing_fields
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.example_places import places, road
from geo_registry.rules.example_proposals import days_before, decided, with_dossier
from geo_registry.rules.law import announcement_measures
from geo_registry.rules.proposals import about, registered

_FIELDS = ("标准名称", "罗马字母拼写", "所属政区", "位置描述", "批准机关", "批准时间")
_WHOLE = dict.fromkeys(_FIELDS, "示例")


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield announcements with an empty field, and decided names whose place lies nowhere."""
    for place, one in registered(gazetteer):
        if one.dossier.decided_on is None:
            continue
        if one.announcement is not None:
            empty = missing_fields(one.announcement, gazetteer.reference.procedure)
            if empty:
                yield about(place, one, "announced", fields="、".join(empty))
        elif one.dossier.state not in CLOSED and not place.located_in and place.geometry is None:
            yield about(place, one, "ahead", fields="所属政区、位置描述")


_NOWHERE = Registered("proposal:1", decided(3))

RULE = Rule(
    id="pn.proc.announce_fields",
    version=1,
    title="公告内容不全",
    check=check,
    guidance=Guidance(
        why="公告须有六项：标准名称、罗马字母拼写、所属政区、位置描述、批准机关、批准时间。",
        fix="补齐所缺的项；没有位置的，请在地图上标绘或写明所在的村镇。",
        exempt="尚未批复的申报不提示。",
    ),
    judgements={
        "announced": Judgement(
            SeverityPair(Severity.BLOCK, Severity.WARN),
            "{where}：{what}的公告缺少{fields}。请补齐后重新公告。",
        ),
        "ahead": Judgement(
            SeverityPair(Severity.TASK, Severity.TASK),
            "{what}已批复，登记中没有{fields}，还不能公告。请先标绘位置。",
        ),
    },
    basis=(announcement_measures(note="公告的六项内容，据节选"),),
    confidence="B",
    fires_on=(
        Example(
            "公告没有罗马字母拼写",
            with_dossier(decided(9, announced_on=days_before(2)), {**_WHOLE, "罗马字母拼写": ""}),
            "announced",
        ),
        Example(
            "已批复，没有位置",
            places(road("示例路", village="", town="", dossiers=(_NOWHERE,))),
            "ahead",
        ),
    ),
    silent_on=(
        Example("六项齐全", with_dossier(decided(9, announced_on=days_before(2)), _WHOLE)),
        Example("已批复，位置已知", with_dossier(decided(9))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
