"""Maps in a notebook that ask no outside host: Leaflet comes with the product."""

from __future__ import annotations

import base64
import mimetypes
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import folium
import geopandas

from geo_registry.settings import shipped

_LEAFLET = "leaflet-1.9.4"

COLOURS = {
    "block": "#D7301F", "error": "#D7301F", "warn": "#B5449B", "info": "#4C6A92", "task": "#E69F00",
}  # fmt: skip
"""Severity → colour, as on the web map."""


class OfflineMap(folium.Map):  # type: ignore[misc]  # folium has no types
    """A folium map without a base map, whose script and style are inside the page.

    A bureau's network has no internet: the ten files that folium fetches by default would leave a
    blank page. Markers with icons need them; use circles, lines and areas.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"tiles": None, "attribution_control": False, **options})
        script, style = _leaflet()
        self.default_js = [("leaflet", script)]
        self.default_css = [("leaflet_css", style)]


def map_of(findings: geopandas.GeoDataFrame, *, height: int = 480) -> OfflineMap:
    """Findings (EPSG:4490) on an offline map, coloured by severity, with their message on hover."""
    drawn = findings[findings.geometry.notna() & ~findings.geometry.is_empty]
    shown = OfflineMap(height=height)
    if drawn.empty:
        return shown
    # CGCS2000 and WGS 84 differ by less than a metre: one identity for a web map.
    folium.GeoJson(
        drawn[["severity", "title", "message", "geometry"]].set_crs(4326, allow_override=True),
        style_function=_style,
        marker=folium.CircleMarker(radius=6, weight=2),
        tooltip=folium.GeoJsonTooltip(["title", "message"], aliases=["问题", "说明"]),
    ).add_to(shown)
    west, south, east, north = drawn.total_bounds
    shown.fit_bounds([[south, west], [north, east]])
    return shown


def _style(feature: dict[str, Any]) -> dict[str, Any]:
    colour = COLOURS[feature["properties"]["severity"]]
    return {"color": colour, "fillColor": colour, "fillOpacity": 0.3, "weight": 3}


@lru_cache
def _leaflet() -> tuple[str, str]:
    """Script and style of Leaflet as data addresses, the images of the style inside it."""
    folder = shipped("data") / _LEAFLET
    style = re.sub(
        r"url\((images/[^)]+)\)",
        lambda match: f"url({_data_address(folder / match[1])})",
        (folder / "leaflet.css").read_text("utf-8"),
    )
    encoded = base64.b64encode(style.encode()).decode()
    return _data_address(folder / "leaflet.js"), f"data:text/css;base64,{encoded}"


def _data_address(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
