"""Verdicts on many boundaries: screened by whole arrays, judged in full where that is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo_registry.domain.boundary_screen import UNDECIDED, Levels, Pairs, screen, words
from geo_registry.domain.boundary_tests import DEFAULT, Parameters
from geo_registry.domain.cemetery import Approval, Survey
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Verdict, assess, quiet
from geo_registry.domain.ring_bounds import Geometries

_CHUNK = 1000
"""Pairs at a time: their coordinates stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Given:
    """One site: the approvals in force, and the survey to judge (work plane)."""

    approvals: Sequence[Approval]
    survey: Survey


def levels(
    pairs: Pairs,
    parameters: Parameters = DEFAULT,
    *,
    dilated: Geometries | None = None,
    threads: int = 1,
) -> Levels:
    """:func:`~geo_registry.domain.boundary_screen.screen` of any number of pairs, side by side.

    The operations on arrays run outside Python's lock, so two threads use two cores.
    """

    def part(rows: slice) -> Levels:
        return screen(pairs.only(rows), parameters, None if dilated is None else dilated[rows])

    chunks = [slice(at, at + _CHUNK) for at in range(0, len(pairs), _CHUNK)]
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate([np.zeros(0, dtype=np.int8), *pool.map(part, chunks)])


def judge_each(
    sites: Sequence[Given],
    plane: WorkPlane,
    parameters: Parameters = DEFAULT,
    *,
    full: bool = False,
    threads: int = 2,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[Verdict]:
    """The verdict on each site, in order: the same as ``assess`` gives one by one.

    Where screening proves that nothing was found, the numbers that need an overlay are NaN (see
    :func:`~geo_registry.domain.encroachment.quiet`), unless ``full`` asks for them. Sites with
    several approvals are always judged in full; so is what screening leaves undecided or found.
    """
    screened = np.full(len(sites), UNDECIDED, dtype=np.int8)
    single = [i for i, s in enumerate(sites) if _is_single(s)]
    if single and not full:
        screened[single] = levels(_pairs([sites[i] for i in single]), parameters, threads=threads)

    def judged(at: int) -> Verdict:
        level, site = int(screened[at]), sites[at]
        if level != UNDECIDED and not words(level).found:
            return quiet(site.approvals, site.survey, plane, words(level), parameters)
        return assess(site.approvals, site.survey, plane, parameters)

    with ThreadPoolExecutor(threads) as pool:
        for found in pool.map(judged, range(len(sites))):
            advance(1)
            yield found


def _is_single(site: Given) -> bool:
    """One granting approval, in force: what screening speaks of."""
    return len(site.approvals) == 1 and site.approvals[0].effect != "reduces"


def _pairs(sites: Sequence[Given]) -> Pairs:
    def metres(values: Iterator[float]) -> Any:
        return np.fromiter(values, dtype=np.float64, count=len(sites))

    approved = [s.approvals[0] for s in sites]
    surveys = [s.survey for s in sites]
    return Pairs(
        np.array([a.extent for a in approved], dtype=object),
        np.array([s.extent for s in surveys], dtype=object),
        metres(a.accuracy.sigma_m for a in approved),
        metres(a.accuracy.vertex_m for a in approved),
        metres(s.accuracy.sigma_m for s in surveys),
        metres(s.accuracy.vertex_m for s in surveys),
        np.array([s.complete_trace for s in surveys], dtype=bool),
    )
