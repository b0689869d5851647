"""Standard names for the public: what may go out to everybody, under the review number of a map.

Maps open to the public are reviewed beforehand and carry their review number (审图号). The gate
(:mod:`geo_registry.services.names.publishing`) is asked before anything leaves, and nothing is
written while it objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars
import shapely
from numpy.typing import NDArray

from geo_registry.domain.errors import NotFound
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.services.names.publishing import require_publishable
from geo_registry.store import divisions, locating
from geo_registry.store.places import public_places

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


@dataclass(frozen=True, slots=True)
class PublicExport:
    """Rows for the public with their shapes (EPSG:4490, None where nobody drew one).

    ``withheld`` counts places with a standard name whose level is above public.
    """

    frame: polars.DataFrame
    shapes: NDArray[Any]
    withheld: int


def export_public(
    connection: Connection, *, at: str | None, review_number: str, desk: Desk
) -> PublicExport:
    """The standard names in force of an area (code or name; None: everything), for everybody.

    Raises :class:`Refused` without a review number, :class:`NotFound` where there is nothing.
    """
    codes = locating.prefixes_of(connection, at, desk.profile)
    found = public_places(connection, codes, on=desk.on)
    rows = [row for row in found if row.open]
    if not rows:
        raise NotFound(
            "这个范围内没有可以公开的标准地名。", advice="请换一个范围，或先登记标准名称。"
        )
    require_publishable(
        connection, [row.id for row in rows], review_number=review_number, desk=desk
    )
    towns = {row.town_code or row.county_code or "" for row in rows}
    villages = {row.village_code for row in rows if row.village_code}
    called = divisions.names_of(connection, (towns | villages) - {""})
    columns = {
        "标准名称": [row.name for row in rows],
        "罗马字母拼写": [row.romanized for row in rows],
        "类别": [PLACE_CLASSES.get(row.place_class, row.place_class) for row in rows],
        "所在乡镇街道": [called.get(row.town_code or row.county_code or "", "") for row in rows],
        "所在村": [called.get(row.village_code or "", "") for row in rows],
        "批准机关": [row.authority or "" for row in rows],
        "启用日期": [row.since.isoformat() if row.since else "" for row in rows],
        "来历": [row.origin or "" for row in rows],
        "含义": [row.meaning or "" for row in rows],
        "审图号": [review_number.strip()] * len(rows),
    }
    shapes = shapely.from_wkb(np.array([row.shape for row in rows], dtype=object))
    frame = polars.DataFrame(columns, schema=dict.fromkeys(columns, polars.String))
    return PublicExport(frame, shapes, len(found) - len(rows))
