"""How deep land outside the approved land reaches (k*): where a falling function passes one.

Each evaluation widens and overlays polygons, so that few are made is all that counts.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

PRECISION = 1e-5
"""Of a level, in standard errors; above one, as a share of it."""

Point = tuple[float, float]


def deepest(
    filled: Callable[[float], float], known: dict[float, float], least: float = 0.0
) -> float:
    """The largest k with ``filled(k)`` at least 1, or 0 where even ``filled(least)`` is below it.

    ``filled`` falls with k; ``known`` are values at hand. The tip of a core is nearly a triangle,
    so its area falls with the square of k: the square root is followed, by secants for as long as
    it stays positive, then between brackets. Three to eight evaluations do what bisection needs
    thirty for.
    """

    def surplus(k: float) -> float:
        return math.sqrt(filled(k)) - 1.0

    at = {k: math.sqrt(f) - 1.0 for k, f in known.items()}
    if max(at.values(), default=-1.0) < 0.0:
        if least not in at:
            at[least] = surplus(least)
        if at[least] < 0.0:
            return 0.0
    k = max(at)
    while at[k] >= 0.0:
        before = max((j for j in at if j < k), default=k)
        fall = (at[before] - at[k]) / (k - before) if before < k else 0.0
        step = 1.02 * at[k] / fall if fall > 0.0 else k
        k += min(max(step, 0.02 * k, 1e-3), 4.0 * k + 1.0)
        at[k] = surplus(k)
    low = max(k for k, y in at.items() if y >= 0.0)
    high = min(k for k in at if k > low)
    further = min((k for k in at if k > high or k < low), key=lambda k: abs(k - low), default=None)
    third = None if further is None else (further, at[further])
    return _root(surplus, (low, at[low]), (high, at[high]), third)


def _root(
    function: Callable[[float], float], low: Point, high: Point, third: Point | None
) -> float:
    """Where a falling function is zero; ``low`` and ``high`` are (place, value) on either side."""
    x = math.nan if third is None else _root_of_three(low, high, third)
    for turn in itertools.count():
        precision = PRECISION * max(1.0, high[0])
        if high[0] - low[0] <= precision:
            break
        if turn > 8:
            x = (low[0] + high[0]) / 2.0
        elif not low[0] < x < high[0]:
            x = low[0] + (high[0] - low[0]) * low[1] / (low[1] - high[1])
        # Where an end is the root, a probe just beside it closes the bracket.
        x = min(max(x, low[0] + precision / 2.0), high[0] - precision / 2.0)
        y = function(x)
        third, low, high = (low, (x, y), high) if y >= 0.0 else (high, low, (x, y))
        guess, x = x, _root_of_three(low, high, third)
        # Interpolation converges faster than linearly: after so small a step it is there. With
        # steps four times as long a few levels in 100,000 were off by several precisions.
        if abs(x - guess) <= 5.0 * precision:
            return min(max(x, low[0]), high[0])
    return low[0]


def _root_of_three(*points: Point) -> float:
    """Inverse quadratic interpolation: the place where the parabola through them is zero.

    NaN where two of the values are equal.
    """
    (a, ya), (b, yb), (c, yc) = points
    if len({ya, yb, yc}) < 3:
        return math.nan
    return (
        a * yb * yc / ((ya - yb) * (ya - yc))
        + b * ya * yc / ((yb - ya) * (yb - yc))
        + c * ya * yb / ((yc - ya) * (yc - yb))
    )
