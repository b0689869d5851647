"""``geo-registry upload``: what a person sees, what a program gets, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner, Result

from geo_registry.cli.uploads import upload
from geo_registry.domain.errors import Conflict, Refused

SITE = shapely.box(122.1, 37.4, 122.101, 37.4006)
BOW_TIE = shapely.Polygon([(122.1, 37.4), (122.101, 37.4006), (122.101, 37.4), (122.1, 37.4009)])


@pytest.fixture
def run(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path / "home"))

    def called(*arguments: object) -> Result:
        return CliRunner().invoke(upload, [str(a) for a in arguments])

    return called


def file(folder: Path, geometry: Any = SITE) -> Path:
    path = folder / "批准.geojson"
    path.write_text(shapely.to_geojson(geometry), "utf-8")
    return path


def test_a_preview_is_read_and_confirmed(run: Any, tmp_path: Path) -> None:
    drawn = tmp_path / "图.geojson"
    seen = run("preview", file(tmp_path), "--as", "approval", "--method", "cad", "--map", drawn)
    assert seen.exit_code == 0, seen.output
    assert "上传 1：“批准.geojson”（批准范围），待确认。原件已保存，SHA-256" in seen.stdout
    assert "亩；平面" in seen.stdout
    assert "运行 geo-registry upload confirm 1 存入" in seen.stdout
    assert json.loads(drawn.read_text())["features"][0]["properties"]["role"] == "uploaded"
    done = run("confirm", 1)
    assert "已存入（批次 1）：1 份边界" in done.stdout
    assert isinstance(run("discard", 1).exception, Conflict)
    assert "1  批准.geojson（批准范围）  已存入  本机用户" in run("list").stdout


def test_repairs_are_said(run: Any, tmp_path: Path) -> None:
    path = file(tmp_path, BOW_TIE)
    seen = run("preview", path, "--as", "approval", "--method", "cad")
    assert "已修复" in seen.stdout
    assert "面积修复前" in seen.stdout


def test_a_program_gets_one_document_and_the_exit_code(run: Any, tmp_path: Path) -> None:
    path = file(tmp_path, shapely.LineString([(122.1, 37.4), (122.2, 37.4), (122.2, 37.5)]))
    seen = run(
        "preview", path, "--as", "survey", "--method", "rtk", "--date", "2026-01-01", "--json"
    )
    assert seen.exit_code == 3
    document = json.loads(seen.stdout)
    assert document["problems"][0]["code"] == "bad_rows"
    assert "图形是线，这里需要面" in document["problems"][0]["message"]


def test_a_question_of_coordinates_ends_with_5_and_is_answered(run: Any, tmp_path: Path) -> None:
    path = file(tmp_path, shapely.box(139.7, 35.7, 139.701, 35.701))
    seen = run("preview", path, "--as", "approval", "--method", "cad")
    assert seen.exit_code == 5
    assert "不是本区的地方" in seen.stdout
    assert "upload answer 1 --accept EPSG:4326" in seen.stdout
    assert isinstance(run("confirm", 1).exception, Refused)
    answered = run("answer", 1, "--accept", "EPSG:4326", "--reason", "异地安葬")
    assert "已由本机用户于" in answered.stdout
    assert run("confirm", 1).exit_code == 0


def test_another_system_is_tried_without_a_new_upload(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "点.csv"
    path.write_text("X,Y\n4142000,420000\n4142000,420100\n4142060,420100\n", "utf-8")
    seen = run("preview", path, "--as", "approval", "--method", "cad")
    assert seen.exit_code == 3
    assert "没有坐标系说明" in seen.stdout
    again = run("again", 1, "--as", "approval", "--method", "cad", "--crs", "EPSG:4550")
    assert again.exit_code == 0, again.output
    assert "3,0" in again.stdout or "2,99" in again.stdout
    assert run("show", 1).exit_code == 0
