"""``check-boundary`` answers from two files alone."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from geo_registry.cli.boundaries import check_boundary
from geo_registry.domain.errors import Unreadable

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
