"""Records of the national place-name database: what their fields mean to the registry.

A record is kept as it came; what is read from it here feeds names, stories, codes and positions.
Fields come under the names of the database's interface or under the headings of the form of the
second national survey (地名普查成果表).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIELDS: tuple[str, ...] = (
    *("id", "place_code", "standard_name", "ethnic_minorities_writing", "place_type"),
    *("place_type_code", "province_name", "province_code", "city_name", "city_code"),
    *("area_name", "area_code", "roman_alphabet_spelling", "gdm", "old_name", "place_origin"),
    *("place_meaning", "government_history"),
)
"""The fields of the database in the order in which the registry writes them."""

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "ID", "记录编号"),
    "place_code": ("place_code", "地名代码", "代码"),
    "standard_name": ("standard_name", "标准名称", "标准地名"),
    "place_type": ("place_type", "类别名称", "地名类别"),
    "place_type_code": ("place_type_code", "类别代码"),
    "area_code": ("area_code", "area", "county_code", "所在政区代码", "所在(跨)行政区代码"),
    "roman_alphabet_spelling": ("roman_alphabet_spelling", "罗马字母拼写"),
    "gdm": ("gdm", "geometry", "坐标"),
    "longitude": ("东经", "经度", "lon", "longitude"),
    "latitude": ("北纬", "纬度", "lat", "latitude"),
    "old_name": ("old_name", "曾用名", "历史名称"),
    "alias": ("别名", "简称", "alias"),
    "place_origin": ("place_origin", "地名来历", "地名由来", "来历"),
    "place_meaning": ("place_meaning", "地名含义", "含义"),
    "government_history": ("government_history", "历史沿革"),
    "description": ("地理实体描述", "地理实体概况"),
    "secrecy": ("密级", "secrecy"),
    "named_on": ("命名时间",),
    "source": ("资料来源及出处", "资料来源"),
}
"""What is read → the headings under which it may stand, the first that is there counts."""

SURVEY_FORM = frozenset(
    {"标准名称", "罗马字母拼写", "密级", "地名含义", "地理实体描述", "使用时间"}
)
"""Headings of the survey form; a record with two of them is one, and secret unless it says not."""

STORY_FIELDS: Mapping[str, str] = {
    "place_origin": "origin",
    "place_meaning": "meaning",
    "government_history": "history",
    "description": "description",
}
"""Fields that are stories of the place → their kind."""

SECRECY: Mapping[str, str] = {
    "公开": "public",
    "内部": "internal",
    "内部使用": "internal",
    "秘密": "secret",
    "机密": "secret",
    "绝密": "secret",
    "public": "public",
    "internal": "internal",
    "secret": "secret",
}
"""密级 as it is written → the level of the registry."""


_NOTHING = frozenset({"", "无", "-", "--", "—", "/", "不详", "null", "none"})
_BETWEEN = re.compile(r"[、，,；;/|\n]+")
_DMS = re.compile(
    r"^\s*(\d{1,3})\s*[°度]\s*(\d{1,2})\s*[′'分]\s*(\d{1,2}(?:\.\d+)?)\s*[″\"秒]?\s*$"
)
_PROSE = re.compile(r"[。：:]|\s\S+\s")
_LONGEST_FORMER = 30


@dataclass(frozen=True, slots=True)
class ClassCode:
    """One known code of a class; ``code`` may end with ``*``. ``place_class`` may be empty."""

    scheme: str
    code: str
    title: str
    place_class: str


def class_of(code: str, known: Sequence[ClassCode]) -> ClassCode | None:
    """The entry of a class code: five digits of the database, or four (of ten) of GB/T 18521.

    None for a code that no table names: it is kept and reported, never guessed.
    """
    code = code.strip()
    scheme = "dmfw5" if len(code) == 5 else "gb18521"
    wanted = code[4:8] if len(code) == 10 else code
    rows = [k for k in known if k.scheme == scheme]
    exact = (k for k in rows if k.code == wanted)
    family = (k for k in rows if k.code.endswith("*") and wanted.startswith(k.code[:-1]))
    if scheme == "gb18521" and len(wanted) != 4:
        return None
    return next(exact, None) or next(family, None)


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """One record as the registry understands it. ``points`` are longitude, latitude (degrees).

    ``problems`` are pairs of field and sentence about what cannot be used; ``fatal`` tells that
    the record cannot be stored.
    """

    raw: Mapping[str, Any]
    key: str
    name: str
    spelling: str | None
    place_code: str
    class_title: str
    class_code: str
    area_code: str
    former: tuple[str, ...]
    aliases: tuple[str, ...]
    stories: Mapping[str, str]
    source: str
    secrecy: str
    named_on: str | None
    points: tuple[tuple[float, float], ...]
    problems: tuple[tuple[str, str, str], ...] = ()
    """Code, field and sentence of each; codes are those of ``formats.issues``."""


def read_record(
    raw: Mapping[str, Any], *, fallback_key: str, secrecy: str | None
) -> NationalRecord:
    """Read one record; what cannot be used stands under ``problems``.

    ``fallback_key`` identifies a record without id and place code; ``secrecy`` is the level of
    records that state none (None: public, of the survey form secret).
    """
    problems: list[tuple[str, str, str]] = []
    text = {field: said(raw, field) for field in HEADINGS}
    points, wrong = positions(raw)
    if wrong:
        problems.append(("bad_position", "坐标", wrong))
    elif not points:
        problems.append(("no_position", "坐标", "没有坐标，已登记但不能上图。"))
    former = split_names(text["old_name"])
    if former is None:
        note = f"“{text['old_name'][:30]}……”是一段话，没有拆成曾用名，原文照存。"
        problems.append(("old_name_prose", "曾用名", note))
    level, assumed = secrecy_of(raw, text["secrecy"], secrecy)
    if assumed:
        problems.append(("secrecy_assumed", "密级", assumed))
    identity = text["id"] or (text["place_code"] and f"code:{text['place_code']}")
    return NationalRecord(
        raw=raw,
        key=identity or fallback_key,
        name=text["standard_name"],
        spelling=text["roman_alphabet_spelling"] or None,
        place_code=text["place_code"],
        class_title=text["place_type"],
        class_code=text["place_type_code"],
        area_code=text["area_code"],
        former=former or (),
        aliases=_aliases(raw),
        stories={kind: text[f] for f, kind in STORY_FIELDS.items() if _meant(text[f])},
        source=text["source"],
        secrecy=level,
        named_on=text["named_on"] or None,
        points=points,
        problems=tuple(problems),
    )


def heading(raw: Mapping[str, Any], field: str) -> str | None:
    """Under which of its headings a record has a field, None where it has none of them."""
    return next((h for h in HEADINGS.get(field, (field,)) if h in raw), None)


def said(raw: Mapping[str, Any], field: str) -> str:
    """What a record says in a field, trimmed; the first heading that holds something counts."""
    for name in HEADINGS.get(field, (field,)):
        value = raw.get(name)
        if value is not None and not isinstance(value, (Mapping, list)) and str(value).strip():
            return str(value).strip()
    return ""


def split_names(text: str) -> tuple[str, ...] | None:
    """Several names in one cell, in order; None where it is prose that names nothing cleanly.

    >>> split_names("老文化路、石桥街；无")
    ('老文化路', '石桥街')
    """
    if _PROSE.search(text.strip()):
        return None
    parts = [p.strip() for p in _BETWEEN.split(text)]
    names = tuple(dict.fromkeys(p for p in parts if _meant(p)))
    return None if any(len(n) > _LONGEST_FORMER for n in names) else names


def secrecy_of(raw: Mapping[str, Any], stated: str, given: str | None) -> tuple[str, str]:
    """The level of a record, and a sentence where nobody stated it clearly."""
    if stated:
        level = SECRECY.get(stated)
        if level is not None:
            return level, ""
        return "secret", f"不认识的密级“{stated[:20]}”，按秘密处理。"
    if given is not None:
        return given, ""
    if len(SURVEY_FORM & raw.keys()) >= 2:
        return "secret", "普查成果表没有填密级，按秘密处理；可用 --secrecy 指明。"
    return "public", ""


def positions(raw: Mapping[str, Any]) -> tuple[tuple[tuple[float, float], ...], str]:
    """The points of a record in degrees, and a sentence where they cannot be used.

    ``gdm`` is GeoJSON (MultiPoint or Point, as an object or as text); else decimal degrees or
    degrees, minutes and seconds in two columns.
    """
    name = heading(raw, "gdm")
    value = raw.get(name) if name else None
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except ValueError:
            return (), f"坐标“{value[:40]}”不是 GeoJSON。"
    if value not in (None, ""):
        return _checked(_coordinates(value))
    longitude, latitude = said(raw, "longitude"), said(raw, "latitude")
    if not longitude and not latitude:
        return (), ""
    return _checked([(_degrees(longitude), _degrees(latitude))])


def _coordinates(value: Any) -> list[tuple[float | None, float | None]]:
    inside = value.get("coordinates") if isinstance(value, Mapping) else value
    pairs = inside if isinstance(inside, list) else []
    if len(pairs) in {2, 3} and not isinstance(pairs[0], list):
        pairs = [pairs]
    numbers = []
    for pair in pairs:
        good = isinstance(pair, list) and len(pair) in {2, 3}
        numbers.append((_number(pair[0]), _number(pair[1])) if good else (None, None))
    return numbers or [(None, None)]


def _checked(
    pairs: Iterable[tuple[float | None, float | None]],
) -> tuple[tuple[tuple[float, float], ...], str]:
    points = []
    for x, y in pairs:
        if x is None or y is None:
            return (), "坐标不是数。"
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            return (), f"坐标 {x:g}, {y:g} 不是经纬度（度）。"
        points.append((x, y))
    return tuple(points), ""


def _degrees(text: str) -> float | None:
    match = _DMS.match(text.strip("东经北纬ENen "))
    if match:
        degrees, minutes, seconds = (float(g) for g in match.groups())
        return degrees + minutes / 60 + seconds / 3600
    return _number(text)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _aliases(raw: Mapping[str, Any]) -> tuple[str, ...]:
    found: list[str] = []
    for name in HEADINGS["alias"]:
        value = raw.get(name)
        if isinstance(value, str):
            found += split_names(value) or ()
    return tuple(dict.fromkeys(found))


def _meant(text: str) -> bool:
    return text.strip().lower() not in _NOTHING


# ---- going out ----------------------------------------------------------------------------------


def renewed(
    record: Mapping[str, Any], baseline: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """A record as it goes out: as it came, but for what changed in the registry since.

    ``baseline`` is what the registry made of the record when it came, ``now`` what it holds today;
    returns the record and the fields that were replaced.
    """
    out = dict(record)
    changed = []
    for field, value in now.items():
        if baseline.get(field) == value:
            continue
        changed.append(field)
        if field == "gdm":
            _place_at(out, record, value)
        else:
            out[heading(record, field) or field] = "" if value is None else value
    return out, changed


def _place_at(out: dict[str, Any], record: Mapping[str, Any], value: Any) -> None:
    """Write new positions the way the record had the old ones."""
    name = heading(record, "gdm")
    two = heading(record, "longitude"), heading(record, "latitude")
    if name is None and two[0] and two[1] and value:
        out[two[0]], out[two[1]] = (str(v) for v in value["coordinates"][0])
        return
    as_text = not isinstance(record.get(name or "gdm"), (Mapping, list))
    shown = json.dumps(value, ensure_ascii=False) if value and as_text else value
    out[name or "gdm"] = "" if shown is None and as_text else shown


def columns_of(rows: Iterable[Mapping[str, Any]], known: Iterable[str]) -> list[str]:
    """The columns of a table that holds all rows: as files had them, then the fields, then others.

    ``known`` are the columns in the order of the files that the rows came in.
    """
    seen = {c for r in rows for c in r}
    ordered = dict.fromkeys([*(c for c in known if c in seen), *(f for f in FIELDS if f in seen)])
    return [*ordered, *sorted(seen - ordered.keys())]
