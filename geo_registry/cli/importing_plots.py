"""``geo-registry import plots`` and ``import burials``: the ledgers of cemeteries."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.importing import answer, reading_options, run, source_of, storing_options
from geo_registry.cli.names import today
from geo_registry.domain.burial import KIND_TITLES
from geo_registry.domain.cemetery import METHODS
from geo_registry.services.imports.identity_digest import digest
from geo_registry.services.imports.importing_burials import BurialTerms
from geo_registry.services.imports.importing_burials import import_burials as store_burials
from geo_registry.services.imports.importing_plots import PlotTerms
from geo_registry.services.imports.importing_plots import import_plots as store_plots
from geo_registry.services.imports.importing_sections import import_sections as store_sections
from geo_registry.settings import Settings


@click.command("plots", short_help="导入墓位：公墓台账（XLSX、CSV），或散坟、墓位的地图文件。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cemetery", metavar="名称", help="没有公墓列时，全部行所属的公墓（名称或编号）。")
@click.option("--kind", metavar="类型", help="没有类型列时的墓位类型，例如 单人骨灰墓。")
@click.option("--scattered", is_flag=True, help="没有公墓的行是公墓以外的散坟，要有位置。")
@click.option(
    "--sigma",
    type=float,
    default=METHODS["phone"].accuracy.sigma_m,
    show_default=True,
    metavar="米",
    help="位置的中误差（每坐标轴）。",
)
@click.option("--holder-column", metavar="列", help="使用人列。")
@click.option("--number-column", metavar="列", help="墓位号列。")
@reading_options
@storing_options
def import_plots(
    file: Path,
    cemetery: str | None,
    kind: str | None,
    sigma: float,
    *,
    scattered: bool,
    holder_column: str | None,
    number_column: str | None,
    **given: Any,
) -> None:
    """导入墓位。常用列：公墓、墓区、墓位号、类型、面积、碑高、状态、使用人、取得方式、价格、起始日期、使用年限、到期日期、维护费缴至、维护费年数、宗族墓、家族墓、活人墓、依法保留、经度、纬度。

    墓区没有登记的，随墓位一起登记。原文件不保存（可能含有多余的个人信息）。
    """
    started = time.monotonic()
    terms = PlotTerms(
        cemetery, kind, scattered, sigma,
        {"holder_name": holder_column, "number": number_column},
    )  # fmt: skip
    source, reading = source_of(file, "plots", given)
    summary = run(
        source,
        f"导入墓位 {file.name}",
        lambda connection, source: store_plots(connection, source, terms, **reading),
    )
    n = summary.counts
    headline = f"{n['plots']:,} 个墓位"
    headline += f"（其中散坟 {n['scattered']:,} 座）" if n["scattered"] else ""
    headline += f"，有位置的 {n['placed']:,} 个"
    headline += f"，新登记墓区 {n['sections']:,} 个。" if n.get("sections") else "。"
    _answer(summary, headline, given, started)


@click.command("sections", short_help="导入墓区范围面。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cemetery", metavar="名称", help="没有公墓列时，全部行所属的公墓（名称或编号）。")
@reading_options
@storing_options
def import_sections(file: Path, cemetery: str | None, **given: Any) -> None:
    """导入墓区范围面。常用列：公墓、墓区、类型（墓区、生态葬区、格位）。已登记的同名墓区补上范围。"""
    started = time.monotonic()
    source, reading = source_of(file, "sections", given)
    summary = run(
        source,
        f"导入墓区 {file.name}",
        lambda connection, source: store_sections(connection, source, cemetery=cemetery, **reading),
    )
    n = summary.counts
    _answer(summary, f"{n['sections']:,} 个墓区，新登记 {n['new']:,} 个。", given, started)


@click.command("burials", short_help="导入安葬记录：公墓台账（XLSX、CSV）。")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--cemetery", metavar="名称", help="没有公墓列时，全部行所属的公墓（名称或编号）。")
@click.option(
    "--kind",
    type=click.Choice([str(k) for k in KIND_TITLES]),
    default="ashes",
    show_default=True,
    help="没有葬式列时的葬式。",
)
@storing_options
def import_burials(file: Path, cemetery: str | None, kind: str, **given: Any) -> None:
    """导入安葬记录。常用列：公墓、墓区、墓位号、逝者姓名、身份证号、死亡日期、户籍代码、安葬日期、葬式、接纳村代码、同意人关系。

    身份证号只保存带密钥的摘要和后四位；原文件不保存；问题清单里不出现姓名和号码。
    """
    started = time.monotonic()
    source, _ = source_of(file, "burials", given)
    settings = Settings.from_environment()
    summary = run(
        source,
        f"导入安葬记录 {file.name}",
        lambda connection, source: store_burials(
            connection,
            source,
            BurialTerms(cemetery, kind),
            identify=partial(digest, settings),
            on=today(),
        ),
    )
    n = summary.counts
    headline = f"{n['burials']:,} 条安葬记录，对上墓位 {n['in_plots']:,} 个。"
    _answer(summary, headline, given, started)


def _answer(summary: Any, headline: str, given: dict[str, Any], started: float) -> None:
    answer(
        summary,
        headline,
        as_json=given["as_json"],
        issues_file=given["issues_file"],
        started=started,
    )
