"""Systems that the numbers of an upload could be in, and where they would lie then."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.crs import WorkPlane, degrees_from
from geo_registry.domain.errors import RegistryError
from geo_registry.domain.old_datums import TypicalShift, typical_shifts
from geo_registry.domain.rings import made_valid, polygonal

_DISTRICT = 20.0
"""A reference this many times larger than the upload is an area to lie in, not a shape to match."""
_REACH_M = 400.0
"""Displacements farther than this are not those of an old datum (at most 140 m)."""
_MANY_POINTS = 2_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system the numbers could be in, where they lie then (plane), and how well that fits."""

    system: str
    placed: BaseGeometry | None
    fit: float


def typical_of(reference: BaseGeometry, *, degrees: bool) -> tuple[TypicalShift, ...]:
    """What old datums look like at a registered place (EPSG:4490)."""
    centre = reference.centroid
    return typical_shifts(round(centre.x, 2), round(centre.y, 2), degrees=degrees)


def in_degrees(numbers: BaseGeometry) -> bool:
    """Whether numbers can be longitudes and latitudes at all."""
    return bool(np.abs(shapely.get_coordinates(numbers)).max(initial=0.0) <= 180.0)


def is_district(reference: BaseGeometry, uploaded: BaseGeometry) -> bool:
    """Whether a reference is an area to lie in for an upload, both in one system."""
    return float(reference.area) > _DISTRICT * float(uploaded.area)


def hypotheses(
    uploaded: BaseGeometry, plane: WorkPlane
) -> Iterator[tuple[str, BaseGeometry | None]]:
    """Every other system the numbers could be in, with the place they would then have."""
    swapped = shapely.transform(uploaded, lambda xy: xy[:, ::-1])
    if in_degrees(uploaded):
        systems = ["EPSG:4490", "GCJ02", "BD09"]
    else:
        meridians = {plane.central_meridian + step for step in (-3, 0, 3)} | {117, 120, 123}
        systems = [WorkPlane(m).code for m in sorted(meridians)]
        systems += [f"EPSG:{4513 + zone - 25}" for zone in range(25, 46) if 3 * zone in meridians]
        # Zones of 6 degrees without a number have the same numbers as those of 3 degrees.
        meridians |= {m + step for m in meridians for step in (-3, 3)}
        systems += [
            f"EPSG:{4491 + zone - 13}" for zone in range(13, 24) if 6 * zone - 3 in meridians
        ]
        zone = math.floor(plane.central_meridian / 6) + 31
        systems += [f"EPSG:{32600 + z}" for z in (zone - 1, zone, zone + 1)] + ["EPSG:3857"]
    for system in systems:
        yield system, placed_at(uploaded, system, plane)
        yield f"swapped+{system}", placed_at(swapped, system, plane)


def placed_at(geometry: BaseGeometry, system: str, plane: WorkPlane) -> BaseGeometry | None:
    """Where the numbers lie in the plane if they are in that system; ``None`` where nowhere."""
    try:
        placed = plane.to_plane(degrees_from(geometry, system))
    except RegistryError:
        return None
    coordinates = shapely.get_coordinates(placed)
    if not len(coordinates) or not np.isfinite(coordinates).all():
        return None
    return placed if placed.is_valid else polygonal(made_valid(placed))


def fit_of(placed: BaseGeometry | None, target: BaseGeometry) -> float:
    """Intersection over union, or over the upload where the target is a whole district."""
    if placed is None or placed.area <= 0.0:
        return 0.0
    common = float(placed.intersection(target).area)
    if is_district(target, placed):
        return common / float(placed.area)
    return common / float(placed.area + target.area - common)


def offset_of(placed: BaseGeometry | None, target: BaseGeometry) -> tuple[float, float]:
    """Metres east and north from the registered position to the declared one."""
    if placed is None:
        return math.inf, math.inf
    return placed.centroid.x - target.centroid.x, placed.centroid.y - target.centroid.y


def on_old_datum(base: Candidate, shift: TypicalShift, target: BaseGeometry) -> Candidate | None:
    """The candidate moved back by the shift of an old datum that fits best, within its box."""
    placed = base.placed
    if placed is None or placed.area <= 0.0 or is_district(target, placed):
        return None
    off = offset_of(placed, target)
    if math.hypot(*off) > _REACH_M + 2.0 * math.sqrt(placed.area):
        return None
    rough, aim = _lighter(placed), _lighter(target)

    def fit(east: float, north: float) -> float:
        return fit_of(moved_back(rough, (east, north)), aim)

    at = max((shift.centre, shift.nearest(*off)), key=lambda s: fit(*s))
    value, step = fit(*at), 8.0
    while step >= 1.0:
        around = [
            shift.nearest(at[0] + dx * step, at[1] + dy * step)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
        ]
        better = max(around, key=lambda s: fit(*s))
        if fit(*better) > value + 1e-6:
            at, value = better, fit(*better)
        else:
            step /= 2.0
    return Candidate(old_name(shift.datum, base.system), moved_back(placed, at), value)


def moved_back(placed: BaseGeometry, shift: tuple[float, float]) -> BaseGeometry:
    """A geometry without a shift of metres east and north."""
    return shapely.transform(placed, lambda c: c - np.array(shift))


def old_name(datum: str, system: str) -> str:
    """The name of a hypothesis: numbers of an old datum in a grid, axes exchanged or not."""
    swapped = "swapped+" if system.startswith("swapped+") else ""
    return f"{swapped}{datum}+{system.removeprefix('swapped+')}"


def _lighter(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry that is quick to overlay; a metre is nothing against a shift of eighty."""
    if shapely.get_num_coordinates(geometry) <= _MANY_POINTS:
        return geometry
    return geometry.simplify(1.0)
