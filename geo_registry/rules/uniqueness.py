"""Which names of one area are alike by the table of uniqueness, and how much that weighs.

The table says within which area names of a class must differ; this module finds those that do
not, for every rule on equal or equal-sounding names. No scope stands in the rules themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import combinations
from typing import Any

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Cluster, Gazetteer, NamedPlace
from geo_registry.domain.identity import CANDIDATE, Pair, SubjectId, ordered_pair
from geo_registry.domain.place import NameKind, Place
from geo_registry.domain.reference import Reference, UniquenessScope
from geo_registry.domain.rule import Judgement
from geo_registry.rules.comparing import members_in_words, rows_in_force

KINDS = (NameKind.STANDARD, NameKind.PROPOSED, NameKind.ALIAS, NameKind.FORMER)
"""Former names, aliases and the proposals of other places count as well as current names."""

LAST = 1_000_000
"""Taken from the rank of what is listed last, so that no cluster is large enough to come first."""


class Standing(IntEnum):
    """What a name is to those who use it; of a pair, the weaker one."""

    CURRENT = 0
    PENDING = 1
    ALIAS = 2
    FORMER = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """Names of one area that are alike by one row, with the pairs that may be held against them."""

    row: UniquenessScope
    cluster: Cluster
    pairs: tuple[Pair, ...]
    standing: Standing
    assumed: bool = False
    """Nobody knows the area that the row asks for; the fallback was compared instead."""

    @property
    def subjects(self) -> tuple[SubjectId, ...]:
        """The places concerned, each once, sorted."""
        return tuple(sorted({subject for pair in self.pairs for subject in pair}))

    @property
    def members(self) -> tuple[NamedPlace, ...]:
        """The names of the places concerned."""
        concerned = set(self.subjects)
        return tuple(m for m in self.cluster.members if m.place.subject in concerned)

    @property
    def current(self) -> tuple[NamedPlace, ...]:
        """The names in use; the proposed one that is checked counts as if it were."""
        return tuple(m for m in self.members if standing_of(m) is Standing.CURRENT)

    @property
    def count(self) -> int:
        """How many different things bear the name today (an interrupted road is one)."""
        return len({self.cluster.thing(m.place.subject) for m in self.current})

    def values(self, key: str) -> list[str]:
        """The different values of one comparison key among the names concerned, sorted."""
        return sorted({getattr(m.name.toponym.keys, key) for m in self.members})

    def facts(self, **more: Any) -> dict[str, Any]:
        """What every rule on alike names states."""
        return {
            "name": self.members[0].name.toponym.full,
            "members": members_in_words(self.members),
            "count": self.count,
            "names": self.values("full"),
            "note": ASSUMED if self.assumed else "",
            "rank": len(self.subjects),
            **more,
        }


ASSUMED = "（没有建成区资料，暂按镇（街道）比对）"


def standing_of(member: NamedPlace) -> Standing:
    """What a name of a place is; the candidate's own counts as current."""
    kind = member.name.kind
    if kind is NameKind.PROPOSED and member.place.subject != CANDIDATE:
        return Standing.PENDING
    if kind is NameKind.FORMER:
        return Standing.FORMER
    return Standing.ALIAS if kind is NameKind.ALIAS else Standing.CURRENT


def alike(gazetteer: Gazetteer, rule: str) -> Iterator[Alike]:
    """Names that are alike by any row of the table that speaks for ``rule``, area by area."""
    rows = rows_in_force(gazetteer.reference, gazetteer.profile)
    for row in rows:
        # Without mergers the dialect hears what everybody hears.
        if row.rule == rule and not (row.sound == "dialect" and gazetteer.reference.dialect.empty):
            beside = [
                r for r in rows if r.sound == row.sound and r.place_classes == row.place_classes
            ]
            yield from _alike(gazetteer, row, beside)


def _alike(
    gazetteer: Gazetteer, row: UniquenessScope, beside: list[UniquenessScope]
) -> Iterator[Alike]:
    """``beside`` are the rows of the same classes and sound: law and local policy share pairs."""
    villages = any(r.local and r.scope == "village" for r in beside)
    law = next((r for r in beside if r.scope == "built_up"), None)
    for cluster, assumed in _clusters(gazetteer, row, villages=villages):
        if row.local and law is not None:
            mine = _not_of(law, gazetteer, cluster)
        elif assumed and villages:
            mine = _of_two_villages
        else:
            mine = _any
        weighed: dict[Pair, Standing] = {}
        for a, b in combinations(cluster.members, 2):
            standing = max(standing_of(a), standing_of(b))
            if not _comparable(cluster, row, a, b) or not mine(a.place, b.place):
                continue
            pair = ordered_pair(a.place.subject, b.place.subject)
            weighed[pair] = min(standing, weighed.get(pair, standing))
        if weighed:
            best = min(weighed.values())
            # A former name beside names in use says nothing more about these.
            kept = {p for p, s in weighed.items() if s < Standing.FORMER or best is s}
            yield Alike(row, cluster, tuple(sorted(kept)), best, assumed)


def _clusters(
    gazetteer: Gazetteer, row: UniquenessScope, *, villages: bool
) -> Iterator[tuple[Cluster, bool]]:
    key = row.part if row.sound == "none" else row.sound
    classes = row.place_classes
    for cluster in gazetteer.clusters(*classes, scope=row.scope, key=key, kinds=KINDS):
        yield cluster, False
    if not row.fallback:
        return
    for cluster in gazetteer.clusters(*classes, scope=row.fallback, key=key, kinds=KINDS):
        members = tuple(m for m in cluster.members if area_unknown(m.place, gazetteer))
        # What lies in known villages throughout is a matter of the district's own policy.
        if len(members) > 1 and not (villages and all(_village(m.place) for m in members)):
            yield replace(cluster, members=members), True


def area_unknown(place: Place, gazetteer: Gazetteer) -> bool:
    """Whether nobody can say in which built-up area the place lies, or that it lies in none."""
    if place.scopes.get("built_up"):
        return False
    here = place.scopes.get("legal_county", gazetteer.profile.code) == gazetteer.profile.code
    return not (gazetteer.built_up_known and here)


def _village(place: Place) -> str:
    return place.scopes.get("village", "")


def _any(_a: Place, _b: Place) -> bool:
    return True


def _of_two_villages(a: Place, b: Place) -> bool:
    return not _village(a) or _village(a) != _village(b)


def _not_of(law: UniquenessScope, gazetteer: Gazetteer, cluster: Cluster) -> Any:
    """Which pairs are left to local policy: those that the row of the law does not compare."""
    unknown = {
        m.place.subject: not _village(m.place)
        for m in cluster.members
        if law.fallback and area_unknown(m.place, gazetteer)
    }
    stands_in = cluster.scope.kind == law.fallback and any(unknown.values())

    def left(a: Place, b: Place) -> bool:
        if a.scopes.get("built_up") and a.scopes["built_up"] == b.scopes.get("built_up"):
            return False
        if cluster.scope.kind == "village":
            return True
        if not _of_two_villages(a, b):
            return False
        return not (stands_in and a.subject in unknown and b.subject in unknown)

    return left


def _comparable(cluster: Cluster, row: UniquenessScope, a: NamedPlace, b: NamedPlace) -> bool:
    if cluster.thing(a.place.subject) == cluster.thing(b.place.subject):
        return False
    if min(standing_of(a), standing_of(b)) > Standing.PENDING:
        return False
    if row.sound == "none":
        return True
    first, second = a.name.toponym.keys, b.name.toponym.keys
    if getattr(first, row.part) == getattr(second, row.part):
        return False
    # What sounds alike to everyone is not reported again as alike in the dialect.
    return row.sound != "dialect" or first.toneless != second.toneless


def repetition(core: str, reference: Reference) -> str:
    """``generic`` or ``numbered`` for a core that names no place in particular, else nothing.

    >>> from geo_registry.reference import load
    >>> from geo_registry.settings import shipped
    >>> [repetition(core, load(shipped("data"))) for core in ("街道", "二十三连", "岭西")]
    ['generic', 'numbered', '']
    """
    if core in reference.generic_names:
        return "generic"
    numbered = reference.numbering and re.fullmatch(reference.numbering, core)
    return "numbered" if numbered else ""


# ---- what pending proposals, aliases and former names mean to any of these rules


OTHER_STANDING = {
    Standing.PENDING: "pending",
    Standing.ALIAS: "alias",
    Standing.FORMER: "former",
}


def judgements_of_other_standing(scope: str) -> dict[str, Judgement]:
    """Outcomes of the rules on equal names where not both names are in use; ``scope`` in words."""
    return {
        "pending": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            f"{scope}内另有待审批的拟用名“{{name}}”：{{members}}。只能批准其中一个。{{note}}",
        ),
        "alias": Judgement(
            SeverityPair(Severity.WARN, Severity.INFO),
            f"“{{name}}”是{scope}内别处的别名：{{members}}。仍有人这样称呼，请核对是否混淆。{{note}}",
        ),
        "former": Judgement(
            SeverityPair(Severity.WARN, None),
            f"“{{name}}”曾是{scope}内别处的名称：{{members}}。旧证照、旧地图上还会见到。{{note}}",
        ),
    }


def built_up_hits(gazetteer: Gazetteer, rule: str) -> Iterator[Hit]:
    """Equal names of one built-up area, or of the town that stands in for it."""
    for found in alike(gazetteer, rule):
        outcome = "assumed_town" if found.assumed else "built_up"
        yield Hit(
            scope=found.cluster.scope,
            key=found.cluster.key,
            subjects=found.subjects,
            pairs=found.pairs,
            outcome=OTHER_STANDING.get(found.standing, outcome),
            facts=found.facts(),
        )
