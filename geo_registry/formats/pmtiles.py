"""Tiles out of a PMTiles file, version 3 (https://github.com/protomaps/PMTiles/blob/main/spec)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType

from geo_registry.domain.errors import Unreadable

_MEDIA_TYPES = {
    TileType.MVT: "application/vnd.mapbox-vector-tile",
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
}
_ADVICE = "请检查文件是否完整，或用 pmtiles verify 核对。"


@dataclass(frozen=True, slots=True)
class TileFile:
    """An opened file: what its tiles are, down to which zoom, and the names of vector layers."""

    media_type: str
    min_zoom: int
    max_zoom: int
    vector_layers: tuple[str, ...]
    gzipped: bool
    _reader: Any

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The bytes of a tile as the file keeps them, or None. Raises :class:`Unreadable`."""
        if not self.min_zoom <= z <= self.max_zoom:
            return None
        try:
            found: bytes | None = self._reader.get(z, x, y)
        except (ValueError, LookupError, OSError, EOFError, zlib.error) as error:
            raise Unreadable(f"底图文件损坏，读不出瓦片 {z}/{x}/{y}。", advice=_ADVICE) from error
        return found


def open_tiles(path: Path) -> TileFile:
    """Open a file; :class:`Unreadable` for what is not there or no PMTiles of version 3."""
    try:
        with path.open("rb") as file:
            reader = Reader(MmapSource(file))  # the mapping outlives the descriptor
        header = reader.header()
        media_type = _MEDIA_TYPES[header["tile_type"]]
        gzipped = {Compression.NONE: False, Compression.GZIP: True}[header["tile_compression"]]
        layers = reader.metadata().get("vector_layers", [])
        names = tuple(str(layer["id"]) for layer in layers)
    except OSError as error:
        raise Unreadable(
            f"底图文件 {path.name} 打不开（{error.strerror}）。", advice=_ADVICE
        ) from error
    except Exception as error:  # the library raises its own kinds for each damage
        raise Unreadable(f"{path.name} 不是可用的 PMTiles 文件。", advice=_ADVICE) from error
    return TileFile(media_type, header["min_zoom"], header["max_zoom"], names, gzipped, reader)
