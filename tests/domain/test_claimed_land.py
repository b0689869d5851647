"""What is claimed: its error in linear time, how deep it reaches, and corners that stand alone."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo_registry.domain.area_error import Outline, gradient, own_gradient, variance
from geo_registry.domain.area_gain import area_test
from geo_registry.domain.boundary_tests import (
    DEFAULT,
    LEAST_P,
    approved_parts,
    beyond,
    depth_test,
    upper_tail,
)
from geo_registry.domain.cemetery import Accuracy, Approval, Survey
from geo_registry.domain.claimed_land import claim_of, max_depth_m
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.depth_search import deepest
from geo_registry.domain.encroachment import Level, assess
from geo_registry.domain.errors import Unreadable
from geo_registry.domain.rings import clean

PLANE = WorkPlane(123)
X, Y = 422_200.0, 4_152_400.0
A = shapely.box(X, Y, X + 100, Y + 60)


def approval(extent=A, sigma=0.05) -> Approval:
    return Approval(1, "grants", extent, Accuracy(sigma), "A", None)


def survey(extent, sigma=0.5) -> Survey:
    return Survey(1, date(2024, 9, 1), "rtk", extent, Accuracy(sigma), "A")


def ring(count: int, radius: float, random: np.random.Generator) -> shapely.Polygon:
    angles = np.sort(random.uniform(0.0, math.tau, count))
    far = radius * random.uniform(0.8, 1.2, count)
    return shapely.Polygon(np.column_stack([X + far * np.cos(angles), Y + far * np.sin(angles)]))


# --- errors ---------------------------------------------------------------------------------------


def pair_by_pair(outline: Outline, form, accuracies, correlation_m: float) -> float:
    total = 0.0
    for owner, accuracy in enumerate(accuracies):
        own = np.flatnonzero(outline.owner[outline.ring] == owner)
        decay = np.exp(-outline.distances(own, own) / correlation_m)
        total += accuracy.vertex_m**2 * float((form[own].conj() @ decay @ form[own]).real)
        total += accuracy.shift_m**2 * abs(form[own].sum()) ** 2
    return total


@pytest.mark.parametrize("count", [3, 20, 33, 300])
@pytest.mark.parametrize("radius", [40.0, 30_000.0])
@pytest.mark.parametrize("correlation_m", [1.0, 30.0, 1e4])
def test_errors_in_linear_time_are_those_of_all_pairs(count, radius, correlation_m):
    random = np.random.default_rng(count)
    holed = ring(count, radius, random).buffer(0).difference(ring(5, radius / 9, random))
    outline = Outline.of(
        holed, shapely.box(X, Y, X + 2 * radius, Y + radius).segmentize(radius / 9)
    )
    accuracies = (Accuracy(1.0, 0.6), Accuracy(0.3))
    for form in (own_gradient(outline), gradient(outline, holed.difference(A))):
        found = variance(outline, form, accuracies, correlation_m)
        assert found == pytest.approx(pair_by_pair(outline, form, accuracies, correlation_m))


def test_corners_just_opposite_count_once():
    outline = Outline.of(A.segmentize(1.0))
    form = own_gradient(outline)
    found = variance(outline, form, Accuracy(1.0), 30.0)
    assert found == pytest.approx(pair_by_pair(outline, form, (Accuracy(1.0),), 30.0), rel=1e-12)


@pytest.mark.parametrize("count", [3, 4, 20, 51, 300])
@pytest.mark.parametrize("correlation_m", [0.0, 1.0, 30.0, 1e4])
def test_no_error_of_a_gain_exceeds_the_one_by_perimeters(count, correlation_m):
    random = np.random.default_rng(count)
    for radius in (3.0, 60.0, 2_000.0):
        granted = ring(count, radius, random).buffer(0)
        observed = (
            ring(count, 1.3 * radius, random).buffer(0).difference(ring(5, radius / 9, random))
        )
        parts = approved_parts([approval(granted, sigma=0.4)], Accuracy(2.0, 1.2))
        known = replace(DEFAULT, correlation_m=correlation_m)
        area = area_test(parts, observed, Accuracy(2.0, 1.2), known)
        assert area.standard_error_m2 <= area.most_error_m2 * (1.0 + 1e-9)
        if area.beyond_doubt:
            assert upper_tail(area.excess_m2 / area.standard_error_m2) <= LEAST_P


def test_a_gain_beyond_doubt_is_confirmed_and_the_depth_agrees():
    twice = survey(A.buffer(70.0, join_style="mitre"))
    found = assess([approval(A)], twice, WorkPlane(123))
    assert area_test(found.depth.parts, twice.extent, twice.accuracy).beyond_doubt
    assert found.verdict is Level.CONFIRMED
    assert found.p_bound == 2.0 * LEAST_P
    assert found.depth.confirmed
    assert found.depth.p_bound == LEAST_P


@pytest.mark.parametrize("out", [2.0, 3.5, 6.0])
@pytest.mark.parametrize("other", [0.5, 1e-3, 1e-6, 1e-9])
def test_the_smaller_of_two_chances_needs_no_search(out, other):
    observed = shapely.box(X, Y, X + 100.0 + out, Y + 60.0)
    parts = approved_parts([approval(A)], Accuracy(1.0))
    whole = depth_test(parts, observed, share=0.5, chance_too=False).p_bound
    asked = depth_test(parts, observed, share=0.5, chance_too=False).p_bound_at_most(other)
    assert asked == pytest.approx(min(whole, other), rel=1e-6)


# --- depths ---------------------------------------------------------------------------------------


@given(st.floats(0.05, 60.0), st.floats(0.5, 4.0), st.sets(st.floats(0.5, 6.0), max_size=3))
@settings(max_examples=200, deadline=None)
@example(56.5, 1.34375, {1.0, 3.703125})  # a short step far from the level
def test_the_deepest_level_is_found(root, power, known):
    asked = []

    def filled(k: float) -> float:
        asked.append(k)
        return max(1.0 + (root - k) / 3.0, 0.0) ** power

    found = deepest(filled, {k: filled(k) for k in known})
    assert found == pytest.approx(root, abs=3e-5 * max(1.0, root))
    assert len(asked) - len(known) <= 16
    assert deepest(filled, {}, least=root * 1.1) == 0.0


def farthest(claim, approved) -> float:
    west, south, east, north = claim.bounds
    x, y = np.meshgrid(np.linspace(west, east, 300), np.linspace(south, north, 300))
    points = shapely.points(x.ravel(), y.ravel())
    return float(shapely.distance(points[shapely.covers(claim, points)], approved).max())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("approved", "observed"),
    [
        # An edge of the survey cuts across a hollow: nothing is deeper at its corners.
        (A.difference(shapely.box(X + 30, Y + 20, X + 70, Y + 60)), A),
        (A.difference(shapely.box(X + 40, Y + 20, X + 60, Y + 40)), A),
        (A, shapely.box(X, Y, X + 110, Y + 75)),
        (A.union(shapely.box(X + 150, Y, X + 250, Y + 60)), shapely.box(X, Y, X + 250, Y + 60)),
    ],
)
def test_the_deepest_point_may_lie_anywhere(approved, observed):
    parts = approved_parts([approval(approved)], Accuracy(0.5))
    claim = claim_of(parts, observed, depth_test(parts, observed).core_suspected)
    truth = farthest(claim, approved)
    assert max_depth_m(claim, parts) == pytest.approx(truth, rel=0.01)
    within = beyond(claim, parts, 1.645)
    assert max_depth_m(claim, parts, within) == pytest.approx(truth, rel=0.01)


def test_of_many_corners_the_farthest_is_found():
    random = np.random.default_rng(7)
    approved, observed = ring(400, 200.0, random).buffer(0), ring(900, 230.0, random).buffer(0)
    parts = approved_parts([approval(approved)], Accuracy(0.1))
    claim = observed.difference(approved)
    corners = shapely.distance(shapely.points(shapely.get_coordinates(claim)), approved).max()
    assert max_depth_m(claim, parts) >= corners - 1e-9


# --- corners that stand alone ---------------------------------------------------------------------


def moved(extent, *corners: int, by: float) -> shapely.Polygon:
    """Some corners of the eastern side of a rectangle further east."""
    points = shapely.get_coordinates(extent)[:-1].copy()
    east = np.flatnonzero(points[:, 0] == points[:, 0].max())
    points[east[list(corners)], 0] += by
    return shapely.Polygon(points)


@pytest.mark.parametrize("start", [0, 3, 20])
def test_one_corner_that_stands_out_only_suspects(start):
    trace = A.segmentize(10.0)
    points = np.roll(shapely.get_coordinates(moved(trace, 3, by=8.0))[:-1], start, axis=0)
    found = assess([approval()], survey(shapely.Polygon(points)), PLANE)
    assert (found.geometric, found.verdict) == (Level.CONFIRMED, Level.SUSPECTED)
    assert "单点突出，可能是粗差，请复核该点" in found.reasons
    assert found.p_bound < 0.01


@pytest.mark.parametrize("corners", [(2, 3), (1, 2, 3, 4)])
def test_land_that_shows_in_several_corners_is_confirmed(corners):
    found = assess([approval()], survey(moved(A.segmentize(10.0), *corners, by=8.0)), PLANE)
    assert (found.verdict, found.reasons) == (Level.CONFIRMED, ())


def test_one_corner_further_out_does_not_hide_what_the_rest_shows():
    strip = shapely.box(X, Y, X + 108, Y + 60).segmentize(10.0)
    found = assess([approval()], survey(moved(strip, 3, by=20.0)), PLANE)
    assert (found.verdict, found.reasons) == (Level.CONFIRMED, ())
    yard = A.difference(shapely.box(X + 40, Y + 20, X + 60, Y + 40))
    found = assess([approval(yard)], survey(A.segmentize(10.0)), PLANE)
    assert found.verdict is Level.CONFIRMED  # no corner at all lies in the filled yard


def test_the_bound_is_no_smaller_than_anyone_can_know():
    found = assess([approval()], survey(shapely.box(X, Y, X + 120, Y + 60), 0.1), PLANE)
    assert found.p_bound == pytest.approx(2e-9)
    partial = replace(survey(shapely.box(X, Y, X + 120, Y + 60), 0.1), complete_trace=False)
    assert assess([approval()], partial, PLANE).p_bound == pytest.approx(1e-9)


def test_absurdly_many_points_are_refused_in_one_sentence():
    angles = np.linspace(0.0, math.tau, 500_001, endpoint=False)
    circle = shapely.Polygon(np.column_stack([X + 60 * np.cos(angles), Y + 60 * np.sin(angles)]))
    with pytest.raises(Unreadable, match="500,002 个点"):
        clean(circle)
