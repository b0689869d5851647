"""Computing the parts, spelling and comparison keys of all stored names anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.toponym import Toponym, parse, parse_confirmed
from geo_registry.store import keys

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Reference

PAGE = 20_000


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How many names were computed, how many rows changed, and which were left as they are.

    ``kept``: names whose confirmed reading or split no longer fits how the tables divide them; a
    person has to confirm it again, and until then what that person said holds.
    """

    names: int
    changed: int
    kept: tuple[str, ...] = ()


def is_current(connection: Connection, reference: Reference) -> bool:
    """Whether the stored keys were computed with these tables."""
    return keys.version(connection) == reference.keys_version


def note_first(connection: Connection, reference: Reference) -> None:
    """Note these tables for a registry that holds no name yet: all its keys will be of them."""
    if keys.version(connection) is None and not any(keys.count(connection, t) for t in keys.TABLES):
        keys.note_version(connection, reference.keys_version)


def rekey(
    connection: Connection, reference: Reference, step: Callable[[str], None] = lambda _: None
) -> Rekeyed:
    """Compute every stored name anew with ``reference``: of places and of divisions.

    What a person confirmed, a reading or a split, is kept. Rows that come out as they were are
    not touched. Two at once wait for each other. ``step`` hears how far it is.
    """
    keys.hold(connection)
    keys.gather(connection)
    names = changed = 0
    kept: list[str] = []
    total = sum(keys.count(connection, table) for table in keys.TABLES)
    for table in keys.TABLES:
        for page in keys.pages(connection, table, PAGE):
            computed = [(n.id, _computed(n, reference, kept)) for n in page]
            ready = [(number, toponym) for number, toponym in computed if toponym is not None]
            keys.add(connection, [i for i, _ in ready], [t for _, t in ready])
            names += len(page)
            step(f"比对字段已重算 {names}/{total} 个名称")
        changed += keys.replace_changed(connection, table)
    keys.clear(connection)
    keys.note_version(connection, reference.keys_version)
    return Rekeyed(names, changed, tuple(kept))


def _computed(stored: keys.StoredName, reference: Reference, kept: list[str]) -> Toponym | None:
    if not (stored.reading_confirmed or stored.split_confirmed):
        return parse(stored.full, stored.place_class, reference)
    try:
        return parse_confirmed(
            stored.full,
            stored.place_class,
            reference,
            stored.reading if stored.reading_confirmed else (),
            stored.parts if stored.split_confirmed else None,
        )
    except BadRequest:
        kept.append(stored.full)
        return None
