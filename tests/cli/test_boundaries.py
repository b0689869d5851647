"""``check-boundary`` answers from two files alone."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import polars
import pytest
from click.testing import CliRunner

from geo_registry.cli.boundaries import check_boundaries, check_boundary
from geo_registry.cli.crs_checking import crs_check
from geo_registry.domain.errors import BadRequest, Refused, Unreadable

KEYS = [
    "verdict",
    "area_m2",
    "standard_error_m2",
    "at_least_m2",
    "p_bound",
    "raw_area_m2",
    "noise_floor_m2",
    "detection_limit_m",
    "area_gain_m2",
    "max_depth_m",
    "grade",
    "reasons",
    "claim",
]


@pytest.fixture
def files(tmp_path):
    def rectangle(name: str, width: float):
        x, y = 422_200, 4_152_400
        ring = [[x, y], [x + width, y], [x + width, y + 60], [x, y + 60], [x, y]]
        document = {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4550"}},
            "features": [
                {
                    "type": "Feature",
                    "properties": {},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            ],
        }
        path = tmp_path / name
        path.write_text(json.dumps(document), "utf-8")
        return str(path)

    return rectangle("a.geojson", 100), rectangle("b.geojson", 110)


def run(*arguments: str):
    return CliRunner().invoke(check_boundary, list(arguments))


def test_the_answer_has_the_promised_keys(files):
    approved, observed = files
    sigmas = ("--sigma-approved", "0.1", "--sigma-observed", "0.5", "--on", "2024-09-01")
    result = run("--approved", approved, "--observed", observed, *sigmas, "--json")
    answer = json.loads(result.stdout)
    assert set(KEYS) <= set(answer)
    assert answer["verdict"] == "confirmed"
    assert answer["area_m2"] == pytest.approx(599.911, abs=1e-3)
    assert answer["claim"]["type"] == "Polygon"


def test_a_phone_walk_only_suspects_and_says_what_it_can_see(files):
    approved, observed = files
    result = run("--approved", approved, "--observed", observed, "--method", "phone")
    assert "疑似超出" in result.stdout
    assert "只能发现" in result.stdout


def test_a_missing_file_is_one_clear_sentence(files, tmp_path):
    result = run("--approved", files[0], "--observed", str(tmp_path / "no.geojson"))
    assert isinstance(result.exception, Unreadable)


# --- accuracy in the files, and the coordinate system ---------------------------------------------


def with_properties(path: str, **properties: object) -> str:
    document = json.loads(Path(path).read_text("utf-8"))
    document["features"][0]["properties"] = properties
    Path(path).write_text(json.dumps(document), "utf-8")
    return path


def test_accuracy_and_method_come_from_the_file_unless_they_are_stated(files):
    approved, observed = files
    with_properties(observed, method="手机步测", sigma_m=2.5, sigma_shift_m=2.0)
    asked = ("--approved", approved, "--observed", observed, "--on", "2024-09-01", "--json")
    answer = json.loads(run(*asked).stdout)
    assert (answer["verdict"], answer["grade"]) == ("suspected", "B")
    stated = json.loads(run(*asked, "--method", "rtk", "--sigma-observed", "0.05").stdout)
    assert (stated["verdict"], stated["grade"]) == ("confirmed", "A")
    assert stated["detection_limit_m"] < answer["detection_limit_m"]


@pytest.mark.parametrize("wrong", [{"method": "目测"}, {"sigma_m": -1}, {"sigma_m": "很准"}])
def test_an_unusable_accuracy_in_the_file_is_one_clear_sentence(files, wrong):
    with_properties(files[1], **wrong)
    result = run("--approved", files[0], "--observed", files[1])
    assert isinstance(result.exception, BadRequest)
    assert str(next(iter(wrong.values()))) in str(result.exception)


@pytest.fixture
def gcj02(data, tmp_path):
    """The approved land of the sample's sixth cemetery, and its survey in GCJ-02."""
    folder = data / "boundaries"
    approvals = json.loads((folder / "sample_371002_approvals.geojson").read_text("utf-8"))
    kept = [f for f in approvals["features"] if f["properties"]["cemetery"] == "cemetery:6"]
    approved = tmp_path / "approved.geojson"
    approved.write_text(json.dumps(approvals | {"features": kept}), "utf-8")
    return str(approved), str(folder / "sample_371002_upload_gcj02.geojson")


def test_a_survey_in_another_system_is_refused_until_a_person_confirms_it(gcj02):
    asked = ("--approved", gcj02[0], "--observed", gcj02[1])
    refused = run(*asked)
    assert isinstance(refused.exception, Refused)
    assert "GCJ-02" in str(refused.exception)
    assert "--accept-crs" in str(refused.exception)
    assert run(*asked, "--accept-crs").exit_code == 0


def test_crs_check_says_what_a_file_looks_like_and_ends_with_5(gcj02):
    asked = [gcj02[1], "--reference", gcj02[0]]
    found = CliRunner().invoke(crs_check, [*asked, "--json"])
    answer = json.loads(found.stdout)
    assert found.exit_code == 5
    assert answer["suspected"] == "GCJ02"
    assert answer["offset_m"] == pytest.approx(460, abs=25)
    right = CliRunner().invoke(crs_check, [*asked, "--crs", "GCJ-02"])
    assert (right.exit_code, "相符" in right.stdout) == (0, True)


def test_crs_check_without_a_reference_sees_swapped_axes(gcj02, tmp_path):
    document = json.loads(Path(gcj02[0]).read_text("utf-8"))
    ring = document["features"][0]["geometry"]["coordinates"][0]
    document["features"][0]["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[y, x] for x, y in ring]],
    }
    swapped = tmp_path / "swapped.geojson"
    swapped.write_text(json.dumps(document), "utf-8")
    found = CliRunner().invoke(crs_check, [str(swapped)])
    assert (found.exit_code, "颠倒" in found.stdout) == (5, True)
    assert CliRunner().invoke(crs_check, [gcj02[0]]).exit_code == 0


# ---- two tables ----------------------------------------------------------------------------------


def table(
    path: Path, sites: dict[str, tuple[float, float]], north: float = 0, **more: list[object]
) -> str:
    """Sites of 100 × 60 m by id: how far east they lie, and how much wider they are."""
    features = []
    for number, (key, (east, wider)) in enumerate(sites.items()):
        x, y = 422_200 + east, 4_152_400 + north
        width = 100 + wider
        ring = [[x, y], [x + width, y], [x + width, y + 60], [x, y + 60], [x, y]]
        features.append(
            {
                "type": "Feature",
                "properties": {"id": key or None, **{k: v[number] for k, v in more.items()}},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4550"}}
    document = {"type": "FeatureCollection", "crs": crs, "features": features}
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def run_tables(*arguments: str):
    return CliRunner().invoke(check_boundaries, list(arguments), catch_exceptions=False)


@pytest.fixture
def tables(tmp_path):
    approved = table(tmp_path / "a.geojson", {"甲": (0, 0), "乙": (300, 0), "丙": (600, 0)})
    observed = table(
        tmp_path / "b.geojson",
        {"乙": (300.1, 0), "甲": (0, 12), "丁": (900, 0), "": (1200, 0), "丙": (600, 0)},
    )
    return "--approved", approved, "--observed", observed, "--on", "id"


def test_two_tables_give_one_row_a_survey(tables, tmp_path):
    out = tmp_path / "o.parquet"
    answer = run_tables(*tables, "--out", str(out), "--json")
    assert answer.exit_code == 0
    summary = json.loads(answer.stdout)
    assert summary["verdicts"] == {"confirmed": 1, "none": 1, "within_tolerance": 1}
    assert summary["unusable_rows"] == 2
    assert "第 3 行" in summary["issues"][0]["message"]
    assert "无批准记录" in summary["issues"][0]["message"]
    assert "空的" in summary["issues"][1]["message"]
    found = geopandas.read_parquet(out).set_index("id")
    assert [k for k in KEYS if k not in {*found.columns, "claim"}] == []
    assert found.crs.to_epsg() == 4490
    grown = found.loc["甲"]
    assert grown["area_m2"] == pytest.approx(720, rel=0.002)
    assert grown.geometry.area > 0
    assert found.loc["丙"].geometry is None
    assert found.loc["乙", "area_m2"] == 0
    assert np.isnan(found.loc["乙", "p_bound"])


def test_the_rows_of_a_table_are_those_of_check_boundary(tables, tmp_path):
    out = tmp_path / "o.csv"
    run_tables(*tables, "--out", str(out), "--full")
    rows = {r["id"]: r for r in polars.read_csv(out).iter_rows(named=True)}
    for key, east, wider in (("甲", 0, 12), ("乙", 300.1, 0), ("丙", 600, 0)):
        approved = table(tmp_path / "1.geojson", {key: (round(east), 0)})
        observed = table(tmp_path / "2.geojson", {key: (east, wider)})
        single = json.loads(run("--approved", approved, "--observed", observed, "--json").output)
        assert rows[key]["verdict"] == single["verdict"]
        for number in ("area_m2", "at_least_m2", "p_bound", "raw_area_m2", "noise_floor_m2"):
            assert rows[key][number] == pytest.approx(single[number], rel=1e-6, abs=1e-6)


def test_columns_state_method_and_accuracy(tmp_path):
    approved = table(tmp_path / "a.geojson", {"甲": (0, 0), "乙": (300, 0)})
    observed = table(
        tmp_path / "b.geojson", {"甲": (0, 12), "乙": (300, 12)},
        method=["satellite", "rtk"], sigma_m=[2.0, 0.1], sigma_shift_m=[1.5, 0.0],
    )  # fmt: skip
    out = tmp_path / "o.gpkg"
    run_tables("--approved", approved, "--observed", observed, "--on", "id", "--out", str(out))
    found = geopandas.read_file(out).set_index("id")
    assert found.loc["甲", "verdict"] == "suspected"
    assert found.loc["甲", "grade"] == "B"
    assert "不是实地测绘成果" in json.loads(found.loc["甲", "reasons"])[0]
    assert found.loc["乙", "verdict"] == "confirmed"


def test_several_approvals_of_one_site_count_together(tmp_path):
    approved = tmp_path / "a.geojson"
    table(approved, {"甲": (0, 0), "甲 ": (100, -80)})
    observed = table(tmp_path / "b.geojson", {"甲": (0, 20)})
    out = tmp_path / "o.json"
    run_tables("--approved", str(approved), "--observed", observed, "--on", "id", "--out", str(out))
    assert json.loads(out.read_text())[0]["verdict"] == "none"


def test_tables_that_cannot_be_compared_say_why(tables, tmp_path):
    out = str(tmp_path / "o.parquet")
    with pytest.raises(Unreadable, match="没有“编号”列"):
        run_tables(*tables[:4], "--on", "编号", "--out", out)
    with pytest.raises(BadRequest, match="扩展名"):
        run_tables(*tables, "--out", str(tmp_path / "o.shp"))
    sites = {"甲": (447.1, 0), "乙": (747.1, 0), "丙": (1047.1, 0)}
    far = table(tmp_path / "far.geojson", sites, north=114.3)
    with pytest.raises(Refused, match="GCJ-02"):
        run_tables(*tables[:2], "--observed", far, "--on", "id", "--out", out)
    assert not Path(out).exists()


# ---- bad input -----------------------------------------------------------------------------------


def one(path: Path, *ring: tuple[float, ...], crs: str = "EPSG::4550") -> str:
    """A file with one ring, offsets from the corner of the approved site (metres)."""
    points = [[422_200 + p[0], 4_152_400 + p[1], *p[2:]] for p in ring]
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs}"}},
        "features": [
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "Polygon", "coordinates": [points]},
            }
        ],
    }
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


BOX = ((0, 0), (100, 0), (100, 60), (0, 60), (0, 0))


def test_a_repair_is_said_in_words(tmp_path):
    approved = one(tmp_path / "a.geojson", *BOX)
    bowtie = one(tmp_path / "b.geojson", (0, 0), (100, 60), (100, 0), (0, 60), (0, 0))
    answer = run("--approved", approved, "--observed", bowtie)
    assert "实测边界：图形自相交，已自动修复" in answer.output


def test_an_open_ring_is_closed_and_heights_are_left_out(tmp_path):
    approved = one(tmp_path / "a.geojson", *BOX)
    for ring in (BOX[:-1], tuple((*p, 5.0) for p in BOX)):
        observed = one(tmp_path / "b.geojson", *ring)
        answer = run("--approved", approved, "--observed", observed, "--json")
        assert json.loads(answer.stdout)["surveyed_area_m2"] == pytest.approx(6000, rel=1e-3)


def test_a_ring_without_area_is_no_boundary(tmp_path):
    approved = one(tmp_path / "a.geojson", *BOX)
    flat = one(tmp_path / "b.geojson", (0, 0), (100, 0), (50, 0), (0, 0))
    with pytest.raises(Unreadable, match="没有面积"):
        CliRunner().invoke(
            check_boundary, ["--approved", approved, "--observed", flat], catch_exceptions=False
        )


def test_another_country_is_never_an_encroachment(tmp_path):
    approved = one(tmp_path / "a.geojson", *BOX)
    away = one(tmp_path / "b.geojson", *((x + 300_000, y) for x, y in BOX))
    arguments = ["--approved", approved, "--observed", away]
    with pytest.raises(Refused, match="不是同一处"):
        CliRunner().invoke(check_boundary, arguments, catch_exceptions=False)
    sites = {"甲": (0, 0), "乙": (300, 0)}
    both = (
        table(tmp_path / "1.geojson", sites),
        table(tmp_path / "2.geojson", sites | {"乙": (9_000, 0)}),
    )
    out = tmp_path / "o.json"
    answer = run_tables(
        "--approved", both[0], "--observed", both[1], "--on", "id", "--out", str(out), "--json",
        "--accept-crs",
    )  # fmt: skip
    summary = json.loads(answer.stdout)
    assert summary["verdicts"] == {"none": 1}
    assert "不是同一处" in summary["issues"][0]["message"]
