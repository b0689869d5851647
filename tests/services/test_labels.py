"""The labelled findings: enough of them, readable, and obeyed by the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo_registry.domain.errors import Unreadable
from geo_registry.domain.measured import Label, measured, weighs_more_than_a_hint, wilson
from geo_registry.domain.rule import Rule
from geo_registry.rules import catalogue
from geo_registry.services.rulebook.labels import COLUMNS, load_labels
from geo_registry.settings import shipped

LABELS = load_labels(shipped("data"))


def test_at_least_three_hundred_findings_of_present_rules_are_labelled() -> None:
    rules = catalogue()
    present = [x for x in LABELS if x.rule in rules and x.version == rules[x.rule].version]
    assert len(present) >= 300
    assert all(x.why and x.labelled_by for x in present)


def test_nothing_is_labelled_twice() -> None:
    identities = [(x.rule, x.version, x.outcome, x.name) for x in LABELS]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.id)
def test_a_rule_that_is_wrong_too_often_is_only_a_hint(rule: Rule) -> None:
    if measured(rule, LABELS).too_often_wrong:
        assert not weighs_more_than_a_hint(rule)


def test_labels_of_an_earlier_version_do_not_count() -> None:
    rule = catalogue()["pn.uniq.homophone"]
    own = [x for x in LABELS if x.rule == rule.id and x.version == rule.version]
    found = measured(rule, [*own, _older(own[0])])
    assert (found.sample + found.unsure, found.outdated) == (len(own), 1)


def test_the_interval_holds_the_rate_and_narrows() -> None:
    few, many = wilson(2, 40), wilson(50, 1000)
    assert few[0] < 0.05 < few[1]
    assert many[1] - many[0] < few[1] - few[0]
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("line", "said"),
    [("a\tb", "第 2 行有 2 列"), ("\t".join(["x"] * len(COLUMNS)), "版本号或日期")],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    text = "\t".join(COLUMNS) + "\n" + line + "\n"
    (folder / "name_findings.tsv").write_text(text, "utf-8")
    with pytest.raises(Unreadable, match=said):
        load_labels(tmp_path)


def _older(label: Label) -> Label:
    fields = {name: getattr(label, name) for name in Label.__dataclass_fields__}
    return Label(**{**fields, "version": 0})
