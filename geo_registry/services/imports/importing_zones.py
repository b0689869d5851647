"""Importing zones: protected or controlled land, with its setback and the days it is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection

from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.formats.features import Features
from geo_registry.formats.vector import read_features
from geo_registry.rules.zone_law import KINDS
from geo_registry.services.boundaries.crs_gate import Gate
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    file_hash,
    keep_raw,
    locate,
    plane_of,
    refuse_second_time,
    require_division,
    store,
)
from geo_registry.services.imports.importing_cells import (
    Column,
    Line,
    day,
    number,
    one_of,
    read_lines,
    words,
)
from geo_registry.store.cemeteries import insert_zones
from geo_registry.store.rows import ZoneRow

KIND_WORDS: Mapping[str, str] = {
    **{kind.title: key for key, kind in KINDS.items()},
    "耕地": "farmland",
    "永久基本农田": "farmland",
    "基本农田": "farmland",
    "林地": "forest",
    "公益林": "forest",
    "风景名胜区": "scenic",
    "自然保护区": "reserve",
    "文物保护单位": "heritage",
    "文物保护范围": "heritage",
    "建设控制地带": "heritage",
    "水库": "dam",
    "水库大坝": "dam",
    "堤防": "dyke",
    "护堤地": "dyke",
    "饮用水水源地": "water",
    "饮用水水源保护区": "water",
    "水源保护区": "water",
    "公路": "road",
    "公路建筑控制区": "road",
    "铁路": "rail",
    "铁路线路安全保护区": "rail",
    **{key: key for key in KINDS},
}
"""How people call the kinds of zone that rules know, and the kind meant."""

COLUMNS = (
    Column("name", ("名称", "保护区名称", "name", "mc"), words()),
    Column("kind", ("类型", "kind", "类别"), one_of(KIND_WORDS)),
    Column("setback_m", ("退距", "退距_米", "控制距离", "setback_m"), number(-1e-9, 10_000, "米")),
    Column("valid_from", ("生效日期", "划定日期", "valid_from"), day),
    Column("valid_to", ("失效日期", "撤销日期", "valid_to"), day),
)


@dataclass(frozen=True, slots=True)
class ZoneTerms:
    """What holds for the zones of a file, unless a column says otherwise; metres.

    A zone is in force from ``valid_from`` on, and no longer on ``valid_to``.
    """

    kind: str | None = None
    setback_m: float = 0.0
    sigma_m: float = 1.0
    valid_from: date | None = None
    valid_to: date | None = None
    name_column: str | None = None
    kind_column: str | None = None
    setback_column: str | None = None
    valid_from_column: str | None = None
    valid_to_column: str | None = None
    accept_crs: bool = False
    crs_reason: str = ""


def import_zones(
    connection: Connection, source: Source, terms: ZoneTerms, **reading: Any
) -> Summary:
    """Import protected or controlled land, in one batch; a column wins over the terms.

    Raises :class:`BadRequest` for a kind that no rule knows: a zone nobody compares with would look
    like safety; :class:`Refused` for zones that look as if they were in another coordinate system.
    """
    if terms.kind is not None and terms.kind not in KIND_WORDS:
        raise BadRequest(
            f"不认识保护区类型“{terms.kind[:20]}”。",
            advice="可用：" + "、".join(f"{key}（{k.title}）" for key, k in KINDS.items()) + "。",
        )
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取保护区", 0, None)
    features = read_features(source.path, wanted="polygon", **reading)
    lines, issues = read_lines(
        features.attributes, features.rows.tolist(), COLUMNS, source.path.name,
        {c.field: getattr(terms, _CHOSEN[c.field]) for c in COLUMNS},
    )  # fmt: skip
    good, more = _complete(lines, terms)
    extents = {line.row: features.geometry[line.index] for line in good}
    gate = Gate(
        sha256, source.district, accepted=terms.accept_crs, reason=terms.crs_reason,
        swapped=bool(reading.get("swap_axes")),
    )  # fmt: skip
    gate.check(connection, extents, features.crs, {}, ())
    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(good),
        counts={"zones": len(good), "repaired": int(features.repaired.sum())},
        issues=sorted((*features.issues, *issues, *more), key=lambda i: i.row or 0),
        write=lambda batch_id: _write(connection, source, features, good, terms, batch_id),
        crs=features.crs,
    )


_CHOSEN = {
    "name": "name_column", "kind": "kind_column", "setback_m": "setback_column",
    "valid_from": "valid_from_column", "valid_to": "valid_to_column",
}  # fmt: skip


def _complete(lines: Sequence[Line], terms: ZoneTerms) -> tuple[list[Line], list[Issue]]:
    """Rows that have a kind and days in the right order, and an issue for each other."""
    good: list[Line] = []
    issues: list[Issue] = []
    for line in lines:
        begin, end = line["valid_from"] or terms.valid_from, line["valid_to"] or terms.valid_to
        if line["kind"] is None and terms.kind is None:
            text = f"第 {line.row} 行“类型”：是空的，不知道是哪一类保护区。"
            advice = "请补填类型，或用 --kind 指明，例如 --kind farmland。"
            issues.append(Issue(line.row, "类型", "kind_missing", "", text, advice))
        elif begin and end and end <= begin:
            text = f"第 {line.row} 行“失效日期”：{end} 不晚于生效日期 {begin}。"
            issues.append(
                Issue(line.row, "失效日期", "dates_reversed", str(end), text, "请核对两个日期。")
            )
        else:
            good.append(line)
    return good, issues


def _write(
    connection: Connection,
    source: Source,
    features: Features,
    lines: Sequence[Line],
    terms: ZoneTerms,
    batch_id: int,
) -> Mapping[str, int]:
    """Write the zones, each with the county most of it lies in."""
    keep_raw(connection, source)
    geometry = features.geometry[[line.index for line in lines]]
    codes = locate(
        connection, geometry, np.arange(len(lines)), len(lines), plane=plane_of(geometry),
        at=source.at,
    )  # fmt: skip
    rows = [
        ZoneRow(
            kind=line["kind"] or KIND_WORDS[str(terms.kind)],
            name=line["name"] or f"未命名（第 {line.row} 行）",
            extent=extent,
            setback_m=terms.setback_m if line["setback_m"] is None else line["setback_m"],
            sigma_m=terms.sigma_m,
            county_code=code.county,
            valid_from=line["valid_from"] or terms.valid_from,
            valid_to=line["valid_to"] or terms.valid_to,
            source=source.path.name,
            batch_id=batch_id,
        )
        for line, extent, code in zip(lines, geometry, codes, strict=True)
    ]
    insert_zones(connection, rows)
    return {}
