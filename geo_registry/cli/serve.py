"""``geo-registry serve`` and ``up``: the web page and the API on this machine."""

from __future__ import annotations

import errno
import logging
import socket
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import click
import uvicorn
from sqlalchemy import Engine

from geo_registry import reference as tables
from geo_registry.cli.answering import say
from geo_registry.cli.opening import open_current
from geo_registry.cli.users import keeper, local_time
from geo_registry.domain.errors import Unavailable
from geo_registry.services.findings import scanning
from geo_registry.services.imports.identity_digest import digest
from geo_registry.services.people import accounts
from geo_registry.services.samples import sample
from geo_registry.settings import Settings
from geo_registry.store import contents
from geo_registry.store.database import LOCAL_USER, gather_statistics, read, transaction

APPLICATION = "geo_registry.api.app:create_app"
_PATIENCE_S = 2.0
_CHINA = ZoneInfo("Asia/Shanghai")

_host = click.option("--host", help="监听的地址，默认 127.0.0.1（只有本机能访问）。")
_port = click.option(
    "--port", type=click.IntRange(0, 65535), help="端口，默认 8000；0 为自动选择。"
)


@click.command()
@_host
@_port
def serve(host: str | None, port: int | None) -> None:
    """启动网页和接口服务（数据库没有运行时先启动它）。"""
    settings = Settings.from_environment()
    with closing(_listen(host or settings.host, settings.port if port is None else port)) as door:
        engine = open_current(settings, _step)
        _greet(engine, settings)
        engine.dispose()
        _serve(door, settings)


@click.command()
@_host
@_port
def up(host: str | None, port: int | None) -> None:
    """一步启动：数据库、示例数据、第一次扫描、网页。

    再次运行只需几秒：已有的内容一概不动。
    """
    settings = Settings.from_environment()
    with closing(_listen(host or settings.host, settings.port if port is None else port)) as door:
        engine = open_current(settings, _step)
        _fill(engine, settings)
        _greet(engine, settings)
        engine.dispose()
        _serve(door, settings)


def _fill(engine: Engine, settings: Settings) -> None:
    """Load the sample into an empty registry, and scan one that never was scanned."""
    with read(engine) as connection:
        empty, scanned = contents.is_empty(connection), contents.was_scanned(connection)
    reference = tables.load_for(settings)
    profile = tables.load_profile(settings.data, settings.profile)
    if empty:
        _step("载入示例数据（除区划名称、代码外均为虚构）")
        with transaction(engine, person=LOCAL_USER, reason="载入示例数据") as connection:
            sample.load(
                connection,
                data=settings.data,
                reference=reference,
                profile=profile,
                progress=_step,
                identify=partial(digest, settings),
            )
    if not scanned:
        _step("按规则检查登记的全部内容")
        with transaction(engine, person=LOCAL_USER, reason="首次扫描") as connection:
            scanning.scan(
                connection,
                reference=reference,
                profile=profile,
                on=datetime.now(_CHINA).date(),
                person=LOCAL_USER,
                advance=_counter("已检查 {} 个范围"),
            )
            gather_statistics(connection)


def _greet(engine: Engine, settings: Settings) -> None:
    """At the first start make an administrator, and show their one-time password this once."""
    with transaction(engine, person=LOCAL_USER, reason="首次启动") as connection:
        made = accounts.first_administrator(connection, keeper(settings))
        if sample.is_loaded(connection):  # by a version that had no accounts yet
            accounts.add_sample(connection)
    if made is not None:
        say(
            f"★ 管理员账号：{made.login}　一次性密码：{made.secret}\n"
            f"  只显示这一次，{local_time(made.until)} 前有效，第一次登录时须改成您自己的密码。"
            "忘了就用 geo-registry users reset-password 重置。"
        )


def _counter(words: str) -> Callable[[int], None]:
    """Tell at most every two seconds how far a long step has come."""
    done, told = 0, time.monotonic()

    def advance(more: int) -> None:
        nonlocal done, told
        done += more
        if time.monotonic() - told > _PATIENCE_S:
            told = time.monotonic()
            say(f"  … {words.format(done)}")

    return advance


def _step(text: str) -> None:
    say(f"▸ {text}")


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit it. asyncio sets it only where the socket names its protocol; without it
    # the second half of every answer waits 40 ms for the client to acknowledge the first.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except OSError as error:
        door.close()
        taken = error.errno == errno.EADDRINUSE
        reason = "端口已被另一个程序占用" if taken else error.strerror
        raise Unavailable(
            f"不能在 {host} 的端口 {port} 上提供服务：{reason}。",
            advice="请换一个端口，例如 make run PORT=8123。" if taken else "",
        ) from error
    return door


class _Server(uvicorn.Server):
    """A server that tells its address when it is ready for the first visitor."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            say(
                f"✓ 请在浏览器中打开 http://{name}:{port}/ （按 Ctrl+C 停止服务；数据库继续运行，"
                "要停止它，用 geo-registry db stop）"
            )


def _log_refusals() -> None:
    """Let what is refused, and to whom, be read on standard error, where crashes are."""
    shown = logging.StreamHandler()
    shown.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("geo_registry")
    log.setLevel(logging.INFO)
    log.handlers = [shown]
    log.propagate = False


def _serve(door: socket.socket, settings: Settings) -> None:
    _log_refusals()
    config = uvicorn.Config(
        APPLICATION,
        factory=True,
        log_level="warning",
        access_log=False,
        # Nobody's word on where a request comes from is taken but that of proxies named for it.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
    )
    server = _Server(config)
    server.run(sockets=[door])
    if not server.started:
        raise Unavailable("服务没有启动，原因见上面的信息。")
