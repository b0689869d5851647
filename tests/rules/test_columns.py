"""Rules on whole tables: what a screen or a column form says is what the predicate says."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from geo_registry import reference as tables
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.rule import Rule
from geo_registry.rules import catalogue
from geo_registry.services.names.table_scan import scan_table
from geo_registry.settings import DEFAULT_PROFILE, shipped

DATA = shipped("data")
NAME_RULES = [rule for rule in catalogue().values() if rule.applies_to]
SECOND_FORM = [rule for rule in NAME_RULES if rule.screen or rule.columns]
CLASSES = tuple(c for c in PLACE_CLASSES if any(rule.concerns(c) for rule in SECOND_FORM))


@lru_cache
def _names_of_examples() -> tuple[str, ...]:
    """The names in the examples of all rules: every pattern that a rule knows."""
    found = {
        name.toponym.full
        for rule in catalogue().values()
        for example in (*rule.fires_on, *rule.silent_on)
        for place in example.gazetteer().places
        for name in place.names
    }
    return tuple(sorted(found))


def _scan(
    rules: Sequence[Rule],
    names: Sequence[str | None],
    scopes: Sequence[str | None],
    place_class: str,
    compare: str = "core",
) -> polars.DataFrame:
    return scan_table(
        names,
        scopes,
        place_class=place_class,
        compare=compare,
        reference=tables.load(DATA),
        profile=tables.load_profile(DATA, DEFAULT_PROFILE),
        on=date(2026, 1, 1),
        rules=rules,
    ).findings


def _assert_same(
    names: Sequence[str | None],
    scopes: Sequence[str | None],
    place_class: str,
    compare: str = "core",
) -> polars.DataFrame:
    rules = [rule for rule in SECOND_FORM if rule.concerns(place_class)]
    plain = [replace(rule, screen=None, columns=None) for rule in rules]
    quick = _scan(rules, names, scopes, place_class, compare)
    assert_frame_equal(quick, _scan(plain, names, scopes, place_class, compare))
    return quick


def test_every_name_rule_that_a_country_is_scanned_with_has_a_second_form() -> None:
    """Without one the scan of a country takes seconds longer; not wrong, but not forgotten."""
    slow = [r.id for r in NAME_RULES if r.concerns("committee_seat") and r not in SECOND_FORM]
    assert slow == []


@pytest.mark.slow
@pytest.mark.parametrize("place_class", CLASSES)
def test_both_forms_agree_on_the_names_of_all_examples(place_class: str) -> None:
    names = _names_of_examples()
    scopes = [*["甲"] * len(names), *(["甲", "乙"] * len(names))[: len(names)]]
    _assert_same([*names, *names], scopes, place_class)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 names, 1 areas"):
        _scan([], ["东村", "西村"], ["甲"], "committee_seat")


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.none(),
                st.deferred(lambda: st.sampled_from(_names_of_examples())),
                st.text("文化华东西一二1村路社区居委会长重朝國（）", max_size=6),
            ),
            st.sampled_from(["甲", "乙", "", None]),
        ),
        max_size=30,
    ),
    st.sampled_from(["committee_seat", "road", "estate", "division.town", "division.county"]),
    st.sampled_from(["full", "stem", "core"]),
)
def test_both_forms_agree_on_any_table(
    rows: list[tuple[str | None, str | None]], place_class: str, compare: str
) -> None:
    _assert_same([n for n, _ in rows], [s for _, s in rows], place_class, compare)


@pytest.mark.parametrize("compare", ["full", "stem", "core"])
def test_both_forms_agree_on_the_committees_of_the_district(compare: str) -> None:
    with (DATA / "divisions" / "huancui_villages.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = _assert_same(
        [r["name"] for r in rows],
        [r["mca_county_code"] for r in rows],
        "committee_seat",
        compare,
    )
    assert {"pn.uniq.homophone", "pn.uniq.village_seat_county"} <= set(found["rule"])


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("place_class", ["committee_seat", "road"])
def test_both_forms_agree_on_every_name_of_the_country(shared: Path, place_class: str) -> None:
    table = polars.read_parquet(shared / "data/divisions/cn_villages_nbs2023.parquet")
    if place_class == "road":  # village names as roads: nonsense, but every rule has much to say
        table = table.filter(polars.col("area_code").cast(polars.String).str.starts_with("37"))
    found = _assert_same(
        table["name"].to_list(), table["area_code"].cast(polars.String).to_list(), place_class
    )
    assert found.height > 10_000
