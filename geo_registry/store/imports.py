"""What an import asks of the registry before it writes: earlier imports, extents, footprints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from geo_registry.domain.identity import Scope
from geo_registry.store.divisions import NBS
from geo_registry.store.places import lock_name
from geo_registry.store.writing import ewkb


@dataclass(frozen=True, slots=True)
class Earlier:
    """The import in which the very same selection of the same file came in."""

    batch_id: int
    file_name: str
    on: date


def earlier_import(connection: Connection, kind: str, sha256: str, source: str) -> Earlier | None:
    """Find an earlier import of the same file with the same selection (``source``).

    Holds a lock on the file until the transaction ends, so that two imports of one file at once
    follow each other and the second finds the first.
    """
    lock_name(connection, Scope("batch", kind), sha256)
    row = connection.execute(
        text(
            "SELECT id, file_name, at::date FROM registry.import_batch "
            "WHERE kind = :kind AND sha256 = :sha256 AND source = :source ORDER BY id LIMIT 1"
        ),
        {"kind": kind, "sha256": sha256, "source": source},
    ).one_or_none()
    return None if row is None else Earlier(*row)


@dataclass(frozen=True, slots=True)
class Extents:
    """Division polygons as parallel arrays; degrees, EPSG:4490."""

    codes: NDArray[Any]
    levels: NDArray[np.int64]
    geometry: NDArray[Any]

    def __len__(self) -> int:
        return len(self.codes)


def division_extents(
    connection: Connection, bounds: Sequence[float], *, code_system: str = NBS
) -> Extents:
    """Load the polygons of counties, towns and villages valid today that touch a box (degrees)."""
    west, south, east, north = map(float, bounds)
    rows = connection.execute(
        text(
            "SELECT code, level, ST_AsBinary(extent) FROM registry.admin_division "
            "WHERE code_system = :system AND valid_to IS NULL AND level >= 3 "
            " AND extent && ST_MakeEnvelope(:west, :south, :east, :north, 4490) "
            "ORDER BY level DESC, code"
        ),
        {"system": code_system, "west": west, "south": south, "east": east, "north": north},
    ).all()
    return Extents(
        np.array([r[0] for r in rows], dtype=object),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.asarray(shapely.from_wkb([bytes(r[2]) for r in rows]), dtype=object),
    )


def set_extents(
    connection: Connection,
    codes: Sequence[str],
    extents: Sequence[Any],
    source: str,
    *,
    code_system: str = NBS,
) -> int:
    """Give divisions their polygons (degrees, EPSG:4490); returns how many rows changed."""
    result = connection.execute(
        text(
            "UPDATE registry.admin_division d SET extent = ST_Multi(n.extent), source = :source "
            "FROM (SELECT unnest(:codes ::text[]) AS code, "
            " ST_GeomFromEWKB(decode(unnest(:extents ::text[]), 'hex')) AS extent) n "
            "WHERE d.code = n.code AND d.code_system = :system AND d.valid_to IS NULL"
        ),
        {
            "codes": list(codes),
            "extents": ewkb(extents),
            "source": source,
            "system": code_system,
        },
    )
    return int(result.rowcount)


def division_codes(connection: Connection, *, code_system: str = NBS) -> dict[str, str]:
    """Code → name of every division of counties and below that is valid today."""
    rows = connection.execute(
        text(
            "SELECT code, name FROM registry.admin_division "
            "WHERE code_system = :system AND valid_to IS NULL AND level >= 3"
        ),
        {"system": code_system},
    )
    return {str(code): str(name) for code, name in rows}


@dataclass(frozen=True, slots=True)
class Footprint:
    """A registered cemetery with what is known of its extent (degrees), approved or measured.

    The extent is empty where nothing was approved or measured yet.
    """

    id: int
    name: str
    source_id: str
    extent: Any
    approvals: tuple[int, ...]


def cemetery_footprints(connection: Connection, bounds: Sequence[float]) -> list[Footprint]:
    """Load the cemeteries whose approved or measured extent touches a box (degrees).

    ``approvals`` are the ids of those in force without an end, oldest first.
    """
    west, south, east, north = map(float, bounds)
    rows = connection.execute(
        text(
            "SELECT c.id, c.name, c.source_id, ST_AsBinary(ST_UnaryUnion(ST_Collect(e.geom))), "
            " (SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') FROM registry.approval a "
            "  WHERE a.cemetery_id = c.id AND a.valid_to IS NULL) "
            "FROM registry.cemetery c JOIN ("
            " SELECT cemetery_id, geom FROM registry.approval WHERE effect <> 'reduces' "
            " UNION ALL SELECT cemetery_id, geom FROM registry.survey"
            ") e ON e.cemetery_id = c.id "
            "WHERE e.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490) "
            "GROUP BY c.id ORDER BY c.id"
        ),
        {"west": west, "south": south, "east": east, "north": north},
    )
    return [
        Footprint(id_, name, source, shapely.from_wkb(bytes(wkb)), tuple(ids))
        for id_, name, source, wkb, ids in rows
    ]


def footprint_of(connection: Connection, cemetery_id: int) -> Footprint | None:
    """The registered cemetery of a number, with or without boundaries."""
    row = connection.execute(
        text(
            "SELECT c.id, c.name, c.source_id, ST_AsBinary(coalesce(("
            "  SELECT ST_UnaryUnion(ST_Collect(e.geom)) FROM ("
            "   SELECT geom FROM registry.approval "
            "   WHERE cemetery_id = c.id AND effect <> 'reduces' "
            "   UNION ALL SELECT geom FROM registry.survey WHERE cemetery_id = c.id) e), "
            "  ST_GeomFromText('POLYGON EMPTY', 4490))), "
            " (SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') FROM registry.approval a "
            "  WHERE a.cemetery_id = c.id AND a.valid_to IS NULL) "
            "FROM registry.cemetery c WHERE c.id = :id"
        ),
        {"id": cemetery_id},
    ).one_or_none()
    if row is None:
        return None
    id_, name, source, wkb, ids = row
    return Footprint(id_, name, source, shapely.from_wkb(bytes(wkb)), tuple(ids))


def cemeteries_by_source(connection: Connection, source_ids: Sequence[str]) -> dict[str, int]:
    """Id in the source → id of the registered cemetery, for ids that name exactly one."""
    rows = connection.execute(
        text(
            "SELECT source_id, min(id) FROM registry.cemetery "
            "WHERE source_id = ANY(:ids) AND source_id <> '' "
            "GROUP BY source_id HAVING count(*) = 1"
        ),
        {"ids": list(source_ids)},
    )
    return {str(source): int(id_) for source, id_ in rows}
