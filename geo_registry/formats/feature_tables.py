"""Tables with one geometry column, written for QGIS and notebooks: GeoParquet, GPKG, GeoJSON."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geo_registry.domain.crs import CGCS2000
from geo_registry.domain.errors import BadRequest
from geo_registry.formats.tables import WRITTEN as FLAT
from geo_registry.formats.tables import write_table

if TYPE_CHECKING:
    import polars

WRITTEN = (".parquet", ".gpkg", ".geojson", *(s for s in FLAT if s != ".parquet"))


def require_writable(path: Path) -> None:
    """Raise :class:`BadRequest` for a suffix that is not written, a folder that does not exist."""
    if path.suffix.lower() not in WRITTEN:
        raise BadRequest(f"不能写“{path.name}”：输出文件的扩展名要是 {'、'.join(WRITTEN)}。")
    if not path.parent.is_dir():
        raise BadRequest(f"输出文件夹“{path.parent}”不存在，请先建立。")


def write_features(frame: polars.DataFrame, geometry: NDArray[Any], path: Path) -> None:
    """Write rows with their geometry (EPSG:4490; None where empty); csv and xlsx leave it out.

    The file appears whole or not at all. Raises as :func:`require_writable`.
    """
    require_writable(path)
    suffix = path.suffix.lower()
    if suffix not in {".parquet", ".gpkg", ".geojson"}:
        write_table(frame, path)
        return
    import geopandas  # loads pandas: a second that only this should cost

    columns = {name: frame[name].to_list() for name in frame.columns}
    table = geopandas.GeoDataFrame(columns, geometry=np.asarray(geometry), crs=CGCS2000)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        if suffix == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            temporary.unlink()
            driver = "GPKG" if suffix == ".gpkg" else "GeoJSON"
            table.to_file(temporary, driver=driver, engine="pyogrio", layer=path.stem)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
