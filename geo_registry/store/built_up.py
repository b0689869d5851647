"""Built-up areas (建成区): written and replaced by code, and which places lie in which.

A place knows its built-up area by code (``place.built_up_code``), so that a rule compares names
by an equality. The code follows whenever the layer or the places change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from geo_registry.store.tables import built_up_area
from geo_registry.store.writing import column_wise, copy_rows, ewkb

if TYPE_CHECKING:
    from shapely import MultiPolygon, Polygon


@dataclass(frozen=True, slots=True)
class BuiltUpRow:
    """One built-up area; extent in degrees, EPSG:4490, valid."""

    code: str
    name: str
    extent: Polygon | MultiPolygon
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    sample: bool = False
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """How many areas were new, how many replaced one of their code, and how many places moved."""

    new: int
    replaced: int
    places: int


def put_areas(connection: Connection, rows: Sequence[BuiltUpRow]) -> Written:
    """Write areas, each in the place of the one in force under its code, and move the places.

    An area with a beginning ends the earlier one on that day; without one, or with the same
    beginning, it takes its row (history keeps what was there).
    """
    if not rows:
        return Written(0, 0, 0)
    standing = {
        code: (key, since)
        for key, code, since in connection.execute(
            text(
                "SELECT id, code, valid_from FROM registry.built_up_area "
                "WHERE code = ANY (:codes) AND valid_to IS NULL"
            ),
            {"codes": [r.code for r in rows]},
        )
    }
    fresh = []
    for row in rows:
        known = standing.get(row.code)
        if known is None:
            fresh.append(row)
        elif row.valid_from is None or row.valid_from == known[1]:
            _take_row(connection, known[0], row)
        else:
            _end(connection, known[0], row.valid_from)
            fresh.append(row)
    columns = column_wise(
        fresh,
        *("code", "name", "valid_from", "valid_to", "source", "sample", "batch_id"),
        geom="extent",
    )
    copy_rows(connection, built_up_area, columns)
    return Written(len(rows) - len(standing), len(standing), place_all(connection))


def _take_row(connection: Connection, key: int, row: BuiltUpRow) -> None:
    connection.execute(
        text(
            "UPDATE registry.built_up_area SET name = :name, source = :source, "
            " geom = ST_GeomFromEWKB(decode(:extent, 'hex')), batch_id = :batch WHERE id = :id"
        ),
        {
            "id": key,
            "name": row.name,
            "source": row.source,
            "extent": ewkb([row.extent], multi=True)[0],
            "batch": row.batch_id,
        },
    )


def _end(connection: Connection, key: int, on: date) -> None:
    connection.execute(
        text("UPDATE registry.built_up_area SET valid_to = :on WHERE id = :id"),
        {"id": key, "on": on},
    )


_PLACED = """
WITH piece AS (
  SELECT p.id AS place_id, p.geom FROM registry.place p
  WHERE p.geom IS NOT NULL AND {chosen}
  UNION ALL
  SELECT g.place_id, g.geom FROM registry.segment g JOIN registry.place p ON p.id = g.place_id
  WHERE p.geom IS NULL AND {chosen}
), met AS (
  SELECT n.place_id, a.code, n.geom, a.geom AS area, ST_Covers(a.geom, n.geom) AS whole
  FROM piece n
  JOIN registry.built_up_area a ON a.geom && n.geom AND ST_Intersects(a.geom, n.geom)
  WHERE a.valid_to IS NULL
), inside AS (
  SELECT place_id, code, sum(CASE
    WHEN ST_Dimension(geom) = 0 THEN 1
    WHEN ST_Dimension(geom) = 1 THEN ST_Length(CASE WHEN whole THEN geom
      ELSE ST_CollectionExtract(ST_Intersection(geom, area), 2) END::geography)
    ELSE ST_Area(CASE WHEN whole THEN geom
      ELSE ST_CollectionExtract(ST_Intersection(geom, area), 3) END::geography)
    END) AS size
  FROM met GROUP BY place_id, code
), whole AS (
  SELECT place_id, sum(CASE ST_Dimension(geom) WHEN 0 THEN 1
    WHEN 1 THEN ST_Length(geom::geography) ELSE ST_Area(geom::geography) END) AS size
  FROM piece WHERE place_id IN (SELECT place_id FROM inside) GROUP BY place_id
), best AS (
  SELECT DISTINCT ON (i.place_id) i.place_id, i.code
  FROM inside i JOIN whole w USING (place_id)
  WHERE i.size * 2 > w.size
  ORDER BY i.place_id, i.size DESC, i.code
)
UPDATE registry.place p SET built_up_code = b.code
FROM (SELECT p.id, best.code FROM registry.place p LEFT JOIN best ON best.place_id = p.id
      WHERE {chosen} AND p.built_up_code IS DISTINCT FROM best.code) b
WHERE p.id = b.id
"""
"""More than half of a road's length, or of an estate's area, decides; a point lies in or out."""


def place_all(connection: Connection) -> int:
    """Give every place the built-up area it lies in today; returns how many changed."""
    near = (
        "(p.built_up_code IS NOT NULL OR EXISTS (SELECT FROM registry.built_up_area a "
        " WHERE a.geom && p.geom) OR EXISTS (SELECT FROM registry.segment s "
        " JOIN registry.built_up_area a ON a.geom && s.geom WHERE s.place_id = p.id))"
    )
    return _place(connection, near, {})


def place_some(connection: Connection, places: Sequence[int]) -> int:
    """Give some places, just written or moved, their built-up area; returns how many changed."""
    if not places or not known(connection):
        return 0
    return _place(connection, "p.id = ANY (:places)", {"places": list(places)})


def _place(connection: Connection, chosen: str, given: dict[str, Any]) -> int:
    return int(connection.execute(text(_PLACED.format(chosen=chosen)), given).rowcount)


def known(connection: Connection) -> bool:
    """Whether a layer of built-up areas was imported at all."""
    return bool(
        connection.scalar(
            text("SELECT EXISTS (SELECT FROM registry.built_up_area WHERE valid_to IS NULL)")
        )
    )


def code_at(connection: Connection, longitude: float, latitude: float) -> str | None:
    """The code of the built-up area that holds a point (degrees), the smallest where several do."""
    code = connection.scalar(
        text(
            "SELECT code FROM registry.built_up_area "
            "WHERE valid_to IS NULL AND ST_Covers(geom, ST_SetSRID(ST_MakePoint(:x, :y), 4490)) "
            "ORDER BY ST_Area(geom), code LIMIT 1"
        ),
        {"x": longitude, "y": latitude},
    )
    return None if code is None else str(code)


def names_of(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """Code → name, of the area in force, or else the last one that was."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (code) code, name FROM registry.built_up_area "
            "WHERE code = ANY (:codes) ORDER BY code, valid_to DESC NULLS FIRST, id DESC"
        ),
        {"codes": list(codes)},
    )
    return {str(code): str(name) for code, name in rows}


def divisions_of(connection: Connection) -> dict[str, frozenset[str]]:
    """Built-up code → the statistical codes of what lies in it, empty for what nobody located."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT built_up_code, coalesce(town_code, county_code, '') "
            "FROM registry.place WHERE built_up_code IS NOT NULL AND status <> 'retired'"
        )
    )
    found: dict[str, set[str]] = {}
    for code, division in rows:
        found.setdefault(str(code), set()).add(str(division))
    return {code: frozenset(divisions) for code, divisions in found.items()}
