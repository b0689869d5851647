"""The gazetteer: an immutable, indexed slice of the registry that rules ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.identity import Scope
from geo_registry.domain.place import NameKind, Place, PlaceName
from geo_registry.domain.reference import Profile, Reference

if TYPE_CHECKING:
    from geo_registry.domain.cemetery import Cemetery, Zone
    from geo_registry.domain.identity import SubjectId


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

    @property
    def subjects(self) -> tuple[SubjectId, ...]:
        """The places concerned, each once, sorted."""
        return tuple(sorted({m.place.subject for m in self.members}))


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
                yield Cluster(Scope(scope, code), value, tuple(members))
