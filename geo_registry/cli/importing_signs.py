"""``geo-registry import signs``: a survey of name signs, matched to the roads they name."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import say
from geo_registry.cli.importing import (
    answer,
    check_issues_file,
    reading_options,
    run,
    source_of,
    storing_options,
    write_listed,
)
from geo_registry.services.imports.importing_signs import SignTerms
from geo_registry.services.imports.importing_signs import import_signs as store_signs
from geo_registry.settings import Settings

_SHOWN = 10


@click.command("signs", short_help="导入路名牌普查：点位、牌面文字、拼音、日期。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--text-column", metavar="列", help="牌面文字列（缺省：牌面文字、名称、text 等）。")
@click.option("--pinyin-column", metavar="列", help="拼音列（缺省：拼音、pinyin 等）。")
@click.option("--date-column", metavar="列", help="设置日期列（缺省：设置日期、date 等）。")
@click.option("--state-column", metavar="列", help="状态列：完好、破损、缺失。")
@click.option(
    "--unmatched",
    "unmatched_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="把没有对上的写成表格。",
)
@reading_options
@storing_options
def import_signs(
    file: Path,
    text_column: str | None,
    pinyin_column: str | None,
    date_column: str | None,
    state_column: str | None,
    unmatched_file: Path | None,
    **given: Any,
) -> None:
    """导入路名牌：地图文件的点，或带经度、纬度列的表格。

    牌面文字与道路名称相同、相距 30 米以内的归于该路，其余列出；有牌的镇街视为已普查，此后检查缺牌。
    """
    started = time.monotonic()
    check_issues_file(unmatched_file)
    terms = SignTerms(text_column, pinyin_column, date_column, state_column)
    source, reading = source_of(file, "signs", given)
    settings = Settings.from_environment()
    summary = run(
        source,
        f"导入路名牌 {file.name}",
        lambda connection, source: store_signs(
            connection, source, terms, reference=reference_tables.load_for(settings), **reading
        ),
    )
    if unmatched_file is not None:
        write_listed(summary.listed, unmatched_file)
    n = summary.counts
    headline = f"{n['signs']:,} 块路名牌，对上道路 {n['matched']:,} 块，"
    headline += f"没有对上 {n['unmatched']:,} 块。"
    answer(
        summary,
        headline,
        as_json=given["as_json"],
        issues_file=given["issues_file"],
        started=started,
        extra={"unmatched_signs": list(summary.listed)},
    )
    if not given["as_json"] and unmatched_file is None:
        for one in summary.listed[:_SHOWN]:
            say(f"· 第 {one['行']} 行：{one['原因']}。")
