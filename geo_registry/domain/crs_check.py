"""The check whether an upload lies where its coordinate system says (坐标系核对).

Each way in which coordinates go wrong in practice is a hypothesis. If a boundary fits the
registered place much better under another one, the upload is stopped and a person is asked, with
the evidence in words. Nothing is ever converted on suspicion.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.crs import WorkPlane, bd09_from_wgs84, degrees_from, gcj02_from_wgs84
from geo_registry.domain.errors import RegistryError

MINIMUM_GAIN = 0.2
"""By how much another hypothesis must fit better before a person is asked."""
_DISTRICT = 20.0
"""A reference this many times larger than the upload is an area to lie in, not a shape to match."""
_TITLES = {
    "GCJ02": "GCJ-02（高德、腾讯地图）",
    "BD09": "BD-09（百度地图）",
    "EPSG:3857": "网络墨卡托（EPSG:3857）",
    "EPSG:32651": "UTM 51 带",
    "EPSG:4490": "经纬度（EPSG:4490）",
}
_SIDES = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Evidence that coordinates are not in the declared system.

    ``system`` is what they look like (``swapped+`` marks exchanged axes); ``fit`` and
    ``declared_fit`` lie between 0 and 1; ``offset_m`` and ``azimuth_deg`` (from north) tell where
    the declared position lies from the registered one.
    """

    system: str
    fit: float
    declared_fit: float
    offset_m: float
    azimuth_deg: float
    message: str


def suspect(uploaded: BaseGeometry, declared: str, reference: BaseGeometry) -> Suspicion | None:
    """Compare an upload (its own numbers) with a registered polygon or the district (EPSG:4490).

    ``None`` where the declared system stands. Beijing 1954 and Xi'an 1980 cannot be told from a
    shift of the site by their shape alone and are not tried here.
    """
    plane = WorkPlane.containing(reference.centroid.x)
    target = plane.to_plane(reference)
    placed = _placed(uploaded, declared, plane)
    declared_fit = _fit(placed, target)
    best, best_fit = "", 0.0
    for system, candidate in _hypotheses(uploaded, declared, plane):
        fit = _fit(candidate, target)
        if fit > best_fit + 1e-9:
            best, best_fit = system, fit
    if best_fit < declared_fit + MINIMUM_GAIN:
        best, best_fit = _by_offset(placed, reference, target, plane, declared_fit)
    if not best:
        return None
    east, north = _offset(placed, target)
    distance = math.hypot(east, north)
    message = _message(best, east, north, distance)
    azimuth = math.degrees(math.atan2(east, north)) % 360.0
    return Suspicion(best, best_fit, declared_fit, distance, azimuth, message)


def _hypotheses(
    uploaded: BaseGeometry, declared: str, plane: WorkPlane
) -> Iterator[tuple[str, BaseGeometry | None]]:
    """Every other system the numbers could be in, with the place they would then have."""
    swapped = shapely.transform(uploaded, lambda xy: xy[:, ::-1])
    if np.abs(shapely.get_coordinates(uploaded)).max(initial=0.0) <= 180.0:
        systems = ["EPSG:4490", "GCJ02", "BD09"]
    else:
        meridians = {plane.central_meridian + step for step in (-3, 0, 3)} | {117, 120, 123}
        systems = [WorkPlane(m).code for m in sorted(meridians)]
        zones = range(25, 46)
        systems += [f"EPSG:{4513 + zone - 25}" for zone in zones if 3 * zone in meridians]
        systems += ["EPSG:32651", "EPSG:3857"]
    for system in systems:
        yield system, _placed(uploaded, system, plane)
        yield f"swapped+{system}", _placed(swapped, system, plane)


def _placed(geometry: BaseGeometry, system: str, plane: WorkPlane) -> BaseGeometry | None:
    """Where the numbers lie in the plane if they are in that system; ``None`` where nowhere."""
    try:
        placed = plane.to_plane(degrees_from(geometry, system))
    except RegistryError:
        return None
    coordinates = shapely.get_coordinates(placed)
    if not len(coordinates) or not np.isfinite(coordinates).all():
        return None
    return placed if placed.is_valid else placed.buffer(0)


def _fit(placed: BaseGeometry | None, target: BaseGeometry) -> float:
    """Intersection over union, or over the upload where the target is a whole district."""
    if placed is None or placed.area <= 0.0:
        return 0.0
    common = float(placed.intersection(target).area)
    if target.area > _DISTRICT * placed.area:
        return common / float(placed.area)
    return common / float(placed.area + target.area - common)


def _offset(placed: BaseGeometry | None, target: BaseGeometry) -> tuple[float, float]:
    """Metres east and north from the registered position to the declared one."""
    if placed is None:
        return math.inf, math.inf
    return placed.centroid.x - target.centroid.x, placed.centroid.y - target.centroid.y


def _by_offset(
    placed: BaseGeometry | None,
    reference: BaseGeometry,
    target: BaseGeometry,
    plane: WorkPlane,
    declared_fit: float,
) -> tuple[str, float]:
    """The web map whose offset the displacement resembles, where no shape overlaps.

    Real growth moves a centroid by up to 0.31 of the radius, so a third of it is allowed.
    """
    if placed is None or declared_fit > 0.0 or target.area > _DISTRICT * placed.area:
        return "", 0.0
    here = np.array([[reference.centroid.x, reference.centroid.y]])
    found = np.array(_offset(placed, target))
    allowed = max(20.0, 0.35 * math.sqrt(target.area / math.pi))
    for system, shift in (("GCJ02", gcj02_from_wgs84), ("BD09", bd09_from_wgs84)):
        moved = plane.to_plane(shapely.Point(shift(here)[0]))
        typical = np.array(_offset(moved, target))
        if np.hypot(*(found - typical)) <= allowed:
            return system, 0.0
    return "", 0.0


def _message(system: str, east: float, north: float, distance: float) -> str:
    ask = "请确认坐标系；在您确认之前，系统不会改动坐标。"
    base = system.removeprefix("swapped+")
    title = _TITLES.get(base, f"高斯投影坐标（{base}）")
    if system != base:
        return f"这份边界的两个坐标轴看来颠倒了：对调后按{title}与登记位置吻合。{ask}"
    if not math.isfinite(distance):
        return f"按所声明的坐标系，这份边界不在地球上；按{title}则与登记位置吻合。{ask}"
    side = _SIDES[round(math.atan2(north, east) / (math.pi / 4)) % 8]
    far = f"{distance:,.0f} m" if distance < 10_000 else f"{distance / 1000:,.0f} km"
    if base in {"GCJ02", "BD09"}:
        return f"这份边界比登记位置偏{side}约 {far}，符合 {title}偏移。{ask}"
    return f"这份边界比登记位置偏{side}约 {far}；按{title}则与登记位置吻合。{ask}"
