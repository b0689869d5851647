"""Verdicts on many boundaries beside overlays: geopandas, shapely, PostGIS, as ratios of one run.

``python bench/boundaries.py [--pairs N] [--rounds N] [--all N]``. The made-up sites
(:mod:`bench.synthetic_boundaries`) lie in memory as shapely polygons in a plane, and in a scratch
database as geometry (PostGIS measures as people do, on the geography of degrees). Every program
works on the same pairs, turn about. Ours gives the verdict of each pair; the overlays give an area,
and accuse where it is above a fixed 20 m². A sample is judged in full as well, pair by pair: the
verdicts must be the same, else the program ends with 1.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from sqlalchemy import text

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.report import Row, publish  # noqa: E402
from bench.synthetic_boundaries import (  # noqa: E402
    APPROVED_SIGMA_M,
    OBSERVED_SIGMA_M,
    SyntheticBoundaries,
    synthetic_boundaries,
)
from geo_registry.domain.boundary_screen import (  # noqa: E402
    LEVELS,
    UNDECIDED,
    Pairs,
    dilations,
)
from geo_registry.domain.cemetery import Accuracy, Approval, Survey  # noqa: E402
from geo_registry.domain.crs import WorkPlane  # noqa: E402
from geo_registry.domain.encroachment import assess  # noqa: E402
from geo_registry.services.boundaries.screening_boundaries import levels  # noqa: E402
from geo_registry.store.database import create_engine  # noqa: E402
from geo_registry.store.scratch import scratch_cluster  # noqa: E402

PLANE = WorkPlane(123)
OPENED_M, AREA_M2 = 1.0, 20.0
APPROVED = Accuracy(APPROVED_SIGMA_M, APPROVED_SIGMA_M / 2**0.5)
OBSERVED = Accuracy(OBSERVED_SIGMA_M, OBSERVED_SIGMA_M / 2**0.5)
OURS = "verdicts, kept dilations, 1 thread"
_POSTGIS = (
    "SELECT count(*) FILTER (WHERE area > 20) FROM (SELECT ST_Area(ST_Transform(ST_SetSRID("
    "ST_Difference(b.geom, a.geom), 4550), 4490)::geography) AS area "
    "FROM observed b JOIN approved a USING (id)) AS outside"
)


def pairs_of(made: SyntheticBoundaries) -> Pairs:
    """The pairs with the accuracies that their files would state."""

    def all_of(value: float) -> Any:
        return np.full(len(made.approved), value)

    return Pairs(
        made.approved,
        made.observed,
        all_of(APPROVED.sigma_m),
        all_of(APPROVED.vertex_m),
        all_of(OBSERVED.sigma_m),
        all_of(OBSERVED.vertex_m),
        np.ones(len(made.approved), dtype=bool),
    )


def main(arguments: list[str] | None = None) -> int:
    """Compare, print a table, and end with 1 where a verdict differs."""
    asked = _parser().parse_args(arguments)
    made = synthetic_boundaries(asked.pairs)
    pairs = pairs_of(made)
    kept = dilations(pairs)
    told, wrong = _against_each(made, pairs, asked.sample)
    with scratch_cluster() as cluster:
        engine = create_engine(cluster.create_database("bench"))
        with engine.begin() as connection:
            _load(connection, made)
        programs: dict[str, Callable[[], int]] = {
            OURS: lambda: int((levels(pairs, dilated=_fresh(kept)) > 1).sum()),
            "verdicts, kept dilations, 2 threads": lambda: int(
                (levels(pairs, dilated=_fresh(kept), threads=2) > 1).sum()
            ),
            "verdicts, dilations made, 1 thread": lambda: int((levels(pairs) > 1).sum()),
            "verdicts, dilations made, 2 threads": lambda: int(
                (levels(pairs, threads=2) > 1).sum()
            ),
            "geopandas.overlay": lambda: _overlay(made),
            "shapely difference": lambda: _difference(made),
            "shapely difference + opening": lambda: _opened(made),
            "PostGIS ST_Difference + geography": lambda: _postgis(engine),
        }
        took: dict[str, list[float]] = {name: [] for name in programs}
        found: dict[str, int] = {}
        for _ in range(asked.rounds):
            for name, program in programs.items():
                started = time.perf_counter()
                found[name] = program()
                took[name].append(time.perf_counter() - started)
        engine.dispose()
    medians = {name: statistics.median(seconds) for name, seconds in took.items()}
    rows = [
        Row(name, seconds, seconds / medians[OURS], OURS, told={"flagged": found[name]})
        for name, seconds in medians.items()
    ]
    if asked.all:
        rows.append(_all(asked.all))
    about = f"{len(pairs):,} pairs, {int(made.grew.sum()):,} of them grew; {asked.rounds} rounds; "
    publish("boundaries", about + told, rows)
    return int(wrong > 0)


def _fresh(dilated: Any) -> Any:
    """Kept dilations as they come from a file: not prepared."""
    shapely.destroy_prepared(dilated)
    return dilated


def _against_each(made: SyntheticBoundaries, pairs: Pairs, sample: int) -> tuple[str, int]:
    """How often a screened verdict differs from the full one, over the first pairs."""
    found = levels(pairs)
    wrong = 0
    for i in range(min(sample, len(pairs))):
        approval = Approval(1, "grants", made.approved[i], APPROVED, "A", None)
        survey = Survey(1, date(2024, 9, 1), "rtk", made.observed[i], OBSERVED, "A")
        full = assess([approval], survey, PLANE).geometric
        wrong += found[i] != UNDECIDED and LEVELS[found[i]] is not full
    left = int((found == UNDECIDED).sum())
    return f"{wrong} of {sample:,} verdicts differ from the full path; {left} left to it", wrong


def _all(count: int) -> Row:
    """Everything at once, for the memory; dilations are made."""
    made = synthetic_boundaries(count, seed=12)
    started = time.perf_counter()
    found = levels(pairs_of(made), threads=2)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "flagged": int((found > 1).sum()),
        "left to the full path": int((found == UNDECIDED).sum()),
    }
    title = f"verdicts on {count:,} pairs, dilations made, 2 threads"
    return Row(title, seconds, 1.0, "itself", peak_mb=peak, told=told)


def _overlay(made: SyntheticBoundaries) -> int:
    number = np.arange(len(made.approved))
    observed, approved = (
        geopandas.GeoDataFrame({"n": number}, geometry=g, crs="EPSG:4550")
        for g in (made.observed, made.approved)
    )
    return int((geopandas.overlay(observed, approved, how="difference").area > AREA_M2).sum())


def _difference(made: SyntheticBoundaries) -> int:
    return int((shapely.area(shapely.difference(made.observed, made.approved)) > AREA_M2).sum())


def _opened(made: SyntheticBoundaries) -> int:
    outside = shapely.difference(made.observed, made.approved)
    opened = shapely.buffer(shapely.buffer(outside, -OPENED_M), OPENED_M)
    return int((shapely.area(opened) > AREA_M2).sum())


def _load(connection: Any, made: SyntheticBoundaries) -> None:
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    for name, extents in (("approved", made.approved), ("observed", made.observed)):
        connection.execute(text(f"CREATE TABLE {name} (id int PRIMARY KEY, geom geometry)"))
        rows = [{"id": i, "wkb": wkb} for i, wkb in enumerate(shapely.to_wkb(extents))]
        connection.execute(
            text(f"INSERT INTO {name} VALUES (:id, ST_GeomFromWKB(:wkb))"),  # noqa: S608
            rows,
        )
        connection.execute(text(f"ANALYZE {name}"))


def _postgis(engine: Any) -> int:
    with engine.connect() as connection:
        connection.execute(text("SET max_parallel_workers_per_gather = 0"))
        return int(connection.scalar(text(_POSTGIS)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=3_000, help="pairs judged in full as well")
    parser.add_argument("--all", type=int, default=200_000, help="pairs of the last line; 0: none")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
