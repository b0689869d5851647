"""``geo-registry activity``, ``team``, ``import activities|teams|responsible``."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.importing import answer, run, source_of, storing_options
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.services.imports.importing_ledgers import COLUMNS, TITLES, import_ledger
from geo_registry.services.reports import ledgers
from geo_registry.services.reports.ledgers import Activity, Team
from geo_registry.settings import Settings
from geo_registry.store.ledgers import Span

_FILE = click.argument("file", type=click.Path(path_type=Path))
_TOWN = click.option("--town", metavar="CODE", help="镇街的 9 位统计代码（不填：全区）。")


@click.group("activity")
def activity() -> None:
    """地名文化活动：登记、列出、作废。"""


@activity.command("add")
@click.argument("title")
@click.option("--on", "held_on", type=DAY, required=True, metavar="DATE", help="举办日期。")
@click.option("--participants", type=int, required=True, metavar="人次", help="参加人次。")
@click.option("--kind", default="", metavar="形式", help="形式，例如 讲座、展览。")
@click.option("--place", default="", metavar="地点", help="地点。")
@click.option("--note", default="", help="备注。")
@_TOWN
def add_activity(title: str, held_on: datetime, town: str | None, **given: Any) -> None:
    """登记一场已经举办的活动。"""
    entered = Activity(title, day_of(held_on) or today(), town_code=town, **given)
    with registry("登记文化活动") as connection:
        number = ledgers.record_activity(connection, entered, desk=desk(connection))
    say(f"已登记（编号 {number}）：{title}")


@activity.command("cancel")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="作废理由。")
def cancel_activity(number: int, reason: str) -> None:
    """作废一条登记错的活动；记录保留在历史里。"""
    with registry(f"作废文化活动：{reason}") as connection:
        ledgers.cancel_activity(connection, number, reason)
    say(f"已作废：活动 {number}")


@activity.command("list")
@click.option("--since", type=DAY, metavar="DATE", help="从这天起。")
@click.option("--until", type=DAY, metavar="DATE", help="到这天为止。")
@_TOWN
@json_option
def list_activities(
    since: datetime | None, until: datetime | None, town: str | None, *, as_json: bool
) -> None:
    """列出活动和参加人次。"""
    span = Span(town, day_of(since), day_of(until))
    with registry_to_read() as connection:
        found = ledgers.list_activities(connection, span)
    lines = [
        f"{r['id']:>6}  {r['held_on']}  {r['town']}  {r['title']}  {r['participants']:,} 人次"
        for r in found["items"]
    ]
    lines.append(f"共 {found['total']:,} 场，{found['participants']:,} 人次。")
    shown(found, lines, as_json=as_json)


@click.group("team")
def team() -> None:
    """志愿服务队：登记、列出、解散。"""


@team.command("add")
@click.argument("name")
@click.option("--members", type=int, required=True, metavar="人数", help="人数。")
@click.option("--founded", type=DAY, required=True, metavar="DATE", help="成立日期。")
@click.option("--leader", default="", metavar="姓名", help="负责人。")
@click.option("--note", default="", help="备注。")
@_TOWN
def add_team(name: str, founded: datetime, town: str | None, **given: Any) -> None:
    """登记一支志愿服务队。"""
    entered = Team(name, founded_on=day_of(founded) or today(), town_code=town, **given)
    with registry("登记志愿服务队") as connection:
        number = ledgers.found_team(connection, entered, desk=desk(connection))
    say(f"已登记（编号 {number}）：{name}")


@team.command("end")
@click.argument("number", type=int)
@click.option("--on", type=DAY, metavar="DATE", help="哪天起不再在册（缺省：今天）。")
def end_team(number: int, on: datetime | None) -> None:
    """登记一支队伍解散。"""
    with registry("志愿服务队解散") as connection:
        ledgers.end_team(connection, number, day_of(on) or today())
    say(f"已登记解散：队伍 {number}")


@team.command("list")
@click.option("--on", type=DAY, metavar="DATE", help="哪天在册的（缺省：今天）。")
@_TOWN
@json_option
def list_teams(on: datetime | None, town: str | None, *, as_json: bool) -> None:
    """列出在册的队伍和人数。"""
    with registry_to_read() as connection:
        found = ledgers.list_teams(connection, Span(town, until=day_of(on) or today()))
    lines = [
        f"{r['id']:>6}  {r['town']}  {r['name']}  {r['members']:,} 人  {r['leader']}"
        for r in found["items"]
    ]
    lines.append(f"共 {found['total']:,} 支，{found['members']:,} 人。")
    shown(found, lines, as_json=as_json)


def _import_command(ledger: str) -> click.Command:
    headings = "、".join(c.title for c in COLUMNS[ledger])

    @click.command(
        ledger,
        short_help=f"导入{TITLES[ledger]}台账（XLSX、CSV）。",
        help=f"导入{TITLES[ledger]}台账。列：{headings}。",
    )
    @_FILE
    @storing_options
    def command(file: Path, **given: Any) -> None:
        started = time.monotonic()
        source, _ = source_of(file, ledger, given)
        settings = Settings.from_environment()
        profile = reference_tables.load_profile(settings.data, settings.profile)
        summary = run(
            source,
            f"导入{TITLES[ledger]} {file.name}",
            lambda connection, source: import_ledger(
                connection, source, profile=profile, today=today()
            ),
        )
        answer(
            summary,
            f"{summary.counts[ledger]:,} 条{TITLES[ledger]}记录。",
            as_json=given["as_json"],
            issues_file=given["issues_file"],
            started=started,
        )

    return command


import_activities, import_teams, import_responsible = (
    _import_command(ledger) for ledger in ("activities", "teams", "responsible")
)
