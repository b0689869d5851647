"""Eco-burials, subsidies, fees over HTTP: masked, typed, and nothing of a person in an address."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from geo_registry.domain.burial import check_digit
from geo_registry.domain.people import Role

API = "/api/v1"
FIRST = "37100218000101001"
NUMBER = FIRST + check_digit(FIRST)
BURIAL = {
    "kind": "海葬", "name": "王二小", "id_number": NUMBER, "died_on": "2024-04-20",
    "hukou_code": "371002101201", "buried_on": "2024-05-01", "place": "示例海域",
    "confirmed_by": "示例殡仪馆",
}  # fmt: skip


def _made(client: TestClient, path: str, asked: dict[str, Any]) -> Any:
    answer = client.post(f"{API}{path}", json=asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_subsidy_goes_its_way(
    client: TestClient,
    acting_as: Callable[..., TestClient],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    burial = _made(client, "/eco-burials", BURIAL)
    assert burial["kind_title"] == "海葬"
    assert client.post(f"{API}/eco-burials", json=BURIAL).status_code == 409
    asked = {"eco_burial_id": burial["id"], "name": "李三小", "applied_on": "2024-05-06"}
    made = _made(client, "/subsidies", asked)
    assert (made["state"], made["doubts"]) == ("applied", [])
    path = f"{API}/subsidies/{made['id']}"
    early = client.post(f"{path}/pay", json={"voucher": "V-1"})
    assert early.status_code in {409, 422, 403}
    assert "可以办理" in early.text
    clerk = acting_as(Role.CLERK)
    for who, act, more in (
        (clerk, "check", {}),
        (client, "approve", {}),
        (clerk, "pay", {"voucher": "V-1"}),
    ):
        done = who.post(f"{path}/{act}", json={"on": "2024-12-20", **more})
        assert done.status_code == 200, done.text
    assert client.post(f"{path}/pay", json={"voucher": "V-2"}).status_code == 409
    assert client.post(f"{path}/steal", json={}).status_code in {404, 405}
    one = client.get(path).json()
    assert (one["name"], one["applicant"], one["id_tail"]) == ("王*小", "李*小", None)
    assert float(one["amount_yuan"]) == 800
    whole = clerk.get(path, params={"unmask": True}).json()
    assert (whole["name"], whole["applicant"], whole["id_tail"]) == (
        "王二小",
        "李三小",
        NUMBER[-4:],
    )
    elsewhere = acting_as(Role.CLERK, towns=["371002105"])
    assert elsewhere.get(path, params={"unmask": True}).status_code == 403
    assert elsewhere.post(f"{path}/pay", json={"voucher": "V-2"}).status_code == 403
    (listed,) = client.get(f"{API}/subsidies", params={"year": 2024}).json()["items"]
    assert listed["id"] == made["id"]
    (year,) = client.get(f"{API}/subsidies/totals").json()["items"]
    assert (year["year"], year["families"], float(year["yuan"])) == (2024, 1, 800)
    feed = client.get(f"{API}/changes", params={"limit": 10_000}).text
    for told in (feed, caplog.text, json.dumps(one, ensure_ascii=False)):
        for secret in ("王二小", "李三小", FIRST):
            assert secret not in told
            assert json.dumps(secret)[1:-1] not in told


def test_eco_burials_are_listed_and_voided(client: TestClient) -> None:
    made = _made(client, "/eco-burials", BURIAL)
    path = f"{API}/eco-burials/{made['id']}/void"
    assert client.post(path, json={"reason": "重复"}).status_code == 204
    assert client.post(path, json={"reason": "重复"}).status_code == 409
    assert client.get(f"{API}/eco-burials").json()["items"] == []
    every = client.get(f"{API}/eco-burials", params={"voided": True}).json()
    assert [i["voided_why"] for i in every["items"]] == ["重复"]
    assert every["masked"] is True


def test_bad_questions_get_an_answer(client: TestClient) -> None:
    for path, asked, status in (
        ("/eco-burials", {**BURIAL, "kind": "天葬"}, 422),
        ("/eco-burials", {**BURIAL, "id_number": FIRST + "?"}, 422),
        ("/eco-burials", {**BURIAL, "cemetery_id": 999}, 404),
        ("/subsidies", {"eco_burial_id": 999, "name": "李三小"}, 404),
        ("/subsidies/999/pay", {}, 404),
        ("/fee-lists", {"title": "清单", "valid_from": "2024-01-01", "items": []}, 422),
        ("/charges", {"cemetery_id": 999, "amount_yuan": "1", "item_title": "刻字"}, 404),
        ("/charges", {"cemetery_id": 1, "amount_yuan": "-1", "item_title": "刻字"}, 422),
        ("/charges/999/cancel", {"reason": "x"}, 404),
        ("/cemeteries/999/marks", {}, 404),
    ):
        answer = client.post(f"{API}{path}", json=asked)
        assert answer.status_code == status, (path, answer.text)
        assert "王二小" not in answer.text
        assert FIRST not in answer.text
    assert client.get(f"{API}/subsidies", params={"state": "haunted"}).status_code == 422
    assert client.get(f"{API}/subsidies/999").status_code == 404


def test_charges_are_checked_against_the_list(client: TestClient) -> None:
    item = {"code": "A01", "title": "格位", "price_type": "gov_guided", "ceiling_yuan": "2000"}
    fees = {
        "title": "清单", "valid_from": "2024-01-01", "cemetery_id": 1, "items": [item],
    }  # fmt: skip
    number = _made(client, "/fee-lists", fees)["id"]
    asked = {"cemetery_id": 1, "amount_yuan": "2600", "item_code": "A01",
             "charged_on": "2024-05-06", "invoice": "P-1"}  # fmt: skip
    made = _made(client, "/charges", asked)
    assert [f[:2] for f in made["faults"]] == ["超过", "所依"]
    assert client.post(f"{API}/charges", json=asked).status_code == 409
    posted = client.post(f"{API}/fee-lists/{number}/post", json={"on": "2024-01-01"})
    assert posted.status_code == 204
    (listed,) = client.get(f"{API}/charges", params={"faulty": True}).json()["items"]
    assert len(listed["faults"]) == 1
    cancelled = client.post(f"{API}/charges/{made['id']}/cancel", json={"reason": "已退还"})
    assert cancelled.status_code == 204
    assert client.get(f"{API}/charges").json()["items"] == []
    ended = client.post(f"{API}/fee-lists/{number}/end", json={"on": "2025-01-01"})
    assert ended.status_code == 204
    assert client.get(f"{API}/fee-lists", params={"on": "2025-01-01"}).json()["items"] == []
    assert len(client.get(f"{API}/fee-lists").json()["items"]) == 1


def test_a_cemetery_becomes_a_pilot(client: TestClient) -> None:
    path = f"{API}/cemeteries/1/marks"
    made = _made(
        client, "/cemeteries/1/marks", {"since": "2024-04-01", "number": "示例〔2024〕1号"}
    )
    assert [(m["title"], m["borne"]) for m in made["items"]] == [("生态安葬试点", True)]
    assert client.post(path, json={}).status_code == 409
    ended = client.post(f"{path}/end", json={"until": "2025-01-01"}).json()
    assert [m["borne"] for m in ended["items"]] == [False]
    assert client.get(path).json() == ended
