"""Name signs: matched to their road by text and place; what is missing is a task."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from shapely import LineString
from sqlalchemy import Connection, text

from geo_registry.domain.errors import Conflict, Unreadable
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.findings.scanning import scan
from geo_registry.services.imports.importing import Source, Summary
from geo_registry.services.imports.importing_signs import SignTerms, import_signs
from geo_registry.store.database import LOCAL_USER
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow

ON = date(2026, 11, 23)
RULE = "pn.entity.sign_missing"
TOWN, VILLAGE = "371002101", "371002101201"
COLUMNS = ("牌面文字", "经度", "纬度", "设置日期", "状态")
WEST, EAST = 122.1, 122.103
LAT = 37.4
NORTH_10_M = 0.00009


@pytest.fixture
def roads(connection: Connection, reference: Reference) -> list[int]:
    """文化路 to the east, 和平路 across its middle, 文明路 in another town."""
    places = insert_places(
        connection,
        [
            PlaceRow("road", VILLAGE, TOWN, "371002"),
            PlaceRow("road", VILLAGE, TOWN, "371002"),
            PlaceRow("road", None, "371002102", "371002"),
        ],
    )
    names = ("文化路", "和平路", "文明路")
    insert_names(
        connection,
        [PlaceNameRow(p, parse(n, "road", reference)) for p, n in zip(places, names, strict=True)],
    )
    middle = (WEST + EAST) / 2
    lines = [
        [(WEST, LAT), (EAST, LAT)],
        [(middle, LAT - 0.001), (middle, LAT + 0.001)],
        [(WEST, LAT + 0.1), (EAST, LAT + 0.1)],
    ]
    insert_segments(
        connection, [SegmentRow(p, LineString(c)) for p, c in zip(places, lines, strict=True)]
    )
    return places


def _table(path: Path, *rows: tuple[str, float | str, float | str, str, str]) -> Path:
    frame = pl.DataFrame(
        [tuple(str(cell) for cell in row) for row in rows], schema=list(COLUMNS), orient="row"
    )
    frame.write_csv(path)
    return path


def _import(
    connection: Connection, path: Path, reference: Reference, *, admit_good: bool = False
) -> Summary:
    source = Source(path, "signs", admit_good=admit_good)
    return import_signs(connection, source, SignTerms(), reference=reference)


def _missing(
    connection: Connection, reference: Reference, profile: Profile
) -> dict[str, tuple[str, str]]:
    scan(connection, reference=reference, profile=profile, on=ON, person=LOCAL_USER)
    rows = connection.execute(
        text(
            "SELECT subjects[1] AS subject, outcome, message FROM registry.finding "
            "WHERE rule_id = :rule AND state = 'open'"
        ),
        {"rule": RULE},
    )
    return {r.subject: (r.outcome, r.message) for r in rows}


def test_signs_find_their_road_and_what_is_missing_is_named(
    connection: Connection,
    reference: Reference,
    profile: Profile,
    roads: list[int],
    tmp_path: Path,
) -> None:
    assert _missing(connection, reference, profile) == {}, "nobody looked yet"
    path = _table(
        tmp_path / "signs.csv",
        ("文化路", WEST, LAT + NORTH_10_M, "2024-11-05", "完好"),
        (" 文化路 ", (WEST + EAST) / 2, LAT - NORTH_10_M, "2024年11月5日", ""),
    )
    done = _import(connection, path, reference)
    assert (done.stored, done.counts["matched"], done.counts["unmatched"]) == (True, 2, 0)
    found = _missing(connection, reference, profile)
    culture, peace, elsewhere = (f"place:{p}" for p in roads)
    assert found[culture][0] == "some"
    assert "还缺 1 处：东端" in found[culture][1]
    assert found[peace][0] == "none"
    assert elsewhere not in found, "nobody surveyed that town"


def test_a_sign_too_far_or_of_no_road_is_listed_and_kept(
    connection: Connection, reference: Reference, roads: list[int], tmp_path: Path
) -> None:
    path = _table(
        tmp_path / "signs.csv",
        ("文化路", WEST, LAT + 5 * NORTH_10_M, "", ""),
        ("建设路", WEST, LAT, "", ""),
    )
    done = _import(connection, path, reference)
    assert done.counts["matched"] == 0
    assert [one["行"] for one in done.listed] == [1, 2]
    assert "50 米外" in done.listed[0]["原因"]
    assert "没有名为“建设路”" in done.listed[1]["原因"]
    assert connection.scalar(text("SELECT count(*) FROM registry.sign WHERE place_id IS NULL")) == 2


def test_a_missing_sign_does_not_stand(
    connection: Connection,
    reference: Reference,
    profile: Profile,
    roads: list[int],
    tmp_path: Path,
) -> None:
    path = _table(tmp_path / "signs.csv", ("文化路", WEST, LAT, "", "缺失"))
    _import(connection, path, reference)
    assert _missing(connection, reference, profile)[f"place:{roads[0]}"][0] == "none"


def test_bad_rows_are_named_and_nothing_is_stored(
    connection: Connection, reference: Reference, roads: list[int], tmp_path: Path
) -> None:
    path = _table(
        tmp_path / "signs.csv",
        ("文化路", WEST, LAT, "2024-13-45", ""),
        ("", WEST, LAT, "", ""),
        ("文化路", "东边", LAT, "", ""),
        ("文化路", WEST, LAT, "", "歪了"),
        ("长" * 10_000, WEST, LAT, "", ""),
        ("文化路", WEST, LAT, "", "破损"),
    )
    done = _import(connection, path, reference)
    assert not done.stored
    assert done.rejected == 5
    assert sorted({i.row for i in done.issues}) == [1, 2, 3, 4, 5]
    assert connection.scalar(text("SELECT count(*) FROM registry.sign")) == 0
    assert _import(connection, path, reference, admit_good=True).counts["signs"] == 1


def test_map_files_are_read_and_the_same_file_is_refused_twice(
    connection: Connection, reference: Reference, roads: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "signs.geojson"
    feature = {
        "type": "Feature",
        "properties": {"text": "文化路", "pinyin": "Wénhuà Lù", "date": "2024-11-05"},
        "geometry": {"type": "Point", "coordinates": [EAST, LAT]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert _import(connection, path, reference).counts["matched"] == 1
    row = connection.execute(
        text("SELECT place_id, romanized, installed_on, town_code FROM registry.sign")
    ).one()
    assert tuple(row) == (roads[0], "Wénhuà Lù", date(2024, 11, 5), TOWN)
    with pytest.raises(Conflict, match="导入过"):
        _import(connection, path, reference)


def test_a_table_without_coordinates_says_which_columns_exist(
    connection: Connection, reference: Reference, tmp_path: Path
) -> None:
    path = tmp_path / "signs.csv"
    path.write_text("牌面文字,位置\n文化路,村口\n", "utf-8")
    with pytest.raises(Unreadable, match="经度"):
        _import(connection, path, reference)
