"""Made-up cemeteries for the benchmark of boundaries: approved outlines and later surveys of them.

Star-shaped sites of 20–200 vertices and 25–120 m radius; the survey digitises the same outline at
other points, each 0.3 m off by chance, and one site in twenty has grown a bump of 6–40 m.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

NOISE_M = 0.3
APPROVED_SIGMA_M = 0.3
OBSERVED_SIGMA_M = 0.4
"""What the surveys state: the noise of their points, and some more for outlines cut short."""


@dataclass(frozen=True, slots=True)
class SyntheticBoundaries:
    """Approved and observed polygons (work plane, metres) row by row; which of them grew."""

    approved: NDArray[Any]
    observed: NDArray[Any]
    grew: NDArray[np.bool_]


def synthetic_boundaries(count: int, seed: int = 11) -> SyntheticBoundaries:
    """``count`` pairs; the same ones for the same seed."""
    choose = np.random.default_rng(seed)
    grew = choose.random(count) < 0.05
    pairs = [_pair(choose, grown=bool(grown)) for grown in grew]
    shifts = np.column_stack([np.arange(count) % 500, np.arange(count) // 500]) * 400.0
    where = shifts + np.array([400_000.0, 4_100_000.0])
    approved = [shapely.Polygon(a + at) for (a, _), at in zip(pairs, where, strict=True)]
    observed = [shapely.Polygon(b + at) for (_, b), at in zip(pairs, where, strict=True)]
    kept = shapely.is_valid(approved) & shapely.is_valid(observed)
    return SyntheticBoundaries(
        np.array(approved, dtype=object)[kept], np.array(observed, dtype=object)[kept], grew[kept]
    )


def _pair(
    choose: np.random.Generator, *, grown: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    radius, waves = choose.uniform(25.0, 120.0), choose.integers(2, 7)
    phase, depth = choose.uniform(0.0, math.tau), choose.uniform(0.05, 0.25)

    def outline(angles: NDArray[np.float64]) -> NDArray[np.float64]:
        far = radius * (1.0 + depth * np.sin(waves * angles + phase))
        return np.column_stack([far * np.cos(angles), far * np.sin(angles)])

    drawn = _angles(choose, int(choose.integers(20, 201)))
    approved = outline(drawn)
    seen = _angles(choose, int(choose.integers(60, 201)))
    # The survey walks the approved outline, corners and all.
    observed = _along(approved, drawn, seen) + choose.normal(0.0, NOISE_M, (len(seen), 2))
    if grown:
        middle, half = choose.uniform(0.0, math.tau), choose.uniform(0.15, 0.5)
        off = np.abs((seen - middle + math.pi) % math.tau - math.pi)
        out = choose.uniform(6.0, 40.0) * np.clip(1.0 - off / half, 0.0, None)
        observed *= (1.0 + out / np.hypot(*observed.T))[:, None]
    return approved, observed


def _angles(choose: np.random.Generator, count: int) -> NDArray[np.float64]:
    return (np.arange(count) + choose.uniform(0.1, 0.9, count)) * (math.tau / count)


def _along(
    ring: NDArray[np.float64], angles: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Points of the ring's own edges, near some angles."""
    closed = np.vstack([ring[-1], ring, ring[0]])
    at = np.concatenate([[angles[-1] - math.tau], angles, [angles[0] + math.tau]])
    return np.column_stack([np.interp(wanted, at, closed[:, axis]) for axis in (0, 1)])
