"""A map on paper as SVG: land in metres, a scale bar, a north arrow, a legend; no tiles.

The same land gives the same text. Words are set in the family ``sans``, which the writers of papers
replace by a font of the machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import shapely
from shapely.geometry.base import BaseGeometry

WIDTH_MM, HEIGHT_MM = 160.0, 90.0
_LEGEND_MM = 11.0
_MARGIN = 0.12
"""Room around what must be seen, as a share of its extent."""
_LEAST_M = 20.0
_TEXT_MM = 2.9
_INK = "#24292e"


@dataclass(frozen=True, slots=True)
class Style:
    """How land is drawn: colours (``none`` for nothing), line width in mm, dashes in mm."""

    fill: str = "none"
    stroke: str = "none"
    width_mm: float = 0.35
    dashes: str = ""
    opacity: float = 1.0
    hatch: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """Land of one kind with its legend; drawn in the order given. Extents are metres of a plane.

    ``framed`` land decides what the map shows; other land is shown as far as the frame reaches.
    """

    legend: str
    extents: tuple[BaseGeometry, ...]
    style: Style
    labels: tuple[str, ...] = ()
    framed: bool = False


def draw(layers: Sequence[Layer]) -> str:
    """The map as SVG text, :data:`WIDTH_MM` wide, north (of the grid) up.

    Raises ``ValueError`` where no framed layer has any land.
    """
    frame = _Frame.around([e for layer in layers if layer.framed for e in layer.extents])
    shown = [layer for layer in layers if any(frame.shows(e) for e in layer.extents)]
    rows = math.ceil(len(shown) / 3)
    height = HEIGHT_MM + (_LEGEND_MM / 2) * rows + 4
    body = [
        *_hatches(shown),
        f'<clipPath id="frame"><rect width="{WIDTH_MM}" height="{HEIGHT_MM}"/></clipPath></defs>',
        f'<rect width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="#fcfcfa"/>',
        '<g clip-path="url(#frame)">',
        *_grid(frame),
        *(path for i, layer in enumerate(shown) for path in _paths(layer, frame, i)),
        *(text for layer in shown for text in _labels(layer, frame)),
        "</g>",
        f'<rect width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="none" stroke="{_INK}" '
        'stroke-width="0.3"/>',
        *_scale_bar(frame),
        *_north(),
        *_legend(shown),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{height:g}mm" '
        f'viewBox="-0.5 -0.5 {WIDTH_MM + 1} {height + 0.5:g}" font-family="sans" '
        f'font-size="{_TEXT_MM}"><defs>' + "".join(body) + "</svg>"
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """The window of the map in metres of the plane, and its scale."""

    west: float
    north: float
    mm_per_m: float

    @classmethod
    def around(cls, extents: Sequence[BaseGeometry]) -> _Frame:
        known = [e for e in extents if not e.is_empty]
        if not known:
            raise ValueError("no land to show")
        west, south, east, north = shapely.total_bounds(known)
        wide = max(east - west, _LEAST_M) * (1 + 2 * _MARGIN)
        high = max(north - south, _LEAST_M) * (1 + 2 * _MARGIN)
        scale = min(WIDTH_MM / wide, HEIGHT_MM / high)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        return cls(
            float(middle_x - WIDTH_MM / scale / 2),
            float(middle_y + HEIGHT_MM / scale / 2),
            float(scale),
        )

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        wide, high = WIDTH_MM / self.mm_per_m, HEIGHT_MM / self.mm_per_m
        return self.west, self.north - high, self.west + wide, self.north

    def shows(self, extent: BaseGeometry) -> bool:
        """Whether any of some land lies inside."""
        return not shapely.clip_by_rect(extent, *self.box).is_empty

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Metres of the plane as millimetres of the paper."""
        return (x - self.west) * self.mm_per_m, (self.north - y) * self.mm_per_m


def _paths(layer: Layer, frame: _Frame, number: int) -> Iterator[str]:
    for extent in layer.extents:
        outline = _outline(extent, frame)
        if not outline:
            continue
        style = layer.style
        yield (
            f'<path d="{outline}" fill-rule="evenodd" fill="{style.fill}" '
            f'fill-opacity="{style.opacity:g}" {_stroke(style)}/>'
        )
        if style.hatch:
            yield f'<path d="{outline}" fill-rule="evenodd" fill="url(#h{number})"/>'


def _outline(extent: BaseGeometry, frame: _Frame) -> str:
    """The rings of some land as an SVG path, cut a little outside the frame."""
    west, south, east, north = frame.box
    far = 5.0 / frame.mm_per_m
    near = shapely.clip_by_rect(extent, west - far, south - far, east + far, north + far)
    parts = []
    for ring in shapely.get_rings(shapely.get_parts(near)):
        points = (frame.at(x, y) for x, y in shapely.get_coordinates(ring)[:-1])
        parts.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z")
    return "".join(parts)


def _stroke(style: Style) -> str:
    if style.stroke == "none":
        return 'stroke="none"'
    dashes = f' stroke-dasharray="{style.dashes}"' if style.dashes else ""
    return (
        f'stroke="{style.stroke}" stroke-width="{style.width_mm:g}" stroke-linejoin="round"{dashes}'
    )


def _hatches(layers: Sequence[Layer]) -> Iterator[str]:
    for i, layer in enumerate(layers):
        if layer.style.hatch:
            yield (
                f'<pattern id="h{i}" width="1.8" height="1.8" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="1.8" '
                f'stroke="{layer.style.stroke}" stroke-width="0.45"/></pattern>'
            )


def _labels(layer: Layer, frame: _Frame) -> Iterator[str]:
    """A name in the middle of what of the land can be seen."""
    for extent, label in zip(layer.extents, layer.labels, strict=False):
        near = shapely.clip_by_rect(extent, *frame.box)
        if label and not near.is_empty:
            point = shapely.point_on_surface(near)
            x, y = frame.at(point.x, point.y)
            x = min(max(x, 12.0), WIDTH_MM - 12.0)
            yield _text(x, min(max(y, 5.0), HEIGHT_MM - 3.0), label, "middle", halo=True)


def _text(x: float, y: float, text: str, anchor: str = "start", *, halo: bool = False) -> str:
    around = ' stroke="#ffffff" stroke-width="0.7" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{_INK}"{around}>'
        f"{escape(text)}</text>"
    )


def _grid(frame: _Frame) -> Iterator[str]:
    """Crosses of the grid of the plane, with the metres of two of them for orientation."""
    step = _round_length(45.0 / frame.mm_per_m)
    west, south, east, north = frame.box
    for i in range(math.ceil(west / step), math.floor(east / step) + 1):
        for j in range(math.ceil(south / step), math.floor(north / step) + 1):
            x, y = frame.at(i * step, j * step)
            yield (
                f'<path d="M{x - 1.2:.2f} {y:.2f}h2.4M{x:.2f} {y - 1.2:.2f}v2.4" fill="none" '
                'stroke="#9aa0a6" stroke-width="0.2"/>'
            )


def _round_length(metres: float) -> float:
    """1, 2 or 5 times a power of ten, not longer than asked."""
    power = 10.0 ** math.floor(math.log10(metres))
    return float(next(m for m in (5.0, 2.0, 1.0) if m * power <= metres) * power)


def _scale_bar(frame: _Frame) -> Iterator[str]:
    length = _round_length(50.0 / frame.mm_per_m)
    long = length * frame.mm_per_m
    x, y = 6.0, HEIGHT_MM - 3.4
    yield (
        f'<rect x="{x - 3}" y="{y - 4.6}" width="{long + 14:.2f}" height="7" fill="#ffffff" '
        'fill-opacity="0.85"/>'
    )
    for i, colour in enumerate((_INK, "#ffffff")):
        yield (
            f'<rect x="{x + i * long / 2:.2f}" y="{y}" width="{long / 2:.2f}" height="1.3" '
            f'fill="{colour}" stroke="{_INK}" stroke-width="0.2"/>'
        )
    for at, said in ((0.0, "0"), (0.5, f"{length / 2:g}"), (1.0, f"{length:g} m")):
        yield _text(x + at * long, y - 1.2, said, "middle")


def _north() -> Iterator[str]:
    x, y = WIDTH_MM - 9.0, 6.0
    yield (
        f'<rect x="{x - 5}" y="{y - 4.5}" width="10" height="17.5" fill="#ffffff" '
        'fill-opacity="0.85"/>'
    )
    yield _text(x, y, "北", "middle")
    yield f'<path d="M{x} {y + 1}l-2.6 10l2.6-2.2Z" fill="{_INK}"/>'
    yield (
        f'<path d="M{x} {y + 1}l2.6 10l-2.6-2.2Z" fill="#ffffff" stroke="{_INK}" '
        'stroke-width="0.25"/>'
    )


def _legend(layers: Sequence[Layer]) -> Iterator[str]:
    for i, layer in enumerate(layers):
        x = (i % 3) * WIDTH_MM / 3
        y = HEIGHT_MM + 3.0 + (i // 3) * _LEGEND_MM / 2
        style = layer.style
        swatch = f'x="{x + 0.5:.2f}" y="{y:.2f}" width="7" height="3.4"'
        yield (
            f'<rect {swatch} fill="{style.fill}" fill-opacity="{style.opacity:g}" '
            f"{_stroke(style)}/>"
        )
        if style.hatch:
            yield f'<rect {swatch} fill="url(#h{i})"/>'
        yield _text(x + 9.0, y + 2.8, layer.legend)
