"""``geo-registry history``: what happened, and the proof that nobody rewrote it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.services.accountability import anchors, undoing
from geo_registry.services.accountability import history as histories
from geo_registry.settings import Settings
from geo_registry.store.database import LOCAL_USER


@click.group("history")
def history() -> None:
    """历史：每一次变更的人、时间、理由、前后内容；核验历史没有被人改写。"""


@history.command("show")
@click.argument("subject", metavar="对象")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="最多几条。"
)
@click.option("--below", type=int, metavar="位置", help="接着上一页往前看。")
@json_option
def show(subject: str, limit: int, below: int | None, *, as_json: bool) -> None:
    """列出一个对象（place:12、cemetery:3、case:6）和属于它的一切变更，新的在前。"""
    with registry_to_read() as connection:
        own = desk(connection, LOCAL_USER)
        document = histories.of_subject(
            connection,
            subject,
            below=below,
            limit=limit,
            reference=own.reference,
            profile=own.profile,
        )
    lines = [line for entry in document["items"] for line in _lines(entry)]
    if document["next"]:
        lines.append(f"更早的：history show {subject} --below {document['next']}")
    shown(document, lines, as_json=as_json)


@history.command("verify")
@click.option(
    "--since", type=click.IntRange(0), default=0, metavar="N", help="只核验第 N 次变更之后的。"
)
@click.option("--anchor", "given", multiple=True, metavar="N:HASH", help="以前记下的锚点；可重复。")
@click.option("--chain-only", is_flag=True, help="只核验历史本身，不与各表现有内容比对（快）。")
@json_option
def verify(since: int, given: tuple[str, ...], *, chain_only: bool, as_json: bool) -> None:
    """核验历史：逐条、逐次、逐环，并与各表现有内容、以前的锚点比对。

    没有问题时把新的锚点记入数据目录，退出码 0；有问题逐条列出，退出码 1。
    """
    home = Settings.from_environment().home
    kept = (*anchors.read_anchors(home), *(anchors.parse(text) for text in given))
    with registry_to_read() as connection:
        found = histories.verify(connection, since=since, anchors=kept, tables=not chain_only)
    if found.holds:
        anchors.write_anchor(home, found.anchor, datetime.now(UTC))
    lines = [f"✗ {fault.message}" for fault in found.faults]
    compared = f"，{found.tables} 张表的现有内容" if found.tables else ""
    lines += [f"· {line}" for line in anchors.restores(home)]
    lines.append(
        f"已核验 {found.transactions:,} 次变更、{found.anchors} 个锚点{compared}："
        + (
            "没有发现改写。"
            if found.holds
            else f"发现 {len(found.faults)} 处问题，请保全现场并查明。"
        )
    )
    lines.append(f"当前锚点（请抄录在系统之外）：{found.anchor}")
    shown(histories.described(found), lines, as_json=as_json)
    if not found.holds:
        raise SystemExit(1)


@history.command("undo")
@click.argument("revision", type=int, required=False, metavar="第几次变更")
@json_option
def undo(revision: int | None, *, as_json: bool) -> None:
    """撤销自己刚做的豁免、答复、认定、附件；不写编号则列出可以撤销的。"""
    if revision is None:
        with registry_to_read() as connection:
            found = undoing.undoable(connection, desk=desk(connection, LOCAL_USER))
        lines = [f"{one['revision']}  {one['title']}  {one['at']:%Y-%m-%d %H:%M}" for one in found]
        shown({"items": found}, lines or ["没有可以撤销的操作。"], as_json=as_json)
        return
    with registry(f"撤销第 {revision} 次变更") as connection:
        done = undoing.undo(connection, revision, desk=desk(connection))
    shown(done, [f"已撤销：{'、'.join(done['undone'])}。"], as_json=as_json)


@history.command("anchor")
@click.option("--restored", metavar="理由", help="数据库刚从备份恢复：写明理由，之后的锚点作废。")
@json_option
def anchor(restored: str | None, *, as_json: bool) -> None:
    """打印当前锚点并记入数据目录；请抄录、打印或发到另一台电脑。"""
    home = Settings.from_environment().home
    with registry_to_read() as connection:
        found = histories.head(connection)
    if restored is not None:
        anchors.note_restore(home, found.revision, restored, datetime.now(UTC))
    anchors.write_anchor(home, found, datetime.now(UTC))
    shown({"anchor": str(found), "revision": found.revision}, [str(found)], as_json=as_json)


def _lines(entry: dict[str, Any]) -> list[str]:
    head = (
        f"{entry['at']:%Y-%m-%d %H:%M}  {entry['by']}  {entry['op_title']} "
        f"{entry['table']}:{entry['row']}  {entry['reason']}（第 {entry['revision']} 次变更）"
    )
    changed = [
        f"    {entry['titles'][name]}：{_word(old, said[0])} → {_word(new, said[1])}"
        for name, (old, new) in entry["changed"].items()
        for said in [entry["words"][name]]
        if entry["op"] == "update"
    ]
    return [head, *changed]


def _word(value: Any, said: str | None) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "（空）" if value in (None, "") else (said or str(value))[:120]
