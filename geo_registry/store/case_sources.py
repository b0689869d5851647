"""What a case is made from: a finding with its land, a cemetery with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A finding as a case needs it; geometry in EPSG:4490."""

    id: int
    fingerprint: str
    rule_id: str
    key: str
    title: str
    message: str
    state: str
    subjects: tuple[str, ...]
    town_codes: tuple[str, ...]
    extent: BaseGeometry | None

    @property
    def cemetery_id(self) -> int | None:
        """The cemetery it speaks of, the first one where there are several."""
        sites = [int(s[9:]) for s in self.subjects if s.startswith("cemetery:")]
        return sites[0] if sites else None


@dataclass(frozen=True, slots=True)
class Site:
    """Where a cemetery is and what it is called."""

    id: int
    name: str
    village_code: str | None
    town_code: str | None
    county_code: str | None
    location: BaseGeometry | None
    operator: str = ""


def problem(connection: Connection, finding_id: int) -> FoundProblem | None:
    """A finding by id; None where there is none."""
    row = connection.execute(
        text(
            "SELECT id, fingerprint, rule_id, key, title, message, state, subjects, town_codes, "
            " ST_AsBinary(geom) AS shape FROM registry.finding WHERE id = :id"
        ),
        {"id": finding_id},
    ).one_or_none()
    if row is None:
        return None
    return FoundProblem(
        row.id,
        row.fingerprint,
        row.rule_id,
        row.key,
        row.title,
        row.message,
        row.state,
        tuple(row.subjects),
        tuple(row.town_codes),
        None if row.shape is None else shapely.from_wkb(bytes(row.shape)),
    )


def finding_id(connection: Connection, fingerprint: str) -> int | None:
    """The id of a finding by its fingerprint; None where none has it."""
    found = connection.scalar(
        text("SELECT id FROM registry.finding WHERE fingerprint = :key AND state <> 'gone'"),
        {"key": fingerprint},
    )
    return None if found is None else int(found)


def site(connection: Connection, cemetery_id: int) -> Site | None:
    """A cemetery by id; None where there is none."""
    row = connection.execute(
        text(
            "SELECT id, name, village_code, town_code, county_code, operator, "
            " ST_AsBinary(location) AS point FROM registry.cemetery WHERE id = :id"
        ),
        {"id": cemetery_id},
    ).one_or_none()
    if row is None:
        return None
    point = None if row.point is None else shapely.from_wkb(bytes(row.point))
    return Site(
        row.id, row.name, row.village_code, row.town_code, row.county_code, point, row.operator
    )


def person_name(connection: Connection, person_id: int) -> str | None:
    """What a person is called; None where there is none of that id."""
    found = connection.scalar(
        text("SELECT name FROM registry.person WHERE id = :id"), {"id": person_id}
    )
    return None if found is None else str(found)


def next_episode(connection: Connection, case_id: int) -> int | None:
    """The case that a reopened one goes on as; None where there is none."""
    found = connection.scalar(
        text("SELECT id FROM registry.case_file WHERE previous_id = :id"), {"id": case_id}
    )
    return None if found is None else int(found)
