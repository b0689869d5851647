"""``geo-registry plot``: list, reserve, assign, transfer, extend, close, correct.

Names are asked for on standard input, so that they stand in no list of processes, no shell history
and no log.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
import polars

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.plot import (
    GRANTED_TITLES,
    PLOT_KIND_TITLES,
    PLOT_STATUS_TITLES,
    PlotKind,
    PlotStatus,
)
from geo_registry.formats.tables import write_table
from geo_registry.services.cemeteries import listing_plots, plots
from geo_registry.services.cemeteries.listing_plots import Wanted
from geo_registry.services.cemeteries.plots import Grant, PlotDone

unmask_option = click.option(
    "--unmask", is_flag=True, help="显示完整姓名（登记员办理业务时使用；缺省只显示 张*）。"
)
_KINDS = "、".join(f"{k} {v}" for k, v in PLOT_KIND_TITLES.items())
_HOW = click.Choice(["assigned", "sold"])


@click.group("plot")
def plot() -> None:
    """墓位：列出、预留、分配、转让、续期、停用、更正。"""


@plot.command("list")
@click.argument("subject")
@click.option("--status", type=click.Choice([str(s) for s in PlotStatus]), help="只列这种状态。")
@click.option("--kind", type=click.Choice([str(k) for k in PlotKind]), help=f"只列一类：{_KINDS}。")
@click.option("--section", metavar="墓区", help="只列这个墓区。")
@click.option("--ends-by", type=DAY, metavar="DATE", help="只列到这天为止到期的。")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="写成表格（.xlsx 等）。"
)
@unmask_option
@json_option
def list_(
    subject: str,
    *,
    ends_by: datetime | None,
    out: Path | None,
    unmask: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """列出一处公墓的墓位；SUBJECT 写 scattered 时列出公墓以外的散坟。"""
    site = None if subject == "scattered" else cemetery_id(subject)
    items: list[dict[str, Any]] = []
    after: int | None = 0
    with registry_to_read() as connection:
        while after is not None:
            wanted = Wanted(site, after, listing_plots.MOST, ends_by=day_of(ends_by), **given)
            page = listing_plots.list_plots(connection, wanted, may_see=unmask)
            items += page["items"]
            after = page["next"]
    if out is not None:
        _write(items, out)
        return
    lines = [_line(p) for p in items] or ["没有这样的墓位。"]
    shown({"items": items, "masked": not unmask}, lines, as_json=as_json)


def _line(p: dict[str, Any]) -> str:
    parts = [f"{p['id']}  {p['called']}", p["kind_title"], p["status_title"]]
    if p["area_m2"]:
        parts.append(f"{p['area_m2']:g} m²")
    if p["holder"]:
        parts.append(f"使用人 {p['holder']}")
    if p["term_end"]:
        parts.append(f"到期 {p['term_end']}")
    if p["burials"]:
        parts.append(f"安葬 {p['burials']}")
    return "，".join(parts + p["marks"])


COLUMNS = {
    "id": "编号", "section": "墓区", "number": "墓位号", "kind_title": "类型",
    "status_title": "状态", "area_m2": "面积", "stele_height_m": "碑高", "marks": "标注",
    "granted_title": "取得方式", "price_yuan": "价格", "holder": "使用人",
    "holder_place": "使用人户籍", "term_from": "起始日期", "term_years": "使用年限",
    "term_end": "到期日期", "fee_paid_until": "维护费缴至", "fee_years": "维护费年数",
    "burials": "安葬数", "lon": "经度", "lat": "纬度",
}  # fmt: skip


def _write(items: list[dict[str, Any]], out: Path) -> None:
    rows = [{title: _cell(p[key]) for key, title in COLUMNS.items()} for p in items]
    write_table(polars.DataFrame(rows, infer_schema_length=None), out)
    say(f"{len(items):,} 个墓位已写入 {out}")


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "、".join(value)
    return float(value) if isinstance(value, Decimal) else value


def _grant(how: str, given: dict[str, Any]) -> Grant:
    """The grant, with the holder's name from standard input."""
    name = click.prompt("使用人姓名", err=True)
    price = given["price"]
    try:
        amount = Decimal(price) if price is not None else None
    except InvalidOperation:
        raise BadRequest(f"价格“{price[:20]}”不是金额，请写以元为单位的数。") from None
    return Grant(
        holder_name=name,
        how=how,
        holder_code=given["holder_code"],
        price_yuan=amount,
        term_from=day_of(given["since"]),
        term_years=given["years"],
        fee_years=given["fee_years"],
    )


def _grant_options(command: Any) -> Any:
    for option in reversed(
        (
            click.option("--holder-code", metavar="CODE", help="使用人户籍所在的区划代码。"),
            click.option("--price", metavar="元", help="墓位价格。"),
            click.option("--since", type=DAY, metavar="DATE", help="起始日期（缺省：今天）。"),
            click.option("--years", type=int, metavar="N", help="使用年限。"),
            click.option("--fee-years", type=int, metavar="N", help="一次缴纳几年维护费。"),
            json_option,
        )
    ):
        command = option(command)
    return command


@plot.command("assign")
@click.argument("number", type=int)
@click.option("--how", type=_HOW, default="assigned", show_default=True, help="分配或出售。")
@_grant_options
def assign(number: int, *, how: str, as_json: bool, **given: Any) -> None:
    """把空闲（预留）的墓位给人使用；使用人姓名从键盘（标准输入）读取。"""
    grant = _grant(how, given)
    with registry(f"分配墓位 {number}") as connection:
        done = plots.assign(connection, number, grant, on=today())
    _told(done, f"墓位 {number} 已{GRANTED_TITLES[how]}", as_json=as_json)


@plot.command("transfer")
@click.argument("number", type=int)
@_grant_options
def transfer(number: int, *, as_json: bool, **given: Any) -> None:
    """登记墓位转让；新使用人姓名从键盘（标准输入）读取。"""
    grant = _grant("transferred", given)
    with registry(f"转让墓位 {number}") as connection:
        done = plots.transfer(connection, number, grant, on=today())
    _told(done, f"墓位 {number} 已登记转让", as_json=as_json)


@plot.command("extend")
@click.argument("number", type=int)
@click.option("--years", type=int, required=True, metavar="N", help="续期几年。")
@click.option("--fee-years", type=int, metavar="N", help="同时缴纳几年维护费。")
@json_option
def extend(number: int, *, years: int, fee_years: int | None, as_json: bool) -> None:
    """墓位续期：从原到期日的次日起算。"""
    with registry(f"墓位续期 {number}") as connection:
        done = plots.extend(connection, number, years, fee_years=fee_years)
    _told(done, f"墓位 {number} 已续期 {years} 年", as_json=as_json)


def _simple(name: str, act: Any, words: str, help_: str) -> None:
    """A command that takes a plot and a reason."""

    @plot.command(name, help=help_)
    @click.argument("number", type=int)
    @click.option("--reason", required=True, metavar="理由", help="理由，记入历史（不写姓名）。")
    @json_option
    def command(number: int, *, reason: str, as_json: bool) -> None:
        with registry(f"{words} {number}：{reason[:200]}") as connection:
            done = act(connection, number)
        _told(done, f"墓位 {number} 已{words}", as_json=as_json)


_simple("reserve", plots.reserve, "预留", "预留一个空闲墓位。")
_simple("release", plots.release, "收回", "收回没有安葬的墓位，恢复空闲。")
_simple("close", plots.close, "停用", "停用没有安葬的墓位。")
_simple("reopen", plots.reopen, "恢复使用", "恢复使用已停用的墓位。")


@plot.command("correct")
@click.argument("number", type=int)
@click.option("--number", "new_number", metavar="墓位号", help="墓位号。")
@click.option("--kind", type=click.Choice([str(k) for k in PlotKind]), help=_KINDS)
@click.option("--area", "area_m2", type=float, metavar="平方米", help="面积。")
@click.option("--stele", "stele_height_m", type=float, metavar="米", help="碑高。")
@click.option("--clan/--no-clan", default=None, help="宗族墓。")
@click.option("--family/--no-family", default=None, help="家族墓。")
@click.option("--living/--no-living", default=None, help="活人墓。")
@click.option(
    "--protected/--no-protected", default=None, help="依法保留（烈士、文物、华侨祖墓等）。"
)
@click.option("--made", "made_on", type=DAY, metavar="DATE", help="建成日期。")
@click.option("--since", "term_from", type=DAY, metavar="DATE", help="起始日期。")
@click.option("--years", "term_years", type=int, metavar="N", help="使用年限。")
@click.option("--fee-until", "fee_paid_until", type=DAY, metavar="DATE", help="维护费缴至。")
@click.option("--fee-years", type=int, metavar="N", help="维护费年数。")
@click.option("--reason", required=True, metavar="理由", help="更正的理由，记入历史。")
@json_option
def correct(
    number: int, *, new_number: str | None, reason: str, as_json: bool, **given: Any
) -> None:
    """更正墓位登记的内容；原来的内容保留在历史中。"""
    values = {k: day_of(v) if isinstance(v, datetime) else v for k, v in given.items()}
    values = {k: v for k, v in values.items() if v is not None}
    if new_number is not None:
        values["number"] = new_number.strip()
    with registry(f"更正墓位 {number}：{reason[:200]}") as connection:
        done = plots.correct(connection, number, **values)
    _told(done, f"墓位 {number} 已更正", as_json=as_json)


def _told(done: PlotDone, words: str, *, as_json: bool) -> None:
    document = {
        "id": done.plot_id, "subject": f"plot:{done.plot_id}", "status": done.status,
        "term_end": done.term_end,
    }  # fmt: skip
    end = f"，到期 {done.term_end}" if done.term_end else ""
    state = PLOT_STATUS_TITLES[PlotStatus(done.status)]
    shown(document, [f"{words}（状态：{state}{end}）。"], as_json=as_json)
