"""One proposed name against the names of a country, and against many more, on the server.

``python bench/lookup.py [--rows 2000000] [--queries 2000]``. A scratch cluster gets the
committees of the country as the product stores them, then as many made-up ones as asked for (12
000 000 takes some ten minutes and as many gigabytes): the real names dealt out again over the
counties. Measured is the statement with which a check looks for names that are alike in any key,
from one connection, beside an empty round trip, turn about; half of the names exist, half are
changed in one character.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars
from sqlalchemy import Connection, Engine, text

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.report import Row, national_names, publish  # noqa: E402
from geo_registry import reference as tables  # noqa: E402
from geo_registry.domain.name_columns import NameColumns  # noqa: E402
from geo_registry.domain.reference import Reference  # noqa: E402
from geo_registry.domain.toponym import parse  # noqa: E402
from geo_registry.settings import DEFAULT_PROFILE, shipped  # noqa: E402
from geo_registry.store.database import create_engine, migrate  # noqa: E402
from geo_registry.store.queries import query  # noqa: E402
from geo_registry.store.scratch import scratch_cluster  # noqa: E402

WANTED = 5.0
"""The most that 99 of 100 look-ups may take, as a multiple of the same share of round trips."""

KEYS = ("full", "stem", "core", "toned", "toneless", "dialect", "lookalike")
_COLUMNS = ("code", "parent_code", "name", *(f"key_{key}" for key in KEYS))
ON = date(2026, 1, 1)


def main(arguments: list[str] | None = None) -> int:
    """Load, measure at both sizes, print a table."""
    asked = _parser().parse_args(arguments)
    reference = tables.load(shipped("data"))
    path, source = national_names()
    real = _with_keys(path, reference)
    rows: list[Row] = []
    with scratch_cluster() as cluster:
        engine = create_engine(cluster.create_database("bench"))
        migrate(engine)
        indexes = _without_indexes(engine)
        _copy(engine, real)
        _rebuild(engine, indexes)
        rows += _measured(engine, f"{real.height:,} names", real, asked.queries, reference)
        if asked.rows:
            _without_indexes(engine)
            _deal_out(engine, real, asked.rows)
            _rebuild(engine, indexes)
            size = f"{real.height + asked.rows:,} names"
            rows += _measured(engine, size, real, asked.queries, reference)
        engine.dispose()
    publish("lookup", f"{source}; {asked.queries} queries; wanted: p99 within 5 round trips", rows)
    return 0


def _measured(
    engine: Engine, size: str, real: polars.DataFrame, queries: int, reference: Reference
) -> list[Row]:
    wanted = _proposed(real, queries, reference)
    empty, found, alike = [], [], 0
    with engine.connect().execution_options(postgresql_readonly=True) as connection:
        for given in wanted[:200]:  # warm: the statement is prepared, the pages are read
            _alike(connection, given)
        for given in wanted:
            started = time.perf_counter()
            connection.execute(text("SELECT 1")).all()
            between = time.perf_counter()
            alike += _alike(connection, given)
            empty.append(between - started)
            found.append(time.perf_counter() - between)
    rest = _percentile(empty, 0.99)
    told = {"alike a query": round(alike / len(wanted), 1)}
    return [
        Row(f"empty round trip beside {size}", median(empty), 1.0, "itself", p99=rest),
        Row(
            f"names alike among {size}",
            median(found),
            _percentile(found, 0.99) / rest,
            "round trip (p99 / p99)",
            p99=_percentile(found, 0.99),
            told=told,
        ),
    ]


def _alike(connection: Connection, given: dict[str, Any]) -> int:
    return len(connection.execute(query("gazetteer_alike"), given).all())


def _percentile(took: list[float], share: float) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]


def _proposed(real: polars.DataFrame, count: int, reference: Reference) -> list[dict[str, Any]]:
    """Names as a check would look for them: every other one with its first character changed."""
    choose = random.Random(7)
    found = []
    for row in real.sample(count, seed=7).iter_rows(named=True):
        name = row["name"]
        if choose.random() < 0.5:
            name = choose.choice("张王李赵东西南北大小新平安和") + name[1:]
        keys = parse(name, "committee_seat", reference).keys
        looked_for = {f"key_{key}": getattr(keys, key) for key in KEYS}
        found.append(
            {
                **looked_for,
                "counties": [row["code"][:6]],
                "day": ON,
                "batch": None,
                "built_up": None,
            }
        )
    return found


def _with_keys(path: Path, reference: Reference) -> polars.DataFrame:
    table = polars.read_parquet(path).with_columns(polars.col("area_code").cast(polars.String))
    names = NameColumns.of(
        table["name"],
        table["area_code"],
        place_class="committee_seat",
        scope_kinds=("legal_county",),
        reference=reference,
        profile=tables.load_profile(shipped("data"), DEFAULT_PROFILE),
        on=ON,
    )
    keys = [names.keys(key, names.name_of).alias(f"key_{key}") for key in KEYS]
    table = table.with_columns(parent_code=polars.col("code").str.head(9)).with_columns(keys)
    return table.select(_COLUMNS)


def _deal_out(engine: Engine, real: polars.DataFrame, rows: int) -> None:
    """Made-up committees: real names in other counties, with codes that no real one has."""
    names = real.drop("code", "parent_code")
    choose = np.random.default_rng(11)
    made = 0
    while made < rows:
        size = min(real.height, rows - made)
        codes = real["code"].head(size).str.head(9) + polars.Series(
            [f"X{made // real.height:02}{number:06}" for number in range(size)]
        )
        dealt = names[choose.permutation(real.height)[:size]]
        parents = codes.str.head(9).alias("parent_code")
        _copy(engine, dealt.with_columns(codes.alias("code"), parents).select(_COLUMNS))
        made += size


def _copy(engine: Engine, rows: polars.DataFrame) -> None:
    """Into the list of divisions, as a restore does it: without history of every row."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("SET session_replication_role = replica")
        named = ", ".join(_COLUMNS)
        cursor.execute(f"CREATE TEMP TABLE incoming ({named.replace(',', ' text,')} text)")
        with cursor.copy(f"COPY incoming ({named}) FROM STDIN (FORMAT csv)") as sink:  # type: ignore[attr-defined]
            for piece in rows.iter_slices(100_000):
                sink.write(piece.write_csv(include_header=False))
        cursor.execute(
            f"INSERT INTO registry.admin_division ({named}, code_system, level, source, full_name) "  # noqa: S608
            f"SELECT {named}, 'nbs', 5, 'bench', name FROM incoming"
        )
        cursor.execute("DROP TABLE incoming")
        cursor.execute("SET session_replication_role = origin")
        raw.commit()
    finally:
        raw.close()


def _without_indexes(engine: Engine) -> list[str]:
    """Drop the indexes of the list, which slow the load down; give what makes them again."""
    with engine.begin() as connection:
        found = connection.execute(
            text(
                "SELECT indexname, indexdef FROM pg_indexes "
                "WHERE schemaname = 'registry' AND tablename = 'admin_division' "
                " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            )
        ).all()
        for name, _ in found:
            connection.execute(text(f"DROP INDEX registry.{name}"))
    return [definition for _, definition in found]


def _rebuild(engine: Engine, indexes: list[str]) -> None:
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for definition in indexes:
            connection.execute(text(definition))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE registry.admin_division"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000, help="made-up names besides")
    parser.add_argument("--queries", type=int, default=2_000)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
