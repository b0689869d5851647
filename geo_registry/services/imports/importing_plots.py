"""Importing plots: ledgers of cemeteries with sections and numbers, and surveys of single graves.

A row with a cemetery is a plot of it; its section is made where the cemetery has none of that name.
With ``scattered`` a row without a cemetery is a grave that stands by itself and needs a position.
The file itself is not kept: it may hold more of persons than the registry needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection

from geo_registry.domain.cemetery import METHODS
from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.domain.plot import (
    GRANTED_TITLES,
    PLOT_KIND_TITLES,
    PLOT_STATUS_TITLES,
    last_day,
)
from geo_registry.formats.features import Features
from geo_registry.services.imports.importing import (
    Codes,
    Source,
    Summary,
    file_hash,
    locate,
    plane_of,
    refuse_second_time,
    require_division,
    store,
)
from geo_registry.services.imports.importing_cells import (
    Column,
    Line,
    Read,
    day,
    division,
    flag,
    money,
    number,
    one_of,
    read_lines,
    whole,
    words,
)
from geo_registry.services.imports.importing_positions import read_rows
from geo_registry.store import imports, plots
from geo_registry.store.plots import PlotRow, SectionRow, Site

CEMETERY = Column("cemetery", ("公墓", "公墓名称", "公墓编号", "cemetery"), words())
SECTION = Column("section", ("墓区", "墓区名称", "区", "section"), words(60))
NUMBER = Column("number", ("墓位号", "墓位编号", "墓号", "编号", "number", "id"), words(60))
_KINDS = {title: str(kind) for kind, title in PLOT_KIND_TITLES.items()} | {
    **{str(kind): str(kind) for kind in PLOT_KIND_TITLES},
    "单人墓": "ash_single",
    "单穴": "ash_single",
    "双人墓": "ash_double",
    "双穴": "ash_double",
    "合葬墓": "ash_double",
    "格位": "niche",
    "花葬": "flower_bed",
}
_STATES = {title: str(state) for state, title in PLOT_STATUS_TITLES.items()} | {
    **{str(state): str(state) for state in PLOT_STATUS_TITLES},
    "未售": "free",
    "空置": "free",
    "已售": "sold",
    "已葬": "occupied",
    "已使用": "occupied",
}
_GRANTED = {title: key for key, title in GRANTED_TITLES.items()} | {k: k for k in GRANTED_TITLES}


def plot_columns(known: Read) -> tuple[Column, ...]:
    """The columns of a ledger of plots; ``known`` reads division codes."""
    return (
        CEMETERY,
        SECTION,
        NUMBER,
        Column("kind", ("类型", "墓位类型", "墓型", "kind"), one_of(_KINDS)),
        Column("status", ("状态", "status"), one_of(_STATES)),
        Column(
            "area_m2", ("面积", "占地面积", "面积_平方米", "area_m2"), number(0, 1000, "平方米")
        ),
        Column("stele_height_m", ("碑高", "墓碑高", "stele_height_m"), number(-1e-9, 20, "米")),
        Column("clan", ("宗族墓", "clan"), flag),
        Column("family", ("家族墓", "family"), flag),
        Column("living", ("活人墓", "living"), flag),
        Column("protected", ("依法保留", "protected"), flag),
        Column("made_on", ("建成日期", "建造日期", "made_on"), day),
        Column("granted", ("取得方式", "granted"), one_of(_GRANTED)),
        Column("price_yuan", ("价格", "墓位价格", "price_yuan"), money),
        Column(
            "holder_name",
            ("使用人", "购墓人", "户主", "坟主", "holder_name"),
            words(60),
            secret=True,
        ),
        Column("holder_code", ("使用人户籍代码", "holder_code"), known),
        Column("term_from", ("起始日期", "启用日期", "term_from"), day),
        Column("term_years", ("使用年限", "年限", "term_years"), whole(1, 200, "年")),
        Column("term_end", ("到期日期", "term_end"), day),
        Column("fee_paid_until", ("维护费缴至", "fee_paid_until"), day),
        Column("fee_years", ("维护费年数", "fee_years"), whole(0, 200, "年")),
    )


@dataclass(frozen=True, slots=True)
class PlotTerms:
    """What holds for the plots of a file unless a column says otherwise.

    ``cemetery`` is a name or an id in the source; ``sigma_m`` the standard error of positions per
    axis in metres; ``scattered`` admits rows without a cemetery.
    """

    cemetery: str | None = None
    kind: str | None = None
    scattered: bool = False
    sigma_m: float = METHODS["phone"].accuracy.sigma_m
    columns: Mapping[str, str | None] = field(default_factory=dict)


def known_divisions(connection: Connection) -> Read:
    """A reader of division codes that knows the registry's divisions."""
    return division(imports.division_codes(connection))


def import_plots(
    connection: Connection, source: Source, terms: PlotTerms, **reading: Any
) -> Summary:
    """Import the plots of a file, in one batch; sections are made as they come.

    Tables without coordinates have no positions. ``reading`` goes to
    :func:`formats.vector.read_features`. Raises :class:`BadRequest` for a kind nobody knows,
    :class:`Conflict` for a file imported before, :class:`Unreadable` as the readers do.
    """
    if terms.kind is not None and terms.kind not in _KINDS:
        raise BadRequest(f"不认识墓位类型“{terms.kind[:20]}”。可用：{'、'.join(_KINDS)}。")
    if not 0 < terms.sigma_m <= 100:
        raise BadRequest(f"位置误差 {terms.sigma_m} 米不合理，应在 0–100 米之间。")
    require_division(connection, source.at)
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取墓位", 0, None)
    features = read_rows(source, reading, wanted="any", required=False)
    columns = plot_columns(known_divisions(connection))
    lines, issues = read_lines(
        features.attributes, features.rows.tolist(), columns, source.path.name, terms.columns
    )
    placed, more = _placed(connection, lines, features, terms)
    rows, wrong = _rows(connection, source, placed, features, terms)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=features.total,
        rejected=features.total - len(rows),
        counts={
            "plots": len(rows),
            "scattered": sum(r.cemetery_id is None for r, _ in rows),
            "placed": sum(r.geometry is not None for r, _ in rows),
        },
        issues=sorted((*features.issues, *issues, *more, *wrong), key=lambda i: i.row or 0),
        write=lambda batch_id: _write(connection, rows, batch_id),
        crs=features.crs,
    )


# ---- which cemetery -----------------------------------------------------------------------------


def _placed(
    connection: Connection, lines: Sequence[Line], features: Features, terms: PlotTerms
) -> tuple[list[tuple[Line, Site | None]], list[Issue]]:
    """Each row with its cemetery; None for a grave that stands by itself."""
    wanted = {line["cemetery"] or terms.cemetery for line in lines} - {None}
    sites = plots.sites_named(connection, [str(w) for w in wanted])
    good: list[tuple[Line, Site | None]] = []
    issues: list[Issue] = []
    for line in lines:
        name = line["cemetery"] or terms.cemetery
        if name is None and terms.scattered:
            if features.geometry[line.index] is None:
                issues.append(_no_position(line))
            else:
                good.append((line, None))
            continue
        site, issue = site_of(line, name, sites)
        if issue is not None:
            issues.append(issue)
        elif line["number"] is None:
            text = f"第 {line.row} 行“{NUMBER.title}”：是空的。"
            issues.append(Issue(line.row, NUMBER.title, "cell_missing", "", text, "请补填墓位号。"))
        else:
            good.append((line, site))
    return good, issues


def site_of(
    line: Line, name: str | None, sites: Mapping[str, Sequence[Site]]
) -> tuple[Site | None, Issue | None]:
    """The one cemetery of a name, or what is wrong with the cell."""
    title = CEMETERY.title
    where = f"第 {line.row} 行“{title}”："
    found = sites.get(name or "", ())
    if name is None:
        advice = "请补填公墓名称，或用 --cemetery 指明；公墓以外的散坟请加 --scattered。"
        return None, Issue(line.row, title, "cell_missing", "", f"{where}是空的。", advice)
    if not found:
        advice = "请核对名称或编号，或先登记这处公墓。"
        text = f"{where}没有登记名为“{name[:40]}”的公墓。"
        return None, Issue(line.row, title, "unknown_cemetery", name[:100], text, advice)
    if len(found) > 1:
        text = f"{where}有 {len(found)} 处公墓叫“{name[:40]}”。"
        advice = "请改填登记时的编号。"
        return None, Issue(line.row, title, "ambiguous_cemetery", name[:100], text, advice)
    return found[0], None


def _no_position(line: Line) -> Issue:
    text = f"第 {line.row} 行“图形”：公墓以外的坟要有位置。"
    return Issue(line.row, "图形", "geometry_missing", "", text, "请补填经度、纬度。")


# ---- rows ---------------------------------------------------------------------------------------

_New = tuple[PlotRow, str]
"""A plot with the name of its section ("" for none)."""


def _rows(
    connection: Connection,
    source: Source,
    placed: Sequence[tuple[Line, Site | None]],
    features: Features,
    terms: PlotTerms,
) -> tuple[list[_New], list[Issue]]:
    sites = {site.id for _, site in placed if site}
    taken: dict[tuple[int, str, str], int | None] = dict.fromkeys(plots.plots_of(connection, sites))
    codes = _codes(connection, source, placed, features)
    rows: list[_New] = []
    issues: list[Issue] = []
    for line, site in placed:
        kind = line["kind"] or (_KINDS[terms.kind] if terms.kind else None)
        issue = _wrong(line, kind)
        key = (site.id, line["section"] or "", line["number"]) if site else None
        if issue is None and key is not None and key in taken:
            issue = _twice(line, taken[key])
        if issue is not None:
            issues.append(issue)
            continue
        if key is not None:
            taken[key] = line.row
        row = _row(line, site, str(kind), features.geometry[line.index], terms)
        code = codes.get(line.index)
        if code is not None:
            row = replace(
                row, village_code=code.village, town_code=code.town, county_code=code.county
            )
        rows.append((row, line["section"] or ""))
    return rows, issues


def _wrong(line: Line, kind: str | None) -> Issue | None:
    if kind is None:
        text = f"第 {line.row} 行“类型”：是空的，不知道是哪一种墓位。"
        return Issue(line.row, "类型", "cell_missing", "", text, "请补填，或用 --kind 指明。")
    begin, end = line["term_from"], line["term_end"]
    if begin and end and end < begin:
        text = f"第 {line.row} 行“到期日期”：{end} 早于起始日期 {begin}。"
        return Issue(line.row, "到期日期", "term_reversed", str(end), text, "请核对两个日期。")
    return None


def _twice(line: Line, first: int | None) -> Issue:
    where = "登记库中" if first is None else f"第 {first} 行"
    text = f"第 {line.row} 行“{NUMBER.title}”：与{where}的墓位同区同号。"
    return Issue(line.row, NUMBER.title, "plot_twice", "", text, "请核对墓区和墓位号。")


def _codes(
    connection: Connection,
    source: Source,
    placed: Sequence[tuple[Line, Site | None]],
    features: Features,
) -> dict[int, Codes]:
    """Index of the row → the divisions in which a grave by itself lies."""
    alone = [line.index for line, site in placed if site is None]
    if not alone:
        return {}
    geometry = features.geometry[alone]
    found = locate(
        connection, geometry, np.arange(len(alone)), len(alone), plane=plane_of(geometry),
        at=source.at,
    )  # fmt: skip
    return dict(zip(alone, found, strict=True))


_AS_THEY_ARE = (
    *("area_m2", "stele_height_m", "made_on", "price_yuan", "holder_name", "holder_code"),
    *("term_from", "term_years", "fee_paid_until", "fee_years"),
)


def _row(line: Line, site: Site | None, kind: str, geometry: Any, terms: PlotTerms) -> PlotRow:
    begin, years = line["term_from"], line["term_years"]
    end = line["term_end"] or (last_day(begin, years) if begin and years else None)
    granted = line["granted"] or ""
    holder = line["holder_name"] or granted
    status = line["status"] or ("occupied" if site is None else "sold" if holder else "free")
    return PlotRow(
        cemetery_id=site.id if site else None,
        number=line["number"] or "",
        kind=kind,
        status=status,
        geometry=geometry,
        sigma_m=terms.sigma_m if geometry is not None else None,
        term_end=end,
        granted=granted,
        clan=bool(line["clan"]),
        family=bool(line["family"]),
        living=bool(line["living"]),
        protected=bool(line["protected"]),
        **{name: line[name] for name in _AS_THEY_ARE},
    )


def _write(connection: Connection, rows: Sequence[_New], batch_id: int) -> Mapping[str, int]:
    """Write new sections, then the plots."""
    wanted = dict.fromkeys((r.cemetery_id, s) for r, s in rows if r.cemetery_id is not None and s)
    known = plots.sections_of(connection, {c for c, _ in wanted if c is not None})
    new = [
        SectionRow(c, name, batch_id=batch_id)
        for c, name in wanted
        if c is not None and (c, name) not in known
    ]
    numbers = plots.insert_sections(connection, new)
    known |= {(s.cemetery_id, s.name): n for s, n in zip(new, numbers, strict=True)}
    ready = [
        replace(
            row,
            section_id=known[row.cemetery_id, name] if row.cemetery_id and name else None,
            batch_id=batch_id,
        )
        for row, name in rows
    ]
    plots.insert_plots(connection, ready)
    return {"sections": len(new)}
