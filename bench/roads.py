"""Grouping segments into roads, beside PostGIS: both in one run, turn about, as a ratio.

``python bench/roads.py [--segments N] [--rounds N]``. The made-up segments lie in the database as
geometry in a metric projection and in memory as shapely lines; neither reading nor loading is
timed. PostGIS clusters with ``ST_ClusterDBSCAN`` partitioned by name and scope and hands back one
line of totals, so nothing is paid for fetching. A scratch cluster is started and removed.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.synthetic_roads import SyntheticRoads, precision_and_recall, synthetic_roads  # noqa: E402
from geo_registry.domain.road import group_segments  # noqa: E402
from geo_registry.store.cluster import Cluster  # noqa: E402
from geo_registry.store.database import create_engine  # noqa: E402

TOLERANCE_M = 2.0
WANTED = 1.5
"""The most that grouping may take, as a multiple of what PostGIS takes."""

_CLUSTERED = (
    "SELECT id, ST_ClusterDBSCAN(geom, 2.0, 1) OVER (PARTITION BY name, scope) AS part, "
    "name, scope FROM piece"
)


def main(arguments: list[str] | None = None) -> int:
    """Compare, print a table, and end with 1 where an answer is wrong."""
    asked = _parser().parse_args(arguments)
    share = asked.segments / 500_000
    made = synthetic_roads(
        asked.segments,
        areas=max(round(1_000 * share), 1),
        roads=max(round(60_000 * share), 10),
        broken=max(round(2_866 * share), 1),
    )
    home = Path(tempfile.mkdtemp(prefix="geo-registry-bench-"))
    home.chmod(0o755)  # the database's user must be able to enter
    cluster = Cluster(home, scratch=True)
    try:
        cluster.start()
        engine = create_engine(cluster.create_database("bench"))
        with engine.begin() as connection:
            _load(connection, made)
        with engine.connect() as connection:
            right = _report(connection, made, asked.rounds)
        engine.dispose()
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)
    return 0 if right else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--segments", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    return parser


def _load(connection: Connection, made: SyntheticRoads) -> None:
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    connection.execute(
        text("CREATE TABLE piece (id int PRIMARY KEY, name text, scope text, geom geometry)")
    )
    driver: Any = connection.connection.driver_connection
    encoded = shapely.to_wkb(made.lines, hex=True)
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY piece (id, name, scope, geom) FROM STDIN") as copy,
    ):
        for row in zip(range(len(encoded)), made.names, made.scopes, encoded, strict=True):
            copy.write_row(row)
    connection.execute(text("ANALYZE piece"))


def _report(connection: Connection, made: SyntheticRoads, rounds: int) -> bool:
    """Check both answers against the truth, time them turn about, and print the table."""
    ours = group_segments(made.names, made.lines, made.scopes, TOLERANCE_M)
    theirs = _groups_of_postgis(connection)
    times: dict[str, list[float]] = {"group_segments": [], "ST_ClusterDBSCAN": []}
    for _ in range(max(rounds, 3)):
        times["group_segments"].append(
            _seconds(lambda: group_segments(made.names, made.lines, made.scopes, TOLERANCE_M))
        )
        times["ST_ClusterDBSCAN"].append(
            _seconds(
                lambda: connection.execute(
                    text(f"SELECT count(part), max(part) FROM ({_CLUSTERED}) c")  # noqa: S608
                ).one()
            )
        )
    print(f"roads: {len(made.names):,} segments, {made.broken:,} broken, {made.gaps:,} gaps < 2 m")
    print(f"{'':18}{'median s':>10}{'roads':>10}{'precision':>11}{'recall':>8}")
    right = True
    for name, found in (("group_segments", ours), ("ST_ClusterDBSCAN", theirs)):
        precision, recall, groups, _ = precision_and_recall(found, made.road)
        right &= precision == recall == 1.0
        median = statistics.median(times[name])
        print(f"{name:18}{median:>10.2f}{groups:>10,}{precision:>11.4f}{recall:>8.4f}")
    ratios = [a / b for a, b in zip(*times.values(), strict=True)]
    print(f"ratio (median of rounds) {statistics.median(ratios):.2f}, wanted at most {WANTED}")
    return right


def _groups_of_postgis(connection: Connection) -> np.ndarray[Any, Any]:
    rows = connection.execute(text(f"SELECT name, scope, part FROM ({_CLUSTERED}) c ORDER BY id"))  # noqa: S608
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(tuple(r), len(numbers)) for r in rows], dtype=np.int64)


def _seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
