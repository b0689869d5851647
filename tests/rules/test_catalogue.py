"""Every rule of the catalogue: its examples, its headings, its name."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from geo_registry import rules
from geo_registry.domain.errors import NotFound
from geo_registry.domain.rule import Example, Rule

CATALOGUE = rules.catalogue()
FIRING = [(r, e) for r in CATALOGUE.values() for e in r.fires_on]
SILENT = [(r, e) for r in CATALOGUE.values() for e in r.silent_on]


def _name(value: object) -> str | None:
    if isinstance(value, Rule):
        return value.id
    return value.title if isinstance(value, Example) else None


@pytest.mark.parametrize(("rule", "example"), FIRING, ids=_name)
def test_a_rule_fires_on_its_example(rule: Rule, example: Example) -> None:
    gazetteer = example.gazetteer()
    assert example.outcome in {hit.outcome for hit in rule.check(gazetteer)}
    for finding in rule.run(gazetteer):
        assert "{" not in finding.message
        assert finding.basis, "a finding always cites what it rests on"


@pytest.mark.parametrize(("rule", "example"), SILENT, ids=_name)
def test_a_rule_is_silent_on_its_example(rule: Rule, example: Example) -> None:
    assert list(rule.run(example.gazetteer())) == []


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=_name)
def test_a_rule_has_both_kinds_of_examples_and_the_fixed_headings(rule: Rule) -> None:
    assert rule.fires_on
    assert rule.silent_on
    for heading in ("Why:", "Fix:", "Not a finding:"):
        assert heading in rule.doc
    outcomes = {example.outcome for example in rule.fires_on}
    assert outcomes == set(rule.judgements), "every judgement has an example"


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=_name)
def test_a_rule_with_unconfirmed_law_never_weighs_more_than_a_warning(rule: Rule) -> None:
    for example in rule.fires_on:
        for finding in rule.run(example.gazetteer()):
            if finding.confidence in {"B", "C"}:
                assert finding.severity.word != "违反"


def test_a_rule_file_is_named_after_its_id() -> None:
    for family in rules.FAMILIES:
        folder = Path(importlib.import_module(f"geo_registry.rules.{family}").__path__[0])
        for path in folder.glob("[a-z]*.py"):
            module = importlib.import_module(f"geo_registry.rules.{family}.{path.stem}")
            found = getattr(module, "RULES", None) or (module.RULE,)
            for rule in found:
                assert rule.id.replace(".", "_").startswith(f"{family}_{path.stem}")


def test_an_unknown_rule_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"pn\.uniq\.homophone"):
        rules.rule("pn.uniq.homofone")
