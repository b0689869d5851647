"""Cases as they are stored: what their steps made of them, and the steps, append-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import orjson
import shapely
from sqlalchemy import Connection, insert, select, text, update

from geo_registry.domain.case import RECTIFIED_IN, Act, Case, Matter, Step
from geo_registry.domain.case_steps import replay
from geo_registry.domain.identity import Scope
from geo_registry.store.case_tables import case_file, case_step
from geo_registry.store.places import lock_name
from geo_registry.store.writing import ewkb

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What a case is opened with, beside its first step. Geometry in EPSG:4490."""

    title: str
    matter: Matter
    source: str
    cemetery_id: int | None = None
    village_code: str | None = None
    town_code: str | None = None
    county_code: str | None = None
    location: BaseGeometry | None = None
    claim: BaseGeometry | None = None
    finding_key: str = ""
    rule_id: str = ""
    priority: int = 2
    previous_id: int | None = None
    episode: int = 1
    sample: bool = False


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step with its number, the state after it, and who recorded it when."""

    number: int
    step: Step
    state: str
    name: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case with its steps; ``case`` is what they make of it."""

    id: int
    number: str
    row: CaseRow
    case: Case
    steps: tuple[StoredStep, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """Owner, inspector, suppression and links, as columns."""

    @property
    def subject(self) -> str:
        """Its subject id."""
        return f"case:{self.id}"


def insert_case(connection: Connection, row: CaseRow, case: Case, first: Step) -> int:
    """Write a case with its first step; its number is the next of the year."""
    made = connection.scalar(
        insert(case_file)
        .values(
            number=_next_number(connection, first.on.year),
            title=row.title,
            matter=str(row.matter),
            source=row.source,
            cemetery_id=row.cemetery_id,
            village_code=row.village_code,
            town_code=row.town_code,
            county_code=row.county_code,
            location=ewkb([row.location])[0],
            claim=ewkb([row.claim], multi=True)[0],
            finding_key=row.finding_key,
            rule_id=row.rule_id,
            priority=row.priority,
            previous_id=row.previous_id,
            episode=row.episode,
            secrecy="internal",
            sample=row.sample,
            **_columns(case),
        )
        .returning(case_file.c.id)
    )
    number = int(made or 0)
    _append(connection, number, case, first)
    return number


def append_step(
    connection: Connection,
    case_id: int,
    case: Case,
    step: Step,
    changes: Mapping[str, Any],
) -> None:
    """Write a step and what it makes of the case; ``changes`` are columns beside the state."""
    connection.execute(
        update(case_file).where(case_file.c.id == case_id).values(**_columns(case), **changes)
    )
    _append(connection, case_id, case, step)


def set_claim(connection: Connection, case_id: int, claim: BaseGeometry) -> None:
    """Draw the land that a case claims (EPSG:4490)."""
    connection.execute(
        update(case_file)
        .where(case_file.c.id == case_id)
        .values(claim=ewkb([claim], multi=True)[0])
    )


def find_case(
    connection: Connection, case_id: int, *, for_update: bool = False
) -> StoredCase | None:
    """A case with all its steps; None where there is none. ``for_update`` holds it."""
    chosen = select(case_file, *_SHAPES).where(case_file.c.id == case_id)
    if for_update:
        chosen = chosen.with_for_update()
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        return None
    steps = steps_of(connection, case_id)
    matter = Matter(row["matter"])
    return StoredCase(
        id=case_id,
        number=row["number"],
        row=_row(dict(row), matter),
        case=replay([s.step for s in steps], matter),
        steps=steps,
        attributes={name: row[name] for name in _ATTRIBUTES},
    )


def steps_of(connection: Connection, case_id: int) -> tuple[StoredStep, ...]:
    """The steps of a case in their order."""
    rows = connection.execute(
        text(
            "SELECT s.number, s.act, s.state, s.on_day, s.reason, s.facts, s.person_id, "
            " s.recorded_at, p.name "
            "FROM registry.case_step s JOIN registry.person p ON p.id = s.person_id "
            "WHERE s.case_id = :id ORDER BY s.number"
        ),
        {"id": case_id},
    )
    return tuple(
        StoredStep(
            r.number,
            Step(Act(r.act), r.on_day, r.person_id, r.reason, r.facts),
            r.state,
            r.name,
            r.recorded_at,
        )
        for r in rows
    )


def case_of_finding(connection: Connection, finding_key: str) -> int | None:
    """The latest case of a finding, whatever its state; None where there never was one."""
    # Two people who open a case of one finding at once follow each other.
    lock_name(connection, Scope("case", ""), finding_key)
    found = connection.scalar(
        text("SELECT max(id) FROM registry.case_file WHERE finding_key = :key"),
        {"key": finding_key},
    )
    return None if found is None else int(found)


def same_lead(connection: Connection, row: CaseRow, on: date) -> str | None:
    """The number of a live case opened on the day with the same title about the same place."""
    found: str | None = connection.scalar(
        text(
            "SELECT min(number) FROM registry.case_file WHERE title = :title AND opened_on = :on "
            "AND cemetery_id IS NOT DISTINCT FROM CAST(:cemetery AS bigint) "
            "AND town_code IS NOT DISTINCT FROM CAST(:town AS text) "
            "AND state NOT IN ('dismissed', 'merged')"
        ),
        {"title": row.title, "on": on, "cemetery": row.cemetery_id, "town": row.town_code},
    )
    return found


def overlapping(
    connection: Connection, claim: BaseGeometry, share: float, *, but: int = 0
) -> list[tuple[int, float]]:
    """Live cases whose claim overlaps land (EPSG:4490) by a share of the smaller; with it."""
    rows = connection.execute(
        text(
            "WITH given AS (SELECT ST_Multi(ST_GeomFromEWKT(:claim)) AS g) "
            "SELECT c.id, ST_Area(ST_Intersection(c.claim, g)) "
            "  / least(ST_Area(c.claim), ST_Area(g)) AS share "
            "FROM registry.case_file c, given "
            "WHERE c.claim && g AND ST_Intersects(c.claim, g) AND c.id <> :but AND c.state NOT IN "
            " ('closed', 'look_back', 'settled', 'reopened', 'dismissed', 'merged') "
            "ORDER BY share DESC, c.id"
        ),
        {"claim": f"SRID=4490;{claim.wkt}", "but": but},
    )
    return [(r.id, float(r.share)) for r in rows if r.share >= share]


def dismissed_claims(connection: Connection, cemetery_ids: Sequence[int], on: date) -> list[Any]:
    """Land that cases claimed and that is not to be listed on a day.

    Rows of case, cemetery, level, shape (WKB in EPSG:4490).
    """
    rows = connection.execute(
        text(
            "SELECT id, cemetery_id, claim_level, ST_AsBinary(claim) AS shape "
            "FROM registry.case_file "
            "WHERE cemetery_id = ANY (:ids) AND claim IS NOT NULL AND suppressed_until >= :on "
            "ORDER BY id"
        ),
        {"ids": list(cemetery_ids), "on": on},
    )
    return list(rows)


def running_out(connection: Connection, on: date) -> list[int]:
    """Cases whose order to rectify has lapsed before a day, clocks running."""
    return _ids(
        connection,
        "SELECT id FROM registry.case_file WHERE state = 'rectifying' AND due_on < :on "
        "AND paused_since IS NULL ORDER BY id",
        {"on": on},
    )


def overdue_since(connection: Connection, day: date) -> list[int]:
    """Cases that are overdue and whose deadline was before a day, clocks running."""
    return _ids(
        connection,
        "SELECT id FROM registry.case_file WHERE state = 'overdue' AND due_on < :day "
        "AND paused_since IS NULL ORDER BY id",
        {"day": day},
    )


def clocks_running(connection: Connection, states: Sequence[str]) -> list[Any]:
    """Cases of some states whose clock runs or has lapsed: since when, and until when.

    Since the order was served, or since the last step that named a day.
    """
    return list(
        connection.execute(
            text(
                "SELECT c.id, c.number, c.title, c.town_code, c.state, c.due_on, "
                " coalesce(s.on_day, c.opened_on) AS since "
                "FROM registry.case_file c LEFT JOIN LATERAL (SELECT on_day "
                " FROM registry.case_step WHERE case_id = c.id "
                " AND (act = 'serve' OR (facts ? 'due_on' AND c.state <> ALL (:rectified))) "
                " ORDER BY number DESC LIMIT 1) s ON true "
                "WHERE c.state = ANY (:states) AND c.due_on IS NOT NULL "
                "AND c.paused_since IS NULL ORDER BY c.id"
            ),
            {"states": list(states), "rectified": [str(s) for s in RECTIFIED_IN]},
        )
    )


def closed_cases(connection: Connection) -> list[int]:
    """Cases that are closed and still to be looked at again."""
    return _ids(
        connection,
        "SELECT id FROM registry.case_file WHERE state IN ('closed', 'look_back') ORDER BY id",
        {},
    )


_ATTRIBUTES = (
    *("owner_id", "inspector_id", "suppressed_until", "merged_into", "proposed_by", "signed_by"),
    *("secrecy", "paused_since"),
)
_SHAPES = (
    text("ST_AsBinary(location) AS location_wkb"),
    text("ST_AsBinary(claim) AS claim_wkb"),
)


def _row(row: Mapping[str, Any], matter: Matter) -> CaseRow:
    same = (
        *("title", "source", "cemetery_id", "village_code", "town_code", "county_code"),
        *("finding_key", "rule_id", "priority", "previous_id", "episode", "sample"),
    )
    return CaseRow(
        matter=matter,
        location=_shape(row["location_wkb"]),
        claim=_shape(row["claim_wkb"]),
        **{name: row[name] for name in same},
    )


def _shape(wkb: bytes | None) -> BaseGeometry | None:
    return None if wkb is None else shapely.from_wkb(bytes(wkb))


def _columns(case: Case) -> dict[str, Any]:
    closing = case.closing
    signed = case.closed_by or ((closing.by,) if closing else ())
    return {
        "state": str(case.state),
        "version": case.version,
        "opened_on": case.opened_on,
        "last_on": case.last_on,
        "due_on": case.due_on,
        "paused_since": case.pause and case.pause.since,
        "claim_level": case.claim.level if case.claim else "",
        "closed_on": case.closed_on,
        "closed_as": case.closed_as and str(case.closed_as),
        "proposed_by": signed[0] if signed else None,
        "signed_by": signed[1] if len(signed) > 1 else None,
    }


def _append(connection: Connection, case_id: int, case: Case, step: Step) -> None:
    connection.execute(
        insert(case_step).values(
            case_id=case_id,
            number=case.version,
            act=str(step.act),
            state=str(case.state),
            on_day=step.on,
            reason=step.reason,
            facts=orjson.loads(orjson.dumps(dict(step.facts))),
            person_id=step.by,
            recorded_at=text("now()"),
        )
    )


def _next_number(connection: Connection, year: int) -> str:
    lock_name(connection, Scope("case_number", ""), str(year))
    last = connection.scalar(
        text(
            "SELECT max(split_part(number, '-', 2)::int) FROM registry.case_file "
            "WHERE number LIKE :year || '-%'"
        ),
        {"year": str(year)},
    )
    return f"{year}-{(last or 0) + 1:04d}"


def _ids(connection: Connection, statement: str, given: Mapping[str, Any]) -> list[int]:
    return [int(i) for i in connection.scalars(text(statement), given)]
