"""``geo-registry name``: what people do with names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.correcting import confirm_reading, correct_split
from geo_registry.cli.names import today
from geo_registry.cli.opening import desk, registry
from geo_registry.services.names import places
from geo_registry.services.naming import naming
from geo_registry.services.naming.naming import Decision

DAY = click.DateTime(["%Y-%m-%d"])
"""A day as it is written on the command line."""
Command = Callable[..., Any]


@click.group("name")
def name() -> None:
    """办理地名：申报、撤回、批准、命名、更名、合并、注销、更正，更正拆分、确认读音。"""


def _decision_options(command: Command) -> Command:
    options = (
        click.option("--authority", required=True, metavar="机关", help="批准机关。"),
        click.option("--effective", type=DAY, metavar="DATE", help="启用日期（缺省：今天）。"),
        click.option("--number", default="", metavar="文号", help="批准文件的文号。"),
        click.option("--title", default="", metavar="标题", help="批准文件的标题。"),
        click.option("--dated", type=DAY, metavar="DATE", help="批准文件的日期。"),
        click.option("--reason", default="", metavar="理由", help="办理的理由。"),
        click.option("--despite", default="", metavar="理由", help="核查有异议仍予使用的理由。"),
        json_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def _decision(given: Mapping[str, Any]) -> Decision:
    return Decision(
        authority=given["authority"],
        effective_on=day_of(given["effective"]) or today(),
        number=given["number"],
        title=given["title"],
        dated_on=day_of(given["dated"]),
        reason=given["reason"],
        despite=given["despite"],
    )


@name.command("propose")
@click.argument("subject")
@click.argument("wording")
@click.option("--reason", required=True, help="申报理由。")
@click.option("--despite", default="", metavar="理由", help="核查有异议仍要申报的理由。")
@json_option
def propose(subject: str, wording: str, *, reason: str, despite: str, as_json: bool) -> None:
    """为一处地方申报拟用名。"""
    with registry(f"申报：{wording[:60]}") as connection:
        done = naming.propose(
            connection,
            places.find(connection, subject).asked_id,
            wording,
            reason=reason,
            despite=despite,
            desk=desk(connection),
        )
    check = done.check
    said = f"{check.verdict}。{check.summary}" if check else ""
    _answer(done, f"已申报“{wording}”（拟用名 {done.name_id}）。{said}", as_json=as_json)


@name.command("withdraw")
@click.argument("proposal", type=int)
@click.option("--reason", required=True, help="撤回理由。")
@json_option
def withdraw(proposal: int, *, reason: str, as_json: bool) -> None:
    """撤回一个待批准的拟用名。"""
    with registry(f"撤回拟用名 {proposal}") as connection:
        done = naming.withdraw(connection, proposal, reason=reason, desk=desk(connection))
    _answer(done, f"已撤回拟用名 {proposal}。", as_json=as_json)


@name.command("approve")
@click.argument("proposal", type=int)
@_decision_options
def approve(proposal: int, **given: Any) -> None:
    """批准一个拟用名，使它成为标准名称。"""
    with registry(f"批准拟用名 {proposal}") as connection:
        done = naming.approve(connection, proposal, _decision(given), desk=desk(connection))
    _answer(done, f"已批准：{done.subject}。", as_json=given["as_json"])


@name.command("give")
@click.argument("subject")
@click.argument("wording")
@_decision_options
def give(subject: str, wording: str, **given: Any) -> None:
    """直接命名一处没有标准名称的地方。"""
    with registry(f"命名：{wording[:60]}") as connection:
        done = naming.name_place(
            connection,
            places.find(connection, subject).asked_id,
            wording,
            _decision(given),
            desk=desk(connection),
        )
    _answer(done, f"已命名“{wording}”：{done.subject}。", as_json=given["as_json"])


@name.command("rename")
@click.argument("subject")
@click.argument("wording")
@_decision_options
def rename(subject: str, wording: str, **given: Any) -> None:
    """更名；原名自启用日起成为曾用名。"""
    with registry(f"更名：{wording[:60]}") as connection:
        done = naming.rename(
            connection,
            places.find(connection, subject).asked_id,
            wording,
            _decision(given),
            desk=desk(connection),
        )
    _answer(done, f"已更名为“{wording}”：{done.subject}。", as_json=given["as_json"])


@name.command("merge")
@click.argument("heir")
@click.argument("subjects", nargs=-1, required=True)
@_decision_options
def merge(heir: str, subjects: tuple[str, ...], **given: Any) -> None:
    """把几处地方（SUBJECTS）并入一处（HEIR）；路段随之移动，名称成为曾用名。"""
    with registry(f"并入 {heir[:40]}") as connection:
        done = naming.merge(
            connection,
            [places.find(connection, s).asked_id for s in subjects],
            places.find(connection, heir).asked_id,
            _decision(given),
            desk=desk(connection),
        )
    _answer(done[-1], f"已将 {len(done)} 处并入 {heir}。", as_json=given["as_json"])


@name.command("abolish")
@click.argument("subject")
@_decision_options
def abolish(subject: str, **given: Any) -> None:
    """注销一处不再存在的地方；它的名称保留在历史中。"""
    with registry(f"注销 {subject[:40]}") as connection:
        done = naming.abolish(
            connection,
            places.find(connection, subject).asked_id,
            _decision(given),
            desk=desk(connection),
        )
    _answer(done, f"已注销：{done.subject}。", as_json=given["as_json"])


@name.command("correct")
@click.argument("record", type=int)
@click.option("--full", metavar="名称", help="更正后的名称。")
@click.option("--from", "valid_from", type=DAY, metavar="DATE", help="更正后的起始日期。")
@click.option("--to", "valid_to", type=DAY, metavar="DATE", help="更正后的终止日期。")
@click.option("--open-start", is_flag=True, help="起始日期改为不详。")
@click.option("--open-end", is_flag=True, help="取消终止日期。")
@click.option("--reason", required=True, help="更正理由。")
@click.option("--despite", default="", metavar="理由", help="核查有异议仍予使用的理由。")
@json_option
def correct(record: int, *, reason: str, as_json: bool, **given: Any) -> None:
    """更正一条名称记录（编号见 place show）；原记录保留。"""
    ends = (("valid_from", "open_start"), ("valid_to", "open_end"))
    with registry(f"更正名称记录 {record}") as connection:
        done = naming.correct(
            connection,
            record,
            full=given["full"],
            valid_from=day_of(given["valid_from"]),
            valid_to=day_of(given["valid_to"]),
            unbounded=[end for end, option in ends if given[option]],
            reason=reason,
            despite=given["despite"],
            desk=desk(connection),
        )
    _answer(done, f"已更正（新记录 {done.name_id}）：{done.subject}。", as_json=as_json)


def _answer(done: naming.Done, sentence: str, *, as_json: bool) -> None:
    values = {"subject": done.subject, "name_id": done.name_id, "event": done.event_id}
    told(values, sentence, as_json=as_json)


def told(values: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """Say what was done: one sentence, or plain values."""
    click.echo(json.dumps(values, ensure_ascii=False) if as_json else sentence)


def day_of(value: datetime | None) -> date | None:
    """The day of an option."""
    return None if value is None else value.date()


name.add_command(correct_split)
name.add_command(confirm_reading)
