"""A road has no name (有地无名), and what a person answered to that.

Why: in the large villages of the campaign every internal road is to be named, signed and put on
the map; a house on a nameless road has no address.
Fix: answer first: it has a name that is not registered, a name without a sign, no name at all,
needs none, or is still to be looked into; each answer has its own next step.
Not a finding: footpaths, drives and tracks, which never need a name of their own; roads of which a
person answered that they need none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.naming_answer import NamingAnswer
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places, road
from geo_registry.rules.law import RURAL_NAMING, local


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield roads that need a name and have none: the duty of their village, and the answer."""
    threshold = gazetteer.profile.min_households.value
    for place in gazetteer.places:
        if not place.is_a("road") or not place.attributes.get("needs_name", True):
            continue
        if place.current_names(gazetteer.on):
            continue
        answered: Mapping[str, Any] = place.attributes.get("naming_answer") or {}
        if answered.get("answer") == NamingAnswer.NOT_NEEDED:
            continue
        households = place.attributes.get("households") or 0
        length = place.attributes.get("length_m") or 0.0
        due = households >= threshold
        said = answered.get("said_name") or ""
        yield Hit(
            scope=narrowest_scope(place),
            key=place.subject,
            subjects=(place.subject,),
            outcome=_outcome(answered.get("answer"), due=due),
            where=place.geometry,
            facts={
                "village": place.located_in or "位置待核",
                "households": households,
                "threshold": threshold,
                "length_m": round(length),
                "called": f"群众称“{said}”" if said else "群众已有叫法（未填写）",
                "answer": answered.get("answer"),
                "said_name": said,
                "reason": answered.get("reason", ""),
                "names": [said] if said else [],
                # Longer roads of larger villages first.
                "rank": households * 10 + round(length) if due else round(length),
            },
        )


def _outcome(answer: str | None, *, due: bool) -> str:
    """A name that people use is registered wherever it is; naming anew is the large villages'."""
    if answer is None:
        return "duty" if due else "elsewhere"
    if NamingAnswer(answer).says_a_name or due:
        return answer
    return f"{answer}_elsewhere"


def _answered(title: str, outcome: str, *, households: int, said: str = "") -> Example:
    answer = outcome.removesuffix("_elsewhere")
    return Example(
        title,
        places(
            road(
                households=households,
                naming_answer={"answer": answer, "said_name": said, "reason": "走访村委会"},
            )
        ),
        outcome,
    )


_TASK = SeverityPair(None, Severity.TASK)
_INFO = SeverityPair(None, Severity.INFO)
_ROAD = "有一条约 {length_m} 米的道路"

RULE = Rule(
    id="pn.entity.unnamed",
    version=2,
    title="有地无名",
    check=check,
    guidance=Guidance(
        why="大村内部道路都要有名、有牌、上图；路没有名称，沿路住户就没有地址。",
        fix="先答复属于哪一种：有名未登记（核名后登记）、有名无牌（登记并设牌）、确无名（拟名、核名、"
        "报批）、无需命名（写明理由，今后不再提示）、待核（实地走访）。",
        exempt="步道、出入口、田间小路等本来就不需要单独命名的不算；已答复“无需命名”的不算。",
    ),
    judgements={
        "duty": Judgement(
            _TASK,
            "{village}（{households} 户）"
            + _ROAD
            + "没有名称，属于 {threshold} 户以上大村的命名任务。",
        ),
        "elsewhere": Judgement(_INFO, "{village}" + _ROAD + "没有名称。"),
        "unregistered": Judgement(
            _TASK, "{village}" + _ROAD + "有名未登记：{called}。请核名后登记为标准地名。"
        ),
        "unsigned": Judgement(
            _TASK, "{village}" + _ROAD + "有名无牌：{called}，尚未登记。请核名登记，并设置路名牌。"
        ),
        "nameless": Judgement(
            _TASK,
            "{village}（{households} 户）"
            + _ROAD
            + "经核实确无名称，属于 {threshold} 户以上大村的命名"
            "任务。请拟定名称，核名后报批。",
        ),
        "nameless_elsewhere": Judgement(
            _INFO, "{village}" + _ROAD + "经核实确无名称；不在大村命名任务之内，需要时再命名。"
        ),
        "unclear": Judgement(
            _TASK,
            "{village}（{households} 户）"
            + _ROAD
            + "有没有名称尚待核实，属于 {threshold} 户以上大村的"
            "命名任务。请实地走访后答复。",
        ),
        "unclear_elsewhere": Judgement(
            _INFO, "{village}" + _ROAD + "有没有名称尚待核实。请实地走访后答复。"
        ),
    },
    basis=(RURAL_NAMING, local("本区 300 户以上大村内部道路命名工作", "户数下限为可调参数")),
    applies_to=("road",),
    fires_on=(
        Example("420 户的村", places(road(households=420)), "duty"),
        Example("299 户的村", places(road(households=299)), "elsewhere"),
        _answered("群众叫“后街”，没有登记", "unregistered", households=120, said="后街"),
        _answered("群众叫“后街”，没有登记也没有牌", "unsigned", households=420, said="后街"),
        _answered("420 户的村，确无名", "nameless", households=420),
        _answered("120 户的村，确无名", "nameless_elsewhere", households=120),
        _answered("420 户的村，待核", "unclear", households=420),
        _answered("120 户的村，待核", "unclear_elsewhere", households=120),
    ),
    silent_on=(
        Example("已有名称", places(road("文化路", households=420))),
        Example("步道，不需要命名", places(road(households=420, needs_name=False))),
        Example(
            "已答复无需命名",
            places(
                road(households=420, naming_answer={"answer": "not_needed", "reason": "场院内部"})
            ),
        ),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
