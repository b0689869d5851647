"""``geo-registry figures``, ``ledger``, ``period-report``: the numbers and lists of the bureau."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import polars

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import registry_to_read
from geo_registry.domain.errors import BadRequest
from geo_registry.formats.tables import write_book, write_table
from geo_registry.services import papers
from geo_registry.services.reports import defect_ledger
from geo_registry.services.reports import figures as service
from geo_registry.services.reports import period_report as reports
from geo_registry.services.reports.figures import Wanted
from geo_registry.settings import Settings

_OUT = click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="写成表格。")
_KNOWN = click.option(
    "--known-on", type=DAY, metavar="DATE", help="按这一天结束时所知的登记内容计算。"
)


@click.command("figures")
@click.option("--on", type=DAY, metavar="DATE", help="截止日期（缺省：今天）。")
@click.option("--since", type=DAY, metavar="DATE", help="期间的第一天（缺省：当年元旦）。")
@_KNOWN
@_OUT
@json_option
def figures(
    on: datetime | None,
    since: datetime | None,
    known_on: datetime | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """各项指标：每个数字只有一个口径，页面、接口、报告用的都是它。"""
    settings = Settings.from_environment()
    wanted = Wanted(day_of(on) or today(), day_of(since), day_of(known_on))
    with registry_to_read() as connection:
        found = service.measure(
            connection,
            wanted,
            profile=reference_tables.load_profile(settings.data, settings.profile),
            reference=reference_tables.load_for(settings),
        )
    if out is not None:
        write_table(polars.DataFrame(service.tabled(found), infer_schema_length=None), out)
        say(f"{len(found['figures'])} 项指标已写入 {out}")
        return
    lines = [f"{f['title']:　<16}{f['value']:>12,} {f['unit']}" for f in found["figures"]]
    shown(found, lines, as_json=as_json)


@click.command("ledger")
@click.option("--town", metavar="CODE", help="只列这个镇街（9 位统计代码）。")
@click.option("--settled", is_flag=True, help="也列已解决的。")
@_OUT
@json_option
def ledger(town: str | None, out: Path | None, *, settled: bool, as_json: bool) -> None:
    """三类地名问题（有地无名、多地重名、地名不规范）台账，按村列出责任人和状态。"""
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        rows = defect_ledger.ledger(
            connection,
            reference=reference_tables.load_for(settings),
            profile=reference_tables.load_profile(settings.data, settings.profile),
            on=today(),
            town=town,
            settled=settled,
        )
    if out is not None:
        write_table(polars.DataFrame(defect_ledger.tabled(rows), infer_schema_length=None), out)
        say(f"{len(rows):,} 条已写入 {out}")
        return
    lines = [
        f"{r['town']}{r['village']}  {r['defect']}  {r['state']}  {r['owner']}  {r['message']}"
        for r in rows
    ]
    shown({"items": rows}, [*lines, f"共 {len(rows):,} 条。"], as_json=as_json)


@click.command("period-report")
@click.argument("period", metavar="年度或月份")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="写到 .docx、.pdf 或 .xlsx 文件。",
)
@_KNOWN
def period_report(period: str, out: Path, known_on: datetime | None) -> None:
    """月报、年报：PERIOD 写成 2024 或 2024-11。"""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in {"docx", "pdf", "xlsx"}:
        raise BadRequest(f"报告不能写成“{out.name}”。", advice="可用：.docx、.pdf、.xlsx。")
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        made = reports.make(
            connection,
            reports.period(period),
            profile=reference_tables.load_profile(settings.data, settings.profile),
            reference=reference_tables.load_for(settings),
            settings=settings,
            today=today(),
            known_on=day_of(known_on),
        )
    if kind == "xlsx":
        out.write_bytes(write_book(made.sheets))
    else:
        out.write_bytes(papers.written(made.paper, kind))
    say(f"已写入 {out}")
