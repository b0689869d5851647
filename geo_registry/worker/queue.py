"""The queue (procrastinate, in the schema ``jobs``): wakes a worker when something is due.

The clock ticks every few minutes and at the start: what is due and has not run is put into the
queue, so runs that were missed are caught up by the same path. The queue may deliver twice; that
a job runs once is the doing of :mod:`geo_registry.worker.running`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from sqlalchemy import Engine

from geo_registry.services.jobs import job
from geo_registry.worker import running
from geo_registry.worker.running import Workplace

SCHEMA = "jobs"
TICK = "*/5 * * * *"
_STALLED_S = 600.0
_log = logging.getLogger("geo_registry.worker")


def queue(place: Workplace) -> App:
    """The queue with its two tasks; open it with ``async with app.open_async()``."""
    app = App(connector=PsycopgConnector(**_connection(place.engine)))

    @app.task(name="run", pass_context=False)
    async def run(name: str, day: str) -> None:
        await asyncio.to_thread(running.run, place, job(name), date.fromisoformat(day))

    @app.periodic(cron=TICK)
    @app.task(name="tick", queueing_lock="tick")
    async def tick(timestamp: int) -> None:
        for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_S):
            await app.job_manager.finish_job(stalled, Status.FAILED, delete_job=True)
        for each, day in await asyncio.to_thread(running.due, place):
            with contextlib.suppress(AlreadyEnqueued):
                await app.configure_task("run", queueing_lock=f"{each.name}:{day}").defer_async(
                    name=each.name, day=day.isoformat()
                )

    return app


async def work(app: App, *, wait: bool = True) -> None:
    """Work until cancelled, or (without ``wait``) until nothing is left; starts with a tick."""
    with contextlib.suppress(AlreadyEnqueued):
        await app.configure_task("tick", queueing_lock="tick").defer_async(
            timestamp=int(time.time())
        )
    await app.run_worker_async(
        wait=wait,
        concurrency=1,
        delete_jobs="always",
        install_signal_handlers=False,
        shutdown_graceful_timeout=5.0,
        name="geo-registry",
    )


@asynccontextmanager
async def working(place: Workplace) -> AsyncIterator[None]:
    """Work in the background while the block lasts; a worker that dies is logged, not hidden."""
    app = queue(place)
    async with app.open_async():
        task = asyncio.create_task(work(app), name="geo-registry-worker")
        task.add_done_callback(_complain)
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("the worker stopped", exc_info=task.exception())


def _connection(engine: Engine) -> dict[str, Any]:
    _, connect = engine.dialect.create_connect_args(engine.url)
    connect.pop("context", None)
    options = f"{connect.pop('options', '')} -c search_path={SCHEMA}".strip()
    return {"kwargs": {**connect, "options": options}, "min_size": 1, "max_size": 4}
