"""Map files: text, coordinate systems and shapes as they really come, and what is wrong said."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from geo_registry.domain.errors import BadRequest, Refused, Unreadable
from geo_registry.formats.vector import read_features

Write = Callable[..., Path]
SQUARE = [[122, 37], [122.01, 37], [122.01, 37.01], [122, 37.01], [122, 37]]
BOW_TIE = [[122, 37], [122.01, 37.01], [122.01, 37], [122, 37.01], [122, 37]]
SWAPPED = [[y, x] for x, y in SQUARE]


def geojson(folder: Path, *rings: object, kind: str = "Polygon") -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"名称": f"公墓{i}"},
            "geometry": None if ring is None else {"type": kind, "coordinates": [ring]},
        }
        for i, ring in enumerate(rings)
    ]
    path = folder / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


@pytest.mark.parametrize(
    "name", ["a.gpkg", "a.fgb", "a.geojson", "a.kml", "a.gml", "a.shp", "a.parquet"]
)
def test_every_format_gives_names_and_degrees(write: Write, name: str) -> None:
    found = read_features(write(name), wanted="polygon")
    assert sorted(found.attributes["名称"]) == ["文化陵园", "𬬭山公墓"]
    assert shapely.total_bounds(found.geometry) == pytest.approx([122, 37, 122.11, 37.11])
    assert not found.issues


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
@pytest.mark.parametrize("cpg", [None, "right", "UTF-8", "936", "GBK"])
def test_a_shapefile_reads_right_whatever_its_cpg_says(
    write: Write, encoding: str, cpg: str | None
) -> None:
    path = write("a.shp", encoding=encoding)
    if cpg is None:
        path.with_suffix(".cpg").unlink()
    elif cpg != "right":
        path.with_suffix(".cpg").write_text(cpg)
    found = read_features(path)
    assert found.attributes["名称"].to_list() == ["𬬭山公墓", "文化陵园"]
    assert found.encoding == encoding


def test_geojson_in_gb18030_is_read(tmp_path: Path) -> None:
    path = geojson(tmp_path, SQUARE)
    path.write_bytes(json.dumps(json.loads(path.read_text()), ensure_ascii=False).encode("gb18030"))
    assert read_features(path).attributes["名称"].to_list() == ["公墓0"]


def zipped(tmp_path: Path, *files: Path) -> Path:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return path


def test_a_zipped_shapefile_is_read(write: Write, tmp_path: Path) -> None:
    path = write("in/公墓.shp", encoding="GB18030")
    archive = zipped(tmp_path, *sorted(path.parent.iterdir()))
    assert read_features(archive).attributes["名称"].to_list() == ["𬬭山公墓", "文化陵园"]


def test_a_zip_with_two_layers_asks_which(write: Write, tmp_path: Path) -> None:
    archive = zipped(tmp_path, write("批准.geojson"), write("测量.geojson"))
    with pytest.raises(Unreadable, match=r"2 个图层.*--layer"):
        read_features(archive)
    assert len(read_features(archive, layer="测量")) == 2


def test_a_zip_that_leaves_its_folder_is_refused(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(write("a.geojson"), "../../evil.geojson")
    with pytest.raises(Unreadable, match="指向压缩包之外"):
        read_features(path)
    assert not (tmp_path.parent.parent / "evil.geojson").exists()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * (96 << 20))
    with pytest.raises(Unreadable, match="远超正常数据"):
        read_features(path)


def test_an_empty_zip_and_one_without_maps_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    zipfile.ZipFile(path, "w").close()
    with pytest.raises(Unreadable, match=r"没有文件"):
        read_features(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("说明.docx", "x")
    with pytest.raises(Unreadable, match=r"没有地图文件，只有：说明.docx"):
        read_features(path)


def test_a_zip_cut_off_is_refused(
    write: Write, tmp_path: Path, cut: Callable[[Path], Path]
) -> None:
    with pytest.raises(Unreadable, match="损坏或不完整"):
        read_features(cut(zipped(tmp_path, write("a.geojson"))))


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.geojson", "a.kml", "a.gml", "a.parquet"])
def test_a_map_cut_off_is_refused(write: Write, name: str, cut: Callable[..., Path]) -> None:
    boxes = [shapely.box(122 + i / 1e4, 37, 122 + i / 1e4 + 1e-5, 37.1) for i in range(900)]
    path = write(name, boxes, columns={"名称": [f"墓{i}" for i in range(900)]})
    with pytest.raises(Unreadable):
        read_features(cut(path, 0.7))


@pytest.mark.parametrize("part", [".shp", ".dbf"])
def test_a_shapefile_cut_off_is_refused(write: Write, part: str, cut: Callable[..., Path]) -> None:
    path = write("a.shp")
    cut(path.with_suffix(part), 0.7)
    with pytest.raises(Unreadable, match="不完整"):
        read_features(path)


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_a_part_says_which(write: Write, part: str) -> None:
    path = write("a.shp")
    path.with_suffix(part).unlink()
    with pytest.raises(Unreadable, match=f"缺少同名的 {part} 文件"):
        read_features(path)


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.zip", "a.kml", "a.parquet"])
def test_a_picture_with_another_name_is_recognised(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    with pytest.raises(Unreadable, match="PNG 图片"):
        read_features(tmp_path / name)


def test_a_table_without_geometry_and_an_unknown_suffix_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Unreadable, match="没有成对的坐标列。现有的列：a、b"):
        read_features(tmp_path / "a.csv")
    (tmp_path / "a.json").write_text('[{"a": 1}]')
    with pytest.raises(Unreadable, match="不是带图形的地图文件"):
        read_features(tmp_path / "a.json")
    (tmp_path / "a.dwg").write_bytes(b"AC1027")
    with pytest.raises(Unreadable, match="另存为 DXF"):
        read_features(tmp_path / "a.dwg")


def test_without_a_coordinate_system_it_asks_and_says_what_the_numbers_look_like(
    write: Write,
) -> None:
    path = write("a.shp", crs=None)
    with pytest.raises(Unreadable, match=r"没有坐标系说明.*像是经纬度.*--crs"):
        read_features(path)
    assert len(read_features(path, crs="EPSG:4490")) == 2


def test_metres_with_a_zone_number_are_recognised(write: Write) -> None:
    # EPSG:4529 is zone 41 of three degrees with its number before the easting.
    east = [shapely.box(41_400_000, 4_100_000, 41_400_100, 4_100_100)]
    path = write("a.shp", east, crs=None, columns={"名称": ["甲"]})
    with pytest.raises(Unreadable, match=r"3 度带第 41 带（CGCS2000 为 EPSG:4529）"):
        read_features(path)
    west, south, _, _ = shapely.total_bounds(read_features(path, crs="EPSG:4529").geometry)
    assert (west, south) == (pytest.approx(121.8, abs=0.2), pytest.approx(37.03, abs=0.1))


def test_an_unknown_and_an_unconvertible_system_are_refused(write: Write) -> None:
    path = write("a.geojson")
    with pytest.raises(BadRequest, match="EPSG:99999"):
        read_features(path, crs="EPSG:99999")
    with pytest.raises(Refused, match="Beijing 1954"):
        read_features(path, crs="EPSG:4214")


def test_gcj02_is_taken_as_declared_and_the_contradiction_is_said(write: Write) -> None:
    path = write("a.geojson")
    found = read_features(path, crs="GCJ-02")
    assert (
        0.003 < shapely.distance(found.geometry[0].centroid, shapely.Point(122.005, 37.005)) < 0.01
    )
    assert [i.code for i in found.issues] == ["crs_overruled"]


def test_swapped_axes_are_said_and_never_mended_by_guess(tmp_path: Path) -> None:
    path = geojson(tmp_path, SQUARE, SWAPPED)
    found = read_features(path)
    assert found.rows.tolist() == [1]
    (issue,) = found.issues
    assert (issue.row, issue.code) == (2, "axes_swapped")
    assert "--swap-axes" in issue.suggestion
    mended = read_features(path, swap_axes=True)
    assert mended.rows.tolist() == [2]
    assert shapely.total_bounds(mended.geometry) == pytest.approx([122, 37, 122.01, 37.01])


def test_swapped_metres_are_recognised(write: Write) -> None:
    boxes = [shapely.box(4_100_000, 400_000, 4_100_100, 400_100)]
    path = write("a.gpkg", boxes, crs=4550, columns={"名称": ["甲"]})
    assert [i.code for i in read_features(path).issues] == ["axes_swapped"]


def test_a_bow_tie_is_repaired_and_both_areas_are_said(tmp_path: Path) -> None:
    found = read_features(geojson(tmp_path, SQUARE, BOW_TIE), wanted="polygon")
    assert found.repaired.tolist() == [False, True]
    assert shapely.is_valid(found.geometry).all()
    (issue,) = found.issues
    assert issue.code == "ring_repaired"
    assert "修复前" in issue.message
    assert "修复后" in issue.message


def test_rows_without_a_usable_shape_are_left_out_one_by_one(write: Write, tmp_path: Path) -> None:
    nan = shapely.Polygon([(122, 37), (float("nan"), 37), (122, 37.1), (122, 37)])
    shapes = [shapely.box(122, 37, 122.1, 37.1), nan, None, shapely.Point(122, 37)]
    path = write("a.parquet", shapes, columns={"名称": list("甲乙丙丁")})
    found = read_features(path, wanted="polygon")
    assert (found.rows.tolist(), found.total) == ([1], 4)
    assert [(i.row, i.code) for i in found.issues] == [
        (2, "coordinate_not_finite"),
        (3, "geometry_missing"),
        (4, "geometry_type"),
    ]
    assert "图形是点，这里需要面" in found.issues[2].message


def test_nan_in_geojson_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "Point",\n "coordinates": [NaN, 37]}')
    with pytest.raises(Unreadable, match=r"第 2 行.*非数字"):
        read_features(path)


def test_metres_said_to_be_degrees_are_refused_row_by_row(tmp_path: Path) -> None:
    metres = [[x * 1e4, y * 1e5] for x, y in SQUARE]
    found = read_features(geojson(tmp_path, metres))
    assert [i.code for i in found.issues] == ["not_degrees"]


def test_closed_lines_of_cad_become_areas(write: Write) -> None:
    ring = shapely.LineString(
        [(400_000, 4.1e6), (400_100, 4.1e6), (400_100, 4_100_100), (400_000, 4.1e6)]
    )
    path = write("a.dxf", [ring], crs=None, columns={"Layer": ["0"]})
    found = read_features(path, wanted="polygon", crs="EPSG:4550")
    assert found.geometry[0].geom_type == "Polygon"
    assert [i.code for i in found.issues] == ["closed_line"]


def test_where_keeps_rows_and_names_the_columns_when_it_cannot(write: Write) -> None:
    path = write("a.gpkg")
    assert read_features(path, where={"编号": "02"}).rows.tolist() == [2]
    with pytest.raises(Unreadable, match="没有“编码”列。现有的列：名称、编号"):
        read_features(path, where={"编码": "02"})
    with pytest.raises(Unreadable, match="没有符合"):
        read_features(path, where={"编号": "99"})


def test_a_geopackage_with_two_layers_asks_which(write: Write) -> None:
    path = write("a.gpkg", layer="批准")
    write("a.gpkg", layer="测量", append=True)
    with pytest.raises(Unreadable, match="2 个图层：批准、测量"):
        read_features(path)
    with pytest.raises(Unreadable, match="没有图层“丙”"):
        read_features(path, layer="丙")
    assert len(read_features(path, layer="测量")) == 2


ENTITIES = (
    '<!DOCTYPE kml [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
    "<!DOCTYPE kml [" + "".join(f'<!ENTITY b{i} "{f"&b{i - 1};" * 9}">' for i in range(9)) + "]>",
    '<!DOCTYPE kml SYSTEM "http://example.org/a.dtd">',
)


@pytest.mark.parametrize("declaration", ENTITIES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("suffix", [".kml", ".gpx", ".gml", ".kmz"])
def test_entities_are_refused_and_never_expanded(
    tmp_path: Path, declaration: str, encoding: str, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    content = f"<?xml version='1.0'?>{declaration}<kml><name>&secret;&b8;地</name></kml>"
    if suffix == ".kmz":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("doc.kml", content.encode(encoding))
    else:
        path.write_bytes(content.encode(encoding))
    with pytest.raises(Unreadable, match=r"自定义实体.*没有打开.*重新导出") as refused:
        read_features(path)
    assert "root:" not in str(refused.value)


def test_a_ring_left_open_is_closed_and_the_gap_is_said(tmp_path: Path) -> None:
    near = [*SQUARE[:-1], [122.00001, 37.00001]]
    found = read_features(geojson(tmp_path, SQUARE, near), wanted="polygon")
    (issue,) = found.issues
    assert (issue.row, issue.code) == (2, "ring_closed")
    assert found.gap_m.tolist() == [0.0, pytest.approx(1.42, abs=0.01)]
    assert "相距 1.42 m" in issue.message


def test_a_line_instead_of_an_area_and_one_without_area_are_named(tmp_path: Path) -> None:
    flat = [[122, 37], [122.01, 37], [122.02, 37], [122, 37]]
    found = read_features(geojson(tmp_path, flat), wanted="polygon")
    assert [i.code for i in found.issues] == ["area_zero"]
    line = geojson(tmp_path, *SQUARE[:2])
    line.write_text(
        json.dumps({"type": "LineString", "coordinates": SQUARE[:-1]}), encoding="utf-8"
    )
    (issue,) = read_features(line, wanted="polygon").issues
    assert "图形是线，这里需要面" in issue.message
    assert issue.suggestion


@pytest.mark.slow
def test_absurdly_many_points_are_refused_before_anything_slow(write: Write) -> None:
    crossing = shapely.Polygon(
        [(122 + (i % 2) * 0.001, 37 + i * 1e-8) for i in range(500_001)]
    )  # a zigzag: repairing it would take minutes and gigabytes
    path = write("a.fgb", [crossing], columns={"名称": ["甲"]})
    (issue,) = read_features(path, wanted="polygon").issues
    assert issue.code == "too_many_points"
    assert "500,002 个点" in issue.message
    assert "抽稀" in issue.suggestion


@pytest.mark.shared
def test_real_geoparquet_is_read(shared: Path) -> None:
    found = read_features(shared / "data/osm/coquimbo_links.parquet", wanted="line")
    assert len(found) == 19_983
    assert found.attributes["name"].is_not_null().sum() == 18_508


def test_whole_numbers_beside_an_empty_cell_stay_whole(tmp_path: Path) -> None:
    path = geojson(tmp_path, SQUARE, SQUARE)
    table = json.loads(path.read_text("utf-8"))
    table["features"][0]["properties"]["代码"] = 371002101201
    table["features"][1]["properties"]["代码"] = None
    path.write_text(json.dumps(table), "utf-8")
    assert read_features(path).attributes["代码"].to_list() == [371002101201, None]
