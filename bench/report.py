"""What the benchmarks share: the names of the country, a table on the screen, a file of figures."""

from __future__ import annotations

import csv
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars

REPOSITORY = Path(__file__).resolve().parents[1]
RESULTS = REPOSITORY / "test-output" / "bench"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a median in seconds, and its ratio to what it is compared with."""

    title: str
    seconds: float
    ratio: float
    beside: str
    peak_mb: float | None = None
    p99: float | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


def national_names() -> tuple[Path, str]:
    """The table of village-level names of the country, and in words which one it is.

    The national table is not part of the product. Without it the names of the shipped district are
    repeated, each time in an area of their own with another character before every name, which
    shows whether everything runs and little more.
    """
    shared = Path(os.environ.get("GEO_REGISTRY_SHARED", REPOSITORY.parent / "shared"))
    real = shared / "data" / "divisions" / "cn_villages_nbs2023.parquet"
    if real.exists():
        return real, "620,573 real names (statistical list of 2023)"
    made = RESULTS / "made_up_names.parquet"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        _made_up().write_parquet(made)
    return made, "620,000 names made from those of the shipped district; the real table is not here"


def _made_up() -> polars.DataFrame:
    with (REPOSITORY / "data" / "names" / "tgscc_8105.tsv").open(encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    characters = [row["char"] for row in csv.DictReader(lines, delimiter="\t")][:1_090]
    district = polars.read_csv(
        REPOSITORY / "data" / "divisions" / "huancui_villages.csv", infer_schema=False
    )["name"]
    return polars.concat(
        polars.DataFrame(
            {
                "code": [f"{100000 + i}{n:06}" for n in range(len(district))],
                "name": polars.Series([character]).new_from_index(0, len(district)) + district,
                "street_code": [f"{100000 + i}001"] * len(district),
                "area_code": [str(100000 + i)] * len(district),
            }
        )
        for i, character in enumerate(characters)
    )


def publish(name: str, about: str, rows: Sequence[Row]) -> None:
    """Print the table in Markdown and write it to ``test-output/bench``."""
    lines = [
        "| what | median | ratio | of | peak memory | found |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        median = f"{row.seconds:.3f} s" if row.seconds >= 0.1 else f"{row.seconds * 1000:.2f} ms"
        p99 = "" if row.p99 is None else f", p99 {row.p99 * 1000:.2f} ms"
        peak = "" if row.peak_mb is None else f"{row.peak_mb:.0f} MB"
        told = ", ".join(f"{k} {v:,}" for k, v in row.told.items())
        lines.append(
            f"| {row.title} | {median}{p99} | {row.ratio:.1f}× | {row.beside} | {peak} | {told} |"
        )
    sys.stdout.write(f"{about}\n{machine()}\n\n" + "\n".join(lines) + "\n")
    RESULTS.mkdir(parents=True, exist_ok=True)
    content = {"about": about, "machine": machine(), "rows": [asdict(row) for row in rows]}
    (RESULTS / f"{name}.json").write_text(
        json.dumps(content, ensure_ascii=False, indent=2), "utf-8"
    )


def machine() -> str:
    """The machine and the moment, for whoever compares figures later."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    machine = f"{os.cpu_count()} cores ({platform.machine()})"
    return f"{machine}, Python {platform.python_version()}, load {load}, {now}"
