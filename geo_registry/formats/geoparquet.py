"""GeoParquet through geopandas, because the GDAL of the wheel is built without Parquet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars
import pyarrow

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.raw import RawLayer


def read_raw(path: Path) -> RawLayer:
    """Read a GeoParquet file as it is; coordinates in its own system.

    Raises :class:`Unreadable` for a broken file and for Parquet without geometry.
    """
    import geopandas  # loads pandas: a second that only this format should cost

    try:
        frame = geopandas.read_parquet(path)
    except (pyarrow.ArrowException, OSError):
        raise Unreadable(f"Parquet 文件“{path.name}”损坏或不完整，请重新取得。") from None
    except (ValueError, KeyError):
        raise Unreadable(
            f"“{path.name}”是没有图形的 Parquet 表，不是 GeoParquet。请导出时保留几何列。"
        ) from None
    attributes = frame.drop(columns=frame.geometry.name)
    known = attributes.astype(object).where(attributes.notna(), None)
    columns = {str(c): known[c].to_list() for c in known.columns}
    return RawLayer(
        attributes=polars.DataFrame(columns, strict=False),
        geometry=np.asarray(frame.geometry.array, dtype=object),
        crs=frame.crs.to_string() if frame.crs is not None else None,
    )
