"""A named place lies where its division cannot be (坐标可疑).

Why: 0,0, exchanged axes or another coordinate system put a name on the map where nobody finds it;
lengths, areas and every comparison by position come out wrong.
Fix: enter the position again in CGCS2000 (EPSG:4490), longitude first.
Not a finding: a shift of some hundred metres (GCJ-02, BD-09), which a single position cannot show;
whole boundary files are tested for it when they are uploaded. Places of no Chinese division.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_registry.domain.finding import Hit, Severity, SeverityPair
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.name_columns import NameColumns
from geo_registry.domain.place import EVERY_CLASS, Place
from geo_registry.domain.rule import Example, Guidance, Judgement, Rule
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import located, places, proposed, road
from geo_registry.rules.law import surveying
from geo_registry.rules.written import in_china

CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of the country with its islands, degrees."""
MARGIN_DEGREES = 0.1
"""So far outside the stated extent of the district (about 10 km) a place may still lie."""


def check(gazetteer: Gazetteer) -> Iterator[Hit]:
    """Yield places of a Chinese division whose position is nowhere, abroad, or far off."""
    found = [
        p
        for p in gazetteer.places
        if p.geometry is not None and not p.geometry.is_empty and in_china(p)
    ]
    if not found:
        return
    middles = shapely.centroid(np.array([p.geometry for p in found], dtype=object))
    degrees = shapely.get_coordinates(gazetteer.plane.to_degrees(middles))
    if len(degrees) != len(found):
        return
    extent = gazetteer.profile.setting("extent", ())
    for i in np.flatnonzero(_strange(degrees, extent)):
        place, (longitude, latitude) = found[i], degrees[i]
        outcome = _outcome(place, longitude, latitude, extent, gazetteer.profile.code)
        if outcome:
            names = [n.toponym.full for n in place.current_names(gazetteer.on)]
            yield Hit(
                scope=narrowest_scope(place),
                key=place.subject,
                subjects=(place.subject,),
                outcome=outcome,
                facts={
                    "name": names[0] if names else "未命名实体",
                    "position": f"东经 {longitude:.4f}°、北纬 {latitude:.4f}°",
                    "located_in": place.located_in or gazetteer.profile.name,
                    "names": names,
                },
            )


def _strange(degrees: NDArray[np.float64], extent: Sequence[float]) -> NDArray[np.bool_]:
    """Positions that deserve a look: not well inside the district, or not inside the country."""
    west, south, east, north = extent or CHINA
    margin = MARGIN_DEGREES if extent else 0.0
    inside = (
        (degrees[:, 0] >= west - margin)
        & (degrees[:, 0] <= east + margin)
        & (degrees[:, 1] >= south - margin)
        & (degrees[:, 1] <= north + margin)
    )
    return np.asarray(~inside)


def _outcome(
    place: Place, longitude: float, latitude: float, extent: Sequence[float], county: str
) -> str:
    if not (np.isfinite(longitude) and np.isfinite(latitude)):
        return "nowhere"
    if abs(longitude) < 0.01 and abs(latitude) < 0.01:
        return "nowhere"
    west, south, east, north = CHINA
    if not (west <= longitude <= east and south <= latitude <= north):
        return "abroad"
    return "far_off" if extent and place.scopes.get("legal_county") == county else ""


RULE = Rule(
    id="gd.crs.suspect",
    version=1,
    title="坐标可疑",
    check=check,
    guidance=Guidance(
        why="坐标写成 0,0、经纬度颠倒或坐标系弄错，地名就落在别处，长度、面积和位置比对都会错。",
        fix="按 CGCS2000 经纬度（EPSG:4490）重新录入，经度在前。",
        exempt="几百米的偏移（高德、百度坐标）从单个点看不出来，由边界上传时核对；境外数据不查。",
    ),
    judgements={
        "nowhere": Judgement(
            SeverityPair(Severity.BLOCK, Severity.WARN),
            "“{name}”的坐标是 0,0 或不是有效的经纬度，请重新录入。",
        ),
        "abroad": Judgement(
            SeverityPair(Severity.BLOCK, Severity.WARN),
            "“{name}”登记在{located_in}，坐标（{position}）却不在国内；请核对坐标系和经纬度次序。",
        ),
        "far_off": Judgement(
            SeverityPair(Severity.WARN, Severity.WARN),
            "“{name}”登记在{located_in}，坐标（{position}）却在本区范围 10 km 以外；请核对。",
        ),
    },
    basis=(surveying("第九条、第十条", "使用国家统一的测绘基准和测绘系统"),),
    applies_to=EVERY_CLASS,
    parameters={"margin_degrees": MARGIN_DEGREES},
    fires_on=(
        Example("坐标为 0,0", places(located(road("文化路"), 0.0, 0.0)), "nowhere"),
        Example("坐标在日本", places(located(road("文化路"), 139.7, 35.7)), "abroad"),
        Example("拟用名的坐标在国外", places(located(proposed("文化路"), 14.5, 35.9)), "abroad"),
        Example("坐标在济南", places(located(road("文化路"), 117.0, 36.65)), "far_off"),
    ),
    silent_on=(
        Example("在本区内", places(located(road("文化路"), 122.05, 37.42))),
        Example("偏移几百米（GCJ-02）看不出", places(located(road("文化路"), 122.055, 37.421))),
        Example("没有坐标", places(road("文化路"))),
    ),
    screen=NameColumns.nowhere,
    doc=__doc__,
)
