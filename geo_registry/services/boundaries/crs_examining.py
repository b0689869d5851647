"""Examining whether boundaries lie in the system they claim: evidence, both positions, answers.

Boundaries come in their own numbers; what they are compared with are the registered extents of
their cemetery, of those around, or the district. Nothing here stores or refuses anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.crs import WorkPlane, degrees_from, geodesic_length_m
from geo_registry.domain.crs_candidates import in_degrees, typical_of
from geo_registry.domain.crs_check import PLAUSIBLE, Suspicion, suspect
from geo_registry.domain.crs_words import title_of
from geo_registry.domain.errors import BadRequest, RegistryError, Unreadable
from geo_registry.domain.old_datums import TITLES as OLD
from geo_registry.domain.old_datums import old_datum
from geo_registry.domain.rings import MOST_POINTS, require_measurable
from geo_registry.formats.vector import read_layer
from geo_registry.store.imports import Footprint

MARGIN_DEG = 0.025
"""How far around a boundary to look for the cemetery it may belong to: BD-09 is off by 1.3 km."""
FARTHEST_KM = 50.0
"""Farther than this from the district a boundary is not of this registry. The limit is a choice."""
_FITS = 0.8
"""A boundary that covers its cemetery this well (intersection over union) raises no question."""
_SAME_SHAPE = 0.5
"""How well it must fit a cemetery, under another system, that nothing else links it to."""
_SAME_SHAPE_OLD = 0.8
"""The same where an old datum would explain it: sites side by side lie as far apart as that."""
_SHOWN = 50
_DISTRICT_NAME = "本区范围"
SWAPPED = "swapped+"
"""Before the name of a system: with the axes exchanged."""
FITS, DOUBTFUL, UNTOLD = "fits", "doubtful", "untold"


def widened(bounds: Sequence[float]) -> list[float]:
    """A box (west, south, east, north in degrees) with the margin around it."""
    west, south, east, north = map(float, bounds)
    return [west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A boundary (row of the file) that looks as if it were in another system, and against what."""

    row: int
    name: str
    suspicion: Suspicion
    reference: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class CrsExamination:
    """What the check of a file came to.

    ``verdict``: ``fits``, ``doubtful``, or ``untold`` where there was nothing to compare with.
    ``evidence`` are sentences; ``positions`` GeoJSON (EPSG:4490) of the boundaries in doubt as
    declared and as suspected, with what they were compared with; ``options`` the answers that a
    person can give, each with ``accepted``, ``title`` and whether it is ``possible``.
    """

    verdict: str
    declared: str
    evidence: tuple[str, ...]
    positions: Mapping[str, Any]
    options: tuple[Mapping[str, Any], ...]
    doubts: tuple[Doubt, ...] = ()
    far: str = ""
    """A sentence where no system explains why a boundary lies far from the district."""


def keyed(declared: str, *, swapped: bool) -> str:
    """How a declared system is called in answers: marked where the axes were exchanged."""
    return f"{SWAPPED}{declared}" if swapped else declared


def examine(
    numbers: Mapping[int, BaseGeometry],
    declared: str,
    linked: Mapping[int, Footprint],
    registered: Sequence[Footprint],
    *,
    district: BaseGeometry | None = None,
    sigma_m: float = 0.0,
    swapped: bool = False,
) -> CrsExamination:
    """Compare boundaries (row → their own numbers) with what is registered, else the district.

    ``sigma_m``: standard error per axis of boundary and reference together, which says what the
    check could not have seen. ``swapped``: the numbers had their axes exchanged on reading.
    """
    doubts: list[Doubt] = []
    for row, own in numbers.items():
        doubts += _first(row, own, declared, linked.get(row), registered, district)
    evidence: list[str] = []
    for doubt in doubts[:3]:
        told = [doubt.suspicion.message, *doubt.suspicion.evidence]
        evidence += [f"第 {doubt.row} 行（{doubt.name}）：{text}" for text in dict.fromkeys(told)]
    if len(doubts) > 3:
        evidence.append(f"另有 {len(doubts) - 3} 条边界也是如此。")
    compared = bool(linked) or district is not None
    far = "" if doubts or district is None else _far(numbers, declared, district)
    if far:
        evidence.append(far)
    elif not doubts:
        evidence += _unseen(numbers, declared, linked, compared=compared, sigma_m=sigma_m)
    asks = bool(doubts) or bool(far)
    verdict = DOUBTFUL if asks else FITS if compared else UNTOLD
    key = keyed(declared, swapped=swapped)
    options = _options(key, doubts, swapped=swapped) if asks else ()
    return CrsExamination(
        verdict, key, tuple(evidence), _positions(doubts), options, tuple(doubts), far
    )


def own_numbers(
    path: Path, crs: str | None = None, layer: str | None = None
) -> tuple[dict[int, BaseGeometry], str]:
    """The areas of a file in its own numbers by row, and the system they are declared to be in.

    Numbers that can be degrees are taken for EPSG:4490 where nothing is declared; for others
    :class:`BadRequest` asks. Areas of absurdly many points are left out. Raises
    :class:`Unreadable` where there is no area.
    """
    raw = read_layer(path, layer)
    few = shapely.get_num_coordinates(raw.geometry) <= MOST_POINTS
    if len(few) and not few.any():
        require_measurable(raw.geometry[0])
    shapes = shapely.force_2d(raw.geometry)
    shapes[~few] = None
    around = shapely.is_closed(shapes)
    if raw.open_ends is not None:
        around |= raw.open_ends
    lines = (shapely.get_type_id(shapes) == 1) & (shapely.get_num_coordinates(shapes) >= 4)
    for i in np.flatnonzero(lines & around):
        shapes[i] = shapely.Polygon(shapely.get_coordinates(shapes[i]))
    usable = np.isin(shapely.get_type_id(shapes), (3, 6)) & ~shapely.is_empty(shapes)
    found = {
        int(i) + 1: shapes[i]
        for i in np.flatnonzero(usable)
        if np.isfinite(shapely.get_coordinates(shapes[i])).all()
    }
    if not found:
        raise Unreadable(f"“{path.name}”里没有可用的面要素，无从核对。")
    declared = crs or raw.crs
    if declared is None:
        if not all(in_degrees(shape) for shape in found.values()):
            raise BadRequest(
                f"“{path.name}”没有写明坐标系。",
                advice="请用 --crs 写明所声明的坐标系，例如 --crs EPSG:4550，再核对。",
            )
        declared = "EPSG:4490"
    return found, declared


# --- one boundary ---------------------------------------------------------------------------------


def _first(
    row: int,
    numbers: BaseGeometry,
    declared: str,
    linked: Footprint | None,
    registered: Sequence[Footprint],
    district: BaseGeometry | None,
) -> list[Doubt]:
    """The doubt about a boundary, if any: against its cemetery, those around, the district."""
    if linked is not None:
        found = suspect(numbers, declared, linked.extent)
        if found is None or found.declared_fit >= _FITS:
            return []
        return [Doubt(row, linked.name, found, linked.extent)]
    for cemetery in registered:
        if not _of_a_size(numbers, cemetery.extent):
            continue
        found = suspect(numbers, declared, cemetery.extent)
        needed = _SAME_SHAPE if found is None or found.convertible else _SAME_SHAPE_OLD
        if found is not None and found.fit >= needed:
            return [Doubt(row, cemetery.name, found, cemetery.extent)]
    if district is None:
        return []
    found = suspect(numbers, declared, district)
    return [] if found is None else [Doubt(row, _DISTRICT_NAME, found, None)]


def _of_a_size(numbers: BaseGeometry, extent: BaseGeometry) -> bool:
    """Whether two areas could be of one shape at all; degrees are compared as if all were."""
    if not in_degrees(numbers):
        plane = WorkPlane.containing(extent.centroid.x)
        extent = plane.to_plane(extent)
    ratio = float(numbers.area) / max(float(extent.area), 1e-18)
    # Web Mercator enlarges areas by up to four in China
    return 0.5 * _SAME_SHAPE <= ratio <= 4.0 / _SAME_SHAPE


def _unseen(
    numbers: Mapping[int, BaseGeometry],
    declared: str,
    linked: Mapping[int, Footprint],
    *,
    compared: bool,
    sigma_m: float,
) -> list[str]:
    """What a check without doubts rests on, and what it could not have told."""
    if not compared:
        return ["没有登记的边界和本区范围可以比对，坐标系没有核对。"]
    if not linked:
        return [
            "位置在本区范围之内；没有登记的边界可以逐处比对，几百米以内的偏移"
            "（GCJ-02 约 0.5 km，北京54、西安80 约 80–130 m）看不出来。"
        ]
    row, footprint = next(iter(linked.items()))
    degrees = in_degrees(numbers[row]) if row in numbers else True
    hidden = [
        OLD[s.datum]
        for s in typical_of(footprint.extent, degrees=degrees)
        if s.distance_m <= PLAUSIBLE * sigma_m
    ]
    words = [f"坐标系（{title_of(declared)}）与登记的边界相符。"]
    if hidden:
        words.append(
            f"两份边界的中误差合计 {sigma_m:,.0f} m，与{'、'.join(hidden)}造成的偏移"
            "（约 80–130 m）相当，这次比对分不清，请向提供者问明。"
        )
    return words


# --- for people -----------------------------------------------------------------------------------


def _positions(doubts: Sequence[Doubt]) -> dict[str, Any]:
    """Both positions of each boundary in doubt, and what they were compared with."""
    features = []
    for doubt in doubts[:_SHOWN]:
        shown = (
            ("declared", "按所声明的坐标系", doubt.suspicion.declared_at),
            ("suspected", f"按{title_of(doubt.suspicion.system)}", doubt.suspicion.position),
            ("registered", doubt.name, doubt.reference),
        )
        for role, title, geometry in shown:
            if geometry is not None and not geometry.is_empty:
                features.append(
                    {
                        "type": "Feature",
                        "properties": {"row": doubt.row, "role": role, "title": title},
                        "geometry": json.loads(shapely.to_geojson(geometry)),
                    }
                )
    return {"type": "FeatureCollection", "features": features}


def _options(key: str, doubts: Sequence[Doubt], *, swapped: bool) -> tuple[Mapping[str, Any], ...]:
    """The answers that a person can give where there is a doubt."""
    options: list[Mapping[str, Any]] = []
    if not _is_old(key.removeprefix(SWAPPED)):
        title = f"坐标系无误，就是{title_of(key)}"
        options.append({"accepted": key, "title": title, "possible": True})
    for system in dict.fromkeys(d.suspicion.system for d in doubts):
        suspicion = next(d.suspicion for d in doubts if d.suspicion.system == system)
        exchanged = system.startswith(SWAPPED) != swapped
        accepted = keyed(system.removeprefix(SWAPPED), swapped=exchanged)
        title = f"实为{title_of(accepted)}"
        if not suspicion.convertible:
            title += "：请由测绘部门转换为 CGCS2000 后重新上传"
        options.append({"accepted": accepted, "title": title, "possible": suspicion.convertible})
    return tuple(options)


def _is_old(declared: str) -> bool:
    """Whether the declared system itself is on an old datum, which nobody can accept as it is."""
    named = declared.upper().replace("-", "").replace("_", "")
    return named not in {"GCJ02", "BD09"} and old_datum(declared) is not None


def _far(numbers: Mapping[int, BaseGeometry], declared: str, district: BaseGeometry) -> str:
    """A sentence about the first boundary in another part of the country or the world, if any."""
    for row, own in numbers.items():
        try:
            at = degrees_from(own.centroid, declared)
        except RegistryError:
            return ""
        if not np.isfinite(shapely.get_coordinates(at)).all():
            return ""
        far = geodesic_length_m(shapely.shortest_line(at, district)) / 1000.0
        if far > FARTHEST_KM:
            x, y = at.centroid.x, at.centroid.y
            east, north = "东" if x >= 0 else "西", "北" if y >= 0 else "南"
            return (
                f"第 {row} 行：位置在{east}经 {abs(x):.2f}°、{north}纬 {abs(y):.2f}°，"
                f"离本区约 {far:,.0f} km，不是本区的地方。"
            )
    return ""
