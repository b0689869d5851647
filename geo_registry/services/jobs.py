"""Jobs that run by the clock: what, when, and which of them are due.

A job is a function of a connection and a desk that does everything that is due on the desk's day
and says in one Chinese sentence what came of it. It runs once a day at most, in one transaction.
To add one, write the function in the service that it belongs to and a line in :data:`JOBS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from croniter import croniter

from geo_registry.domain.errors import NotFound
from geo_registry.services.accountability import history
from geo_registry.services.accountability.anchors import read_anchors, write_anchor
from geo_registry.services.cases import case_clocks
from geo_registry.services.findings import scanning, waiving
from geo_registry.services.reports import deadlines
from geo_registry.store import job_runs

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk

CHINA = ZoneInfo("Asia/Shanghai")
_COUNTS = ("found", "new", "gone")
MOST_ATTEMPTS = 3
"""A run that failed so often is left to people; the next day it is tried anew."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its key, title, time (cron, in China, at most once a day), and what it does."""

    name: str
    title: str
    cron: str
    run: Callable[[Connection, Desk], str]

    def due_at(self, now: datetime) -> datetime:
        """The last moment up to ``now`` at which the job was to run, in China."""
        local = now.astimezone(CHINA)
        # One microsecond on, because the moment itself counts.
        found: datetime = croniter(self.cron, local.replace(microsecond=1)).get_prev(datetime)
        return found

    def next_at(self, now: datetime) -> datetime:
        """The next moment after ``now`` at which it is to run, in China."""
        found: datetime = croniter(self.cron, now.astimezone(CHINA)).get_next(datetime)
        return found


def _scan(connection: Connection, desk: Desk) -> str:
    done = scanning.scan(
        connection,
        reference=desk.reference,
        profile=desk.profile,
        on=desk.on,
        person=desk.person,
    )
    found, new, gone = (sum(r[key] for r in done.by_rule.values()) for key in _COUNTS)
    return f"检查了全部内容：{found:,} 个问题，新增 {new:,} 个，消失 {gone:,} 个。"


def _waivers(connection: Connection, desk: Desk) -> str:
    ended = waiving.expire(connection, desk.on)
    return f"{len(ended)} 个问题的豁免到期，重新列为待处理。" if ended else "没有到期的豁免。"


def _history(connection: Connection, desk: Desk) -> str:
    kept = read_anchors(desk.shelf.home) if desk.shelf else ()
    found = history.verify(connection, anchors=kept, tables=False)
    if not found.holds:
        first = found.faults[0].message
        return (
            f"历史核验发现 {len(found.faults)} 处问题：{first}请运行 geo-registry history verify。"
        )
    if desk.shelf:
        write_anchor(desk.shelf.home, found.anchor, datetime.now(UTC))
    return f"核验了 {found.transactions:,} 次变更，没有发现改写；锚点已记下。"


JOBS: tuple[Job, ...] = (
    Job("waivers", "豁免到期", "10 0 * * *", _waivers),
    Job("cases", "案件逾期", "20 0 * * *", case_clocks.mark_overdue),
    Job("scan", "夜间检查", "0 2 * * *", _scan),
    Job("deadlines", "限期提醒", "50 5 * * *", deadlines.remind),
    Job("look_backs", "回头看和督办提醒", "0 6 * * *", case_clocks.remind),
    Job("history", "历史核验", "30 3 * * *", _history),
)


def job(name: str) -> Job:
    """The job of a key; :class:`NotFound` lists those that there are."""
    for each in JOBS:
        if each.name == name:
            return each
    known = "、".join(f"{each.name}（{each.title}）" for each in JOBS)
    raise NotFound(f"没有“{name[:40]}”这个定时任务。", advice=f"现有：{known}。")


def pending(connection: Connection, now: datetime) -> Iterator[tuple[Job, date]]:
    """The jobs whose last moment has passed without a run, with the day they are to run for.

    Days on which the service stood still are not made up one by one: a job does all that is due.
    Nothing is due that was to run before the registry was made.
    """
    began = job_runs.began_at(connection)
    for each in JOBS:
        due = each.due_at(now)
        if due < began:
            continue
        run = job_runs.run_of(connection, each.name, due.date())
        if run is None or (run.state != "done" and run.attempts < MOST_ATTEMPTS):
            yield each, due.date()


def listed(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Every job with its time, its last run and its last success."""
    last = job_runs.last_runs(connection, done=False)
    good = job_runs.last_runs(connection, done=True)
    return [
        {
            "name": each.name,
            "title": each.title,
            "cron": each.cron,
            "next_at": each.next_at(now),
            "last": _run(last, each.name),
            "last_done": _run(good, each.name),
        }
        for each in JOBS
    ]


RUN_STATES: Mapping[str, str] = {"running": "正在运行", "done": "完成", "failed": "没有完成"}


def _run(runs: Mapping[str, job_runs.JobRun], name: str) -> dict[str, Any] | None:
    run = runs.get(name)
    if run is None:
        return None
    return {
        "day": run.day,
        "state": run.state,
        "state_title": RUN_STATES[run.state],
        "attempts": run.attempts,
        "words": run.words,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }
