"""Undo over HTTP: one's own last decision, where nobody built on it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from geo_registry.domain.people import Role

URL = "/api/v1/undo"
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


def listed(client: TestClient) -> list[tuple[int, str]]:
    return [(i["revision"], i["title"]) for i in client.get(URL).json()["items"]]


def unnamed(client: TestClient) -> dict:
    (found,) = client.get("/api/v1/findings", params={"rule": "pn.entity.unnamed"}).json()["items"]
    return found


def test_a_waiver_is_undone_and_redone(client: TestClient) -> None:
    found = unnamed(client)
    address = f"/api/v1/findings/{found['id']}"
    made = client.post(f"{address}/waivers", json={"reason": "暂缓"})
    assert made.status_code == 201, made.text
    assert client.get(address).json()["state"] == "waived"
    ((revision, title),) = listed(client)
    assert title == "豁免"
    assert client.post(f"{URL}/{revision}").json()["undone"] == ["豁免"]
    assert client.get(address).json()["state"] == "open"
    # a double click
    again = client.post(f"{URL}/{revision}")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    # undoing the undoing lets it hold again
    ((back, words),) = listed(client)
    assert words == "撤回豁免"
    assert client.post(f"{URL}/{back}").status_code == 200
    assert client.get(address).json()["state"] == "waived"


def test_undoing_a_second_answer_brings_the_first_back(client: TestClient) -> None:
    place = unnamed(client)["subjects"][0]["subject"]
    address = f"/api/v1/places/{place}/naming-answer"
    client.post(address, json={"answer": "unregistered", "said_name": "后街"})
    client.post(address, json={"answer": "unregistered", "said_name": "前街"})
    assert unnamed(client)["facts"]["said_name"] == "前街"
    (newest, *_) = listed(client)
    assert client.post(f"{URL}/{newest[0]}").status_code == 200
    assert unnamed(client)["facts"]["said_name"] == "后街"


def test_an_attachment_is_undone(client: TestClient) -> None:
    asked = {"subject": "place:1", "file_name": "一.jpg", "kind": "photo"}
    assert client.post("/api/v1/attachments", params=asked, content=JPEG).status_code == 201
    ((revision, _),) = listed(client)
    assert client.post(f"{URL}/{revision}").json()["undone"] == ["附件"]
    assert client.get("/api/v1/attachments", params={"subject": "place:1"}).json()["items"] == []


def test_what_another_did_or_built_on_or_what_has_no_way_back_is_refused(
    client: TestClient, acting_as: Callable[..., TestClient]
) -> None:
    place = unnamed(client)["subjects"][0]["subject"]
    address = f"/api/v1/places/{place}/naming-answer"
    client.post(address, json={"answer": "unclear"})
    ((revision, _),) = listed(client)
    clerk = acting_as(Role.CLERK)
    refused = clerk.post(f"{URL}/{revision}")
    assert refused.status_code == 422
    assert "只能撤销自己的操作" in refused.json()["detail"]
    clerk.post(address, json={"answer": "unregistered", "said_name": "后街"})
    assert listed(client) == []
    built_on = client.post(f"{URL}/{revision}")
    assert built_on.status_code == 409
    assert "又有人改过" in built_on.json()["detail"]
    assert unnamed(client)["facts"]["said_name"] == "后街"
    level = {"subject": "place:1", "level": "internal", "reason": "试"}
    client.put("/api/v1/secrecy", json=level)
    top = client.get("/api/v1/history/head").json()["revision"]
    no_way = client.post(f"{URL}/{top}")
    assert no_way.status_code == 422
    assert "不能撤销" in no_way.json()["detail"]
    assert client.post(f"{URL}/99999").status_code == 404
