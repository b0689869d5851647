"""``geo-registry burial``: register, list, move away.

Name and identity number are asked for on standard input (the number without echo on a terminal), so
that they stand in no list of processes, no shell history and no log.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import polars

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.cli.plots import unmask_option
from geo_registry.domain.burial import KIND_TITLES
from geo_registry.formats.tables import write_table
from geo_registry.services.cemeteries import burying, listing_plots
from geo_registry.services.cemeteries.burying import Burying, Dead
from geo_registry.settings import Settings


@click.group("burial")
def burial() -> None:
    """安葬：登记、列出、迁出。姓名缺省只显示 张*。"""


@burial.command("add")
@click.option("--plot", "plot_id", type=int, metavar="N", help="墓位编号（见 plot list）。")
@click.option("--cemetery", "subject", metavar="cemetery:N", help="没有墓位编号时，指明公墓。")
@click.option(
    "--kind",
    type=click.Choice([str(k) for k in KIND_TITLES]),
    default="ashes",
    show_default=True,
    help="骨灰或遗体。",
)
@click.option("--on", "buried_on", type=DAY, metavar="DATE", help="安葬日期（缺省：今天）。")
@click.option("--died", type=DAY, metavar="DATE", help="死亡日期。")
@click.option("--hukou", metavar="CODE", help="逝者户籍所在的区划代码。")
@click.option("--resident-of", metavar="CODE", help="村里按本村村民接纳时，村的代码。")
@click.option("--consent", default="", metavar="关系", help="同意人与逝者的关系，例如 配偶、子女。")
@json_option
def add(
    plot_id: int | None,
    subject: str | None,
    *,
    kind: str,
    buried_on: datetime | None,
    died: datetime | None,
    hukou: str | None,
    resident_of: str | None,
    consent: str,
    as_json: bool,
) -> None:
    """登记一次安葬。姓名、身份证号从键盘（标准输入）读取，各一行；没有身份证号时留空。"""
    where = Burying(
        plot_id, cemetery_id(subject) if subject else None, kind, day_of(buried_on), resident_of,
        consent,
    )  # fmt: skip
    name = click.prompt("逝者姓名", err=True)
    number = click.prompt(
        "身份证号（可留空）", default="", show_default=False, err=True,
        hide_input=sys.stdin.isatty(),
    )  # fmt: skip
    dead = Dead(name, number, day_of(died), hukou)
    spot = f"墓位 {plot_id}" if plot_id is not None else str(subject)
    with registry(f"登记安葬：{spot}") as connection:
        done = burying.bury(connection, Settings.from_environment(), dead, where, on=today())
    document = {"id": done.burial_id, "deceased": done.deceased_id, "known": done.known}
    again = "（逝者此前已有登记）" if done.known else ""
    shown(document, [f"已登记安葬（安葬记录 {done.burial_id}）{again}。"], as_json=as_json)


@burial.command("list")
@click.argument("subject")
@click.option("--ended", is_flag=True, help="包括已迁出的。")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="写成表格（.xlsx 等）。"
)
@unmask_option
@json_option
def list_(subject: str, *, ended: bool, out: Path | None, unmask: bool, as_json: bool) -> None:
    """列出一处公墓的安葬记录；SUBJECT 写 scattered 时列出散坟的。"""
    site = None if subject == "scattered" else cemetery_id(subject)
    items: list[dict[str, Any]] = []
    after: int | None = 0
    with registry_to_read() as connection:
        while after is not None:
            page = listing_plots.list_burials(
                connection, site, may_see=unmask, after=after, limit=listing_plots.MOST,
                ended=ended,
            )  # fmt: skip
            items += page["items"]
            after = page["next"]
    if out is not None:
        rows = [{title: b[key] for key, title in COLUMNS.items()} for b in items]
        write_table(polars.DataFrame(rows, infer_schema_length=None), out)
        say(f"{len(items):,} 条安葬记录已写入 {out}")
        return
    lines = [_line(b) for b in items] or ["没有安葬记录。"]
    shown({"items": items, "masked": not unmask}, lines, as_json=as_json)


COLUMNS = {
    "id": "编号", "plot": "墓位", "name": "逝者姓名", "id_tail": "身份证后四位",
    "kind_title": "葬式",
    "died_on": "死亡日期", "buried_on": "安葬日期", "hukou": "户籍",
    "resident_of_title": "按村民接纳的村", "consent": "同意人关系", "ended_on": "迁出日期",
    "ended_why": "迁出原因",
}  # fmt: skip


def _line(b: dict[str, Any]) -> str:
    parts = [f"{b['id']}  {b['name']}", b["kind_title"]]
    if b["plot"]:
        parts.append(b["plot"])
    if b["buried_on"]:
        parts.append(f"{b['buried_on']} 安葬")
    if b["hukou"]:
        parts.append(f"户籍 {b['hukou']}")
    if b["ended_on"]:
        parts.append(f"{b['ended_on']} 迁出")
    return "，".join(parts)


@burial.command("move")
@click.argument("number", type=int)
@click.option("--reason", required=True, metavar="原因", help="迁出的原因和去向（不写姓名）。")
@click.option("--on", "moved_on", type=DAY, metavar="DATE", help="迁出日期（缺省：今天）。")
@json_option
def move(number: int, *, reason: str, moved_on: datetime | None, as_json: bool) -> None:
    """登记迁出：安葬记录结束，墓位腾空。"""
    with registry(f"迁出：安葬记录 {number}") as connection:
        plot_id = burying.move_away(
            connection, number, why=reason, moved_on=day_of(moved_on), on=today()
        )
    freed = f"，墓位 {plot_id} 已更新" if plot_id else ""
    shown(
        {"id": number, "plot": plot_id}, [f"安葬记录 {number} 已登记迁出{freed}。"], as_json=as_json
    )
