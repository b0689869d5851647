"""The gazetteer: an immutable, indexed slice of the registry that rules ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.identity import CANDIDATE, Pair, Scope, ordered_pair
from geo_registry.domain.place import NameKind, Place, PlaceName
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.road import GAP_M, interrupted

if TYPE_CHECKING:
    from geo_registry.domain.case import CaseOnFile
    from geo_registry.domain.cemetery import Cemetery, Zone
    from geo_registry.domain.identity import SubjectId
    from geo_registry.domain.plot import Plot
    from geo_registry.domain.subsidy_doubts import Claim


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One name together with the place that bears it."""

    place: Place
    name: PlaceName


@dataclass(frozen=True, slots=True)
class Cluster:
    """Names that share one comparison key inside one scope, of at least two places."""

    scope: Scope
    key: str
    members: tuple[NamedPlace, ...]
    one: Mapping[SubjectId, SubjectId] = field(default_factory=dict)
    """Places that count as one with another: the pieces of an interrupted road, or a proposal and
    the place it is meant for; subject → the subject that stands for all of them."""

    @property
    def subjects(self) -> tuple[SubjectId, ...]:
        """The places concerned, each once, sorted."""
        return tuple(sorted({m.place.subject for m in self.members}))

    def thing(self, subject: SubjectId) -> SubjectId:
        """The subject that stands for a place and all that count as one with it."""
        return self.one.get(subject, subject)

    @property
    def count(self) -> int:
        """How many different things bear the names."""
        return len({self.thing(m.place.subject) for m in self.members})


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """A slice of the registry: places with their names, cemeteries, zones; and what to judge by.

    Geometries are in ``plane`` (metres). ``on`` is the day the slice speaks of; nothing in the
    domain asks a clock.
    """

    on: date
    reference: Reference
    profile: Profile
    places: tuple[Place, ...] = ()
    cemeteries: tuple[Cemetery, ...] = ()
    zones: tuple[Zone, ...] = ()
    plane: WorkPlane = field(default_factory=lambda: WorkPlane(123))
    road_decisions: Mapping[Pair, str] = field(default_factory=dict)
    """What a person decided of two groups of segments of one name: ``one`` road or ``two``."""
    graves: tuple[Plot, ...] = ()
    """Graves that were registered without a cemetery (散坟)."""
    subsidies: tuple[Claim, ...] = ()
    """Applications for a subsidy that are open or paid."""
    cases: tuple[CaseOnFile, ...] = ()
    """Cases under rectification, and closed ones."""
    built_up_known: bool = False
    """Whether a layer of built-up areas was imported: then what lies in none is outside."""
    _meeting: dict[Pair, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Which two roads of one name may be one: every rule and key asks it of the same pairs."""

    def names(
        self, *place_classes: str, kinds: tuple[NameKind, ...] = (NameKind.STANDARD,)
    ) -> Iterator[NamedPlace]:
        """Every name in use on ``on`` of the given kinds (former names whenever they ended)."""
        suits: dict[str, bool] = {}
        for place in self.places:
            known = suits.get(place.place_class)
            if known is None:
                known = not place_classes or any(place.is_a(c) for c in place_classes)
                suits[place.place_class] = known
            if not known:
                continue
            for name in place.names:
                if name.kind in kinds and (name.kind is NameKind.FORMER or name.in_use(self.on)):
                    yield NamedPlace(place, name)

    def clusters(
        self,
        *place_classes: str,
        scope: str,
        key: str,
        kinds: tuple[NameKind, ...] = (NameKind.STANDARD, NameKind.PROPOSED),
    ) -> Iterator[Cluster]:
        """Names of two or more places with one ``key`` inside one scope of kind ``scope``.

        ``key`` names an attribute of :class:`~geo_registry.domain.toponym.Keys`. Empty keys never
        match. Clusters come in the order of their scope and key, so that a run is reproducible.
        """
        groups: dict[tuple[str, str], list[NamedPlace]] = defaultdict(list)
        key_of = attrgetter(key)
        for named in self.names(*place_classes, kinds=kinds):
            code = named.place.scopes.get(scope)
            value = key_of(named.name.toponym.keys)
            if code and value:
                groups[code, value].append(named)
        # Nearly every group has one member, so only the others are put in order.
        several = [item for item in groups.items() if len(item[1]) > 1]
        for (code, value), members in sorted(several, key=itemgetter(0)):
            if len({m.place.subject for m in members}) > 1:
                members.sort(key=_order)
                cluster = Cluster(Scope(scope, code), value, tuple(members), self._one(members))
                if cluster.count > 1:
                    yield cluster

    def _one(self, members: Iterable[NamedPlace]) -> dict[SubjectId, SubjectId]:
        """Which of the places are one and the same thing: a decided or suspected single road."""
        if not any(_may_be_another(m.place) for m in members):
            return {}
        places = {m.place.subject: m.place for m in members}
        stems = {(m.place.subject, m.name.toponym.keys.stem) for m in members}
        one: dict[SubjectId, SubjectId] = {}

        def thing(subject: SubjectId) -> SubjectId:
            while subject in one:
                subject = one[subject]
            return subject

        for a, b in combinations(sorted(places), 2):
            if thing(a) != thing(b) and self._are_one(places[a], places[b], stems):
                first, second = sorted((thing(a), thing(b)))
                one[second] = first
        return {subject: thing(subject) for subject in one}

    def _are_one(self, a: Place, b: Place, stems: set[tuple[SubjectId, str]]) -> bool:
        if CANDIDATE in (a.subject, b.subject):
            proposed, other = (a, b) if a.subject == CANDIDATE else (b, a)
            return proposed.attributes.get("proposed_for") == other.subject
        if not (a.is_a("road") and b.is_a("road")):
            return False
        decided = self.road_decisions.get(ordered_pair(a.subject, b.subject))
        if decided is not None:
            return decided == "one"
        same = {s for owner, s in stems if owner == a.subject} & {
            s for owner, s in stems if owner == b.subject
        }
        return bool(same) and self._meet(a, b)

    def _meet(self, a: Place, b: Place) -> bool:
        pair = ordered_pair(a.subject, b.subject)
        if pair not in self._meeting:
            limit_m = self.profile.setting("road_gap_m", GAP_M)
            self._meeting[pair] = interrupted(a, b, limit_m) is not None
        return self._meeting[pair]


def _may_be_another(place: Place) -> bool:
    return place.is_a("road") or place.subject == CANDIDATE or "proposed_for" in place.attributes


def _order(member: NamedPlace) -> tuple[str, str, str]:
    """Members of a cluster in an order of their own, whatever the slice was read in."""
    return member.place.subject, member.name.kind, member.name.toponym.full
