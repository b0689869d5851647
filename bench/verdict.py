"""One verdict, everything included, beside one plain `difference` of the same pair of boundaries.

``python bench/verdict.py [--pairs N] [--rounds N]``. Kinds of pairs: the made-up sites of
:mod:`bench.synthetic_boundaries`, rectangles of 100 × 60 m with a corner every ten metres, rings of
2,000 corners, and, where they are at hand, the real cemeteries at two dates (OpenStreetMap; not
part of the product). Difference and verdict take turns, pair by pair; a line is the median over
the pairs of one kind that came out alike. At most 10 is wanted of every line.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.report import Row, publish  # noqa: E402
from bench.synthetic_boundaries import (  # noqa: E402
    APPROVED_SIGMA_M,
    OBSERVED_SIGMA_M,
    synthetic_boundaries,
)
from geo_registry.domain.cemetery import Accuracy, Approval, Survey  # noqa: E402
from geo_registry.domain.crs import WorkPlane  # noqa: E402
from geo_registry.domain.encroachment import Level, assess  # noqa: E402

Pair = tuple[Approval, Survey]

PLANE = WorkPlane(123)
CORNER = 422_200.0, 4_152_400.0
WORDS = {
    Level.NONE: "nothing found",
    Level.WITHIN_TOLERANCE: "within tolerance",
    Level.SUSPECTED: "claimed",
    Level.CONFIRMED: "claimed",
}
SEED = 11


def main(arguments: list[str] | None = None) -> int:
    """Compare, and print a table."""
    asked = _parser().parse_args(arguments)
    took: dict[str, list[tuple[float, float]]] = {}
    for _ in range(asked.rounds):
        for kind, pair in pairs(asked.pairs):
            word, plain, full = _timed(*pair)
            took.setdefault(f"{kind}: {word}", []).append((plain, full))
    rows = [
        Row(
            title,
            statistics.median(full for _, full in both),
            statistics.median(full / plain for plain, full in both),
            f"difference ({statistics.median(plain for plain, _ in both) * 1e3:.3f} ms)",
            told={"pairs": len(both) // asked.rounds},
        )
        for title, both in took.items()
    ]
    publish("verdict", "one verdict beside one difference of the same pair; wanted: 10×", rows)
    return 0


def _timed(approval: Approval, survey: Survey) -> tuple[str, float, float]:
    shapely.destroy_prepared(approval.extent)
    started = time.perf_counter()
    shapely.difference(survey.extent, approval.extent)
    between = time.perf_counter()
    verdict = assess((approval,), survey, PLANE)
    return WORDS[verdict.verdict], between - started, time.perf_counter() - between


def pairs(count: int) -> Iterator[tuple[str, Pair]]:
    """Kinds of pairs by name, about ``count`` of each."""
    made = synthetic_boundaries(20 * count, seed=SEED)
    accuracies = _mixed(APPROVED_SIGMA_M), _mixed(OBSERVED_SIGMA_M)
    for grew in (False, True):
        for i in np.flatnonzero(made.grew == grew)[:count]:
            approved, observed = made.approved[i], made.observed[i]
            yield "20–200 corners", _pair(approved, observed, *accuracies)
            if not grew:
                yield "20–200 corners", _pair(approved, observed.buffer(-2.0), *accuracies)
    choose = np.random.default_rng(SEED)
    for depth in (-3.0, 0.0, 10.0):
        for _ in range(count):
            observed = _noisy(_rectangle(100.0 + depth, 60.0 + min(depth, 0.0)), 1.0, choose)
            pair = _pair(_rectangle(100.0, 60.0), observed, _mixed(0.05), Accuracy(1.0))
            yield "rectangle, 32 corners", pair
    for depth in (0.0, 20.0):
        for _ in range(max(count // 20, 2)):
            approved, observed = _large(depth, choose)
            yield "2,000 corners", _pair(approved, observed, _mixed(0.05), Accuracy(0.3))
    yield from _real()


def _mixed(sigma_m: float) -> Accuracy:
    return Accuracy(sigma_m, sigma_m / math.sqrt(2.0))


def _pair(approved: BaseGeometry, observed: BaseGeometry, known: Accuracy, seen: Accuracy) -> Pair:
    approval = Approval(1, "grants", approved, known, "A", None)
    return approval, Survey(1, date(2024, 9, 1), "rtk", observed, seen, "A")


def _rectangle(width_m: float, height_m: float) -> BaseGeometry:
    x, y = CORNER
    return shapely.box(x, y, x + width_m, y + height_m).segmentize(10.0)


def _noisy(extent: BaseGeometry, sigma_m: float, choose: np.random.Generator) -> BaseGeometry:
    corners = shapely.get_coordinates(extent)[:-1]
    corners = corners + choose.normal(0.0, sigma_m, corners.shape)
    return shapely.make_valid(shapely.Polygon(corners), method="structure")


def _large(depth_m: float, choose: np.random.Generator) -> tuple[BaseGeometry, BaseGeometry]:
    """A site of 400 m radius; one sixth of its outline moved outwards by a depth."""
    angles = np.linspace(0.0, math.tau, 2_000, endpoint=False)
    far = 400.0 * (1.0 + 0.2 * np.sin(3.0 * angles + choose.uniform(0.0, math.tau)))
    rings = []
    for out in (0.0, depth_m):
        reach = far + out * (np.abs(angles - math.pi) < math.pi / 6.0)
        rings.append(np.column_stack([reach * np.cos(angles), reach * np.sin(angles)]) + CORNER)
    return shapely.Polygon(rings[0]), _noisy(shapely.Polygon(rings[1]), 0.3, choose)


def _real() -> Iterator[tuple[str, Pair]]:
    """The same cemeteries at two dates, as satellite images see them."""
    shared = Path(os.environ.get("GEO_REGISTRY_SHARED", REPOSITORY.parent / "shared"))
    folder = shared / "data" / "cemetery"
    if not (folder / "cemetery_pairs.csv").exists():
        return
    features = json.loads((folder / "osm_cemeteries.geojson").read_text("utf-8"))["features"]
    outlines = {
        (f["properties"]["src"], f["properties"]["osm"]): shapely.geometry.shape(f["geometry"])
        for f in features
    }
    with (folder / "cemetery_pairs.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["osm_before"]]
    for row in rows:
        after = outlines[row["after"], row["osm_after"]]
        plane = WorkPlane.containing(after.centroid.x)
        before = plane.to_plane(outlines[row["before"], row["osm_before"]])
        seen = Accuracy(2.0, 2.0 * math.sqrt(0.8))
        yield "real cemeteries", _pair(before, plane.to_plane(after), seen, seen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=100, help="pairs of each kind")
    parser.add_argument("--rounds", type=int, default=3)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
