"""Made-up roads with a known truth: pieces with digitising gaps, and roads that are truly broken.

Everything is drawn from one seed, in metres in a plane, a whole column at a time. The pieces come
shuffled, so that no method profits from their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

AREA_M = 12_000.0
"""Side of the square that a built-up area has to itself; no road leaves it by much."""
_GIVEN = "文化人民建设和平光明胜利团结解放新华友谊富强幸福育才迎宾青年东风前进朝阳滨海"
_VERTICES = 4


@dataclass(frozen=True, slots=True)
class SyntheticRoads:
    """Pieces of roads and the truth about them; parallel, one entry a piece.

    ``road`` numbers the true road of every piece: the parts of a broken road are two of them.
    ``broken`` counts the roads of which there are two of one name in one area.
    """

    names: list[str]
    scopes: list[str]
    lines: NDArray[Any]
    road: NDArray[np.int64]
    broken: int
    gaps: int


def synthetic_roads(
    segments: int = 500_000,
    *,
    areas: int = 1_000,
    roads: int = 60_000,
    broken: int = 2_866,
    gap_share: float = 0.2,
    seed: int = 20_261_123,
) -> SyntheticRoads:
    """Draw pieces: ``gap_share`` of the joints are 0.2–1.8 m open, ``broken`` roads 500–1,500 m."""
    random = np.random.default_rng(seed)
    count = _pieces_a_road(segments, roads, random)
    owner = np.repeat(np.arange(roads), count)
    position = np.arange(segments) - np.repeat(np.cumsum(count) - count, count)
    chosen = np.zeros(roads, dtype=bool)
    chosen[random.choice(roads, broken, replace=False)] = True
    break_at = np.where(chosen, random.integers(1, count), -1)
    breaks = position == break_at[owner]
    gaps = (position > 0) & ~breaks & (random.random(segments) < gap_share)
    before = np.where(gaps, random.uniform(0.2, 1.8, segments), 0.0)
    before = np.where(breaks, random.uniform(500.0, 1_500.0, segments), before)
    area = np.arange(roads) % areas
    lines = _drawn(owner, before, area, areas, random)
    second = (break_at[owner] >= 0) & (position >= break_at[owner])
    names = _names(roads, areas)
    order = random.permutation(segments)
    return SyntheticRoads(
        [names[i] for i in owner[order]],
        [f"{370_000_000 + a}" for a in area[owner[order]]],
        lines[order],
        (owner + np.where(second, roads, 0))[order],
        broken,
        int(gaps.sum()),
    )


def precision_and_recall(
    found: NDArray[np.int64], truth: NDArray[np.int64]
) -> tuple[float, float, int, int]:
    """Share of found groups that are a true road, of true roads found, and both counts."""
    pairs = np.unique(np.column_stack([found, truth]), axis=0)
    pure = np.bincount(pairs[:, 0])[pairs[:, 0]] == 1
    whole = np.bincount(np.unique(pairs[:, 1], return_inverse=True)[1])
    whole = whole[np.unique(pairs[:, 1], return_inverse=True)[1]] == 1
    right = int((pure & whole).sum())
    groups, roads = len(np.unique(found)), len(np.unique(truth))
    return right / groups, right / roads, groups, roads


def _pieces_a_road(segments: int, roads: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Two pieces or more for every road, adding up to what is asked."""
    return 2 + random.multinomial(segments - 2 * roads, np.full(roads, 1 / roads))


def _names(roads: int, areas: int) -> list[str]:
    """A name for each road that no other road of its area has."""
    base = len(_GIVEN)
    return [
        f"{_GIVEN[i % base]}{_GIVEN[i // base % base]}{'路街巷'[i % 3]}"
        for i in (number // areas + 7 * (number % areas) for number in range(roads))
    ]


def _drawn(
    owner: NDArray[np.int64],
    before: NDArray[np.float64],
    area: NDArray[np.int64],
    areas: int,
    random: np.random.Generator,
) -> NDArray[Any]:
    """Lines of 20–150 m that follow each other, slightly bent, ``before`` metres apart."""
    roads, segments = len(area), len(owner)
    length = random.uniform(20.0, 150.0, segments)
    side = int(np.ceil(np.sqrt(areas)))
    start = random.uniform(2_000.0, AREA_M - 2_000.0, (roads, 2))
    start += np.column_stack([area % side, area // side]) * AREA_M
    heading = random.uniform(0.0, 2 * np.pi, roads)[owner] + random.normal(0.0, 0.05, segments)
    along = np.column_stack([np.cos(heading), np.sin(heading)])
    step = along * (length + before)[:, None]
    walked = np.cumsum(step, axis=0) - step
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    walked -= np.repeat(walked[first], np.diff(first, append=segments), axis=0)
    begin = start[owner] + walked + along * before[:, None]
    share = np.linspace(0.0, 1.0, _VERTICES)
    across = np.column_stack([-along[:, 1], along[:, 0]])
    bend = random.normal(0.0, 1.5, (segments, _VERTICES)) * ((share > 0) & (share < 1))
    points = (
        begin[:, None, :]
        + along[:, None, :] * (length[:, None] * share)[:, :, None]
        + across[:, None, :] * bend[:, :, None]
    )
    # Surveyed coordinates are round; a millimetre keeps every gap what it is.
    return np.asarray(shapely.linestrings(np.round(points, 3)), dtype=object)
