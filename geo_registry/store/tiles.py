"""Vector tiles straight from PostGIS: one query a layer, prepared, its parameters bound."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection

from geo_registry.domain.secrecy import up_to
from geo_registry.store.queries import sql

WORLD_M = 40_075_016.68
"""Circumference of the Web Mercator world in metres."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the map: its name, what it draws, and the zooms at which it has something."""

    id: str
    geometry_type: str
    minzoom: int
    maxzoom: int


LAYERS: Mapping[str, Layer] = {
    layer.id: layer
    for layer in (
        Layer("divisions", "Polygon", 6, 15),
        Layer("roads", "LineString", 8, 16),
        Layer("places", "Point", 6, 15),
        Layer("cemeteries", "Polygon", 11, 17),
        Layer("zones", "Polygon", 10, 16),
        Layer("findings", "Point", 8, 16),
    )
}


async def revision(connection: AsyncConnection[Any], layer: str) -> int:
    """The number of the last committed change to what the layer shows; 0 = never changed."""
    cursor = await connection.execute(
        "SELECT revision FROM registry.layer_revision WHERE layer = %s", (layer,)
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def tile(
    connection: AsyncConnection[Any], layer: str, parameters: Mapping[str, Any], level: str
) -> bytes:
    """One tile as MVT bytes, empty where nothing lies; ``parameters`` as the query names them.

    Records above ``level`` are left out by the queries themselves: the filter of ``store.secrecy``
    would keep the indexes of geometries from being used.

    ``tolerance`` (metres in Web Mercator) is added here: a sixteenth of a pixel of 256 below
    zoom 14, none above, so that drawn boundaries can be trusted where people look at them closely.
    """
    zoom = int(parameters["z"])
    tolerance = WORLD_M / 2**zoom / 4096 if zoom < 14 else 0.0
    asked = {**parameters, "tolerance": tolerance, "levels": list(up_to(level))}
    async with connection.transaction():
        await connection.execute("SELECT set_config('registry.level', %s, true)", (level,))
        cursor = await connection.execute(_prepared(layer), asked, binary=True)
        row = await cursor.fetchone()
    return bytes(row[0]) if row and row[0] else b""


@lru_cache
def _prepared(layer: str) -> bytes:
    """The query with psycopg's own placeholders, so that the server keeps its plan."""
    escaped = sql(f"tile_{layer}").replace("%", "%%")
    return re.sub(r"(?<!:):([a-z]\w*)", r"%(\1)s", _without_comments(escaped)).encode()


def _without_comments(text: str) -> str:
    return "\n".join(line.split("--")[0].rstrip() for line in text.splitlines())
