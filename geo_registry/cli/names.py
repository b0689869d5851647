"""``geo-registry scan-names``: scan the names of a table."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from geo_registry.cli.answering import fail_on_option, say, stop_if_reached
from geo_registry.settings import Settings


@click.command("scan-names")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name-column", required=True, help="名称所在的列。")
@click.option("--scope-column", required=True, help="比对范围所在的列（同值的行相互比对）。")
@click.option("--class", "place_class", default="committee_seat", show_default=True, help="类别。")
@click.option(
    "--compare",
    default="core",
    show_default=True,
    help="村（居）委会比较的部分：full 登记全称，stem 去掉村委会等，core 再去掉社区和末尾的村。",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="结果文件：parquet、csv、json 或 xlsx。"
)
@click.option("--summary", help="汇总（JSON）写到此文件；- 为标准输出。")
@fail_on_option
def scan_names(
    file: Path,
    name_column: str,
    scope_column: str,
    place_class: str,
    compare: str,
    out: Path | None,
    summary: str | None,
    fail_on: str | None,
) -> None:
    """检查任意表格中的地名，不需要数据库。"""
    from geo_registry.formats.tables import write_table
    from geo_registry.services.names.table_scan import read_asked, scan_table

    asked = read_asked(file, name_column, scope_column, Settings.from_environment())
    with click.progressbar(
        length=len(asked.names), label=f"正在检查 {len(asked.names):,} 个名称", file=sys.stderr
    ) as bar:
        scan = scan_table(
            asked.names,
            asked.scopes,
            place_class=place_class,
            compare=compare,
            reference=asked.reference,
            profile=asked.profile,
            on=today(),
            advance=bar.update,
        )
    if out is not None:
        write_table(scan.frame(), out)
        say(f"已写入 {out}：{scan.findings.height:,} 个问题。")
    _write_summary(scan.summary(), summary)
    if summary is None:
        for rule_id, counts in scan.summary()["rules"].items():
            click.echo(f"{rule_id}\t{counts['findings']:,} 组\t{counts['names']:,} 个名称")
    for issue in scan.issues[:10]:
        say(issue.message)
    if len(scan.issues) > 10:
        where = "见汇总中的 issues" if summary else "加 --summary 汇总.json 可逐行列出"
        say(f"……共 {len(scan.issues):,} 行有问题，{where}。")
    stop_if_reached(fail_on, scan.severities)


def today() -> date:
    """The day in the bureau's time zone."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def _write_summary(content: dict[str, Any], target: str | None) -> None:
    if target is None:
        return
    text = json.dumps(content, ensure_ascii=False, indent=2)
    if target == "-":
        click.echo(text)
    else:
        Path(target).write_text(text + "\n", "utf-8")
