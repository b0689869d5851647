"""Coordinate systems: identities, refusals, areas, and the offsets of web maps."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_registry.domain import crs
from geo_registry.domain.crs import WorkPlane, transformer
from geo_registry.domain.errors import BadRequest, Refused

HERE = np.array([[122.12, 37.5], [122.05, 37.4], [122.25, 37.53]])
GCJ02 = np.array([[122.1250563, 37.50103], [122.0550187, 37.4009585], [122.2548077, 37.5308641]])
BD09 = np.array([[122.1315841, 37.5069359], [122.0614224, 37.407212], [122.2612606, 37.5369495]])


def test_the_plane_of_the_district_is_epsg_4550():
    plane = WorkPlane.containing(122.12)
    assert (plane, plane.code) == (WorkPlane(123), "EPSG:4550")
    corner = plane.to_degrees(shapely.Point(422_300, 4_152_400))
    assert (corner.x, corner.y) == pytest.approx((122.121298938, 37.500316533), abs=1e-9)
    back = plane.to_plane(np.array([corner, None], dtype=object))
    assert (back[0].x, back[0].y) == pytest.approx((422_300, 4_152_400), abs=1e-6)
    assert back[1] is None


def test_a_meridian_outside_the_chinese_grid_works_too():
    plane = WorkPlane.containing(9.52)
    there = plane.to_plane(shapely.Point(9.52, 47.1))
    assert 500_000 < there.x < 550_000
    assert plane.to_degrees(there).x == pytest.approx(9.52)


def test_areas_are_geodesic_and_holes_are_subtracted():
    plane = WorkPlane(123)
    box = shapely.box(422_200, 4_152_400, 422_300, 4_152_460)
    hole = box.difference(shapely.box(422_210, 4_152_410, 422_220, 4_152_420))
    assert crs.geodesic_area_m2(plane.to_degrees(box)) == pytest.approx(5999.107, abs=1e-3)
    assert crs.geodesic_area_m2(plane.to_degrees(hole)) == pytest.approx(5899.122, abs=1e-2)
    assert crs.mu_from_m2(2000) == pytest.approx(3)


@pytest.mark.parametrize(
    ("source", "target"),
    [(4326, 4490), (4490, 4326), ("OGC:CRS84", 4490), (4979, 4490)],
)
def test_wgs84_and_cgcs2000_are_an_identity(source, target):
    assert transformer(source, target)(HERE) == pytest.approx(HERE, abs=1e-9)


def test_the_identity_holds_composed_with_a_projection():
    plane = transformer(4490, 4550)(HERE)
    for source in (4326, "OGC:CRS84"):
        assert transformer(source, 4550)(HERE) == pytest.approx(plane, abs=1e-6)
    mercator = transformer(4490, 3857)(HERE)
    assert transformer(3857, 4550)(mercator) == pytest.approx(plane, abs=1e-6)


@pytest.mark.parametrize("old", [4214, 4610, 2438, 2362])
def test_the_silent_zero_shift_is_refused_in_both_directions(old):
    with pytest.raises(Refused, match="可靠转换参数"):
        transformer(old, 4490)
    with pytest.raises(Refused, match="可靠转换参数"):
        transformer(4490, old)


def test_an_unknown_system_is_a_question_gone_wrong():
    with pytest.raises(BadRequest, match="认不出坐标系"):
        transformer("EPSG:99999999", 4490)


def test_gcj02_and_bd09_both_ways():
    assert crs.gcj02_from_wgs84(HERE) == pytest.approx(GCJ02, abs=2e-7)
    assert crs.bd09_from_wgs84(HERE) == pytest.approx(BD09, abs=2e-7)
    assert crs.wgs84_from_gcj02(GCJ02) == pytest.approx(HERE, abs=2e-7)
    assert crs.wgs84_from_bd09(BD09) == pytest.approx(HERE, abs=2e-7)
    point = crs.degrees_from(shapely.Point(GCJ02[0]), "GCJ-02")
    assert (point.x, point.y) == pytest.approx(HERE[0], abs=2e-7)


@pytest.mark.parametrize("east", [300_000, 422_200, 500_000, 650_000])
def test_the_quick_area_of_a_plane_is_the_geodesic_one(east):
    plane = WorkPlane(123)
    yard = shapely.box(east + 150, 4_152_500, east + 250, 4_152_600)
    site = shapely.box(east, 4_152_400, east + 400, 4_152_700).difference(yard)
    land = shapely.union_all([site, shapely.box(east + 900, 4_152_000, east + 950, 4_152_090)])
    geodesic = crs.geodesic_area_m2(plane.to_degrees(land.segmentize(20.0)))
    assert plane.ellipsoidal_area_m2(land) == pytest.approx(geodesic, rel=1e-8)
    assert plane.ellipsoidal_area_m2(shapely.Polygon()) == 0.0


@pytest.mark.parametrize("width", [2_900.0, 3_100.0, 40_000.0])
def test_areas_of_wide_land_are_integrated(width):
    plane = WorkPlane(123)
    land = shapely.Polygon(
        [(430_000, 4_150_000), (430_000 + width, 4_150_000), (430_000, 4_153_000)]
    )
    geodesic = crs.geodesic_area_m2(plane.to_degrees(land.segmentize(50.0)))
    assert plane.ellipsoidal_area_m2(land) == pytest.approx(geodesic, rel=1e-7)
