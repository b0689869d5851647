"""Stored names back into toponyms: exactly what the domain computed when they were written."""

from __future__ import annotations

from typing import Any

from geo_registry.domain.reading import Syllable, dictionary_choices, is_proposed
from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import Keys, Toponym, qualifier_of


def toponym(row: Any, place_class: str, reference: Reference) -> Toponym:
    """The toponym in a row that has the stored columns of a name (see ``tables``)."""
    return Toponym(
        full=row.full_name,
        place_class=place_class,
        specific=row.specific,
        modifier=row.modifier,
        generic=row.generic,
        organisation=row.organisation,
        syllables=tuple(
            Syllable(character, toned, provenance, _choices(character, provenance, reference))
            for character, toned, provenance in zip(
                row.spoken, row.reading, row.reading_from, strict=True
            )
        ),
        keys=Keys(
            row.key_full,
            row.key_stem,
            row.key_core,
            row.key_toned,
            row.key_toneless,
            row.key_dialect,
            row.key_lookalike,
        ),
        qualifier=qualifier_of(row.full_name, place_class, reference),
    )


def _choices(character: str, provenance: str, reference: Reference) -> tuple[str, ...]:
    # Only what was proposed is open to choice; a table or a person has decided the rest.
    return dictionary_choices(character, reference) if is_proposed(provenance) else ()
