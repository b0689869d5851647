"""``check-boundary`` answers from two files alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo_registry.cli.boundaries import check_boundary
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
