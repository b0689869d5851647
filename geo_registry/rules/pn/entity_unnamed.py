"""A road has no name (有地无名).

Why: in the large villages of the campaign every internal road is to be named, signed and put on
the map; a house on a nameless road has no address.
Fix: propose a name for it, or record that it needs none.
Not a finding: footpaths, drives and tracks, which never need a name of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import RURAL_NAMING, local


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield roads that need a name and have none, with the duty of the village they lie in."""
    threshold = gazetteer.profile.min_households.value
    for place in gazetteer.places:
        if not place.is_a("road") or not place.attributes.get("needs_name", True):
            continue
        if place.current_names(gazetteer.on):
            continue
        households = place.attributes.get("households") or 0
        length = place.attributes.get("length_m") or 0.0
        due = households >= threshold
        yield Hit(
            scope=narrowest_scope(place),
            key=place.subject,
            subjects=(place.subject,),
            outcome="duty" if due else "elsewhere",
            where=place.geometry,
            facts={
                "village": place.located_in or "位置待核",
                "households": households,
                "threshold": threshold,
                "length_m": round(length),
                # Longer roads of larger villages first.
                "rank": households * 10 + round(length) if due else round(length),
            },
        )


RULE = Rule(
    id="pn.entity.unnamed",
    version=1,
    title="有地无名",
    check=check,
    guidance=Guidance(
        why="大村内部道路都要有名、有牌、上图；路没有名称，沿路住户就没有地址。",
        fix="拟定名称并核名；确实不需要命名的，写明理由后豁免。",
        exempt="步道、出入口、田间小路等本来就不需要单独命名的不算。",
    ),
    judgements={
        "duty": Judgement(
            SeverityPair(None, Severity.TASK),
            "{village}（{households} 户）有一条约 {length_m} 米的道路没有名称，"
            "属于 {threshold} 户以上大村的命名任务。",
        ),
        "elsewhere": Judgement(
            SeverityPair(None, Severity.INFO), "{village}有一条约 {length_m} 米的道路没有名称。"
        ),
    },
    basis=(RURAL_NAMING, local("本区 300 户以上大村内部道路命名工作", "户数下限为可调参数")),
    applies_to=("road",),
    fires_on=(
        Example("420 户的村", places(road(households=420)), "duty"),
        Example("299 户的村", places(road(households=299)), "elsewhere"),
    ),
    silent_on=(
        Example("已有名称", places(road("文化路", households=420))),
        Example("步道，不需要命名", places(road(households=420, needs_name=False))),
    ),
    doc=__doc__,
)
