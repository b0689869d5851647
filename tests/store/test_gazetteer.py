"""Slices of the registry: what was written comes back as the domain made it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from shapely import LineString, Point, box
from sqlalchemy import Connection

from geo_registry.domain.identity import CANDIDATE, Scope
from geo_registry.domain.place import NameKind, Place, PlaceName
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.store import areas, gazetteer
from geo_registry.store.cemeteries import insert_cemeteries, insert_surveys, insert_zones
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.papers import insert_batches
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import (
    BatchRow,
    CemeteryRow,
    DivisionRow,
    PlaceNameRow,
    PlaceRow,
    SegmentRow,
    SurveyRow,
    ZoneRow,
)

ON = date(2026, 11, 23)
VILLAGE = "371002101201"


def _load(connection: Connection, scope: Scope, reference: Reference, profile: Profile):
    return gazetteer.load(connection, scope, reference=reference, profile=profile, on=ON)


def _road(connection: Connection, reference: Reference, *names: str, **where: object) -> int:
    codes = where or {"village_code": VILLAGE, "town_code": VILLAGE[:9], "county_code": "371002"}
    (place,) = insert_places(connection, [PlaceRow("road", **codes)])
    insert_names(connection, [PlaceNameRow(place, parse(n, "road", reference)) for n in names])
    insert_segments(
        connection,
        [
            SegmentRow(place, LineString([(122.1, 37.4), (122.101, 37.4)])),
            SegmentRow(place, LineString([(122.101, 37.4), (122.102, 37.4)])),
        ],
    )
    return place


def test_stored_names_equal_freshly_computed_ones(
    connection: Connection, data: Path, reference: Reference, profile: Profile
) -> None:
    table = pl.read_csv(data / "divisions" / "huancui_villages.csv", infer_schema=False)
    units = dict(table.select("nbs_code", "name").iter_rows())
    insert_divisions(
        connection,
        [
            DivisionRow(c, "nbs", n, 5, c[:9], toponym=parse(n, "committee_seat", reference))
            for c, n in units.items()
        ],
    )
    names = ["文化西路", "１号路", "長江路", "A区 3 路", "重庆路", "佛顶山路", "路", "𬬭山路"]
    _road(connection, reference, *names)
    loaded = _load(connection, Scope("legal_county", "371002"), reference, profile)
    road, seats = loaded.places[0], loaded.places[1:]
    assert [n.toponym for n in road.names] == [parse(n, "road", reference) for n in names]
    assert len(seats) == len(units) == 569
    for seat in seats:
        (name,) = seat.names
        code = seat.subject.rpartition(":")[2]
        assert name.toponym == parse(units[code], "committee_seat", reference)
        assert seat.scopes["legal_county"] == "371002"


def test_a_road_comes_with_its_scopes_length_and_shape_in_metres(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    insert_divisions(
        connection,
        [
            DivisionRow(VILLAGE[:9], "nbs", "羊亭镇", 4, "371002"),
            DivisionRow(VILLAGE, "nbs", "港头村委会", 5, VILLAGE[:9], households=420),
        ],
    )
    _road(connection, reference)
    (road,) = _load(connection, Scope("village", VILLAGE), reference, profile).places
    assert road.scopes == {
        "village": VILLAGE,
        "town": VILLAGE[:9],
        "stat_county": "371002",
        "legal_county": "371002",
        "province": "37",
    }
    assert road.located_in == "羊亭镇港头村委会"
    assert road.attributes["households"] == 420
    assert road.attributes["length_m"] == pytest.approx(177, abs=1)
    assert road.geometry.length == pytest.approx(177, abs=1)


def test_an_imported_file_is_a_slice_in_the_zone_of_its_data(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    (batch,) = insert_batches(connection, [BatchRow("roads", "malta.osm.pbf", "00")])
    (place,) = insert_places(connection, [PlaceRow("road", batch_id=batch)])
    insert_segments(connection, [SegmentRow(place, LineString([(14.4, 35.9), (14.41, 35.9)]))])
    _road(connection, reference, "文化路")
    found = gazetteer.scopes(connection, profile)
    assert found == [Scope("legal_county", "371002"), Scope("batch", str(batch))]
    loaded = _load(connection, found[1], reference, profile)
    assert [p.subject for p in loaded.places] == [f"place:{place}"]
    assert loaded.plane.central_meridian == 15
    assert loaded.places[0].located_in == "malta.osm.pbf"


def test_around_a_candidate_are_its_rivals_and_its_neighbours_only(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    rival = _road(connection, reference, "文化路")
    heard = _road(connection, reference, "闻画路")
    other = _road(connection, reference, "和平路")
    far = _road(connection, reference, "文化路", county_code="110101")
    candidate = Place(
        CANDIDATE,
        "road",
        (PlaceName(parse("文化路", "road", reference), NameKind.PROPOSED),),
        areas.scopes_of_codes(VILLAGE, None, None, profile),
    )
    given = {"reference": reference, "profile": profile, "on": ON}
    found = {p.subject for p in gazetteer.around(connection, candidate, **given).places}
    assert found == {CANDIDATE, f"place:{rival}", f"place:{heard}"}
    near = gazetteer.around(connection, candidate, near=Point(122.1, 37.4), **given)
    assert {p.subject for p in near.places} == found | {f"place:{other}", f"place:{far}"}


def test_a_cemetery_comes_with_its_surveys_in_order_and_the_zones_near(
    connection: Connection, reference: Reference, profile: Profile
) -> None:
    (site,) = insert_cemeteries(
        connection, [CemeteryRow("示例公墓一", "rural_public", county_code="371002")]
    )
    extent = box(122.1, 37.4, 122.101, 37.401)
    insert_surveys(
        connection,
        [SurveyRow(site, date(2026, 5, 1), extent, m, 0.05, 0.035, "A") for m in ("phone", "rtk")],
    )
    insert_zones(
        connection,
        [
            ZoneRow("water", "近处水源地", box(122.11, 37.4, 122.12, 37.41)),
            ZoneRow("water", "远处水源地", box(122.3, 37.4, 122.31, 37.41)),
        ],
    )
    loaded = _load(connection, Scope("legal_county", "371002"), reference, profile)
    (cemetery,) = loaded.cemeteries
    assert cemetery.latest_survey().method == "rtk"
    assert cemetery.latest_survey().extent.geom_type == "Polygon"
    assert [z.name for z in loaded.zones] == ["近处水源地"]


def test_covering_follows_the_legal_county_not_the_digits(profile: Profile) -> None:
    legal, stat = Scope("legal_county", "371002"), Scope("stat_county", "371002")
    assert areas.covers(legal, stat, profile)
    assert areas.covers(legal, Scope("village", "371071001001"), profile)
    assert not areas.covers(stat, legal, profile)
    assert not areas.covers(stat, Scope("town", "371071001"), profile)
    assert areas.covers(Scope("province", "37"), legal, profile)
    assert not areas.covers(legal, Scope("batch", "1"), profile)
