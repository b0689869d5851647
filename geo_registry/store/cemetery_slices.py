"""Cemeteries and zones of a gazetteer: read first, built when their extents are in metres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_registry.domain.cemetery import (
    Accuracy,
    Approval,
    Cemetery,
    CemeteryType,
    Survey,
    Zone,
)
from geo_registry.store.queries import query

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_registry.store.surroundings import Surroundings


def read_cemeteries(
    connection: Connection, sites: Sequence[Any]
) -> tuple[Callable[[NDArray[Any], Surroundings], tuple[Cemetery, ...]], NDArray[Any]]:
    """The extents of approvals and surveys in degrees, and how to build the sites from metres.

    ``sites`` are rows of ``gazetteer_cemeteries``.
    """
    given = {"ids": [r.id for r in sites]}
    approvals = connection.execute(query("gazetteer_approvals"), given).all() if sites else []
    surveys = connection.execute(query("gazetteer_surveys"), given).all() if sites else []
    extents = _decoded([r.shape for r in (*approvals, *surveys)])

    def build(metres: NDArray[Any], surroundings: Surroundings) -> tuple[Cemetery, ...]:
        granted: dict[int, list[Approval]] = defaultdict(list)
        for row, extent in zip(approvals, metres[: len(approvals)], strict=True):
            granted[row.cemetery_id].append(_approval(row, extent))
        measured: dict[int, list[Survey]] = defaultdict(list)
        for row, extent in zip(surveys, metres[len(approvals) :], strict=True):
            measured[row.cemetery_id].append(_survey(row, extent))
        return tuple(
            _cemetery(row, tuple(granted[row.id]), tuple(measured[row.id]), surroundings)
            for row in sites
        )

    return build, extents


def read_zones(
    connection: Connection, ids: Sequence[int]
) -> tuple[Callable[[NDArray[Any]], tuple[Zone, ...]], NDArray[Any]]:
    """The extents of zones near cemeteries in degrees, and how to build the zones from metres."""
    rows = connection.execute(query("gazetteer_zones"), {"ids": list(ids)}).all() if ids else []

    def build(metres: NDArray[Any]) -> tuple[Zone, ...]:
        return tuple(_zone(row, extent) for row, extent in zip(rows, metres, strict=True))

    return build, _decoded([r.shape for r in rows])


def _decoded(shapes: Sequence[bytes]) -> NDArray[Any]:
    """Polygons; a multipolygon of one part becomes that part."""
    found: NDArray[Any] = shapely.from_wkb(np.array(shapes, dtype=object))
    single = shapely.get_num_geometries(found) == 1
    found[single] = shapely.get_geometry(found[single], 0)
    return found


def _approval(row: Any, extent: Any) -> Approval:
    return Approval(
        id=row.id,
        effect=row.effect,
        extent=extent,
        accuracy=Accuracy(row.sigma_m, row.shift_m),
        grade=row.grade,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        supersedes=row.supersedes,
        document=row.document,
        stated_area_m2=row.stated_area_m2,
    )


def _survey(row: Any, extent: Any) -> Survey:
    return Survey(
        id=row.id,
        surveyed_on=row.surveyed_on,
        method=row.method,
        extent=extent,
        accuracy=Accuracy(row.sigma_m, row.shift_m),
        grade=row.grade,
        complete_trace=row.complete_trace,
        recorded_order=row.id,
        repaired=row.repaired,
    )


def _cemetery(
    row: Any,
    approvals: tuple[Approval, ...],
    surveys: tuple[Survey, ...],
    surroundings: Surroundings,
) -> Cemetery:
    scopes = surroundings.scopes(row)
    return Cemetery(
        subject=f"cemetery:{row.id}",
        name=row.name,
        type=CemeteryType(row.type),
        approvals=approvals,
        surveys=surveys,
        located_in=surroundings.in_words(scopes),
        scopes=scopes | {"cemetery": str(row.id)},
    )


def _zone(row: Any, extent: Any) -> Zone:
    return Zone(
        subject=f"zone:{row.id}",
        kind=row.kind,
        name=row.name,
        extent=extent,
        setback_m=row.setback_m,
        accuracy=Accuracy(row.sigma_m, row.shift_m),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
