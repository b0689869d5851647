"""Importing areas: the polygons of administrative divisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.errors import Issue
from geo_registry.formats.features import Features
from geo_registry.formats.tables import require_columns
from geo_registry.formats.vector import read_features
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    file_hash,
    near_code,
    pick_column,
    refuse_second_time,
    store,
    texts,
)
from geo_registry.store.imports import division_codes, set_extents

CODE_COLUMNS = ("统计用区划代码", "区划代码", "代码", "code", "nbs_code", "xzqdm", "zldwdm")


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
