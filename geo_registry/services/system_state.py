"""The state of this installation, as its administrator wants to see it on one page."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import TYPE_CHECKING, Any

from geo_registry import __version__
from geo_registry.services import jobs
from geo_registry.services.accountability import history
from geo_registry.services.accountability.anchors import read_anchors
from geo_registry.store.system import database_state

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.settings import Settings

LOW_DISK_BYTES = 5 << 30


def state(connection: Connection, settings: Settings, now: datetime) -> dict[str, Any]:
    """Version, database, disk, jobs and the head of history, with what needs attention in words."""
    database = database_state(connection)
    usage = shutil.disk_usage(settings.home if settings.home.is_dir() else "/")
    runs = jobs.listed(connection, now)
    anchors = read_anchors(settings.home)
    return {
        "version": __version__,
        "migration": database["migration"],
        "profile": settings.profile,
        "database": {
            **{k: database[k] for k in ("postgresql", "postgis", "name", "bytes", "started_at")},
            "own_cluster": settings.database_url is None,
        },
        "disk": {"total": usage.total, "free": usage.free},
        "worker": settings.worker,
        "attachment_bytes": settings.attachment_bytes,
        "jobs": runs,
        "history": {
            "anchor": str(history.head(connection)),
            "last_written": str(anchors[-1]) if anchors else None,
        },
        "attention": _attention(usage.free, runs),
    }


def _attention(free: int, runs: list[dict[str, Any]]) -> list[str]:
    found = [
        f"定时任务“{r['title']}”在 {r['last']['day']} 没有完成：{r['last']['words']}"
        for r in runs
        if r["last"] and r["last"]["state"] == "failed"
    ]
    if free < LOW_DISK_BYTES:
        found.append(f"数据目录所在磁盘只剩 {free / 2**30:.1f} GB，请清理或扩容。")
    return found
