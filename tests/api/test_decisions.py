"""Decisions over HTTP: answers to places without a name, one road or two."""

from __future__ import annotations

from fastapi.testclient import TestClient

UNNAMED = "pn.entity.unnamed"


def _unnamed(client: TestClient) -> dict:
    (found,) = client.get("/api/v1/findings", params={"rule": UNNAMED}).json()["items"]
    return found


def test_an_answer_is_shown_with_the_finding_and_can_be_taken_back(client: TestClient) -> None:
    before = _unnamed(client)
    place = before["subjects"][0]["subject"]
    address = f"/api/v1/places/{place}/naming-answer"
    done = client.post(address, json={"answer": "unregistered", "said_name": "后街"})
    assert done.status_code == 201
    assert done.json()["next_step"].startswith("下一步")
    assert done.json()["findings"] == [before["id"]]
    after = _unnamed(client)
    assert (after["id"], after["outcome"]) == (before["id"], "unregistered")
    assert (after["facts"]["answer"], after["facts"]["said_name"]) == ("unregistered", "后街")
    assert "后街" in after["message"]
    assert client.delete(address).json()["findings"] == [before["id"]]
    assert _unnamed(client)["outcome"] == "duty"
    assert client.delete(address).status_code == 404


def test_what_needs_no_name_leaves_the_list(client: TestClient) -> None:
    found = _unnamed(client)
    place = found["subjects"][0]["subject"]
    address = f"/api/v1/places/{place}/naming-answer"
    refused = client.post(address, json={"answer": "not_needed"})
    assert refused.status_code == 422
    assert "理由" in refused.json()["detail"]
    assert client.post(address, json={"answer": "not_needed", "reason": "场院"}).status_code == 201
    assert client.get(f"/api/v1/findings/{found['id']}").json()["state"] == "gone"


def test_roads_are_decided_listed_and_taken_back(client: TestClient) -> None:
    (found,) = client.get("/api/v1/findings", params={"rule": "pn.uniq.road_village"}).json()[
        "items"
    ]
    (pair,) = found["pairs"]
    asked = {"pair": pair, "answer": "one", "reason": "中间被河隔断"}
    done = client.post("/api/v1/road-decisions", json=asked)
    assert done.status_code == 201
    (listed,) = client.get("/api/v1/road-decisions").json()["items"]
    assert (listed["pair"], listed["answer"], listed["by"]) == (pair, "one", "测试审批人员")
    number = done.json()["id"]
    assert client.delete(f"/api/v1/road-decisions/{number}").status_code == 200
    assert client.delete(f"/api/v1/road-decisions/{number}").status_code == 404
    assert client.get("/api/v1/road-decisions").json()["items"] == []


def test_nonsense_gets_an_answer(client: TestClient) -> None:
    def decide(**changed: object) -> int:
        asked = {"pair": ["place:1", "place:2"], "answer": "one", "reason": "x"} | changed
        return client.post("/api/v1/road-decisions", json=asked).status_code

    assert decide(pair=["place:1", "place:99999999"]) == 404
    assert decide(pair=["路", "place:1"]) == 422
    assert decide(answer="three") == 422
    assert decide(reason="") == 422
    assert decide(pair=["place:1"]) == 422
    assert client.delete(f"/api/v1/road-decisions/{10**30}").status_code == 404
    for place in ("0", "😀", "place:" + "9" * 500, "1%27;--"):
        answer = client.post(f"/api/v1/places/{place}/naming-answer", json={"answer": "unclear"})
        assert answer.status_code in {404, 422}, place
