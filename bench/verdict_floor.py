"""What the overlays alone cost of a verdict that claims land: the floor under :mod:`bench.verdict`.

``python bench/verdict_floor.py [--rounds N]``. Every geometric operation that a claim cannot do
without is done by itself with plain shapely, one after the other, between one plain `difference`
and one whole verdict of the same pair, all on fresh copies; seconds of the processor, medians over
rounds and pairs. What is left between their sum and the verdict is Python and numpy.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.verdict import PLANE, Pair, pairs  # noqa: E402
from geo_registry.domain.boundary_tests import QUAD_SEGS, Z95  # noqa: E402
from geo_registry.domain.encroachment import assess  # noqa: E402

KINDS = ("real cemeteries", "rectangle, 32 corners")
_DEEP = 6.2
"""About the level of p = 10⁻⁹, standard errors."""


def main(arguments: list[str] | None = None) -> int:
    """Time the operations, and print a table a kind of pairs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args(arguments).rounds
    for kind in KINDS:
        claimed = [pair for name, pair in pairs(4) if name == kind and _claims(pair)]
        took: dict[str, list[float]] = {}
        for _ in range(rounds):
            for pair in claimed:
                for step, share in _shares(pair):
                    took.setdefault(step, []).append(share)
        print(f"{kind}: {len(claimed)} pairs with a claim, in differences of the same pair")
        for step, shares in took.items():
            print(f"  {statistics.median(shares):6.2f}  {step}")
    return 0


def _claims(pair: Pair) -> bool:
    return not assess((pair[0],), pair[1], PLANE).claim.is_empty


def _shares(pair: Pair) -> Iterator[tuple[str, float]]:
    """Each operation, and what it costs over one difference; the sum, and the whole verdict."""
    took = dict(_steps(*(shapely.from_wkb(shapely.to_wkb(p.extent)) for p in pair), pair))
    one = took.pop("one plain difference")
    whole = took.pop("the whole verdict")
    took["sum of the operations"] = sum(took.values())
    took["the whole verdict"] = whole
    yield from ((step, seconds / one) for step, seconds in took.items())


def _steps(
    approved: BaseGeometry, observed: BaseGeometry, pair: Pair
) -> Iterator[tuple[str, float]]:
    """Names and seconds of the difference, the verdict, and the operations of a claim."""
    made: list[tuple[str, float]] = []

    def done(step: str, operation: Callable[..., Any], *given: Any, **how: Any) -> Any:
        started = time.process_time()
        result = operation(*given, **how)
        made.append((step, time.process_time() - started))
        return result

    fresh = [shapely.from_wkb(shapely.to_wkb(p.extent)) for p in pair]
    done("one plain difference", shapely.difference, fresh[1], fresh[0])
    found = done(
        "the whole verdict",
        assess,
        (replace(pair[0], extent=fresh[0]),),
        replace(pair[1], extent=fresh[1]),
        PLANE,
    )
    sigma = found.depth.parts[0].relative_m
    level = found.depth.k_suspected
    outside = done("what lies outside: difference", shapely.difference, observed, approved)
    core = observed
    for name, k in (("suspected", level), ("p = 10⁻⁹", _DEEP)):
        wide = done(f"{name}: buffer", shapely.buffer, approved, k * sigma, quad_segs=QUAD_SEGS)
        core = done(f"{name}: difference", shapely.difference, core, wide)
    mitre = {"join_style": "mitre"}
    thin = done(
        "opening: buffer inwards", shapely.buffer, outside, -sigma, mitre_limit=5.0, **mitre
    )
    back = done("opening: buffer outwards", shapely.buffer, thin, sigma, mitre_limit=2.0, **mitre)
    done("opening: intersection", shapely.intersection, back, outside)
    wide = done("at least: buffer", shapely.buffer, approved, Z95 * sigma, quad_segs=QUAD_SEGS)
    left = done("at least: difference", shapely.difference, found.claim, wide)
    hull = done("depth: hull", shapely.convex_hull, left)
    corners = shapely.points(shapely.get_coordinates(hull))
    done("depth: distances", shapely.distance, corners, approved)
    yield from made


if __name__ == "__main__":
    raise SystemExit(main())
