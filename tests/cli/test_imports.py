"""``geo-registry import``: what a person sees, what a program gets, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geo_registry.cli.imports import import_group
from geo_registry.domain.errors import BadRequest, Conflict, Unreadable
from geo_registry.formats.tables import read_table

ROADS = [("文化路", 122.01), (None, 122.02)]


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", database)

    def called(*arguments: object) -> Result:
        return CliRunner().invoke(import_group, [str(a) for a in arguments])

    return called


def _roads(folder: Path, *more: tuple[str | None, float]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"名称": name},
            "geometry": {"type": "LineString", "coordinates": [[x, 37.0], [x, 37.001]]},
        }
        for name, x in (*ROADS, *more)
    ]
    path = folder / "道路.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def test_an_import_is_answered_in_one_sentence(run: Any, tmp_path: Path) -> None:
    result = run("roads", _roads(tmp_path), "--unnamed", tmp_path / "无名.csv")
    assert result.exit_code == 0
    assert (
        "“道路.geojson”已导入（批次 1）：2 条路段归并为 2 条道路，有名 1 条，无名 1 条"
        in result.stdout
    )
    assert "归并路段……" in result.stderr
    assert read_table(tmp_path / "无名.csv")["segments"].to_list() == ["1"]


def test_a_program_gets_one_document_and_nothing_else(run: Any, tmp_path: Path) -> None:
    result = run("roads", _roads(tmp_path), "--json")
    answer = json.loads(result.stdout)
    assert (answer["stored"], answer["rows"], answer["named"], answer["unnamed"]) == (True, 2, 1, 1)
    assert len(answer["unnamed_roads"]) == 1
    assert answer["issues"] == []


def test_bad_rows_end_with_3_and_are_written_as_a_table(run: Any, tmp_path: Path) -> None:
    path = _roads(tmp_path, ("长" * 10_000, 122.03), ("文\u0007化路", 122.04))
    result = run("roads", path, "--issues", tmp_path / "问题.xlsx")
    assert result.exit_code == 3
    assert "1 行不能使用。其余 3 行可以导入" in result.stdout
    table = read_table(tmp_path / "问题.xlsx")
    assert table["行"].to_list() == ["3", "4"]
    assert table["处理"].to_list() == ["未导入", "已处理，请核对"]
    admitted = run("roads", path, "--admit-good")
    assert admitted.exit_code == 0
    assert "另有 1 行不能使用，未导入" in admitted.stdout


def test_the_same_file_again_is_a_conflict_and_a_missing_one_unreadable(
    run: Any, tmp_path: Path
) -> None:
    path = _roads(tmp_path)
    run("roads", path)
    assert isinstance(run("roads", path).exception, Conflict)
    assert isinstance(run("roads", tmp_path / "没有.gpkg").exception, Unreadable)


@pytest.mark.parametrize(
    "options",
    [
        ("--where", "名称"),
        ("--issues", "a.doc"),
        ("--at", "371002999"),
    ],
)
def test_a_wrong_option_is_refused_before_any_work(
    run: Any, tmp_path: Path, options: tuple[str, str]
) -> None:
    assert isinstance(run("roads", _roads(tmp_path), *options).exception, BadRequest)


def test_a_survey_without_a_method_or_a_day_says_what_to_give(run: Any, tmp_path: Path) -> None:
    path = _roads(tmp_path)
    assert "--method" in str(run("cemeteries", path, "--as", "survey").exception)
    missing = run("cemeteries", path, "--as", "survey", "--method", "rtk").exception
    assert "--date" in str(missing)
    wrong = run("cemeteries", path, "--as", "survey", "--method", "rtk", "--date", "2024.5")
    assert "不是日期" in str(wrong.exception)


def test_villages_with_bad_codes_are_held_back(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "村.csv"
    path.write_text(
        "code,name,street_code,area_code\n"
        "371002101201,甲村委会,371002101,371002\n37100210120X,乙村委会,371002101,371002\n",
        "utf-8",
    )
    assert run("villages", path).exit_code == 3
    assert run("villages", path, "--dry-run").exit_code == 3
    admitted = run("villages", path, "--admit-good", "--json")
    assert json.loads(admitted.stdout)["villages"] == 1
    assert isinstance(run("villages", path).exception, Conflict)
