"""The names of a slice: who bears which, of which kind on its day, and who speaks for whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from geo_registry.domain.naming import kind_on
from geo_registry.domain.place import NameKind, PlaceName
from geo_registry.store.queries import query
from geo_registry.store.toponyms import toponym

if TYPE_CHECKING:
    from geo_registry.domain.reference import Reference


def names_of_places(
    connection: Connection, ids: Sequence[int], reference: Reference, on: date
) -> dict[int, tuple[PlaceName, ...]]:
    """All names, past and present, of some places, with what each is to its place on a day."""
    found: dict[int, list[PlaceName]] = defaultdict(list)
    for row in connection.execute(query("gazetteer_names"), {"ids": list(ids)}):
        found[row.place_id].append(
            PlaceName(
                toponym(row, row.name_class, reference),
                _kind(row, on),
                row.valid_from,
                row.valid_to,
                row.reading_confirmed,
                row.stated_romanized,
            )
        )
    return {place: tuple(names) for place, names in found.items()}


def unspoken(
    seats: Sequence[Any], places: Sequence[Any], names: Mapping[int, tuple[PlaceName, ...]]
) -> list[Any]:
    """The seats for which no registered place speaks.

    A village of the national database and the committee of the statistical list that bears its
    name in its town are one seat; two committees of one name in a town stay two.
    """
    said = {
        (row.town_code, name.toponym.keys.core)
        for row in places
        if row.place_class == "committee_seat"
        for name in names.get(row.id, ())
        if name.kind is NameKind.STANDARD
    }
    if not said:
        return list(seats)
    keys = [(row.code[:9], row.key_core) for row in seats]
    count = Counter(keys)
    return [r for r, key in zip(seats, keys, strict=True) if key not in said or count[key] > 1]


def _kind(row: Any, on: date) -> NameKind:
    """A standard name whose time is over on the day of the slice is a former name."""
    return kind_on(NameKind(row.kind), row.valid_to, on)
