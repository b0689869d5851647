"""Beijing 1954, Xi'an 1980 and zones of six degrees: recognised, worded, never converted."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from geo_registry.domain.crs import CGCS2000, WorkPlane, transformer
from geo_registry.domain.crs_check import suspect
from geo_registry.domain.crs_words import title_of
from geo_registry.domain.errors import Refused
from geo_registry.domain.old_datums import (
    BEIJING54,
    XIAN80,
    old_datum,
    same_grid_on_cgcs2000,
    typical_shifts,
)

PLANE = WorkPlane(123)
ESRI_54 = (
    'PROJCS["Beijing_1954_3_Degree_GK_Zone_41",GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",'
    'SPHEROID["Krasovsky_1940",6378245.0,298.3]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",41500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",123.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
DISGUISED = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["Krassowsky 1940",6378245,298.3]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)


def site(size: float = 100.0, angle: float = 0.3) -> shapely.Polygon:
    box = shapely.box(422_200, 4_152_400, 422_200 + size, 4_152_400 + 0.6 * size)
    return shapely.affinity.rotate(box, math.degrees(angle))


def beijing54(plane_geometry, meridian: int = 123, false_easting: float = 500_000.0):
    """Grid numbers of 1954 of a place on the plane, by EPSG:15919 (an independent pipeline)."""
    move = Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart "
        "+ellps=WGS84 +step +inv +proj=helmert +x=15.53 +y=-113.82 +z=-41.38 +rx=0 +ry=0 "
        "+rz=0.814 +s=-0.38 +convention=position_vector +step +inv +proj=cart +ellps=krass "
        f"+step +proj=tmerc +lon_0={meridian} +x_0={false_easting} +ellps=krass"
    )
    degrees = PLANE.to_degrees(plane_geometry)
    return shapely.transform(degrees, lambda c: np.column_stack(move.transform(*c.T)[:2]))


def moved(geometry, east: float, north: float):
    return shapely.transform(geometry, lambda c: c + np.array([east, north]))


def test_the_typical_shifts_are_those_of_the_test_vectors() -> None:
    grid, _ = typical_shifts(122.12, 37.5, degrees=False)
    assert grid.centre == pytest.approx((-68.7, 40.0), abs=0.8)  # grid north is not true north
    degrees, _ = typical_shifts(122.12, 37.5, degrees=True)
    assert degrees.centre == pytest.approx((-67.4, -33.5), abs=0.8)
    inland = typical_shifts(105.0, 35.0, degrees=False)
    assert [(s.datum, s.local) for s in inland] == [(BEIJING54, False), (XIAN80, False)]
    off = (
        np.array(shapely.get_coordinates(beijing54(site()))[0]) - shapely.get_coordinates(site())[0]
    )
    assert grid.centre == pytest.approx(tuple(off), abs=0.5)


@pytest.mark.parametrize(
    ("declared", "datum", "grid"),
    [
        ("EPSG:4214", BEIJING54, "EPSG:4490"),
        ("EPSG:4610", XIAN80, "EPSG:4490"),
        ("EPSG:2438", BEIJING54, "EPSG:4550"),
        ("EPSG:2417", BEIJING54, "EPSG:4529"),
        ("EPSG:21421", BEIJING54, "EPSG:4499"),
        ("EPSG:2386", XIAN80, "EPSG:4550"),
        ("EPSG:2365", XIAN80, "EPSG:4529"),
        ("EPSG:2335", XIAN80, "EPSG:4499"),
        (ESRI_54, BEIJING54, "EPSG:4529"),
        ("EPSG:4550", None, "EPSG:4550"),
        ("EPSG:4326", None, "EPSG:4490"),
    ],
)
def test_old_datums_are_recognised_by_code_and_definition(declared, datum, grid) -> None:
    assert old_datum(declared) == datum
    assert same_grid_on_cgcs2000(declared) == grid


@pytest.mark.parametrize(
    "definition",
    [
        DISGUISED,
        ESRI_54,
        "+proj=longlat +ellps=krass +towgs84=0,0,0 +no_defs",
        "+proj=tmerc +lon_0=123 +x_0=500000 +ellps=krass +towgs84=0,0,0,0,0,0,0 +no_defs",
        "+proj=longlat +ellps=krass +nadgrids=@null +no_defs",
        "+proj=longlat +ellps=WGS84 +pm=paris +no_defs",
        *(f"EPSG:{code}" for code in (4214, 4610, 2438, 2417, 21421, 2386, 2365, 2335)),
    ],
)
def test_no_definition_gets_a_silent_zero_shift(definition) -> None:
    with pytest.raises(Refused, match="可靠转换参数"):
        transformer(definition, CGCS2000)
    with pytest.raises(Refused, match="可靠转换参数"):
        transformer(CGCS2000, definition)


@pytest.mark.parametrize("size", [40.0, 100.0, 400.0, 1200.0])
def test_numbers_of_1954_declared_as_cgcs2000_are_recognised(size: float) -> None:
    registered = PLANE.to_degrees(site(size))
    # local parameters differ from the published ones by their 15 m
    found = suspect(moved(beijing54(site(size)), 9.0, -11.0), "EPSG:4550", registered)
    assert found is not None
    assert found.system == "beijing54+EPSG:4550"
    assert not found.convertible
    assert "北京54" in found.message
    assert any("典型偏移约 80 m、方位 301°" in e and "15 m" in e for e in found.evidence)
    assert any("不会换算" in e for e in found.evidence)
    assert shapely.area(found.position.intersection(registered)) > 0.7 * registered.area


def test_degrees_of_1954_shift_to_the_other_side() -> None:
    off = shapely.transform(PLANE.to_degrees(moved(site(), -67.4, -33.5)), lambda c: c)
    found = suspect(off, "EPSG:4490", PLANE.to_degrees(site()))
    assert found is not None
    assert found.system == "beijing54+EPSG:4490"


@pytest.mark.parametrize(("east", "north"), [(-80.0, -40.0), (-97.0, -17.0), (-118.0, 5.0)])
def test_numbers_of_1980_are_recognised_anywhere_in_the_published_range(east, north) -> None:
    found = suspect(moved(site(), east, north), "EPSG:4550", PLANE.to_degrees(site()))
    assert found is not None
    assert found.system == "xian80+EPSG:4550"
    assert any("全国范围的公布值，本地未知" in e for e in found.evidence)


def test_between_the_two_both_are_named() -> None:
    found = suspect(moved(site(400.0), -85.0, 9.5), "EPSG:4550", PLANE.to_degrees(site(400.0)))
    assert found is not None
    assert any("分不清" in e for e in found.evidence)


@pytest.mark.parametrize(
    ("meridian", "false_easting", "declared", "grid"),
    [
        (123, 21_500_000, "EPSG:4550", "EPSG:4499"),
        (123, 41_500_000, "EPSG:4550", "EPSG:4529"),
        (120, 500_000, "EPSG:4550", "EPSG:4549"),
    ],
)
def test_an_old_datum_in_another_zone_is_recognised(meridian, false_easting, declared, grid):
    numbers = beijing54(site(), meridian, false_easting)
    found = suspect(numbers, declared, PLANE.to_degrees(site()))
    assert found is not None
    assert found.system == f"beijing54+{grid}"


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ("EPSG:4499", "EPSG:4550"),  # zone 21 of six degrees, with its number
        ("EPSG:4498", "EPSG:4550"),  # the neighbouring zone 20
        ("EPSG:4550", "EPSG:4499"),
        ("EPSG:4548", "EPSG:4550"),  # central meridian 117: three and six degrees alike
        ("EPSG:32651", "EPSG:4499"),
        ("EPSG:32650", "EPSG:4550"),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_zones_of_six_degrees_with_and_without_number(written, declared, swapped) -> None:
    registered = PLANE.to_degrees(site())
    numbers = shapely.transform(registered, transformer(CGCS2000, written))
    if swapped:
        numbers = shapely.transform(numbers, lambda c: c[:, ::-1])
    for reference in (registered, shapely.box(121.95, 37.30, 122.35, 37.58)):
        found = suspect(numbers, declared, reference)
        assert found is not None
        expected = ("swapped+" if swapped else "") + written
        # UTM lies 1.7 km beside Gauss-Krüger: in a district both do, which is said
        assert found.system == expected or title_of(expected) in found.evidence[-1]
        assert found.system == expected or reference is not registered
        assert found.convertible


def test_a_file_that_says_1954_is_never_taken_as_it_is() -> None:
    registered = PLANE.to_degrees(site())
    truly = suspect(beijing54(site()), "EPSG:2438", registered)
    assert truly is not None
    assert truly.system == "beijing54+EPSG:4550"
    assert "位置也与此相符" in truly.message
    mislabelled = suspect(site(), "EPSG:2438", registered)
    assert mislabelled is not None
    assert mislabelled.system == "EPSG:4550"
    assert "文件写错了坐标系" in mislabelled.message
    unknown = suspect(site(), "EPSG:2438", shapely.box(121.95, 37.30, 122.35, 37.58))
    assert unknown is not None
    assert not unknown.convertible
    assert "没有可以逐处比对" in unknown.message


@pytest.mark.slow
def test_right_surveys_with_growth_and_noise_are_left_alone_and_wrong_ones_found() -> None:
    generator = np.random.default_rng(4)
    wrong = {"beijing54": 0, "xian80": 0}
    for _ in range(40):
        size = generator.uniform(40.0, 500.0)
        approved = shapely.affinity.rotate(site(size), generator.uniform(0, 360))
        grown = approved.union(moved(approved, *generator.uniform(-0.35, 0.35, 2) * size / 2))
        noise = generator.normal(0.0, 2.0, 2)
        observed = moved(grown.segmentize(size / 5), *noise)
        corners = shapely.get_coordinates(observed.exterior)[:-1]
        observed = shapely.Polygon(corners + generator.normal(0.0, 1.5, corners.shape)).buffer(0)
        registered = PLANE.to_degrees(approved)
        assert suspect(observed, "EPSG:4550", registered) is None
        by_54 = suspect(beijing54(observed), "EPSG:4550", registered)
        wrong["beijing54"] += by_54 is not None and not by_54.convertible
        off = generator.uniform((-119.0, -43.0), (-76.0, 9.0))
        by_80 = suspect(moved(observed, *off), "EPSG:4550", registered)
        wrong["xian80"] += by_80 is not None and not by_80.convertible
    assert wrong["beijing54"] >= 36  # 190 of 200 in a longer run, 3 % of them called the other one
    assert wrong["xian80"] >= 36
