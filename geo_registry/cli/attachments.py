"""``geo-registry attachment``: photos, papers and recordings tied to a subject."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.domain.errors import Refused
from geo_registry.domain.secrecy import LEVELS
from geo_registry.services.accountability import attachments
from geo_registry.services.desk import shelf_of
from geo_registry.settings import Settings


@click.group("attachment")
def attachment() -> None:
    """附件：照片、公文、录音等，附在公墓、地名、案件、申报上。

    按内容识别类型，同样的文件只保存一份；程序、脚本、网页一律不收。
    """


@attachment.command("add")
@click.argument("subject", metavar="对象")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind", default="photo", show_default=True, metavar="用途", help="例如 photo、reply。"
)
@click.option("--title", default="", metavar="标题", help="一句话说明。")
@click.option(
    "--secrecy", type=click.Choice(LEVELS), default="internal", show_default=True, help="密级。"
)
@json_option
def add(subject: str, file: Path, *, as_json: bool, **given: Any) -> None:
    """把文件附在对象上，例如 cemetery:3、place:12、case:6。"""
    with registry(f"添加附件 {file.name[:100]}") as connection:
        made = attachments.attach(
            connection, subject, file, file_name=file.name, desk=desk(connection), **given
        )
    document = attachments.described(made)
    shown(document, [f"已保存附件 {_line(document)}"], as_json=as_json)


@attachment.command("list")
@click.argument("subject", metavar="对象")
@json_option
def list_(subject: str, *, as_json: bool) -> None:
    """列出对象的附件。"""
    with registry_to_read() as connection:
        found = [attachments.described(a) for a in attachments.attachments_of(connection, subject)]
    shown({"items": found}, [_line(a) for a in found] or ["没有附件。"], as_json=as_json)


@attachment.command("get")
@click.argument("number", type=int, metavar="编号")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="写到哪里；不写则用原来的文件名，存在当前文件夹。",
)
def get(number: int, out: Path | None) -> None:
    """取出附件的原件。"""
    with registry_to_read() as connection:
        found = attachments.attachment(connection, number)
    target = out or Path(attachments.described(found)["download_name"])
    if target.exists():
        raise Refused(f"文件“{target}”已经有了，没有覆盖。", advice="请用 --out 换一个名字。")
    shutil.copyfile(attachments.path_of(found, shelf_of(Settings.from_environment())), target)
    say(f"已写入 {target}（{found.size:,} 字节，SHA-256 {found.sha256[:16]}…）")


@attachment.command("withdraw")
@click.argument("number", type=int, metavar="编号")
@json_option
def withdraw(number: int, *, as_json: bool) -> None:
    """撤回附件；原件仍按校验码保存，历史里查得到。"""
    with registry(f"撤回附件 {number}") as connection:
        attachments.withdraw(connection, number, desk=desk(connection))
    shown({"id": number}, [f"已撤回附件 {number}。"], as_json=as_json)


def _line(a: dict[str, Any]) -> str:
    words = f"{a['id']}  {a['file_name']}（{a['media_title']}，{a['size']:,} 字节）  {a['kind']}"
    return f"{words}  {a['title']}  {a['by']} {a['at']:%Y-%m-%d}".replace("    ", "  ")
