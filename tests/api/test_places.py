"""Places over HTTP: permanent ids, what it was called when, decisions, stories."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from fastapi.testclient import TestClient

DECISION: dict[str, Any] = {
    "authority": "威海市环翠区民政局",
    "effective_on": "2026-11-23",
    "number": "威环民〔2026〕12号",
    "dated_on": "2026-11-20",
}


def _post(client: TestClient, path: str, body: dict[str, Any], status: int = 201) -> Any:
    answer = client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_place_is_found_by_its_permanent_id(client: TestClient) -> None:
    first = client.get("/api/v1/places/place:3").json()
    assert first["called"] == ["和平巷"]
    by_id = client.get(f"/api/v1/places/{first['permanent_id']}").json()
    assert by_id["subject"] == "place:3"
    hits = client.get("/api/v1/search", params={"q": first["permanent_id"]}).json()["items"]
    assert [h["subject"] for h in hits] == ["place:3"]
    for wrong in (str(uuid.uuid4()), "place:999999", "nonsense", "place:" + "9" * 40):
        answer = client.get(f"/api/v1/places/{wrong}")
        assert answer.status_code == 404, wrong
        assert "没有" in answer.json()["detail"]


def test_a_name_goes_from_proposal_to_history(client: TestClient) -> None:
    proposed = _post(client, "/places/place:4/proposals", {"name": "海燕路", "reason": "新路"})
    approved = _post(client, f"/place-names/{proposed['name_id']}/approval", DECISION)
    assert approved["place"]["called"] == ["海燕路"]
    again = _post(client, f"/place-names/{proposed['name_id']}/approval", DECISION, 409)
    assert "测试审批人员" in again["detail"]
    later = DECISION | {"effective_on": "2026-12-31", "name": "金沙滩路"}
    renamed = _post(client, "/places/4/renaming", later)
    assert renamed["place"]["called"] == ["海燕路"]
    asked = client.get("/api/v1/places/place:4", params={"on": "2027-01-01"}).json()
    assert asked["called"] == ["金沙滩路"]
    events = client.get("/api/v1/places/place:4/events").json()["items"]
    assert [e["kind"] for e in events] == ["proposed", "named", "renamed"]
    assert events[-1]["summary"] == "“海燕路”更名为“金沙滩路”"
    assert events[1]["document"]["number"] == "威环民〔2026〕12号"
    before = client.get(
        "/api/v1/places/place:4", params={"on": "2027-01-01", "known_on": "2020-01-01"}
    ).json()
    assert before["called"] == []
    subject = client.get("/api/v1/subjects/place:4").json()
    assert subject["title"] == "海燕路"
    assert [e["kind"] for e in subject["events"]] == ["proposed", "named", "renamed"]


def test_a_merged_place_answers_with_its_heir(client: TestClient) -> None:
    gone = client.get("/api/v1/places/place:3").json()
    merged = _post(client, "/places/place:1/mergers", DECISION | {"places": ["place:3"]})
    assert merged["place"]["subject"] == "place:1"
    answer = client.get(f"/api/v1/places/{gone['permanent_id']}").json()
    assert answer["subject"] == "place:1"
    assert answer["merged"]["asked"] == "place:3"
    assert "和平巷" in answer["merged"]["notice"]
    assert "和平巷" in [n["full"] for n in answer["names"]]
    hits = client.get("/api/v1/search", params={"q": gone["permanent_id"]}).json()["items"]
    assert [h["subject"] for h in hits] == ["place:1"]
    refused = _post(client, "/places/place:3/proposals", {"name": "甲路", "reason": "试"}, 422)
    assert "并入" in refused["detail"]


def test_stories_have_a_source_and_are_corrected_not_overwritten(client: TestClient) -> None:
    story = {"kind": "origin", "text": "因近文庙得名", "source": "张村镇志第12页"}
    added = _post(client, "/places/place:1/stories", story)
    corrected = _post(client, f"/stories/{added['id']}/corrections", {"text": "因近文峰塔得名"})
    assert corrected["id"] != added["id"]
    items = client.get("/api/v1/places/place:1/stories").json()["items"]
    assert [(s["text"], s["source"]) for s in items] == [("因近文峰塔得名", "张村镇志第12页")]
    _post(client, f"/stories/{added['id']}/corrections", {"text": "又改"}, 409)
    for bad in ({"source": " "}, {"text": ""}, {"kind": "rumour"}, {"text": "文" * 30_000}):
        _post(client, "/places/place:1/stories", story | bad, 422)


def test_a_new_place_may_come_with_its_proposal(client: TestClient) -> None:
    line = {"type": "LineString", "coordinates": [[122.1, 37.4], [122.11, 37.41]]}
    body = {"name": "银滩路", "reason": "新建", "place_class": "road", "geometry": line}
    made = _post(client, "/places", body)
    assert made["place"]["title"] == "未命名街路巷"
    for bad in ({"type": "Nothing"}, {"type": "LineString", "coordinates": "x"}, {}):
        _post(client, "/places", body | {"geometry": bad}, 422)


@pytest.mark.parametrize("proposal", [0, -1, 2**70, 999_999])
def test_a_proposal_that_is_none_is_not_found(client: TestClient, proposal: int) -> None:
    assert "没有" in _post(client, f"/place-names/{proposal}/approval", DECISION, 404)["detail"]
