"""Bulk writing: rows go to their table through COPY, geometry as EWKB, ids reserved before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from psycopg.errors import UniqueViolation
from shapely import MultiPolygon
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import IntegrityError

from geo_registry.domain.errors import Conflict
from geo_registry.domain.romanisation import romanise
from geo_registry.store.columns import SCHEMA, SRID

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.toponym import Toponym

CHUNK = 20_000
"""Rows a COPY; large files are written in pieces so that memory stays flat."""


def in_turn(connection: Connection, *what: object) -> None:
    """Let transactions that are about the same thing follow each other, until this one ends.

    Asked before one looks whether a record exists already: of two clicks at once the second then
    sees what the first has written.
    """
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 4491))"),
        {"what": "|".join(str(w) for w in what)},
    )


def same_row(connection: Connection, table: Table, **said: Any) -> int | None:
    """The row that says the very same in these columns; of two clicks at once the second sees it.

    For things of which there may be several, but no two alike: two would be one, entered twice.
    """
    in_turn(connection, table.name, *said.values())
    alike = (table.c[column].is_not_distinct_from(value) for column, value in said.items())
    found: int | None = connection.scalar(select(func.min(table.c.id)).where(*alike))
    return found


def copy_rows(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    *,
    into: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[int]:
    """Write columns of equal length to a table and return the new ids in order.

    Geometry columns hold shapely geometries (or None) in EPSG:4490; a third dimension is dropped.
    ``into`` names a temporary table of the same columns instead.
    Dicts become JSON. Raises
    :class:`Conflict` where somebody was faster; other violations as the driver raises them.
    """
    names = list(columns)
    count = len(columns[names[0]]) if names else 0
    if count == 0:
        return []
    ids = _reserve(connection, table, count)
    cursor_owner: Any = connection.connection.driver_connection
    statement = f"COPY {into or f'{SCHEMA}.{table.name}'} (id, {', '.join(names)}) FROM STDIN"
    for start in range(0, count, CHUNK):
        stop = min(start + CHUNK, count)
        ready = [_encoded(table, name, columns[name][start:stop]) for name in names]
        with (
            conflicts_in_words(),
            cursor_owner.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for row in zip(ids[start:stop], *ready, strict=True):
                copy.write_row(row)
        if progress is not None:
            progress(stop - start)
    return ids


_CONFLICTS = {
    "place_name_one_given": "这处地方已经有一个命名（更名）登记的标准名称，请先注销原名称。",
    "admin_division_identity": "同一代码、同一起始日期的行政区划已经登记。",
    "division_match_once": "这一组代码对照已经登记。",
    "deceased_once": "这个身份证号的逝者已经登记，请使用已有的记录。",
    "burial_one_in_force": "这位逝者已登记安葬在另一处，请先登记迁出。",
    "proposal_one_open": "这处地方已有一件在办的申请，请先办结或撤回。",
    "protected_name_once": "这处地方已经在地名保护名录中。",
    "plot_once": "这个墓区已经有相同编号的墓位。",
    "section_once": "这处公墓已经有同名的墓区。",
    "eco_burial_once": "这位逝者已经登记过生态安葬。",
    "subsidy_once": "这位逝者已有一笔补助申请在办理或已经发放，没有重复登记。",
    "cemetery_mark_once": "这处公墓已经有同样的标注。",
    "fee_list_once": "同一公墓（区划）同一天起执行的收费清单已经登记。",
    "fee_item_once": "同一份清单中有两个相同的项目编码。",
    "charge_once": "同一张票据的这项收费已经登记。",
    "culture_activity_once": "同名、同日、同地的活动已经登记。",
    "volunteer_team_once": "这个镇街已经有同名的志愿服务队。",
    "responsible_one": "这个区划已经有责任人。",
}


@contextmanager
def conflicts_in_words() -> Iterator[None]:
    """Violations of the constraints named above become :class:`Conflict`; others stay crashes.

    COPY raises what the driver raises; a statement of SQLAlchemy wraps it.
    """
    try:
        yield
    except (UniqueViolation, IntegrityError) as error:
        cause = error.orig if isinstance(error, IntegrityError) else error
        broken = cause.diag.constraint_name if isinstance(cause, UniqueViolation) else None
        message = _CONFLICTS.get(broken or "")
        if message is None:
            raise
        raise Conflict(message) from error


def _reserve(connection: Connection, table: Table, count: int) -> list[int]:
    rows = connection.execute(
        text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)"
        ),
        {"table": f"{SCHEMA}.{table.name}", "count": count},
    )
    return [int(value) for (value,) in rows]


def _encoded(table: Table, name: str, values: Sequence[Any]) -> Sequence[Any]:
    column: Any = table.c[name].type
    if hasattr(column, "srid"):
        return ewkb(values, multi=column.geometry_type == "MULTIPOLYGON")
    return [json.dumps(v, ensure_ascii=False) if isinstance(v, Mapping) else v for v in values]


def ewkb(geometries: Sequence[BaseGeometry | None], *, multi: bool = False) -> list[str | None]:
    """Hexadecimal EWKB in EPSG:4490, two-dimensional, whole column at a time.

    ``multi`` turns single polygons into multipolygons of one part, as such columns ask.
    """
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    if multi:
        single = shapely.get_type_id(flat) == shapely.GeometryType.POLYGON
        flat[single] = [MultiPolygon([g]) for g in flat[single]]
    encoded = shapely.to_wkb(shapely.set_srid(flat, SRID), hex=True, include_srid=True)
    return list(encoded)


def toponym_columns(toponyms: Iterable[Toponym | None]) -> dict[str, list[Any]]:
    """The stored columns of names: parts, reading, romanisation, keys; None gives nulls."""
    rows = [_toponym_row(t) for t in toponyms]
    return {name: [row[i] for row in rows] for i, name in enumerate(TOPONYM_COLUMNS)}


TOPONYM_COLUMNS = (
    "full_name",
    "specific",
    "modifier",
    "generic",
    "organisation",
    "spoken",
    "reading",
    "reading_from",
    "romanized",
    "romanized_plain",
    "initials",
    "key_full",
    "key_stem",
    "key_core",
    "key_toned",
    "key_toneless",
    "key_dialect",
    "key_lookalike",
)


def _toponym_row(toponym: Toponym | None) -> tuple[Any, ...]:
    if toponym is None:
        return (None,) * len(TOPONYM_COLUMNS)
    keys = toponym.keys
    return (
        toponym.full,
        toponym.specific,
        toponym.modifier,
        toponym.generic,
        toponym.organisation,
        "".join(s.character for s in toponym.syllables),
        [s.toned for s in toponym.syllables],
        [s.provenance for s in toponym.syllables],
        romanise(toponym),
        romanise(toponym, marks=False),
        toponym.initials,
        keys.full,
        keys.stem,
        keys.core,
        keys.toned,
        keys.toneless,
        keys.dialect,
        keys.lookalike,
    )


def column_wise(rows: Sequence[Any], *names: str, **renamed: str) -> dict[str, list[Any]]:
    """Columns from dataclass rows: ``names`` as they are, ``renamed`` as column=attribute."""
    wanted = {name: name for name in names} | renamed
    return {column: [getattr(r, attribute) for r in rows] for column, attribute in wanted.items()}
