"""A registry as busy as a large city's: 200,000 pieces of roads and 10,000 findings.

The roads are made up (``synthetic_roads``), laid over the sample district and written through the
store; the findings are what the scan finds among them. Nothing is put into a table of findings.
"""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Engine, text

from bench.report import REPOSITORY
from bench.synthetic_roads import AREA_M, SyntheticRoads, synthetic_roads
from geo_registry import reference as reference_tables
from geo_registry.api.service import today_in_china
from geo_registry.domain.toponym import parse
from geo_registry.services.findings import scanning
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.places import insert_names, insert_places, insert_segments
from geo_registry.store.rows import PlaceNameRow, PlaceRow, SegmentRow

CENTRE = (122.05, 37.40)
"""Degrees; the middle of the sample district."""
AREAS = 16
_DEGREE_M = 111_320.0


def fill(engine: Engine, segments: int, unnamed: int) -> dict[str, int]:
    """Add the roads, scan them, and say how many pieces and findings there are now."""
    made = synthetic_roads(segments, areas=AREAS, roads=segments // 8, broken=segments // 200)
    with transaction(engine, person=LOCAL_USER, reason="速度测试：道路") as connection:
        _write(connection, made, unnamed)
    data = REPOSITORY / "data"
    profile = reference_tables.load_profile(data, "371002")
    with transaction(engine, person=LOCAL_USER, reason="速度测试：比对") as connection:
        scanning.scan(
            connection,
            rules=["pn.entity.unnamed"],
            reference=reference_tables.load(data),
            profile=profile,
            on=today_in_china(),
            person=LOCAL_USER,
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE registry.segment, registry.place"))
        connection.execute(text("VACUUM ANALYZE registry.place_name, registry.finding"))
        counted = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM registry.segment) AS segments, "
                "(SELECT count(*) FROM registry.finding WHERE state = 'open') AS findings"
            )
        ).one()
    return {"segments": counted.segments, "findings": counted.findings}


def _write(connection: Any, made: SyntheticRoads, unnamed: int) -> None:
    lines = _on_the_ground(made.lines)
    numbers, first, owner = np.unique(made.road, return_index=True, return_inverse=True)
    length = np.bincount(owner, shapely.length(made.lines))
    villages = connection.execute(
        text(
            "SELECT code, parent_code FROM registry.admin_division "
            "WHERE level = 5 AND code LIKE '371002%' ORDER BY code"
        )
    ).all()
    at = list(islice(cycle(villages), len(numbers)))
    places = insert_places(
        connection,
        [
            PlaceRow("road", v, t, "371002", length_m=float(m))
            for (v, t), m in zip(at, length, strict=True)
        ],
    )
    reference = reference_tables.load(REPOSITORY / "data")
    insert_names(
        connection,
        [
            PlaceNameRow(place, parse(made.names[i], "road", reference))
            for place, i in list(zip(places, first, strict=True))[unnamed:]
        ],
    )
    insert_segments(
        connection,
        [SegmentRow(places[road], line) for road, line in zip(owner, lines, strict=True)],
    )


def _on_the_ground(lines: NDArray[Any]) -> NDArray[Any]:
    """Metres of the made-up plane as degrees, its middle at the middle of the district."""
    half = AREA_M * np.sqrt(AREAS) / 2
    scale = np.array([_DEGREE_M * np.cos(np.radians(CENTRE[1])), _DEGREE_M])
    return np.asarray(shapely.transform(lines, lambda xy: (xy - half) / scale + CENTRE))
