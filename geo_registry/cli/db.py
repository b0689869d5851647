"""``geo-registry db``: the database that this installation works on."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from geo_registry import reference as tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.opening import open_current, open_engine, rekey
from geo_registry.domain.errors import Refused
from geo_registry.settings import Settings
from geo_registry.store import postgresql
from geo_registry.store.cluster import Cluster, database_url
from geo_registry.store.database import check_server, create_engine

STATES = {
    "absent": "尚未建立",
    "stopped": "已停止",
    "starting": "正在启动或恢复",
    "running": "正在运行",
    "foreign": "由 GEO_REGISTRY_DATABASE_URL 指定，可以连接",
}
_NOT_RUNNING = 4


@click.group("db")
def db() -> None:
    """数据库：启动、停止、状态、连接。

    默认使用本机自带的数据库，只在本机可用，数据放在 GEO_REGISTRY_HOME 指定的目录；
    设了 GEO_REGISTRY_DATABASE_URL，就改用那台服务器，本机什么也不启动。
    """


@db.command()
@json_option
def start(as_json: bool) -> None:  # noqa: FBT001 - click passes flags by position of name
    """启动自带的数据库（第一次会先建立）；已在运行时什么也不做。"""
    cluster = _own_cluster("启动")
    cluster.start(say)
    _answer(as_json, _described(cluster), f"数据库正在运行，数据在 {cluster.data}。")


@db.command()
@json_option
def stop(as_json: bool) -> None:  # noqa: FBT001
    """停止自带的数据库；没有完成的操作会撤销，已保存的数据不受影响。"""
    cluster = _own_cluster("停止")
    stopped = cluster.stop()
    answer = _described(cluster) | {"stopped": stopped}
    _answer(as_json, answer, "数据库已停止。" if stopped else "数据库本来就没有运行。")


@db.command()
@json_option
def status(as_json: bool) -> None:  # noqa: FBT001
    """显示数据库的状态；没有运行时退出码为 4。"""
    settings = Settings.from_environment()
    if settings.database_url is not None:
        engine = create_engine(database_url(settings))
        check_server(engine)
        address = engine.url.render_as_string(hide_password=True)
        _answer(as_json, {"state": "foreign", "url": address}, f"{STATES['foreign']}：{address}")
        return
    answer = _described(Cluster(settings.home))
    version = f"，PostgreSQL {answer['postgresql']}" if answer["postgresql"] else ""
    _answer(as_json, answer, f"数据库{STATES[answer['state']]}（{answer['data']}{version}）。")
    if answer["state"] != "running":
        raise SystemExit(_NOT_RUNNING)


@db.command()
@json_option
def url(as_json: bool) -> None:  # noqa: FBT001
    """显示数据库地址，供 psql、QGIS、Python 使用；自带的数据库没有运行时会先启动。"""
    address = database_url(Settings.from_environment(), say)
    plain = address.replace("postgresql+psycopg://", "postgresql://", 1)
    _answer(as_json, {"url": plain, "sqlalchemy_url": address}, plain)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """打开 psql；其余参数原样交给它，例如 db psql -c "SELECT count(*) FROM registry.place"。"""
    settings = Settings.from_environment()
    address = database_url(settings, say)
    if settings.database_url is None:
        command = Cluster(settings.home).psql_arguments()
    else:
        plain = address.replace("postgresql+psycopg://", "postgresql://", 1)
        command = [postgresql.client("psql"), plain]
    os.execvp(command[0], [*command, *arguments])  # noqa: S606 - replaces us, as a shell would


@db.command("rekey")
@json_option
def rekey_(as_json: bool) -> None:  # noqa: FBT001
    """按现在的参考表（读音、拆分、形近字、方音等）重算全部名称的拼写和比对字段。"""
    settings = Settings.from_environment()
    engine = open_engine(settings)
    try:
        done = rekey(engine, tables.load_for(settings), say)
    finally:
        engine.dispose()
    answer = {"names": done.names, "changed": done.changed, "kept": list(done.kept)}
    _answer(as_json, answer, f"共 {done.names} 个名称，{done.changed} 个有变化。")


@db.command("migrate")
@json_option
def migrate_(as_json: bool) -> None:  # noqa: FBT001
    """把数据库结构升级到当前版本；已是最新时什么也不做。"""
    open_current(Settings.from_environment()).dispose()
    _answer(as_json, {"migrated": True}, "数据库结构已是当前版本。")


def _own_cluster(act: str) -> Cluster:
    settings = Settings.from_environment()
    if settings.database_url is not None:
        raise Refused(
            f"GEO_REGISTRY_DATABASE_URL 指向另一台服务器，不由本程序{act}。",
            advice="请联系该服务器的管理员，或去掉这个环境变量以使用自带的数据库。",
        )
    return Cluster(settings.home)


def _described(cluster: Cluster) -> dict[str, Any]:
    found = cluster.status()
    return {
        "state": found.state,
        "home": str(found.home),
        "data": str(cluster.data),
        "log": str(cluster.log),
        "postgresql": found.major,
        "pid": found.pid,
        "url": found.url and found.url.replace("postgresql+psycopg://", "postgresql://", 1),
    }


def _answer(as_json: bool, answer: dict[str, Any], sentence: str) -> None:  # noqa: FBT001
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else sentence)
