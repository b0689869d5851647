"""Built-up areas: imported whole or not at all, and the scope in which the law compares roads."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from shapely import LineString, Point, box
from sqlalchemy import Connection, text

from geo_registry.domain.errors import Conflict
from geo_registry.domain.identity import Scope
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.findings import scanning
from geo_registry.services.imports.importing import Source, Summary
from geo_registry.services.imports.importing_built_up import BuiltUpTerms, import_built_up
from geo_registry.services.names import checking
from geo_registry.store import areas, built_up, gazetteer
from geo_registry.store.database import LOCAL_USER
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import DivisionRow, PlaceNameRow, PlaceRow, SegmentRow

ON = date(2026, 11, 23)
COUNTY, TOWN, OTHER_TOWN = "371002", "371002101", "371002102"
VILLAGE = "371002101201"
CENTRE = box(122.0, 37.0, 122.1, 37.1)
FAR = box(122.3, 37.0, 122.4, 37.1)


def _file(folder: Path, name: str, *areas_: tuple[dict[str, Any], Any]) -> Path:
    path = folder / name
    rows = [
        {"type": "Feature", "properties": p, "geometry": g.__geo_interface__} for p, g in areas_
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    return path


def _import(connection: Connection, path: Path, **options: Any) -> Summary:
    terms = BuiltUpTerms(valid_from=options.pop("valid_from", None))
    return import_built_up(connection, Source(path, "built_up", **options), terms)


@pytest.fixture
def divided(connection: Connection) -> Connection:
    insert_divisions(
        connection,
        [
            DivisionRow(COUNTY, "nbs", "环翠区", 3),
            DivisionRow(TOWN, "nbs", "张村镇", 4, COUNTY),
            DivisionRow(OTHER_TOWN, "nbs", "羊亭镇", 4, COUNTY),
            DivisionRow(VILLAGE, "nbs", "甲村委会", 5, TOWN),
        ],
    )
    return connection


@pytest.fixture
def put(divided: Connection, reference: Reference) -> Any:
    """Write a road or an estate where it is told to lie."""

    def written(
        name: str,
        shape: Any,
        *,
        town: str | None = TOWN,
        village: str | None = None,
        place_class: str = "road",
        kind: str = "standard",
    ) -> int:
        is_road = isinstance(shape, LineString)
        (place,) = insert_places(
            divided,
            [
                PlaceRow(
                    place_class,
                    village_code=village,
                    town_code=town,
                    county_code=town and town[:6],
                    geometry=None if is_road else shape,
                )
            ],
        )
        name_row = PlaceNameRow(place, parse(name, place_class, reference), kind=kind)
        insert_names(divided, [name_row])
        if is_road:
            insert_segments(divided, [SegmentRow(place, shape)])
        return place

    return written


def _codes(connection: Connection) -> dict[int, str | None]:
    rows = connection.execute(text("SELECT id, built_up_code FROM registry.place ORDER BY id"))
    return {int(i): code for i, code in rows}


def _road(west: float, east: float, north: float = 37.05) -> LineString:
    return LineString([(west, north), (east, north)])


def _findings(
    connection: Connection, reference: Reference, profile: Profile, scope: Scope | None = None
) -> list[tuple[str, str, str, str]]:
    scanning.scan(
        connection,
        scopes=[scope] if scope else None,
        rules=["pn.uniq.road_builtup", "pn.uniq.road_village", "pn.uniq.estate_builtup"],
        reference=reference,
        profile=profile,
        on=ON,
        person=LOCAL_USER,
    )
    rows = connection.execute(
        text(
            "SELECT rule_id, outcome, scope_name, state FROM registry.finding "
            "ORDER BY rule_id, scope_name, key"
        )
    )
    return [tuple(row) for row in rows]


def test_places_get_the_area_that_holds_most_of_them_before_and_after_the_import(
    put: Any, divided: Connection, tmp_path: Path
) -> None:
    mostly = put("文化路", _road(122.05, 122.13))
    hardly = put("建设路", _road(122.09, 122.2))
    path = _file(tmp_path, "a.geojson", ({"名称": "主城区", "代码": "A1"}, CENTRE))
    summary = _import(divided, path)
    assert {k: summary.counts[k] for k in ("areas", "new", "replaced", "places")} == {
        "areas": 1, "new": 1, "replaced": 0, "places": 1,
    }  # fmt: skip
    later = put("海滨路", _road(122.01, 122.02))
    inside = put("海悦花园", Point(122.05, 37.05), place_class="estate")
    outside = put("山悦花园", Point(122.25, 37.05), place_class="estate")
    assert _codes(divided) == {
        mostly: "A1", hardly: None, later: "A1", inside: "A1", outside: None,
    }  # fmt: skip


def test_an_area_takes_the_place_of_the_one_with_its_code(
    put: Any, divided: Connection, tmp_path: Path
) -> None:
    road = put("文化路", _road(122.05, 122.06))
    _import(divided, _file(tmp_path, "a.geojson", ({"名称": "主城区", "代码": "A1"}, CENTRE)))
    with pytest.raises(Conflict, match="导入过"):
        _import(divided, tmp_path / "a.geojson")
    moved = _file(tmp_path, "b.geojson", ({"名称": "新城区", "代码": "A1"}, FAR))
    summary = _import(divided, moved)
    assert (summary.counts["replaced"], summary.counts["places"]) == (1, 1)
    assert _codes(divided) == {road: None}
    back = _file(tmp_path, "c.geojson", ({"名称": "老城区", "代码": "A1"}, CENTRE))
    _import(divided, back, valid_from=date(2026, 1, 1))
    rows = divided.execute(
        text("SELECT name, valid_from, valid_to FROM registry.built_up_area ORDER BY id")
    )
    assert [tuple(r) for r in rows] == [
        ("新城区", None, date(2026, 1, 1)),
        ("老城区", date(2026, 1, 1), None),
    ]
    assert _codes(divided) == {road: "A1"}


def test_bad_rows_hold_the_whole_layer_back(divided: Connection, tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "a.geojson",
        ({"名称": "主城区", "代码": "A1"}, CENTRE),
        ({"名称": "副城区", "代码": "A1"}, FAR),
        ({"名称": None, "代码": None}, FAR),
        ({"名称": "线", "代码": "A3"}, _road(122, 123)),
        ({"名称": "城" * 10_000, "代码": "A4"}, FAR),
    )
    refused = _import(divided, path)
    assert refused.refused
    assert [(i.row, i.code) for i in refused.issues] == [
        (2, "code_twice"), (3, "name_missing"), (4, "geometry_type"), (5, "name_too_long"),
    ]  # fmt: skip
    assert not built_up.known(divided)
    assert _import(divided, path, admit_good=True).counts["new"] == 1


def test_an_area_without_a_code_goes_by_its_name(divided: Connection, tmp_path: Path) -> None:
    _import(divided, _file(tmp_path, "a.geojson", ({"名称": "主城区"}, CENTRE)))
    assert built_up.code_at(divided, 122.05, 37.05) == "主城区"
    assert built_up.code_at(divided, 123, 37) is None


def test_without_the_layer_the_town_stands_in_and_the_finding_says_so(
    put: Any, divided: Connection, reference: Reference, profile: Profile
) -> None:
    put("文化路", _road(122.01, 122.02))
    put("文化路", _road(122.05, 122.06, 37.09))
    put("海悦花园", Point(122.05, 37.05), place_class="estate")
    put("海悦花园", Point(122.25, 37.05), place_class="building")
    put("海悦花园", Point(122.25, 37.05), place_class="building", town=OTHER_TOWN)
    assert _findings(divided, reference, profile) == [
        ("pn.uniq.estate_builtup", "assumed_town", "张村镇", "open"),
        ("pn.uniq.road_builtup", "assumed_town", "张村镇", "open"),
    ]
    messages = divided.scalars(text("SELECT message FROM registry.finding"))
    assert all("没有建成区资料，暂按镇（街道）比对" in message for message in messages)


def test_with_the_layer_roads_are_compared_inside_the_area_across_towns(
    put: Any, divided: Connection, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    put("文化路", _road(122.01, 122.02))
    put("文化路", _road(122.05, 122.06, 37.09), town=OTHER_TOWN)
    put("建设路", _road(122.01, 122.02, 37.01), village=VILLAGE)
    put("建设路", _road(122.05, 122.06, 37.01), village=VILLAGE)
    put("学府路", _road(122.31, 122.32))
    put("学府路", _road(122.21, 122.22, 37.02), village=VILLAGE)
    before = _findings(divided, reference, profile)
    assert before == [
        ("pn.uniq.road_builtup", "assumed_town", "张村镇", "open"),
        ("pn.uniq.road_village", "village", "甲村委会", "open"),
    ]
    _import(divided, _file(tmp_path, "a.geojson", ({"名称": "主城区", "代码": "A1"}, CENTRE)))
    after = [f for f in _findings(divided, reference, profile) if f[3] == "open"]
    assert after == [
        ("pn.uniq.road_builtup", "built_up", "主城区", "open"),
        ("pn.uniq.road_builtup", "built_up", "主城区", "open"),
        ("pn.uniq.road_village", "town", "张村镇", "open"),
    ]


def test_a_slice_that_holds_only_part_of_an_area_changes_nothing_about_it(
    put: Any, divided: Connection, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    put("文化路", _road(122.01, 122.02))
    put("文化路", _road(122.05, 122.06, 37.09), town=OTHER_TOWN)
    _import(divided, _file(tmp_path, "a.geojson", ({"名称": "主城区", "代码": "A1"}, CENTRE)))
    whole = _findings(divided, reference, profile)
    assert whole == [("pn.uniq.road_builtup", "built_up", "主城区", "open")]
    assert _findings(divided, reference, profile, Scope("town", TOWN)) == whole
    assert _findings(divided, reference, profile, Scope("built_up", "A1")) == whole


def test_an_area_that_spreads_over_counties_is_a_slice_of_its_own(
    put: Any, divided: Connection, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    put("文化路", _road(122.01, 122.02))
    put("文化路", _road(122.05, 122.06, 37.09), town="371003101")
    _import(divided, _file(tmp_path, "a.geojson", ({"名称": "主城区", "代码": "A1"}, CENTRE)))
    assert Scope("built_up", "A1") in gazetteer.scopes(divided, profile)
    loaded = gazetteer.load(
        divided, Scope("built_up", "A1"), reference=reference, profile=profile, on=ON
    )
    assert len(loaded.places) == 2
    assert _findings(divided, reference, profile) == [
        ("pn.uniq.road_builtup", "built_up", "主城区", "open")
    ]


def test_an_area_lies_where_its_places_lie(
    put: Any, divided: Connection, profile: Profile, tmp_path: Path
) -> None:
    _import(divided, _file(tmp_path, "a.geojson", ({"名称": "主城区", "代码": "A1"}, CENTRE)))
    put("文化路", _road(122.01, 122.02))
    put("无处路", _road(122.03, 122.04), town=None)
    lies_in = built_up.divisions_of(divided)
    assert lies_in == {"A1": frozenset({TOWN, ""})}
    area = Scope("built_up", "A1")
    assert not areas.covers(Scope("town", TOWN), area, profile, lies_in)
    assert areas.covers(Scope("town", TOWN), area, profile, {"A1": frozenset({TOWN})})
    assert areas.covers(Scope("nation", "CN"), area, profile, lies_in)
    assert areas.names(divided, [area], profile) == {area: "主城区"}


def test_a_point_finds_its_built_up_area_for_a_proposed_name(
    put: Any, divided: Connection, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    _import(divided, _file(tmp_path, "a.geojson", ({"名称": "主城区", "代码": "A1"}, CENTRE)))
    put("文化路", _road(122.01, 122.02))

    def verdict(point: tuple[float, float]) -> dict[str, tuple[str, str]]:
        check = checking.check_name(
            divided,
            name="文化路",
            place_class="road",
            point=point,
            reference=reference,
            profile=profile,
            on=ON,
        )
        return {
            f.rule_id: (f.outcome, f.severity.word)
            for f in check.findings
            if f.rule_id.startswith("pn.uniq")
        }

    assert verdict((122.08, 37.08)) == {"pn.uniq.road_builtup": ("built_up", "违反")}
    assert verdict((122.25, 37.05)) == {}
