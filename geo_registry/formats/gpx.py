"""GPX: tracks walked with a phone or a receiver round an area, with the accuracy of their points.

One row a track (a route, where there is no track). Accuracies per point come as ``accuracy`` and
its kin in extensions (metres within which 68 % of the positions lie, as phones state it) or as
``hdop``; they become one standard error per axis, the root of the mean square.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import numpy as np
import polars
import shapely

from geo_registry.domain.cemetery import METHODS
from geo_registry.domain.errors import Issue, Unreadable
from geo_registry.formats.plain_xml import plain_xml
from geo_registry.formats.raw import RawLayer

METHOD = "phone"
"""How a track is taken to be measured unless a person says otherwise: GPX names no instrument."""
_ACCURACIES = frozenset(
    {
        *("accuracy", "acc", "hacc", "h_acc", "h-acc", "horizontalaccuracy"),
        *("horizontal_accuracy", "estimatedaccuracy", "hrms", "eph"),
    }
)
_R68 = math.sqrt(-2.0 * math.log(1.0 - 0.68))
"""Radius holding 68 % of a circular normal distribution, in its standard errors per axis: 1.51."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A point of a track: degrees, standard error per axis in metres if known, time."""

    x: float
    y: float
    sigma_m: float | None
    at: datetime | None


def read_gpx(path: Path) -> RawLayer:
    """Read the tracks of a GPX file as lines in degrees (WGS 84).

    Columns: 名称, ``method`` (a phone's), ``sigma_m``, ``surveyed_on`` (day of the first point, in
    China) and 点数. Raises :class:`Unreadable` for what is no GPX, and where only waypoints are.
    """
    try:
        root = ET.fromstring(plain_xml(path))  # noqa: S314 (no entities are left to expand)
    except ET.ParseError as error:
        raise Unreadable(
            f"GPX 文件“{path.name}”第 {error.position[0]} 行起读不下去，内容不完整或有错。"
            "请重新导出。"
        ) from None
    if _local(root) != "gpx":
        raise Unreadable(f"“{path.name}”不是 GPX 文件（最外层是“{_local(root)[:40]}”）。")
    tracks = _children(root, "trk") or _children(root, "rte")
    if not tracks:
        raise Unreadable(
            f"“{path.name}”里没有轨迹，只有 {len(_children(root, 'wpt'))} 个航点。",
            advice="请导出绕边界走的轨迹（track），或把航点按次序整理成界址点表。",
        )
    rows: list[dict[str, object]] = []
    lines: list[object] = []
    issues: list[Issue] = []
    for number, track in enumerate(tracks, start=1):
        pieces = _children(track, "trkseg") or [track]
        points = _without_repeats(p for piece in pieces for p in _points(piece, path.name))
        recorded = sum(1 for piece in pieces if _children(piece, "trkpt"))
        if recorded > 1:
            text = f"第 {number} 行“图形”：轨迹记录中断过，{recorded} 段已按先后连接。"
            advice = "请在地图上核对中断处。"
            issues.append(Issue(number, "图形", "track_joined", "", text, advice))
        lines.append(shapely.LineString([(p.x, p.y) for p in points]) if len(points) > 1 else None)
        rows.append(_described(track, points))
    schema = {
        "名称": polars.String, "method": polars.String, "sigma_m": polars.Float64,
        "surveyed_on": polars.String, "点数": polars.Int64,
    }  # fmt: skip
    geometry = np.array(lines, dtype=object)
    return RawLayer(
        polars.DataFrame(rows, schema=schema),
        geometry,
        "EPSG:4326",
        issues=tuple(issues),
        open_ends=np.ones(len(geometry), dtype=bool),
    )


def _described(track: ET.Element, points: Sequence[_Point]) -> dict[str, object]:
    known = [p.sigma_m for p in points if p.sigma_m is not None]
    begun = next((p.at for p in points if p.at is not None), None)
    return {
        "名称": _text(track, "name"),
        "method": METHOD,
        "sigma_m": math.sqrt(sum(s * s for s in known) / len(known)) if known else None,
        "surveyed_on": begun.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
        if begun
        else None,
        "点数": len(points),
    }


def _points(piece: ET.Element, name: str) -> list[_Point]:
    found = []
    for element in _children(piece, "trkpt") or _children(piece, "rtept"):
        try:
            x, y = float(element.attrib["lon"]), float(element.attrib["lat"])
        except (KeyError, ValueError):
            raise Unreadable(f"GPX 文件“{name}”里有一个点没有可读的经纬度。请重新导出。") from None
        found.append(_Point(x, y, _sigma(element), _time(element)))
    return found


def _without_repeats(points: Iterable[_Point]) -> list[_Point]:
    """The points without those that stand still."""
    kept: list[_Point] = []
    for point in points:
        if not kept or (point.x, point.y) != (kept[-1].x, kept[-1].y):
            kept.append(point)
    return kept


def _sigma(element: ET.Element) -> float | None:
    """Standard error per axis, metres: the stated radius of 68 %, else HDOP times the phone's."""
    for below in element.iter():
        if _local(below).lower() in _ACCURACIES:
            radius = _positive(below.text)
            if radius is not None:
                return radius / _R68
    hdop = _positive(_text(element, "hdop"))
    return None if hdop is None else max(hdop, 1.0) * METHODS[METHOD].accuracy.sigma_m


def _positive(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0.0 < value <= 1000.0 else None


def _time(element: ET.Element) -> datetime | None:
    try:
        at = datetime.fromisoformat(_text(element, "time") or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _children(element: ET.Element, name: str) -> list[ET.Element]:
    """The children of a name, in whatever namespace (GPX 1.0, 1.1, none)."""
    return [child for child in element if _local(child) == name]


def _text(element: ET.Element, name: str) -> str | None:
    found = _children(element, name)
    return (found[0].text or "").strip() or None if found else None


def _local(element: ET.Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]
