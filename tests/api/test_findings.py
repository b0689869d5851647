"""Findings over HTTP: pages, counts, waivers, and what happens when a commit fails."""

from __future__ import annotations

from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

ROADS = "pn.uniq.road_village"


def _the_duplicate(client: TestClient) -> dict:
    (found,) = client.get("/api/v1/findings", params={"rule": ROADS}).json()["items"]
    return found


def test_a_finding_says_what_where_why_and_by_which_article(reader: TestClient) -> None:
    found = _the_duplicate(reader)
    assert "文化路" in found["message"]
    assert found["scope"] == {"kind": "village", "code": "371002101201", "name": "示例村委会"}
    assert [s["name"] for s in found["subjects"]] == ["文化路", "文化路"]
    assert all(s["located_in"].startswith("羊亭镇") and s["point"] for s in found["subjects"])
    assert found["basis"][0]["text"]
    assert found["bbox"]
    assert found["point"]
    assert reader.get(f"/api/v1/findings/{found['id']}").json() == found


def test_pages_follow_each_other_without_gap_or_repeat(reader: TestClient) -> None:
    everything = reader.get("/api/v1/findings").json()
    seen, after = [], None
    while True:
        params = {"limit": 1} | ({"after": after} if after else {})
        page = reader.get("/api/v1/findings", params=params).json()
        seen += [f["id"] for f in page["items"]]
        assert page["total"] == everything["total"]
        after = page["next"]
        if after is None:
            break
    assert seen == [f["id"] for f in everything["items"]]
    assert len(seen) == everything["total"] > 1


def test_counts_agree_with_the_list(reader: TestClient) -> None:
    summary = reader.get("/api/v1/findings/summary").json()
    total = reader.get("/api/v1/findings").json()["total"]
    assert sum(r["open"] for r in summary["by_rule"]) == total
    assert sum(summary["by_severity"].values()) == total
    assert summary["by_town"][0]["name"] == "羊亭镇"
    town = reader.get("/api/v1/findings", params={"town": "371002101"}).json()
    assert town["total"] == summary["by_town"][0]["open"]
    assert reader.get("/api/v1/district").json()["counts"]["findings_open"] == total


def test_a_waiver_can_be_given_and_withdrawn(client: TestClient) -> None:
    found = _the_duplicate(client)
    path = f"/api/v1/findings/{found['id']}/waivers"
    answer = client.post(path, json={"reason": "约定加方位词", "expires_on": "2026-12-31"})
    assert answer.status_code == 201
    assert answer.json()["state"] == "waived"
    (waiver,) = answer.json()["waivers"]
    assert waiver["reason"] == "约定加方位词"
    assert waiver["by"] == "测试审批人员"
    assert client.get("/api/v1/findings", params={"rule": ROADS}).json()["total"] == 0
    back = client.delete(f"/api/v1/waivers/{waiver['id']}")
    assert back.status_code == 200
    assert back.json()["state"] == "open"
    again = client.delete(f"/api/v1/waivers/{waiver['id']}")
    assert again.status_code == 404


def test_a_waiver_without_reason_or_for_another_pair_is_refused(client: TestClient) -> None:
    path = f"/api/v1/findings/{_the_duplicate(client)['id']}/waivers"
    assert "理由" in client.post(path, json={"reason": " "}).json()["detail"]
    wrong = client.post(path, json={"reason": "x", "pairs": [["place:1", "place:99"]]})
    assert wrong.status_code == 422
    assert "place:99" in wrong.json()["detail"]
    past = client.post(path, json={"reason": "x", "expires_on": "2020-01-01"})
    assert "已经过去" in past.json()["detail"]


def test_nobody_is_told_201_for_a_commit_that_failed(client: TestClient, filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(text(
            "CREATE FUNCTION registry.fail() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
        ))  # fmt: skip
        connection.execute(text(
            "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON registry.waiver "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry.fail()"
        ))  # fmt: skip
    found = _the_duplicate(client)
    answer = client.post(f"/api/v1/findings/{found['id']}/waivers", json={"reason": "理由"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "编号" in answer.json()["detail"]
    assert "disk full" not in answer.text
    assert "INSERT" not in answer.text
    assert _the_duplicate(client)["state"] == "open"


def test_unknown_findings_and_bad_parameters_are_problem_documents(reader: TestClient) -> None:
    for path, status in (
        ("/api/v1/findings/999999", 404),
        ("/api/v1/findings/99999999999999999999999", 404),
        ("/api/v1/findings?limit=0", 422),
        ("/api/v1/findings?limit=100000", 422),
        ("/api/v1/findings?after=1.2", 422),
        ("/api/v1/findings?severity=terrible", 422),
        ("/api/v1/nothing", 404),
        ("/api/v1/subjects/place:999999", 404),
        ("/api/v1/subjects/unicorn:1", 404),
        ("/api/v1/rules/pn.none", 404),
        ("/tiles/unicorns/1/0/0", 404),
        ("/tiles/roads/2/9/0", 422),
    ):
        answer = reader.get(path)
        assert (path, answer.status_code) == (path, status)
        assert answer.headers["content-type"] == "application/problem+json", path
        assert {"type", "title", "status", "detail", "code"} <= answer.json().keys(), path


def test_a_double_click_on_a_waiver_is_one_waiver(client: TestClient) -> None:
    asked = {"reason": "两条路相距很远，村民都分得清"}
    (first, *_) = client.get("/api/v1/findings?state=open").json()["items"]
    address = f"/api/v1/findings/{first['id']}/waivers"
    for _ in range(2):
        assert client.post(address, json=asked).status_code == 201
    engine = client.app.state.service.engine  # type: ignore[attr-defined]
    with engine.connect() as connection:
        pairs, rows = connection.execute(
            text("SELECT count(DISTINCT pair), count(*) FROM registry.waiver")
        ).one()
    assert pairs == rows > 0


def test_an_act_that_is_none_is_answered_in_chinese(client: TestClient) -> None:
    answer = client.post("/api/v1/cases/1/steps", json={"act": "erase", "version": 1})
    assert answer.status_code == 422
    assert "没有“erase”，可用：accept、" in answer.json()["detail"]
    assert client.post("/api/v1/cases/1/steps", json={}).json()["detail"] == "body：缺少 'act'"
    answer = client.put("/api/v1/findings/1", json={})
    assert answer.json()["detail"] == "/api/v1/findings/1 不支持 PUT。"
