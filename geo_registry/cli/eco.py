"""``geo-registry eco``: register eco-burials, list, void; mark cemeteries as pilots.

Name and identity number are asked for on standard input (the number without echo on a terminal).
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
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.cli.plots import unmask_option
from geo_registry.formats.tables import write_table
from geo_registry.services.cemeteries import eco_burying, listing_subsidies
from geo_registry.services.cemeteries.burying import Dead
from geo_registry.services.cemeteries.eco_burying import EcoBurying, MarkPaper
from geo_registry.services.cemeteries.listing_subsidies import WantedBurials
from geo_registry.settings import Settings

OUT = click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="写成表格（.xlsx 等）。"
)
UNDER = click.option("--under", metavar="CODE", help="只列这个区划（统计用代码）的。")


@click.group("eco")
def eco() -> None:
    """生态安葬：登记、列出、作废；生态安葬试点公墓。姓名缺省只显示 张*。"""


@eco.command("add")
@click.argument("kind", metavar="安葬方式")
@click.option("--on", "buried_on", type=DAY, metavar="DATE", help="安葬日期（缺省：今天）。")
@click.option("--cemetery", "subject", metavar="cemetery:N", help="安葬在哪处公墓。")
@click.option("--place", default="", metavar="地点", help="不在公墓的，写明地点，例如海域名称。")
@click.option("--confirmed-by", default="", metavar="单位", help="确认单位（殡仪馆或公墓）。")
@click.option("--town", "town_code", metavar="CODE", help="镇街代码（缺省：逝者户籍所在）。")
@click.option("--died", type=DAY, metavar="DATE", help="死亡日期。")
@click.option("--hukou", metavar="CODE", help="逝者户籍所在的区划代码。")
@click.option("--deceased", type=int, metavar="N", help="已登记的逝者编号；不再询问姓名和号码。")
@json_option
def add(
    kind: str, *, subject: str | None, died: datetime | None, hukou: str | None,
    deceased: int | None, as_json: bool, buried_on: datetime | None, **given: Any,
) -> None:  # fmt: skip
    """登记一次生态安葬，安葬方式如 海葬、树葬。姓名、身份证号从键盘（标准输入）读取，各一行。"""
    how = EcoBurying(kind, day_of(buried_on), cemetery_id(subject) if subject else None, **given)
    who: Dead | int = deceased if deceased is not None else _dead(died, hukou)
    with registry(f"登记生态安葬：{kind[:20]}") as connection:
        done = eco_burying.register(
            connection, Settings.from_environment(), who, how, desk=desk(connection)
        )
    document = {"id": done.id, "deceased": done.deceased_id, "known": done.known}
    again = "（逝者此前已有登记）" if done.known else ""
    shown(
        document, [f"已登记{done.kind_title}（生态安葬记录 {done.id}）{again}。"], as_json=as_json
    )


def _dead(died: datetime | None, hukou: str | None) -> Dead:
    name = click.prompt("逝者姓名", err=True)
    return Dead(name, identity_number("身份证号（可留空）"), day_of(died), hukou)


def identity_number(question: str) -> str:
    """An identity number from standard input, without echo on a terminal; may be empty."""
    answered: str = click.prompt(
        question, default="", show_default=False, err=True, hide_input=sys.stdin.isatty()
    )
    return answered


COLUMNS = {
    "id": "编号", "name": "逝者姓名", "id_tail": "身份证后四位", "kind_title": "安葬方式",
    "died_on": "死亡日期", "buried_on": "安葬日期", "where": "安葬地点", "confirmed_by": "确认单位",
    "hukou": "户籍", "town": "镇街", "state_title": "补助", "amount_yuan": "补助金额",
    "voided_on": "作废日期",
}  # fmt: skip


@eco.command("list")
@click.option("--kind", metavar="KEY", help="只列一种安葬方式（代码，例如 sea、tree）。")
@click.option("--cemetery", "subject", metavar="cemetery:N", help="只列这处公墓的。")
@UNDER
@click.option("--since", type=DAY, metavar="DATE", help="只列这天起安葬的。")
@click.option("--until", type=DAY, metavar="DATE", help="只列到这天为止安葬的。")
@click.option("--voided", is_flag=True, help="包括已作废的。")
@OUT
@unmask_option
@json_option
def list_(
    *, subject: str | None, since: datetime | None, until: datetime | None, out: Path | None,
    unmask: bool, as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """列出生态安葬记录。"""
    wanted = {
        **given, "cemetery": cemetery_id(subject) if subject else None,
        "since": day_of(since), "until": day_of(until),
    }  # fmt: skip
    items: list[dict[str, Any]] = []
    after: int | None = 0
    with registry_to_read() as connection:
        reference = desk(connection).reference
        while after is not None:
            page = listing_subsidies.list_eco_burials(
                connection, WantedBurials(after=after, limit=1000, **wanted),
                reference=reference, may_see=unmask,
            )  # fmt: skip
            items += page["items"]
            after = page["next"]
    answer_list(items, COLUMNS, out, "条生态安葬记录", as_json=as_json, masked=not unmask)


def answer_list(
    items: list[dict[str, Any]],
    columns: dict[str, str],
    out: Path | None,
    counted: str,
    *,
    as_json: bool,
    masked: bool | None = None,
) -> None:
    """A list as a table file, as JSON, or as lines of what is not empty."""
    if out is not None:
        rows = [{title: _cell(i[key]) for key, title in columns.items()} for i in items]
        write_table(polars.DataFrame(rows, infer_schema_length=None), out)
        say(f"{len(items):,} {counted}已写入 {out}")
        return
    told = [_line(i, columns) for i in items] or [f"没有{counted[1:]}。"]
    document = {"items": items} | ({} if masked is None else {"masked": masked})
    shown(document, told, as_json=as_json)


def _line(item: dict[str, Any], columns: dict[str, str]) -> str:
    cells = [(title, _cell(item[key])) for key, title in columns.items() if key != "id"]
    told = "，".join(f"{title} {cell}" for title, cell in cells if cell not in (None, ""))
    return f"{item['id']}  {told}"


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else None
    if isinstance(value, list):
        return "；".join(value)
    return value if value is None or isinstance(value, (int, str)) else str(value)


@eco.command("void")
@click.argument("number", type=int)
@click.option("--reason", required=True, metavar="原因", help="作废的原因（不写姓名）。")
@json_option
def void(number: int, *, reason: str, as_json: bool) -> None:
    """作废登记错误的生态安葬记录；记录保留在历史中。"""
    with registry(f"作废生态安葬记录 {number}") as connection:
        eco_burying.void(connection, number, why=reason, desk=desk(connection))
    shown({"id": number}, [f"生态安葬记录 {number} 已作废。"], as_json=as_json)


@eco.command("mark")
@click.argument("subject", metavar="cemetery:N")
@click.option("--since", type=DAY, metavar="DATE", help="自哪天起（缺省：今天）。")
@click.option("--number", default="", metavar="文号", help="文件的文号。")
@click.option("--authority", default="", metavar="机关", help="发文机关。")
@click.option("--dated", type=DAY, metavar="DATE", help="文件的日期。")
@json_option
def mark(
    subject: str, *, since: datetime | None, number: str, authority: str, dated: datetime | None,
    as_json: bool,
) -> None:  # fmt: skip
    """把公墓标注为生态安葬试点。"""
    site = cemetery_id(subject)
    day = day_of(since) or today()
    with registry(f"标注生态安葬试点：公墓 {site}") as connection:
        eco_burying.mark(
            connection, site, since=day, paper=MarkPaper(number, authority, day_of(dated)),
            desk=desk(connection),
        )  # fmt: skip
    told = f"公墓 {site} 自 {day} 起标注为生态安葬试点。"
    shown({"cemetery": site, "since": day}, [told], as_json=as_json)


@eco.command("unmark")
@click.argument("subject", metavar="cemetery:N")
@click.option("--until", type=DAY, metavar="DATE", help="自哪天起不再是（缺省：今天）。")
@json_option
def unmark(subject: str, *, until: datetime | None, as_json: bool) -> None:
    """取消公墓的生态安葬试点标注。"""
    site, day = cemetery_id(subject), day_of(until) or today()
    with registry(f"取消生态安葬试点标注：公墓 {site}") as connection:
        eco_burying.unmark(connection, site, until=day, desk=desk(connection))
    told = f"公墓 {site} 自 {day} 起不再标注为生态安葬试点。"
    shown({"cemetery": site, "until": day}, [told], as_json=as_json)


@eco.command("pilots")
@click.option("--on", "day", type=DAY, metavar="DATE", help="哪一天（缺省：今天）。")
@json_option
def pilots(*, day: datetime | None, as_json: bool) -> None:
    """列出某日标注为生态安葬试点的公墓。"""
    with registry_to_read() as connection:
        items = listing_subsidies.marked(connection, day_of(day) or today())
    columns = {"id": "编号", "name": "公墓", "valid_from": "自", "number": "文号"}
    answer_list(items, columns, None, "处试点公墓", as_json=as_json)
