"""How likely an extension of a given depth is found: the detection curve of docs/encroachment.md.

``python bench/detection_curve.py [--draws N] [--write]``. Takes the outlines of real cemeteries
(OpenStreetMap; not part of the product, without them the made-up ones of
:mod:`bench.synthetic_boundaries`), adds land to each, measures it with errors and counts the
verdicts. Depths are in standard errors σ of both boundaries together, so the curve holds for any
instrument. Land is added along one side (the eastern half) or as a lobe ten σ wide on the line.
Errors: a common shift and independent corners, half of the variance each. Seeded, so that it is
the same each time; ``--write`` renews the figure and its table.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.synthetic_boundaries import synthetic_boundaries  # noqa: E402
from geo_registry.domain.cemetery import Accuracy, Approval, Survey  # noqa: E402
from geo_registry.domain.crs import WorkPlane  # noqa: E402
from geo_registry.domain.encroachment import Level, assess  # noqa: E402
from geo_registry.domain.errors import RegistryError  # noqa: E402
from geo_registry.domain.rings import clean  # noqa: E402

DEPTHS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Added depth in standard errors."""
ADDED = {"side": "沿一侧扩建", "lobe": "局部凸出（宽 10 σ）"}
SIGMA_M = 0.5
APPROVED = Accuracy(0.1, 0.0)
OBSERVED = Accuracy(math.sqrt(SIGMA_M**2 - 0.1**2), math.sqrt(SIGMA_M**2 / 2))
SEED = 11
FIGURE = REPOSITORY / "docs" / "images" / "detection-curve"
_FILES = ("osm_cemeteries.geojson", "nyc_osm_cemeteries_2026-06.geojson")


def main(arguments: list[str] | None = None) -> int:
    """Count, print the table, and renew the figure where that is asked for."""
    asked = _parser().parse_args(arguments)
    sites, source = outlines()
    counts = curve(sites, asked.draws)
    sys.stdout.write(f"{len(sites)} outlines, {source}; {asked.draws} draws each\n\n")
    sys.stdout.write(_in_words(counts))
    if asked.write:
        FIGURE.parent.mkdir(parents=True, exist_ok=True)
        counts.write_csv(FIGURE.with_suffix(".csv"), float_precision=4)
        FIGURE.with_suffix(".svg").write_text(drawn(counts), encoding="utf-8")
    return 0


def outlines() -> tuple[list[BaseGeometry], str]:
    """The approved extents in a work plane (metres), and in words whose they are."""
    shared = Path(os.environ.get("GEO_REGISTRY_SHARED", REPOSITORY.parent / "shared"))
    files = [shared / "data" / "cemetery" / name for name in _FILES]
    if not all(f.exists() for f in files):
        made = synthetic_boundaries(200, seed=SEED)
        return list(made.approved), "made up (the real ones are not here)"
    found = []
    for file in files:
        for outline in shapely.from_geojson(file.read_text("utf-8")).geoms:
            plane = WorkPlane.containing(outline.centroid.x)
            try:
                found.append(clean(plane.to_plane(outline)).extent)
            except RegistryError:
                continue
    return found, "real cemeteries of OpenStreetMap"


def curve(sites: list[BaseGeometry], draws: int) -> polars.DataFrame:
    """The share of each verdict by kind of extension and depth."""
    rows = []
    for kind in ADDED:
        for depth in DEPTHS:
            random = np.random.default_rng((SEED, zlib.crc32(kind.encode()), round(depth * 10)))
            found = [
                _verdict(site, kind, depth * SIGMA_M, random)
                for site in sites
                for _ in range(draws)
            ]
            shares = {str(level): found.count(level) / len(found) for level in Level}
            rows.append({"added": kind, "depth_sigma": depth, **shares})
    return polars.DataFrame(rows)


def _verdict(site: BaseGeometry, kind: str, depth_m: float, random: np.random.Generator) -> Level:
    built = site if depth_m == 0.0 else polygonal_union(site, _added(site, kind, depth_m, random))
    seen = measured(built, random)
    approval = Approval(1, "grants", site, APPROVED, "A", None)
    survey = Survey(1, date(2024, 9, 1), "rtk", seen, OBSERVED, "A")
    return assess([approval], survey, WorkPlane(123)).verdict


def _added(
    site: BaseGeometry, kind: str, depth_m: float, random: np.random.Generator
) -> BaseGeometry:
    """The land that is added; on no other side anything changes."""
    wide = site.buffer(depth_m, join_style="mitre", mitre_limit=2.0)
    if kind == "side":
        west, south, east, north = wide.bounds
        return wide.intersection(shapely.box((west + east) / 2.0, south, east, north))
    outline = max(shapely.get_parts(site), key=lambda p: p.area).exterior
    place = outline.interpolate(random.uniform(0.0, outline.length))
    return wide.intersection(place.buffer(max(5.0 * SIGMA_M, depth_m)))


def polygonal_union(site: BaseGeometry, land: BaseGeometry) -> BaseGeometry:
    """Both as one valid extent."""
    return clean(shapely.union_all([site, land])).extent


def measured(truth: BaseGeometry, random: np.random.Generator) -> BaseGeometry:
    """A survey of an extent: shifted as a whole, and each corner off by chance."""
    shift = random.normal(0.0, OBSERVED.shift_m, 2)

    def err(points: NDArray[np.float64]) -> NDArray[np.float64]:
        off = random.normal(0.0, OBSERVED.vertex_m, points.shape)
        same: dict[bytes, Any] = {}
        for at, point in enumerate(points):  # rings stay closed
            off[at] = same.setdefault(point.tobytes(), off[at])
        return points + shift + off

    return clean(shapely.transform(truth, err)).extent


def _in_words(counts: polars.DataFrame) -> str:
    lines = ["| added | depth (σ) | suspected or worse | confirmed |", "| --- | --- | --- | --- |"]
    for row in counts.iter_rows(named=True):
        worse = row["suspected"] + row["confirmed"]
        said = f"{row['depth_sigma']:.0f} | {worse:.1%} | {row['confirmed']:.1%} |"
        lines.append(f"| {row['added']} | {said}")
    return "\n".join(lines) + "\n"


# ---- the figure ----------------------------------------------------------------------------------

_LEFT, _TOP, _WIDE, _HIGH = 64, 24, 560, 300
_COLOURS = {"side": "#1f5fa8", "lobe": "#b5541c"}


def drawn(counts: polars.DataFrame) -> str:
    """The curves as SVG: whole lines for suspected or worse, broken ones for confirmed."""

    def at(depth: float, share: float) -> str:
        return f"{_LEFT + _WIDE * depth / DEPTHS[-1]:.1f},{_TOP + _HIGH * (1 - share):.1f}"

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 400" font-family="sans-serif" '
        'font-size="13" role="img"><title>扩建深度与发现概率</title>',
        '<rect width="660" height="400" fill="#fff"/>',
    ]
    for tick in (0.0, 0.1, 0.25, 0.5, 0.75, 1.0):
        y = _TOP + _HIGH * (1 - tick)
        parts.append(f'<path d="M{_LEFT} {y:.1f}h{_WIDE}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:.0%}</text>')
    for depth in DEPTHS:
        x = _LEFT + _WIDE * depth / DEPTHS[-1]
        y = _TOP + _HIGH + 18
        parts.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{depth:.0f}</text>')
    middle = _LEFT + _WIDE / 2
    parts.append(
        f'<text x="{middle}" y="{_TOP + _HIGH + 40}" text-anchor="middle">'
        "扩建深度（σ：两条边界合起来的单轴中误差）</text>"
    )
    for row, (kind, title) in enumerate(ADDED.items()):
        own = counts.filter(polars.col("added") == kind)
        worse = (own["suspected"] + own["confirmed"]).to_list()
        depths = own["depth_sigma"].to_list()
        for shares, dash, word in (
            (worse, "", "疑似及以上"),
            (own["confirmed"].to_list(), "6 4", "测量确认"),
        ):
            line = " ".join(at(d, s) for d, s in zip(depths, shares, strict=True))
            style = f'stroke="{_COLOURS[kind]}" stroke-width="2" stroke-dasharray="{dash}"'
            parts.append(f'<polyline points="{line}" fill="none" {style}/>')
            y = _TOP + 170 + 44 * row + (22 if dash else 0)
            parts.append(f'<path d="M390 {y}h34" {style}/>')
            parts.append(f'<text x="432" y="{y + 4}">{title}：{word}</text>')
    return "\n".join(parts) + "\n</svg>\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=2, help="surveys of each outline and depth")
    parser.add_argument("--write", action="store_true", help="renew docs/images/detection-curve.*")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
