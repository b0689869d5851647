"""Roads of one name: one or two? Decided once, remembered by every later scan."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString
from sqlalchemy import Connection, text

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.toponym import parse
from geo_registry.services.findings.scanning import scan
from geo_registry.services.names import deciding_roads
from geo_registry.services.names.deciding_roads import place_number
from geo_registry.store.database import LOCAL_USER
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow

ON = date(2026, 11, 23)
RULE = "pn.road.interrupted"
DUPLICATE = "pn.uniq.road_village"
VILLAGE = "371002101201"
METRE = 1 / 88_000
"""Degrees of longitude at 37° N, roughly."""


def _road(connection: Connection, reference: Reference, *starts_m: float) -> str:
    """文化路 in pieces of 100 m that run east from these metres."""
    (place,) = insert_places(connection, [PlaceRow("road", VILLAGE, VILLAGE[:9], VILLAGE[:6])])
    insert_names(connection, [PlaceNameRow(place, parse("文化路", "road", reference))])
    insert_segments(
        connection,
        [
            SegmentRow(
                place,
                LineString([(122.1 + s * METRE, 37.4), (122.1 + (s + 100) * METRE, 37.4)]),
            )
            for s in starts_m
        ],
    )
    return f"place:{place}"


class _Registry:
    """What every act needs, given once."""

    def __init__(self, connection: Connection, reference: Reference, profile: Profile) -> None:
        self.connection = connection
        self._judging = {"reference": reference, "profile": profile, "on": ON}
        self._by = {**self._judging, "person": LOCAL_USER}

    def scan(self) -> None:
        scan(self.connection, **self._by)

    def decide(self, a: str, b: str, answer: str, reason: str = "走访核实") -> dict:
        return deciding_roads.decide(
            self.connection, a, b, answer=answer, reason=reason, **self._by
        )

    def withdraw(self, number: int) -> dict:
        return deciding_roads.withdraw(self.connection, number, **self._by)

    def open(self, rule: str = RULE) -> list[str]:
        return list(
            self.connection.scalars(
                text(
                    "SELECT outcome FROM registry.finding "
                    "WHERE rule_id = :rule AND state = 'open' ORDER BY id"
                ),
                {"rule": rule},
            )
        )


@pytest.fixture
def registry(connection: Connection, reference: Reference, profile: Profile) -> _Registry:
    return _Registry(connection, reference, profile)


def test_ends_that_face_each_other_are_a_question_and_no_duplicate(
    registry: _Registry, reference: Reference
) -> None:
    _road(registry.connection, reference, 0)
    _road(registry.connection, reference, 200)
    registry.scan()
    assert registry.open() == ["apart"]
    assert registry.open(DUPLICATE) == []


def test_roads_far_apart_are_a_duplicate_and_no_question(
    registry: _Registry, reference: Reference
) -> None:
    _road(registry.connection, reference, 0)
    _road(registry.connection, reference, 900)
    registry.scan()
    assert registry.open() == []
    assert registry.open(DUPLICATE) == ["village"]


def test_one_road_is_asked_once_and_never_counted_twice(
    registry: _Registry, reference: Reference
) -> None:
    a, b = (_road(registry.connection, reference, start) for start in (0, 200))
    registry.scan()
    registry.decide(b, a, "one", "中间被河隔断")
    assert registry.open() == [], "the question is settled at once"
    registry.scan()
    assert registry.open() == registry.open(DUPLICATE) == []


def test_two_roads_become_a_duplicate_at_the_next_scan(
    registry: _Registry, reference: Reference
) -> None:
    a, b = (_road(registry.connection, reference, start) for start in (0, 200))
    registry.scan()
    registry.decide(a, b, "two")
    registry.scan()
    assert registry.open() == []
    assert registry.open(DUPLICATE) == ["village"]


def test_a_withdrawn_decision_opens_the_question_again(
    registry: _Registry, reference: Reference
) -> None:
    a, b = (_road(registry.connection, reference, start) for start in (0, 200))
    registry.scan()
    made = registry.decide(a, b, "one")
    registry.withdraw(made["id"])
    assert registry.open() == ["apart"]
    registry.scan()
    assert registry.open() == ["apart"]
    with pytest.raises(NotFound):
        registry.withdraw(made["id"])


def test_the_later_decision_stands(registry: _Registry, reference: Reference) -> None:
    a, b = (_road(registry.connection, reference, start) for start in (0, 200))
    registry.decide(a, b, "one")
    registry.decide(b, a, "two", "桥已拆除")
    (kept,) = deciding_roads.listed(registry.connection)
    assert (kept["answer"], kept["reason"]) == ("two", "桥已拆除")


def test_a_chain_of_three_follows_from_two_decisions(
    registry: _Registry, reference: Reference
) -> None:
    a, b, c = (_road(registry.connection, reference, start) for start in (0, 120, 240))
    registry.scan()
    registry.decide(a, b, "one")
    registry.decide(b, c, "one")
    registry.scan()
    assert registry.open() == registry.open(DUPLICATE) == []


def test_one_registered_road_in_two_groups_is_asked_and_remembered(
    registry: _Registry, reference: Reference
) -> None:
    road = _road(registry.connection, reference, 0, 270)
    registry.scan()
    assert registry.open() == ["default"]
    registry.decide(road, road, "two")
    assert registry.open() == ["to_split"]
    registry.decide(road, road, "one")
    assert registry.open() == []
    registry.scan()
    assert registry.open() == []


@pytest.mark.parametrize("reason", ["", "   ", "长" * 501])
def test_a_decision_needs_a_reason_of_some_length(
    registry: _Registry, reference: Reference, reason: str
) -> None:
    road = _road(registry.connection, reference, 0)
    with pytest.raises(BadRequest, match="理由"):
        registry.decide(road, road, "one", reason)


@pytest.mark.parametrize(
    "subject",
    [
        "place:x",
        "",
        "place:" + "9" * 10_000,
        "cemetery:1",
        "place:1; DROP TABLE",
        "place:１２",
        "😀",
    ],
)
def test_what_is_no_road_is_refused(registry: _Registry, subject: str) -> None:
    with pytest.raises(BadRequest):
        registry.decide(subject, "place:1", "one")


def test_an_unknown_road_or_answer_is_refused(registry: _Registry, reference: Reference) -> None:
    road = _road(registry.connection, reference, 0)
    with pytest.raises(NotFound):
        registry.decide(road, "place:999999", "one")
    with pytest.raises(BadRequest, match="maybe"):
        registry.decide(road, road, "maybe")


@given(st.text(max_size=40) | st.integers().map(lambda n: f"place:{n}"))
def test_a_place_number_is_read_or_refused(subject: str) -> None:
    plain = subject.strip().removeprefix("place:")
    if plain.isascii() and plain.isdecimal() and len(plain) <= 18:
        assert place_number(subject) == int(plain)
    else:
        with pytest.raises(BadRequest, match="不是道路的编号"):
            place_number(subject)
