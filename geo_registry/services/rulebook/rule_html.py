"""Rule pages as HTML: one page a rule, readable without scripts, and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from geo_registry.domain.finding import Severity
from geo_registry.domain.place import EVERY_CLASS
from geo_registry.domain.rule import Example, Rule
from geo_registry.rules import FAMILIES, catalogue
from geo_registry.services.rulebook.rule_pages import (
    Background,
    class_title,
    describe,
    rate_in_words,
)

_TEMPLATES = Path(__file__).resolve().parent / "templates"
FAMILY_TITLES: Mapping[str, str] = {"pn": "地名", "cm": "公墓", "gd": "数据质量"}
CONFIDENCE_WORDS: Mapping[str, str] = {
    "A": "已核对全文",
    "B": "据节选，待核对全文",
    "C": "据转引，待核对原文",
    "M": "测算得出",
    "local": "本区规定",
}
_SHAPES: Mapping[str, str] = {
    "block": "M8 1.5 14.5 8 8 14.5 1.5 8z",
    "error": "M8 1.5 14.5 8 8 14.5 1.5 8z",
    "warn": "M8 2 14.5 13.500h-13z",
    "info": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
    "task": "M3 3h10v10H3z",
}


def rule_page(rule: Rule, background: Background, *, served: bool = True) -> str:
    """The page of a rule. ``served``: with the links of the service, else of a folder of files."""
    page = describe(rule, background)
    shown = [_shown(rule, example) for example in rule.fires_on]
    return (
        _environment()
        .get_template("rule.html")
        .render(
            page=page,
            family=FAMILY_TITLES.get(rule.id.split(".")[0], ""),
            classes=_classes_in_words(rule),
            judgements=[
                {
                    "new": page["severity"][outcome]["new"],
                    "legacy": page["severity"][outcome]["legacy"],
                    "example": next(s["message"] for s in shown if s["outcome"] == outcome),
                }
                for outcome in rule.judgements
            ],
            fires=shown,
            silent=page["examples"]["silent_on"],
            rate=rate_in_words(page),
            served=served,
        )
    )


def missing_page(rule_id: str) -> str:
    """What stands under the address of a rule that does not exist: the rules there are."""
    return (
        _environment()
        .get_template("missing.html")
        .render(rule_id=rule_id, families=_by_family(catalogue().values()), served=True)
    )


def refusal_page(title: str, message: str, advice: str) -> str:
    """What a person sees who was sent here by another site and is refused."""
    return (
        _environment()
        .get_template("refusal.html")
        .render(title=title, message=message, advice=advice, served=True)
    )


def export(folder: Path, background: Background) -> int:
    """Write the page of every rule and an index into a folder; the number of rules.

    Raises ``OSError`` where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rules = catalogue()
    for rule in rules.values():
        page = rule_page(rule, background, served=False)
        (folder / f"{rule.id}.html").write_text(page, "utf-8")
    rates = {r.id: rate_in_words(describe(r, background)) for r in rules.values()}
    index = (
        _environment()
        .get_template("index.html")
        .render(families=_by_family(rules.values()), rates=rates, served=False)
    )
    (folder / "index.html").write_text(index, "utf-8")
    return len(rules)


def _shown(rule: Rule, example: Example) -> dict[str, Any]:
    """An example with what the rule really says of it."""
    gazetteer = example.gazetteer()
    found = next((f for f in rule.run(gazetteer) if f.outcome == example.outcome), None)
    if found is not None:
        return {
            "title": example.title,
            "outcome": example.outcome,
            "severity": found.severity,
            "message": found.message,
        }
    # The fact is there, but nothing is said of it for a name of that age.
    hit = next(h for h in rule.check(gazetteer) if h.outcome == example.outcome)
    message = rule.judgements[example.outcome].message.format(**hit.facts)
    return {
        "title": example.title,
        "outcome": example.outcome,
        "severity": None,
        "message": message,
    }


def _classes_in_words(rule: Rule) -> str:
    if set(rule.applies_to) >= set(EVERY_CLASS):
        return "各类地名"
    return "、".join(class_title(c) for c in rule.applies_to)


def _by_family(rules: Iterable[Rule]) -> list[tuple[str, list[Rule]]]:
    found = [(FAMILY_TITLES.get(f, f), [r for r in rules if r.id.startswith(f)]) for f in FAMILIES]
    return [(title, listed) for title, listed in found if listed]


@lru_cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["confidence_words"] = CONFIDENCE_WORDS
    made.globals["shapes"] = _SHAPES
    made.filters["word"] = lambda severity: Severity(severity).word
    made.filters["listed"] = _listed
    return made


def _listed(value: Any) -> str:
    """A value of a parameter as people write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(str(v) for v in value) or "未填"
    return str(value)
