"""What the rules on one name by itself have in common: which names, and how a hit is stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from geo_registry.domain.finding import Hit
from geo_registry.domain.gazetteer import Gazetteer, NamedPlace
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.place import NameKind, Place
from geo_registry.domain.reading import is_han
from geo_registry.rules.comparing import narrowest_scope

KINDS = (NameKind.STANDARD, NameKind.PROPOSED)

_DIVISION = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")
_DIVISION_KINDS = ("village", "town", "legal_county", "stat_county", "province")


def current(gazetteer: Gazetteer, *place_classes: str) -> Iterator[NamedPlace]:
    """The standard and proposed names in use, of places of the given classes."""
    return gazetteer.names(*place_classes, kinds=KINDS)


def hit(named: NamedPlace, outcome: str = "default", **facts: Any) -> Hit:
    """A fact about one name of one place, which is the identity of the finding."""
    place, toponym = named.place, named.name.toponym
    return Hit(
        scope=narrowest_scope(place),
        key=f"{place.subject} {toponym.keys.full}",
        subjects=(place.subject,),
        where=place.geometry,
        outcome=outcome,
        facts={"name": toponym.full, "names": [toponym.full], **facts},
    )


def has_han(name: str) -> bool:
    """Whether a name has a Chinese character at all."""
    return any(is_han(c) for c in name)


def in_china(place: Place) -> bool:
    """Whether the place is proposed here, or known to lie in a division with a Chinese code."""
    return place.subject == CANDIDATE or any(
        _DIVISION.fullmatch(place.scopes.get(kind, "")) for kind in _DIVISION_KINDS
    )


def quoted(words: list[str] | tuple[str, ...]) -> str:
    """Words as they stand in a message: “甲”、“乙”."""
    return "、".join(f"“{word}”" for word in words)
