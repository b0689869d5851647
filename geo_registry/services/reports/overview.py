"""The district at a glance, as the first page shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.reference import Profile
from geo_registry.services.reports import figures
from geo_registry.store import overview

SAMPLE_BANNER = "示例数据：除区划名称、代码外均为虚构，非真实边界"


def district(connection: Connection, *, profile: Profile, on: date) -> dict[str, Any]:
    """Who the district is, its figures on a day, and the settings that are not confirmed yet."""
    members = profile.legal_county_members.value
    towns = overview.towns(connection, members)
    sample = overview.has_sample(connection)
    return {
        "code": profile.code,
        "name": profile.name,
        "sample": sample,
        "banner": SAMPLE_BANNER if sample else None,
        "bbox": _around([t["bbox"] for t in towns if t["bbox"]])
        or overview.content_bbox(connection),
        "revision": max(overview.revisions(connection).values(), default=0),
        "counts": figures.counts(connection, profile=profile, on=on),
        "parameters": parameters(profile),
        "towns": towns,
        "last_scan": overview.last_scan(connection),
    }


def parameters(profile: Profile) -> list[dict[str, Any]]:
    """The settings of the district, each with its source and whether the bureau confirmed it."""
    settings = {
        "legal_county_members": profile.legal_county_members,
        "managed_towns": profile.managed_towns,
        "min_households": profile.min_households,
        **profile.parameters,
    }
    return [
        {
            "key": key,
            "title": setting.title,
            "value": setting.value,
            "confirmed": setting.confirmed,
            "source": setting.source,
            "note": setting.note,
        }
        for key, setting in settings.items()
    ] + _uniqueness(profile)


_AREAS = {
    "village": "村内",
    "town": "镇（街道）内",
    "built_up": "建成区内",
    "legal_county": "县级区域内",
    "stat_county": "统计县内",
    "province": "省内",
    "nation": "全国",
    "": "不比对",
}


def _uniqueness(profile: Profile) -> list[dict[str, Any]]:
    """Within which areas the district itself wants names to differ, each said once."""
    found: dict[str, dict[str, Any]] = {}
    for row in profile.uniqueness:
        said = "重名" if row.sound == "none" else "同音"
        classes = "、".join(PLACE_CLASSES.get(c, c) for c in row.place_classes)
        key = f"uniqueness.{row.place_classes[0]}.{said}.{row.scope}"
        found[key] = {
            "key": key,
            "title": f"{classes}{said}的比对范围",
            "value": _AREAS[row.scope],
            "confirmed": row.confirmed,
            "source": row.basis,
            "note": "本地规定，条例没有要求。" if row.local else "",
        }
    return list(found.values())


def _around(boxes: list[list[float]]) -> list[float] | None:
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]
