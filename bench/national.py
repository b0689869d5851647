"""The scan of a country's names beside its floor and beside Splink, as ratios.

``python bench/national.py [--rounds N] [--province 37] [--without-splink]``. Every program runs
in a process of its own, turn about; its clock starts when its libraries are imported and stops
when the findings are there, so that reading the file and loading the tables count and Python's
start does not. The floor reads two columns and groups once by area and name.

Splink twice: as a user would set it up (blocked on the county, Jaro-Winkler on the name, trained
and predicted by its own defaults), on one province, because the 100 million pairs of the country
need more memory than a clerk's machine has; and on the keys that this product computes,
ready-made, blocked on them, which is the least that Splink can be asked.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.report import Row, national_names, publish  # noqa: E402

if TYPE_CHECKING:
    from geo_registry.domain.rule import Rule


class Clock:
    """Seconds since it was made: by the wall, and of the processor (all threads)."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def stopped(self) -> tuple[float, float]:
        """Both."""
        return time.perf_counter() - self._wall, time.process_time() - self._processor


Took = tuple[tuple[float, float], dict[str, int]]
"""Seconds by the wall and of the processor, and what was found."""

HEAVY = ("pn.uniq.village_seat_county", "pn.uniq.homophone")


def floor(path: Path, _province: str) -> Took:
    """Read name and area, group once, keep the groups of several."""
    clock = Clock()
    table = polars.read_parquet(path, columns=["name", "area_code"])
    groups = table.group_by("area_code", "name").len().filter(polars.col("len") > 1)
    return clock.stopped(), {"groups": groups.height}


def heavy_rules(path: Path, _province: str) -> Took:
    """Equal and equal-sounding names: judged and worded findings."""
    return _scan(path, HEAVY)


def all_rules(path: Path, _province: str) -> Took:
    """Every name rule."""
    return _scan(path, ())


def province(path: Path, province: str) -> Took:
    """Equal and equal-sounding names of one province, beside Splink's of the same."""
    return _scan(path, HEAVY, province)


def heavy_on_keys(path: Path, _province: str) -> Took:
    """Equal and equal-sounding names where the keys are ready, as Splink gets them."""
    from geo_registry.domain.judged_columns import judged
    from geo_registry.rules import catalogue

    names = _named(polars.read_parquet(path, columns=["name", "area_code"]))
    for key in ("core", "toneless"):
        names.sharing(key)
    rules = [catalogue()[rule] for rule in HEAVY]

    def found_by(rule: Rule) -> int:
        hits = rule.columns(names) if rule.columns else None
        return 0 if hits is None else judged(rule, hits, names.on).height

    clock = Clock()
    with ThreadPoolExecutor(2) as threads:  # as a scan does, and as DuckDB under Splink
        found = sum(threads.map(found_by, rules))
    return clock.stopped(), {"findings": found}


def splink_names(path: Path, province: str) -> Took:
    """Splink as a user would set it up: county blocks, Jaro-Winkler on the name, one province."""
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    clock = Clock()
    table = _rows(path, province).select("unique_id", "name", "area_code")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[compare.JaroWinklerAtThresholds("name", [0.95, 0.88])],
        blocking_rules_to_generate_predictions=[block_on("area_code")],
    )
    linker = Linker(DuckDBAPI().register(table), settings)
    return _trained(linker, [block_on("area_code", "name")], block_on("area_code"), clock)


def splink_keys(path: Path, _province: str) -> Took:
    """Splink on the ready-made keys of the country, blocked on them."""
    import splink.comparison_library as compare
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    table = _with_keys(path)
    clock = Clock()
    blocks = [block_on("area_code", "core"), block_on("area_code", "toneless")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[compare.ExactMatch("core"), compare.ExactMatch("toneless")],
        blocking_rules_to_generate_predictions=blocks,
    )
    linker = Linker(DuckDBAPI().register(table), settings)
    return _trained(linker, blocks[:1], blocks[1], clock)


PROGRAMS: dict[str, Callable[[Path, str], Took]] = {
    "floor": floor,
    "heavy_rules": heavy_rules,
    "all_rules": all_rules,
    "province": province,
    "heavy_on_keys": heavy_on_keys,
    "splink_keys": splink_keys,
    "splink_names": splink_names,
}
TITLES = {
    "floor": "floor: read + one group-by",
    "heavy_rules": "exact + homophone findings",
    "all_rules": "all name rules",
    "province": "exact + homophone, one province",
    "heavy_on_keys": "exact + homophone findings, keys ready-made",
    "splink_keys": "Splink on the same ready-made keys",
    "splink_names": "Splink, county blocks, Jaro-Winkler, one province",
}


def _scan(path: Path, ids: tuple[str, ...], province: str = "") -> Took:
    from geo_registry import reference
    from geo_registry.rules import catalogue
    from geo_registry.services.names.table_scan import read_asked, scan_table
    from geo_registry.settings import Settings

    rules = [catalogue()[rule] for rule in ids] or None
    import numpy.ma  # noqa: F401 - a library that polars imports at its first array

    reference.load.cache_clear()  # the examples of the rules have loaded it; loading counts
    clock = Clock()
    asked = read_asked(path, "name", "area_code", Settings.from_environment())
    inside = asked.scopes.str.starts_with(province) if province else polars.Series([True])
    scan = scan_table(
        asked.names.filter(inside),
        asked.scopes.filter(inside),
        place_class="committee_seat",
        compare="core",
        reference=asked.reference,
        profile=asked.profile,
        on=date(2026, 1, 1),
        rules=rules,
    )
    found = scan.frame()
    return clock.stopped(), {"findings": found.height}


def _rows(path: Path, province: str) -> polars.DataFrame:
    table = polars.read_parquet(path).with_columns(polars.col("area_code").cast(polars.String))
    table = table.filter(polars.col("area_code").str.starts_with(province))
    return table.with_row_index("unique_id")


def _with_keys(path: Path) -> polars.DataFrame:
    table = _rows(path, "")
    names = _named(table)
    keys = [names.keys(key, names.name_of).alias(key) for key in ("core", "toneless")]
    return table.select("unique_id", "area_code").with_columns(keys)


def _named(table: polars.DataFrame) -> Any:
    from geo_registry import reference
    from geo_registry.domain.name_columns import NameColumns
    from geo_registry.settings import DEFAULT_PROFILE, shipped

    data = shipped("data")
    return NameColumns.of(
        table["name"],
        table["area_code"].cast(polars.String),
        place_class="committee_seat",
        scope_kinds=("legal_county",),
        reference=reference.load(data),
        profile=reference.load_profile(data, DEFAULT_PROFILE),
        on=date(2026, 1, 1),
    )


def _trained(linker: Any, same: list[Any], block: Any, clock: Clock) -> Took:
    linker.training.estimate_probability_two_random_records_match(same, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block)
    pairs = linker.inference.predict(threshold_match_weight=0.0).as_duckdbpyrelation()
    count = int(pairs.aggregate("count(*)").fetchall()[0][0])
    return clock.stopped(), {"pairs": count}


def main(arguments: list[str] | None = None) -> int:
    """Run every program in turn, print a table of medians and ratios."""
    asked = _parser().parse_args(arguments)
    path, source = national_names()
    if asked.program:
        (seconds, processor), told = PROGRAMS[asked.program](path, asked.province)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(
            "\n"
            + json.dumps({"seconds": seconds, "processor": processor, "peak_mb": peak, **told})
            + "\n"
        )
        return 0
    names = [n for n in PROGRAMS if not (asked.without_splink and n.startswith("splink"))]
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for turn in range(asked.rounds):
        for name in names:
            # Splink takes as long as all the rest together and varies little.
            if turn < 2 or not name.startswith("splink"):
                runs[name].append(_run(name, asked.province))
    medians = {n: statistics.median(r["seconds"] for r in found) for n, found in runs.items()}
    processor = {n: statistics.median(r["processor"] for r in found) for n, found in runs.items()}
    rows = [
        Row(
            TITLES[name],
            seconds=medians[name],
            ratio=medians[name] / medians[BESIDE.get(name, "floor")],
            beside=TITLES[BESIDE.get(name, "floor")].split(":")[0],
            peak_mb=max(r["peak_mb"] for r in found),
            told={k: v for k, v in found[0].items() if k not in MEASURED}
            | {"processor s": round(processor[name], 2)},
        )
        for name, found in runs.items()
    ]
    publish("national", f"{source}; province {asked.province}; {asked.rounds} rounds", rows)
    return 0


MEASURED = frozenset({"seconds", "processor", "peak_mb"})
BESIDE = {"splink_names": "province", "splink_keys": "heavy_on_keys"}
"""What Splink is compared with; everything else stands beside the floor."""


def _run(name: str, province: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--program", name, "--province", province]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--province", default="37", help="first digits of the county codes")
    parser.add_argument("--without-splink", action="store_true")
    parser.add_argument("--program", choices=PROGRAMS, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
