"""``geo-registry jobs`` and ``worker``: what runs by the clock, and running it."""

from __future__ import annotations

import asyncio
import logging
import signal
from datetime import UTC, datetime
from typing import Any

import click

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import open_current, open_engine, registry_to_read
from geo_registry.services import jobs as services
from geo_registry.settings import Settings
from geo_registry.worker import queue, running


@click.group("jobs")
def jobs() -> None:
    """定时任务：夜间检查、期限、回头看、豁免到期。"""


@jobs.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """列出定时任务：什么时候运行、上次结果、下次时间。"""
    with registry_to_read() as connection:
        found = services.listed(connection, datetime.now(UTC))
    shown({"items": found}, [line for one in found for line in _lines(one)], as_json=as_json)


@jobs.command("run")
@click.argument("name", metavar="任务")
@click.option("--day", type=DAY, metavar="DATE", help="为哪一天运行，默认今天。")
@json_option
def run(name: str, day: datetime | None, *, as_json: bool) -> None:
    """现在就运行一个任务；同一天已经运行过的，不会再运行。"""
    settings = Settings.from_environment()
    job = services.job(name)
    engine = open_engine(settings)
    on = day_of(day) or today()
    try:
        words = running.run(running.Workplace.of(settings, engine), job, on)
    finally:
        engine.dispose()
    document = {"job": name, "day": on.isoformat(), "ran": words is not None, "words": words}
    done = f"{job.title}（{on}）：{words}" if words else f"{job.title}在 {on} 已经运行过。"
    shown(document, [done], as_json=as_json)


@click.command("worker")
def worker() -> None:
    """单独运行定时任务的进程（服务端设 GEO_REGISTRY_WORKER=separate 时用）。"""
    settings = Settings.from_environment()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    engine = open_current(settings, say)
    place = running.Workplace.of(settings, engine)
    say("✓ 定时任务进程已启动（按 Ctrl+C 停止）。")
    try:
        asyncio.run(_until_stopped(place))
    finally:
        engine.dispose()


async def _until_stopped(place: running.Workplace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with queue.working(place):
        await stop.wait()


def _lines(one: dict[str, Any]) -> list[str]:
    last = one["last"]
    result = f"{last['day']} {last['state_title']}：{last['words']}" if last else "还没有运行过。"
    when = f"{one['next_at']:%Y-%m-%d %H:%M}"
    return [f"{one['name']}  {one['title']}（下次 {when}）", f"    {result}"]
