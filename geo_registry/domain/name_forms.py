"""What the rules on form, characters and spelling judge by: words, limits and lists, all data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """How large a thing has to be, or may be, for a generic (``name_forms.toml``).

    ``at_least`` and ``at_most`` map attributes of a place (``length_m``, ``width_m``: metres;
    ``area_m2``, ``floor_area_m2``: square metres) to the limit. Where a limit names several
    attributes, one of them suffices. ``source`` says in Chinese where the figure comes from.
    """

    generics: tuple[str, ...]
    place_classes: tuple[str, ...]
    source: str
    at_least: Mapping[str, float] = field(default_factory=dict)
    at_most: Mapping[str, float] = field(default_factory=dict)

    def concerns(self, place_class: str, generic: str) -> bool:
        """Whether the limit speaks of that generic in that class."""
        return generic in self.generics and any(
            place_class == c or place_class.startswith(c + ".") for c in self.place_classes
        )


def size_limits(rows: Iterable[Mapping[str, Any]]) -> tuple[SizeLimit, ...]:
    """The limits of a table, shipped or of a district's profile (``parameters.generic_sizes``)."""
    return tuple(
        SizeLimit(
            tuple(row["generics"]),
            tuple(row["classes"]),
            row["source"],
            row.get("at_least", {}),
            row.get("at_most", {}),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class NameForms:
    """The words and lists of ``name_forms.toml`` and ``local_characters.tsv``.

    ``telling``: family of classes → generics that by themselves tell the kind of thing, used to
    notice that a name ends in the generic of another kind. ``stacking``: family → generics that
    must not stand before another one. ``idiomatic``: what looks stacked and is a word of its own.
    ``english``: English generics, small letters. ``components``: parts of characters that are no
    characters. ``mistaken``: a part of a character typed for the character it resembles.
    ``lost``: what stands where a character got lost. ``quasi_divisions``: ends of units that are no
    divisions in law. ``dates``: numerals with a meaning.
    ``committees``: what is left of a committee's name that says nothing.
    ``local_characters``: level-3 characters in use in the district.
    """

    telling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    idiomatic: tuple[str, ...] = ()
    sizes: tuple[SizeLimit, ...] = ()
    english: frozenset[str] = frozenset()
    components: frozenset[str] = frozenset()
    mistaken: Mapping[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    quasi_divisions: tuple[str, ...] = ()
    dates: frozenset[str] = frozenset()
    committees: frozenset[str] = frozenset()
    local_characters: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DivisionCodes:
    """The codes of divisions: the official list, and what only the statistical list has.

    ``official``: provinces, prefectures, counties, towns (2, 4, 6, 9 digits). ``statistical``:
    codes of the statistical list that the official one has not, with their name. ``abolished``:
    codes that the official list marks so. ``edition`` says in Chinese which lists these are.
    """

    official: frozenset[str] = frozenset()
    statistical: Mapping[str, str] = field(default_factory=dict)
    abolished: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""


def no_codes() -> DivisionCodes:
    """No list at all: nothing can be said about a code."""
    return DivisionCodes()


CodesOf = Callable[[], DivisionCodes]
"""Reads the lists of codes when they are first asked for; most runs never ask."""
