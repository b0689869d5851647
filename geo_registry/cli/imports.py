"""``geo-registry import``: roads, signs, cemeteries, zones, built-up areas, villages, boundaries.

Whole or nothing: where a row is bad nothing is stored (exit code 3) and every bad row is listed;
``--admit-good`` stores the good rows. The same file twice is a conflict (exit code 5).
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from geo_registry import reference as reference_tables
from geo_registry.cli.importing import (
    answer,
    check_issues_file,
    checked,
    crs_answer_options,
    reading_options,
    run,
    source_of,
    storing_options,
    write_listed,
)
from geo_registry.cli.importing_money import import_charges, import_eco_burials, import_fee_lists
from geo_registry.cli.importing_national import import_national
from geo_registry.cli.importing_plots import import_burials, import_plots, import_sections
from geo_registry.cli.importing_signs import import_signs
from geo_registry.cli.ledgers import import_activities, import_responsible, import_teams
from geo_registry.domain.cemetery import METHODS, CemeteryType
from geo_registry.domain.errors import BadRequest, Conflict
from geo_registry.services.imports import divisions
from geo_registry.services.imports.importing import Source, Summary, file_hash
from geo_registry.services.imports.importing_areas import import_boundaries as store_boundaries
from geo_registry.services.imports.importing_built_up import KIND as BUILT_UP
from geo_registry.services.imports.importing_built_up import BuiltUpTerms
from geo_registry.services.imports.importing_built_up import import_built_up as store_built_up
from geo_registry.services.imports.importing_cemeteries import Kind, Terms
from geo_registry.services.imports.importing_cemeteries import import_cemeteries as store_cemeteries
from geo_registry.services.imports.importing_roads import import_roads as store_roads
from geo_registry.services.imports.importing_roads import road_classes
from geo_registry.services.imports.importing_zones import ZoneTerms
from geo_registry.services.imports.importing_zones import import_zones as store_zones
from geo_registry.settings import Settings

_FILE = click.argument("file", type=click.Path(path_type=Path))
_OUT = click.Path(path_type=Path, dir_okay=False)


@click.group("import")
def import_group() -> None:
    """导入道路、路名牌、公墓、保护区、建成区、村级单位和区划界线。

    有坏行时缺省一行也不导入，并列出坏行；加 --admit-good 导入其余好行。
    """


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"{option} 的“{text}”不是日期，请写成 2024-11-05 的样子。") from None


@import_group.command("roads", short_help="导入道路：OSM、GeoJSON、GeoPackage、Shapefile 等。")
@_FILE
@click.option("--name-column", metavar="列", help="名称列（缺省：名称、路名、name 等）。")
@click.option("--class-column", metavar="列", help="道路类别列（缺省：highway、fclass、类别等）。")
@click.option("--id-column", metavar="列", help="编号列（缺省：osm_id、编号、id 等）。")
@click.option("--unnamed", "unnamed_file", type=_OUT, metavar="FILE", help="把无名道路写成表格。")
@reading_options
@storing_options
def import_roads(
    file: Path,
    name_column: str | None,
    class_column: str | None,
    id_column: str | None,
    unnamed_file: Path | None,
    **given: Any,
) -> None:
    """导入道路：OSM（.pbf、.osm.gz、.osm.bz2）、GeoJSON、GeoPackage、Shapefile 等。

    路段归并为道路，无名道路逐条列出。步道、匝道、内部通道等不需单独命名的另计。
    """
    started = time.monotonic()
    check_issues_file(unnamed_file)
    source, reading = source_of(file, "roads", given)
    settings = Settings.from_environment()
    summary = run(
        source,
        f"导入道路 {file.name}",
        lambda connection, source: store_roads(
            connection,
            source,
            reference=reference_tables.load_for(settings),
            classes=road_classes(settings.data),
            name_column=name_column,
            class_column=class_column,
            id_column=id_column,
            **reading,
        ),
    )
    longest = sorted(summary.listed, key=lambda r: -r["length_m"])
    if unnamed_file is not None:
        write_listed(longest, unnamed_file)
    extra = {"unnamed_roads": longest}
    _answer(summary, _roads_in_words(summary), given, started, extra)


def _roads_in_words(summary: Summary) -> str:
    n = summary.counts
    text = (
        f"{n['segments']:,} 条路段归并为 {n['roads']:,} 条道路，"
        f"有名 {n['named']:,} 条，无名 {n['unnamed']:,} 条；"
        f"另有步道、匝道等不需单独命名的通道 {n['ways']:,} 条。"
    )
    lost = n["roads"] + n["ways"] - n["located"]
    if lost:
        text += (
            f"{lost:,} 条没有落在任何已有界线的区划内，"
            "可先用 import boundaries 导入界线，或用 --at 指明。"
        )
    return text


def _answer(
    summary: Summary,
    headline: str,
    given: dict[str, Any],
    started: float,
    extra: dict[str, Any] | None = None,
) -> None:
    answer(
        summary,
        headline,
        as_json=given["as_json"],
        issues_file=given["issues_file"],
        started=started,
        extra=extra,
    )


@import_group.command("cemeteries")
@_FILE
@click.option(
    "--as",
    "kind",
    type=click.Choice([k.value for k in Kind]),
    required=True,
    help="边界是批准范围（approval）还是测量（survey）。",
)
@click.option(
    "--method",
    type=click.Choice(list(METHODS)),
    metavar="METHOD",
    help=f"边界怎样得来：{'、'.join(f'{k} {m.title}' for k, m in METHODS.items())}。",
)
@click.option("--sigma", type=float, metavar="米", help="点位中误差（每坐标轴，米；缺省按方法）。")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="批准或测量日期。")
@click.option(
    "--type",
    "cemetery_type",
    type=click.Choice([t.value for t in CemeteryType]),
    default=CemeteryType.RURAL_PUBLIC.value,
    show_default=True,
    help="新登记公墓的类型。",
)
@click.option(
    "--effect",
    type=click.Choice(["grants", "adds", "reduces"]),
    default="grants",
    show_default=True,
    help="批准的作用：批准、增加、核减。",
)
@click.option("--supersede", is_flag=True, help="新的批准取代这处公墓最近一次批准。")
@click.option("--register-new", is_flag=True, help="测量对不上已登记公墓时，登记为未经批准的公墓。")
@crs_answer_options
@click.option("--document-number", default="", metavar="文号", help="批准文件的文号。")
@click.option("--document-title", default="", metavar="标题", help="批准文件的标题。")
@click.option("--authority", default="", metavar="机关", help="批准机关。")
@click.option("--surveyor", default="", metavar="人", help="测量人或单位。")
@click.option("--name-column", metavar="列", help="公墓名称列。")
@click.option("--id-column", metavar="列", help="公墓编号列；与登记时的编号相同即为同一处。")
@click.option("--date-column", metavar="列", help="日期列；空格按 --date。")
@click.option("--method-column", metavar="列", help="测量方法列；空格按 --method。")
@click.option("--sigma-column", metavar="列", help="中误差列；空格按 --sigma。")
@reading_options
@storing_options
def import_cemeteries(
    file: Path,
    kind: str,
    day: str | None,
    sigma: float | None,
    cemetery_type: str,
    **given: Any,
) -> None:
    """导入公墓边界：批准范围或测量。

    先按编号、再按图形重叠找到已登记的公墓；重叠分不清时列出，由人指定。
    """
    started = time.monotonic()
    terms = Terms(
        kind=Kind(kind),
        on=_day(day, "--date"),
        sigma_m=sigma,
        type=CemeteryType(cemetery_type),
        **{name: given[name] for name in _TERMS},
    )
    source, reading = source_of(file, f"cemeteries.{kind}", given)
    settings = Settings.from_environment()
    source = checked(source, settings)
    summary = run(
        source,
        f"导入公墓{'批准范围' if kind == 'approval' else '测量'} {file.name}",
        lambda connection, source: store_cemeteries(
            connection, source, terms, reference=reference_tables.load_for(settings), **reading
        ),
    )
    n = summary.counts
    words = "批准范围" if kind == "approval" else "测量"
    headline = f"{n[f'{kind}s']:,} 份{words}，对上已登记公墓 {n['matched']:,} 处，"
    headline += f"新登记 {n['new_cemeteries']:,} 处。"
    if n["repaired"]:
        headline += f"修复边界 {n['repaired']:,} 处，请核对。"
    _answer(summary, headline, given, started, {"cemeteries": list(summary.listed)})


_TERMS = (
    *("method", "effect", "supersede", "register_new", "accept_crs", "crs_reason"),
    "document_number",
    *("document_title", "authority", "surveyor", "name_column", "id_column", "date_column"),
    *("method_column", "sigma_column"),
)


@import_group.command("zones")
@_FILE
@click.option("--kind", metavar="类型", help="保护区类型，用于没有类型列或该格为空的行。")
@click.option(
    "--setback", type=float, default=0.0, show_default=True, metavar="米", help="退距（米）。"
)
@click.option(
    "--sigma", type=float, default=1.0, show_default=True, metavar="米", help="界线中误差。"
)
@click.option("--date", "day", metavar="YYYY-MM-DD", help="生效日期。")
@click.option("--until", metavar="YYYY-MM-DD", help="失效日期：从这天起不再有效。")
@click.option("--name-column", metavar="列", help="名称列。")
@click.option("--kind-column", metavar="列", help="类型列。")
@click.option("--setback-column", metavar="列", help="退距列（米）。")
@click.option("--valid-from-column", metavar="列", help="生效日期列；空格按 --date。")
@click.option("--valid-to-column", metavar="列", help="失效日期列；空格按 --until。")
@crs_answer_options
@reading_options
@storing_options
def import_zones(
    file: Path,
    kind: str | None,
    setback: float,
    sigma: float,
    day: str | None,
    until: str | None,
    **given: Any,
) -> None:
    """导入保护区：永久基本农田、林地、水源保护区、铁路公路两侧等。

    常用列：名称、类型、退距（米）、生效日期、失效日期。
    """
    started = time.monotonic()
    terms = ZoneTerms(
        kind=kind,
        setback_m=setback,
        sigma_m=sigma,
        valid_from=_day(day, "--date"),
        valid_to=_day(until, "--until"),
        **{name: given[name] for name in _ZONE_COLUMNS},
    )
    source, reading = source_of(file, "zones", given)
    source = checked(source, Settings.from_environment())
    summary = run(
        source,
        f"导入保护区 {file.name}",
        lambda connection, source: store_zones(connection, source, terms, **reading),
    )
    _answer(summary, f"{summary.counts['zones']:,} 片保护区。", given, started)


_ZONE_COLUMNS = (
    *("name_column", "kind_column", "setback_column", "valid_from_column", "valid_to_column"),
    *("accept_crs", "crs_reason"),
)


@import_group.command("boundaries")
@_FILE
@click.option("--code-column", metavar="列", help="区划代码列（缺省：统计用区划代码、code 等）。")
@click.option(
    "--code-system",
    type=click.Choice(["nbs", "mca"]),
    default="nbs",
    show_default=True,
    help="代码体系：统计用（nbs）或民政（mca）。",
)
@reading_options
@storing_options
def import_boundaries(file: Path, code_column: str | None, code_system: str, **given: Any) -> None:
    """导入区划界线：按代码列给已登记的区划补上界线面。"""
    started = time.monotonic()
    source, reading = source_of(file, "boundaries", given)
    summary = run(
        source,
        f"导入区划界线 {file.name}",
        lambda connection, source: store_boundaries(
            connection, source, code_column=code_column, code_system=code_system, **reading
        ),
    )
    _answer(summary, f"{summary.counts['boundaries']:,} 个区划的界线。", given, started)


@import_group.command("built-up", short_help="导入建成区：道路、住宅区重名的法定比对范围。")
@_FILE
@click.option("--name-column", metavar="列", help="名称列（缺省：建成区名称、名称、name 等）。")
@click.option(
    "--code-column", metavar="列", help="代码列（缺省：代码、编号、code 等；没有时用名称）。"
)
@click.option(
    "--date", "day", metavar="YYYY-MM-DD", help="自哪天起算；同一代码的旧范围到这天为止。"
)
@reading_options
@storing_options
def import_built_up(
    file: Path, name_column: str | None, code_column: str | None, day: str | None, **given: Any
) -> None:
    """导入建成区范围面。代码相同的，以新范围替换旧范围。

    条例规定同一建成区内的街路巷、住宅区、楼宇不应重名。导入后，已登记和以后导入的地方按位置归入建成区
    （道路以过半长度为准）；没有建成区资料时，不在村内的道路暂按镇（街道）比对。
    """
    started = time.monotonic()
    terms = BuiltUpTerms(name_column, code_column, _day(day, "--date"))
    source, reading = source_of(file, BUILT_UP, given)
    summary = run(
        source,
        f"导入建成区 {file.name}",
        lambda connection, source: store_built_up(connection, source, terms, **reading),
    )
    n = summary.counts
    headline = f"{n['areas']:,} 片建成区。"
    if summary.stored:
        headline = (
            f"建成区新增 {n['new']:,} 片，替换 {n['replaced']:,} 片；"
            f"{n['places']:,} 处地方改变了所在建成区。"
        )
    if n["repaired"]:
        headline += f"修复边界 {n['repaired']:,} 处，请核对。"
    _answer(summary, headline, given, started)


@import_group.command("villages")
@_FILE
@storing_options
def import_villages(file: Path, **given: Any) -> None:
    """导入村级单位表（code、name、street_code、area_code），Parquet 或 CSV。"""
    started = time.monotonic()
    source, _ = source_of(file, "villages", given)
    try:
        summary = run(source, f"导入村级单位 {file.name}", _villages)
    except _Discarded as discarded:
        summary = discarded.summary
    headline = f"新增 {summary.counts['villages']:,} 个，已有 {summary.counts['known']:,} 个。"
    _answer(summary, headline, given, started)


class _Discarded(Exception):
    """Rolls back what was written for a dry run, or beside bad rows that nobody admitted."""

    def __init__(self, summary: Summary) -> None:
        super().__init__()
        self.summary = summary


def _villages(connection: Connection, source: Source) -> Summary:
    total = 0
    done = 0

    def started(count: int) -> None:
        nonlocal total
        total = count
        source.progress("写入村级单位", 0, total)

    def advance(count: int) -> None:
        nonlocal done
        done += count
        source.progress("写入村级单位", done, total)

    source.progress("读取村级单位", 0, None)
    settings = Settings.from_environment()
    found = divisions.import_villages(
        connection,
        source.path,
        reference=reference_tables.load_for(settings),
        progress=advance,
        started=started,
    )
    if not (found.rows or found.known or found.issues):
        raise Conflict(
            f"文件“{source.path.name}”已导入过（批次 {found.batch_id}），"
            "内容完全相同，没有重复导入。"
        )
    rejected = len({issue.row for issue in found.issues})
    stored = not source.dry_run and (rejected == 0 or source.admit_good)
    summary = Summary(
        kind=source.kind,
        file_name=source.path.name,
        sha256=file_hash(source.path),
        rows=found.rows + found.known + rejected,
        rejected=rejected,
        stored=stored,
        batch_id=found.batch_id if stored else None,
        counts={"villages": found.rows, "known": found.known},
        issues=found.issues,
        crs="",
    )
    if not stored:
        raise _Discarded(summary)
    return summary


import_group.add_command(import_national)
import_group.add_command(import_signs)
import_group.add_command(import_sections)
import_group.add_command(import_plots)
import_group.add_command(import_burials)
for ledger in (
    *(import_activities, import_teams, import_responsible),
    *(import_eco_burials, import_fee_lists, import_charges),
):
    import_group.add_command(ledger)
