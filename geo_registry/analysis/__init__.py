"""The notebook door: tables as GeoDataFrames, maps that ask no outside host."""

from geo_registry.analysis.frames import connect, findings, frame
from geo_registry.analysis.maps import OfflineMap, map_of

__all__ = ["OfflineMap", "connect", "findings", "frame", "map_of"]
