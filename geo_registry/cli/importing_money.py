"""``geo-registry import eco-burials``, ``fee-lists``, ``charges``: ledgers and lists of fees."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.importing import answer, run, source_of, storing_options
from geo_registry.cli.opening import desk
from geo_registry.services.imports.identity_digest import digest
from geo_registry.services.imports.importing import Summary
from geo_registry.services.imports.importing_eco_burials import KIND
from geo_registry.services.imports.importing_eco_burials import (
    import_eco_burials as store_eco_burials,
)
from geo_registry.services.imports.importing_fees import CHARGES, LISTS
from geo_registry.services.imports.importing_fees import import_charges as store_charges
from geo_registry.services.imports.importing_fees import import_fee_lists as store_fee_lists
from geo_registry.settings import Settings

_FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command("eco-burials", short_help="导入生态安葬和补助台账（XLSX、CSV）。")
@_FILE
@storing_options
def import_eco_burials(file: Path, **given: Any) -> None:
    """导入生态安葬和补助台账，一行一位逝者。常用列：逝者姓名、身份证号、死亡日期、户籍代码、安葬方式、安葬日期、公墓、安葬地点、确认单位、镇街代码、申请人、申请人身份证号、与逝者关系、审批表编号、申请日期、补助金额、发放日期、凭证号。

    有申请人的行同时登记补助申请；有发放日期的登记为已发放。原文件不保存；问题清单里不出现姓名和号码。
    """
    started = time.monotonic()
    source, _ = source_of(file, KIND, given)
    identify = partial(digest, Settings.from_environment())
    summary = run(
        source,
        f"导入生态安葬台账 {file.name}",
        lambda connection, source: store_eco_burials(
            connection, source, identify=identify, desk=desk(connection)
        ),
    )
    n = summary.counts
    headline = f"{n['eco_burials']:,} 条生态安葬记录，{n['applications']:,} 笔补助申请"
    _answer(summary, f"{headline}（其中已发放 {n['paid']:,} 笔）。", given, started)


@click.command("fee-lists", short_help="导入公墓收费清单（XLSX、CSV）。")
@_FILE
@click.option("--at", metavar="CODE", help="没有公墓的行是适用于这个区划的清单。")
@storing_options
def import_fee_lists(file: Path, at: str | None, **given: Any) -> None:
    """导入收费清单，一行一个项目。常用列：清单名称、公墓、起始日期、失效日期、公示日期、文号、发文机关、项目编码、项目名称、价格形式、计价单位、价格、按年、维护费。

    价格形式填 政府定价、政府指导价、市场调节价；同一公墓（区划）同一起始日期的行是一份清单。
    """
    started = time.monotonic()
    source, _ = source_of(file, LISTS, {**given, "at": at})
    summary = run(
        source,
        f"导入收费清单 {file.name}",
        lambda connection, source: store_fee_lists(connection, source, desk=desk(connection)),
    )
    n = summary.counts
    _answer(summary, f"{n.get('lists', 0):,} 份清单，{n['items']:,} 个项目。", given, started)


@click.command("charges", short_help="导入公墓收费明细（XLSX、CSV）。")
@_FILE
@click.option("--cemetery", metavar="名称", help="没有公墓列时，全部行所属的公墓（名称或编号）。")
@storing_options
def import_charges(file: Path, cemetery: str | None, **given: Any) -> None:
    """导入收费明细，一行一笔。常用列：公墓、收费日期、项目编码、项目名称、数量、金额、年数、强制、票据号、备注。付款人列不读取。"""
    started = time.monotonic()
    source, _ = source_of(file, CHARGES, given)
    summary = run(
        source,
        f"导入收费明细 {file.name}",
        lambda connection, source: store_charges(
            connection, source, cemetery=cemetery, desk=desk(connection)
        ),
    )
    headline = f"{summary.counts['charges']:,} 笔收费；用 geo-registry fee charges --faulty 核对。"
    _answer(summary, headline, given, started)


def _answer(summary: Summary, headline: str, given: dict[str, Any], started: float) -> None:
    answer(
        summary,
        headline,
        as_json=given["as_json"],
        issues_file=given["issues_file"],
        started=started,
    )
