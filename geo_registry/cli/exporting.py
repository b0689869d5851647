"""``geo-registry export``: what leaves the registry for others."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.names import today
from geo_registry.cli.naming import told
from geo_registry.cli.opening import desk, registry_to_read
from geo_registry.domain.secrecy import LEVELS
from geo_registry.formats.feature_tables import require_writable, write_features
from geo_registry.formats.national import check_target, write_records
from geo_registry.services.imports.national_export import Export, export_national
from geo_registry.services.names.public_export import export_public
from geo_registry.settings import Settings

_SHOWN = 10
_FIELDS = {"standard_name": "标准名称", "roman_alphabet_spelling": "罗马字母拼写",
           "old_name": "曾用名", "alias": "别名", "place_code": "地名代码",
           "place_type_code": "类别代码", "gdm": "坐标", "place_origin": "来历",
           "place_meaning": "含义", "government_history": "历史沿革",
           "description": "概况", "secrecy": "密级"}  # fmt: skip


@click.group("export")
def export() -> None:
    """导出。"""


@export.command("national")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("national.csv"),
    show_default=True,
    metavar="FILE",
    help="写到 .csv、.tsv、.xlsx、.json 或 .geojson。",
)
@click.option("--scope", metavar="区划", help="只导出这个镇街、村或县（名称或代码）。")
@click.option(
    "--secrecy",
    type=click.Choice(LEVELS),
    default="public",
    show_default=True,
    help="导出到哪一级：public 公开，internal 内部，secret 秘密。",
)
@json_option
def national(out: Path, *, scope: str | None, secrecy: str, as_json: bool) -> None:
    """按国家地名信息库的字段导出；导入时怎样就怎样，登记后改过的字段逐条列出。"""
    check_target(out)
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        found = export_national(
            connection,
            at=scope,
            secrecy=secrecy,
            classes=reference_tables.class_codes(settings.data),
            profile=reference_tables.load_profile(settings.data, settings.profile),
            on=today(),
        )
    write_records(found.rows, found.columns, out)
    if as_json:
        document = {
            "file": str(out),
            "records": len(found.rows),
            "withheld": found.withheld,
            "ended": found.ended,
            "renewals": [dataclasses.asdict(r) for r in found.renewals],
        }
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
        return
    _tell(found, out)


@export.command("public")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="写到 .geojson、.gpkg、.parquet、.csv、.json 或 .xlsx（表格不含图形）。",
)
@click.option("--review-number", required=True, metavar="审图号", help="公开地图的审图号。")
@click.option("--scope", metavar="区划", help="只导出这个镇街、村或县（名称或代码）。")
@json_option
def public(out: Path, *, review_number: str, scope: str | None, as_json: bool) -> None:
    """向社会公开的标准地名：名称、拼写、位置、来历、含义；不含内部和秘密的记录。"""
    require_writable(out)
    with registry_to_read() as connection:
        found = export_public(
            connection, at=scope, review_number=review_number, desk=desk(connection)
        )
    write_features(found.frame, found.shapes, out)
    left = f"；因密级未导出 {found.withheld:,} 处" if found.withheld else ""
    told(
        {"file": str(out), "places": len(found.frame), "withheld": found.withheld},
        f"{len(found.frame):,} 个标准地名已写入 {out}{left}。",
        as_json=as_json,
    )


def _tell(found: Export, out: Path) -> None:
    left = f"；因密级未导出 {found.withheld:,} 处" if found.withheld else ""
    ended = f"；已注销或并入他处 {found.ended:,} 处未导出" if found.ended else ""
    click.echo(f"{len(found.rows):,} 条记录已写入 {out}{left}{ended}。")
    if found.renewals:
        say(f"登记后改过的字段 {len(found.renewals):,} 处，已换成现在的值：")
    for renewal in found.renewals[:_SHOWN]:
        field = _FIELDS.get(renewal.field, renewal.field)
        was = "（空）" if renewal.was is None else renewal.was
        say(f"· {renewal.subject}（记录 {renewal.record_id}）{field}：{was} → {renewal.now}")
    if len(found.renewals) > _SHOWN:
        say(f"……另有 {len(found.renewals) - _SHOWN:,} 处，用 --json 可列出全部。")
