"""Name signs: where they stand, what they say, and which towns have been surveyed for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, text, update

from geo_registry.domain.signs import SignText
from geo_registry.store.columns import SRID
from geo_registry.store.tables import sign
from geo_registry.store.writing import column_wise, copy_rows, in_turn

if TYPE_CHECKING:
    from shapely import Point

STATES = {"standing": "完好", "damaged": "破损", "missing": "缺失", "planned": "拟设"}
"""States of a sign with their Chinese words; a missing or planned one does not stand."""


@dataclass(frozen=True, slots=True)
class SignRow:
    """One sign. ``geometry`` in degrees; ``place_id`` None where it was matched to no road."""

    text: str
    geometry: Point
    place_id: int | None = None
    romanized: str | None = None
    installed_on: date | None = None
    state: str = "standing"
    town_code: str | None = None
    source: str = ""
    batch_id: int | None = None
    sample: bool = False
    planned_on: date | None = None
    checked_on: date | None = None
    note: str = ""


def insert_signs(connection: Connection, rows: Sequence[SignRow]) -> list[int]:
    """Write signs and return their ids in order."""
    columns = column_wise(
        rows,
        *("text", "place_id", "romanized", "installed_on", "state", "town_code", "source"),
        *("batch_id", "sample", "planned_on", "checked_on", "note"),
        geom="geometry",
    )
    return copy_rows(connection, sign, columns)


def same_sign(connection: Connection, row: SignRow) -> int | None:
    """A sign of the same place that says the same at the very same point, in the same state."""
    at = func.ST_SetSRID(func.ST_MakePoint(row.geometry.x, row.geometry.y), SRID)
    in_turn(connection, "sign", row.place_id, row.text, row.geometry.wkb.hex())
    found: int | None = connection.scalar(
        select(func.min(sign.c.id)).where(
            sign.c.place_id == row.place_id,
            sign.c.text == row.text,
            sign.c.state == row.state,
            func.ST_Equals(sign.c.geom, at),
        )
    )
    return found


def standing_signs(connection: Connection, place_ids: Iterable[int]) -> Mapping[int, list[bytes]]:
    """Signs that stand for some places: place id → points as WKB, degrees."""
    rows = connection.execute(
        text(
            "SELECT place_id, ST_AsBinary(geom) FROM registry.sign "
            "WHERE place_id = ANY (:ids) AND state IN ('standing', 'damaged') ORDER BY id"
        ),
        {"ids": list(place_ids)},
    )
    found: dict[int, list[bytes]] = defaultdict(list)
    for place_id, shape in rows:
        found[place_id].append(bytes(shape))
    return found


def texts_of(
    connection: Connection, place_ids: Iterable[int]
) -> Mapping[int, tuple[SignText, ...]]:
    """What the signs of some places say and in which state they are; planned ones left out."""
    rows = connection.execute(
        text(
            "SELECT place_id, id, text, romanized, state, note FROM registry.sign "
            "WHERE place_id = ANY (:ids) AND state <> 'planned' ORDER BY place_id, id"
        ),
        {"ids": list(place_ids)},
    )
    found: dict[int, tuple[SignText, ...]] = {}
    for place_id, *rest in rows:
        found[place_id] = (*found.get(place_id, ()), SignText(*rest))
    return found


def surveyed_towns(connection: Connection) -> frozenset[str]:
    """Codes of the towns in which signs were surveyed."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT town_code FROM registry.sign "
            "WHERE town_code IS NOT NULL AND state <> 'planned'"
        )
    )
    return frozenset(code for (code,) in rows)


@dataclass(frozen=True, slots=True)
class RoadNear:
    """A drawn road with one of its names, near some signs; ``shape`` as WKB, degrees."""

    place_id: int
    full_name: str
    town_code: str | None
    shape: bytes


def roads_named(
    connection: Connection, names: Sequence[str], bounds: Sequence[float]
) -> list[RoadNear]:
    """Roads in a box (degrees) whose current name, written the comparable way, is one of these."""
    west, south, east, north = map(float, bounds)
    rows = connection.execute(
        text(
            "SELECT n.place_id, n.key_stem, p.town_code, "
            " ST_AsBinary(ST_Collect(g.geom ORDER BY g.id)) AS shape "
            "FROM registry.place_name n JOIN registry.place p ON p.id = n.place_id "
            "JOIN registry.segment g ON g.place_id = p.id "
            "WHERE n.key_stem = ANY (:names) AND n.kind = 'standard' AND n.superseded_at IS NULL "
            " AND (n.valid_to IS NULL OR n.valid_to > current_date) "
            " AND split_part(p.place_class, '.', 1) = 'road' AND p.status <> 'retired' "
            " AND g.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490) "
            "GROUP BY n.place_id, n.key_stem, p.town_code ORDER BY n.place_id"
        ),
        {"names": list(names), "west": west, "south": south, "east": east, "north": north},
    )
    return [RoadNear(r.place_id, r.key_stem, r.town_code, bytes(r.shape)) for r in rows]


def signs_of(connection: Connection, place_id: int) -> list[dict[str, Any]]:
    """The signs of one place, for people."""
    rows = connection.execute(
        text(
            "SELECT id, text, romanized, planned_on, installed_on, checked_on, state, note, "
            " ST_X(geom) AS lon, ST_Y(geom) AS lat "
            "FROM registry.sign WHERE place_id = :id ORDER BY id"
        ),
        {"id": place_id},
    )
    return [{**r._mapping, "state_title": STATES[r.state]} for r in rows]  # noqa: SLF001


def find_sign(connection: Connection, sign_id: int) -> dict[str, Any] | None:
    """One sign, or None."""
    if not 0 < sign_id < 2**63:
        return None
    row = connection.execute(
        text(
            "SELECT id, place_id, text, romanized, planned_on, installed_on, checked_on, state, "
            " note, town_code, ST_X(geom) AS lon, ST_Y(geom) AS lat "
            "FROM registry.sign WHERE id = :id"
        ),
        {"id": sign_id},
    ).mappings()
    found = row.first()
    return None if found is None else dict(found)


def hold_sign(connection: Connection, sign_id: int) -> dict[str, Any] | None:
    """Lock a sign until the transaction ends, and read it as it then is."""
    if 0 < sign_id < 2**63:
        connection.execute(
            text("SELECT id FROM registry.sign WHERE id = :id FOR NO KEY UPDATE"), {"id": sign_id}
        )
    return find_sign(connection, sign_id)


def change_sign(connection: Connection, sign_id: int, values: Mapping[str, Any]) -> None:
    """Write columns of a sign."""
    connection.execute(update(sign).where(sign.c.id == sign_id).values(dict(values)))
