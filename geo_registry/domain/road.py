"""Roads (道路) and their pieces (路段): which line pieces together are one road.

A map holds pieces, a register holds roads. Duplicates are counted between roads, never between
pieces, so this grouping decides what a duplicate is. Where geometry alone cannot tell one
interrupted road from two of one name, :func:`interrupted` says why to ask a person.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_registry.domain.identity import Pair, ordered_pair
from geo_registry.domain.nearness import Index, connected_components, near_pairs
from geo_registry.domain.road_ends import Ends, free_ends, is_line

if TYPE_CHECKING:
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.place import Place

GAP_M = 150.0
"""Widest gap between two ends in line, where the district says nothing else."""
JUNCTION_M = 25.0
"""Ends this near meet at one crossing, as wide as one of two four-lane roads. Two lanes of one name
that leave a village street farther apart than this are two lanes."""
PARALLEL_M = 30.0
"""Carriageways of one road lie no farther apart than this."""
_ALONGSIDE = 0.6
"""Share of the shorter road that must run beside the longer one."""
_IN_LINE = np.cos(np.radians(35.0))
_TOUCH_M = 2.0


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
    spoken = _name_codes(names)
    within = _looked_up(scopes, _numbered(scopes))
    keys = spoken * (int(within.max(initial=0)) + 1) + within
    named = spoken != _NAMELESS
    usable = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    pairs = np.concatenate(
        [
            near_pairs(geometry, keys, np.flatnonzero(named & usable), tolerance_m),
            _end_to_end(geometry, keys, named, usable, tolerance_m),
        ]
    )
    return connected_components(len(geometry), pairs)


_NAMELESS = 0


def _name_codes(names: Sequence[str | None]) -> Index:
    """A number for each name, blanks around it aside."""
    # Names repeat many times over, so that each is cleaned once and looked up ever after.
    written = _numbered(names)
    spoken = {"": _NAMELESS}
    numbers = [spoken.setdefault((name or "").strip(), len(spoken)) for name in written]
    return np.array(numbers, dtype=np.int64)[_looked_up(names, written)]


def _numbered(values: Sequence[Any]) -> dict[Any, int]:
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


def _looked_up(values: Sequence[Any], numbers: dict[Any, int]) -> Index:
    return np.fromiter(map(numbers.__getitem__, values), dtype=np.int64, count=len(values))


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


# ---- one interrupted road, or two? --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interruption:
    """Why two groups of segments of one name may be one road.

    ``reason``: ``facing`` (ends point at each other), ``parallel`` (they run side by side, as
    carriageways do), ``junction`` (they end at one crossing), ``through`` (a nameless piece joins
    them). ``gap_m`` is the distance between them, ``where`` the line across it (metres).
    """

    reason: str
    gap_m: float
    where: BaseGeometry


def interrupted(a: Place, b: Place, limit_m: float) -> str | None:
    """Why two places of one name may be one interrupted road, or None where nothing says so.

    The reasons are those of :class:`Interruption` that two shapes alone can give. ``limit_m`` is
    the widest gap between two ends in line; metres.
    """
    found = interruption(a.geometry, b.geometry, limit_m)
    return None if found is None else found.reason


def interruption(
    a: BaseGeometry | None, b: BaseGeometry | None, limit_m: float
) -> Interruption | None:
    """As :func:`interrupted`, for two shapes in one work plane, with the gap and where it is."""
    if a is None or b is None or not (is_line(a) and is_line(b)):
        return None
    gap = float(a.distance(b))
    if gap > limit_m:
        return None
    ends_a, ends_b = free_ends(a), free_ends(b)
    reason = (
        "facing"
        if _facing(ends_a, ends_b, limit_m)
        else "parallel"
        if _alongside(a, b)
        else "junction"
        if _ends_at(ends_a, b, limit_m) or _ends_at(ends_b, a, limit_m)
        else None
    )
    return None if reason is None else Interruption(reason, gap, shapely.shortest_line(a, b))


def interruptions(places: Sequence[Place], on: date, limit_m: float) -> Mapping[Pair, Interruption]:
    """Every two roads among ``places`` that bear one name and may be one road.

    Names are compared as written, traditional forms and digits aside. Also finds roads that only a
    nameless piece joins: a roundabout, a bridge, a stretch whose name nobody entered.
    """
    rows, stems = _named_roads(places, on)
    if len(rows) < 2:
        return {}
    shapes = np.array([places[i].geometry for i in rows], dtype=object)
    groups = _looked_up(stems, _numbered(stems))
    near = near_pairs(shapes, groups, np.arange(len(rows), dtype=np.int64), limit_m)
    found: dict[Pair, Interruption] = {}
    unresolved = []
    for i, j in near[np.lexsort((near[:, 1], near[:, 0]))]:
        a, b = places[rows[i]], places[rows[j]]
        if a.subject != b.subject:
            why = interruption(a.geometry, b.geometry, limit_m)
            if why is None:
                unresolved.append((a, b))
            else:
                found[ordered_pair(a.subject, b.subject)] = why
    return {**found, **_joined_by_others(unresolved, places, on, limit_m)}


def _named_roads(places: Sequence[Place], on: date) -> tuple[list[int], list[str]]:
    """Rows of drawn roads with each of their current names, written the comparable way."""
    rows, stems = [], []
    for row, place in enumerate(places):
        if place.is_a("road") and is_line(place.geometry):
            for stem in sorted({n.toponym.keys.stem for n in place.current_names(on)}):
                rows.append(row)
                stems.append(stem)
    return rows, stems


def _facing(a: Ends, b: Ends, limit_m: float) -> bool:
    """Whether an end of one looks at an end of the other and the other way about."""
    apart = b.points[None, :, :] - a.points[:, None, :]
    gap = np.hypot(apart[..., 0], apart[..., 1])
    toward = apart / np.maximum(gap, 1e-9)[..., None]
    looks = np.einsum("ik,ijk->ij", a.headings, toward) >= _IN_LINE
    back = np.einsum("jk,ijk->ij", b.headings, -toward) >= _IN_LINE
    # Across a few metres the direction of the gap is chance; only the headings speak.
    opposed = a.headings @ b.headings.T <= -_IN_LINE
    return bool(((gap <= limit_m) & ((looks & back) | (opposed & (gap <= 2 * _TOUCH_M)))).any())


def _alongside(a: BaseGeometry, b: BaseGeometry) -> bool:
    """Whether the shorter one runs beside the longer one for most of its way."""
    shorter, longer = sorted((a, b), key=lambda line: float(line.length))
    if shorter.length < 2 * PARALLEL_M or shorter.distance(longer) > PARALLEL_M:
        return False
    beside = shorter.intersection(longer.buffer(PARALLEL_M, quad_segs=4))
    return float(beside.length) >= _ALONGSIDE * float(shorter.length)


def _ends_at(ends: Ends, other: BaseGeometry, limit_m: float) -> bool:
    points = shapely.points(ends.points)
    return bool((shapely.distance(points, other) <= min(JUNCTION_M, limit_m)).any())


def _joined_by_others(
    pairs: Sequence[tuple[Place, Place]], places: Sequence[Place], on: date, limit_m: float
) -> Mapping[Pair, Interruption]:
    """Of pairs that lie near each other, those that a nameless piece joins within the limit.

    A third road with a name does not count: two lanes off one street are joined by it too.
    """
    if not pairs:
        return {}
    roads = [p for p in places if is_line(p.geometry) and not p.current_names(on)]
    if not roads:
        return {}
    shapes = np.array([p.geometry for p in roads], dtype=object)
    tree = shapely.STRtree(shapes)
    found = {}
    for a, b in pairs:
        both = set(tree.query(a.geometry, predicate="dwithin", distance=_TOUCH_M)) & set(
            tree.query(b.geometry, predicate="dwithin", distance=_TOUCH_M)
        )
        for row in sorted(both):
            joined = _joined_by(a, b, roads[row], limit_m)
            if joined is not None:
                found[ordered_pair(a.subject, b.subject)] = joined
                break
    return found


def _joined_by(a: Place, b: Place, by: Place, limit_m: float) -> Interruption | None:
    """Two roads that end at a third one, within the limit of each other."""
    if by.subject in {a.subject, b.subject}:
        return None
    meets = [_end_at(road.geometry, by.geometry) for road in (a, b)]
    if None in meets:
        return None
    across = shapely.LineString(meets)
    if across.length > limit_m:
        return None
    return Interruption("through", float(across.length), across)


def _end_at(road: Any, other: Any) -> Any:
    """The free end at which a road meets another, or None."""
    points: NDArray[Any] = np.asarray(shapely.points(free_ends(road).points), dtype=object)
    if not len(points):
        return None
    distances = shapely.distance(points, other)
    nearest = int(distances.argmin())
    return points[nearest] if distances[nearest] <= _TOUCH_M else None
