"""Drawings: geometry for examples and tests, sketched in characters of ten metres."""

from __future__ import annotations

from textwrap import dedent

import shapely
from shapely.geometry.base import BaseGeometry

CELL_M = 10.0
ORIGIN = (422_000.0, 4_152_000.0)
"""South-west corner of every drawing in the plane of 123°E (EPSG:4550)."""


def polygon(sketch: str, *, cell_m: float = CELL_M) -> BaseGeometry:
    """The land of the ``#`` cells; north is up, the lower left character starts at the origin.

    >>> polygon('''
    ...     .#
    ...     ##''').area
    300.0
    """
    rows = dedent(sketch.strip("\n")).splitlines()
    rows = [row for row in rows if row.strip()]
    cells = [
        shapely.box(x * cell_m, y * cell_m, (x + 1) * cell_m, (y + 1) * cell_m)
        for y, row in enumerate(reversed(rows))
        for x, character in enumerate(row)
        if character == "#"
    ]
    land = shapely.union_all(cells)
    return shapely.transform(land, lambda xy: xy + ORIGIN)
