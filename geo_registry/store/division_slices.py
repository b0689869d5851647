"""Divisions of the national list that are compared by name: counties and above, and towns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from geo_registry.domain.identity import NATION
from geo_registry.domain.place import Place, PlaceName
from geo_registry.store.queries import query
from geo_registry.store.toponyms import toponym

if TYPE_CHECKING:
    from geo_registry.domain.reference import Reference

_CLASSES = {1: "division.province", 2: "division.city", 3: "division.county", 4: "division.town"}


def alike_to_county(
    connection: Connection, county: str, *, reference: Reference, on: date
) -> tuple[Place, ...]:
    """A county and its towns as far as they are alike to others, and those others.

    The county is compared with the country, its towns with the province; by writing and by sound.
    """
    given = {"county": county, "province": county[:2], "day": on}
    return _places(connection.execute(query("gazetteer_divisions"), given), reference)


def alike_to_names(
    connection: Connection, proposed: Iterable[Place], *, reference: Reference, on: date
) -> tuple[Place, ...]:
    """The divisions to which the names proposed for divisions are alike.

    A town is compared with its province, anything above with the country.
    """
    found: dict[str, Place] = {}
    for place in proposed:
        if not place.is_a("division"):
            continue
        keys = place.names[0].toponym.keys
        given = {
            "stem": keys.stem,
            "toneless": keys.toneless,
            "dialect": keys.dialect,
            "town": place.is_a("division.town"),
            "province": place.scopes.get("province", ""),
            "day": on,
        }
        rows = connection.execute(query("gazetteer_alike_divisions"), given)
        found |= {p.subject: p for p in _places(rows, reference)}
    return tuple(found.values())


def _places(rows: Iterable[Any], reference: Reference) -> tuple[Place, ...]:
    return tuple(
        Place(
            subject=f"division:mca:{row.code}",
            place_class=_CLASSES[row.level],
            names=(
                PlaceName(
                    toponym(row, _CLASSES[row.level], reference),
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                ),
            ),
            scopes={"nation": NATION, "province": row.code[:2]},
            located_in=row.within,
        )
        for row in rows
    )
