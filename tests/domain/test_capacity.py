"""The capacity forecast: its distribution, its interval, its edges."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.capacity import (
    Demand,
    beta_cdf,
    demand,
    f_quantile,
    lasting,
    new_plots,
)

ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("p", "one", "two", "expected"),
    [  # tables of the F distribution, degrees of freedom 2a and 2b
        (0.95, 2.5, 5.0, 3.3258),
        (0.95, 0.5, 5.0, 4.9646),
        (0.99, 5.0, 10.0, 3.3682),
        (0.95, 60.0, 60.0, 1.3519),
        (0.5, 5.0, 5.0, 1.0),
    ],
)
def test_quantiles_are_those_of_the_tables(
    p: float, one: float, two: float, expected: float
) -> None:
    assert f_quantile(p, one, two) == pytest.approx(expected, abs=6e-5)


@given(st.floats(0.3, 400), st.floats(0.3, 400), st.floats(0.001, 0.999))
def test_the_beta_distribution_is_one(a: float, b: float, x: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(1 - beta_cdf(1 - x, b, a), abs=1e-9)
    assert 0 <= beta_cdf(x, a, b) <= 1
    assert beta_cdf(x, a, 1.0) == pytest.approx(x**a, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "plots", "years"), [(3.0, 20, 3), (12.0, 150, 5), (0.7, 30, 10), (40.0, 900, 5)]
)
def test_the_interval_holds_the_true_time(rate: float, plots: int, years: int) -> None:
    """Of cemeteries whose plots go at a constant rate nine in ten last as long as was said."""
    random = np.random.default_rng(20261123)
    inside = told = 0
    for _ in range(500):
        taken = tuple(int(x) for x in random.poisson(rate, years))
        found = lasting(plots, Demand(taken, taken))
        if found is None:
            continue
        told += 1
        inside += found.least <= random.gamma(plots) / rate <= found.most
    assert 0.87 <= inside / told <= 0.96


def test_years_that_differ_more_than_chance_widen_the_interval() -> None:
    calm, wild = (Demand(taken, taken) for taken in ((10, 9, 11, 10, 10), (0, 30, 1, 18, 1)))
    assert calm.dispersion == 1.0
    assert wild.dispersion > 10
    one, other = lasting(100, calm), lasting(100, wild)
    assert one is not None
    assert other is not None
    assert other.most - other.least > 2 * (one.most - one.least)


def test_days_are_counted_in_whole_years_back() -> None:
    days = [ON - timedelta(days=d) for d in (0, 100, 364, 366, 800, 4000)]
    seen = demand(days, days[:2], ON, 5)
    assert seen.taken == (3, 1, 1, 0, 0)
    assert seen.burials == (2, 0, 0, 0, 0)
    assert demand([ON + timedelta(days=9)], [], ON, 5) == Demand((), ())
    assert demand([ON - timedelta(days=200)], [], ON, 5).years == 0


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert lasting(10, Demand((), ())) is None
    assert lasting(10, Demand((0, 0), (0, 0))) is None
    empty = lasting(0, Demand((3,), (3,)))
    assert empty is not None
    assert empty.years == empty.most == 0.0


@given(st.integers(1, 5000), st.lists(st.integers(0, 200), min_size=1, max_size=10))
def test_the_interval_is_ordered_and_finite(plots: int, taken: list[int]) -> None:
    found = lasting(plots, Demand(tuple(taken), tuple(taken)))
    if found is None:
        assert sum(taken) == 0
    else:
        assert 0 <= found.least <= found.years <= found.most < math.inf


def test_new_plots_on_approved_land() -> None:
    assert new_plots(10_000, 0.4, 1.0, 0.0) == 4000
    assert new_plots(10_000, 0.4, 1.0, 3999.5) == 0
    assert new_plots(10_000, 0.4, 1.0, 9000) == 0
    assert new_plots(7.5, 0.4, 1.0, 0.0) == 3
