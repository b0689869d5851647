"""Maps on paper: what is framed is seen, the scale bar is true, equal land is equal text."""

from __future__ import annotations

import re

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from geo_registry.formats.map_drawing import HEIGHT_MM, WIDTH_MM, Layer, Style, draw

STYLE = Style("#ffffff", "#000000")
ORIGIN = (422_000.0, 4_152_000.0)


def land(wide: float, high: float) -> shapely.Polygon:
    x, y = ORIGIN
    return shapely.box(x, y, x + wide, y + high)


def points(svg: str) -> list[tuple[float, float]]:
    """The corners of the first drawn land."""
    path = re.search(r'<path d="(M[^"]*Z)" fill-rule', svg)
    assert path is not None
    return [(float(a), float(b)) for a, b in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path[1])]


def bar(svg: str) -> tuple[float, float]:
    """The stated length of the scale bar in metres and its drawn one in millimetres."""
    halves = re.findall(r'width="([\d.]+)" height="1.3"', svg)
    metres = re.search(r">([\d.e+]+) m<", svg)
    assert metres is not None
    return float(metres[1]), sum(map(float, halves))


@settings(max_examples=60, deadline=None)
@given(wide=st.floats(1, 5000), high=st.floats(1, 5000))
def test_framed_land_is_seen_whole_and_to_scale(wide: float, high: float) -> None:
    svg = draw([Layer("批准范围", (land(wide, high),), STYLE, framed=True)])
    etree.fromstring(svg.encode())
    drawn = points(svg)
    xs, ys = [p[0] for p in drawn], [p[1] for p in drawn]
    assert 0 <= min(xs) <= max(xs) <= WIDTH_MM
    assert 0 <= min(ys) <= max(ys) <= HEIGHT_MM
    metres, millimetres = bar(svg)
    scale = millimetres / metres
    assert max(xs) - min(xs) == pytest.approx(wide * scale, rel=1e-3, abs=0.05)
    assert max(ys) - min(ys) == pytest.approx(high * scale, rel=1e-3, abs=0.05)
    assert 15 <= millimetres <= 60


def test_north_is_up() -> None:
    x, y = ORIGIN
    north = shapely.box(x, y + 90, x + 10, y + 100)
    layers = [
        Layer("北块", (north,), STYLE, framed=True),
        Layer("全部", (land(100, 100),), STYLE, framed=True),
    ]
    assert max(y for _, y in points(draw(layers))) < HEIGHT_MM / 2


def test_what_lies_outside_the_frame_is_not_in_the_legend() -> None:
    x, y = ORIGIN
    far = shapely.box(x + 1e5, y, x + 1e5 + 10, y + 10)
    svg = draw([Layer("远处", (far,), STYLE), Layer("批准", (land(50, 50),), STYLE, framed=True)])
    assert "远处" not in svg
    assert "批准" in svg


def test_names_cannot_break_out_of_the_drawing() -> None:
    name = '</text><script>alert("x")</script>&'
    svg = draw([Layer("区", (land(50, 50),), STYLE, (name,), framed=True)])
    tree = etree.fromstring(svg.encode())
    assert not tree.findall(".//{*}script")
    assert name in [t.text for t in tree.iter("{*}text")]


def test_the_same_land_gives_the_same_text_and_no_land_none() -> None:
    layers = [Layer("批准", (land(50, 50),), STYLE, framed=True)]
    assert draw(layers) == draw(layers)
    with pytest.raises(ValueError, match="no land"):
        draw([Layer("批准", (shapely.Polygon(),), STYLE, framed=True)])
