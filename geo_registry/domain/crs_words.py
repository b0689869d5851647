"""What the check of coordinate systems says to a person."""

from __future__ import annotations

import math

from geo_registry.domain.old_datums import TITLES as OLD

TITLES = {
    "GCJ02": "GCJ-02（高德、腾讯地图）",
    "BD09": "BD-09（百度地图）",
    "EPSG:3857": "网络墨卡托（EPSG:3857）",
    "EPSG:4490": "经纬度（EPSG:4490）",
    "EPSG:4326": "经纬度（EPSG:4326）",
}
_SIDES = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")
_ASK = "请确认坐标系；在您确认之前，系统不会改动坐标。"


def title_of(system: str) -> str:
    """A system or hypothesis in words."""
    swapped, plain = system.startswith("swapped+"), system.removeprefix("swapped+")
    datum, _, grid = plain.partition("+")
    is_old = grid and datum in OLD
    name = f"{OLD[datum]}，{_plain_title(grid)}" if is_old else _plain_title(plain)
    return f"{name}、两轴对调" if swapped else name


def _plain_title(system: str) -> str:
    if system in TITLES:
        return TITLES[system]
    code = system.removeprefix("EPSG:")
    number = int(code) if code != system and code.isdecimal() else 0
    if 4491 <= number <= 4501:
        return f"6 度带第 {number - 4491 + 13} 带，东坐标带带号（{system}）"
    if 4513 <= number <= 4533:
        return f"3 度带第 {number - 4513 + 25} 带，东坐标带带号（{system}）"
    if 4534 <= number <= 4554:
        meridian = 75 + 3 * (number - 4534)
        six = "；6 度带数值相同" if meridian % 6 == 3 else ""
        return f"3 度带，中央经线 {meridian}°，不带带号（{system}{six}）"
    if 32601 <= number <= 32660:
        return f"UTM {number - 32600} 带（{system}）"
    return system if len(system) <= 20 else "文件所写的投影"


def side_of(east: float, north: float) -> str:
    """The side of the compass that metres east and north lie on."""
    return _SIDES[round(math.atan2(north, east) / (math.pi / 4)) % 8]


def _far(distance: float) -> str:
    return f"{distance:,.0f} m" if distance < 10_000 else f"{distance / 1000:,.0f} km"


def message_of(system: str, east: float, north: float) -> str:
    """One sentence for a suspicion: where the boundary lies, what it looks like, what to do."""
    distance, title = math.hypot(east, north), title_of(system)
    if system.startswith("swapped+"):
        base = title_of(system.removeprefix("swapped+"))
        return f"这份边界的两个坐标轴看来颠倒了：对调后按{base}与登记位置吻合。{_ASK}"
    if not math.isfinite(distance):
        return f"按所声明的坐标系，这份边界不在地球上；按{title}则与登记位置吻合。{_ASK}"
    where = f"这份边界比登记位置偏{side_of(east, north)}约 {_far(distance)}"
    datum = system.partition("+")[0]
    if system in {"GCJ02", "BD09"} or datum in OLD:
        return f"{where}，符合 {OLD.get(datum, title)}偏移。{_ASK}"
    return f"{where}；按{title}则与登记位置吻合。{_ASK}"


def shift_words(declared: str, east: float, north: float, fit: float) -> str:
    """Where a boundary lies under the declared system."""
    distance = math.hypot(east, north)
    name = f"按所声明的{_plain_title(declared)}"
    if not math.isfinite(distance):
        return f"{name}，这份边界不在地球上。"
    azimuth = math.degrees(math.atan2(east, north)) % 360.0
    return (
        f"{name}，与登记边界重合 {fit:.0%}，中心偏{side_of(east, north)}约 {_far(distance)}"
        f"（方位 {azimuth:.0f}°）。"
    )


def declared_words(datum: str, *, fits_unchanged: bool, comparable: bool) -> str:
    """One sentence for numbers that their sender declares to be of an old datum."""
    name = OLD[datum]
    if fits_unchanged:
        return (
            f"文件写明是{name}，但数值当作 CGCS2000 就与登记位置吻合，"
            f"可能是文件写错了坐标系。{_ASK}"
        )
    found = "位置也与此相符" if comparable else "没有可以逐处比对的登记边界"
    return (
        f"文件写明是{name}（{found}）；系统没有它到 CGCS2000 的可靠参数，不会换算，"
        "请向测绘部门索取本地四参数或七参数，转换后再导入。"
    )
