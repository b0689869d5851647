"""What the rules on equal and equal-sounding names have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from geo_registry.domain.gazetteer import NamedPlace
from geo_registry.domain.identity import CANDIDATE, Scope
from geo_registry.domain.place import NameKind, Place
from geo_registry.domain.reference import Profile, Reference, UniquenessScope

_NARROW_TO_WIDE = (
    "village", "built_up", "town", "legal_county", "stat_county", "province", "nation", "batch",
    "table",
)  # fmt: skip


def narrowest_scope(place: Place) -> Scope:
    """The smallest area the place is known to lie in; a place by itself where there is none."""
    for kind in _NARROW_TO_WIDE:
        if place.scopes.get(kind):
            return Scope(kind, place.scopes[kind])
    return Scope("place", place.subject)


def common_scope(members: Sequence[Place]) -> Scope:
    """The smallest area that holds all of some places; the first by itself where none does."""
    for kind in _NARROW_TO_WIDE:
        codes = {m.scopes.get(kind, "") for m in members}
        if len(codes) == 1 and "" not in codes:
            return Scope(kind, codes.pop())
    return Scope("place", members[0].subject)


def rows_in_force(reference: Reference, profile: Profile) -> tuple[UniquenessScope, ...]:
    """The table of uniqueness as it holds in a district, its parameters applied."""
    part = profile.setting("committee_compare", "")
    return tuple(
        replace(row, part=part)
        if part and row.sound == "none" and row.concerns("committee_seat")
        else row
        for row in profile.compared(reference.uniqueness)
    )


def compared_scopes(place_class: str, reference: Reference, profile: Profile) -> tuple[str, ...]:
    """The kinds of area within which names of a class are compared, narrow to wide.

    Fallbacks are among them: a road is compared in its built-up area, or else in its town.
    """
    kinds = {
        kind
        for row in rows_in_force(reference, profile)
        if row.concerns(place_class)
        for kind in (row.scope, row.fallback)
    }
    return tuple(kind for kind in _NARROW_TO_WIDE if kind in kinds)


def table_scopes(place_class: str, reference: Reference, profile: Profile) -> tuple[str, ...]:
    """The kinds of area for which the scope column of a table stands, for names of a class.

    The column holds one area a row. Where the district has a policy of its own (roads of
    villages) it is taken for such an area, or else for the area that the law names.
    """
    rows = [r for r in rows_in_force(reference, profile) if r.concerns(place_class)]
    kinds = {r.scope for r in rows if r.local} or {r.scope for r in rows}
    return tuple(kind for kind in _NARROW_TO_WIDE if kind in kinds) or ("table",)


SHOWN = 6
"""How many names of a cluster a message lists."""

_WORDS = {
    NameKind.FORMER: "曾用名",
    NameKind.ALIAS: "别名",
    NameKind.PROPOSED: "待审批的拟用名",
}


def members_in_words(members: Iterable[NamedPlace]) -> str:
    """The names with where they are: “文化路”（示例村）、“文化路”（东村，曾用名）; at most six."""
    words = []
    for member in sorted(members, key=_order):
        candidate = member.place.subject == CANDIDATE
        standing = "拟用名" if candidate else _WORDS.get(member.name.kind, "")
        where = "，".join(part for part in (member.place.located_in, standing) if part)
        words.append(f"“{member.name.toponym.full}”" + (f"（{where}）" if where else ""))
    shown = "、".join(words[:SHOWN])
    return f"{shown}等 {len(words)} 处" if len(words) > SHOWN else shown


def _order(member: NamedPlace) -> tuple[bool, str, str, str]:
    name = member.name
    subject = member.place.subject
    return subject == CANDIDATE, subject, name.kind, name.toponym.full
