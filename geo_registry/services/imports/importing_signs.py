"""Importing name signs: points with a text, matched to the road that they name and stand at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import Issue
from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import parse
from geo_registry.formats.features import Features
from geo_registry.formats.tables import require_columns
from geo_registry.services.imports.importing import (
    Codes,
    Source,
    Summary,
    clean_name,
    file_hash,
    locate,
    pick_column,
    plane_of,
    read_date,
    refuse_second_time,
    require_division,
    store,
    texts,
)
from geo_registry.services.imports.importing_positions import read_rows
from geo_registry.store.signs import STATES, SignRow, insert_signs, roads_named

NEAR_M = 30.0
"""A sign belongs to the road of its text no farther away than this."""
TEXT_COLUMNS = ("牌面文字", "标志名称", "路牌名称", "标准名称", "名称", "text", "name")
ROMANIZED_COLUMNS = ("拼音", "罗马字母", "汉语拼音", "romanized", "pinyin")
DATE_COLUMNS = ("设置日期", "安装日期", "日期", "installed_on", "date")
STATE_COLUMNS = ("状态", "state")
_MARGIN_DEGREES = 0.001
"""About 100 m: the box in which roads are looked for around the signs."""


@dataclass(frozen=True, slots=True)
class SignTerms:
    """Which columns hold what, where they are not called as usual."""

    text_column: str | None = None
    romanized_column: str | None = None
    date_column: str | None = None
    state_column: str | None = None


@dataclass(frozen=True, slots=True)
class _Sign:
    """One sign as the file has it, with the name as it is compared."""

    row: int
    text: str
    stem: str
    romanized: str | None
    installed_on: Any
    state: str
    point: Any


def import_signs(
    connection: Connection,
    source: Source,
    terms: SignTerms,
    *,
    reference: Reference,
    **reading: Any,
) -> Summary:
    """Import a survey of name signs in one batch, each matched to its road by text and place.

    A sign belongs to the nearest road within 30 m that bears its text as a current name; any other
    is stored without a road and listed. The towns of the signs count as surveyed from then on.
    ``reading`` goes to :func:`formats.vector.read_features`; a table needs columns of longitude
    and latitude (``crs`` as declared, EPSG:4490 where nothing is). Raises :class:`Conflict` for a
    file imported before and :class:`Unreadable` as the readers do.
    """
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取路名牌", 0, None)
    features = read_rows(source, reading, wanted="point", required=True)
    found, issues = _signs(source, features, terms, reference)
    source.progress("与道路对照", 0, len(found))
    rows, listed = _matched(connection, source, found)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(found),
        counts={
            "signs": len(found),
            "matched": sum(r.place_id is not None for r in rows),
            "unmatched": len(listed),
        },
        issues=sorted((*features.issues, *issues), key=lambda i: i.row or 0),
        write=lambda batch_id: _write(connection, rows, batch_id),
        crs=features.crs,
        listed=listed,
    )


def _signs(
    source: Source, features: Features, terms: SignTerms, reference: Reference
) -> tuple[list[_Sign], list[Issue]]:
    existing = features.attributes.columns
    given = (terms.text_column, terms.romanized_column, terms.date_column, terms.state_column)
    usual = (TEXT_COLUMNS, ROMANIZED_COLUMNS, DATE_COLUMNS, STATE_COLUMNS)
    columns = [pick_column(existing, c, u) for c, u in zip(given, usual, strict=True)]
    require_columns(
        existing, [columns[0] or TEXT_COLUMNS[0], *(c for c in columns[1:] if c)], source.path.name
    )
    good: list[_Sign] = []
    issues: list[Issue] = []
    cells = zip(*(texts(features.attributes, c) for c in columns), strict=True)
    for index, (raw, romanized, day, state) in enumerate(cells):
        row = int(features.rows[index])
        text, note, unusable = clean_name(raw, row, columns[0] or TEXT_COLUMNS[0])
        on, bad_date = read_date(day, row, columns[2] or "日期")
        condition, bad_state = _state(state, row, columns[3] or "状态")
        if text is None and not unusable:
            message = f"第 {row} 行“{columns[0]}”：没有牌面文字。"
            note = note or Issue(row, str(columns[0]), "text_missing", "", message, "请补填。")
        issues += [i for i in (note, bad_date, bad_state) if i is not None]
        if text is not None and bad_date is None and bad_state is None:
            stem = parse(text, "road", reference).keys.stem
            point = features.geometry[index]
            point = shapely.get_geometry(point, 0) if point.geom_type == "MultiPoint" else point
            good.append(_Sign(row, text, stem, romanized, on, condition, point))
    return good, issues


def _state(raw: str | None, row: int, name: str) -> tuple[str, Issue | None]:
    if raw is None:
        return "standing", None
    for key, word in STATES.items():
        if raw in {key, word}:
            return key, None
    message = f"第 {row} 行“{name}”：没有“{raw[:20]}”这种状态。"
    advice = f"可用：{'、'.join(STATES.values())}。"
    return "standing", Issue(row, name, "bad_state", raw[:100], message, advice)


def _matched(
    connection: Connection, source: Source, signs: Sequence[_Sign]
) -> tuple[list[SignRow], list[dict[str, Any]]]:
    """The rows to write, and those that no road within reach explains."""
    if not signs:
        return [], []
    points = np.array([s.point for s in signs], dtype=object)
    plane: WorkPlane = plane_of(points)
    west, south, east, north = shapely.total_bounds(points)
    m = _MARGIN_DEGREES
    roads = roads_named(
        connection, sorted({s.stem for s in signs}), (west - m, south - m, east + m, north + m)
    )
    by_stem: dict[str, list[int]] = defaultdict(list)
    for number, road in enumerate(roads):
        by_stem[road.full_name].append(number)
    shapes = plane.to_plane(np.asarray(shapely.from_wkb([r.shape for r in roads]), dtype=object))
    metres = plane.to_plane(points)
    codes = locate(connection, points, np.arange(len(signs)), len(signs), plane=plane, at=source.at)
    rows: list[SignRow] = []
    listed: list[dict[str, Any]] = []
    for sign, at, code in zip(signs, metres, codes, strict=True):
        candidates = by_stem[sign.stem]
        apart = [float(at.distance(shapes[n])) for n in candidates]
        near = int(np.argmin(apart)) if apart else -1
        its_road = roads[candidates[near]] if apart and apart[near] <= NEAR_M else None
        rows.append(_row(sign, its_road, code, source))
        if its_road is None:
            listed.append(_unmatched(sign, apart[near] if apart else None))
    return rows, listed


def _row(sign: _Sign, road: Any, code: Codes, source: Source) -> SignRow:
    return SignRow(
        text=sign.text,
        geometry=sign.point,
        place_id=None if road is None else road.place_id,
        romanized=sign.romanized,
        installed_on=sign.installed_on,
        state=sign.state,
        town_code=(None if road is None else road.town_code) or code.town,
        source=source.path.name,
    )


def _unmatched(sign: _Sign, apart_m: float | None) -> dict[str, Any]:
    why = (
        f"附近没有名为“{sign.text}”的道路"
        if apart_m is None
        else f"最近的“{sign.text}”在 {apart_m:.0f} 米外，超过 {NEAR_M:.0f} 米"
    )
    return {
        "行": sign.row,
        "牌面文字": sign.text,
        "原因": why,
        "经度": round(sign.point.x, 7),
        "纬度": round(sign.point.y, 7),
    }


def _write(connection: Connection, rows: Sequence[SignRow], batch_id: int) -> Mapping[str, int]:
    insert_signs(connection, [replace(r, batch_id=batch_id) for r in rows])
    return {}
