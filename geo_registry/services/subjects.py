"""All there is to say about one thing: attributes, names, approvals, surveys, findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from geo_registry.domain.cemetery import EFFECTS, METHODS
from geo_registry.domain.errors import NotFound
from geo_registry.domain.naming import kind_on
from geo_registry.domain.place import NameKind
from geo_registry.domain.reading import mark_tone
from geo_registry.services.cemeteries.cemeteries import STATUSES
from geo_registry.services.cemeteries.listing_plots import TYPE_TITLES
from geo_registry.services.findings.listing import findings_of
from geo_registry.services.names import places, stories
from geo_registry.services.names.answering_unnamed import answer_of
from geo_registry.services.searching import KIND_TITLES
from geo_registry.store import divisions, naming, subjects
from geo_registry.store.signs import signs_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile

_TITLES = {
    "code": ("代码", None),
    "place_code": ("地名代码", None),
    "class_code": ("类别代码", None),
    "mca_code": ("民政代码", None),
    "romanized": ("罗马字母拼写", None),
    "households": ("户数", "户"),
    "measured_m": ("长度", "米"),
    "width_m": ("宽度", "米"),
    "surface": ("路面", None),
    "area_m2": ("面积", "m²"),
    "stele_height_m": ("碑高", "米"),
    "pieces": ("路段数", "段"),
    "operator": ("经营（管理）单位", None),
    "setback_m": ("退让距离", "米"),
    "village_code": ("所在村", None),
    "town_code": ("所在镇街", None),
    "valid_from": ("起始日期", None),
    "valid_to": ("终止日期", None),
    "file_name": ("来源文件", None),
    "source": ("来源", None),
    "permanent_id": ("永久编号", None),
}


def details(connection: Connection, subject: str, *, profile: Profile, on: date) -> dict[str, Any]:
    """One thing in full, geometry as GeoJSON text; :class:`NotFound` where there is none."""
    row = subjects.row(connection, subject)
    brief = subjects.briefs(connection, [subject], profile).get(subject)
    if row is None or brief is None:
        raise NotFound(f"没有“{subject[:60]}”这个对象。")
    cemetery = row["id"] if brief.kind == "cemetery" else None
    return {
        "subject": subject,
        "kind": "road"
        if brief.subject.startswith("place:") and brief.place_class.startswith("road")
        else brief.kind,
        "title": brief.title,
        "subtitle": " · ".join(w for w in (brief.class_title, brief.located_in) if w),
        "bbox": brief.bbox,
        "point": brief.point,
        "geometry": subjects.geojson(connection, subject),
        "attributes": _attributes(row, _places_of(connection, row)),
        "names": [_name(n, on) for n in subjects.names(connection, subject)],
        "approvals": [_approval(a) for a in subjects.approvals(connection, cemetery)]
        if cemetery
        else [],
        "surveys": [_survey(s) for s in subjects.surveys(connection, cemetery)] if cemetery else [],
        "findings": findings_of(connection, subject, profile=profile, on=on),
        **(_life(connection, row, profile) if brief.kind == "place" else {}),
    }


def _life(connection: Connection, row: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """What happened to a place: events of its names, stories, and the heir of a merged one."""
    heirs = [f"place:{i}" for i in naming.heirs(connection, row["id"])]
    brief = subjects.briefs(connection, heirs[-1:], profile).get(heirs[-1]) if heirs else None
    return {
        "permanent_id": str(row["permanent_id"]),
        "status": row["status"],
        "successor": brief and {"subject": brief.subject, "title": brief.title},
        "events": places.events(connection, row["id"]),
        "stories": stories.of_place(connection, row["id"]),
        "signs": signs_of(connection, row["id"]),
        "naming_answer": answer_of(connection, row["id"]),
    }


def _places_of(connection: Connection, row: Mapping[str, Any]) -> dict[str, str]:
    """The village and the town of a row: the name, and the code that tells it from others."""
    codes = {key: row[key] for key in ("village_code", "town_code") if row.get(key)}
    called = divisions.names_of(connection, set(codes.values()))
    return {key: f"{called[code]}（{code}）" for key, code in codes.items() if code in called}


def _attributes(row: Mapping[str, Any], words: Mapping[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if row.get("type") in TYPE_TITLES:
        found.append({"key": "type", "title": "类型", "value": TYPE_TITLES[row["type"]]})
    if row.get("status") in STATUSES:
        found.append({"key": "status", "title": "状态", "value": STATUSES[row["status"]]})
    for key, (title, unit) in _TITLES.items():
        value = row.get(key)
        # The sample says of itself that it is one; the name of its file tells nobody more.
        if value in (None, "", 0) or (key == "file_name" and row.get("sample")):
            continue
        if isinstance(value, float):
            value = round(value, 1)
        if isinstance(value, UUID):
            value = str(value)
        found.append(
            {"key": key, "title": title, "value": value}
            | ({"unit": unit} if unit else {})
            | ({"words": words[key]} if key in words else {})
        )
    if row.get("sample"):
        found.append({"key": "sample", "title": "数据性质", "value": "示例数据（虚构）"})
    return found


def _name(row: Mapping[str, Any], on: date) -> dict[str, Any]:
    kind = kind_on(NameKind(row["kind"]), row["valid_to"], on)
    return {
        "id": row["id"],
        "full": row["full_name"],
        "kind": kind.value,
        "kind_title": KIND_TITLES[kind],
        "romanized": row["romanized"],
        "reading": " ".join(mark_tone(s) for s in row["reading"]),
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "event": row["event"],
        "authority": row["authority"],
        "document": row["document"],
    }


def _method(key: str) -> dict[str, str]:
    known = METHODS.get(key)
    return {
        "method": key,
        "method_title": known.title if known else key,
        "method_letter": known.letter if known else "",
    }


def _approval(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("id", "effect", "sigma_m", "grade", "valid_from", "valid_to", "supersedes")
    return {
        **{key: row[key] for key in kept},
        **_method(row["method"]),
        "effect_title": EFFECTS[row["effect"]],
        "stated_area_m2": row["stated_area_m2"],
        "area_m2": round(row["area_m2"], 1),
        "document": row["title"] or "",
        "number": row["number"] or "",
        "authority": row["authority"] or "",
        "dated_on": row["dated_on"],
    }


def _survey(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("id", "surveyed_on", "sigma_m", "grade", "complete_trace", "repaired", "surveyor")
    return {
        **{key: row[key] for key in kept},
        **_method(row["method"]),
        "file_name": row["file_name"],
        "area_m2": round(row["area_m2"], 1),
    }
