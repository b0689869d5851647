"""Undo over HTTP: one's own last decision, where nobody built on it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_registry.domain.people import Role
from geo_registry.store.database import LOCAL_USER, transaction

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


def test_what_would_be_refused_is_not_offered(
    client: TestClient, acting_as: Callable[..., TestClient]
) -> None:
    """Answered anew, not theirs any more, or out of their sight."""
    clerk = acting_as(Role.CLERK, towns=["371002101"])
    service = client.app.state.service  # type: ignore[attr-defined]
    place = unnamed(client)["subjects"][0]["subject"]
    address = f"/api/v1/places/{place}/naming-answer"
    clerk.post(address, json={"answer": "unclear"})
    clerk.delete(address)
    ((revision, title), *_) = listed(clerk)
    assert title == "撤回有地无名的答复"
    client.post(address, json={"answer": "unregistered", "said_name": "后街"})
    assert listed(clerk) == []
    anew = clerk.post(f"{URL}/{revision}")
    assert (anew.status_code, "新的决定" in anew.json()["detail"]) == (409, True)
    # Moved to another town, a person undoes nothing in the old one.
    asked = {"subject": place, "file_name": "一.jpg", "kind": "photo"}
    assert clerk.post("/api/v1/attachments", params=asked, content=JPEG).status_code == 201
    ((revision, title),) = listed(clerk)
    own = clerk.get("/api/v1/session").json()["person"]["login"]
    chief = acting_as(Role.ADMINISTRATOR)
    for towns, offered, status in ((["371002103"], 0, 403), (["371002101"], 1, None)):
        with transaction(service.engine, person=LOCAL_USER, reason="换镇") as connection:
            connection.execute(
                text("UPDATE registry.account SET towns = :towns WHERE login = :login"),
                {"towns": towns, "login": own},
            )
        assert len(listed(clerk)) == offered
        if status:
            assert clerk.post(f"{URL}/{revision}").status_code == status
    assert chief.get(URL).status_code == 403
    # What has become secret is not there to be undone.
    level = {"subject": place, "level": "secret", "reason": "试"}
    assert client.put("/api/v1/secrecy", json=level).status_code == 200
    assert listed(clerk) == []
    assert clerk.post(f"{URL}/{revision}").status_code == 404


def test_evidence_and_papers_are_not_taken_from_under_what_rests_on_them(
    client: TestClient,
) -> None:
    case = client.post(
        "/api/v1/cases", json={"title": "举报", "reason": "来电", "cemetery": 1}
    ).json()
    asked = {"subject": f"case:{case['id']}", "file_name": "一.jpg", "kind": "photo"}
    photo = client.post("/api/v1/attachments", params=asked, content=JPEG).json()
    ((revision, _),) = listed(client)
    step = {"act": "accept", "version": 1, "reason": "受理", "attachments": [photo["id"]]}
    done = client.post(f"/api/v1/cases/{case['id']}/steps", json=step)
    assert done.status_code == 201, done.text
    assert listed(client) == []
    for refused in (
        client.post(f"{URL}/{revision}"),
        client.delete(f"/api/v1/attachments/{photo['id']}"),
    ):
        assert refused.status_code == 422
        assert "案件第 2 步的材料，不能撤回" in refused.json()["detail"]
