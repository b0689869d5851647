"""Importing built-up areas (建成区), the scope in which the law compares roads and estates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.errors import Issue
from geo_registry.formats.features import Features
from geo_registry.formats.tables import require_columns
from geo_registry.formats.vector import read_features
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    clean_name,
    file_hash,
    pick_column,
    refuse_second_time,
    require_division,
    store,
    texts,
)
from geo_registry.store.built_up import BuiltUpRow, put_areas

KIND = "built_up"
NAME_COLUMNS = ("建成区名称", "名称", "name", "mc")
CODE_COLUMNS = ("建成区代码", "代码", "编号", "code", "dm")
MAX_CODE = 60


@dataclass(frozen=True, slots=True)
class BuiltUpTerms:
    """Which columns hold name and code, and since when the areas hold."""

    name_column: str | None = None
    code_column: str | None = None
    valid_from: date | None = None


def import_built_up(
    connection: Connection, source: Source, terms: BuiltUpTerms, **reading: Any
) -> Summary:
    """Import built-up areas in one batch, each in the place of the one under its code.

    An area without a code goes by its name. Places that lie in the areas are compared there from
    now on. ``reading`` (crs, layer, where, swap_axes) goes to
    :func:`formats.vector.read_features`, which refuses a file whose coordinate system is unknown.
    """
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取建成区", 0, None)
    features = read_features(source.path, wanted="polygon", **reading)
    rows, issues = _rows(source, features, terms)

    def write(batch_id: int) -> Mapping[str, int]:
        source.progress("确定所在建成区", 0, None)
        written = put_areas(connection, [BuiltUpRow(**row, batch_id=batch_id) for row in rows])
        return {"new": written.new, "replaced": written.replaced, "places": written.places}

    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(rows),
        counts={"areas": len(rows), "repaired": int(features.repaired.sum())},
        issues=sorted((*features.issues, *issues), key=lambda i: i.row or 0),
        write=write,
        crs=features.crs,
    )


def _rows(
    source: Source, features: Features, terms: BuiltUpTerms
) -> tuple[list[dict[str, Any]], list[Issue]]:
    columns = features.attributes.columns
    name_column = pick_column(columns, terms.name_column, NAME_COLUMNS)
    code_column = pick_column(columns, terms.code_column, CODE_COLUMNS)
    wanted = [c for c in (name_column or NAME_COLUMNS[0], code_column) if c is not None]
    require_columns(columns, wanted, source.path.name)
    good: dict[str, dict[str, Any]] = {}
    first: dict[str, int] = {}
    issues: list[Issue] = []
    cells = (texts(features.attributes, name_column), texts(features.attributes, code_column))
    for index, (raw, given) in enumerate(zip(*cells, strict=True)):
        row = int(features.rows[index])
        name, note, unusable = clean_name(raw, row, name_column or "名称")
        code = given or name or ""
        wrong = _wrong(row, name_column or "名称", code_column, name, code, first)
        issues += [i for i in (note, None if unusable else wrong) if i is not None]
        if not unusable and wrong is None:
            first[code] = row
            good[code] = {
                "code": code,
                "name": name or code,
                "extent": features.geometry[index],
                "valid_from": terms.valid_from,
                "source": source.path.name,
            }
    return list(good.values()), issues


def _wrong(
    row: int,
    name_column: str,
    code_column: str | None,
    name: str | None,
    code: str,
    first: Mapping[str, int],
) -> Issue | None:
    column = code_column or name_column
    where = f"第 {row} 行“{column}”"
    if not code:
        text = f"第 {row} 行：没有名称，也没有代码。"
        return Issue(row, name_column, "name_missing", "", text, "请补填建成区的名称。")
    if len(code) > MAX_CODE or any(not c.isprintable() for c in code):
        text = f"{where}：“{ascii(code)[:40]}”不像代码。"
        return Issue(row, column, "bad_code", code[:100], text, f"代码不超过 {MAX_CODE} 个字。")
    if code in first:
        text = f"{where}：“{code}”与第 {first[code]} 行重复。"
        advice = "一个建成区的几块地请合并为一个多部件面，或各给一个代码。"
        return Issue(row, column, "code_twice", code, text, advice)
    return None
