"""The gate before the public, on places of a real registry."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from sqlalchemy import Connection, text

from geo_registry.domain.errors import NotFound, Refused
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.desk import Desk
from geo_registry.services.names.public_export import export_public
from geo_registry.services.names.publishing import objections, require_publishable
from geo_registry.store.database import LOCAL_ACTOR
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow

NUMBER = "鲁S（2026）001号"


@pytest.fixture
def desk(reference: Reference, profile: Profile) -> Desk:
    return Desk(LOCAL_ACTOR, date(2026, 11, 23), reference, profile)


def _roads(connection: Connection, reference: Reference, levels: list[str]) -> list[int]:
    row = PlaceRow("road", "371002101201", "371002101", "371002")
    places = insert_places(connection, [row for _ in levels])
    for number, (place, level) in enumerate(zip(places, levels, strict=True), start=1):
        name = parse(f"文化{number}路", "road", reference)
        insert_names(connection, [PlaceNameRow(place, name)])
        connection.execute(
            text("UPDATE registry.place SET secrecy = :level WHERE id = :id"),
            {"level": level, "id": place},
        )
    return places


def test_public_places_with_a_number_may_go_out(connection: Connection, desk: Desk) -> None:
    places = _roads(connection, desk.reference, ["public", "public"])
    assert objections(connection, places, review_number=NUMBER, desk=desk) == ()
    require_publishable(connection, places, review_number=NUMBER, desk=desk)


def test_each_classified_place_is_named_and_nothing_goes_out(
    connection: Connection, desk: Desk
) -> None:
    places = _roads(connection, desk.reference, ["public", "internal", "secret"])
    found = objections(connection, places, review_number=NUMBER, desk=desk)
    assert {f.subjects[0] for f in found} == {f"place:{p}" for p in places[1:]}
    with pytest.raises(Refused, match=r"文化2路”的密级为“内部.*文化3路”的密级为“秘密"):
        require_publishable(connection, places, review_number=NUMBER, desk=desk)


@pytest.mark.parametrize("number", ["", "   "])
def test_without_a_review_number_nothing_goes_out(
    connection: Connection, desk: Desk, number: str
) -> None:
    places = _roads(connection, desk.reference, ["public", "public"])
    with pytest.raises(Refused, match=r"准备公开 2 处地名，但没有审图号"):
        require_publishable(connection, places, review_number=number, desk=desk)


def test_many_objections_are_counted(connection: Connection, desk: Desk) -> None:
    places = _roads(connection, desk.reference, ["secret"] * 13)
    with pytest.raises(Refused, match=r"另有 3 处同样不得公开"):
        require_publishable(connection, places, review_number=NUMBER, desk=desk)


def test_nothing_to_publish_is_nothing_to_object_to(connection: Connection, desk: Desk) -> None:
    assert objections(connection, [], review_number="", desk=desk) == ()


def test_the_public_gets_open_names_with_their_shape_and_number(
    connection: Connection, desk: Desk
) -> None:
    places = _roads(connection, desk.reference, ["public", "internal", "secret"])
    line = shapely.LineString([(122.05, 37.42), (122.06, 37.42)])
    insert_segments(connection, [SegmentRow(place, line) for place in places])
    found = export_public(connection, at="371002", review_number=f" {NUMBER} ", desk=desk)
    assert found.frame["标准名称"].to_list() == ["文化1路"]
    assert found.frame["审图号"].to_list() == [NUMBER]
    assert found.frame["罗马字母拼写"].to_list() == ["Wénhuà 1 Lù"]
    assert found.withheld == 2
    assert shapely.equals(found.shapes[0], line)


def test_the_public_gets_nothing_without_a_number(connection: Connection, desk: Desk) -> None:
    _roads(connection, desk.reference, ["public"])
    with pytest.raises(Refused, match="审图号"):
        export_public(connection, at=None, review_number=" ", desk=desk)


def test_an_area_without_open_names_is_told(connection: Connection, desk: Desk) -> None:
    _roads(connection, desk.reference, ["secret"])
    with pytest.raises(NotFound, match="没有可以公开"):
        export_public(connection, at=None, review_number=NUMBER, desk=desk)
