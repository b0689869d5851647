"""Roads (道路) and their pieces (路段): which line pieces together are one road.

A map holds pieces, a register holds roads. Duplicates are counted between roads, never between
pieces, so this grouping decides what a duplicate is.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Index = NDArray[np.int64]


def group_segments(
    names: Sequence[str | None],
    lines: NDArray[Any],
    scopes: Sequence[Hashable],
    tolerance_m: float = 2.0,
) -> Index:
    """Number the road of every piece: shape (n,), 0 for the road of the first piece, and so on.

    ``lines`` are in a work plane (metres). Pieces of one name in one scope are one road where they
    come within ``tolerance_m`` of each other, directly or through further pieces: a gap under two
    metres is digitising, the same name farther apart is two roads. Pieces without a name are joined
    only end to end, inside one scope, where nothing else arrives. The grouping does not depend on
    the order of the pieces. Dual carriageways farther apart than the tolerance stay two roads.
    """
    geometry = np.asarray(lines, dtype=object)
    keys = _coded(names, scopes)
    named = np.array([bool(name and name.strip()) for name in names], dtype=bool)
    usable = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    pairs = np.concatenate(
        [
            _touching(geometry, keys, np.flatnonzero(named & usable), tolerance_m),
            _end_to_end(geometry, keys, named, usable, tolerance_m),
        ]
    )
    return connected_components(len(geometry), pairs)


def connected_components(count: int, pairs: Index) -> Index:
    """Number the components of a graph: shape (count,), numbered in order of first appearance.

    ``pairs`` has shape (m, 2). Each round every node takes the smallest label among its neighbours
    and then its label's label, which needs about log(n) rounds.
    """
    labels = np.arange(count, dtype=np.int64)
    a, b = (pairs[:, 0], pairs[:, 1]) if len(pairs) else (labels[:0], labels[:0])
    while True:
        smallest = np.minimum(labels[a], labels[b])
        moved = labels.copy()
        # The root follows too, not only the node, or long chains would need a round for each link.
        for nodes in (a, b, labels[a], labels[b]):
            np.minimum.at(moved, nodes, smallest)
        moved = moved[moved]
        if np.array_equal(moved, labels):
            break
        labels = moved
    _, first, numbered = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    return np.asarray(order[numbered], dtype=np.int64)


def _coded(names: Sequence[str | None], scopes: Sequence[Hashable]) -> Index:
    """One number for each pair of scope and name; no name counts as a name of its own."""
    codes: dict[tuple[Hashable, str], int] = {}
    return np.array(
        [
            codes.setdefault((scope, (name or "").strip()), len(codes))
            for name, scope in zip(names, scopes, strict=True)
        ],
        dtype=np.int64,
    )


def _touching(lines: NDArray[Any], keys: Index, members: Index, tolerance_m: float) -> Index:
    """Pairs of named pieces that share a key and lie within the tolerance."""
    shared = np.bincount(keys[members], minlength=1)[keys[members]] > 1
    candidates = members[shared]
    tree = shapely.STRtree(lines[candidates])
    left, right = tree.query(lines[candidates], predicate="dwithin", distance=tolerance_m)
    return _of_one_key(candidates[left], candidates[right], keys)


def _end_to_end(
    lines: NDArray[Any],
    keys: Index,
    named: NDArray[np.bool_],
    usable: NDArray[np.bool_],
    tolerance_m: float,
) -> Index:
    """Pairs of nameless pieces of one scope that continue each other where nothing else arrives.

    Each of the two ends must see exactly its own piece and the other one, and must see the other
    one's end: a piece that meets another along its way is a junction, not a continuation.
    """
    nameless = np.flatnonzero(~named & usable)
    if len(nameless) < 2:
        return np.empty((0, 2), dtype=np.int64)
    owner = np.concatenate([nameless, nameless])
    ends = np.concatenate(
        [shapely.get_point(_single(lines[nameless]), position) for position in (0, -1)]
    )
    present = np.flatnonzero(usable)
    end, near = shapely.STRtree(lines[present]).query(
        ends, predicate="dwithin", distance=tolerance_m
    )
    lonely = np.bincount(end, minlength=len(ends)) == 2
    other = present[near]
    passing = lonely[end] & (other != owner[end]) & ~named[other]
    chosen, partner = end[passing], other[passing]
    a, b = shapely.STRtree(ends[chosen]).query(
        ends[chosen], predicate="dwithin", distance=tolerance_m
    )
    mutual = (owner[chosen[a]] == partner[b]) & (owner[chosen[b]] == partner[a])
    return _of_one_key(owner[chosen[a]][mutual], owner[chosen[b]][mutual], keys)


def _of_one_key(left: Index, right: Index, keys: Index) -> Index:
    """The pairs that share a key, each once: shape (m, 2)."""
    chosen = (left < right) & (keys[left] == keys[right])
    return np.column_stack([left[chosen], right[chosen]])


def _single(lines: NDArray[Any]) -> NDArray[Any]:
    """Line strings only; a broken multi-line has no two ends and yields none."""
    return np.asarray(shapely.line_merge(lines), dtype=object)
