"""A place that is registered together with the first name proposed for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely import LineString

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.place import is_line
from geo_registry.services.names.checking import require_class
from geo_registry.store import locating
from geo_registry.store.naming import lengthen
from geo_registry.store.places import insert_places, insert_segments
from geo_registry.store.rows import PlaceRow, SegmentRow

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A thing that has no entry yet; geometry in degrees (EPSG:4490), longitude first.

    ``at`` is the code or name of the village or town it lies in, for where no boundary tells.
    """

    place_class: str
    geometry: BaseGeometry
    at: str = ""
    width_m: float | None = None


def register(connection: Connection, new: NewPlace, profile: Profile) -> int:
    """Register a place without a name and return its id; a road's lines become its segments.

    Raises :class:`BadRequest` for a class or a geometry that cannot be.
    """
    require_class(new.place_class)
    road = is_line(new.place_class)
    lines = _lines(new.geometry) if road else []
    _require_degrees(new.geometry)
    middle = shapely.point_on_surface(new.geometry)
    scopes = (
        locating.scopes_of(connection, new.at.strip(), profile)
        if new.at.strip()
        else locating.scopes_at(connection, middle.x, middle.y, profile)
    )
    row = PlaceRow(
        new.place_class,
        scopes.get("village"),
        scopes.get("town"),
        scopes.get("stat_county") or scopes.get("legal_county"),
        geometry=None if road else new.geometry,
        width_m=new.width_m,
        source="申报登记",
    )
    (place_id,) = insert_places(connection, [row])
    if road:
        insert_segments(connection, [SegmentRow(place_id, line) for line in lines])
        lengthen(connection, place_id)
    return place_id


def _lines(geometry: BaseGeometry) -> list[LineString]:
    parts = [g for g in shapely.get_parts(geometry) if isinstance(g, LineString)]
    if not parts or len(parts) != shapely.get_num_geometries(geometry):
        raise BadRequest("道路的图形应是线，请沿道路中心线绘制。")
    return parts


def _require_degrees(geometry: BaseGeometry) -> None:
    if geometry.is_empty or not geometry.is_valid:
        raise BadRequest("图形是空的或者自相交，请重新绘制。")
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadRequest("坐标应为经度、纬度（度），例如 122.05, 37.42；请检查是否颠倒。")
