"""``geo-registry cemetery``: list, show, register, correct; how long a cemetery lasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import polars

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.determining import determine
from geo_registry.cli.dossier import make_dossier
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.cli.timeline import timeline
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.secrecy import LEVELS
from geo_registry.formats.tables import write_table
from geo_registry.services.cemeteries import cemeteries, forecasting_capacity, listing_plots
from geo_registry.services.cemeteries.listing_plots import TYPE_TITLES
from geo_registry.settings import Settings

_TYPE = click.Choice(list(TYPE_TITLES))
_TYPE_HELP = "、".join(f"{k} {v}" for k, v in TYPE_TITLES.items())


@click.group("cemetery")
def cemetery() -> None:
    """公墓：列出、查看、登记、更正，推算还能用几年。"""


@cemetery.command("list")
@click.option("--type", "type_", type=_TYPE, help=f"只列一类：{_TYPE_HELP}。")
@click.option("--under", metavar="CODE", help="只列这个区划代码之下的。")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="写成表格（.xlsx 等）。"
)
@json_option
def list_(type_: str | None, under: str | None, out: Path | None, *, as_json: bool) -> None:
    """列出公墓：类型、经营单位、批准面积、墓位、安葬数。"""
    with registry_to_read() as connection:
        found = listing_plots.list_cemeteries(connection, today(), type_=type_, under=under)
    if out is not None:
        titles = {
            "id": "编号", "name": "名称", "type_title": "类型", "operator": "经营（管理）单位",
            "located_in": "所在", "approved_m2": "批准面积_平方米",
            "stated_m2": "文件所载面积_平方米",
            "plots": "墓位", "free": "空闲", "burials": "安葬",
        }  # fmt: skip
        write_table(polars.DataFrame([{t: c[k] for k, t in titles.items()} for c in found],
                                     infer_schema_length=None), out)  # fmt: skip
        say(f"{len(found):,} 处公墓已写入 {out}")
        return
    shown({"items": found}, [_line(c) for c in found] or ["没有登记公墓。"], as_json=as_json)


def _line(site: Mapping[str, Any]) -> str:
    area = f"批准 {site['approved_m2']:,.0f} m²" if site["approved_m2"] else "没有有效批准"
    return (
        f"{site['subject']}  {site['name']}（{site['type_title']}，{site['located_in']}）  {area}，"
        f"墓位 {site['plots']}（空闲 {site['free']}），安葬 {site['burials']}"
    )


@cemetery.command("show")
@click.argument("subject")
@json_option
def show(subject: str, *, as_json: bool) -> None:
    """查看一处公墓（cemetery:3）：经营单位、服务的村、墓区、墓位。"""
    with registry_to_read() as connection:
        site = listing_plots.one_cemetery(connection, cemetery_id(subject), today())
    served = "、".join(s["name"] for s in site["serves"]) or "本村（缺省）"
    lines = [_line(site), f"经营（管理）单位：{site['operator'] or '未登记'}"]
    if site["type"] == "rural_public":
        lines.append(f"服务范围：{served}")
    lines += [f"  {s['name']}：墓位 {s['plots']}，空闲 {s['free']}" for s in site["sections"]]
    shown(site, lines, as_json=as_json)


@cemetery.command("register")
@click.argument("name")
@click.option("--type", "type_", type=_TYPE, required=True, help=_TYPE_HELP)
@click.option("--at", required=True, metavar="CODE", help="所在的统计用区划代码。")
@click.option("--operator", default="", metavar="单位", help="经营（管理）单位。")
@click.option("--point", type=(float, float), metavar="经度 纬度", help="位置（CGCS2000）。")
@json_option
def register(
    name: str,
    type_: str,
    at: str,
    operator: str,
    point: tuple[float, float] | None,
    *,
    as_json: bool,
) -> None:
    """登记一处还没有边界的公墓或骨灰堂。"""
    settings = Settings.from_environment()
    with registry(f"登记公墓 {name[:60]}") as connection:
        number = cemeteries.register(
            connection, name, type_, at=at, operator=operator, point=point,
            reference=reference_tables.load_for(settings),
        )  # fmt: skip
    shown({"id": number}, [f"已登记“{name}”（cemetery:{number}）。"], as_json=as_json)


@cemetery.command("correct")
@click.argument("subject")
@click.option("--type", "type_", type=_TYPE, help=_TYPE_HELP)
@click.option("--operator", metavar="单位", help="经营（管理）单位。")
@click.option("--serves", multiple=True, metavar="CODE", help="服务的村（区划代码）；可重复。")
@click.option("--status", type=click.Choice(list(cemeteries.STATUSES)), help="使用状态。")
@click.option("--secrecy", type=click.Choice(LEVELS), help="密级。")
@json_option
def correct(subject: str, *, serves: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """更正公墓的类型、经营单位、服务的村、状态、密级；原来的内容保留在历史中。"""
    with registry(f"更正公墓 {subject[:40]}") as connection:
        site = cemeteries.correct(connection, cemetery_id(subject), serves=serves or None, **given)
    shown(site, [f"已更正“{site['name']}”。"], as_json=as_json)


@cemetery.command("correct-approval")
@click.argument("approval", type=int)
@click.option("--stated-area", type=float, metavar="平方米", help="批准文件写明的面积。")
@click.option("--title", metavar="标题", help="批准文件的标题。")
@click.option("--number", default="", metavar="文号", help="批准文件的文号。")
@click.option("--authority", default="", metavar="机关", help="批准机关。")
@click.option("--dated", type=DAY, metavar="DATE", help="批准文件的日期。")
@json_option
def correct_approval(
    approval: int,
    stated_area: float | None,
    title: str | None,
    number: str,
    authority: str,
    dated: datetime | None,
    *,
    as_json: bool,
) -> None:
    """补录或更正一次批准（编号见公墓详情）的面积和文件；面积随后与图形核对。"""
    if title is None and (number or authority or dated):
        raise BadRequest("请用 --title 写明批准文件的标题。")
    paper = cemeteries.Paper(title, number, authority, day_of(dated)) if title else None
    with registry(f"更正批准 {approval}") as connection:
        cemeteries.correct_approval(connection, approval, stated_area_m2=stated_area, paper=paper)
    shown({"id": approval}, [f"已更正批准 {approval}。"], as_json=as_json)


@cemetery.command("capacity")
@click.argument("subject")
@json_option
def capacity(subject: str, *, as_json: bool) -> None:
    """推算还能用几年：空闲墓位、批准用地还能建多少、最近几年的启用数，给出区间和前提。"""
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        found = forecasting_capacity.forecast(
            connection,
            cemetery_id(subject),
            reference=reference_tables.load_for(settings),
            profile=reference_tables.load_profile(settings.data, settings.profile),
            on=today(),
        )
    shown(found, capacity_lines(found), as_json=as_json)


def capacity_lines(found: Mapping[str, Any]) -> list[str]:
    """A forecast in words."""
    asked = found["demand"]
    per_year = "、".join(str(n) for n in asked["taken_per_year"])
    lines = [f"{found['name']}（{found['on']}）：空闲墓位 {found['free']}。"]
    if asked["years"]:
        lines.append(
            f"最近 {asked['years']} 年每年新启用（由近到远）：{per_year}，平均 {asked['rate']:g}。"
        )
    lines.append(f"现有空闲墓位{_lasts(found['free_lasts'], found['level'])}")
    land = found["land"]
    if land:
        lines.append(
            f"批准用地 {land['approved_m2']:,.0f} m²，已用 {land['used_m2']:,.0f} m²，"
            f"还可建约 {land['new_plots']:,} 个；连同空闲墓位"
            f"{_lasts(found['all_lasts'], found['level'])}"
        )
    lines += [f"前提：{text}" for text in found["assumptions"]]
    return lines + [f"注意：{text}" for text in found["notes"]]


_FAR = 100
"""Years beyond which a number says nothing any more."""


def _lasts(found: Mapping[str, float] | None, level: float) -> str:
    if found is None:
        return "能用多久，无法推算。"
    if not found["plots"]:
        return "已经用完。"
    if found["least"] > _FAR:
        return f"按现在的需求可用 {_FAR} 年以上。"
    interval = f"{level:.0%} 区间 {found['least']:g}–{found['most']:g} 年"
    return f"约可用 {found['years']:g} 年（{interval}）。"


cemetery.add_command(timeline)
cemetery.add_command(determine)
cemetery.add_command(make_dossier)
