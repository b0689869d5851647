"""Files that the tests read, made on the spot: good ones, and the same ones broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import pytest
import shapely

BOXES = (shapely.box(122.0, 37.0, 122.01, 37.01), shapely.box(122.1, 37.1, 122.11, 37.11))
NAMES = ("𬬭山公墓", "文化陵园")
DRIVERS = {
    ".gpkg": "GPKG",
    ".fgb": "FlatGeobuf",
    ".geojson": "GeoJSON",
    ".kml": "LIBKML",
    ".gml": "GML",
    ".shp": "ESRI Shapefile",
    ".dxf": "DXF",
}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a map file by its suffix; two boxes with Chinese names unless told otherwise."""

    def written(name: str, geometry: Any = BOXES, crs: Any = 4490, **options: Any) -> Path:
        columns = options.pop("columns", {"名称": list(NAMES), "编号": ["01", "02"]})
        table = geopandas.GeoDataFrame(columns, geometry=list(geometry), crs=crs)
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        if path.suffix == ".parquet":
            table.to_parquet(path)
        else:
            pyogrio.write_dataframe(table, path, driver=DRIVERS[path.suffix], **options)
        return path

    return written


@pytest.fixture
def cut() -> Callable[[Path], Path]:
    """Take the end off a file."""

    def cut_off(path: Path, share: float = 0.6) -> Path:
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        return path

    return cut_off


OSM = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6">
 <node id="1" lat="37.1" lon="122.1"/><node id="2" lat="37.1" lon="122.101"/>
 <node id="3" lat="37.1" lon="122.102"/><node id="4" lat="37.101" lon="122.101"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/>
  <tag k="name" v="文化路"/></way>
 <way id="11"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/>
  <tag k="name" v="文化路"/></way>
 <way id="12"><nd ref="2"/><nd ref="4"/><tag k="highway" v="residential"/></way>
 <way id="13"><nd ref="4"/><nd ref="3"/><tag k="highway" v="footway"/></way>
 <way id="14"><nd ref="1"/><nd ref="4"/><tag k="building" v="yes"/></way>
 <way id="15"><nd ref="1"/><nd ref="2"/><nd ref="99"/><tag k="highway" v="service"/></way>
 MORE
</osm>
"""


@pytest.fixture
def osm(tmp_path: Path) -> Callable[..., Path]:
    """Write a small OSM file with five highway ways and what is given besides."""

    def written(more: str = "", name: str = "village.osm") -> Path:
        path = tmp_path / name
        path.write_text(OSM.replace("MORE", more), "utf-8")
        return path

    return written
