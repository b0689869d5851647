"""``geo-registry place``: what a place was called when, what happened to its names, its stories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of, told
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.services.names import places, stories
from geo_registry.settings import Settings
from geo_registry.store.database import current_person


@click.group("place")
def place() -> None:
    """地方：某日叫什么、名称沿革、来历和故事。"""


@place.command("show")
@click.argument("subject")
@click.option("--on", type=DAY, metavar="DATE", help="某日叫什么（缺省：今天）。")
@click.option("--known-on", type=DAY, metavar="DATE", help="按登记系统在某日终了时所知回答。")
@json_option
def show(subject: str, *, on: datetime | None, known_on: datetime | None, as_json: bool) -> None:
    """显示一处地方（place:12，或永久编号）的名称、沿革和记述。"""
    settings = Settings.from_environment()
    with registry_to_read() as connection:
        found = places.life(
            connection,
            subject,
            on=day_of(on) or today(),
            known_on=day_of(known_on),
            profile=reference_tables.load_profile(settings.data, settings.profile),
        )
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    if found["merged"]:
        click.echo(found["merged"]["notice"])
    where = f"，{found['located_in']}" if found["located_in"] else ""
    click.echo(f"{found['title']}（{found['class_title']}{where}）  {found['subject']}")
    click.echo(f"永久编号 {found['permanent_id']}")
    called = "、".join(found["called"]) or "没有标准名称"
    known = f"（按 {found['known_on']} 所知）" if found["known_on"] else ""
    click.echo(f"{found['on']} 的名称{known}：{called}")
    for name in found["names"]:
        click.echo(f"  {name['full']}  {name['kind_title']}  {_period(name)}（记录 {name['id']}）")
    for event in found["events"]:
        click.echo(f"  {_line(event)}")
    for story in found["stories"]:
        click.echo(f"  {story['kind_title']}（记述 {story['id']}）：{story['text']}")
        click.echo(f"      出处：{story['source']}")


def _period(name: Mapping[str, Any]) -> str:
    if name["kind"] == "proposed":
        return "待批准"
    if name["valid_from"] is None and name["valid_to"] is None:
        return "起止不详" if name["kind"] == "former" else "沿用"
    begins = f"{name['valid_from']} 起" if name["valid_from"] else ""
    return begins + (f"至 {name['valid_to']} 止" if name["valid_to"] else "")


def _line(event: Mapping[str, Any]) -> str:
    paper = event["document"]
    words = [
        event["authority"],
        paper["number"] or paper["title"] if paper else "",
        event["reason"],
    ]
    day = event["effective_on"] or event["recorded_at"][:10]
    said = "，".join(w for w in words if w)
    return f"{day}  {event['summary']}{f'（{said}）' if said else ''}，经办：{event['person']}"


@place.group("story")
def story() -> None:
    """来历、含义、历史沿革、概况、故事。"""


@story.command("add")
@click.argument("subject")
@click.argument("text")
@click.option("--kind", type=click.Choice(list(stories.KINDS)), default="origin", show_default=True)
@click.option("--source", required=True, help="出处，例如 村志第 12 页、口述人。")
@click.option("--document-title", default="", metavar="标题", help="所依据文件的标题。")
@click.option("--document-number", default="", metavar="文号", help="所依据文件的文号。")
@json_option
def add_story(
    subject: str,
    text: str,
    *,
    kind: str,
    source: str,
    document_title: str,
    document_number: str,
    as_json: bool,
) -> None:
    """给一处地方写一条记述，注明出处。"""
    with registry(f"记述：{stories.KINDS[kind]}") as connection:
        number = stories.add(
            connection,
            places.find(connection, subject).asked_id,
            kind,
            text,
            source=source,
            paper=stories.Paper(document_title, document_number) if document_title else None,
            person=current_person(connection),
        )
    told({"id": number}, f"已登记{stories.KINDS[kind]}（记述 {number}）。", as_json=as_json)


@story.command("correct")
@click.argument("number", type=int)
@click.option("--text", help="更正后的内容。")
@click.option("--source", help="更正后的出处。")
@json_option
def correct_story(number: int, *, text: str | None, source: str | None, as_json: bool) -> None:
    """更正一条记述；原来的一条保留在历史中。"""
    with registry(f"更正记述 {number}") as connection:
        new = stories.correct(
            connection, number, words=text, source=source, person=current_person(connection)
        )
    told({"id": new}, f"已更正（新编号 {new}）。", as_json=as_json)
