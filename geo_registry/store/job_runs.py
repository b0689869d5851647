"""Runs of jobs: who may run one for a day, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from geo_registry.store.job_tables import job_run


@dataclass(frozen=True, slots=True)
class JobRun:
    """The run of a job for a day: its state, how often it was tried, what came of it."""

    job: str
    day: date
    state: str
    attempts: int
    words: str
    started_at: datetime
    finished_at: datetime | None


def claim(connection: Connection, job: str, day: date) -> bool:
    """Take the run of a job for a day; False where it is done.

    Holds until the transaction ends: a second worker waits here, and then finds it done. A run
    that failed rolls its claim back, and may be tried again.
    """
    taken = insert(job_run).values(job=job, day=day, state="running")
    again = taken.on_conflict_do_update(
        index_elements=["job", "day"],
        set_={
            "state": "running",
            "attempts": job_run.c.attempts + 1,
            "started_at": func.clock_timestamp(),
            "finished_at": None,
        },
        where=job_run.c.state != "done",
    )
    return connection.execute(again.returning(job_run.c.id)).one_or_none() is not None


def finish(connection: Connection, job: str, day: date, words: str) -> None:
    """Note what came of the run that this transaction holds."""
    connection.execute(
        update(job_run)
        .where(job_run.c.job == job, job_run.c.day == day)
        .values(state="done", words=words, finished_at=func.clock_timestamp())
    )


def fail(connection: Connection, job: str, day: date, words: str) -> None:
    """Note that a run failed and why; a run that somebody finished meanwhile stays done."""
    failed = {"state": "failed", "words": words, "finished_at": func.clock_timestamp()}
    connection.execute(
        insert(job_run)
        .values(job=job, day=day, **failed)
        .on_conflict_do_update(
            index_elements=["job", "day"],
            set_={**failed, "attempts": job_run.c.attempts + 1},
            where=job_run.c.state != "done",
        )
    )


def run_of(connection: Connection, job: str, day: date) -> JobRun | None:
    """The run of a job for a day; None where there was none."""
    row = connection.execute(
        _columns().where(job_run.c.job == job, job_run.c.day == day)
    ).one_or_none()
    return None if row is None else JobRun(*row)


def last_runs(connection: Connection, *, done: bool) -> Mapping[str, JobRun]:
    """The last run of each job, or the last that is done."""
    latest = select(job_run.c.job, func.max(job_run.c.day).label("day")).group_by(job_run.c.job)
    if done:
        latest = latest.where(job_run.c.state == "done")
    of = latest.subquery()
    wanted = _columns().join(of, (of.c.job == job_run.c.job) & (of.c.day == job_run.c.day))
    return {row.job: JobRun(*row) for row in connection.execute(wanted)}


def began_at(connection: Connection) -> datetime:
    """When this registry was made: nothing is due that was to run before."""
    found: datetime = connection.execute(
        text("SELECT coalesce(min(at), now()) FROM registry.change")
    ).scalar_one()
    return found


def _columns() -> Select[Any]:
    j = job_run.c
    return select(j.job, j.day, j.state, j.attempts, j.words, j.started_at, j.finished_at)
