"""``geo-registry import national``: records of the national place-name database."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.importing import answer, check_issues_file, run, storing_options
from geo_registry.cli.names import today
from geo_registry.domain.secrecy import LEVELS
from geo_registry.services.imports.importing import Source
from geo_registry.services.imports.national import import_national as store_national
from geo_registry.settings import Settings
from geo_registry.store.database import current_person


@click.command("national")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--secrecy", type=click.Choice(LEVELS), help="没有填密级的记录按哪一级。")
@click.option("--at", metavar="CODE", help="没有界线可以定位时，视为位于这个统计用区划代码之内。")
@storing_options
def import_national(file: Path, secrecy: str | None, at: str | None, **given: Any) -> None:
    """导入国家地名信息库的记录或地名普查成果表：CSV、XLSX、JSON、GeoJSON，逐字段无损。"""
    started = time.monotonic()
    check_issues_file(given["issues_file"])
    source = Source(
        path=file,
        kind="national",
        at=at,
        admit_good=given["admit_good"],
        dry_run=given["dry_run"],
    )
    settings = Settings.from_environment()
    summary = run(
        source,
        f"导入地名库记录 {file.name}",
        lambda connection, source: store_national(
            connection,
            source,
            reference=reference_tables.load(settings.data),
            classes=reference_tables.class_codes(settings.data),
            person=current_person(connection),
            on=today(),
            secrecy=secrecy,
        ),
    )
    n = summary.counts
    headline = f"{n['records']:,} 条记录，先前已导入 {n['known']:,} 条"
    if summary.stored:
        headline += f"，新登记 {n['places']:,} 处，对上已登记 {n['matched']:,} 处"
    answer(
        summary,
        headline + "。",
        as_json=given["as_json"],
        issues_file=given["issues_file"],
        started=started,
    )
