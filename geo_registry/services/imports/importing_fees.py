"""Importing lists of fees, and what cemeteries charged: tables with one line a row.

Rows of one owner, title and first day are one list. A column of whoever paid is not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.errors import Issue
from geo_registry.formats.tables import read_table
from geo_registry.services.cemeteries.fees import wrong_item
from geo_registry.services.desk import Desk
from geo_registry.services.imports.importing import (
    Source,
    Summary,
    file_hash,
    refuse_second_time,
    require_division,
    store,
)
from geo_registry.services.imports.importing_cells import (
    Column,
    Line,
    day,
    flag,
    money,
    one_of,
    read_lines,
    whole,
    words,
)
from geo_registry.services.imports.importing_plots import CEMETERY, site_of
from geo_registry.store import fees, plots
from geo_registry.store.fees import ChargeRow, FeeItemRow, FeeListRow
from geo_registry.store.papers import document_of
from geo_registry.store.plots import Site

LISTS, CHARGES = "fee_lists", "charges"
_Owner = tuple[int | None, str | None]


def list_columns(price_types: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a list; ``price_types`` maps each word for a price type to its key."""
    return (
        Column("list", ("清单名称", "清单", "list"), words(100), required=True),
        CEMETERY,
        Column("valid_from", ("起始日期", "执行日期", "valid_from"), day, required=True),
        Column("valid_to", ("失效日期", "终止日期", "valid_to"), day),
        Column("posted_on", ("公示日期", "posted_on"), day),
        Column("document", ("文号", "document"), words(100)),
        Column("authority", ("发文机关", "authority"), words(100)),
        Column("code", ("项目编码", "编码", "code"), words(40)),
        Column("title", ("项目名称", "收费项目", "项目", "title"), words(100), required=True),
        Column("price_type", ("价格形式", "定价方式", "price_type"), one_of(price_types),
               required=True),
        Column("unit", ("计价单位", "单位", "unit"), words(20)),
        Column("ceiling_yuan", ("价格", "最高价", "收费标准", "ceiling_yuan"), money),
        Column("per_year", ("按年", "per_year"), flag),
        Column("maintenance", ("维护费", "是否维护费", "maintenance"), flag),
        Column("note", ("备注", "note"), words(200)),
    )  # fmt: skip


def quantity(raw: str) -> Decimal:
    """How many units: a number above 0 with three decimals at most."""
    try:
        value = Decimal(raw.replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value < 10**6 or value != round(value, 3):
        raise ValueError("不是数量|请填写大于 0、最多三位小数的数。")
    return value


CHARGE_COLUMNS = (
    CEMETERY,
    Column("charged_on", ("收费日期", "日期", "charged_on"), day, required=True),
    Column("code", ("项目编码", "编码", "code"), words(40)),
    Column("title", ("项目名称", "收费项目", "项目", "title"), words(100)),
    Column("quantity", ("数量", "quantity"), quantity),
    Column("amount_yuan", ("金额", "实收金额", "amount_yuan"), money, required=True),
    Column("years", ("年数", "缴费年数", "years"), whole(1, 200, "年")),
    Column("forced", ("强制", "是否强制", "forced"), flag),
    Column("invoice", ("票据号", "发票号", "invoice"), words(100)),
    Column("note", ("备注", "note"), words(200)),
)


def import_fee_lists(connection: Connection, source: Source, *, desk: Desk) -> Summary:
    """Import lists of fees; rows without a cemetery are of the division ``source.at``.

    Raises as the other imports do.
    """
    require_division(connection, source.at)
    terms = desk.reference.fee_terms.price_types.values()
    meanings = {t.title: t.key for t in terms} | {
        word: t.key for t in terms for word in (*t.words, t.key)
    }
    sha256, height, lines, issues = _read(connection, source, list_columns(meanings))
    sites = _sites(connection, lines)
    known = fees.beginnings(connection)
    rows: list[tuple[Line, _Owner]] = []
    codes: dict[tuple[Any, ...], int] = {}
    for line in lines:
        owner, issue = _owner(line, source, sites)
        issue = issue or _bad_line(line, desk)
        if issue is None and (*owner, line["valid_from"]) in known:
            said = f"同一天起执行的收费清单已经登记（{line['valid_from']}）。"
            issue = _issue(line, "起始日期", "list_twice", said, "请先让原清单失效，或核对日期。")
        key = (*owner, line["valid_from"], _code(line))
        if issue is None and key in codes:
            said = f"与第 {codes[key]} 行的项目编码相同。"
            issue = _issue(line, "项目编码", "item_twice", said, "请核对编码。")
        if issue is not None:
            issues.append(issue)
            continue
        codes[key] = line.row
        rows.append((line, owner))
    return store(
        connection,
        source,
        sha256=sha256,
        rows=height,
        rejected=height - len(rows),
        counts={"items": len(rows)},
        issues=sorted(issues, key=lambda i: i.row or 0),
        write=lambda batch_id: _write_lists(connection, rows, batch_id),
    )


def _code(line: Line) -> str:
    """The code of an item; its title where it has none."""
    return str(line["code"] or line["title"])


def _owner(
    line: Line, source: Source, sites: Mapping[str, Sequence[Site]]
) -> tuple[_Owner, Issue | None]:
    if line["cemetery"] is not None:
        site, issue = site_of(line, line["cemetery"], sites)
        return (site.id if site else None, None), issue
    if source.at is not None:
        return (None, source.at), None
    advice = "请补填公墓名称；适用于全区（镇）的清单，请用 --at 指明区划代码。"
    return (None, None), _issue(line, CEMETERY.title, "cell_missing", "是空的。", advice)


def _bad_line(line: Line, desk: Desk) -> Issue | None:
    if line["valid_to"] and line["valid_to"] <= line["valid_from"]:
        said = f"{line['valid_to']} 不晚于起始日期 {line['valid_from']}。"
        return _issue(line, "失效日期", "days_reversed", said, "请核对两个日期。")
    if line["posted_on"] and line["posted_on"] > desk.on:
        said = f"{line['posted_on']} 还没有到。"
        return _issue(line, "公示日期", "in_future", said, "请核对日期，或留空。")
    wrong = wrong_item(line["title"], line["price_type"], line["ceiling_yuan"])
    return _issue(line, "价格", "cell_missing", f"{wrong}。", "请补填价格。") if wrong else None


def _write_lists(
    connection: Connection, rows: Sequence[tuple[Line, _Owner]], batch_id: int
) -> Mapping[str, int]:
    heads: dict[tuple[Any, ...], FeeListRow] = {}
    for line, owner in rows:
        key = (*owner, line["valid_from"])
        if key in heads:
            continue
        document = None
        if line["document"] or line["authority"]:
            document = document_of(
                connection, title=line["list"], number=line["document"] or "",
                authority=line["authority"] or "", dated_on=None,
            )  # fmt: skip
        heads[key] = FeeListRow(
            line["list"], line["valid_from"], *owner, line["valid_to"], line["posted_on"],
            document, batch_id=batch_id,
        )  # fmt: skip
    numbers = dict(zip(heads, fees.insert_lists(connection, list(heads.values())), strict=True))
    fees.insert_items(
        connection,
        [
            FeeItemRow(
                numbers[(*owner, line["valid_from"])], _code(line), line["title"],
                line["price_type"], line["unit"] or "", line["ceiling_yuan"],
                bool(line["per_year"]), bool(line["maintenance"]), line["note"] or "",
            )
            for line, owner in rows
        ],
    )  # fmt: skip
    return {"lists": len(heads)}


def import_charges(
    connection: Connection, source: Source, *, cemetery: str | None = None, desk: Desk
) -> Summary:
    """Import what cemeteries charged; ``cemetery`` names the one of rows that name none.

    Raises as the other imports do.
    """
    sha256, height, lines, issues = _read(connection, source, CHARGE_COLUMNS)
    sites = _sites(connection, lines, cemetery)
    known = fees.invoiced(connection, {line["invoice"] for line in lines if line["invoice"]})
    rows: list[ChargeRow] = []
    seen: dict[tuple[int, str, str, str], int] = {}
    for line in lines:
        site, issue = site_of(line, line["cemetery"] or cemetery, sites)
        issue = issue or _bad_charge(line, desk)
        if issue is not None or site is None:
            issues += [issue] if issue else []
            continue
        row = _charge(line, site)
        key = (site.id, row.invoice, row.item_code, row.item_title)
        if row.invoice and (key in seen or key in known):
            where = f"第 {seen[key]} 行" if key in seen else "登记库中"
            said = f"与{where}的收费同票同项。"
            issues.append(_issue(line, "票据号", "charge_twice", said, "请核对票据号和项目。"))
            continue
        seen[key] = line.row
        rows.append(row)
    return store(
        connection,
        source,
        sha256=sha256,
        rows=height,
        rejected=height - len(rows),
        counts={"charges": len(rows)},
        issues=sorted(issues, key=lambda i: i.row or 0),
        write=lambda batch_id: _write_charges(connection, rows, batch_id),
    )


def _bad_charge(line: Line, desk: Desk) -> Issue | None:
    if line["charged_on"] > desk.on:
        said = f"{line['charged_on']} 还没有到。"
        return _issue(line, "收费日期", "in_future", said, "请核对日期。")
    if not (line["code"] or line["title"]):
        said = "项目编码、项目名称都是空的。"
        return _issue(line, "项目名称", "cell_missing", said, "请补填其中之一。")
    return None


def _charge(line: Line, site: Site) -> ChargeRow:
    return ChargeRow(
        site.id, line["charged_on"], line["amount_yuan"], line["code"] or "", line["title"] or "",
        line["quantity"] or Decimal(1), line["years"],
        bool(line["forced"]), line["invoice"] or "", line["note"] or "",
    )  # fmt: skip


def _write_charges(
    connection: Connection, rows: Sequence[ChargeRow], batch_id: int
) -> Mapping[str, int]:
    fees.insert_charges(connection, [replace(row, batch_id=batch_id) for row in rows])
    return {}


# ---- common -------------------------------------------------------------------------------------


def _read(
    connection: Connection, source: Source, columns: Sequence[Column]
) -> tuple[str, int, list[Line], list[Issue]]:
    sha256 = file_hash(source.path) if source.path.is_file() else ""
    refuse_second_time(connection, source, sha256)
    source.progress("读取收费表", 0, None)
    frame = read_table(source.path)
    lines, issues = read_lines(frame, range(1, frame.height + 1), columns, source.path.name)
    return sha256, frame.height, lines, issues


def _sites(
    connection: Connection, lines: Sequence[Line], cemetery: str | None = None
) -> Mapping[str, Sequence[Site]]:
    wanted = {line["cemetery"] or cemetery for line in lines} - {None}
    return plots.sites_named(connection, [str(w) for w in wanted])


def _issue(line: Line, title: str, code: str, said: str, advice: str) -> Issue:
    return Issue(line.row, title, code, "", f"第 {line.row} 行“{title}”：{said}", advice)
