"""Several layers in one GeoPackage, with the content they were made from, and back again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.crs import CGCS2000
from geo_registry.domain.errors import Unreadable

CONTENT_LAYER = "档案"


@dataclass(frozen=True, slots=True)
class NamedLayer:
    """Rows of one layer: geometry in degrees (EPSG:4490), and columns of equal length."""

    name: str
    extents: tuple[BaseGeometry, ...]
    columns: Mapping[str, Sequence[Any]]


def write_layers(layers: Sequence[NamedLayer], content: bytes, sha256: str, path: Path) -> None:
    """Write layers to a new file, and a table without geometry that carries content and hash."""
    import geopandas  # loads pandas: a second that only this should cost
    import pandas
    import pyogrio

    for layer in layers:
        extents = np.array([_multi(e) for e in layer.extents], dtype=object)
        table = geopandas.GeoDataFrame(dict(layer.columns), geometry=extents, crs=CGCS2000)
        pyogrio.write_dataframe(table, path, layer=layer.name, driver="GPKG")
    carried = pandas.DataFrame({"sha256": [sha256], "content": [content.decode()]})
    pyogrio.write_dataframe(carried, path, layer=CONTENT_LAYER, driver="GPKG")


Rows = list[tuple[bytes, tuple[str, ...]]]
"""What a layer shows: of each row the shape as WKB, and its values as text."""


def read_layers(path: Path) -> tuple[dict[str, Rows], str, str]:
    """What each layer shows, the content and the hash that a GeoPackage carries.

    Raises :class:`Unreadable` for a file that carries none.
    """
    import pyogrio

    try:
        names = {name for name, _ in pyogrio.list_layers(path)}
        if CONTENT_LAYER not in names:
            raise _no_dossier()
        carried = pyogrio.read_dataframe(path, layer=CONTENT_LAYER, read_geometry=False)
        found = {}
        for name in names - {CONTENT_LAYER}:
            table = pyogrio.read_dataframe(path, layer=name)
            values = {c: list(table[c]) for c in table.columns if c != "geometry"}
            found[str(name)] = _rows(list(table.geometry), values)
        return found, str(carried["content"][0]), str(carried["sha256"][0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        raise Unreadable("GeoPackage 已损坏，打不开。", advice="请重新取得原文件。") from None
    except (KeyError, IndexError, AttributeError):
        raise _no_dossier() from None


def shown_by(layer: NamedLayer) -> Rows:
    """What a layer shows once it is in a file."""
    return _rows([_multi(e) for e in layer.extents], layer.columns)


def _rows(extents: Sequence[BaseGeometry], columns: Mapping[str, Sequence[Any]]) -> Rows:
    named = [(c, columns[c]) for c in sorted(columns)]
    return [
        (shapely.to_wkb(extent), tuple(f"{c}={_said(values[i])}" for c, values in named))
        for i, extent in enumerate(extents)
    ]


def _said(value: Any) -> str:
    """A value as text; nothing is nothing, whichever library says it."""
    return "" if value is None or value != value else str(value)


def _multi(extent: BaseGeometry) -> BaseGeometry:
    """One kind of geometry a layer."""
    if not extent.area:
        return extent
    whole: BaseGeometry = shapely.multipolygons(shapely.get_parts(extent))  # type: ignore[assignment]
    return whole


def _no_dossier() -> Unreadable:
    return Unreadable(
        "这个 GeoPackage 不是公墓边界档案，或其中的档案内容已被去掉。",
        advice="可核验的是 geo-registry cemetery dossier 生成的文件。",
    )
