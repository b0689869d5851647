"""Spelling and reading any names, without a database."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.reading import Syllable, is_proposed
from geo_registry.domain.reference import Reference
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import Toponym, parse, require_name

CLASSES_OF_THE_STANDARD: Mapping[str, str] = {
    "nature": "natural",
    "admin": "division",
    "village": "settlement.natural_village",
}
"""What the table of the standard's examples calls the classes; taken for ours."""

COLUMNS = ("romanized", "romanized_plain", "reading", "unconfirmed")


@dataclass(frozen=True, slots=True)
class Spelled:
    """One name as it is spelled: with tone marks, plain, syllables apart; what nobody confirmed.

    ``unconfirmed`` names each syllable that has several readings, the one chosen first:
    ``和=hé/hè/huó``. A question mark says that the standard table does not list the character
    (``塂=gǎng/?``), or that nobody knows how it is read (``=?``).
    ``problem`` says why a cell holds no name; the rest is empty then.
    """

    romanized: str = ""
    romanized_plain: str = ""
    reading: str = ""
    unconfirmed: str = ""
    problem: str = ""


def spell(name: str | None, place_class: str, reference: Reference) -> Spelled:
    """Spell one name; what is no name is answered with the reason, never with an exception."""
    try:
        text = require_name(name or "")
    except BadRequest as error:
        return Spelled(problem=error.message)
    toponym = parse(text, CLASSES_OF_THE_STANDARD.get(place_class, place_class), reference)
    return Spelled(
        romanized=romanise(toponym),
        romanized_plain=romanise(toponym, marks=False),
        reading=toponym.keys.toneless,
        unconfirmed="; ".join(_choices(toponym, reference)),
    )


def spell_column(
    names: Sequence[str | None], place_class: str, reference: Reference
) -> list[Spelled]:
    """Spell a whole column; each different name once. Raises for a class that does not exist."""
    require_class(place_class, reference)
    spelled = {name: spell(name, place_class, reference) for name in dict.fromkeys(names)}
    return [spelled[name] for name in names]


def with_spelling(table: polars.DataFrame, spelled: Sequence[Spelled]) -> polars.DataFrame:
    """The table with the four columns; columns of these names are replaced."""
    return table.with_columns(
        polars.Series(column, [getattr(s, column) or None for s in spelled], dtype=polars.String)
        for column in COLUMNS
    )


def require_class(place_class: str, reference: Reference) -> None:
    """Raise :class:`BadRequest` unless it is a class of places or a family of classes."""
    families = {key.split(".")[0] for key in PLACE_CLASSES}
    if place_class not in {*PLACE_CLASSES, *families, *CLASSES_OF_THE_STANDARD}:
        known = "、".join(f"{key}（{title}）" for key, title in PLACE_CLASSES.items())
        raise BadRequest(f"没有“{place_class}”这个地名类别。可用：{known}。")


def _choices(toponym: Toponym, reference: Reference) -> list[str]:
    found: dict[str, str] = {}
    for s in toponym.syllables:
        if _is_unlisted(s, reference):
            said = () if s.provenance == "none" else (s.marked, *s.choices)
            found[s.character] = "/".join(dict.fromkeys((*said, "?")))
        elif s.uncertain:
            found[s.character] = "/".join(dict.fromkeys((s.marked, *s.choices)))
    return [f"{character}={choices}" for character, choices in found.items()]


def _is_unlisted(syllable: Syllable, reference: Reference) -> bool:
    """Whether no table vouches for the reading: a rare character, a component, a symbol."""
    return (
        syllable.character not in reference.standard_characters
        and not syllable.character.isascii()
        and unicodedata.category(syllable.character)[0] not in "PNZ"
        and (syllable.provenance == "none" or is_proposed(syllable.provenance))
    )
