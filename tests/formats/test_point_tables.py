"""Tables of boundary points as survey offices print them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.vector import read_features

# X north, Y east: a site of 100 m east by 60 m north, zone of 123 degrees without its number.
SITE = [(4_152_400, 422_200), (4_152_400, 422_300), (4_152_460, 422_300), (4_152_460, 422_200)]
HEADINGS = [
    ("点号", "X", "Y"),
    ("界址点号", "X(北)", "Y(东)"),
    ("界址点", "X（北）", "Y（东）"),
    ("拐点号", "纵坐标", "横坐标"),
    ("点名", "纵坐标X(米)", "横坐标Y(米)"),
    ("点号", "X坐标(m)", "Y坐标(m)"),
    ("点号", "北坐标", "东坐标"),
    ("点号", "x_北", "y_东"),
    ("点号", "Y(北)", "X(东)"),
    ("Point", "Northing", "Easting"),
]


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        text = "\n".join(",".join("" if c is None else str(c) for c in row) for row in rows)
        path.write_text(text, "gb18030")
    return path


@pytest.mark.parametrize("headings", HEADINGS)
@pytest.mark.parametrize("name", ["界址点.csv", "界址点.xlsx"])
def test_north_and_east_are_told_by_their_headings(
    tmp_path: Path, headings: tuple[str, str, str], name: str
) -> None:
    rows = [(f"J{i}", x, y) for i, (x, y) in enumerate(SITE, start=1)]
    found = read_features(
        sheet(tmp_path / name, headings, *rows), wanted="polygon", crs="EPSG:4550"
    )
    (corner, *_) = shapely.get_coordinates(found.geometry[0])
    assert corner == pytest.approx((122.120168, 37.500307), abs=2e-6)
    assert not found.issues


def test_degrees_are_read_from_longitude_and_latitude(tmp_path: Path) -> None:
    rows = [(37.5, 122.12), (37.5, 122.121), (37.501, 122.121)]
    found = read_features(
        sheet(tmp_path / "a.csv", ("纬度", "经度"), *rows), wanted="polygon", crs="EPSG:4490"
    )
    assert shapely.total_bounds(found.geometry) == pytest.approx([122.12, 37.5, 122.121, 37.501])


def test_a_table_names_no_system_and_is_asked_for_one(tmp_path: Path) -> None:
    rows = [(x, y + 41_000_000) for x, y in SITE]
    with pytest.raises(Unreadable, match=r"3 度带第 41 带（CGCS2000 为 EPSG:4529）.*北京54"):
        read_features(sheet(tmp_path / "a.csv", ("X", "Y"), *rows))


def test_parcels_and_rings_are_told_apart(tmp_path: Path) -> None:
    yard = [(x, y) for x, y in [(4_152_410, 422_210), (4_152_410, 422_220), (4_152_420, 422_220)]]
    rows: list[tuple[object, ...]] = [("甲", 1, x, y, "桥头公墓", "0.05") for x, y in SITE]
    rows += [("甲", 2, x, y, None, "0.07") for x, y in yard]
    rows += [("乙", 1, x, y + 500, "河东公墓", None) for x, y in SITE]
    headings = ("宗地号", "圈号", "X", "Y", "名称", "中误差")
    found = read_features(
        sheet(tmp_path / "a.xlsx", headings, *rows), wanted="polygon", crs="EPSG:4550"
    )
    assert found.attributes["宗地号"].to_list() == ["甲", "乙"]
    assert found.attributes["名称"].to_list() == ["桥头公墓", "河东公墓"]
    sigma = ((4 * 0.05**2 + 3 * 0.07**2) / 7) ** 0.5
    assert found.attributes["sigma_m"].to_list() == [pytest.approx(sigma), None]
    assert [len(p.interiors) for p in found.geometry] == [1, 0]


def test_a_second_ring_outside_is_a_second_part(tmp_path: Path) -> None:
    rows = [("1", x, y) for x, y in SITE] + [("2", x, y + 500) for x, y in SITE]
    found = read_features(
        sheet(tmp_path / "a.csv", ("圈号", "X", "Y"), *rows), wanted="polygon", crs="EPSG:4550"
    )
    assert found.geometry[0].geom_type == "MultiPolygon"


def test_a_title_and_headings_of_two_rows_are_found(tmp_path: Path) -> None:
    rows = [(f"J{i}", x, y, None) for i, (x, y) in enumerate(SITE, start=1)]
    path = sheet(
        tmp_path / "a.xlsx",
        ("界址点成果表", None, None, None),
        ("单位：米", None, None, None),
        ("点号", "坐标", None, "备注"),
        (None, "X(北)", "Y(东)", None),
        *rows,
        ("制表：张工", None, None, None),
    )
    found = read_features(path, wanted="polygon", crs="EPSG:4550")
    assert shapely.get_num_coordinates(found.geometry[0]) == 5


def test_the_first_point_repeated_elsewhere_is_a_gap(tmp_path: Path) -> None:
    rows = [(f"J{i}", x, y) for i, (x, y) in enumerate(SITE, start=1)]
    again = ("J1", SITE[0][0] + 0.3, SITE[0][1] + 0.4)
    path = sheet(tmp_path / "a.csv", ("点号", "X", "Y"), *rows, again)
    found = read_features(path, wanted="polygon", crs="EPSG:4550")
    assert found.gap_m[0] == pytest.approx(0.5, abs=1e-3)
    assert "相距 0.50 m" in found.issues[0].message


def test_exchanged_columns_are_said_and_never_mended(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", ("Y", "X"), *SITE)
    found = read_features(path, wanted="polygon", crs="EPSG:4550")
    assert [i.code for i in found.issues] == ["axes_swapped"]
    assert len(read_features(path, wanted="polygon", crs="EPSG:4550", swap_axes=True)) == 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("J1", 1, 2), ("J2", "约5", 3), ("J3", 4, 5)], r"第 2 个点（点号 J2）的“X”是“约5”"),
        ([("J1", 1, 2), ("J2", "nan", 3), ("J3", 4, 5)], r"不是数"),
        ([("J1", 1, 2), ("J2", None, 3), ("J3", 4, 5)], r"“X”是“”"),
        ([("J1", 1, 2), ("J2", 5, 3)], r"只有 2 个不同的点，围不成面"),
        ([("J1", 1, 2), ("J2", 5, 3), ("J3", 1, 2)], r"只有 2 个不同的点"),
    ],
)
def test_a_bad_point_is_named(tmp_path: Path, rows: list[tuple[object, ...]], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_features(sheet(tmp_path / "a.xlsx", ("点号", "X", "Y"), *rows), crs="EPSG:4550")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=8), st.floats()), min_size=3, max_size=3),
        max_size=8,
    )
)
def test_any_table_gives_areas_or_one_sentence(tmp_path: Path, rows: list[list[object]]) -> None:
    cells = [
        tuple(v.replace("\n", "").replace("\r", "") if isinstance(v, str) else v for v in row)
        for row in rows
    ]
    path = tmp_path / "a.csv"
    lines = [",".join("" if c is None else str(c).replace(",", "") for c in row) for row in cells]
    path.write_text("\n".join(["点号,X,Y", *lines]), "utf-8")
    try:
        found = read_features(path, wanted="polygon", crs="EPSG:4550")
    except Unreadable:
        return  # one sentence, and nothing else ever escapes
    assert len(found) or found.issues
