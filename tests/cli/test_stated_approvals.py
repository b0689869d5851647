"""Approvals in a file: what each does, when, how well it is known; one site, no day to come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo_registry.cli.boundaries import check_boundaries, check_boundary
from geo_registry.domain.errors import BadRequest, Refused

X, Y = 422_200, 4_152_400
Box = tuple[float, float]


def file(path: Path, *rows: tuple[Box, dict[str, object]]) -> str:
    """Rectangles from the first to the second metre east of a corner, 60 m high."""
    features = []
    for (west, east), properties in rows:
        ring = [
            [X + x, Y + y] for x, y in ((west, 0), (east, 0), (east, 60), (west, 60), (west, 0))
        ]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4550"}}
    document = {"type": "FeatureCollection", "crs": crs, "features": features}
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def checked(tmp_path: Path, approved, observed, *more: str) -> dict:
    arguments = [
        "--approved", file(tmp_path / "批准.geojson", *approved),
        "--observed", file(tmp_path / "实测.geojson", *observed),
        "--json", *more,
    ]  # fmt: skip
    answer = CliRunner().invoke(check_boundary, arguments, catch_exceptions=False)
    return json.loads(answer.stdout)


def test_each_approval_has_its_own_accuracy(tmp_path):
    approved = [((0, 100), {"sigma_m": 0.1}), ((-100, 0), {"sigma_m": 5.0})]
    assert checked(tmp_path, approved, [((-100, 102), {})])["verdict"] == "confirmed"
    assert checked(tmp_path, approved, [((-102, 100), {})])["verdict"] == "within_tolerance"


@pytest.mark.parametrize(
    "added",
    [
        {"effect": "adds", "valid_from": "2025-01-01"},
        {"effect": "扩建", "valid_from": "2025年1月1日"},
    ],
)
def test_approvals_count_from_their_day_and_later_ones_are_named(tmp_path, added):
    approved = [((0, 100), {"valid_from": "2020-01-01"}), ((100, 110), added)]
    observed = [((0, 110), {})]
    before = checked(tmp_path, approved, observed, "--on", "2024-06-01")
    assert before["verdict"] == "confirmed"
    assert before["reasons"] == ["超出部分中有 600 m² 在 2025-01-01 才获得批准（先建后批）"]
    assert checked(tmp_path, approved, observed, "--on", "2025-06-01")["verdict"] == "none"
    with pytest.raises(BadRequest, match="早于批准生效日期 2020-01-01"):
        checked(tmp_path, approved, observed, "--on", "2019-06-01")


def test_land_that_was_taken_back_or_replaced_is_outside(tmp_path):
    reduced = [((0, 100), {}), ((80, 120), {"effect": "reduces"})]
    assert checked(tmp_path, reduced, [((0, 100), {})])["area_m2"] == pytest.approx(1200, rel=1e-3)
    replaced = [
        ((0, 100), {"document": "民〔2001〕1号"}),
        ((0, 80), {"supersedes": "民〔2001〕1号"}),
    ]
    assert checked(tmp_path, replaced, [((0, 100), {})])["area_m2"] == pytest.approx(1200, rel=1e-3)


def test_the_day_comes_from_the_file_unless_it_is_stated(tmp_path):
    observed = [((0, 100), {"测量日期": "2023/5/13"})]
    assert checked(tmp_path, [((0, 100), {})], observed)["on"] == "2023-05-13"
    stated = checked(tmp_path, [((0, 100), {})], observed, "--on", "2024-01-01")
    assert stated["on"] == "2024-01-01"


@pytest.mark.parametrize(
    ("approved", "observed", "said"),
    [
        ({"effect": "吞并"}, {}, "第 1 行 effect.*吞并.*不认识"),
        ({"valid_from": "2023-13-40"}, {}, "2023-13-40.*不是日期"),
        ({"supersedes": "民〔1999〕9号"}, {}, "民〔1999〕9号.*不在文件里"),
        ({"valid_to": "2020-01-01"}, {}, "没有有效的批准"),
        ({}, {"surveyed_on": "2999-01-01"}, "2999-01-01 在今天.*之后"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(tmp_path, approved, observed, said):
    with pytest.raises(BadRequest, match=said):
        checked(tmp_path, [((0, 100), approved)], [((0, 100), observed)])


def test_two_cemeteries_in_one_file_are_told_apart(tmp_path):
    observed = [((0, 100), {"name": "甲公墓"}), ((300, 400), {"name": "乙公墓"})]
    with pytest.raises(Refused, match="2 处公墓（甲公墓、乙公墓）"):
        checked(tmp_path, [((0, 100), {})], observed)
    unnamed = checked(tmp_path, [((0, 100), {})], [((0, 100), {}), ((300, 400), {})])
    assert "“实测.geojson”有 2 块互不相连的地，合起来作为一处公墓计算" in unnamed["reasons"]


def test_chinese_headings_are_known(tmp_path):
    approved = [
        ((0, 100), {"批准日期": "2020.1.1", "文号": "民〔2020〕1号"}),
        ((0, 80), {"批准日期": "20240101", "替代文号": "民〔2020〕1号", "批准性质": "批准"}),
    ]
    observed = [((0, 100), {})]
    assert checked(tmp_path, approved, observed, "--on", "2022-06-01")["verdict"] == "none"
    after = checked(tmp_path, approved, observed, "--on", "2024-06-01")
    assert after["area_m2"] == pytest.approx(1200, rel=1e-3)


def test_tables_read_the_same_columns(tmp_path):
    approved = file(
        tmp_path / "a.geojson",
        ((0, 100), {"编号": "甲", "valid_from": "2020-01-01"}),
        ((100, 110), {"编号": "甲", "effect": "adds", "valid_from": "2025-01-01"}),
        ((300, 400), {"编号": "乙", "valid_from": "2024-01-01"}),
    )
    rows = [
        ((0, 110), {"编号": "甲", "surveyed_on": "2024-06-01"}),
        ((0, 110), {"编号": "甲", "surveyed_on": "2025-06-01"}),
        ((300, 400), {"编号": "乙", "surveyed_on": "2023-01-01"}),
        ((300, 400), {"编号": "乙", "surveyed_on": "2999-01-01"}),
    ]
    observed, out = file(tmp_path / "b.geojson", *rows), tmp_path / "o.json"
    arguments = ["--approved", approved, "--observed", observed, "--on", "编号", "--out", str(out)]
    answer = CliRunner().invoke(check_boundaries, [*arguments, "--json"], catch_exceptions=False)
    assert [r["verdict"] for r in json.loads(out.read_text("utf-8"))] == ["confirmed", "none"]
    said = [issue["message"] for issue in json.loads(answer.stdout)["issues"]]
    assert "早于批准生效日期 2024-01-01" in said[0]
    assert "2999-01-01 在今天" in said[1]
