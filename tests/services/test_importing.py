"""Imports: whole or nothing, once only, with every bad row named; on real PostGIS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from shapely import box
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.cemetery import METHODS
from geo_registry.domain.errors import BadRequest, Conflict, Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.findings.scanning import scan
from geo_registry.services.imports.importing import Source, Summary, read_date
from geo_registry.services.imports.importing_areas import import_boundaries
from geo_registry.services.imports.importing_cemeteries import Kind, Terms, import_cemeteries
from geo_registry.services.imports.importing_roads import import_roads, road_classes
from geo_registry.services.imports.importing_zones import ZoneTerms, import_zones
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.rows import DivisionRow

COUNTY, TOWN, VILLAGE, OTHER = "371002", "371002101", "371002101201", "371002101202"
WEST, EAST = box(122, 37, 122.1, 37.1), box(122.1, 37, 122.2, 37.1)
SATELLITE = {"method": "satellite", "sigma_m": 2.0}


def _geojson(folder: Path, name: str, *features: tuple[dict[str, Any], dict[str, Any]]) -> Path:
    path = folder / name
    rows = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    return path


def _line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": points}


def _box(x: float, y: float, size: float = 0.001) -> dict[str, Any]:
    return box(x, y, x + size, y + size).__geo_interface__


def _count(connection: Connection, table: str, where: str = "true") -> int:
    return int(connection.scalar(text(f"SELECT count(*) FROM registry.{table} WHERE {where}")) or 0)


@pytest.fixture
def divided(connection: Connection) -> Connection:
    """A registry with one county, one town and two villages that have polygons."""
    insert_divisions(
        connection,
        [
            DivisionRow(COUNTY, "nbs", "环翠区", 3),
            DivisionRow(TOWN, "nbs", "张村镇", 4, COUNTY),
            DivisionRow(VILLAGE, "nbs", "甲村委会", 5, TOWN, extent=WEST),
            DivisionRow(OTHER, "nbs", "乙村委会", 5, TOWN, extent=EAST),
        ],
    )
    return connection


@pytest.fixture
def roads(data: Path, reference: Reference) -> Any:
    classes = road_classes(data)

    def imported(connection: Connection, path: Path, **options: Any) -> Summary:
        reading = {k: options.pop(k) for k in ("crs", "swap_axes") if k in options}
        source = Source(path, "roads", **options)
        return import_roads(connection, source, reference=reference, classes=classes, **reading)

    return imported


@pytest.fixture
def village_roads(tmp_path: Path) -> Path:
    return _geojson(
        tmp_path,
        "roads.geojson",
        ({"name": "文化路", "highway": "residential"}, _line((122.08, 37.05), (122.09, 37.05))),
        ({"name": "文化路", "highway": "tertiary"}, _line((122.09, 37.05), (122.105, 37.05))),
        ({"name": None, "highway": "residential"}, _line((122.15, 37.05), (122.16, 37.05))),
        ({"name": None, "highway": "service"}, _line((122.16, 37.05), (122.17, 37.05))),
        ({"name": "滨海步道", "highway": "footway"}, _line((122.17, 37.02), (122.18, 37.02))),
    )


def test_pieces_become_roads_in_the_village_that_holds_most_of_them(
    divided: Connection, roads: Any, village_roads: Path
) -> None:
    summary = roads(divided, village_roads)
    assert summary.stored
    assert {k: summary.counts[k] for k in ("segments", "roads", "named", "unnamed", "ways")} == {
        "segments": 5, "roads": 2, "named": 1, "unnamed": 1, "ways": 2,
    }  # fmt: skip
    rows = divided.execute(
        text(
            "SELECT n.full_name, p.place_class, p.village_code, p.town_code, round(p.length_m) "
            "FROM registry.place p LEFT JOIN registry.place_name n ON n.place_id = p.id "
            "ORDER BY p.id"
        )
    ).all()
    assert [tuple(r)[:4] for r in rows] == [
        ("文化路", "road", VILLAGE, TOWN),
        (None, "road", OTHER, TOWN),
        (None, "way", OTHER, TOWN),
        ("滨海步道", "way", OTHER, TOWN),
    ]
    assert 2200 < rows[0][4] < 2240  # 0.025° of longitude at 37.05° N
    (unnamed,) = summary.listed
    assert (unnamed["village_code"], round(unnamed["lon"], 3)) == (OTHER, 122.155)


def test_the_same_file_twice_is_a_conflict_and_changes_nothing(
    divided: Connection, roads: Any, village_roads: Path, tmp_path: Path
) -> None:
    roads(divided, village_roads)
    before = _count(divided, "segment")
    copy = tmp_path / "other name.geojson"
    copy.write_bytes(village_roads.read_bytes())
    with pytest.raises(Conflict, match=r"已于 .* 导入过"):
        roads(divided, copy)
    assert _count(divided, "segment") == before


def test_a_dry_run_says_the_same_and_writes_nothing(
    divided: Connection, roads: Any, village_roads: Path
) -> None:
    summary = roads(divided, village_roads, dry_run=True)
    assert (summary.stored, summary.refused, summary.counts["roads"]) == (False, False, 2)
    assert _count(divided, "place") == _count(divided, "import_batch") == 0


def test_one_bad_row_holds_all_back_unless_the_good_ones_are_admitted(
    divided: Connection, roads: Any, tmp_path: Path
) -> None:
    good = _line((122.01, 37.01), (122.02, 37.01))
    path = _geojson(
        tmp_path,
        "mixed.geojson",
        ({"name": "建设路"}, good),
        ({"name": "长" * 10_000}, _line((122.03, 37.01), (122.04, 37.01))),
        ({"name": "反了路"}, _line((37.01, 122.01), (37.01, 122.02))),
        ({"name": "面"}, _box(122.01, 37.01)),
        ({"name": "文\u0007化\u200b路"}, _line((122.05, 37.01), (122.06, 37.01))),
    )
    refused = roads(divided, path)
    assert (refused.refused, refused.rejected, refused.rows) == (True, 3, 5)
    assert _count(divided, "place") == 0
    admitted = roads(divided, path, admit_good=True)
    assert admitted.stored
    assert {(i.row, i.code) for i in admitted.issues} == {
        (2, "name_too_long"),
        (3, "axes_swapped"),
        (4, "geometry_type"),
        (5, "control_characters"),
    }
    names = divided.execute(text("SELECT full_name FROM registry.place_name ORDER BY id"))
    assert [n for (n,) in names] == ["建设路", "文化路"]


def test_without_polygons_the_stated_division_holds(
    divided: Connection, roads: Any, tmp_path: Path
) -> None:
    path = _geojson(tmp_path, "far.geojson", ({"name": "远路"}, _line((121, 36), (121.01, 36))))
    with pytest.raises(
        BadRequest, match="没有统计用区划代码“371002109”。是否为 371002101（张村镇）"
    ):
        roads(divided, path, at="371002109")
    roads(divided, path, at=TOWN)
    assert _count(divided, "place", f"town_code = '{TOWN}' AND village_code IS NULL") == 1


def test_a_table_of_lines_without_a_name_column_says_which_columns_exist(
    divided: Connection, roads: Any, tmp_path: Path
) -> None:
    path = _geojson(tmp_path, "a.geojson", ({"宽": 3}, _line((122.0, 37.0), (122.1, 37.0))))
    with pytest.raises(Unreadable, match="没有“标准名称”列。现有的列：宽"):
        roads(divided, path)


def test_a_failure_on_the_way_leaves_nothing(
    engine: Engine, roads: Any, village_roads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("geo_registry.services.imports.importing_roads.insert_segments", full_disk)
    with (
        pytest.raises(OSError, match="disk full"),
        transaction(engine, person=LOCAL_USER, reason="测试") as connection,
    ):
        roads(connection, village_roads)
    with engine.connect() as connection:
        assert _count(connection, "place") == _count(connection, "import_batch") == 0


# --- cemeteries -----------------------------------------------------------------------------------


@pytest.fixture
def cemeteries(reference: Reference) -> Any:
    def imported(connection: Connection, path: Path, kind: str, **options: Any) -> Summary:
        where = options.pop("where", None)
        own = {k: options.pop(k) for k in ("at", "admit_good", "dry_run") if k in options}
        source = Source(path, f"cemeteries.{kind}", selection=str(where or ""), **own)
        terms = Terms(Kind(kind), **(SATELLITE | options))
        return import_cemeteries(connection, source, terms, reference=reference, where=where)

    return imported


def test_a_survey_finds_its_cemetery_by_overlap_or_by_number(
    divided: Connection, cemeteries: Any, tmp_path: Path
) -> None:
    approvals = _geojson(
        tmp_path,
        "approved.geojson",
        ({"名称": "示例公墓一", "编号": "A1"}, _box(122.01, 37.01)),
        ({"名称": "示例公墓二", "编号": "A2"}, _box(122.15, 37.01)),
    )
    cemeteries(
        divided, approvals, "approval", on=date(2013, 8, 1), document_number="环民〔2013〕1号"
    )
    surveys = _geojson(
        tmp_path,
        "surveyed.geojson",
        ({"名称": "改了名", "编号": "X"}, _box(122.0101, 37.0101)),
        ({"名称": "搬远了", "编号": "A2"}, _box(122.151, 37.0105)),
    )
    summary = cemeteries(divided, surveys, "survey", on=date(2015, 7, 1))
    assert [r["cemetery_name"] for r in summary.listed] == ["示例公墓一", "示例公墓二"]
    rows = divided.execute(
        text(
            "SELECT c.name, c.village_code, a.sigma_m, a.grade, d.number, s.surveyed_on, s.method "
            "FROM registry.cemetery c JOIN registry.approval a ON a.cemetery_id = c.id "
            "JOIN registry.document d ON d.id = a.document_id "
            "JOIN registry.survey s ON s.cemetery_id = c.id ORDER BY c.id"
        )
    ).all()
    day = date(2015, 7, 1)
    assert [tuple(r) for r in rows] == [
        ("示例公墓一", VILLAGE, 2.0, "B", "环民〔2013〕1号", day, "satellite"),
        ("示例公墓二", OTHER, 2.0, "B", "环民〔2013〕1号", day, "satellite"),
    ]


def test_what_fits_two_cemeteries_or_none_is_listed_and_not_guessed(
    divided: Connection, cemeteries: Any, tmp_path: Path
) -> None:
    approvals = _geojson(
        tmp_path,
        "approved.geojson",
        ({"名称": "东"}, _box(122.010, 37.01)),
        ({"名称": "西"}, _box(122.011, 37.01)),
    )
    cemeteries(divided, approvals, "approval")
    both = box(122.0102, 37.0102, 122.0118, 37.0108).__geo_interface__
    surveys = _geojson(
        tmp_path, "s.geojson", ({"名称": "?"}, both), ({"名称": "新"}, _box(122.05, 37.05))
    )
    refused = cemeteries(divided, surveys, "survey", on=date(2015, 7, 1))
    assert [(i.row, i.code) for i in refused.issues] == [
        (1, "match_ambiguous"),
        (2, "not_registered"),
    ]
    assert _count(divided, "survey") == 0
    cemeteries(divided, surveys, "survey", on=date(2015, 7, 1), register_new=True, admit_good=True)
    assert _count(divided, "cemetery") == 3
    assert _count(divided, "approval") == 2


def test_days_methods_and_errors_may_stand_in_columns(
    divided: Connection, cemeteries: Any, tmp_path: Path
) -> None:
    path = _geojson(
        tmp_path,
        "s.geojson",
        (
            {"名称": "一", "日": "2024年11月5日", "法": "RTK、全站仪", "差": "0.1米"},
            _box(122.01, 37.01),
        ),
        ({"名称": "二", "日": "2023.13.5", "法": "rtk", "差": None}, _box(122.02, 37.01)),
        ({"名称": "三", "日": None, "法": "目测", "差": "很小"}, _box(122.03, 37.01)),
    )
    summary = cemeteries(
        divided, path, "survey", date_column="日", method_column="法", sigma_column="差",
        method=None, sigma_m=None, register_new=True, admit_good=True,
    )  # fmt: skip
    assert [(i.row, i.code) for i in summary.issues] == [
        (2, "not_a_date"), (3, "unknown_method"), (3, "bad_sigma"), (3, "date_missing"),
    ]  # fmt: skip
    row = divided.execute(
        text("SELECT surveyed_on, method, sigma_m, shift_m, grade FROM registry.survey")
    ).one()
    planned = METHODS["rtk"].accuracy
    assert tuple(row) == (
        date(2024, 11, 5), "rtk", 0.1, pytest.approx(0.1 * planned.shift_m / planned.sigma_m), "A",
    )  # fmt: skip


def test_a_wrong_date_is_answered_with_a_right_one() -> None:
    _, issue = read_date("2023.13.5", 17, "批准日期")
    assert issue is not None
    assert issue.message == "第 17 行“批准日期”：“2023.13.5”不是日期。"
    assert issue.suggestion == "可改为 2023-05-13，或留空后继续。"


# --- zones and boundaries -------------------------------------------------------------------------


def test_zones_come_with_kind_setback_and_days(divided: Connection, tmp_path: Path) -> None:
    path = _geojson(
        tmp_path,
        "z.geojson",
        (
            {"名称": "甲林", "类型": "公益林", "退距": 20, "生效日期": "2020.5.1",
             "失效日期": "2026年1月1日"},
            _box(122.01, 37.01),
        ),
        ({"名称": "乙田", "类型": None, "退距": None}, _box(122.02, 37.01)),
    )  # fmt: skip
    terms = ZoneTerms(kind="farmland", setback_m=5, valid_from=date(2017, 1, 1))
    assert import_zones(divided, Source(path, "zones"), terms).counts["zones"] == 2
    rows = divided.execute(
        text(
            "SELECT name, kind, setback_m, county_code, valid_from, valid_to "
            "FROM registry.zone ORDER BY id"
        )
    )
    assert [tuple(r) for r in rows] == [
        ("甲林", "forest", 20.0, COUNTY, date(2020, 5, 1), date(2026, 1, 1)),
        ("乙田", "farmland", 5.0, COUNTY, date(2017, 1, 1), None),
    ]


def test_a_zone_that_no_rule_would_compare_is_refused(divided: Connection, tmp_path: Path) -> None:
    shape = _box(122.01, 37.01)
    path = _geojson(
        tmp_path,
        "z.geojson",
        ({"类型": "湿地乐园"}, shape),
        ({"类型": None}, shape),
        ({"类型": "耕地", "退距": -3}, shape),
        ({"类型": "耕地", "生效日期": "2020-01-01", "失效日期": "2019-01-01"}, shape),
    )
    done = import_zones(divided, Source(path, "zones"), ZoneTerms())
    assert not done.stored
    assert [(i.row, i.code) for i in done.issues] == [
        (1, "bad_kind"), (2, "kind_missing"), (3, "bad_setback_m"), (4, "dates_reversed"),
    ]  # fmt: skip
    assert "0–10000 之间的数（米）" in done.issues[2].message
    with pytest.raises(BadRequest, match="保护区类型"):
        import_zones(divided, Source(path, "zones"), ZoneTerms(kind="playground"))


def test_an_unknown_division_code_is_named_with_the_nearest_known_one(
    divided: Connection, tmp_path: Path
) -> None:
    path = _geojson(
        tmp_path,
        "b.geojson",
        ({"代码": VILLAGE}, _box(122.01, 37.01)),
        ({"代码": "371002101299"}, _box(122.02, 37.01)),
        ({"代码": VILLAGE}, _box(122.03, 37.01)),
    )
    summary = import_boundaries(divided, Source(path, "boundaries", admit_good=True))
    assert summary.counts["divisions"] == 1
    unknown, twice = summary.issues
    assert (unknown.row, unknown.code) == (2, "unknown_code")
    assert "是否为 37100210120" in unknown.suggestion
    assert (twice.row, twice.code) == (3, "code_twice")


# --- real files -----------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "segments", "named"),
    [("malta_2016-11.osm.pbf", 21_137, 9_653), ("neubrandenburg_2016-02.osm.bz2", 7_930, 2_148)],
)
def test_every_way_of_a_real_extract_arrives(
    connection: Connection, roads: Any, shared: Path, name: str, segments: int, named: int
) -> None:
    summary = roads(connection, shared / "data/osm" / name)
    assert (summary.rows, summary.rejected, summary.issues) == (segments, 0, ())
    assert _count(connection, "segment") == segments
    assert _count(connection, "segment", "raw_name IS NOT NULL") == named
    assert summary.counts["unnamed"] == len(summary.listed) > 0
    assert _count(connection, "place") == summary.counts["roads"] + summary.counts["ways"]


def _pairs(shared: Path, before: str) -> Iterator[tuple[str, str]]:
    lines = (shared / "data/cemetery/cemetery_pairs.csv").read_text("utf-8").splitlines()[1:]
    for line in lines:
        cells = line.split(",")
        if cells[0] == before and cells[2]:
            yield cells[2], cells[-1]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("before", "after", "on"),
    [
        ("liechtenstein_2013-08", "liechtenstein_2015-07", date(2015, 7, 1)),
        ("liechtenstein_2015-07", "liechtenstein_2021-10", date(2021, 10, 1)),
    ],
)
def test_of_two_dates_of_real_cemeteries_those_that_grew_are_flagged_and_none_of_the_unchanged(
    connection: Connection,
    cemeteries: Any,
    shared: Path,
    reference: Reference,
    profile: Profile,
    before: str,
    after: str,
    on: date,
) -> None:
    path = shared / "data/cemetery/osm_cemeteries.geojson"
    approved_on = date(on.year - 2, 1, 1)
    cemeteries(connection, path, "approval", on=approved_on, where={"src": before})
    surveyed = cemeteries(
        connection, path, "survey", on=on, where={"src": after}, register_new=True
    )
    labels = dict(_pairs(shared, before))
    assert surveyed.counts["matched"] == len(labels)
    scan(
        connection, reference=reference, profile=profile, on=date(2026, 11, 23), person=LOCAL_USER,
        rules=["cm.bound.exceeds_approved"],
    )  # fmt: skip
    found = connection.execute(
        text(
            "SELECT c.source_id, f.severity FROM registry.finding f "
            "JOIN registry.cemetery c ON f.subjects = ARRAY['cemetery:' || c.id]"
        )
    ).all()
    flagged = {labels[source] for source, _ in found if source in labels}
    assert "expanded" in flagged
    assert "unchanged" not in flagged
    grown = {source for source, label in labels.items() if label == "expanded"}
    assert grown == {source for source, _ in found if labels.get(source) == "expanded"}
    # Satellite evidence can only suspect: nothing weighs more than a warning.
    assert {severity for _, severity in found} <= {"warn", "info"}
