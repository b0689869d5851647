"""Which shapes of one kind lie near each other: whole columns at a time, no loop over shapes.

Shapes are compared only inside their own group, so they are sorted by group and western edge and
swept once. That is quicker than an index of everything, where most of what it finds near belongs
to other groups, and it does not depend on how the groups lie in space.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Index = NDArray[np.int64]

_BLOCK = 4_000_000
"""Candidate pairs held at once; bounds the memory where one group is large and narrow."""


def near_pairs(lines: NDArray[Any], groups: Index, members: Index, distance_m: float) -> Index:
    """Pairs of members of one group within a distance of each other: shape (m, 2), metres.

    ``lines`` are simple lines or collections of them in one work plane; ``groups`` numbers the
    group of every line; ``members`` are the rows to look at, none of them empty. Pairs come with
    the smaller row first, each once.
    """
    if len(members) < 2:
        return np.empty((0, 2), dtype=np.int64)
    swept = _Sweep(lines[members], groups[members], distance_m)
    found = [swept.within(left, right) for left, right in swept.candidates()]
    left = members[np.concatenate([pair[0] for pair in found])]
    right = members[np.concatenate([pair[1] for pair in found])]
    return np.column_stack([np.minimum(left, right), np.maximum(left, right)])


class _Sweep:
    """Lines in the order of their group and western edge, with what a quick test needs."""

    def __init__(self, lines: NDArray[Any], groups: Index, distance_m: float) -> None:
        self._lines = lines
        self._distance = distance_m
        west, south, east, north = shapely.bounds(lines).T
        self._order = np.lexsort((west, groups))
        self._groups = groups[self._order]
        self._west = west[self._order]
        self._south, self._east, self._north = (v[self._order] for v in (south, east, north))
        self._ends = _end_points(lines[self._order])

    def candidates(self) -> Iterator[tuple[Index, Index]]:
        """Positions in the order whose boxes come within the distance, a block at a time."""
        reach = self._reach()
        counts = reach - np.arange(1, len(reach) + 1)
        total = np.concatenate([[0], np.cumsum(counts)])
        start = 0
        while start < len(counts):
            stop = int(np.searchsorted(total, total[start] + _BLOCK, side="right")) - 1
            stop = max(stop, start + 1)
            left = np.repeat(np.arange(start, stop), counts[start:stop])
            first = np.repeat(total[start:stop] - total[start], counts[start:stop])
            right = left + 1 + np.arange(len(left)) - first
            near = (self._south[right] <= self._north[left] + self._distance) & (
                self._south[left] <= self._north[right] + self._distance
            )
            yield left[near], right[near]
            start = stop

    def _reach(self) -> Index:
        """For each line the position behind the last one that begins before it ends."""
        new = np.flatnonzero(np.diff(self._groups, prepend=self._groups[0] - 1))
        sizes = np.diff(new, append=len(self._groups))
        numbers = np.repeat(np.arange(len(new)), sizes)
        # One axis for all groups: each in a strip of its own, so that one search serves them all.
        origin = np.repeat(self._west[new], sizes)
        width = float((self._east - origin).max()) + 2 * self._distance + 1.0
        strip = numbers * width
        until = np.searchsorted(
            strip + self._west - origin, strip + self._east - origin + self._distance, side="right"
        )
        # Rounding of the common axis must not reach into the next strip.
        return np.asarray(np.minimum(until, np.repeat(new + sizes, sizes)), dtype=np.int64)

    def within(self, left: Index, right: Index) -> tuple[Index, Index]:
        """The pairs that come within the distance, as rows of what was given."""
        ends = self._ends
        if ends is None:
            met = np.zeros(len(left), dtype=bool)
        else:
            # Most pieces of a road meet end to end, which needs no geometry library.
            square = self._distance**2
            met = np.zeros(len(left), dtype=bool)
            for a in (0, 1):
                for b in (0, 1):
                    apart = ends[a][left] - ends[b][right]
                    met |= np.einsum("ij,ij->i", apart, apart) <= square
        rest = np.flatnonzero(~met)
        lines = self._lines[self._order]
        met[rest] = shapely.dwithin(lines[left[rest]], lines[right[rest]], self._distance)
        return self._order[left[met]], self._order[right[met]]


def _end_points(lines: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """First and last points of simple lines; None where some are not simple lines."""
    if not (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING).all():
        return None
    points, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    last = np.append(first[1:], len(owner)) - 1
    return points[first], points[last]


def connected_components(count: int, pairs: Index) -> Index:
    """Number the components of a graph: shape (count,), numbered in order of first appearance.

    ``pairs`` has shape (m, 2). Each round every root hangs itself below the smallest root it is
    linked with, and paths are then cut short; about log(n) rounds.
    """
    labels = np.arange(count, dtype=np.int64)
    a, b = (pairs[:, 0], pairs[:, 1]) if len(pairs) else (labels[:0], labels[:0])
    while len(a):
        np.minimum.at(labels, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(shorter := labels[labels], labels):
            labels = shorter
        # Links go on between roots; those inside one component have done their work.
        a, b = labels[a], labels[b]
        a, b = a[a != b], b[a != b]
    # A root is the smallest row of its component, so roots in order are in order of appearance.
    return np.asarray(np.cumsum(labels == np.arange(count))[labels] - 1, dtype=np.int64)
