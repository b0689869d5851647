from __future__ import annotations

import calendar as months
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.calendar import Calendar, Counting, Term, calendar_of, term_of
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reference import Reference

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
FILING = Term("filing", "备案", 15, basis="地名管理条例 13", confirmed=True)


def test_the_day_of_the_approval_is_not_counted(reference: Reference) -> None:
    deadline = FILING.deadline(date(2026, 6, 1), reference.calendar)
    assert deadline.due == date(2026, 6, 16)
    assert not deadline.overdue(date(2026, 6, 16))
    assert deadline.overdue(date(2026, 6, 17))
    assert deadline.in_words(date(2026, 6, 18)) == "已超期 2 天（应不晚于 2026-06-16）"


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2024, 2, 18), True),  # a Sunday worked after the Spring Festival
        (date(2024, 2, 12), False),
        (date(2025, 10, 8), False),  # a Wednesday: National Day and Mid-Autumn together
        (date(2026, 2, 23), False),  # the ninth day of the longest Spring Festival
        (date(2026, 1, 4), True),
        (date(2026, 11, 25), True),
        (date(2026, 11, 28), False),
    ],
)
def test_working_days_follow_the_orders(reference: Reference, day: date, *, working: bool) -> None:
    assert reference.calendar.is_working(day) is working


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_days_worked_are_weekends_and_days_off_are_not_lost(
    reference: Reference, year: int
) -> None:
    """Whatever is worked on a weekend pays for a weekday off beyond the days the law gives."""
    known = reference.calendar
    # The orders of 2024 and 2025 wait to be compared with their text.
    assert (year in known.years) is (year == 2026)
    assert all(d.weekday() >= 5 for d in known.worked if d.year == year)
    off = sum(d.weekday() < 5 for d in known.off if d.year == year)
    paid = off - sum(d.year == year for d in known.worked)
    # 11 days since 2014, 13 since 2025; the few that fall on weekends are made up on weekdays.
    assert paid == {2024: 11, 2025: 13, 2026: 13}[year]


def test_the_spring_festival_stretches_working_days(reference: Reference) -> None:
    start = date(2026, 2, 13)  # a Friday; the 14th is worked, then nine days off
    assert reference.calendar.after(start, 2, Counting.WORKING) == date(2026, 2, 24)
    assert reference.calendar.after(start, 2) == date(2026, 2, 15)


def test_a_term_that_rolls_ends_on_a_working_day(reference: Reference) -> None:
    rolling = Term("x", "x", 15, rolls=True)
    assert rolling.deadline(date(2026, 9, 20), reference.calendar).due == date(2026, 10, 8)


def test_a_year_without_an_order_is_counted_by_weekends_and_says_so(reference: Reference) -> None:
    term = Term("x", "x", 3, Counting.WORKING)
    deadline = term.deadline(date(2031, 1, 1), reference.calendar)
    assert not deadline.certain
    assert "按周末推算" in deadline.in_words(date(2031, 1, 2))
    assert FILING.deadline(date(2031, 1, 1), reference.calendar).certain


@given(DAYS, st.integers(0, 60))
def test_counting_there_and_back_agrees(reference: Reference, start: date, days: int) -> None:
    known = reference.calendar
    end = known.after(start, days, Counting.WORKING)
    assert known.working_days(start, end) == days
    assert days == 0 or known.is_working(end)
    assert end >= known.after(start, days)


@given(DAYS)
def test_weekends_alone_where_nothing_is_known(start: date) -> None:
    bare = Calendar()
    saturday = 5
    assert bare.is_working(start) == (months.weekday(*start.timetuple()[:3]) < saturday)
    assert bare.next_working(start) - start <= timedelta(days=2)


def test_bad_files_are_named() -> None:
    with pytest.raises(BadRequest, match=r"2027\.toml"):
        calendar_of([("2027.toml", {"year": 2027, "off": [{"title": "元旦"}]})])
    with pytest.raises(BadRequest, match="期限"):
        term_of({"key": "x", "title": "x", "days": "many"}, "clocks.toml")
    with pytest.raises(BadRequest, match="3660"):
        Calendar().after(date(2026, 1, 1), 99999)
