"""Uploads in the wrong coordinate system are recognised, and right ones are left alone."""

from __future__ import annotations

import pytest
import shapely

from geo_registry.domain.crs import (
    CGCS2000,
    WorkPlane,
    bd09_from_wgs84,
    gcj02_from_wgs84,
    transformer,
)
from geo_registry.domain.crs_check import suspect

PLANE = WorkPlane(123)
SITE = shapely.box(422_200, 4_152_400, 422_300, 4_152_460)
REGISTERED = PLANE.to_degrees(SITE)
GROWN = PLANE.to_degrees(shapely.box(422_200, 4_152_400, 422_320, 4_152_461))
DISTRICT = shapely.box(121.95, 37.30, 122.35, 37.58)


def written(system):
    """The grown site in the numbers of another system."""
    return shapely.transform(GROWN, transformer(CGCS2000, system))


@pytest.mark.parametrize(
    "system", ["EPSG:4490", "EPSG:4326", "EPSG:4550", "EPSG:4529", "EPSG:3857"]
)
@pytest.mark.parametrize("reference", [REGISTERED, DISTRICT])
def test_the_declared_system_stands_where_it_is_right(system, reference):
    assert suspect(written(system), system, reference) is None


@pytest.mark.parametrize(
    ("shift", "system", "words"),
    [(gcj02_from_wgs84, "GCJ02", "约 46"), (bd09_from_wgs84, "BD09", "约 1,28")],
)
def test_web_map_offsets_are_recognised_and_worded(shift, system, words):
    found = suspect(shapely.transform(REGISTERED, shift), "EPSG:4490", REGISTERED)
    assert found is not None
    assert found.system == system
    assert words in found.message
    assert "偏东" in found.message
    assert "不会改动坐标" in found.message


def test_swapped_axes_are_recognised():
    degrees = shapely.transform(GROWN, lambda xy: xy[:, ::-1])
    metres = shapely.transform(written("EPSG:4550"), lambda xy: xy[:, ::-1])
    for reference in (REGISTERED, DISTRICT):
        assert suspect(degrees, "EPSG:4490", reference).system == "swapped+EPSG:4490"
        assert suspect(metres, "EPSG:4550", reference).system == "swapped+EPSG:4550"


@pytest.mark.parametrize(
    ("written_in", "declared", "expected"),
    [
        ("EPSG:4550", "EPSG:4549", {"EPSG:4550"}),
        ("EPSG:4529", "EPSG:4550", {"EPSG:4529"}),
        ("EPSG:32651", "EPSG:4550", {"EPSG:32651"}),
        ("EPSG:3857", "EPSG:4490", {"EPSG:3857"}),
    ],
)
def test_a_wrong_zone_or_projection_is_recognised(written_in, declared, expected):
    assert suspect(written(written_in), declared, REGISTERED).system in expected


def test_a_boundary_that_fits_nothing_raises_no_suspicion():
    far = PLANE.to_degrees(shapely.box(430_000, 4_152_400, 430_100, 4_152_460))
    assert suspect(far, "EPSG:4490", REGISTERED) is None
