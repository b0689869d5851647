"""``geo-registry contribution`` and ``geo-registry sign``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from shapely import Point

from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.services.names import places, signs
from geo_registry.services.naming import contributions
from geo_registry.services.naming.contributions import Photo, Sent

_ANSWER = click.option("--answer", required=True, metavar="答复", help="采集员会看到的答复。")
_VERSION = click.option("--version", type=int, metavar="版本", help="所见的版本；已变则不办。")
_POINT = click.option("--point", type=(float, float), metavar="经度 纬度", help="在哪里。")


@click.group("contribution")
def contribution() -> None:
    """采集：上报地名、照片、故事；采纳、并入、不采纳，都有答复。"""


@contribution.command("send")
@click.argument("name", metavar="名称")
@click.option("--class", "place_class", default="road", show_default=True, metavar="类别")
@_POINT
@click.option("--at", default="", metavar="村镇", help="没有坐标时写村、镇的名称或代码。")
@click.option("--story", default="", metavar="故事", help="来历、含义、故事。")
@click.option("--source", default="", metavar="何人", help="听谁说的。")
@click.option("--photo", multiple=True, type=click.Path(path_type=Path), help="照片，可重复。")
@json_option
def send(name: str, *, point: Any, photo: tuple[Path, ...], as_json: bool, **given: Any) -> None:
    """上报一个地名，并与现有和历史地名比对。"""
    sent = Sent(
        name, geometry=Point(point) if point else None,
        photos=tuple(Photo(p, p.name) for p in photo), **given,
    )  # fmt: skip
    with registry(f"采集 {name[:60]}") as connection:
        got = contributions.contribute(connection, sent, desk=desk(connection))
    shown(got, [f"已收到 {got['subject']}“{got['name']}”：{got['match_text']}。"], as_json=as_json)


@contribution.command("list")
@click.option(
    "--state", multiple=True, metavar="状态", help="received、accepted、merged、rejected。"
)
@click.option("--limit", default=50, show_default=True, help="最多多少条。")
@json_option
def list_(*, state: tuple[str, ...], limit: int, as_json: bool) -> None:
    """列出采集，新的在前。"""
    with registry_to_read() as connection:
        found = contributions.page(connection, states=state, limit=limit, desk=desk(connection))
    shown(found, [_line(c) for c in found["items"]] or ["没有采集。"], as_json=as_json)


@contribution.command("show")
@click.argument("number", type=int, metavar="编号")
@json_option
def show(number: int, *, as_json: bool) -> None:
    """一条采集：比对结果、照片、答复。"""
    with registry_to_read() as connection:
        got = contributions.show(connection, number, desk=desk(connection))
    lines = [_line(got), *(f"  {m['text']}（{m['subject']}）" for m in got["matches"])]
    shown(got, lines, as_json=as_json)


@contribution.command("accept")
@click.argument("number", type=int, metavar="编号")
@_ANSWER
@click.option("--place", default="", metavar="对象", help="为哪一处已登记的地方；缺省用所绘图形。")
@click.option("--despite", default="", metavar="理由", help="核查有异议仍要申报的理由。")
@_VERSION
@json_option
def accept(number: int, *, as_json: bool, **given: Any) -> None:
    """采纳，转为申报。"""
    with registry(f"采纳采集 {number}") as connection:
        got = contributions.accept(connection, number, desk=desk(connection), **given)
    shown(got, [f"{_line(got)} → {got['proposal']}"], as_json=as_json)


@contribution.command("merge")
@click.argument("number", type=int, metavar="编号")
@click.argument("place", metavar="对象")
@click.option("--name", "name_id", type=int, metavar="编号", help="并入它的哪一条名称记录。")
@_ANSWER
@_VERSION
@json_option
def merge(number: int, place: str, *, as_json: bool, **given: Any) -> None:
    """并入一处现有的地方（例如与它的曾用名相同）；故事记在那里。"""
    with registry(f"并入采集 {number}") as connection:
        got = contributions.merge(connection, number, place=place, desk=desk(connection), **given)
    shown(got, [_line(got)], as_json=as_json)


@contribution.command("reject")
@click.argument("number", type=int, metavar="编号")
@click.option("--reason", required=True, metavar="理由", help="采集员会看到的理由。")
@_VERSION
@json_option
def reject(number: int, *, as_json: bool, **given: Any) -> None:
    """不采纳，并说明理由。"""
    with registry(f"不采纳采集 {number}") as connection:
        got = contributions.reject(connection, number, desk=desk(connection), **given)
    shown(got, [_line(got)], as_json=as_json)


def _line(got: dict[str, Any]) -> str:
    told = f"；答复：{got['answer']}" if got["answer"] else f"；{got['match_text']}"
    return (
        f"{got['subject']}“{got['name']}”{got['town_name']}{got['village_name']} "
        f"{got['state_title']}（{got['person']}，{got['received_on']}）{told}"
    )


@click.group("sign")
def sign() -> None:
    """地名标志：拟设、设置、检查、破损。成批导入见 import signs。"""


@sign.command("plan")
@click.argument("subject", metavar="对象")
@click.option("--point", type=(float, float), required=True, metavar="经度 纬度", help="设在哪里。")
@click.option("--note", default="", metavar="说明")
@json_option
def plan(subject: str, *, point: tuple[float, float], note: str, as_json: bool) -> None:
    """拟设一块牌，文字和拼音取自标准名称。"""
    with registry(f"拟设标志 {subject[:40]}") as connection:
        place = places.find(connection, subject).asked_id
        got = signs.plan(connection, place, point, note=note, desk=desk(connection))
    shown(got, [_sign(got)], as_json=as_json)


@sign.command("installed")
@click.argument("number", type=int, metavar="编号")
@click.option("--on", type=DAY, metavar="DATE", help="设置日期（缺省：今天）。")
@json_option
def installed(number: int, *, on: Any, as_json: bool) -> None:
    """登记一块拟设的牌已经设置。"""
    with registry(f"设置标志 {number}") as connection:
        got = signs.put_up(connection, number, on=day_of(on), desk=desk(connection))
    shown(got, [_sign(got)], as_json=as_json)


@sign.command("check")
@click.argument("number", type=int, metavar="编号")
@click.option(
    "--state", type=click.Choice(["standing", "damaged", "missing"]), required=True,
    help="完好、破损、缺失。",
)  # fmt: skip
@click.option("--note", default="", metavar="说明", help="破损、缺失的情况。")
@click.option("--on", type=DAY, metavar="DATE", help="检查日期（缺省：今天）。")
@json_option
def check(number: int, *, state: str, note: str, on: Any, as_json: bool) -> None:
    """登记一次检查。"""
    with registry(f"检查标志 {number}") as connection:
        got = signs.inspect(
            connection, number, state=state, note=note, on=day_of(on), desk=desk(connection)
        )
    shown(got, [_sign(got)], as_json=as_json)


def _sign(got: dict[str, Any]) -> str:
    return f"{got['subject']}“{got['text']}”{got['romanized'] or ''} {got['state_title']}"
