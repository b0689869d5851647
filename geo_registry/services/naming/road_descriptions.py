"""Direction, length, width and ends of roads, computed from their geometry where not stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import Point

from geo_registry.domain.road_description import RoadCourse, course_of
from geo_registry.store import gazetteer
from geo_registry.store.road_ends import roads_at

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Description:
    """What a list says of a road; lengths in whole metres, None where nothing is drawn."""

    direction: str = ""
    length_m: int | None = None
    width_m: float | None = None
    starts_at: str = ""
    ends_at: str = ""
    located_in: str = ""

    @property
    def ends(self) -> str:
        """起止点 in one cell: 起文化路（西端），至东端."""
        parts = [
            f"起{self.starts_at}" if self.starts_at else "",
            self.ends_at and f"至{self.ends_at}",
        ]
        return "，".join(p for p in parts if p)


def describe(
    connection: Connection, place_ids: Sequence[int], *, desk: Desk
) -> Mapping[int, Description]:
    """Descriptions of places, computed from what is drawn; an end at a road is called by it."""
    subjects = [f"place:{i}" for i in place_ids]
    loaded = gazetteer.of_subjects(
        connection, subjects, reference=desk.reference, profile=desk.profile, on=desk.on
    )
    courses: dict[int, RoadCourse] = {}
    found: dict[int, Description] = {}
    for place in loaded.places:
        number = int(place.subject.removeprefix("place:"))
        course = course_of(place.geometry)
        if course is not None:
            courses[number] = course
        length = place.attributes.get("length_m")
        found[number] = Description(
            direction="" if course is None else course.direction,
            length_m=None if not length else round(float(length)),
            width_m=place.attributes.get("width_m"),
            located_in=place.located_in,
        )
    numbers = list(courses)
    metres = [p for n in numbers for p in (courses[n].start, courses[n].end)]
    if not metres:
        return found
    degrees = loaded.plane.to_degrees(np.array([Point(p) for p in metres], dtype=object))
    names = roads_at(connection, list(degrees), [n for n in numbers for _ in range(2)], desk.on)
    for i, number in enumerate(numbers):
        course, old = courses[number], found[number]
        start, end = (
            f"{name}（{side}端）" if name else f"{side}端"
            for side, name in (
                (course.start_side, names[2 * i]),
                (course.end_side, names[2 * i + 1]),
            )
        )
        found[number] = Description(
            old.direction, old.length_m, old.width_m, start, end, old.located_in
        )
    return found
