"""Canonical JSON: equal contents have equal bytes."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.canonical import canonical, digest, plain

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(VALUES)
def test_reading_it_back_and_writing_it_again_changes_nothing(value: object) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(TEXT, st.integers()))
def test_the_order_in_which_keys_came_does_not_matter(value: dict[str, int]) -> None:
    turned = dict(reversed([*plain(value).items()]))
    assert digest(turned) == digest(value)


def test_numbers_with_a_fraction_are_text_and_letters_are_composed() -> None:
    assert canonical({"b": [1.5, 2.0, -0.0], "a": "e\u0301", "d": date(2026, 11, 23)}).decode() == (
        '{"a":"é","b":["1.5","2","0"],"d":"2026-11-23"}'
    )
