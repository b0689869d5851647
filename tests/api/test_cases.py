"""Cases over HTTP: opened, worked, refused with the reason, and papers as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from geo_registry.domain.people import Role

CASES = "/api/v1/cases"


@pytest.fixture
def cemetery(filled: Engine) -> int:
    with filled.connect() as connection:
        return int(connection.scalar(text("SELECT min(id) FROM registry.cemetery")) or 0)


def _open(client: TestClient, cemetery: int, **more: Any) -> dict[str, Any]:
    asked = {"title": "村民举报", "matter": "other", "cemetery": cemetery, "reason": "来电", **more}
    answer = client.post(CASES, json=asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_case_is_opened_worked_and_found_again(client: TestClient, cemetery: int) -> None:
    made = _open(client, cemetery)
    assert (made["state_title"], made["number"], made["version"]) == ("线索", "2026-0001", 1)
    assert [p["act"] for p in made["possible"]] == ["accept", "merge", "note"]
    url = f"{CASES}/{made['id']}"
    step = {"act": "accept", "version": 1, "reason": "受理", "priority": 1}
    done = client.post(f"{url}/steps", json=step)
    assert done.status_code == 201, done.text
    assert (done.json()["state"], done.json()["priority"]) == ("triaged", 1)
    late = client.post(f"{url}/steps", json=step)
    assert late.status_code == 409
    assert late.json()["current"]["state_title"] == "已受理"
    assert late.json()["code"] == "stale"
    page = client.get(CASES, params={"state": "triaged", "q": "举报"}).json()
    assert "items" in page, page
    assert [c["id"] for c in page["items"]] == [made["id"]]
    board = client.get(f"{CASES}/board").json()
    assert board["live"] == page["total"] == 1
    assert client.get(f"{CASES}/due").json() == {"escalate": [], "look_back": [], "tasks": []}


def test_a_case_is_pressing_in_the_days_before_its_day(client: TestClient, cemetery: int) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    days = service.reference.case_terms.near_days
    made = _open(client, cemetery)
    due = date.fromisoformat(made["due_on"])
    for left, near in ((days + 1, False), (days, True), (0, True), (-1, False)):
        client.app.state.service = replace(service, today=lambda left=left: due - timedelta(left))  # type: ignore[attr-defined]
        row = client.get(CASES).json()["items"][0]
        assert (row["days_left"], row["near"]) == (left, near)


def test_what_is_out_of_order_or_unknown_is_said(client: TestClient, cemetery: int) -> None:
    made = _open(client, cemetery)
    url = f"{CASES}/{made['id']}"
    wrong = {"act": "close", "version": 1, "reason": "x"}
    answer = client.post(f"{url}/decisions", json=wrong)
    assert answer.status_code == 422
    assert "不能办“同意销号”" in answer.json()["detail"]
    # A decision cannot be slipped in as a step of the work.
    assert client.post(f"{url}/steps", json=wrong).status_code == 422
    assert client.post(f"{url}/steps", json={**wrong, "act": "fly"}).status_code == 422
    assert client.get(f"{CASES}/99").status_code == 404
    assert client.get(f"{CASES}/{10**30}").status_code in {404, 422}
    unknown = {"title": "x", "reason": "y", "cemetery": 99}
    assert client.post(CASES, json=unknown).status_code == 404
    assert client.get(url).json()["version"] == 1


def test_a_case_of_a_finding_is_opened_once(client: TestClient) -> None:
    items = client.get("/api/v1/findings", params={"rule": "cm.bound.exceeds_approved"}).json()
    finding = items["items"][0]
    made = client.post(CASES, json={"finding": finding["id"], "reason": "测量确认"}).json()
    assert made["claim"]["depth_m"] > 1.0
    assert made["finding"] == finding["id"]
    assert made["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    again = client.post(CASES, json={"finding": finding["id"], "reason": "再来"})
    assert again.status_code == 409
    found = client.get(CASES, params={"finding": finding["fingerprint"]}).json()
    assert [c["id"] for c in found["items"]] == [made["id"]]


def test_departments_and_papers(client: TestClient, cemetery: int) -> None:
    made = _open(client, cemetery)
    url, number = f"{CASES}/{made['id']}", made["version"]
    task = client.post(f"{url}/tasks", json={"department": "forestry", "asked": "核实林地"})
    assert task.status_code == 201, task.text
    path = f"/api/v1/case-tasks/{task.json()['id']}"
    assert client.post(f"{path}/reply", json={"words": "属公益林"}).json()["state"] == "done"
    assert client.delete(path).status_code == 409
    for step in (
        {"act": "accept", "reason": "受理"},
        {"act": "assign", "reason": "核查", "inspector": 2},
        {"act": "visit", "reason": "现场看到新挖墓穴 3 个", "present": "村书记"},
    ):
        client.post(f"{url}/steps", json={**step, "version": number})
        number += 1
    kind = {"kind": "现场检查笔录"}
    draft = client.post(f"{url}/notices/draft", json=kind).json()
    assert draft["fields"]["在场人员"] == "村书记"
    issued = client.post(f"{url}/notices", json=kind)
    assert issued.status_code == 201, issued.text
    for file_format, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        file = client.get(
            f"/api/v1/case-notices/{issued.json()['id']}", params={"format": file_format}
        )
        assert file.content.startswith(start)
    shown = client.get(url).json()
    assert [n["kind"] for n in shown["notices"]] == ["现场检查笔录"]
    assert [p["department_title"] for p in shown["parties"]] == ["林业"]


def test_a_round_is_planned_and_recorded(client: TestClient) -> None:
    rounds = "/api/v1/inspection-rounds"
    asked = {"title": "清明前排查", "begins_on": "2026-11-01", "ends_on": "2026-12-01"}
    made = client.post(rounds, json=asked)
    assert made.status_code == 201, made.text
    stop = made.json()["items"][0]
    assert (stop["sendable"], stop["recordable"]) == (True, True)
    path = f"/api/v1/inspection-stops/{stop['id']}"
    assert client.post(f"{path}/inspector", json={"inspector": 2}).status_code == 200
    lead = {"outcome": "lead", "note": "北侧新建墓穴"}
    done = client.post(f"{path}/outcome", json=lead)
    assert done.status_code == 200, done.text
    assert done.json()["case_id"] is not None
    assert (done.json()["sendable"], done.json()["recordable"]) == (False, False)
    assert client.post(f"{path}/outcome", json=lead).status_code == 409
    shown = client.get(f"{rounds}/{made.json()['id']}").json()
    assert shown["leads"] == 1
    assert client.get(rounds).json()["items"][0]["share"] == shown["share"]
    ended = client.post(f"{rounds}/{made.json()['id']}/end")
    assert ended.status_code == 200
    assert not any(s["sendable"] or s["recordable"] for s in ended.json()["items"])
    assert client.post(f"{rounds}/{made.json()['id']}/end").status_code == 409


def test_an_inspector_proposes_and_an_approver_closes(
    client: TestClient, acting_as: Callable[..., TestClient], cemetery: int
) -> None:
    made = _open(client, cemetery)
    url = f"{CASES}/{made['id']}"
    inspector = acting_as(Role.INSPECTOR)
    steps: list[tuple[TestClient, str, dict[str, Any]]] = [
        (inspector, "steps", {"act": "accept"}),
        (inspector, "steps", {"act": "assign", "inspector": 2}),
        (inspector, "steps", {"act": "visit"}),
        (client, "decisions", {"act": "substantiate", "statement": "未提出"}),
    ]
    for version, (who, kind, step) in enumerate(steps, start=1):
        answer = who.post(f"{url}/{kind}", json={**step, "version": version, "reason": "办理"})
        assert answer.status_code == 201, answer.text
    closing = {"act": "propose_closure", "closure": "unenforceable", "basis": "某条（虚构）"}
    closing |= {"version": 5, "reason": "客观上不能"}
    close = {"act": "close", "version": 6, "reason": "同意"}
    assert inspector.post(f"{url}/steps", json=closing).status_code == 201
    assert inspector.post(f"{url}/decisions", json=close).status_code == 403
    done = client.post(f"{url}/decisions", json=close)
    assert done.status_code == 201, done.text
    assert done.json()["state"] == "closed"
    assert len({s["by"] for s in done.json()["steps"][-2:]}) == 2
