"""History over HTTP."""

from __future__ import annotations

from fastapi.testclient import TestClient

URL = "/api/v1/history"


def test_history_of_a_subject_the_head_and_the_verification(client: TestClient) -> None:
    items = client.get(URL, params={"subject": "place:1"}).json()["items"]
    assert {i["table"] for i in items} >= {"place", "place_name", "segment"}
    assert {i["by"] for i in items} == {"本机用户"}
    head = client.get(f"{URL}/head").json()
    assert head["revision"] > 0
    found = client.get(f"{URL}/verification").json()
    assert (found["holds"], found["faults"], found["anchor"]) == (True, [], head["anchor"])
    assert client.get(URL, params={"subject": "place:999"}).status_code == 404
    assert client.get(URL, params={"subject": "pg_class:1"}).status_code == 422
    assert client.get(f"{URL}/verification", params={"since": 10**9}).status_code == 404
