"""The bounds that screening rests on are bounds, and close enough to spare something."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.synthetic_boundaries import synthetic_boundaries
from geo_registry.domain.area_error import Outline, own_gradient, variance
from geo_registry.domain.cemetery import Accuracy
from geo_registry.domain.ring_bounds import (
    Rings,
    areas_in_strips,
    compact_bound,
    form_bound,
    least_outside_m2,
)

X, Y = 422_200.0, 4_152_400.0
SITE = shapely.box(X, Y, X + 100, Y + 60)
HOLED = SITE.difference(shapely.box(X + 40, Y + 20, X + 60, Y + 40))
TWO = shapely.union_all([SITE, shapely.box(X + 150, Y, X + 190, Y + 30)])
MADE = synthetic_boundaries(120, seed=9)
SHAPES = np.array([*MADE.observed[:60], SITE, SITE.reverse(), HOLED, TWO], dtype=object)


def exact_form(extent, correlation_m: float) -> float:
    outline = Outline.of(extent)
    return variance(outline, own_gradient(outline), Accuracy(1.0), correlation_m)


def test_the_bound_of_the_variance_is_a_bound_and_close():
    for length in (0.0, 5.0, 30.0, 200.0):
        for least, extent in zip(form_bound(Rings.of(SHAPES), length), SHAPES, strict=True):
            exact = exact_form(extent, length)
            assert least <= exact * (1 + 1e-9)
            if length <= 30.0 and extent.length > 300.0:
                assert least >= 0.8 * exact


def test_the_compact_bound_is_a_bound_and_of_the_same_size():
    for length in (0.0, 5.0, 30.0, 200.0):
        for least, extent in zip(compact_bound(SHAPES, length), SHAPES, strict=True):
            assert least <= exact_form(extent, length) * (1 + 1e-9)
    ordinary = compact_bound(MADE.observed, 30.0) / form_bound(Rings.of(MADE.observed), 30.0)
    assert np.median(ordinary) > 0.3


@settings(deadline=None, max_examples=200)
@given(
    sides=st.tuples(st.floats(0.5, 2_000.0), st.floats(0.5, 2_000.0)),
    step=st.floats(0.2, 3_000.0),
    length=st.floats(0.1, 500.0),
    turned=st.floats(0.0, 3.0),
    pinched=st.floats(0.0, 0.9),
)
def test_the_compact_bound_holds_for_long_narrow_and_pinched_sites(
    sides, step, length, turned, pinched
):
    width, height = sides
    ring = [(0, 0), (width / 2, pinched * height / 2), (width, 0), (width, height), (0, height)]
    extent = shapely.Polygon(ring).segmentize(max(step, (width + height) / 200.0))
    extent = shapely.affinity.rotate(extent, turned, use_radians=True)
    assert compact_bound(np.array([extent]), length)[0] <= exact_form(extent, length) * (1 + 1e-9)


def test_strips_hold_what_clipping_says():
    box = shapely.bounds(SHAPES)
    for first, last in ((0, 4), (7, 12), (90, 96)):
        found = areas_in_strips(Rings.of(SHAPES), box, first, last)
        for extent, (west, south, east, north), areas in zip(SHAPES, box, found, strict=True):
            cuts = west + (east - west) / 96 * np.arange(first, last + 1)
            for i, area in enumerate(areas):
                clipped = extent.intersection(shapely.box(cuts[i], south, cuts[i + 1], north))
                assert abs(clipped.area - area) < 1e-5
    # Of another extent than the one the box is of, all that lies in the window counts, no more.
    shifted = shapely.transform(SITE, lambda c: c + np.array([-30.0, -5.0]))
    found = areas_in_strips(Rings.of(np.array([shifted])), box[60:61], 0, 96)
    assert abs(found.sum() - 70 * 60) < 1e-5


def test_the_strips_never_promise_more_than_lies_outside():
    outside = shapely.area(shapely.difference(MADE.observed, MADE.approved))
    for enough in (1.0, 1e9):
        least = least_outside_m2(MADE.observed, MADE.approved, enough)
        assert (least <= outside + 1e-6).all()
        assert np.median(least) > 1.0  # or it would spare nothing
    mixed = np.array([HOLED, TWO, SITE, SITE], dtype=object)
    approved = np.array([SITE, SITE, HOLED, TWO], dtype=object)
    least = least_outside_m2(mixed, approved, 1e9)
    assert np.allclose(least, [0.0, 1200.0, 400.0, 0.0], atol=1e-5)
