"""Jobs by the clock: once a day whoever tries, caught up when missed, failures undone and told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import procrastinate.schema
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, text

from geo_registry.api.app import create_app
from geo_registry.domain.errors import NotFound, Refused
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services import jobs as services
from geo_registry.services.desk import Desk, Shelf
from geo_registry.services.findings.waiving import waive
from geo_registry.services.jobs import JOBS, MOST_ATTEMPTS, Job
from geo_registry.settings import Settings
from geo_registry.store import job_runs
from geo_registry.store.database import LOCAL_USER, create_engine, read, transaction
from geo_registry.store.places import insert_places
from geo_registry.store.rows import PlaceRow
from geo_registry.worker import queue, running
from geo_registry.worker.running import Workplace

DAY = date(2026, 11, 23)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def place(engine: Engine, reference: Reference, profile: Profile, tmp_path: Path) -> Workplace:
    return Workplace(engine, reference, profile, Shelf(tmp_path))


def adding(name: str = "adds", *, seconds: float = 0.0) -> Job:
    """A job that leaves a trace each time it runs."""

    def run(connection: Connection, desk: Desk) -> str:
        time.sleep(seconds)
        insert_places(connection, [PlaceRow("facility")])
        return f"{desk.on} 加了一个"

    return Job(name, "试验", "0 2 * * *", run)


def failing(error: Exception) -> Job:
    def run(connection: Connection, desk: Desk) -> str:
        insert_places(connection, [PlaceRow("facility")])
        raise error

    return Job("fails", "试验", "0 2 * * *", run)


def traces(engine: Engine) -> int:
    with read(engine) as connection:
        return connection.execute(text("SELECT count(*) FROM registry.place")).scalar_one()


def state(engine: Engine, name: str, day: date = DAY) -> tuple[str, int, str]:
    with read(engine) as connection:
        found = job_runs.run_of(connection, name, day)
    assert found
    return found.state, found.attempts, found.words


def at_once(*acts: Callable[[], object]) -> list[object]:
    gate, results = threading.Barrier(len(acts)), []

    def start(act: Callable[[], object]) -> None:
        gate.wait()
        results.append(act())

    threads = [threading.Thread(target=start, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_a_job_runs_once_for_a_day_though_two_workers_try_at_once(
    place: Workplace, database: str
) -> None:
    other = Workplace(create_engine(database), place.reference, place.profile, place.shelf)
    job = adding(seconds=0.5)
    results = at_once(
        lambda: running.run(place, job, DAY),
        lambda: running.run(other, job, DAY),
        lambda: running.run(other, job, DAY),
    )
    other.engine.dispose()
    assert sorted(map(str, results)) == [f"{DAY} 加了一个", "None", "None"]
    assert traces(place.engine) == 1
    assert state(place.engine, "adds") == ("done", 1, f"{DAY} 加了一个")


def test_the_next_day_it_runs_again(place: Workplace) -> None:
    job = adding()
    assert running.run(place, job, DAY)
    assert running.run(place, job, DAY) is None
    assert running.run(place, job, DAY + timedelta(days=1))
    assert traces(place.engine) == 2


def test_a_failure_leaves_nothing_but_its_reason_and_may_be_tried_again(place: Workplace) -> None:
    with pytest.raises(Refused):
        running.run(place, failing(Refused("没有期限表。")), DAY)
    assert state(place.engine, "fails") == ("failed", 1, "没有期限表。")
    with pytest.raises(ZeroDivisionError):
        running.run(place, failing(ZeroDivisionError("secret path")), DAY)
    assert state(place.engine, "fails") == (
        "failed",
        2,
        "程序出错：ZeroDivisionError，详情见日志。",
    )
    assert traces(place.engine) == 0
    assert running.run(place, adding("fails"), DAY)
    assert state(place.engine, "fails")[:2] == ("done", 3)


def names_due(place: Workplace, now: datetime) -> set[tuple[str, date]]:
    return {(job.name, day) for job, day in running.due(place, now)}


def test_missed_runs_are_due_until_they_ran_and_a_new_registry_owes_nothing(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "JOBS", (adding("a"), adding("b"), failing(Refused("不行。"))))
    with read(place.engine) as connection:
        began = job_runs.began_at(connection)
    assert names_due(place, began) == set()
    # 2026-12-04 01:00 in China: the run of the 4th is not due yet, that of the 3rd was missed
    now = datetime(2026, 12, 3, 17, tzinfo=UTC)
    missed = date(2026, 12, 3)
    assert names_due(place, now) == {("a", missed), ("b", missed), ("fails", missed)}
    assert running.run(place, services.job("a"), missed)
    for _ in range(MOST_ATTEMPTS):
        assert ("fails", missed) in names_due(place, now)
        with pytest.raises(Refused):
            running.run(place, services.job("fails"), missed)
    assert names_due(place, now) == {("b", missed)}
    tomorrow = now + timedelta(hours=1)
    assert {day for _, day in names_due(place, tomorrow)} == {date(2026, 12, 4)}


def test_the_moment_itself_is_due() -> None:
    job = adding()
    two = datetime(2026, 12, 4, 2, tzinfo=services.CHINA)
    assert job.due_at(two) == two
    assert job.due_at(two - timedelta(seconds=1)) == two - timedelta(days=1)
    assert job.next_at(two) == two + timedelta(days=1)


def test_two_workers_of_the_queue_catch_up_once(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "JOBS", (adding("a", seconds=0.2), adding("b", seconds=0.2)))
    monkeypatch.setattr(job_runs, "began_at", lambda _: LONG_AGO)

    async def both() -> None:
        apps = [queue.queue(place), queue.queue(place)]
        async with apps[0].open_async(), apps[1].open_async():
            await asyncio.gather(*(queue.work(app, wait=False) for app in apps))
            await asyncio.gather(*(queue.work(app, wait=False) for app in apps))

    # In a thread of its own: a browser test of the same run may have left its loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, both()).result()
    assert traces(place.engine) == 2
    with read(place.engine) as connection:
        runs = job_runs.last_runs(connection, done=True)
        left = connection.execute(text("SELECT count(*) FROM jobs.procrastinate_jobs")).scalar_one()
    assert {name: run.attempts for name, run in runs.items()} == {"a": 1, "b": 1}
    assert left == 0


def test_the_service_catches_up_when_it_starts_and_stops_cleanly(
    place: Workplace, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "JOBS", (adding("a"),))
    monkeypatch.setattr(job_runs, "began_at", lambda _: LONG_AGO)
    settings = Settings(tmp_path, None, 0, "127.0.0.1", data, tmp_path, worker="inside")
    with TestClient(create_app(settings, place.engine)):
        done = None
        for _ in range(100):
            with read(place.engine) as connection:
                done = job_runs.last_runs(connection, done=True).get("a")
            if done:
                break
            time.sleep(0.1)
    assert done
    assert traces(place.engine) == 1


def test_the_schema_of_the_queue_is_the_one_that_the_library_ships() -> None:
    kept = "geo_registry/store/migrations/sql/0014_procrastinate_3_10.sql"
    path = Path(__file__).resolve().parents[2] / kept
    assert path.read_text("utf-8") == procrastinate.schema.SchemaManager.get_schema()


def test_every_job_of_the_product_runs_and_says_what_came_of_it(
    sample_engine: Engine, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    place = Workplace(sample_engine, reference, profile, Shelf(tmp_path))
    assert len({job.name for job in JOBS}) == len(JOBS)
    for job in JOBS:
        words = running.run(place, job, DAY)
        assert words
        assert words.endswith("。")
        assert job.due_at(datetime.now(UTC)) < datetime.now(UTC)


def test_a_waiver_that_ran_out_is_written_down_in_the_night(
    sample_engine: Engine, reference: Reference, profile: Profile, tmp_path: Path
) -> None:
    with transaction(sample_engine, person=LOCAL_USER, reason="豁免") as connection:
        number = connection.execute(
            text("SELECT min(id) FROM registry.finding WHERE state = 'open'")
        ).scalar_one()
        waive(connection, number, reason="暂缓", expires_on=DAY, on=DAY, person=LOCAL_USER)
    place = Workplace(sample_engine, reference, profile, Shelf(tmp_path))
    waivers = services.job("waivers")
    assert running.run(place, waivers, DAY) == "没有到期的豁免。"
    words = running.run(place, waivers, DAY + timedelta(days=1))
    assert words == "1 个问题的豁免到期，重新列为待处理。"
    with read(sample_engine) as connection:
        row = connection.execute(
            text("SELECT state, waived_until FROM registry.finding WHERE id = :id"), {"id": number}
        ).one()
    assert tuple(row) == ("open", None)


def test_an_unknown_job_is_told_which_there_are() -> None:
    with pytest.raises(NotFound, match="没有“walk”"):
        services.job("walk")
