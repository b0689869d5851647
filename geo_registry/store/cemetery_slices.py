"""Cemeteries and zones of a gazetteer: read first, built when their extents are in metres."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_registry.domain.burial import Burial, BurialKind
from geo_registry.domain.cemetery import (
    Accuracy,
    Approval,
    Cemetery,
    CemeteryType,
    Survey,
    Zone,
)
from geo_registry.domain.plot import Plot, PlotKind, PlotStatus
from geo_registry.store.fees import Charged, charged
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
    plots = read_plots(connection, given["ids"], ())
    burials = connection.execute(query("gazetteer_burials"), given).all() if sites else []
    fees = charged(connection, given["ids"])
    extents = _decoded([r.shape for r in (*approvals, *surveys, *plots)])

    def build(metres: NDArray[Any], surroundings: Surroundings) -> tuple[Cemetery, ...]:
        granted: dict[int, list[Approval]] = defaultdict(list)
        for row, extent in zip(approvals, metres[: len(approvals)], strict=True):
            granted[row.cemetery_id].append(_approval(row, extent))
        measured: dict[int, list[Survey]] = defaultdict(list)
        later = len(approvals) + len(surveys)
        for row, extent in zip(surveys, metres[len(approvals) : later], strict=True):
            measured[row.cemetery_id].append(_survey(row, extent))
        marked: dict[int, list[Plot]] = defaultdict(list)
        for row, extent in zip(plots, metres[later:], strict=True):
            marked[row.cemetery_id].append(plot(row, extent))
        buried: dict[int, list[Burial]] = defaultdict(list)
        for row in burials:
            buried[row.cemetery_id].append(_burial(row))
        return tuple(
            replace(
                _cemetery(row, tuple(granted[row.id]), tuple(measured[row.id]), surroundings),
                plots=tuple(marked[row.id]),
                burials=tuple(buried[row.id]),
                **_fees(fees.get(row.id)),
            )
            for row in sites
        )

    return build, extents


def _fees(found: Charged | None) -> dict[str, Any]:
    return {"fee_lists": found.lists, "charges": found.charges} if found else {}


def read_plots(
    connection: Connection, cemetery_ids: Sequence[int], graves: Sequence[int]
) -> Sequence[Any]:
    """The plots of some cemeteries, and graves that stand by themselves, as rows."""
    if not (cemetery_ids or graves):
        return []
    given = {"ids": list(cemetery_ids), "graves": list(graves)}
    return connection.execute(query("gazetteer_plots"), given).all()


def read_graves(
    connection: Connection, ids: Sequence[int]
) -> tuple[Sequence[Any], Callable[[NDArray[Any], Surroundings], tuple[Plot, ...]], NDArray[Any]]:
    """Graves without a cemetery: their rows, how to build them from metres, shapes in degrees."""
    rows = read_plots(connection, (), ids)

    def build(metres: NDArray[Any], surroundings: Surroundings) -> tuple[Plot, ...]:
        found = []
        for row, extent in zip(rows, metres, strict=True):
            scopes = surroundings.scopes(row)
            found.append(
                replace(plot(row, extent), scopes=scopes, located_in=surroundings.in_words(scopes))
            )
        return tuple(found)

    return rows, build, _decoded([r.shape for r in rows])


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
        serves=tuple(row.serves),
    )


def plot(row: Any, extent: Any) -> Plot:
    """A plot of the domain from a row of ``gazetteer_plots`` and its shape in metres."""
    return Plot(
        subject=f"plot:{row.id}",
        kind=PlotKind(row.kind),
        number=row.number,
        section=row.section,
        status=PlotStatus(row.status),
        area_m2=row.area_m2,
        stele_height_m=row.stele_height_m,
        extent=extent,
        sigma_m=row.sigma_m or 0.0,
        clan=row.clan,
        family=row.family,
        living=row.living,
        protected=row.protected,
        granted=row.granted,
        made_on=row.made_on,
        surname=row.surname or "",
    )


def _burial(row: Any) -> Burial:
    return Burial(
        subject=f"burial:{row.id}",
        kind=BurialKind(row.kind),
        plot=None if row.plot_id is None else f"plot:{row.plot_id}",
        buried_on=row.buried_on,
        hukou_code=row.hukou_code,
        resident_of=row.resident_of,
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
