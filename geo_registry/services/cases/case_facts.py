"""What the steps of a case hold, in words for its time line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from geo_registry.domain.case import Closure, Measured, Observation, Step
from geo_registry.domain.case_steps import measured, observation
from geo_registry.services.cases.case_words import FIELDS, PRIORITIES
from geo_registry.store import case_sources

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


def facts_told(connection: Connection, desk: Desk, step: Step) -> list[dict[str, str]]:
    """What stands in a step beside its reason, in words, with titles."""
    called = {f.name: f.title.partition("（")[0] for f in FIELDS.get(step.act, ())}
    called.update(_TITLES)
    told = []
    for name, value in step.facts.items():
        if name in called and value not in (None, "", [], ()):
            told.append({"title": called[name], "text": _fact(connection, desk, name, value)})
    return told


_TITLES: Mapping[str, str] = {
    "owner": "承办人",
    "inspector": "核查人员",
    "message": "问题",
    "claim": "测量",
    "observation": "测量",
    "into": "并入",
    "lead": "并入的线索",
    "previous": "前一次",
    "suppressed_until": "在此日期前不再列出",
    "due_on": "期限",
    "closed_on": "当时销号",
    "closure": "销号理由",
    "attachments": "附件",
}


def _fact(connection: Connection, desk: Desk, name: str, value: Any) -> str:
    terms = desk.reference.case_terms
    if name in _PERSONS:
        return case_sources.person_name(connection, int(value)) or f"编号 {value}"
    if name in _CASES:
        return f"编号 {value} 的案件"
    if name in _FILES:
        return f"{len(value)} 份"
    titles = {"department": terms.departments, "ground": terms.pauses}
    if name in titles:
        return str(titles[name].get(value, value))
    say = _WORDS.get(name)
    return str(value) if say is None else say(value)


_PERSONS = frozenset({"owner", "inspector"})
_CASES = frozenset({"into", "lead", "previous"})
_FILES = frozenset({"attachments", "surveys"})


def measured_words(claim: Measured) -> str:
    """What was measured outside the approval, in words."""
    size = f"约 {claim.area_m2:,.0f} m²，最深 {claim.depth_m:.1f} m"
    return f"{claim.on} 测量（等级 {claim.grade}），{size}"


def observed_words(seen: Observation) -> str:
    """What a later survey saw of the claimed land, in words."""
    limit = f"{seen.on} 测量（等级 {seen.grade}，能发现 {seen.detection_limit_m:.1f} m 以上的超出）"
    if seen.clear:
        return f"{limit}：原超出地块上未发现超出批准范围"
    return f"{limit}：原超出地块上仍有约 {seen.remains_m2:,.0f} m² 超出批准范围"


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "closure": lambda key: Closure(key).word,
    "priority": lambda key: PRIORITIES.get(int(key), str(key)),
    "months": lambda months: f"第 {months} 个月",
    "days": lambda days: f"{days} 日",
    "claim": lambda facts: measured_words(measured(facts)),
    "observation": lambda facts: observed_words(observation(facts)),
}
