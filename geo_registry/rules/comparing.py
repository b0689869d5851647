"""What the rules on equal and equal-sounding names have in common."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from geo_registry.domain.gazetteer import Cluster, NamedPlace
from geo_registry.domain.identity import CANDIDATE, Pair, Scope, ordered_pair
from geo_registry.domain.place import NameKind, Place

_NARROW_TO_WIDE = (
    "village", "built_up", "town", "legal_county", "stat_county", "province", "batch", "table",
)  # fmt: skip


_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF))
"""Unified ideographs with their extensions; 〇 and the compatibility forms are left out."""


def is_han(character: str) -> bool:
    """Whether it is a Chinese character, in the standard table or not."""
    code = ord(character)
    return any(first <= code <= last for first, last in _HAN)


def narrowest_scope(place: Place) -> Scope:
    """The smallest area the place is known to lie in; a place by itself where there is none."""
    for kind in _NARROW_TO_WIDE:
        if place.scopes.get(kind):
            return Scope(kind, place.scopes[kind])
    return Scope("place", place.subject)


def members_in_words(members: Iterable[NamedPlace]) -> str:
    """The names with where they are: “文化路”（示例村）、“文化路”（东村，曾用名）; at most six."""
    words = []
    for member in sorted(members, key=lambda m: (m.place.subject == CANDIDATE, m.place.subject)):
        where = "，".join(
            part
            for part in (
                member.place.located_in,
                "拟用名" if member.place.subject == CANDIDATE else "",
                "曾用名" if member.name.kind is NameKind.FORMER else "",
            )
            if part
        )
        words.append(f"“{member.name.toponym.full}”" + (f"（{where}）" if where else ""))
    shown = "、".join(words[:6])
    return f"{shown}等 {len(words)} 处" if len(words) > 6 else shown


def distinct(cluster: Cluster, key: str) -> set[str]:
    """The different values of one comparison key among the members."""
    return {getattr(m.name.toponym.keys, key) for m in cluster.members}


def differing_pairs(cluster: Cluster, key: str) -> tuple[Pair, ...]:
    """The pairs of places whose names differ in ``key``: the ones a homophone rests on."""
    return tuple(
        sorted(
            {
                ordered_pair(a.place.subject, b.place.subject)
                for a, b in combinations(cluster.members, 2)
                if a.place.subject != b.place.subject
                and getattr(a.name.toponym.keys, key) != getattr(b.name.toponym.keys, key)
            }
        )
    )
