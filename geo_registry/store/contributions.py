"""Contributions in the registry, and names that a contributed one resembles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from geo_registry.store.database import current_person
from geo_registry.store.proposal_tables import contribution
from geo_registry.store.queries import query
from geo_registry.store.writing import ewkb

if TYPE_CHECKING:
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.toponym import Toponym


def insert_contribution(
    connection: Connection, values: Mapping[str, Any], geometry: BaseGeometry | None
) -> int:
    """Write a contribution of the person of the transaction; geometry in degrees."""
    row = {
        "state": "received",
        "version": 1,
        "answer": "",
        "person_id": current_person(connection),
        "secrecy": "internal",
        "sample": False,
        "geom": None if geometry is None else ewkb([geometry])[0],
    } | dict(values)
    return int(
        connection.execute(
            insert(contribution).values(row).returning(contribution.c.id)
        ).scalar_one()
    )


def same_sent(connection: Connection, name: str, geometry: BaseGeometry, on: date) -> int | None:
    """A contribution of this person that waits, received on the day, alike in name and place."""
    of = contribution.c
    found: int | None = connection.scalar(
        select(func.min(of.id)).where(
            of.person_id == current_person(connection),
            of.state == "received",
            of.received_on == on,
            of.name == name,
            func.ST_Equals(of.geom, func.ST_GeomFromWKB(geometry.wkb, 4490)),
        )
    )
    return found


def hold_contribution(connection: Connection, contribution_id: int) -> dict[str, Any] | None:
    """Lock a contribution until the transaction ends, and read it as it then is."""
    connection.execute(
        select(contribution.c.id)
        .where(contribution.c.id == contribution_id)
        .with_for_update(key_share=True)
    )
    found = page_of_contributions(connection, ids=[contribution_id])
    return found[0] if found else None


def write_answer(connection: Connection, contribution_id: int, values: Mapping[str, Any]) -> None:
    """Write what became of a contribution, booked on the person of the transaction."""
    connection.execute(
        update(contribution)
        .where(contribution.c.id == contribution_id)
        .values({"answered_by": current_person(connection)} | dict(values))
    )


def page_of_contributions(
    connection: Connection,
    *,
    ids: Sequence[int] | None = None,
    states: Sequence[str] | None = None,
    towns: Iterable[str] | None = None,
    person: int | None = None,
    before: int | None = None,
    limit: int = 10_000,
) -> list[dict[str, Any]]:
    """Contributions that fit all that is asked, the newest first."""
    given = {
        "ids": ids, "states": states, "towns": None if towns is None else sorted(towns),
        "person": person, "before": before, "limit": limit,
    }  # fmt: skip
    return [dict(r) for r in connection.execute(query("contribution_page"), given).mappings()]


def names_alike(
    connection: Connection,
    toponym: Toponym,
    *,
    counties: Sequence[str] | None,
    here: BaseGeometry | None,
    on: date,
) -> list[dict[str, Any]]:
    """Names, past and present, that are written or sound like one; the likest and nearest first.

    ``grade``: 0 the same, 1 the same stem, 2 the same core, 3 the same sound. ``apart_m``: metres
    from ``here`` (degrees), None where there is none.
    """
    keys = toponym.keys
    given = {
        "key_full": keys.full, "key_stem": keys.stem, "key_core": keys.core,
        "key_toneless": keys.toneless, "counties": counties, "day": on,
        "here": None if here is None else ewkb([here])[0],
    }  # fmt: skip
    return [dict(r) for r in connection.execute(query("names_alike"), given).mappings()]
