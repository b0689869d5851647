"""What a rule's page says, as plain values for the API, the command line and the docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo_registry.domain.basis import Basis
from geo_registry.domain.finding import Severity
from geo_registry.domain.measured import Label, measured
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.rule import Rule
from geo_registry.domain.wordlist import BUREAU, WordList

_AREAS = {
    "village": "一个村（社区）",
    "town": "一个镇（街道）",
    "built_up": "一个建成区",
    "legal_county": "一个县级区域",
    "stat_county": "一个县级统计区域",
    "province": "一个省",
    "nation": "全国",
}
_PARTS = {"full": "登记全称", "stem": "去掉组织后缀的名称", "core": "专名"}
_SOUNDS = {
    "none": "写法相同",
    "toned": "同音同调",
    "toneless": "同音（不计声调）",
    "dialect": "方言同音",
}


@dataclass(frozen=True, slots=True)
class Background:
    """What an installation judges by, for the pages: tables, district, labels, the day."""

    reference: Reference
    profile: Profile
    labels: tuple[Label, ...]
    on: date


def describe(rule: Rule, background: Background) -> dict[str, Any]:
    """Everything a person may want to know of a rule; its weights are those of that day's law."""
    return {
        "id": rule.id,
        "version": rule.version,
        "title": rule.title,
        "severity": {
            outcome: {
                "new": _weight(rule, outcome, background.on, is_new=True),
                "legacy": _weight(rule, outcome, background.on, is_new=False),
            }
            for outcome in rule.judgements
        },
        "messages": {outcome: j.message for outcome, j in rule.judgements.items()},
        "applies_to": list(rule.applies_to),
        "basis": [describe_basis(b) for b in rule.basis],
        "confidence": rule.confidence,
        "guidance": {
            "why": rule.guidance.why,
            "fix": rule.guidance.fix,
            "exempt": rule.guidance.exempt,
        },
        "doc": rule.doc.strip(),
        "examples": {
            "fires_on": [e.title for e in rule.fires_on],
            "silent_on": [e.title for e in rule.silent_on],
        },
        "false_positives": false_positives(rule, background.labels),
        "parameters": list(_parameters(rule, background)),
        "word_lists": [
            describe_list(background.reference.wordlists[list_id])
            for list_id in rule.parameters.get("wordlists", ())
            if list_id in background.reference.wordlists
        ],
    }


def _weight(rule: Rule, outcome: str, on: date, *, is_new: bool) -> Severity | None:
    weight = rule.weigh(outcome, is_new=is_new, first=on, last=on)
    return weight.severity if weight else None


def describe_basis(basis: Basis) -> dict[str, Any]:
    """A legal basis with its dates and how well it is known."""
    return {
        "law": basis.law,
        "article": basis.article,
        "number": basis.number,
        "text": str(basis),
        "confidence": basis.confidence,
        "valid_from": basis.valid_from,
        "valid_to": basis.valid_to,
        "note": basis.note,
    }


def false_positives(rule: Rule, labels: Iterable[Label]) -> dict[str, Any]:
    """The published rate of wrong findings of the present version; None without labels."""
    found = measured(rule, labels)
    return {
        "sample": found.sample,
        "wrong": found.wrong,
        "unsure": found.unsure,
        "outdated": found.outdated,
        "rate": found.rate,
        "interval": found.interval,
    }


def rate_in_words(page: dict[str, Any]) -> str:
    """误报 1/38（2.6 %，95 % 区间 0.5–13.5 %）, or that nobody has looked yet."""
    found = page["false_positives"]
    if not found["sample"]:
        return "尚无标注样本"
    low, high = found["interval"]
    return (
        f"误报 {found['wrong']}/{found['sample']}（{found['rate']:.1%}，"
        f"95% 区间 {low:.1%}–{high:.1%}）"
    )


def describe_list(words: WordList) -> dict[str, Any]:
    """A word list. Words that the bureau keeps are counted, never shown: some are sensitive."""
    return {
        "id": words.id,
        "title": words.title,
        "note": words.note,
        "kept_by": words.kept_by,
        "file": words.file,
        "by_bureau": words.by_bureau,
        "entries": list(_entries(words)),
        "exempt": [{"pattern": e.pattern, "reason": e.reason} for e in words.exempt],
    }


def _entries(words: WordList) -> Iterator[dict[str, Any]]:
    """Words of one source, classes and exemptions together."""
    groups: dict[tuple[Any, ...], list[str]] = {}
    for word in words.words:
        if word.kept_by != BUREAU:
            key = word.source, word.confidence, word.classes, word.exempt
            groups.setdefault(key, []).append(word.text)
    for (source, confidence, classes, exempt), texts in groups.items():
        yield {
            "words": texts,
            "source": source,
            "confidence": confidence,
            "classes": [class_title(c) for c in classes],
            "exempt": [{"pattern": e.pattern, "reason": e.reason} for e in exempt],
        }


def class_title(place_class: str) -> str:
    """The Chinese title of a class or a family of classes."""
    if place_class in PLACE_CLASSES:
        return PLACE_CLASSES[place_class]
    titles = {"division": "行政区划", "settlement": "居民点"}
    return titles.get(place_class, place_class)


def _parameters(rule: Rule, background: Background) -> Iterator[dict[str, Any]]:
    """The rows of the table of uniqueness and the district's settings that the rule goes by."""
    for row in background.profile.compared(background.reference.uniqueness):
        if row.rule == rule.id:
            yield {
                "title": "比对范围：" + "、".join(class_title(c) for c in row.place_classes),
                "value": f"{_AREAS[row.scope]}内，比较{_PARTS[row.part]}，{_SOUNDS[row.sound]}"
                + (f"；范围不明时改用{_AREAS[row.fallback]}" if row.fallback else ""),
                "source": row.basis,
                "confirmed": row.confirmed,
            }
    for key in rule.parameters.get("settings", ()):
        parameter = background.profile.parameters.get(key) or getattr(background.profile, key, None)
        if parameter is not None:
            yield {
                "title": parameter.title,
                "value": parameter.value,
                "source": parameter.source,
                "confirmed": parameter.confirmed,
            }
