"""What is asked when a file names no coordinate system, and what its numbers look like."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.raw import RawLayer

_PROJECTED_3_DEGREE = range(25, 46)
_PROJECTED_6_DEGREE = range(13, 24)
_OLD = "北京54、西安80 的数值看上去也是这样（相差几十米到百余米），请一并问清。"


def ask_for_crs(raw: RawLayer, name: str) -> str:
    """Raise: no coordinate system is known; the message says what the numbers look like."""
    bounds = shapely.total_bounds(raw.geometry)
    raise Unreadable(
        f"“{name}”没有坐标系说明（例如缺少 .prj 文件），系统不会猜测。"
        f"{_looks_like(bounds)}{_OLD if np.abs(bounds).max() > 360.0 else ''}",
        advice="请向提供者确认后用 --crs 指明，"
        "例如 --crs EPSG:4490、--crs EPSG:4550 或 --crs GCJ-02。",
    )


def _looks_like(bounds: Any) -> str:
    west, south, east, north = bounds
    if not np.isfinite(bounds).all():
        return ""
    if abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90:
        return "从数值看像是经纬度。"
    if abs(west) <= 90 and abs(east) <= 90 and abs(south) <= 180 and abs(north) <= 180:
        return "从数值看像是经纬度，而且经度与纬度写反了（--swap-axes）。"
    for first, other, note in (
        (west, east, ""),
        (south, north, "，而且 X、Y 写反了（--swap-axes）"),
    ):
        zone = int(first // 1_000_000)
        if zone == int(other // 1_000_000) and 10_000_000 <= first < 100_000_000:
            if zone in _PROJECTED_3_DEGREE:
                code = f"EPSG:{4513 + zone - 25}"
                return f"从数值看像是 3 度带第 {zone} 带（CGCS2000 为 {code}）{note}。"
            if zone in _PROJECTED_6_DEGREE:
                code = f"EPSG:{4491 + zone - 13}"
                return f"从数值看像是 6 度带第 {zone} 带（CGCS2000 为 {code}）{note}。"
    return (
        "从数值看像是不带带号的平面坐标（米），需要知道中央经线"
        "（中央经线相同时，3 度带和 6 度带的数值相同）。"
    )
