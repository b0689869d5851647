"""Subsidies: the way of an application, schemes by date, what speaks against a claim."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.errors import BadRequest, Conflict, Refused, RegistryError
from geo_registry.domain.money import fen, in_words, yuan
from geo_registry.domain.reference import Reference
from geo_registry.domain.subsidy import (
    LIVE,
    TRANSITIONS,
    Act,
    Application,
    State,
    Step,
    advance,
    open_acts,
    scheme_on,
    subsidy_schemes,
)
from geo_registry.domain.subsidy_doubts import WORDS, Doubt, alike, doubts, in_words_of, standard_of
from geo_registry.rules.example_money import claim

TODAY = date(2024, 6, 1)
steps = st.builds(
    Step,
    act=st.sampled_from(Act),
    on=st.dates(date(2024, 1, 1), date(2024, 12, 31)),
    reason=st.sampled_from(["", "  ", "材料齐全"]),
    amount=st.sampled_from([None, 0, 80_000, 10**12]),
    voucher=st.sampled_from(["", "V-1"]),
    doubts=st.sampled_from([(), ("户籍不详",)]),
)


@given(st.lists(steps, max_size=12))
def test_whatever_clerks_do_an_application_is_paid_once_and_completely(asked: list[Step]) -> None:
    now = Application(State.APPLIED, date(2024, 1, 1))
    paid = 0
    for step in asked:
        try:
            after = advance(now, step, today=TODAY)
        except RegistryError:
            continue
        allowed, to = TRANSITIONS[step.act]
        assert now.state in allowed
        assert after.state is to
        assert now.since <= after.since <= TODAY
        if to is State.PAID:
            paid += 1
            assert after.amount
            assert after.voucher
        now = after
    assert paid <= 1
    if now.state in {State.CHECKED, State.APPROVED, State.PAID, State.RECOVERED}:
        assert now.amount


@given(st.sampled_from(State))
def test_ended_applications_stay_ended(state: State) -> None:
    ended = state in {State.REFUSED, State.WITHDRAWN, State.RECOVERED}
    assert (open_acts(state) == ()) == ended
    assert (state in LIVE) != ended


def test_a_second_payment_is_a_conflict_and_a_leap_is_refused() -> None:
    paid = Application(State.PAID, TODAY, 80_000, "V-1")
    with pytest.raises(Conflict, match="没有重复发放"):
        advance(paid, Step(Act.PAY, TODAY, voucher="V-2"), today=TODAY)
    with pytest.raises(Refused, match="可以办理：审核"):
        advance(Application(State.APPLIED, TODAY), Step(Act.PAY, TODAY), today=TODAY)
    with pytest.raises(BadRequest, match="凭证号"):
        advance(Application(State.APPROVED, TODAY, 80_000), Step(Act.PAY, TODAY), today=TODAY)


def test_doubts_ask_for_a_reason_and_nothing_else() -> None:
    fresh = Application(State.APPLIED, TODAY)
    step = Step(Act.CHECK, TODAY, amount=80_000, doubts=("户籍不详",))
    with pytest.raises(Refused, match="户籍不详"):
        advance(fresh, step, today=TODAY)
    reasoned = Step(Act.CHECK, TODAY, "已看户口簿", 80_000, doubts=("户籍不详",))
    assert advance(fresh, reasoned, today=TODAY).state is State.CHECKED


def test_the_day_of_the_burial_decides_the_amount(reference: Reference) -> None:
    terms = reference.subsidy_schemes
    assert standard_of(claim("sea"), terms) == 80_000
    assert standard_of(claim("no_ashes"), terms) == 100_000
    assert standard_of(claim("lawn"), terms) is None
    assert standard_of(claim(buried_on=date(2016, 12, 31)), terms) is None
    assert standard_of(claim(buried_on=date(2017, 1, 1)), terms) == 80_000


def test_a_later_scheme_takes_over_on_its_day() -> None:
    table = {
        "schemes": [
            {"id": i, "title": i, "law": "", "number": "", "article": "", "hukou": ["3710"],
             "form": "", "confirmed_by": "", "paid_by": "", "confidence": "C", "source": "",
             "valid_from": begin, "valid_to": end,
             "amounts": [{"kinds": ["sea"], "yuan": amount}]}
            for i, begin, end, amount in (
                ("old", date(2017, 1, 1), date(2024, 6, 30), 800),
                ("new", date(2024, 7, 1), None, 1200.5),
            )
        ]
    }  # fmt: skip
    schemes = subsidy_schemes(table, "test.toml")
    for day, wanted in ((date(2024, 6, 30), 80_000), (date(2024, 7, 1), 120_050)):
        found = scheme_on(schemes, day, "371002101")
        assert found is not None
        assert found.amount("sea", day) == wanted
    broken = {"schemes": [{"id": "x"}]}
    with pytest.raises(BadRequest, match=r"test\.toml 第 1 项"):
        subsidy_schemes(broken, "test.toml")


def test_every_doubt_has_words(reference: Reference) -> None:
    odd = (
        claim(hukou_code=None, confirmed_by="", graves=("ash_single",), amount=1),
        claim("lawn", hukou_code="11", identified=False),
        claim(buried_on=date(2010, 1, 1)),
        claim(hukou_code="110101"),
    )
    found = {
        (d.rule, d.outcome): in_words_of(d)
        for c in odd
        for d in doubts(c, reference.subsidy_schemes, reference.eco_kinds, twins=1)
    }
    assert found.keys() == WORDS.keys()
    assert not any("{" in said for said in found.values())
    assert not doubts(claim(), reference.subsidy_schemes, reference.eco_kinds)


def test_a_burial_without_a_plot_fits_a_tree_and_contradicts_the_sea(reference: Reference) -> None:
    def of(kind: str, *graves: str) -> set[str]:
        found = doubts(claim(kind, graves=graves), reference.subsidy_schemes, reference.eco_kinds)
        return {d.outcome for d in found if d.rule == "eligibility"}

    assert of("tree", "") == set()
    assert of("tree", "ash_single") == {"has_grave"}
    assert of("sea", "") == {"has_grave"}


def test_claims_are_alike_for_different_persons_only() -> None:
    a, b, c = claim(alike="x"), claim(number=2, alike="x"), claim(number=3)
    assert alike((a, b, c)) == ((a, b),)
    assert alike((a, a)) == ()
    assert in_words_of(Doubt("duplicate", "alike", {"count": 1})).startswith("另有 1 笔")


@given(st.integers(0, 10**11))
def test_fen_and_yuan_are_inverse(amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert Decimal(in_words(amount).removesuffix(" 元").replace(",", "")) == yuan(amount)


@pytest.mark.parametrize("bad", ["0.001", "NaN", "Infinity", "1e12", "-1e12"])
def test_amounts_that_are_none(bad: str) -> None:
    with pytest.raises(ValueError, match="金额"):
        fen(Decimal(bad))


@given(st.integers(-400, 400))
def test_the_law_of_the_burial_does_not_depend_on_when_it_is_applied_for(days: int) -> None:
    late = claim(applied_on=date(2024, 5, 6) + timedelta(days=days))
    assert late.act_day == date(2024, 5, 1)
