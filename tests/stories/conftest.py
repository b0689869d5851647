"""Fixtures of the stories: people at their desks, four towns with eighteen villages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from shapely import LineString, box
from sqlalchemy import Engine, text

from geo_registry.domain.people import Actor, Role
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.desk import Desk, Shelf
from geo_registry.settings import Settings
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.divisions import insert_divisions
from geo_registry.store.places import insert_places, insert_segments
from geo_registry.store.rows import DivisionRow, PlaceRow, SegmentRow

TOWNS = {"371002101": "张村镇", "371002102": "羊亭镇", "371002103": "温泉镇", "371002104": "桥头镇"}
VILLAGES = [
    (f"{town}{200 + n}", f"{name[:2]}{'东西南北中'[n]}村委会", town)
    for i, (town, name) in enumerate(TOWNS.items())
    for n in range(5 if i < 2 else 4)
]
"""Eighteen villages of 300 households or more: five in two of the towns, four in the others."""
ROADS = 61
PEOPLE = {
    11: ("王芳", Role.CLERK),
    12: ("李强", Role.CLERK),
    13: ("赵局", Role.APPROVER),
    14: ("孙小梅", Role.VOLUNTEER),
}
DeskOf = Callable[..., Desk]


def corner(village: int) -> tuple[float, float]:
    """The south-western corner of a village (degrees); villages are a hundredth wide."""
    return 122.0 + 0.02 * (village % 6), 37.40 + 0.02 * (village // 6)


@pytest.fixture
def district(engine: Engine) -> Engine:
    """Four towns, eighteen villages with their extents, sixty-one roads without a name."""
    with transaction(engine, person=LOCAL_USER, reason="登记") as connection:
        insert_divisions(
            connection,
            [DivisionRow(c, "nbs", n, 4, "371002") for c, n in TOWNS.items()]
            + [
                DivisionRow(
                    code, "nbs", name, 5, town, households=320 + 10 * i,
                    extent=box(*corner(i), corner(i)[0] + 0.01, corner(i)[1] + 0.01),
                )
                for i, (code, name, town) in enumerate(VILLAGES)
            ],
        )  # fmt: skip
        owners = [VILLAGES[i % 18] for i in range(ROADS)]
        places = insert_places(
            connection,
            [PlaceRow("road", v, t, "371002", needs_name=True) for v, _, t in owners],
        )
        assert places == list(range(places[0], places[0] + ROADS))
        for i, place in enumerate(places):
            x, y = corner(i % 18)
            north = y + 0.001 + 0.002 * (i // 18)
            line = LineString([(x + 0.001, north), (x + 0.005, north)])
            insert_segments(connection, [SegmentRow(place, line)])
        for number, (name, _) in PEOPLE.items():
            connection.execute(
                text("INSERT INTO registry.person (id, name) VALUES (:id, :name)"),
                {"id": number, "name": name},
            )
    return engine


@pytest.fixture(scope="session")
def villages() -> list[tuple[str, str, str]]:
    """Code, name and town of each of the eighteen villages."""
    return VILLAGES


@pytest.fixture
def desk_of(reference: Reference, profile: Profile, tmp_path: Path) -> DeskOf:
    """The desk of one of the people on a day."""
    shelf = Shelf(tmp_path / "home")

    def desk(person: int, on: date, *towns: str) -> Desk:
        name, role = PEOPLE[person]
        return Desk(Actor(person, name, role, frozenset(towns)), on, reference, profile, shelf)

    return desk


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a home of the test's own."""
    return replace(Settings.from_environment({}), home=tmp_path / "home")
