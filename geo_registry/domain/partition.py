"""Whose land a claim lies on: neighbours, protected zones, and land nobody was granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.cemetery import Approval, Cemetery, Zone, footprint, in_force
from geo_registry.domain.rings import polygonal

if TYPE_CHECKING:
    from datetime import date

    from geo_registry.domain.identity import SubjectId


@dataclass(frozen=True, slots=True)
class NeighbourShare:
    """The piece of a claim that lies on land approved for a neighbour."""

    subject: SubjectId
    extent: BaseGeometry


@dataclass(frozen=True, slots=True)
class ZoneShare:
    """The piece of a claim inside a zone and its setback; ``unapproved`` is what no one granted."""

    zone: Zone
    extent: BaseGeometry
    unapproved: BaseGeometry


@dataclass(frozen=True, slots=True)
class Partition:
    """A claim taken apart: neighbours and unapproved land add up to it, zones overlap them."""

    neighbours: tuple[NeighbourShare, ...]
    unapproved: BaseGeometry
    zones: tuple[ZoneShare, ...]


def partition(
    claim: BaseGeometry,
    neighbours: Sequence[tuple[SubjectId, BaseGeometry]],
    zones: Sequence[Zone] = (),
) -> Partition:
    """Divide a claim (work plane, metres) between neighbours' approved land and nobody's.

    Land that two neighbours were both granted is counted once, for the first by subject. Zones do
    not divide: a zone may lie on unapproved land and on a neighbour's.
    """
    rest = claim
    shares = []
    for subject, granted in sorted(neighbours, key=lambda pair: pair[0]):
        share = polygonal(rest.intersection(granted))
        if share.area > 0.0:
            shares.append(NeighbourShare(subject, share))
            rest = polygonal(rest.difference(granted))
    inside = []
    for zone in zones:
        reach = controlled(zone)
        extent = polygonal(claim.intersection(reach))
        if extent.area > 0.0:
            inside.append(ZoneShare(zone, extent, polygonal(rest.intersection(reach))))
    return Partition(tuple(shares), rest, tuple(inside))


def controlled(zone: Zone) -> BaseGeometry:
    """The extent of a zone together with its setback (work plane)."""
    return zone.extent.buffer(zone.setback_m) if zone.setback_m > 0.0 else zone.extent


def neighbours_of(
    cemetery: Cemetery, others: Sequence[Cemetery], on: date
) -> list[tuple[SubjectId, BaseGeometry]]:
    """The approved land of other cemeteries on a day."""
    return [
        (other.subject, footprint(other.approvals, on))
        for other in others
        if other.subject != cemetery.subject and in_force(other.approvals, on)
    ]


def approved_afterwards(
    claim: BaseGeometry, approvals: Sequence[Approval], surveyed_on: date
) -> tuple[tuple[Approval, BaseGeometry], ...]:
    """Approvals that came after the survey and cover part of what it claims (先建后批)."""
    later = []
    for approval in approvals:
        began = approval.valid_from
        if approval.effect == "reduces" or began is None or began <= surveyed_on:
            continue
        covered = polygonal(claim.intersection(approval.extent))
        if covered.area > 0.0:
            later.append((approval, covered))
    return tuple(later)


def overlaps(extents: Sequence[BaseGeometry]) -> list[tuple[int, int, BaseGeometry]]:
    """Pairs of extents that overlap in an area: index, index, the overlap."""
    if not extents:
        return []
    tree = shapely.STRtree(list(extents))
    found = []
    for i, j in sorted({(min(a, b), max(a, b)) for a, b in tree.query(extents, "intersects").T}):
        overlap = polygonal(extents[i].intersection(extents[j])) if i != j else None
        if overlap is not None and overlap.area > 0.0:
            found.append((int(i), int(j), overlap))
    return found
