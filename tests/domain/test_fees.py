"""Charges checked against lists: which list holds, what may be charged, for how many years."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.fees import FeeItem, check, fee_terms
from geo_registry.domain.reference import Reference
from geo_registry.rules.example_money import CARE, CARVING, NICHE, charge, fee_list


def _found(reference: Reference, *lists: object, **made: object) -> dict[str, str]:
    one = charge(made.pop("item", NICHE), made.pop("yuan", 2000), **made)  # type: ignore[arg-type]
    return {f.rule: f.outcome for f in check(one, lists, reference.fee_terms)}  # type: ignore[arg-type]


def test_the_list_of_the_day_decides(reference: Reference) -> None:
    old = fee_list(valid_from=date(2018, 1, 1), valid_to=date(2024, 5, 6))
    new = fee_list(FeeItem("A01", "骨灰格位安葬", "gov_guided", "个", 150_000),
                   valid_from=date(2024, 5, 6))  # fmt: skip
    before = date(2024, 5, 5)
    assert _found(reference, old, new, charged_on=before) == {}
    assert _found(reference, old, new, charged_on=date(2024, 5, 6)) == {"above_ceiling": "over"}
    assert _found(reference, old, charged_on=date(2024, 5, 6)) == {"off_list": "no_list"}


def test_the_lowest_ceiling_of_several_lists_decides(reference: Reference) -> None:
    own = fee_list(FeeItem("A01", "骨灰格位安葬", "market", "个", 300_000))
    assert _found(reference, fee_list(), own, yuan=2500) == {"above_ceiling": "over"}


def test_one_posted_list_is_enough(reference: Reference) -> None:
    hidden = fee_list(posted_on=None)
    assert _found(reference, hidden) == {"unposted": "unposted"}
    assert _found(reference, hidden, fee_list()) == {}


@given(
    quantity=st.integers(1, 50), years=st.integers(1, 20), over=st.integers(-300, 300),
)  # fmt: skip
def test_nothing_up_to_the_ceiling_is_too_much(
    reference: Reference, quantity: int, years: int, over: int
) -> None:
    allowed = 50 * quantity * years
    paid = max(allowed + over, 0)
    found = _found(
        reference, fee_list(), item=CARE, yuan=paid, quantity=Decimal(quantity), years=years
    )
    assert found == ({"above_ceiling": "over"} if paid > allowed else {})


@given(st.integers(21, 200))
def test_maintenance_over_twenty_years_is_told_on_and_off_the_list(
    reference: Reference, years: int
) -> None:
    listed = _found(reference, fee_list(), item=CARE, yuan=1, years=years)
    assert listed == {"term_over_20y": "term_over_20y"}
    unlisted = _found(reference, fee_list(), item="护墓费", yuan=1, years=years)
    assert unlisted == {"off_list": "off_list", "term_over_20y": "term_over_20y"}
    assert _found(reference, fee_list(), item=NICHE, yuan=1, years=years) == {}


def test_faults_add_up(reference: Reference) -> None:
    hidden = fee_list(posted_on=None)
    found = _found(reference, hidden, item=CARVING, yuan=100, forced=True)
    assert found == {"above_ceiling": "over_posted", "unposted": "unposted", "forced": "forced"}


def test_terms_name_the_article_of_their_day(reference: Reference) -> None:
    terms = reference.fee_terms
    day = date(2026, 3, 29)
    old, new = terms.maintenance_on(day), terms.maintenance_on(day + timedelta(days=1))
    assert old is not None
    assert new is not None
    assert (old.law, old.confidence) == ("公墓管理暂行办法", "B")
    assert (new.law, new.article, new.confidence) == (
        "殡葬管理条例（2026年修订）", "条款待核", "C",
    )  # fmt: skip
    with pytest.raises(BadRequest, match="读不出来"):
        fee_terms({"price_types": [{}]}, "terms.toml")
    with pytest.raises(BadRequest, match="价格形式"):
        fee_terms({"price_types": [], "maintenance_years": []}, "terms.toml")
