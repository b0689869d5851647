"""A sign is damaged or gone.

Why: whoever puts up signs keeps them whole; a broken sign no longer tells the name.
Fix: repair or replace it, and record the look at it.
Not a finding: planned signs; signs that nobody has looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.domain.signs import STATES, SignText
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import place_names, signs

_BAD = ("damaged", "missing")


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield places with damaged or missing signs, one hit a place."""
    for place in gazetteer.places:
        broken = [s for s in place.attributes.get("sign_texts", ()) if s.state in _BAD]
        if not broken:
            continue
        said = "、".join(
            f"“{s.text}”{STATES[s.state]}" + (f"（{s.note}）" if s.note else "") for s in broken
        )
        yield Hit(
            scope=narrowest_scope(place),
            key=place.subject,
            subjects=(place.subject,),
            where=place.geometry,
            facts={
                "count": len(broken), "said": said, "where": place.located_in or "位置待核",
                "names": [s.text for s in broken], "rank": len(broken),
            },
        )  # fmt: skip


RULE = Rule(
    id="pn.sign.damaged",
    version=1,
    title="标志破损或缺失",
    check=check,
    guidance=Guidance(
        why="地名标志的设置单位负责维护；破损、缺失的牌指不了路。",
        fix="修复或补设，再登记检查结果。",
        exempt="拟设的牌、没有检查过的牌不提示。",
    ),
    judgements={
        "default": Judgement(
            SeverityPair(None, Severity.TASK), "{where}有 {count} 块牌需要处理：{said}。"
        )
    },
    basis=(place_names("第二十条", "地名标志的设置和管理"), signs("维护")),
    applies_to=("road",),
    fires_on=(
        Example(
            "撞歪的牌",
            places(
                road("文化路", sign_texts=(SignText(1, "文化路", state="damaged", note="撞歪"),))
            ),
        ),
    ),
    silent_on=(Example("完好", places(road("文化路", sign_texts=(SignText(1, "文化路"),)))),),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
