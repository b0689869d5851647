"""Importing records of the national place-name database: lossless, once each, nothing invented."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import shapely
from shapely import MultiPoint, Point

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.errors import Issue
from geo_registry.domain.national import NationalRecord, class_of, read_record
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.secrecy import checked as checked_level
from geo_registry.domain.toponym import normalise, parse
from geo_registry.formats.national import NationalTable, read_records
from geo_registry.services.imports.importing import (
    Codes,
    Source,
    Summary,
    clean_name,
    file_hash,
    locate,
    plane_of,
    read_date,
    refuse_second_time,
    require_division,
    store,
)
from geo_registry.store import national
from geo_registry.store.divisions import known_codes
from geo_registry.store.places import insert_names, insert_places
from geo_registry.store.rows import PlaceNameRow, PlaceRow
from geo_registry.store.stories import insert_story

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.national import ClassCode
    from geo_registry.domain.reference import Reference

SAME_PLACE_M = 50.0
"""A record and a registered place of one name and family this near are one place, metres."""

UNCLASSIFIED = "unclassified"
_BY_TITLE = {title: key for key, title in PLACE_CLASSES.items()}


@dataclass(frozen=True, slots=True)
class _Ready:
    """A record that can be stored: its number in the file, its clean name, its class."""

    row: int
    record: NationalRecord
    name: str
    place_class: str
    scheme: str
    begins: date | None


def import_national(
    connection: Connection,
    source: Source,
    *,
    reference: Reference,
    classes: Sequence[ClassCode],
    person: int,
    on: date,
    secrecy: str | None = None,
) -> Summary:
    """Import a file of records as places with names, spellings, stories and codes, in one batch.

    A record that was imported before is left alone and listed; one that speaks of a registered
    place (same place code, or same name within 50 m) is tied to it. ``secrecy`` is the level of
    records that state none. Raises :class:`Conflict` for the same file, :class:`Unreadable`.
    """
    if secrecy is not None:
        checked_level(secrecy)
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取地名记录", 0, None)
    table = read_records(source.path)
    ready, issues = _readable(table, classes, secrecy)
    fresh, known = _fresh(connection, ready)
    rejected = len(table.rows) - len(ready)
    counts = {"records": len(ready), "known": len(ready) - len(fresh)}
    return store(
        connection,
        source,
        sha256=sha256,
        rows=len(table.rows),
        rejected=rejected,
        counts=counts,
        issues=sorted((*issues, *known), key=lambda i: i.row or 0),
        write=lambda batch_id: _write(
            connection, source, table, fresh, reference, batch_id, person, on
        ),
        crs="EPSG:4490",
    )


# ---- reading ------------------------------------------------------------------------------------


def _readable(
    table: NationalTable, classes: Sequence[ClassCode], secrecy: str | None
) -> tuple[list[_Ready], list[Issue]]:
    good: list[_Ready] = []
    issues: list[Issue] = []
    seen: dict[str, int] = {}
    for row, raw in enumerate(table.rows, start=1):
        record = read_record(raw, fallback_key=f"row:{_hash(raw)}", secrecy=secrecy)
        found, one = _checked(row, record, classes)
        if record.key in seen:
            text = f"第 {row} 行：记录“{record.key[:60]}”与第 {seen[record.key]} 行重复。"
            one.append(Issue(row, "id", "record_twice", record.key[:100], text, "请删去其一。"))
            found = None
        seen.setdefault(record.key, row)
        issues += one
        if found is not None:
            good.append(found)
    return good, issues


def _checked(
    row: int, record: NationalRecord, classes: Sequence[ClassCode]
) -> tuple[_Ready | None, list[Issue]]:
    name, note, unusable = clean_name(record.name or None, row, "标准名称")
    issues = [] if note is None else [note]
    if name is None and not unusable:
        text = f"第 {row} 行“标准名称”：是空的，无法登记。"
        issues.append(Issue(row, "标准名称", "name_missing", "", text, "请补填名称。"))
        unusable = True
    if b"\\u0000" in orjson.dumps(dict(record.raw)):
        text = f"第 {row} 行：含有不能保存的空字符（NUL），请清除后再导入。"
        issues.append(Issue(row, "", "nul_character", "", text))
        unusable = True
    for code, field, sentence in record.problems:
        issues.append(Issue(row, field, code, "", f"第 {row} 行“{field}”：{sentence}"))
        unusable = unusable or code == "bad_position"
    known = class_of(record.class_code, classes) if record.class_code else None
    if record.class_code and known is None:
        text = f"第 {row} 行“类别代码”：{record.class_code[:20]} 不在对照表中，照原样保存。"
        advice = "请在 class_codes.toml 中补充后再归类。"
        issues.append(
            Issue(row, "类别代码", "unknown_class_code", record.class_code[:100], text, advice)
        )
    # A year or a dynasty is no date; the words are kept in the record.
    begins, _ = read_date(record.named_on, row, "命名时间")
    if unusable or name is None:
        return None, issues
    scheme = known.scheme if known else ("dmfw5" if len(record.class_code) == 5 else "")
    # Without a code only our own titles tell the class: what we exported comes home by them.
    own = "" if record.class_code else _BY_TITLE.get(record.class_title, "")
    place_class = (known.place_class if known else own) or UNCLASSIFIED
    return _Ready(row, record, name, place_class, scheme, begins), issues


def _hash(raw: Mapping[str, Any]) -> str:
    content = orjson.dumps(dict(raw), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()[:20]


def _fresh(connection: Connection, ready: Sequence[_Ready]) -> tuple[list[_Ready], list[Issue]]:
    """The records that were never imported; of the others, which say something else now."""
    there = national.records_named(connection, [r.record.key for r in ready])
    fresh = [r for r in ready if r.record.key not in there]
    issues = []
    for one in ready:
        old = there.get(one.record.key)
        if old is None:
            continue
        differing = [
            c
            for c in dict.fromkeys([*old.record, *one.record.raw])
            if old.record.get(c) != one.record.raw.get(c)
        ]
        code = "record_changed" if differing else "record_known"
        what = f"与登记的不同：{'、'.join(differing[:8])}；登记的内容没有改动" if differing else ""
        text = f"第 {one.row} 行：记录“{one.record.key[:60]}”已导入过（place:{old.place_id}）"
        advice = "请核对后办理更名或更正。" if differing else ""
        issues.append(
            Issue(one.row, "id", code, one.record.key[:100], f"{text}，{what}。" if what
                  else f"{text}。", advice)
        )  # fmt: skip
    return fresh, issues


# ---- writing ------------------------------------------------------------------------------------


def _write(
    connection: Connection,
    source: Source,
    table: NationalTable,
    fresh: Sequence[_Ready],
    reference: Reference,
    batch_id: int,
    person: int,
    on: date,
) -> Mapping[str, int]:
    if not fresh:
        return {"places": 0, "matched": 0}
    source.progress("写入数据库", 0, len(fresh))
    there = _registered(connection, fresh)
    new = [r for r in fresh if r.row not in there]
    places = there | _new_places(connection, source, new, reference, batch_id)
    for one in fresh:
        _complete(connection, source, one, places[one.row], person, known=one.row in there)
    baseline = {
        h.place_id: h.values for h in national.held(connection, sorted(set(places.values())), on)
    }
    national.insert_records(
        connection,
        [
            national.StoredRecord(
                places[r.row],
                r.record.key,
                [c for c in table.columns if c in r.record.raw],
                r.record.raw,
                baseline[places[r.row]],
            )
            for r in fresh
        ],
        batch_id=batch_id,
    )
    source.progress("写入数据库", len(fresh), len(fresh))
    return {"places": len(new), "matched": len(there)}


def _registered(connection: Connection, fresh: Sequence[_Ready]) -> dict[int, int]:
    """Row → the registered place that the record speaks of; each place once."""
    rows = national.places_alike(
        connection,
        [normalise(r.name) for r in fresh],
        [r.record.place_code for r in fresh if r.record.place_code],
    )
    by_name: dict[str, list[Any]] = {}
    by_code: dict[str, Any] = {}
    for row in rows:
        by_name.setdefault(normalise(row.full_name), []).append(row)
        if row.place_code:
            by_code.setdefault(row.place_code, row)
    taken: set[int] = set()
    found: dict[int, int] = {}
    for one in fresh:
        candidates = [by_code[c]] if (c := one.record.place_code) in by_code else []
        candidates += [r for r in by_name.get(normalise(one.name), ()) if _near(one, r)]
        free = next((r.id for r in candidates if r.id not in taken), None)
        if free is not None:
            taken.add(free)
            found[one.row] = free
    return found


def _near(one: _Ready, row: Any) -> bool:
    family = one.place_class.split(".")[0]
    if row.shape is None or not one.record.points or row.place_class.split(".")[0] != family:
        return False
    here = Point(one.record.points[0])
    plane = WorkPlane.containing(here.x)
    shape = shapely.from_wkb(row.shape)
    near: bool = plane.to_plane(here).distance(plane.to_plane(shape)) <= SAME_PLACE_M
    return near


def _new_places(
    connection: Connection,
    source: Source,
    new: Sequence[_Ready],
    reference: Reference,
    batch_id: int,
) -> dict[int, int]:
    shapes = [MultiPoint(r.record.points) if r.record.points else None for r in new]
    codes = _located(connection, source, new, shapes)
    ids = insert_places(
        connection,
        [
            PlaceRow(
                one.place_class,
                village_code=code.village,
                town_code=code.town,
                county_code=code.county,
                geometry=shape,
                secrecy=one.record.secrecy,
                batch_id=batch_id,
                source=one.record.source or source.path.name,
                place_code=one.record.place_code or None,
                class_code=one.record.class_code or None,
                class_scheme=one.scheme or None,
            )
            for one, code, shape in zip(new, codes, shapes, strict=True)
        ],
    )
    names: list[PlaceNameRow] = []
    for place_id, one in zip(ids, new, strict=True):
        names += _names(place_id, one, reference)
    insert_names(connection, names)
    return {one.row: i for one, i in zip(new, ids, strict=True)}


def _names(place_id: int, one: _Ready, reference: Reference) -> Iterable[PlaceNameRow]:
    main = parse(one.name, one.place_class, reference)
    yield PlaceNameRow(place_id, main, valid_from=one.begins, stated_romanized=one.record.spelling)
    for kind, others in (("former", one.record.former), ("alias", one.record.aliases)):
        for other in others:
            cleaned, _, unusable = clean_name(other, one.row, kind)
            if cleaned and not unusable and cleaned != one.name:
                yield PlaceNameRow(place_id, parse(cleaned, one.place_class, reference), kind=kind)


def _located(
    connection: Connection, source: Source, new: Sequence[_Ready], shapes: Sequence[Any]
) -> list[Codes]:
    """Where records lie: the polygon that holds their point, else the area they name."""
    placed = [i for i, s in enumerate(shapes) if s is not None]
    geometry = np.array([shapes[i] for i in placed], dtype=object)
    found: list[Codes] = [Codes.of(source.at)] * len(new)
    if placed:
        owner = np.array(placed, dtype=np.int64)
        plane = plane_of(geometry)
        found = locate(connection, geometry, owner, len(new), plane=plane, at=source.at)
    named = {c for r in new for c in _areas(r.record.area_code)}
    statistical = national.matched_codes(connection, named)
    known = known_codes(connection, [*named, *statistical.values()])
    return [
        own if own.county is not None else _named_area(one, statistical, known)
        for own, one in zip(found, new, strict=True)
    ]


def _areas(code: str) -> list[str]:
    """The codes of town and county in an area code, the narrow one first."""
    if not code.isdecimal():
        return []
    return [code[:n] for n in (9, 6) if len(code) >= n]


def _named_area(one: _Ready, statistical: Mapping[str, str], known: frozenset[str]) -> Codes:
    for code in _areas(one.record.area_code):
        # Town codes of the two lists collide; only the crosswalk knows which is meant.
        other = statistical.get(code, code if len(code) == 6 else "")
        if other in known:
            return Codes.of(other)
    return Codes()


def _complete(
    connection: Connection,
    source: Source,
    one: _Ready,
    place_id: int,
    person: int,
    *,
    known: bool,
) -> None:
    record = one.record
    if known:
        national.complete(
            connection,
            place_id,
            place_code=record.place_code,
            class_code=record.class_code,
            scheme=one.scheme,
            secrecy=record.secrecy,
        )
        if record.spelling:
            national.state_spelling(connection, place_id, normalise(one.name), record.spelling)
    for kind, words in record.stories.items():
        insert_story(
            connection,
            place_id=place_id,
            kind=kind,
            words=words,
            source=record.source or f"地名库记录 {record.key}（{source.path.name}）",
            document_id=None,
            person=person,
        )
