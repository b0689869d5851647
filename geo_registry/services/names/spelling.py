"""How a registered name is split, read and spelled, and who says so; and what it would be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reading import SOURCES, Syllable, is_han, offered
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import (
    SPLIT_SOURCES,
    Toponym,
    parse,
    parse_confirmed,
    split,
    undecided,
    unlisted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_registry.domain.reference import Parts, Reference
    from geo_registry.store.keys import StoredName


@dataclass(frozen=True, slots=True)
class Decided:
    """What persons said of a name: its split, its reading (toned, one a character), or neither."""

    parts: Parts | None = None
    reading: tuple[str, ...] = ()


def decided(stored: StoredName) -> Decided:
    """What persons said of a stored name."""
    return Decided(
        stored.parts if stored.split_confirmed else None,
        stored.reading if stored.reading_confirmed else (),
    )


def spelled(stored: StoredName, said: Decided, reference: Reference) -> Toponym:
    """The name under decisions; :class:`BadRequest` for those that do not fit it."""
    return parse_confirmed(stored.full, stored.place_class, reference, said.reading, said.parts)


def shown(stored: StoredName, reference: Reference) -> dict[str, Any]:
    """A name as it stands. What tables no longer let stand is left to be decided anew."""
    said = decided(stored)
    try:
        return described(stored, spelled(stored, said, reference), said, reference)
    except BadRequest:
        plain = parse(stored.full, stored.place_class, reference)
        return described(stored, plain, Decided(), reference)


def described(
    stored: StoredName, toponym: Toponym, said: Decided, reference: Reference
) -> dict[str, Any]:
    """A name under decisions, as a document."""
    written = split(stored.full, stored.place_class, reference)
    by_table = "local" if written.decided else "proposed"
    split_from = "confirmed" if said.parts else by_table
    doubtful = (*undecided(toponym, reference), *unlisted(toponym, reference))
    return {
        "subject": stored.subject,
        "name_id": stored.id if stored.table == "place_name" else None,
        "name": toponym.full,
        "place_class": toponym.place_class,
        "stem": written.stem,
        "specific": toponym.specific,
        "modifier": toponym.modifier,
        "generic": toponym.generic,
        "split_from": split_from,
        "split_from_title": SPLIT_SOURCES[split_from],
        # Splits of divisions stand in the district's table; the registry has no place for them.
        "split_open": stored.table == "place_name",
        "split_confirmed": said.parts is not None,
        "reading": [s.toned for s in toponym.syllables],
        "reading_confirmed": bool(said.reading),
        "syllables": [_syllable(s, doubtful, reference) for s in toponym.syllables],
        "romanized": romanise(toponym),
        "romanized_plain": romanise(toponym, marks=False),
    }


def _syllable(
    syllable: Syllable, doubtful: Sequence[Syllable], reference: Reference
) -> dict[str, Any]:
    read = syllable.provenance != "none"
    choices = offered(syllable.character, reference)
    return {
        "character": syllable.character,
        "spoken": is_han(syllable.character),
        "reading": syllable.marked if read else "",
        "source": syllable.provenance,
        "source_title": SOURCES[syllable.provenance],
        "doubtful": syllable in doubtful,
        "choices": list(dict.fromkeys((syllable.marked, *choices) if read else choices)),
    }
