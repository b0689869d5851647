"""Screening never decides otherwise than the full path, and its bounds are bounds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.synthetic_boundaries import synthetic_boundaries
from geo_registry.domain.boundary_screen import (
    CONFIRMED,
    LEVELS,
    NONE,
    UNDECIDED,
    WITHIN_TOLERANCE,
    Pairs,
    dilations,
    screen,
    words,
)
from geo_registry.domain.cemetery import Accuracy, Approval, Survey
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Level, assess, quiet

PLANE = WorkPlane(123)
DAY = date(2024, 9, 1)
X, Y = 422_200.0, 4_152_400.0
SITE = shapely.box(X, Y, X + 100, Y + 60)


def pairs_of(approved, observed, of_approved, of_observed, complete=True) -> Pairs:
    count = len(approved)
    return Pairs(
        np.array(approved, dtype=object),
        np.array(observed, dtype=object),
        np.full(count, of_approved.sigma_m),
        np.full(count, of_approved.vertex_m),
        np.full(count, of_observed.sigma_m),
        np.full(count, of_observed.vertex_m),
        np.full(count, complete),
    )


def in_full(approved, observed, of_approved, of_observed, complete=True):
    approval = Approval(1, "grants", approved, of_approved, "A", None)
    survey = Survey(1, DAY, "rtk", observed, of_observed, "A", complete_trace=complete)
    return approval, survey, assess([approval], survey, PLANE)


def decided_alike(approved, observed, of_approved, of_observed, complete=True) -> float:
    """The share that was decided; every decision is that of the full path."""
    found = screen(pairs_of(approved, observed, of_approved, of_observed, complete))
    for level, a, b in zip(found, approved, observed, strict=True):
        full = in_full(a, b, of_approved, of_observed, complete)[2].geometric
        assert level == UNDECIDED or LEVELS[level] is full
    return float((found != UNDECIDED).mean())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sigma_a", "sigma_b", "shift", "complete"),
    [(0.3, 0.4, 0.5, True), (0.05, 0.05, 0.0, True), (0.1, 2.0, 0.9, True), (1.2, 3.0, 1.0, False)],
)
def test_screened_verdicts_are_those_of_the_full_path(sigma_a, sigma_b, shift, complete):
    made = synthetic_boundaries(150, seed=int(sigma_b * 100))
    of_a, of_b = Accuracy(sigma_a, sigma_a * shift), Accuracy(sigma_b, sigma_b * shift)
    decided_alike(made.approved, made.observed, of_a, of_b, complete)


def test_nearly_all_of_an_ordinary_table_is_decided():
    made = synthetic_boundaries(300, seed=3)
    of_a, of_b = Accuracy(0.3, 0.2), Accuracy(0.4, 0.3)
    assert decided_alike(made.approved, made.observed, of_a, of_b) > 0.95


HOLED = SITE.difference(shapely.box(X + 40, Y + 20, X + 60, Y + 40))
TWO = shapely.union_all([SITE, shapely.box(X + 150, Y, X + 190, Y + 30)])
SHAPES = (SITE, HOLED, TWO)


@settings(deadline=None, max_examples=150)
@given(
    approved=st.sampled_from(SHAPES),
    observed=st.sampled_from(SHAPES),
    shift=st.tuples(st.floats(-8, 8), st.floats(-8, 8)),
    grown=st.floats(-3, 6),
    sigma=st.tuples(st.floats(0.01, 4), st.floats(0.01, 4)),
    share=st.floats(0, 1),
    complete=st.booleans(),
)
def test_no_decision_differs_whatever_the_shapes(
    approved, observed, shift, grown, sigma, share, complete
):
    moved = shapely.transform(observed, lambda c: c + np.array(shift))
    seen = moved.buffer(grown, join_style="mitre")
    if seen.is_empty:
        return
    of_a, of_b = (Accuracy(s, s * share) for s in sigma)
    decided_alike([approved], [seen], of_a, of_b, complete)


@pytest.mark.parametrize("depth", [0.5, 2.0, 4.0, 5.5, 6.5, 8.0, 30.0])
@pytest.mark.parametrize("width", [1.0, 8.0, 12.0, 60.0])
def test_whatever_a_bulge_measures_it_is_confirmed_only_where_the_full_path_confirms(depth, width):
    bulge = shapely.box(X + 99, Y + 30 - width / 2, X + 100 + depth, Y + 30 + width / 2)
    observed = shapely.union_all([SITE, bulge])
    for sigma in (0.05, 0.3, 0.9, 2.0):
        decided_alike([SITE] * 2, [observed, TWO], Accuracy(sigma), Accuracy(sigma))


def test_land_far_beyond_all_errors_is_confirmed_without_the_full_path():
    observed = [
        shapely.union_all([SITE, shapely.box(X + 90, Y, X + 100 + d, Y + 60)]) for d in (9, 30)
    ]
    found = screen(pairs_of([SITE] * 2, observed, Accuracy(0.3), Accuracy(0.4)))
    assert found.tolist() == [CONFIRMED, CONFIRMED]


def test_a_notch_that_was_filled_is_not_taken_for_land_far_off():
    notched = SITE.difference(shapely.box(X + 45, Y + 20, X + 55, Y + 60))
    for sigma in (0.2, 0.5, 0.8, 1.5):
        decided_alike([notched], [SITE], Accuracy(sigma), Accuracy(sigma))


def test_what_is_the_same_is_nothing_and_what_wanders_is_within_tolerance():
    accuracy = Accuracy(0.5, 0.2)
    inside = SITE.buffer(-1.0)
    wandering = shapely.box(X - 0.3, Y, X + 99.7, Y + 60)
    grown = shapely.box(X, Y, X + 120, Y + 60)
    approved = [SITE] * 4
    found = screen(pairs_of(approved, [SITE, inside, wandering, grown], accuracy, accuracy))
    assert found.tolist() == [NONE, NONE, WITHIN_TOLERANCE, CONFIRMED]
    assert words(found[3]) is Level.CONFIRMED
    with pytest.raises(ValueError, match="no level"):
        words(UNDECIDED)


def test_kept_dilations_change_nothing():
    made = synthetic_boundaries(80, seed=5)
    pairs = pairs_of(made.approved, made.observed, Accuracy(0.3), Accuracy(0.4))
    assert screen(pairs).tolist() == screen(pairs, dilated=dilations(pairs)).tolist()


def test_a_quiet_verdict_has_the_numbers_of_the_full_one():
    of_a, of_b = Accuracy(0.1, 0.05), Accuracy(0.5, 0.3)
    observed = shapely.box(X - 0.2, Y, X + 99.8, Y + 60)
    approval, survey, full = in_full(SITE, observed, of_a, of_b)
    found = quiet([approval], survey, PLANE, Level.WITHIN_TOLERANCE)
    assert full.verdict is found.verdict
    for name in ("noise_floor_m2", "detection_limit_m", "area_gain_m2", "approved_area_m2"):
        assert getattr(found, name) == pytest.approx(getattr(full, name), rel=1e-12)
    assert found.reasons == full.reasons
    assert np.isnan(found.p_bound)
    assert np.isnan(found.raw_area_m2)
