"""``geo-registry upload``: a boundary file looked at before it is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import orjson
import shapely

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.importing import conditions, reading_options
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import registry, registry_to_read
from geo_registry.domain.cemetery import METHODS, CemeteryType
from geo_registry.services.boundaries import previewing, uploading
from geo_registry.services.boundaries.uploading import KINDS, STATUSES, Asked, Room
from geo_registry.settings import Settings

Command = Callable[..., Any]
_KIND_HELP = "、".join(f"{k} {v}" for k, v in KINDS.items())
_SHOWN = 20


def _room() -> Room:
    settings = Settings.from_environment()
    profile = reference_tables.load_profile(settings.data, settings.profile)
    extent = profile.parameters.get("extent")
    district = None if extent is None else shapely.box(*extent.value)
    return Room(settings.home, reference_tables.load_for(settings), today(), district)


def _asked_options(command: Command) -> Command:
    """What a file is said to be."""
    types = [t.value for t in CemeteryType]
    methods = "、".join(f"{k} {m.title}" for k, m in METHODS.items())
    options = (
        click.option(
            "--as", "kind", type=click.Choice(list(KINDS)), required=True, help=f"{_KIND_HELP}。"
        ),
        click.option("--cemetery", metavar="cemetery:3", help="文件里的边界属于哪一处公墓。"),
        click.option("--several", is_flag=True, help="文件里确有几处公墓，一并存入。"),
        click.option("--method", type=click.Choice(list(METHODS)), metavar="METHOD",
                     help=f"边界怎样得来：{methods}。"),
        click.option("--sigma", "sigma_m", type=float, metavar="米", help="点位中误差（单轴）。"),
        click.option("--date", "on", type=DAY, metavar="DATE", help="批准、测量或生效日期。"),
        click.option("--until", type=DAY, metavar="DATE", help="保护区的失效日期。"),
        click.option("--type", type=click.Choice(types), default=CemeteryType.RURAL_PUBLIC.value,
                     show_default=True, help="新登记公墓的类型。"),
        click.option("--effect", type=click.Choice(["grants", "adds", "reduces"]),
                     default="grants", show_default=True, help="批准、增加、核减。"),
        click.option("--supersede", is_flag=True, help="取代这处公墓最近一次批准。"),
        click.option("--register-new", is_flag=True, help="测量对不上的，登记为未经批准的公墓。"),
        click.option("--document-number", default="", metavar="文号", help="批准文件的文号。"),
        click.option("--document-title", default="", metavar="标题", help="批准文件的标题。"),
        click.option("--authority", default="", metavar="机关", help="批准机关。"),
        click.option("--surveyor", default="", metavar="人", help="测量人或单位。"),
        click.option("--zone-kind", metavar="类型", help="保护区的类型。"),
        click.option("--setback", "setback_m", type=float, default=0.0, help="保护区退距（米）。"),
        click.option("--name-column", metavar="列", help="名称列。"),
        click.option("--id-column", metavar="列", help="编号列。"),
        click.option("--date-column", metavar="列", help="日期列。"),
        click.option("--method-column", metavar="列", help="测量方法列。"),
        click.option("--sigma-column", metavar="列", help="中误差列。"),
        click.option("--admit-good", is_flag=True, help="有坏行时存入其余好行。"),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return reading_options(command)


def _asked(given: dict[str, Any]) -> Asked:
    cemetery = given.pop("cemetery")
    where = conditions(given.pop("where"))
    on, until = day_of(given.pop("on")), day_of(given.pop("until"))
    number = None if cemetery is None else cemetery_id(cemetery)
    return Asked(**given, cemetery=number, where=where or None, on=on, until=until)


_MAP = click.option(
    "--map", "map_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="把预览地图写成 GeoJSON。",
)  # fmt: skip


@click.group("upload")
def upload() -> None:
    """边界文件先预览、后存入：地图、面积、闭合差、修复、坐标系。

    原始文件按校验码保存一份；确认之前，登记库里没有它的任何内容。
    """


@upload.command("preview")
@click.argument("file", type=click.Path(path_type=Path))
@_MAP
@_asked_options
@json_option
def preview(file: Path, map_file: Path | None, *, as_json: bool, **given: Any) -> None:
    """预览一份边界文件，并保存原件；看过之后用 confirm 存入。"""
    asked = _asked(given)
    room = _room()
    with registry(f"上传 {file.name[:100]}") as connection:
        number = uploading.upload(connection, room, file, file.name, asked)
        document = previewing.preview(connection, room, number)
    _answer(document, map_file, as_json=as_json)


@upload.command("show")
@click.argument("number", type=int)
@_MAP
@json_option
def show(number: int, map_file: Path | None, *, as_json: bool) -> None:
    """再看一次预览，按登记库现在的内容。"""
    with registry_to_read() as connection:
        document = previewing.preview(connection, _room(), number)
    _answer(document, map_file, as_json=as_json)


@upload.command("again")
@click.argument("number", type=int)
@_MAP
@_asked_options
@json_option
def again(number: int, map_file: Path | None, *, as_json: bool, **given: Any) -> None:
    """换一种说明（坐标系、日期、方法……）再预览，不用重新上传。"""
    asked = _asked(given)
    room = _room()
    with registry(f"重新说明上传 {number}") as connection:
        uploading.ask_again(connection, number, asked)
        document = previewing.preview(connection, room, number)
    _answer(document, map_file, as_json=as_json)


@upload.command("answer")
@click.argument("number", type=int)
@click.option("--accept", required=True, metavar="CRS", help="预览里列出的答复之一。")
@click.option("--reason", required=True, metavar="理由", help="为什么确定。")
@json_option
def answer(number: int, accept: str, reason: str, *, as_json: bool) -> None:
    """答复坐标系的疑问；记住是谁、何时、为什么，同一份文件再来时不用再问。"""
    room = _room()
    with registry(f"答复上传 {number} 的坐标系") as connection:
        previewing.answer_crs(connection, room, number, accept, reason)
        document = previewing.preview(connection, room, number)
    _answer(document, None, as_json=as_json)


@upload.command("confirm")
@click.argument("number", type=int)
@json_option
def confirm(number: int, *, as_json: bool) -> None:
    """确认无误，存入登记库。"""
    room = _room()
    with registry(f"确认上传 {number}") as connection:
        summary = uploading.confirm(connection, room, number)
    counts = dict(summary.counts)
    stored = counts.get("approvals", counts.get("surveys", counts.get("zones", 0)))
    lines = [f"“{summary.file_name}”已存入（批次 {summary.batch_id}）：{stored} 份边界。"]
    lines += [
        f"  第 {r['row']} 行 → {r['cemetery_name'] or '新登记的公墓'}"
        for r in summary.listed[:_SHOWN]
    ]
    shown({"id": number, "batch": summary.batch_id, **counts}, lines, as_json=as_json)


@upload.command("list")
@click.option("--status", type=click.Choice(list(STATUSES)), help="只列一种状态。")
@json_option
def list_(status: str | None, *, as_json: bool) -> None:
    """列出上传，新的在前。"""
    with registry_to_read() as connection:
        found = uploading.listed(connection, status)
    lines = [
        f"{u['id']}  {u['file_name']}（{u['kind_title']}）  {u['status_title']}  "
        f"{u['by']} {u['at']:%Y-%m-%d}"
        for u in found
    ]
    shown({"items": found}, lines or ["没有上传。"], as_json=as_json)


@upload.command("discard")
@click.argument("number", type=int)
@json_option
def discard(number: int, *, as_json: bool) -> None:
    """放弃一次上传；原件仍按校验码保存。"""
    with registry(f"放弃上传 {number}") as connection:
        uploading.discard(connection, number)
    shown({"id": number}, [f"已放弃上传 {number}，原件仍保存。"], as_json=as_json)


def _answer(document: Mapping[str, Any], map_file: Path | None, *, as_json: bool) -> None:
    """Print a preview; ends with 3 where the file cannot be used, 5 where a person is asked."""
    if map_file is not None:
        map_file.write_bytes(orjson.dumps(document["map"]))
        say(f"预览地图已写入 {map_file}")
    shown(document, preview_lines(document), as_json=as_json)
    codes = {problem["code"] for problem in document["problems"]}
    if codes & {"unreadable", "bad_rows"}:
        raise SystemExit(3)
    if codes:
        raise SystemExit(5)


def preview_lines(document: Mapping[str, Any]) -> list[str]:
    """A preview in words."""
    head = f"上传 {document['id']}：“{document['file_name']}”（{document['kind_title']}）"
    lines = [f"{head}，{document['status_title']}。原件已保存，SHA-256 {document['sha256'][:16]}…"]
    if document["crs"]:
        lines.append(f"坐标系 {document['crs']}，{document['rows']} 行。")
    lines += [_row(row) for row in document["features"][:_SHOWN]]
    totals = document["totals"]
    if totals and totals["usable"] > 1:
        lines.append(
            f"共 {totals['usable']} 块，{totals['area_m2']:,.1f} m²"
            f"（{totals['area_mu']:,.2f} 亩）。"
        )
    lines += [f"  {issue['message']}{issue['suggestion']}" for issue in document["issues"][:_SHOWN]]
    check = document["crs_check"]
    if check:
        lines += [f"坐标系核对：{text}" for text in check["evidence"]]
        lines += [
            f"已由{a['by']}于 {a['at']:%Y-%m-%d} 确认为 {a['accepted']}：{a['reason']}"
            for a in check["answers"]
        ]
        if check["open"]:
            lines += [
                f"  可答复：upload answer {document['id']} --accept {o['accepted']}（{o['title']}）"
                for o in check["options"]
                if o["possible"]
            ]
    lines += [f"不能存入：{p['message']}{p['advice']}" for p in document["problems"]]
    if document["status"] == "waiting" and not document["problems"]:
        lines.append(f"核对地图无误后，运行 geo-registry upload confirm {document['id']} 存入。")
    return lines


def _row(row: Mapping[str, Any]) -> str:
    text = (
        f"  第 {row['row']} 行 {row.get('name') or ''}：{row['area_m2']:,.1f} m²"
        f"（{row['area_mu']:,.2f} 亩；平面 {row['plane_area_m2']:,.1f} m²），{row['points']} 点"
    )
    if row["gap_m"]:
        text += f"，闭合差 {row['gap_m']:,.2f} m"
    if row["repaired"]:
        text += "，已修复"
    if "sigma_m" in row:
        text += f"；{row['method_title']}，中误差 {row['sigma_m']:g} m"
        text += f" → {row['cemetery_name'] or '没有对上已登记的公墓'}"
    return text
