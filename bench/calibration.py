"""How often the verdict is wrong: false alarms of a survey where nothing was built.

    python bench/calibration.py [--draws 2000] [--seed 11]

Prints the table of docs/encroachment.md: sites × error models, with the shares of draws that come
out suspected or worse, and confirmed. The design rates are 10 % and 1 %. The first four models are
what the method assumes; heavy tails and blunders are not.
"""

from __future__ import annotations

import argparse
import math
import time
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.area_error import Outline
from geo_registry.domain.area_gain import area_test
from geo_registry.domain.boundary_tests import approved_parts, depth_test
from geo_registry.domain.cemetery import Accuracy, Approval, Survey
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.encroachment import Level, assess

SITES = ((30, 20), (100, 60), (600, 400))
ASSUMED = ("shift", "independent", "mixed", "correlated")
BEYOND = ("heavy tails", "blunders")
SHIFT_SHARE = {"shift": 1.0, "mixed": math.sqrt(0.5)}
CORRELATION_M = 30.0
SPACING_M = 10.0
DAY = date(2024, 9, 1)


def site(width_m: float, height_m: float) -> BaseGeometry:
    """A rectangle with a vertex every ten metres."""
    return shapely.box(0.0, 0.0, width_m, height_m).segmentize(SPACING_M)


def measured(
    truth: BaseGeometry, model: str, sigma_m: float, draws: int, random: np.random.Generator
) -> NDArray[Any]:
    """Many surveys of one boundary, with errors of ``sigma_m`` per axis by a model (metres)."""
    outline = Outline.of(truth)
    count = len(outline.start)
    shape = (draws, count, 2)
    if model == "shift":
        error = np.broadcast_to(random.normal(size=(draws, 1, 2)), shape)
    elif model == "mixed":
        error = (random.normal(size=(draws, 1, 2)) + random.normal(size=shape)) / math.sqrt(2.0)
    elif model == "correlated":
        decay = np.exp(-outline.distances(slice(None)) / CORRELATION_M)
        root = np.linalg.cholesky(decay + 1e-9 * np.eye(count))
        error = np.einsum("ij,djk->dik", root, random.normal(size=shape))
    elif model == "heavy tails":
        # Student's t with three degrees of freedom, scaled to the stated standard error.
        error = random.standard_t(3, size=shape) / math.sqrt(3.0)
    else:
        error = random.normal(size=shape)
    if model == "blunders":
        # One vertex of each survey is ten standard errors off.
        angle = random.uniform(0.0, 2.0 * math.pi, draws)
        at = random.integers(0, count, draws)
        error[np.arange(draws), at] += 10.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    rings = outline.corners[None] + sigma_m * error
    polygons = shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))
    broken = ~shapely.is_valid(polygons)
    polygons[broken] = shapely.buffer(polygons[broken], 0.0)
    return np.asarray(polygons)


def bounds(truth: BaseGeometry, model: str, draws: int, seed: int) -> NDArray[np.float64]:
    """The p bound of the combined verdict for surveys of a site on which nothing was built."""
    accuracy = Accuracy(1.0, SHIFT_SHARE.get(model, 0.0))
    parts = approved_parts([Approval(1, "grants", truth, Accuracy(1e-6), "A", None)], accuracy)
    found = []
    for observed in measured(truth, model, 1.0, draws, np.random.default_rng(seed)):
        depth = depth_test(parts, observed, share=0.5, chance_too=False)
        area = area_test(parts, observed, accuracy)
        found.append(2.0 * min(depth.p_bound, area.p_value))
    return np.array(found)


def verdicts(truth: BaseGeometry, model: str, draws: int, seed: int) -> dict[str, float]:
    """The share of each verdict on surveys of a site on which nothing was built.

    ``confirmed before``: by the tests alone, before single corners that stand out are told apart.
    """
    accuracy = Accuracy(1.0, SHIFT_SHARE.get(model, 0.0))
    approval = Approval(1, "grants", truth, Accuracy(1e-6), "A", None)
    found = []
    for observed in measured(truth, model, 1.0, draws, np.random.default_rng(seed)):
        survey = Survey(1, DAY, "rtk", observed, accuracy, "A")
        verdict = assess([approval], survey, WorkPlane(0))
        found.append((verdict.verdict, verdict.geometric))
    return {
        "suspected": sum(level.found for level, _ in found) / draws,
        "confirmed": sum(level is Level.CONFIRMED for level, _ in found) / draws,
        "confirmed before": sum(level is Level.CONFIRMED for _, level in found) / draws,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    started = time.monotonic()
    print("| site (m) | " + " | ".join((*ASSUMED, *BEYOND)) + " |")
    print("| --- |" + " --- |" * (len(ASSUMED) + len(BEYOND)))
    for width, height in SITES:
        cells = []
        for model in (*ASSUMED, *BEYOND):
            share = verdicts(site(width, height), model, given.draws, given.seed)
            cells.append(
                f"{share['suspected']:.1%} / {share['confirmed']:.2%}"
                f" ({share['confirmed before']:.2%})"
            )
        print(f"| {width} × {height} | " + " | ".join(cells) + " |", flush=True)
    print(f"\n{given.draws} draws a cell, seed {given.seed}, {time.monotonic() - started:.0f} s.")


if __name__ == "__main__":
    main()
