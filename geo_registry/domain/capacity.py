"""Capacity forecast: how many years the plots of a cemetery will last, with an interval.

What is used up are plots, not places in them: the second burial in a double plot takes no new one.
So the demand is the number of plots taken per year, counted in whole years back from today. Plots
are taken as a Poisson process whose rate is not known: after S plots in T years its posterior
(Jeffreys) is Gamma(S + ½) / T, the time until N plots are gone is Gamma(N) over that rate, and
their ratio follows T·N/(S + ½) times an F distribution with 2N and 2S + 1 degrees of freedom. The
interval is exact for such a process. Where the years differ more than chance allows, N and S + ½
are divided by the dispersion φ = χ²/(n - 1), which widens it (quasi-Poisson).

A test simulates cemeteries and counts how often the true time lies inside.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LEVEL = 0.9
"""The interval holds the true number of years with this probability, if the demand stays as is."""
DAYS = 365.2425
FEWEST_FOR_DISPERSION = 3
"""Years from which a dispersion can be told at all."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Plots taken in each of the last whole years, the latest first, and all burials beside."""

    taken: tuple[int, ...]
    burials: tuple[int, ...]

    @property
    def years(self) -> int:
        """How many whole years were counted."""
        return len(self.taken)

    @property
    def rate(self) -> float:
        """Plots taken per year, on average."""
        return sum(self.taken) / self.years if self.years else 0.0

    @property
    def dispersion(self) -> float:
        """φ ≥ 1: how much more the years differ than a Poisson process would."""
        mean = self.rate
        if self.years < FEWEST_FOR_DISPERSION or mean == 0.0:
            return 1.0
        chi2 = sum((x - mean) ** 2 for x in self.taken) / mean
        return max(chi2 / (self.years - 1), 1.0)


@dataclass(frozen=True, slots=True)
class Lasting:
    """Years until a number of plots is gone: the middle, and the interval of :data:`LEVEL`."""

    plots: float
    years: float
    least: float
    most: float


def demand(
    taken_on: Sequence[date], buried_on: Sequence[date], on: date, most_years: int
) -> Demand:
    """Count plots first used and burials in whole years back from a day.

    As many years as the records reach back, at most ``most_years``; fewer than one gives none.
    Days after ``on`` are left out.
    """
    past = [d for d in taken_on if d <= on]
    everything = [*past, *(d for d in buried_on if d <= on)]
    if not everything:
        return Demand((), ())
    reach = min(int((on - min(everything)).days / DAYS), most_years)
    return Demand(_by_year(past, on, reach), _by_year([d for d in buried_on if d <= on], on, reach))


def _by_year(days: Sequence[date], on: date, years: int) -> tuple[int, ...]:
    counts = [0] * years
    for day in days:
        back = int((on - day).days / DAYS)
        if back < years:
            counts[back] += 1
    return tuple(counts)


def lasting(plots: float, seen: Demand, level: float = LEVEL) -> Lasting | None:
    """How long a number of plots lasts; None where no year was counted or nothing was taken."""
    taken = sum(seen.taken)
    if not seen.years or not taken:
        return None
    if plots <= 0:
        return Lasting(0.0, 0.0, 0.0, 0.0)
    phi = seen.dispersion
    one, two = plots / phi, (taken + 0.5) / phi
    scale = seen.years * plots / (taken + 0.5)
    half = (1.0 - level) / 2.0
    least, middle, most = (scale * f_quantile(p, one, two) for p in (half, 0.5, 1.0 - half))
    return Lasting(plots, middle, least, most)


def new_plots(approved_m2: float, share: float, unit_m2: float, used_m2: float) -> int:
    """How many plots still fit on approved land of which a share may carry plots."""
    return max(math.floor((approved_m2 * share - used_m2) / unit_m2 + 1e-9), 0)


# ---- the F distribution -------------------------------------------------------------------------


def f_quantile(p: float, a: float, b: float) -> float:
    """The quantile of Gamma(a)/a over Gamma(b)/b, the F distribution with 2a and 2b degrees.

    Through the beta distribution: x/(1 + x) of the ratio x of two gammas is Beta(a, b); found by
    bisection on its distribution function.
    """
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if beta_cdf(middle, a, b) < p:
            low = middle
        else:
            high = middle
    share = (low + high) / 2.0
    return math.inf if share >= 1.0 else share / (1.0 - share) * b / a


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b) by its continued fraction (DLMF 8.17.22).

    >>> round(beta_cdf(0.5, 2.0, 3.0), 6)
    0.6875
    """
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
        + a * math.log(x) + b * math.log1p(-x)
    ) / a  # fmt: skip
    tiny = 1e-300
    c, d = 1.0, 1.0 / max(1.0 - (a + b) * x / (a + 1.0), tiny)
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / _away_from_nought(1.0 + term * d, tiny)
            c = _away_from_nought(1.0 + term / c, tiny)
            value *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return front * value


def _away_from_nought(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
