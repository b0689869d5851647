"""Growth between surveys and encroachment on the approval: two questions, each with its errors."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_registry.domain.cemetery import METHODS, Accuracy, Approval, Cemetery, CemeteryType, Survey
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Level
from geo_registry.domain.growth import (
    GrowthLevel,
    area_error_m2,
    change_between,
    time_line,
)

PLANE = WorkPlane(123)
APPROVED = shapely.box(422_200, 4_152_400, 422_300, 4_152_460)
SMALL = shapely.box(422_200, 4_152_400, 422_260, 4_152_460)
WIDE = shapely.box(422_200, 4_152_400, 422_280, 4_152_460)
OVER = shapely.box(422_200, 4_152_400, 422_312, 4_152_460)


def survey(number, year, extent, method="rtk", **more):
    known = METHODS[method]
    return Survey(
        number, date(year, 5, 1), method, extent, known.accuracy, known.grade,
        recorded_order=number, **more,
    )  # fmt: skip


def site(*surveys, since=date(2010, 1, 1)):
    approval = Approval(1, "grants", APPROVED, Accuracy(0.1), "A", since)
    return Cemetery("cemetery:1", "示例公墓", CemeteryType.RURAL_PUBLIC, (approval,), surveys)


def test_growth_inside_the_approval_is_no_encroachment():
    line = time_line(site(survey(1, 2018, SMALL), survey(2, 2024, WIDE)), PLANE)
    grown = line.moments[1].change
    assert grown.gained.level is GrowthLevel.MEASURED
    assert grown.gained.area_m2 == pytest.approx(1200, rel=1e-3)
    assert line.moments[1].assessed.verdict.verdict is Level.NONE
    assert line.trails == ()


def test_encroachment_without_growth():
    line = time_line(site(survey(1, 2018, OVER), survey(2, 2024, OVER)), PLANE)
    assert line.moments[1].change.gained.level is GrowthLevel.UNCHANGED
    assert not line.moments[1].change.net_certain
    (trail,) = line.trails
    assert [s.survey.id for s in trail.sightings] == [1, 2]
    assert (trail.first_seen, trail.unseen_on) == (date(2018, 5, 1), None)
    assert trail.status == "present"


def test_land_given_up_is_told_apart_from_land_gained():
    moved = shapely.box(422_220, 4_152_400, 422_320, 4_152_460)
    change = change_between(survey(1, 2018, APPROVED), survey(2, 2024, moved), PLANE)
    assert change.gained.area_m2 == pytest.approx(1200, rel=1e-3)
    assert change.lost.area_m2 == pytest.approx(1200, rel=1e-3)
    assert change.lost.level.word(gained=False) == "实测缩减"
    assert change.net_m2 == pytest.approx(0, abs=0.1)


def test_errors_of_both_surveys_count():
    image, precise = survey(1, 2018, APPROVED, "satellite"), survey(2, 2024, APPROVED)
    one = change_between(image, precise, PLANE)
    assert one.net_standard_error_m2 == pytest.approx(
        np.hypot(area_error_m2(image), area_error_m2(precise))
    )
    wider = shapely.box(422_200, 4_152_400, 422_302, 4_152_460)
    by_image = change_between(image, survey(2, 2024, wider), PLANE)
    by_rtk = change_between(precise, survey(3, 2024, wider), PLANE)
    assert by_image.gained.level is GrowthLevel.WITHIN_ERROR
    assert by_rtk.gained.level is GrowthLevel.MEASURED


def test_growth_never_speaks_of_approvals():
    wider = shapely.box(422_200, 4_152_400, 422_304, 4_152_460)
    change = change_between(survey(1, 2018, APPROVED, "satellite"), survey(2, 2024, wider), PLANE)
    assert change.gained.level.seen
    assert not change.gained.located
    said = "".join(change.gained.reasons) + change.gained.level.word()
    assert not any(word in said for word in ("批准", "超出", "超界"))


def test_an_image_may_make_growth_likely_and_no_more():
    far = shapely.box(422_200, 4_152_400, 422_340, 4_152_460)
    for first, second in (("satellite", "rtk"), ("rtk", "satellite")):
        change = change_between(
            survey(1, 2018, APPROVED, first), survey(2, 2024, far, second), PLANE
        )
        assert change.gained.level is GrowthLevel.LIKELY
        assert change.gained.reasons


def test_the_area_error_is_what_redrawing_scatters():
    """First-order error of the area against 4,000 redrawings of a rectangle of four corners."""
    known = Survey(1, date(2024, 5, 1), "rtk", APPROVED, Accuracy(0.5, 0.3), "A")
    rng = np.random.default_rng(11)
    corners = shapely.get_coordinates(APPROVED)[:-1]
    shift = rng.normal(0, 0.3, (4000, 1, 2))
    # Corners 60 and 100 m apart, errors correlated over 30 m round the ring of 320 m.
    along = np.array([0.0, 60.0, 160.0, 220.0])
    apart = np.abs(along[:, None] - along)
    covariance = 0.4**2 * np.exp(-np.minimum(apart, 320 - apart) / 30)
    own = rng.multivariate_normal(np.zeros(4), covariance, (4000, 2)).transpose(0, 2, 1)
    areas = shapely.area(shapely.polygons(corners + shift + own))
    assert area_error_m2(known) == pytest.approx(areas.std(), rel=0.05)


@settings(max_examples=25, deadline=None)
@given(east=st.floats(-30, 30), north=st.floats(-30, 30), seed=st.integers(0, 2**32 - 1))
def test_change_backwards_is_change_forwards(east, north, seed):
    rng = np.random.default_rng(seed)
    ring = shapely.get_coordinates(APPROVED)[:-1] + rng.normal(0, 0.1, (4, 2))
    other = shapely.Polygon(ring).union(
        shapely.box(422_290, 4_152_450, 422_300 + east, 4_152_460 + north)
    )
    a, b = survey(1, 2018, APPROVED), survey(2, 2024, other)
    forth = change_between(a, b, PLANE)
    back = change_between(b, a, PLANE)
    assert forth.net_m2 == pytest.approx(-back.net_m2)
    assert (forth.gained.level, forth.lost.level) == (back.lost.level, back.gained.level)
    assert forth.gained.area_m2 == pytest.approx(back.lost.area_m2)


def test_an_unfinished_trace_has_no_area():
    half = survey(2, 2024, OVER, complete_trace=False)
    change = change_between(survey(1, 2018, APPROVED), half, PLANE)
    assert change.net_m2 is None
    assert not change.net_certain
    assert change.gained.level is GrowthLevel.MEASURED


def test_a_second_instrument_confirms_what_the_first_saw():
    far = shapely.box(422_200, 4_152_400, 422_330, 4_152_460)
    walks = [survey(1, 2018, APPROVED), survey(2, 2020, far, "satellite")]
    (image,) = time_line(site(*walks, survey(3, 2021, far, "online_imagery")), PLANE).trails
    assert image.second_sensor is None
    (seen,) = time_line(site(*walks, survey(3, 2021, far, "rtk")), PLANE).trails
    assert seen.second_sensor.survey.id == 3
    assert (seen.unseen_on, seen.first_seen) == (date(2018, 5, 1), date(2020, 5, 1))
    (sketched,) = time_line(site(*walks, survey(3, 2021, far, "sketch")), PLANE).trails
    assert sketched.second_sensor is None


def test_only_a_survey_that_could_see_the_strip_says_that_it_is_gone():
    seen = survey(1, 2018, OVER)
    (gone,) = time_line(site(seen, survey(2, 2024, APPROVED)), PLANE).trails
    assert gone.status == "removed"
    (unsure,) = time_line(site(seen, survey(2, 2024, APPROVED, "phone_trees")), PLANE).trails
    assert unsure.status == "unsure"


def test_a_survey_before_any_approval_grows_but_exceeds_nothing():
    line = time_line(
        site(survey(1, 2005, SMALL), survey(2, 2018, WIDE), since=date(2010, 1, 1)), PLANE
    )
    assert [m.assessed is None for m in line.moments] == [True, False]
    assert line.moments[1].change.gained.level is GrowthLevel.MEASURED


def test_each_of_two_strips_has_figures_of_its_own():
    both = shapely.union_all([OVER, shapely.box(422_220, 4_152_460, 422_280, 4_152_470)])
    east, north = sorted(
        time_line(site(survey(1, 2018, both)), PLANE).trails, key=lambda t: -t.sightings[0].area_m2
    )
    assert (east.side, north.side) == ("东侧", "北侧")
    assert east.sightings[0].area_m2 == pytest.approx(720, rel=1e-3)
    assert north.sightings[0].area_m2 == pytest.approx(600, rel=1e-3)
    assert 0 < north.sightings[0].standard_error_m2 < east.sightings[0].standard_error_m2 * 2
    assert north.sightings[0].at_least_m2 < 600
