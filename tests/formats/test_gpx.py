"""Tracks walked round an area: accuracies, gaps, interruptions, and what is no boundary."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_registry.domain.crs import geodesic_area_m2
from geo_registry.domain.errors import Unreadable
from geo_registry.formats.vector import read_features

CORNERS = [(122.12, 37.5), (122.121, 37.5), (122.121, 37.501), (122.12, 37.501)]


def point(x: float, y: float, more: str = "") -> str:
    return f'<trkpt lat="{y}" lon="{x}">{more}</trkpt>'


def gpx(folder: Path, *segments: str, kind: str = "trk", namespace: str = "1/1") -> Path:
    inside = "".join(f"<trkseg>{s}</trkseg>" for s in segments) if kind == "trk" else segments[0]
    path = folder / "走一圈.gpx"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><gpx creator="t" '
        f'xmlns="http://www.topografix.com/GPX/{namespace}">'
        f"<{kind}><name>桥头公墓</name>{inside}</{kind}></gpx>",
        "utf-8",
    )
    return path


def test_a_closed_walk_is_an_area_of_a_phone(tmp_path: Path) -> None:
    points = [point(x, y) for x, y in (*CORNERS, CORNERS[0])]
    found = read_features(gpx(tmp_path, "".join(points)), wanted="polygon")
    assert found.attributes.to_dicts() == [
        {"名称": "桥头公墓", "method": "phone", "sigma_m": None, "surveyed_on": None, "点数": 5}
    ]
    assert geodesic_area_m2(found.geometry[0]) == pytest.approx(9_810, rel=1e-2)
    assert not found.issues
    assert found.gap_m.tolist() == [0.0]


def test_the_gap_of_a_walk_is_said(tmp_path: Path) -> None:
    ends = (122.12, 37.50003)
    points = [point(x, y) for x, y in (*CORNERS, ends)]
    found = read_features(gpx(tmp_path, "".join(points)), wanted="polygon")
    (issue,) = found.issues
    assert issue.code == "ring_closed"
    assert "相距 3.33 m" in issue.message
    assert found.gap_m[0] == pytest.approx(3.33, abs=0.01)


def test_half_a_walk_is_no_boundary(tmp_path: Path) -> None:
    points = "".join(point(x, y) for x, y in CORNERS[:3])
    (issue,) = read_features(gpx(tmp_path, points), wanted="polygon").issues
    assert issue.code == "track_open"
    assert "没有绕回起点" in issue.message
    assert "完整一圈" in issue.suggestion


@pytest.mark.parametrize(
    ("more", "sigma"),
    [
        ("<hdop>1.0</hdop>", 3.0),
        ("<hdop>2</hdop>", 6.0),
        ("<hdop>0.6</hdop>", 3.0),
        ("<extensions><accuracy>4.53</accuracy></extensions>", 3.0),
        ('<extensions><o:hAcc xmlns:o="urn:x">1.51</o:hAcc></extensions>', 1.0),
        ("<hdop>9</hdop><extensions><accuracy>4.53</accuracy></extensions>", 3.0),
        ("<hdop>-1</hdop>", None),
        ("<hdop>abc</hdop>", None),
    ],
)
def test_the_accuracy_of_points_becomes_one_sigma(
    tmp_path: Path, more: str, sigma: float | None
) -> None:
    points = "".join(point(x, y, more) for x, y in (*CORNERS, CORNERS[0]))
    (row,) = read_features(gpx(tmp_path, points), wanted="polygon").attributes.to_dicts()
    assert row["sigma_m"] == (None if sigma is None else pytest.approx(sigma, rel=2e-3))


def test_different_accuracies_are_taken_together_by_their_squares(tmp_path: Path) -> None:
    hdop = (1, 1, 2, 3, 1)
    walk = (*CORNERS, CORNERS[0])
    points = [point(x, y, f"<hdop>{h}</hdop>") for (x, y), h in zip(walk, hdop, strict=True)]
    (row,) = read_features(gpx(tmp_path, "".join(points))).attributes.to_dicts()
    assert row["sigma_m"] == pytest.approx(3 * math.sqrt(16 / 5))


def test_an_interrupted_walk_is_joined_which_is_said(tmp_path: Path) -> None:
    walk = [*CORNERS, CORNERS[0]]
    first = "".join(point(x, y) for x, y in walk[:3])
    path = gpx(tmp_path, first, "".join(point(x, y) for x, y in walk[3:]))
    found = read_features(path, wanted="polygon")
    assert [i.code for i in found.issues] == ["track_joined"]
    assert "2 段" in found.issues[0].message
    assert len(found) == 1


def test_the_day_is_that_of_china(tmp_path: Path) -> None:
    walk = (*CORNERS, CORNERS[0])
    points = "".join(point(x, y, "<time>2026-05-31T17:30:00Z</time>") for x, y in walk)
    (row,) = read_features(gpx(tmp_path, points)).attributes.to_dicts()
    assert row["surveyed_on"] == "2026-06-01"


def test_a_route_and_the_old_namespace_are_read(tmp_path: Path) -> None:
    points = "".join(f'<rtept lat="{y}" lon="{x}"/>' for x, y in (*CORNERS, CORNERS[0]))
    found = read_features(gpx(tmp_path, points, kind="rte", namespace="1/0"), wanted="polygon")
    assert len(found) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<gpx><wpt lat='37' lon='122'/><wpt lat='37' lon='122'/></gpx>", "只有 2 个航点"),
        ("<gpx><trk><trkseg><trkpt lat='37'/></trkseg></trk></gpx>", "没有可读的经纬度"),
        ("<gpx><trk><trkseg>", "读不下去"),
        ("<kml></kml>", "不是 GPX 文件（最外层是“kml”）"),
    ],
)
def test_what_is_no_track_is_said_in_one_sentence(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "a.gpx").write_text(content)
    with pytest.raises(Unreadable, match=words):
        read_features(tmp_path / "a.gpx")


def test_standing_still_is_no_boundary(tmp_path: Path) -> None:
    found = read_features(gpx(tmp_path, point(122, 37) * 9), wanted="polygon")
    assert [i.code for i in found.issues] == ["geometry_missing"]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    st.lists(st.tuples(st.floats(122.0, 122.01), st.floats(37.0, 37.01)), min_size=0, max_size=12)
)
def test_any_walk_gives_an_area_or_an_issue(
    tmp_path: Path, walk: list[tuple[float, float]]
) -> None:
    path = gpx(tmp_path, "".join(point(x, y) for x, y in walk))
    found = read_features(path, wanted="polygon")
    assert len(found) == 1 or found.issues
    assert shapely.is_valid(found.geometry).all()
