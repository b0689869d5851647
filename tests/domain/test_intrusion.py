"""Land inside other land: real overlaps are found, boundaries that merely touch are not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_registry.domain.intrusion import intrusion
from geo_registry.domain.partition import overlaps

ZONE = shapely.box(100, -200, 400, 300)


def test_a_strip_inside_a_zone_is_measured():
    found = intrusion(shapely.box(0, 0, 110, 60), 0.1, ZONE, 1.0)
    assert found is not None
    assert found.area_m2 == pytest.approx(600, abs=0.1)
    assert 480 < found.at_least_m2 < 510
    assert found.at_least_m2 == pytest.approx(60 * (10 - 1.645 * np.hypot(0.1, 1.0)), abs=0.5)


@pytest.mark.parametrize("reach", [0.0, 0.5, 2.0])
def test_touching_or_overlapping_within_the_errors_is_nothing(reach):
    assert intrusion(shapely.box(0, 0, 100 + reach, 60), 0.1, ZONE, 1.0) is None


def test_a_site_wholly_inside_a_zone_is_found_whole():
    found = intrusion(shapely.box(200, 0, 260, 60), 0.1, ZONE, 1.0)
    assert found is not None
    assert found.area_m2 == pytest.approx(3600)
    assert found.at_least_m2 == pytest.approx(3600)


def test_the_answer_does_not_depend_on_how_far_the_zone_reaches_elsewhere():
    land = shapely.box(0, 0, 110, 60)
    near = intrusion(land, 0.1, shapely.box(100, -50, 160, 110), 1.0)
    far = intrusion(land, 0.1, shapely.box(100, -5000, 9000, 5000), 1.0)
    assert near is not None
    assert far is not None
    assert near.at_least_m2 == pytest.approx(far.at_least_m2, abs=1e-6)


def test_where_there_is_no_land_nothing_overlaps():
    assert overlaps([]) == []


def test_neighbours_with_a_common_boundary_keep_the_error_rate():
    random = np.random.default_rng(3)
    truth = shapely.box(0, 0, 100, 60).segmentize(10)
    corners = shapely.get_coordinates(truth)[:-1]
    alarms = 0
    for _ in range(400):
        error = random.normal(0, 0.7, (1, 2)) + random.normal(0, 0.7, corners.shape)
        land = shapely.Polygon(corners + error).buffer(0)
        alarms += intrusion(land, 1.0, ZONE, 0.0) is not None
    assert alarms / 400 <= 0.10
