"""The national place-name database: every field comes out as it came in, on real PostGIS."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from shapely import box
from sqlalchemy import Connection, text

from geo_registry import reference as reference_tables
from geo_registry.domain.errors import BadRequest, Conflict, Unreadable
from geo_registry.domain.identity import Scope
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.formats.national import read_records, write_records
from geo_registry.rules import catalogue
from geo_registry.services.desk import Desk
from geo_registry.services.imports.importing import Source, Summary
from geo_registry.services.imports.national import import_national
from geo_registry.services.imports.national_export import Export, export_national
from geo_registry.services.names import stories
from geo_registry.services.naming import naming
from geo_registry.services.naming.naming import Decision
from geo_registry.store import gazetteer
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.rows import DivisionRow

ON = date(2026, 11, 23)
POINT = '{"type":"MultiPoint","coordinates":[[122.0501230,37.4200010]]}'
RECORDS: list[dict[str, Any]] = [
    {
        "id": "a1f0", "place_code": "37100210122200000188", "standard_name": "孙家疃",
        "ethnic_minorities_writing": "", "place_type": "农村居民点", "place_type_code": "22200",
        "province_name": "山东省", "province_code": "370000", "city_name": "威海市",
        "city_code": "371000", "area_name": "环翠区", "area_code": "371002",
        "roman_alphabet_spelling": "Sūnjiātuǎn", "gdm": POINT,
        "old_name": "孙家庄、老疃", "place_origin": "明代孙姓立村",
        "place_meaning": "孙姓居住的滩地",
        "government_history": "1958年属张村公社\n1984年改村", "注": " 空格保留 ",
    },
    {
        "id": "a1f1", "place_code": "37100210199999000001", "standard_name": "未知类别地",
        "place_type": "未知", "place_type_code": "99999", "area_code": "371002999",
        "roman_alphabet_spelling": "", "gdm": "", "old_name": "无", "place_origin": "",
        "place_meaning": "", "government_history": "",
    },
]  # fmt: skip


@pytest.fixture
def divided(connection: Connection) -> Connection:
    """A registry that knows the county and a town."""
    insert_divisions(
        connection,
        [
            DivisionRow("371002", "nbs", "环翠区", 3),
            DivisionRow("371002101", "nbs", "张村镇", 4, "371002"),
        ],
    )
    return connection


def _import(connection: Connection, path: Path, data: Path, reference: Reference,
            **more: Any) -> Summary:  # fmt: skip
    return import_national(
        connection,
        Source(path, "national", **{k: more.pop(k) for k in ("at", "admit_good") if k in more}),
        reference=reference,
        classes=reference_tables.class_codes(data),
        person=LOCAL_USER,
        on=ON,
        **more,
    )


def _export(connection: Connection, data: Path, profile: Profile, **more: Any) -> Export:
    asked: dict[str, Any] = {"at": None, "secrecy": "public"} | more
    return export_national(
        connection, classes=reference_tables.class_codes(data), profile=profile, on=ON, **asked
    )


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx", ".geojson", ".tsv"])
def test_every_value_comes_out_as_it_came_in(
    divided: Connection, data: Path, reference: Reference, profile: Profile, tmp_path: Path,
    suffix: str,
) -> None:  # fmt: skip
    path = tmp_path / f"in{suffix}"
    columns = list(dict.fromkeys(c for r in RECORDS for c in r))
    write_records(RECORDS, columns, path)
    came = read_records(path)
    summary = _import(divided, path, data, reference)
    assert summary.stored, summary.issues
    export = _export(divided, data, profile)
    assert export.renewals == ()
    out = tmp_path / f"out{suffix}"
    write_records(export.rows, export.columns, out)
    went = read_records(out)
    assert [json.dumps(r, sort_keys=True) for r in went.rows] == [
        json.dumps(r, sort_keys=True) for r in came.rows
    ]
    if suffix != ".geojson":
        assert list(went.columns) == list(came.columns)
        assert out.read_bytes() == path.read_bytes() or suffix == ".xlsx"


def test_a_record_becomes_names_spelling_codes_and_stories(
    divided: Connection, data: Path, reference: Reference, tmp_path: Path
) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps(RECORDS, ensure_ascii=False), "utf-8")
    summary = _import(divided, path, data, reference)
    assert summary.counts == {"records": 2, "known": 0, "places": 2, "matched": 0}
    codes = {i.code for i in summary.issues}
    assert codes == {"unknown_class_code", "no_position"}
    first, second = divided.execute(text("SELECT * FROM registry.place ORDER BY id")).all()
    assert (first.place_class, first.class_code, first.class_scheme) == (
        "settlement.natural_village", "22200", "dmfw5",
    )  # fmt: skip
    assert first.place_code == "37100210122200000188"
    assert (first.county_code, first.town_code) == ("371002", None)
    assert (second.place_class, second.class_code) == ("unclassified", "99999")
    names = divided.execute(
        text(
            "SELECT full_name, kind, stated_romanized FROM registry.place_name "
            "WHERE place_id = :p ORDER BY id"
        ),
        {"p": first.id},
    ).all()
    assert [tuple(n) for n in names] == [
        ("孙家疃", "standard", "Sūnjiātuǎn"), ("孙家庄", "former", None), ("老疃", "former", None),
    ]  # fmt: skip
    kinds = [s["kind"] for s in stories.of_place(divided, first.id)]
    assert kinds == ["origin", "meaning", "history"]


def test_what_changed_in_the_registry_goes_out_and_is_listed(
    divided: Connection, data: Path, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps(RECORDS[:1], ensure_ascii=False), "utf-8")
    _import(divided, path, data, reference)
    place = divided.scalar(text("SELECT id FROM registry.place"))
    assert place is not None
    desk = Desk(LOCAL_ACTOR, ON, reference, profile)
    decision = Decision("威海市环翠区民政局", ON, despite="试更名")
    naming.rename(divided, place, "孙家湾", decision, desk=desk)
    export = _export(divided, data, profile)
    assert {r.field for r in export.renewals} == {
        "standard_name", "roman_alphabet_spelling", "old_name",
    }  # fmt: skip
    row = dict(export.rows[0])
    assert row["standard_name"] == "孙家湾"
    assert row["roman_alphabet_spelling"] == "Sūnjiāwān"
    assert set(row["old_name"].split("、")) == {"孙家庄", "老疃", "孙家疃"}
    kept = RECORDS[0].keys() - {"standard_name", "roman_alphabet_spelling", "old_name"}
    assert {k: row[k] for k in kept} == {k: RECORDS[0][k] for k in kept}


def test_nothing_above_public_leaves_unless_it_is_asked_for(
    divided: Connection, data: Path, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    form = [
        {"标准名称": "甲村", "罗马字母拼写": "Jiǎcūn", "密级": "公开", "东经": "122°03′00″",
         "北纬": "37°25′12″", "别名": "老甲村"},
        {"标准名称": "乙村", "罗马字母拼写": "Yǐcūn", "密级": "内部", "东经": "", "北纬": ""},
        {"标准名称": "丙村", "罗马字母拼写": "Bǐngcūn", "密级": "", "东经": "", "北纬": ""},
        {"标准名称": "丁村", "罗马字母拼写": "Dīngcūn", "密级": "机密", "东经": "", "北纬": ""},
    ]  # fmt: skip
    path = tmp_path / "form.csv"
    write_records(form, list(form[0]), path)
    _import(divided, path, data, reference)

    def names(level: str) -> list[str]:
        export = _export(divided, data, profile, secrecy=level)
        assert len(export.rows) + export.withheld == 4
        return [str(r["标准名称"]) for r in export.rows]

    assert names("public") == ["甲村"]
    assert names("internal") == ["甲村", "乙村"]
    assert names("secret") == ["甲村", "乙村", "丙村", "丁村"]
    point = divided.scalar(
        text("SELECT ST_AsText(geom, 4) FROM registry.place WHERE geom IS NOT NULL")
    )
    assert point == "MULTIPOINT((122.05 37.42))"
    with pytest.raises(BadRequest):
        _export(divided, data, profile, secrecy="everything")


def test_a_record_comes_once_and_a_registered_place_is_recognised(
    divided: Connection, data: Path, reference: Reference, tmp_path: Path
) -> None:
    first = tmp_path / "a.json"
    first.write_text(json.dumps(RECORDS[:1], ensure_ascii=False), "utf-8")
    _import(divided, first, data, reference)
    with pytest.raises(Conflict):
        _import(divided, first, data, reference)
    changed = [RECORDS[0] | {"old_name": "别的"}, RECORDS[1]]
    again = tmp_path / "b.json"
    again.write_text(json.dumps(changed, ensure_ascii=False), "utf-8")
    summary = _import(divided, again, data, reference)
    assert summary.counts["known"] == 1
    assert "record_changed" in {i.code for i in summary.issues}
    assert divided.scalar(text("SELECT count(*) FROM registry.place")) == 2
    divided.execute(text("DELETE FROM registry.national_record"))
    third = tmp_path / "c.json"
    third.write_text(json.dumps([RECORDS[0] | {"id": "zz"}], ensure_ascii=False), "utf-8")
    assert _import(divided, third, data, reference).counts["matched"] == 1
    assert divided.scalar(text("SELECT count(*) FROM registry.place")) == 2


def test_places_of_the_registry_get_a_record_without_an_invented_id(
    sample_engine: Any, data: Path, profile: Profile
) -> None:
    with sample_engine.connect() as connection:
        export = _export(connection, data, profile, at="羊亭镇")
    assert export.rows
    for row in export.rows:
        assert row["id"] == ""
        assert row["area_name"] == "羊亭镇"
        assert row["province_code"] == "370000"
        assert row["standard_name"]


def test_what_the_registry_exported_comes_home_to_its_places(
    sample_engine: Any, data: Path, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="交换") as connection:
        count = text("SELECT count(*) FROM registry.place")
        before = connection.scalar(count)
        export = _export(connection, data, profile, at="羊亭镇")
        assert len(export.rows) > 50
        path = tmp_path / "导出.csv"
        write_records(export.rows, export.columns, path)
        summary = _import(connection, path, data, reference)
        assert (summary.counts["places"], summary.counts["matched"]) == (0, len(export.rows))
        assert connection.scalar(count) == before


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", "[1]", '{"type":"FeatureCollection","features":[{}]}',
     '{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:4550"}},"features":[]}'],
)  # fmt: skip
def test_files_that_are_none_are_refused(
    divided: Connection, data: Path, reference: Reference, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, "utf-8")
    with pytest.raises(Unreadable):
        _import(divided, path, data, reference)


def test_every_bad_row_is_named_and_good_ones_may_be_admitted(
    divided: Connection, data: Path, reference: Reference, tmp_path: Path
) -> None:
    names = ["", "文" * 10_000, "🙂山", "'; DROP TABLE registry.place; --", "瞿阝", "\x00山"]
    rows = [{"id": f"b{i}", "standard_name": n, "gdm": POINT} for i, n in enumerate(names)]
    rows.append({"id": "b9", "standard_name": "反了山", "gdm": "[37.4, 122.1]"})
    rows.append({"id": "b0", "standard_name": "重复山", "gdm": ""})
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    refused = _import(divided, path, data, reference)
    assert refused.refused
    assert {i.row for i in refused.issues} >= {1, 2, 6, 7, 8}
    admitted = _import(divided, path, data, reference, admit_good=True)
    assert admitted.counts["places"] == 3
    assert divided.scalar(text("SELECT count(*) FROM registry.place")) == 3


def test_a_village_of_the_database_is_not_a_second_committee_of_its_name(
    divided: Connection, data: Path, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    seat = parse("孙家疃村委会", "committee_seat", reference)
    village = "371002101201"
    insert_divisions(
        divided,
        [
            DivisionRow(
                village, "nbs", "孙家疃村委会", 5, "371002101", toponym=seat,
                extent=box(122.0, 37.4, 122.1, 37.5),
            )
        ],
    )  # fmt: skip
    path = tmp_path / "village.json"
    record = {"id": "v1", "standard_name": "孙家疃村", "place_type_code": "21610", "gdm": POINT}
    path.write_text(json.dumps([record], ensure_ascii=False), "utf-8")
    _import(divided, path, data, reference)
    slice_ = gazetteer.load(
        divided, Scope("town", "371002101"), reference=reference, profile=profile, on=ON
    )
    assert [p.subject.partition(":")[0] for p in slice_.places] == ["place"]
    rule = catalogue()["pn.uniq.village_seat_county"]
    assert list(rule.run(slice_)) == []
