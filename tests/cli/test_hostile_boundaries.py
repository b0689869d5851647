"""Files as nobody wants them: one sentence that says what is wrong and what to do, no crash."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from geo_registry.cli.boundaries import check_boundaries, check_boundary
from geo_registry.cli.crs_checking import crs_check
from geo_registry.domain.errors import BadRequest, RegistryError, Unreadable

RING = [[122.05, 37.42], [122.051, 37.42], [122.051, 37.4205], [122.05, 37.4205], [122.05, 37.42]]


def collection(*geometries: Any, properties: Any = None) -> str:
    features = [
        {"type": "Feature", "properties": properties or {}, "geometry": g} for g in geometries
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def geometry(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates}


POLYGON = collection(geometry("Polygon", [RING]))
KML = (
    '<?xml version="1.0"?>{}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    "<Placemark><name>&x;</name></Placemark></Document></kml>"
)


@pytest.fixture
def approved(tmp_path: Path) -> str:
    return written(tmp_path / "批准.geojson", POLYGON)


def written(path: Path, content: str) -> str:
    path.write_text(content, "utf-8")
    return str(path)


def refusal(command: Any, *arguments: str) -> str:
    """What is said where a command refuses; the error is one that the command line shows."""
    answer = CliRunner().invoke(command, list(arguments))
    assert isinstance(answer.exception, RegistryError), answer.output
    return str(answer.exception)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("线.geojson", collection(geometry("LineString", RING[:3])), "是线，这里需要面.*请选择面"),
        ("点.geojson", collection(geometry("Point", RING[0])), "是点，这里需要面.*请选择面"),
        ("空.geojson", collection(None), "没有图形.*请在原软件中补画"),
        ("平.geojson", collection(geometry("Polygon", [[*RING[:2], RING[0], RING[0]]])),
         "没有面积.*请核对界址点"),
        ("非数.geojson", POLYGON.replace("122.051", "NaN"), "NaN.*请重新导出"),
        ("截断.geojson", POLYGON[:90], "读不下去.*请重新导出"),
        ("零字节.geojson", "", "0 字节.*请重新取得"),
        ("实体.kml", KML.format('<!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
         "自定义实体.*请在原软件中重新导出"),
        ("改名.gpkg", "不是数据库", "不是“.gpkg”格式.*请重新导出"),
        ("点表.csv", "点号,X,Y\n1,4152400,422200\n2,NaN,422300\n3,4152460,422312\n",
         "“NaN”，不是数"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_boundary_says_what_to_do(
    approved: str, tmp_path: Path, name: str, content: str, said: str
) -> None:
    observed = written(tmp_path / name, content)
    with pytest.raises(Unreadable, match=said):
        CliRunner().invoke(
            check_boundary, ["--approved", approved, "--observed", observed], catch_exceptions=False
        )


def test_an_archive_without_files_is_said_to_be_empty(approved: str, tmp_path: Path) -> None:
    empty = tmp_path / "空.zip"
    zipfile.ZipFile(empty, "w").close()
    said = refusal(check_boundary, "--approved", approved, "--observed", str(empty))
    assert "没有文件" in said


def test_the_layer_that_a_message_asks_for_can_be_named(approved: str, tmp_path: Path) -> None:
    two = tmp_path / "两层.zip"
    with zipfile.ZipFile(two, "w") as archive:
        archive.writestr("a.geojson", POLYGON)
        archive.writestr("b.geojson", POLYGON.replace("122.051", "122.0512"))
    both = ("--approved", approved, "--observed", str(two))
    assert "--layer" in refusal(check_boundary, *both)
    for layer, verdict in (("a", "none"), ("b", "confirmed")):
        answer = CliRunner().invoke(check_boundary, [*both, "--layer", layer, "--json"])
        assert json.loads(answer.stdout)["verdict"] == verdict
    turned = ["--approved", str(two), "--approved-layer", "b", "--observed", approved, "--json"]
    answer = CliRunner().invoke(check_boundary, turned)
    assert json.loads(answer.stdout)["verdict"] == "none"
    found = CliRunner().invoke(crs_check, [str(two), "--layer", "a", "--reference", approved])
    assert (found.exit_code, "相符" in found.stdout) == (0, True)


@pytest.mark.parametrize("sigma", ["nan", "-1", "5000"])
def test_an_accuracy_that_is_none_is_refused(approved: str, sigma: str) -> None:
    same = ("--approved", approved, "--observed", approved)
    assert "0–100 米" in refusal(check_boundary, *same, "--sigma-observed", sigma)


def test_a_date_that_is_none_is_said_under_its_own_heading(approved: str, tmp_path: Path) -> None:
    properties = {"测量日期": "某年某月"}
    observed = written(
        tmp_path / "b.geojson", collection(geometry("Polygon", [RING]), properties=properties)
    )
    said = refusal(check_boundary, "--approved", approved, "--observed", observed)
    assert "“测量日期（surveyed_on）”：“某年某月”不是日期" in said


def test_a_cell_of_the_approvals_is_not_blamed_on_the_surveys(tmp_path: Path) -> None:
    properties = {"编号": "甲", "生效日期": "某年"}
    polygon = geometry("Polygon", [RING])
    granted = written(tmp_path / "批准.geojson", collection(polygon, properties=properties))
    measured = written(tmp_path / "实测.geojson", collection(polygon, properties={"编号": "甲"}))
    asked = ["--approved", granted, "--observed", measured, "--on", "编号", "--json"]
    answer = CliRunner().invoke(
        check_boundaries, [*asked, "--out", str(tmp_path / "o.csv")], catch_exceptions=False
    )
    (issue,) = json.loads(answer.stdout)["issues"]
    assert "批准范围“批准.geojson”：第 1 行“生效日期" in issue["message"]


def test_numbers_that_lie_nowhere_on_earth_do_not_pass(approved: str, tmp_path: Path) -> None:
    # Of another site, so that no system explains them either; the declared zone has a prefix.
    corners = ((422_200, 4_152_400), (422_312, 4_152_400), (422_312, 4_152_460))
    lines = [f"{i},{north},{east}" for i, (east, north) in enumerate(corners, 1)]
    points = written(tmp_path / "界址点.csv", "\n".join(["点号,X,Y", *lines]))
    asked = [points, "--crs", "EPSG:4499", "--reference", approved]
    found = CliRunner().invoke(crs_check, asked)
    assert (found.exit_code, "不在地球上" in found.stdout) == (5, True)
    answer = json.loads(CliRunner().invoke(crs_check, [*asked, "--json"]).stdout)
    assert (answer["suspected"], answer["apart_m"]) == (None, None)


def test_a_closed_line_is_compared_like_an_area_by_both_commands(
    approved: str, tmp_path: Path
) -> None:
    line = written(tmp_path / "闭合线.geojson", collection(geometry("LineString", RING)))
    answer = CliRunner().invoke(
        check_boundary, ["--approved", approved, "--observed", line, "--json"]
    )
    assert json.loads(answer.stdout)["verdict"] == "none"
    found = CliRunner().invoke(crs_check, [line, "--reference", approved])
    assert (found.exit_code, "相符" in found.stdout) == (0, True)


def test_more_points_than_anyone_measures_are_refused_at_once(
    approved: str, tmp_path: Path
) -> None:
    turns = np.linspace(0.0, 2.0 * np.pi, 500_001)
    ring = np.column_stack([122.05 + 1e-3 * np.cos(turns), 37.42 + 1e-3 * np.sin(turns)])
    many = tmp_path / "太多点.fgb"
    frame = geopandas.GeoDataFrame(geometry=[shapely.Polygon(ring)], crs="EPSG:4490")
    frame.to_file(many, engine="pyogrio")
    assert "抽稀" in refusal(check_boundary, "--approved", approved, "--observed", str(many))
    assert "抽稀" in refusal(crs_check, str(many), "--reference", approved)
    assert "抽稀" in refusal(crs_check, approved, "--reference", str(many))


def test_bad_days_are_refused_before_anything_is_compared(approved: str) -> None:
    with pytest.raises(BadRequest, match="之后"):
        CliRunner().invoke(
            check_boundary,
            ["--approved", approved, "--observed", approved, "--on", "2999-01-01"],
            catch_exceptions=False,
        )
