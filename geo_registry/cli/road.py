"""``geo-registry road``: whether segments of one name are one road, decided once."""

from __future__ import annotations

import json
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.services.names import deciding_roads
from geo_registry.settings import Settings
from geo_registry.store.database import current_person


@click.group("road")
def road() -> None:
    """认定同名的两组路段是一条（中断的）路，还是两条路；认定一次，以后检查不再询问。"""


def _judging() -> dict[str, Any]:
    settings = Settings.from_environment()
    return {
        "reference": reference_tables.load_for(settings),
        "profile": reference_tables.load_profile(settings.data, settings.profile),
        "on": today(),
    }


@road.command("decide")
@click.argument("a", metavar="place:1")
@click.argument("b", metavar="place:2")
@click.argument("answer", type=click.Choice(list(deciding_roads.ANSWERS)))
@click.option("--reason", required=True, help="理由，如“中间被河隔断，桥梁在建”。")
@json_option
def decide(*, a: str, b: str, answer: str, reason: str, as_json: bool) -> None:
    """认定：one 是一条路，two 是不同的路。两个编号相同时，认定的是它自己分开的几段。"""
    with registry(f"认定同名路段：{reason}") as connection:
        done = deciding_roads.decide(
            connection,
            a,
            b,
            answer=answer,
            reason=reason,
            person=current_person(connection),
            **_judging(),
        )
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False))
        return
    click.echo(f"已认定 {done['pair'][0]} 与 {done['pair'][1]} 是{done['answer_title']}。")
    click.echo("重名数目将在下次检查（geo-registry scan）时更新。")


@road.command("withdraw")
@click.argument("a", metavar="place:1")
@click.argument("b", metavar="place:2")
@json_option
def withdraw(*, a: str, b: str, as_json: bool) -> None:
    """撤销认定，该问题重新列出。"""
    with registry(f"撤销同名路段的认定：{a} {b}") as connection:
        known = deciding_roads.decision_on(connection, a, b)
        done = deciding_roads.withdraw(
            connection, known.id, person=current_person(connection), **_judging()
        )
    click.echo(json.dumps(done, ensure_ascii=False) if as_json else "已撤销，该问题重新列出。")


@road.command("decisions")
@json_option
def decisions(*, as_json: bool) -> None:
    """列出现有的认定。"""
    with registry_to_read() as connection:
        found = deciding_roads.listed(connection)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for each in found:
        a, b = each["pair"]
        click.echo(f"{a} {b}：{each['answer_title']}。{each['reason']}（{each['by']}）")
    if not found:
        click.echo("还没有认定。")
