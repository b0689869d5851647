"""``geo-registry inspection``: rounds of inspection, who goes where, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.services.cases import inspection_rounds
from geo_registry.services.cases.inspection_rounds import OUTCOMES, Round


@click.group("inspection")
def inspection() -> None:
    """排查：按镇街安排、登记结果、查看进度。"""


@inspection.command("plan")
@click.argument("title")
@click.option("--begins", type=DAY, required=True, metavar="DATE")
@click.option("--ends", type=DAY, required=True, metavar="DATE")
@click.option("--town", multiple=True, metavar="代码", help="哪些镇街（缺省：全区）。")
@click.option("--cemetery", multiple=True, metavar="cemetery:3", help="另加这些公墓。")
@click.option("--note", default="", metavar="说明")
@json_option
def plan(
    title: str,
    begins: datetime,
    ends: datetime,
    town: Sequence[str],
    cemetery: Sequence[str],
    note: str,
    *,
    as_json: bool,
) -> None:
    """安排一次排查，列入这些镇街使用中的公墓。"""
    sites = [cemetery_id(c) for c in cemetery]
    towns = list(town) or ([] if sites else None)
    wanted = Round(title, begins.date(), ends.date(), note, towns, sites)
    with registry("安排排查") as connection:
        made = inspection_rounds.plan(connection, desk(connection), wanted)
    shown(made, _lines(made), as_json=as_json)


@inspection.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """列出各次排查和进度。"""
    with registry_to_read() as connection:
        found = inspection_rounds.listed(connection)
    lines = [_line(r) for r in found] or ["还没有安排排查。"]
    shown({"items": found}, lines, as_json=as_json)


@inspection.command("show")
@click.argument("round_id", type=int)
@json_option
def show(round_id: int, *, as_json: bool) -> None:
    """一次排查：各镇街进度和每处公墓的结果。"""
    with registry_to_read() as connection:
        found = inspection_rounds.show(connection, desk(connection), round_id)
    shown(found, _lines(found), as_json=as_json)


@inspection.command("send")
@click.argument("stop_id", type=int)
@click.option("--inspector", type=int, required=True, metavar="人员编号")
@json_option
def send(stop_id: int, inspector: int, *, as_json: bool) -> None:
    """指定由谁去查一处公墓。"""
    with registry("排查派人") as connection:
        made = inspection_rounds.send(connection, desk(connection), stop_id, inspector)
    shown(made, [f"{made['cemetery']}：由{made['inspector']}去查。"], as_json=as_json)


@inspection.command("record")
@click.argument("stop_id", type=int)
@click.option(
    "--outcome", type=click.Choice([o for o in OUTCOMES if o != "planned"]), required=True,
    help="clear 未发现问题、lead 发现线索、unreachable 未能到达。",
)  # fmt: skip
@click.option("--note", default="", metavar="情况")
@click.option("--on", type=DAY, metavar="DATE")
@json_option
def record(stop_id: int, outcome: str, note: str, on: datetime | None, *, as_json: bool) -> None:
    """登记一处公墓的排查结果；发现线索的同时登记案件。"""
    with registry("登记排查结果") as connection:
        made = inspection_rounds.record(
            connection, desk(connection), stop_id, outcome=outcome, note=note, on=day_of(on)
        )
    more = f"，案件 {made['case_number']}" if made["case_number"] else ""
    shown(made, [f"{made['cemetery']}：{made['outcome_title']}{more}"], as_json=as_json)


@inspection.command("end")
@click.argument("round_id", type=int)
@json_option
def end(round_id: int, *, as_json: bool) -> None:
    """结束一次排查。"""
    with registry("结束排查") as connection:
        made = inspection_rounds.end(connection, desk(connection), round_id)
    shown(made, [_line(made)], as_json=as_json)


def _line(row: dict[str, Any]) -> str:
    return (
        f"{row['id']}  {row['title']}  {row['begins_on']}—{row['ends_on']}  "
        f"{row['state_title']}  已查 {row['done']}/{row['stops']}，线索 {row['leads']}"
    )


def _lines(found: dict[str, Any]) -> list[str]:
    return [
        _line(found),
        *(f"  {t['name']}：{t['done']}/{t['stops']}" for t in found["towns"]),
        *(f"    {s['id']}  {s['cemetery']}  {s['outcome_title']}" for s in found["items"]),
    ]
