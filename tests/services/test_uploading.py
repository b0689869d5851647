"""Uploads: looked at, asked about, stored when confirmed; the original kept once by its hash."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.crs import CGCS2000, WorkPlane, gcj02_from_wgs84, transformer
from geo_registry.domain.errors import (
    BadRequest,
    Conflict,
    NotFound,
    Refused,
    Unavailable,
    Unreadable,
)
from geo_registry.domain.reference import Reference
from geo_registry.services.boundaries import previewing, uploading
from geo_registry.services.boundaries.uploading import Asked, Room
from geo_registry.services.imports.importing import Source
from geo_registry.services.imports.importing_cemeteries import Kind, Terms, import_cemeteries
from geo_registry.store.database import LOCAL_USER, transaction

PLANE = WorkPlane(123)
SITE = shapely.box(422_200, 4_152_400, 422_300, 4_152_460)
GROWN = shapely.box(422_200, 4_152_400, 422_310, 4_152_460)
DAY = date(2026, 11, 24)
SURVEY = Asked("survey", method="rtk", on=date(2026, 5, 1))


def geojson(
    path: Path, *geometries: Any, names: tuple[str, ...] = ("桥头公墓", "河东公墓")
) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"名称": n},
            "geometry": json.loads(shapely.to_geojson(g)),
        }
        for g, n in zip(geometries, names, strict=False)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def degrees(plane_geometry: Any) -> Any:
    return PLANE.to_degrees(plane_geometry)


class Desk:
    """A person at the registry: each act in a transaction of its own."""

    def __init__(self, engine: Engine, room: Room) -> None:
        self.engine, self.room = engine, room

    def upload(self, path: Path, asked: Asked = SURVEY) -> dict[str, Any]:
        with self.within() as connection:
            number = uploading.upload(connection, self.room, path, path.name, asked)
        return self.look(number)

    def look(self, number: int) -> dict[str, Any]:
        with self.within() as connection:
            return previewing.preview(connection, self.room, number)

    def confirm(self, number: int) -> Any:
        with self.within() as connection:
            return uploading.confirm(connection, self.room, number)

    def answer(self, number: int, accepted: str, reason: str = "与提供者核对过") -> None:
        with self.within() as connection:
            previewing.answer_crs(connection, self.room, number, accepted, reason)

    def count(self, table: str) -> int:
        with self.within() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM registry.{table}")) or 0)

    def within(self) -> Any:
        return transaction(self.engine, person=LOCAL_USER, reason="测试")


@pytest.fixture
def desk(engine: Engine, tmp_path: Path, reference: Reference) -> Desk:
    """A registry with one approved cemetery."""
    room = Room(tmp_path / "home", reference, DAY, shapely.box(121.95, 37.30, 122.35, 37.58))
    path = geojson(tmp_path / "批准.geojson", degrees(SITE))
    with transaction(engine, person=LOCAL_USER, reason="测试") as connection:
        terms = Terms(Kind.APPROVAL, on=date(2020, 1, 1), method="cad")
        source = Source(path, "cemeteries.approval", keep_in=room.home)
        import_cemeteries(connection, source, terms, reference=reference)
    return Desk(engine, room)


def stored_files(desk: Desk) -> list[Path]:
    return [p for p in (desk.room.home / "files").rglob("*") if p.is_file()]


def test_a_preview_shows_everything_and_stores_nothing(desk: Desk, tmp_path: Path) -> None:
    before = desk.count("survey"), desk.count("import_batch")
    path = geojson(tmp_path / "实测.geojson", degrees(GROWN))
    seen = desk.upload(path)
    (row,) = seen["features"]
    assert row["area_m2"] == pytest.approx(6_599.02, abs=0.01)
    assert row["plane_area_m2"] == pytest.approx(6_600.0, abs=0.01)
    assert row["area_mu"] == pytest.approx(9.8985, abs=1e-3)
    assert (row["cemetery"], row["cemetery_name"]) == ("cemetery:1", "桥头公墓")
    assert (row["gap_m"], row["repaired"], row["sigma_m"]) == (0.0, False, 0.05)
    assert {f["properties"]["role"] for f in seen["map"]["features"]} == {"uploaded", "registered"}
    assert seen["crs_check"]["verdict"] == "fits"
    assert (seen["problems"], seen["status"]) == ([], "waiting")
    assert (desk.count("survey"), desk.count("import_batch")) == before
    assert seen["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_confirmation_stores_and_refers_to_the_kept_file(desk: Desk, tmp_path: Path) -> None:
    path = geojson(tmp_path / "实测.geojson", degrees(GROWN))
    number = desk.upload(path)["id"]
    path.unlink()  # the person has moved the file: the kept one counts
    summary = desk.confirm(number)
    assert (summary.stored, summary.counts["surveys"], summary.counts["matched"]) == (True, 1, 1)
    with desk.within() as connection:
        sha256, name, kept = connection.execute(
            text(
                "SELECT s.sha256, s.file_name, f.name FROM registry.survey s "
                "JOIN registry.raw_file f ON f.sha256 = s.sha256"
            )
        ).one()
    assert (name, kept) == ("实测.geojson", "实测.geojson")
    assert sha256 in {p.name for p in stored_files(desk)}
    with pytest.raises(Conflict, match="已存入"):
        desk.confirm(number)
    assert desk.look(number)["status"] == "confirmed"


def test_the_same_bytes_are_kept_once_and_not_stored_twice(desk: Desk, tmp_path: Path) -> None:
    path = geojson(tmp_path / "实测.geojson", degrees(GROWN))
    first = desk.upload(path)["id"]
    files = len(stored_files(desk))
    again = tmp_path / "同一份.geojson"
    shutil.copyfile(path, again)
    second = desk.upload(again)["id"]
    assert len(stored_files(desk)) == files
    assert desk.count("raw_file") == 2  # the approval and this one
    desk.confirm(first)
    (problem,) = desk.look(second)["problems"]
    assert "导入过" in problem["message"]
    with pytest.raises(Conflict):
        desk.confirm(second)


def test_a_kept_file_that_was_changed_is_not_believed(desk: Desk, tmp_path: Path) -> None:
    number = desk.upload(geojson(tmp_path / "实测.geojson", degrees(GROWN)))["id"]
    kept = desk.room.home / "files" / desk.look(number)["sha256"][:2] / desk.look(number)["sha256"]
    kept.write_bytes(b"{}")
    with pytest.raises(Unavailable, match="被改动过"):
        desk.look(number)


def test_what_cannot_be_read_is_kept_and_can_be_asked_again(desk: Desk, tmp_path: Path) -> None:
    rows = ["点号,X(北),Y(东)"]
    corners = shapely.get_coordinates(GROWN)[:-1]
    rows += [f"J{i},{y:.3f},{x:.3f}" for i, (x, y) in enumerate(corners, start=1)]
    path = tmp_path / "界址点.csv"
    path.write_text("\n".join(rows), "gb18030")
    seen = desk.upload(path)
    (problem,) = seen["problems"]
    assert (problem["code"], seen["features"]) == ("unreadable", [])
    assert "没有坐标系说明" in problem["message"]
    with desk.within() as connection:
        uploading.ask_again(
            connection, seen["id"], Asked("survey", method="rtk", on=DAY, crs="EPSG:4550")
        )
    seen = desk.look(seen["id"])
    assert seen["problems"] == []
    assert seen["features"][0]["cemetery_name"] == "桥头公墓"
    assert desk.confirm(seen["id"]).counts["surveys"] == 1


def test_gcj02_is_asked_about_and_the_answer_remembered(desk: Desk, tmp_path: Path) -> None:
    moved = shapely.transform(degrees(GROWN), gcj02_from_wgs84)
    path = geojson(tmp_path / "高德.geojson", moved)
    asked = Asked("survey", method="online_imagery", on=DAY, cemetery=1)
    seen = desk.upload(path, asked)
    check = seen["crs_check"]
    assert check["verdict"] == "doubtful"
    assert any("GCJ-02" in e for e in check["evidence"])
    assert {f["properties"]["role"] for f in check["positions"]["features"]} == {
        "declared",
        "suspected",
        "registered",
    }
    assert [(o["accepted"], o["possible"]) for o in check["options"]] == [
        ("EPSG:4326", True),
        ("GCJ02", True),
    ]
    with pytest.raises(Refused, match="GCJ-02"):
        desk.confirm(seen["id"])
    with pytest.raises(BadRequest, match="理由"):
        desk.answer(seen["id"], "GCJ02", " ")
    with pytest.raises(BadRequest, match="可选：EPSG:4326、GCJ02"):
        desk.answer(seen["id"], "BD09")
    desk.answer(seen["id"], "GCJ02", "高德描绘")
    again = desk.upload(path, asked)  # the same file comes again
    (said,) = again["crs_check"]["answers"]
    assert (said["accepted"], said["reason"], said["by"]) == ("GCJ02", "高德描绘", "本机用户")
    assert (again["crs_check"]["verdict"], again["crs_check"]["open"]) == ("fits", False)
    assert (again["crs"], again["problems"]) == ("GCJ02", [])
    desk.confirm(again["id"])
    with desk.within() as connection:
        wkb = connection.scalar(text("SELECT ST_AsBinary(geom) FROM registry.survey"))
    assert shapely.from_wkb(bytes(wkb)).centroid.distance(degrees(GROWN).centroid) < 1e-6


def test_a_person_may_insist_that_the_declared_system_is_right(desk: Desk, tmp_path: Path) -> None:
    path = geojson(tmp_path / "高德.geojson", shapely.transform(degrees(GROWN), gcj02_from_wgs84))
    seen = desk.upload(path, Asked("survey", method="rtk", on=DAY, cemetery=1))
    desk.answer(seen["id"], "EPSG:4326", "现场复核过，公墓确已迁移")
    assert desk.look(seen["id"])["problems"] == []
    desk.confirm(seen["id"])
    with desk.within() as connection:
        row = connection.execute(
            text("SELECT declared_crs = accepted_crs, reason, person_id FROM registry.crs_answer")
        ).one()
    assert tuple(row) == (True, "现场复核过，公墓确已迁移", LOCAL_USER)


@pytest.mark.parametrize("kind", ["approval", "survey", "zone"])
def test_a_wrong_zone_is_stopped_for_every_kind(desk: Desk, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "带号.gpkg"
    far = shapely.box(430_000, 4_150_000, 430_300, 4_150_200)
    frame = {"geometry": [far], "名称": ["新公墓"]}
    import geopandas

    pyogrio.write_dataframe(geopandas.GeoDataFrame(frame, crs=4549), path, driver="GPKG")
    asked = Asked(kind, method=None if kind == "zone" else "rtk", on=DAY, zone_kind="farmland")
    seen = desk.upload(path, asked)
    assert seen["crs_check"]["verdict"] == "doubtful"
    assert any("EPSG:4550" in e for e in seen["crs_check"]["evidence"])
    with pytest.raises(Refused, match=r"中央经线 123°|没有与之重叠"):
        desk.confirm(seen["id"])


def test_beijing54_is_recognised_and_cannot_be_accepted_as_something_convertible(
    desk: Desk, tmp_path: Path
) -> None:
    off = shapely.affinity.translate(GROWN, -68.7, 40.0)
    numbers = shapely.transform(degrees(off), transformer(CGCS2000, "EPSG:4550"))
    import geopandas

    path = tmp_path / "五四.gpkg"
    pyogrio.write_dataframe(
        geopandas.GeoDataFrame({"geometry": [numbers]}, crs=4550), path, driver="GPKG"
    )
    seen = desk.upload(path, Asked("survey", method="rtk", on=DAY, cemetery=1))
    check = seen["crs_check"]
    assert any("北京54" in e for e in check["evidence"])
    assert any("不会换算" in e for e in check["evidence"])
    assert [o["possible"] for o in check["options"]] == [True, False]
    with pytest.raises(BadRequest, match="不能答复为"):
        desk.answer(seen["id"], check["options"][1]["accepted"])
    pyogrio.write_dataframe(
        geopandas.GeoDataFrame({"geometry": [numbers]}, crs=2438), path, driver="GPKG"
    )
    declared = desk.upload(path, Asked("survey", method="rtk", on=DAY, cemetery=1))
    assert declared["problems"][0]["code"] == "refused"  # by PROJ, before any comparison
    assert any("文件写明是北京54" in e for e in declared["crs_check"]["evidence"])
    assert [o["possible"] for o in declared["crs_check"]["options"]] == [False]


def test_answers_form_a_chain_and_swapped_axes_are_one_link(desk: Desk, tmp_path: Path) -> None:
    import geopandas

    # six-degree zone with its number, of Beijing 54, axes exchanged: three things are wrong
    off = shapely.affinity.translate(GROWN, -68.7 + 21_000_000, 40.0)
    path = tmp_path / "错.gpkg"
    numbers = shapely.transform(off, lambda c: c[:, ::-1])
    frame = geopandas.GeoDataFrame({"geometry": [numbers]}, crs=4499)
    pyogrio.write_dataframe(frame, path, driver="GPKG")
    number = desk.upload(path, Asked("survey", method="rtk", on=DAY, cemetery=1))["id"]
    seen = desk.look(number)
    assert seen["features"] == []
    assert any("颠倒" in e for e in seen["crs_check"]["evidence"])
    desk.answer(number, "swapped+EPSG:4499")
    seen = desk.look(number)
    assert len(seen["features"]) == 1
    assert any("北京54" in e for e in seen["crs_check"]["evidence"])
    assert seen["problems"][0]["code"] == "crs_question"
    with pytest.raises(Refused):
        desk.confirm(number)
    desk.answer(number, "swapped+EPSG:4499", "测绘院确认已是 CGCS2000")
    seen = desk.look(number)
    assert (seen["problems"], seen["crs_check"]["open"]) == ([], False)
    assert desk.confirm(number).counts["surveys"] == 1


def test_another_country_is_refused_with_the_distance(desk: Desk, tmp_path: Path) -> None:
    path = geojson(tmp_path / "外国.geojson", shapely.box(139.7, 35.7, 139.701, 35.701))
    seen = desk.upload(path, Asked("approval", method="cad"))
    (problem,) = seen["problems"]
    assert "东经 139.70°、北纬 35.70°，离本区约 1," in problem["message"]
    assert (problem["code"], problem["advice"][:6]) == ("crs_question", "请在地图上核")
    desk.answer(seen["id"], "EPSG:4326", "异地安葬点")
    assert desk.look(seen["id"])["problems"] == []


def test_two_cemeteries_in_one_file_are_asked_about(desk: Desk, tmp_path: Path) -> None:
    other = shapely.affinity.translate(SITE, 0.0, 700.0)
    path = geojson(tmp_path / "两处.geojson", degrees(GROWN), degrees(other))
    asked = Asked("survey", method="rtk", on=DAY, register_new=True)
    (problem,) = desk.upload(path, asked)["problems"]
    assert "2 处公墓（桥头公墓、河东公墓）" in problem["message"]
    assert "每处公墓存一个文件" in problem["advice"]
    seen = desk.upload(path, Asked("survey", method="rtk", on=DAY, cemetery=1))
    assert "不能都存入“桥头公墓”" in seen["problems"][0]["message"]
    before = desk.count("survey")
    with pytest.raises(Refused):
        desk.confirm(seen["id"])
    assert desk.count("survey") == before
    both = desk.upload(path, Asked("survey", method="rtk", on=DAY, register_new=True, several=True))
    assert desk.confirm(both["id"]).counts["new_cemeteries"] == 1


def test_a_day_to_come_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = geojson(tmp_path / "实测.geojson", degrees(GROWN))
    seen = desk.upload(path, Asked("survey", method="rtk", on=date(2027, 1, 1)))
    assert "2027-01-01 在今天（2026-11-24）之后" in seen["problems"][0]["message"]
    with pytest.raises(Refused, match="没有存入任何内容"):
        desk.confirm(seen["id"])


def test_a_cemetery_without_boundaries_gets_its_first(desk: Desk, tmp_path: Path) -> None:
    with desk.within() as connection:
        number = connection.scalar(
            text(
                "INSERT INTO registry.cemetery (name, type, county_code) "
                "VALUES ('山后公墓', 'rural_public', '371002') RETURNING id"
            )
        )
    path = geojson(tmp_path / "批准二.geojson", degrees(shapely.affinity.translate(SITE, 0, 900)))
    seen = desk.upload(path, Asked("approval", method="cad", on=DAY, cemetery=number))
    assert seen["features"][0]["cemetery_name"] == "山后公墓"
    assert desk.confirm(seen["id"]).counts == {
        "approvals": 1, "matched": 1, "new_cemeteries": 0, "repaired": 0,
    }  # fmt: skip
    with pytest.raises(NotFound):
        desk.confirm(999)
    path = geojson(tmp_path / "批准三.geojson", degrees(shapely.affinity.translate(SITE, 0, 950)))
    unknown = desk.upload(path, Asked("approval", method="cad", cemetery=999))
    assert unknown["problems"][0]["code"] == "not_found"


def test_a_walked_track_brings_its_gap_accuracy_and_day(desk: Desk, tmp_path: Path) -> None:
    corners = [*shapely.get_coordinates(degrees(GROWN))[:-1].tolist()]
    end = [corners[0][0], corners[0][1] + 2e-5]
    points = "".join(
        f'<trkpt lat="{y:.8f}" lon="{x:.8f}"><time>2026-06-01T02:00:00Z</time>'
        "<extensions><accuracy>4.53</accuracy></extensions></trkpt>"
        for x, y in (*corners, end)
    )
    path = tmp_path / "走.gpx"
    path.write_text(f"<gpx><trk><name>桥头公墓</name><trkseg>{points}</trkseg></trk></gpx>")
    (row,) = desk.upload(path, Asked("survey"))["features"]
    assert row["gap_m"] == pytest.approx(2.22, abs=0.01)
    assert (row["method"], row["grade"]) == ("phone", "B")
    assert row["sigma_m"] == pytest.approx(3.0, abs=0.01)
    assert row["on"] == date(2026, 6, 1)


def test_a_shapefile_is_kept_with_all_its_parts(desk: Desk, tmp_path: Path) -> None:
    import geopandas

    path = tmp_path / "实测.shp"
    frame = geopandas.GeoDataFrame({"geometry": [degrees(GROWN)], "name": ["桥头公墓"]}, crs=4490)
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="UTF-8")
    seen = desk.upload(path)
    assert seen["problems"] == []
    kept = next(p for p in stored_files(desk) if p.name == seen["sha256"])
    with zipfile.ZipFile(kept) as archive:
        assert {"layer.shp", "layer.dbf", "layer.shx", "layer.prj"} <= set(archive.namelist())
    desk.confirm(seen["id"])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.geojson", b"", "0 字节"),
        ("图.dwg", b"AC1027", "另存为 DXF"),
        ("..", b"x", "文件名"),
        ("", b"x", "文件名"),
        ("没有扩展名", b"x", "文件名"),
    ],
)
def test_what_is_no_upload_is_refused_and_not_kept(
    desk: Desk, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    files = len(stored_files(desk))
    with desk.within() as connection, pytest.raises((Unreadable, BadRequest), match=words):
        uploading.upload(connection, desk.room, path, name, SURVEY)
    assert len(stored_files(desk)) == files


@pytest.mark.parametrize(
    "bad", ["../../etc/甲.geojson", "C:\\桌面\\甲.geojson", "甲\x00\n.geojson"]
)
def test_names_lose_their_folders(desk: Desk, tmp_path: Path, bad: str) -> None:
    path = geojson(tmp_path / "a.geojson", degrees(GROWN))
    with desk.within() as connection:
        number = uploading.upload(connection, desk.room, path, bad, SURVEY)
        stored = uploading.found(connection, number)
    assert stored.file_name in {"甲.geojson", "甲__.geojson"}


def test_setting_aside_keeps_the_file(desk: Desk, tmp_path: Path) -> None:
    number = desk.upload(geojson(tmp_path / "实测.geojson", degrees(GROWN)))["id"]
    files = len(stored_files(desk))
    with desk.within() as connection:
        uploading.discard(connection, number)
    assert len(stored_files(desk)) == files
    with pytest.raises(Conflict, match="已放弃"):
        desk.confirm(number)
    with desk.within() as connection:
        assert [u["status"] for u in uploading.listed(connection, "discarded")] == ["discarded"]
        with pytest.raises(BadRequest):
            uploading.listed(connection, "lost")


def test_zones_are_uploaded_too(desk: Desk, tmp_path: Path) -> None:
    path = geojson(tmp_path / "农田.geojson", degrees(shapely.affinity.translate(SITE, 0, 300)))
    (problem,) = desk.upload(path, Asked("zone"))["problems"]
    assert "不知道是哪一类" in problem["message"]
    seen = desk.upload(path, Asked("zone", zone_kind="耕地", on=DAY))
    assert seen["problems"] == []
    assert desk.confirm(seen["id"]).counts["zones"] == 1


def test_history_knows_who_kept_and_confirmed(desk: Desk, tmp_path: Path) -> None:
    number = desk.upload(geojson(tmp_path / "实测.geojson", degrees(GROWN)))["id"]
    desk.confirm(number)
    with desk.within() as connection:
        found = _history(connection)
    assert ("upload", "insert", LOCAL_USER) in found
    assert ("upload", "update", LOCAL_USER) in found
    assert ("raw_file", "insert", LOCAL_USER) in found


def _history(connection: Connection) -> set[tuple[str, str, int]]:
    rows = connection.execute(text("SELECT table_name, op, person_id FROM registry.history"))
    return {tuple(r) for r in rows}
