"""Importing areas: protected zones, and the polygons of administrative divisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection

from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.formats.features import Features
from geo_registry.formats.tables import require_columns
from geo_registry.formats.vector import read_features
from geo_registry.services.importing import (
    Source,
    Summary,
    clean_name,
    file_hash,
    locate,
    near_code,
    pick_column,
    plane_of,
    refuse_second_time,
    require_division,
    store,
    texts,
)
from geo_registry.store.cemeteries import insert_zones
from geo_registry.store.imports import division_codes, set_extents
from geo_registry.store.rows import ZoneRow

ZONE_NAME_COLUMNS = ("名称", "保护区名称", "name", "mc")
ZONE_KIND_COLUMNS = ("类型", "kind", "类别")
SETBACK_COLUMNS = ("退距", "退距_米", "setback_m")
CODE_COLUMNS = ("统计用区划代码", "区划代码", "代码", "code", "nbs_code", "xzqdm", "zldwdm")


@dataclass(frozen=True, slots=True)
class ZoneTerms:
    """What holds for the zones of a file, unless a column says otherwise; metres."""

    kind: str | None = None
    setback_m: float = 0.0
    sigma_m: float = 1.0
    valid_from: date | None = None
    name_column: str | None = None
    kind_column: str | None = None
    setback_column: str | None = None


def import_zones(
    connection: Connection, source: Source, terms: ZoneTerms, **reading: Any
) -> Summary:
    """Import protected or controlled land, in one batch; kind and setback from columns or terms.

    Raises :class:`BadRequest` where neither a column nor the terms give the kind.
    """
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取保护区", 0, None)
    features = read_features(source.path, wanted="polygon", **reading)
    zones, issues = _zones(connection, source, features, terms)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(zones),
        counts={"zones": len(zones), "repaired": int(features.repaired.sum())},
        issues=sorted((*features.issues, *issues), key=lambda i: i.row or 0),
        write=lambda batch_id: _write_zones(connection, zones, batch_id),
        crs=features.crs,
    )


def _zones(
    connection: Connection, source: Source, features: Features, terms: ZoneTerms
) -> tuple[list[dict[str, Any]], list[Issue]]:
    frame = features.attributes
    name_column = pick_column(frame.columns, terms.name_column, ZONE_NAME_COLUMNS)
    kind_column = pick_column(frame.columns, terms.kind_column, ZONE_KIND_COLUMNS)
    setback_column = pick_column(frame.columns, terms.setback_column, SETBACK_COLUMNS)
    wanted = [c for c in (name_column, kind_column, setback_column) if c is not None]
    require_columns(frame.columns, wanted, source.path.name)
    if kind_column is None and terms.kind is None:
        raise BadRequest("请用 --kind 或 --kind-column 指明是哪一类保护区，例如 --kind farmland。")
    cells = [texts(frame, c) for c in (name_column, kind_column, setback_column)]
    good: list[dict[str, Any]] = []
    issues: list[Issue] = []
    for index, (raw, kind, setback) in enumerate(zip(*cells, strict=True)):
        row = int(features.rows[index])
        name, note, unusable = clean_name(raw, row, name_column or "名称")
        metres, bad = _setback(setback, row, setback_column or "退距", terms)
        kind = kind or terms.kind
        missing = None
        if kind is None:
            text = f"第 {row} 行“{kind_column}”：是空的，不知道是哪一类保护区。"
            missing = Issue(row, kind_column or "类型", "kind_missing", "", text, "请补填类型。")
        issues += [i for i in (note, bad, missing) if i is not None]
        if not unusable and bad is None and missing is None:
            good.append({"index": index, "name": name, "kind": kind, "setback_m": metres})
    return _placed(connection, source, features, terms, good), issues


def _setback(raw: str | None, row: int, name: str, terms: ZoneTerms) -> tuple[float, Issue | None]:
    if raw is None:
        return terms.setback_m, None
    try:
        value = float(raw)
    except ValueError:
        value = -1.0
    if 0 <= value <= 10_000:
        return value, None
    text = f"第 {row} 行“{name}”：“{raw[:40]}”不是 0–10,000 米之间的数。"
    return 0.0, Issue(row, name, "bad_setback", raw[:100], text, "请填写以米为单位的退距，或留空。")


def _placed(
    connection: Connection,
    source: Source,
    features: Features,
    terms: ZoneTerms,
    good: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Add extents, accuracy and the county to the fields of the rows to be written."""
    if not good:
        return []
    geometry = features.geometry[[g["index"] for g in good]]
    codes = locate(
        connection,
        geometry,
        np.arange(len(good)),
        len(good),
        plane=plane_of(geometry),
        at=source.at,
    )
    return [
        {
            "kind": g["kind"],
            "name": g["name"] or f"未命名（第 {features.rows[g['index']]} 行）",
            "setback_m": g["setback_m"],
            "extent": extent,
            "sigma_m": terms.sigma_m,
            "valid_from": terms.valid_from,
            "county_code": code.county,
            "source": source.path.name,
        }
        for g, extent, code in zip(good, geometry, codes, strict=True)
    ]


def _write_zones(
    connection: Connection, zones: list[dict[str, Any]], batch_id: int
) -> Mapping[str, int]:
    insert_zones(connection, [ZoneRow(**zone, batch_id=batch_id) for zone in zones])
    return {}


def import_boundaries(
    connection: Connection,
    source: Source,
    *,
    code_column: str | None = None,
    code_system: str = "nbs",
    **reading: Any,
) -> Summary:
    """Give registered divisions their polygons, found by a column of division codes.

    Codes the registry does not know, and codes that come twice, make the row unusable.
    """
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取区划界线", 0, None)
    features = read_features(source.path, wanted="polygon", **reading)
    column = pick_column(features.attributes.columns, code_column, CODE_COLUMNS)
    require_columns(features.attributes.columns, [column or CODE_COLUMNS[0]], source.path.name)
    known = division_codes(connection, code_system=code_system)
    good, issues = _by_code(features, column or CODE_COLUMNS[0], known)

    def write(_batch_id: int) -> Mapping[str, int]:
        extents = [features.geometry[i] for i in good.values()]
        label = source.path.name
        changed = set_extents(connection, list(good), extents, label, code_system=code_system)
        return {"divisions": changed}

    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(good),
        counts={"boundaries": len(good), "repaired": int(features.repaired.sum())},
        issues=sorted((*features.issues, *issues), key=lambda i: i.row or 0),
        write=write,
        crs=features.crs,
    )


def _by_code(
    features: Features, column: str, known: Mapping[str, str]
) -> tuple[dict[str, int], list[Issue]]:
    """Code → index of its polygon, and an issue for every code that is unknown or comes twice."""
    good: dict[str, int] = {}
    issues: list[Issue] = []
    for index, code in enumerate(texts(features.attributes, column)):
        row = int(features.rows[index])
        where = f"第 {row} 行“{column}”"
        if code is None:
            text, advice = f"{where}：没有区划代码。", "请补填代码。"
            issues.append(Issue(row, column, "code_missing", "", text, advice))
        elif code not in known:
            text = f"{where}：没有区划代码“{code[:40]}”。"
            advice = near_code(code, known)
            issues.append(Issue(row, column, "unknown_code", code[:100], text, advice))
        elif code in good:
            first = int(features.rows[good[code]])
            text = f"{where}：“{code}”与第 {first} 行重复。"
            advice = "一个区划的几块地请合并为一个多部件面。"
            issues.append(Issue(row, column, "code_twice", code, text, advice))
        else:
            good[code] = index
    return good, issues
