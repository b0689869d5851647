"""The map of a dossier, drawn from its content alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.boundary_tests import NOWHERE
from geo_registry.domain.crs import WorkPlane
from geo_registry.formats.map_drawing import Layer, Style, draw
from geo_registry.formats.paper import Picture
from geo_registry.rules.zone_law import KINDS
from geo_registry.services.dossiers.dossier_inputs import shape

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_APPROVED = Style("#d8ead9", "#1b7f5c", 0.5, opacity=0.6)
_BAND = Style("#e8a33d", opacity=0.6)
_SURVEYED = Style("none", "#1f3a8a", 0.5, "1.8 0.9")
_CLAIM = Style("#d92d20", "#b42318", 0.45, opacity=0.28, hatch=True)
_ZONE = Style("#7a5aa6", "#5b3d8a", 0.35, "0.6 0.6", 0.12)
_SETBACK = Style("none", "#5b3d8a", 0.2, "0.3 0.9")
_NEIGHBOUR = Style("#d5d8db", "#6b7178", 0.35, opacity=0.6)


def geometries(content: Mapping[str, Any]) -> dict[str, BaseGeometry]:
    """Approved, surveyed, claimed land and the band, in metres of the plane; empty for none.

    ``approved`` is the land in force on the day that the survey was compared with.
    """
    inputs, results = content["inputs"], content["results"]
    plane = plane_of(content)
    current = set(results["approved"]["ids"])
    granted = [(a["effect"], shape(a, plane)) for a in inputs["approvals"] if a["id"] in current]
    added = shapely.union_all([e for effect, e in granted if effect != "reduces"])
    reduced = shapely.union_all([e for effect, e in granted if effect == "reduces"])
    surveyed = [shape(s, plane) for s in inputs["surveys"] if s["id"] == results["survey"]]
    band = results["band"]
    return {
        "approved": added.difference(reduced) if granted else NOWHERE,
        "surveyed": surveyed[0] if surveyed else NOWHERE,
        "claim": from_wkt(results["claim"], plane),
        "band": from_wkt(band["wkt"] if band else "", plane),
    }


def plane_of(content: Mapping[str, Any]) -> WorkPlane:
    """The work plane of a dossier."""
    return WorkPlane(int(content["inputs"]["central_meridian"]))


def from_wkt(text: str, plane: WorkPlane) -> BaseGeometry:
    """A geometry that the results hold as text in degrees, in metres; empty for nothing."""
    return plane.to_plane(shapely.from_wkt(text)) if text else NOWHERE


def map_of(content: Mapping[str, Any]) -> Picture | None:
    """The map of a dossier; None where nothing was approved and nothing measured."""
    inputs, results = content["inputs"], content["results"]
    plane, land, band = plane_of(content), geometries(content), results["band"]
    if land["approved"].is_empty and land["surveyed"].is_empty:
        return None
    zones = [(z, shape(z, plane)) for z in inputs["zones"]]
    near = [
        (n["name"], shape(a, plane))
        for n in inputs["neighbours"]
        for a in n["approvals"]
        if a["effect"] != "reduces"
    ]
    layers = [
        Layer(
            "保护区",
            tuple(e for _, e in zones),
            _ZONE,
            tuple(f"{z['name']}（{_kind(z['kind'])}）" for z, _ in zones),
        ),
        Layer(
            "保护区控制距离",
            tuple(e.buffer(float(z["setback_m"])) for z, e in zones if float(z["setback_m"])),
            _SETBACK,
        ),
        Layer("相邻公墓批准范围", tuple(e for _, e in near), _NEIGHBOUR, tuple(n for n, _ in near)),
        Layer(f"误差带 ±{_width(band)}", (land["band"],), _BAND),
        Layer("批准范围", (land["approved"],), _APPROVED, framed=True),
        Layer("超出部分（疑似或确认）", (land["claim"],), _CLAIM, framed=True),
        Layer("实测边界", (land["surveyed"],), _SURVEYED, framed=True),
    ]
    said = f"{inputs['site']['name']}批准范围、实测边界和超出部分的地图"
    caption = (
        f"坐标：{plane.code}（CGCS2000 3 度带，中央经线 {plane.central_meridian}°），上方为坐标北"
    )
    return Picture(draw(layers), said, caption)


def _kind(key: str) -> str:
    return KINDS[key].title if key in KINDS else key


def _width(band: Mapping[str, Any] | None) -> str:
    return f"{float(band['width_m']):.2g} m（{float(band['k']):.1f} σ）" if band else ""
