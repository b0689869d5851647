"""What the administrator sees of the installation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine

from geo_registry.domain.people import Role
from geo_registry.services import jobs
from geo_registry.services.desk import Desk
from geo_registry.services.jobs import Job
from geo_registry.store import job_runs
from geo_registry.store.database import SYSTEM, transaction


def _words(_connection: Connection, _desk: Desk) -> str:
    return "好。"


def test_the_state_of_the_system_is_one_page(
    filled: Engine,
    client: TestClient,
    acting_as: Callable[..., TestClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "JOBS", (Job("trial", "试验", "0 2 * * *", _words),))
    with transaction(filled, person=SYSTEM, reason="x") as connection:
        job_runs.fail(connection, "trial", date(2026, 11, 23), "没有期限表。")
    seen = acting_as(Role.ADMINISTRATOR).get("/api/v1/system").json()
    assert seen["database"]["postgis"]
    assert seen["database"]["bytes"] > 0
    assert seen["disk"]["free"] > 0
    assert seen["migration"] >= "0014"
    assert int(seen["history"]["anchor"].partition(":")[0]) > 1
    assert seen["attention"][0] == "定时任务“试验”在 2026-11-23 没有完成：没有期限表。"
    (item,) = client.get("/api/v1/jobs").json()["items"]
    assert (item["last"]["state_title"], item["last_done"]) == ("没有完成", None)
    assert item["next_at"].endswith("02:00:00+08:00")
