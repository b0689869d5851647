"""Plots, burials and capacity over HTTP: masked, paged, and nothing of a person in an address."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from geo_registry.domain.burial import check_digit
from geo_registry.domain.people import Role
from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.plots import PlotRow, insert_plots

TOWN = "371002101"
SITE = "/api/v1/cemeteries/1"
FIRST = "37100218000101001"
NUMBER = FIRST + check_digit(FIRST)


@pytest.fixture
def plots(filled: Engine) -> list[int]:
    with transaction(filled, person=LOCAL_USER, reason="登记") as connection:
        rows = [
            PlotRow(1, "1号", "ash_single", status="sold", holder_name="张小三"),
            PlotRow(1, "2号", "ash_double"),
            PlotRow(1, "3号", "ash_single"),
        ]
        return insert_plots(connection, rows)


def test_lists_are_masked_but_for_those_who_answer_for_the_town(
    client: TestClient, acting_as: Callable[..., TestClient], plots: list[int]
) -> None:
    page = client.get(f"{SITE}/plots").json()
    assert [p["holder"] for p in page["items"]] == ["张*三", "", ""]
    assert page["masked"] is True
    asked = {"unmask": True}
    whole = acting_as(Role.CLERK, towns=[TOWN]).get(f"{SITE}/plots", params=asked).json()
    assert [p["holder"] for p in whole["items"]] == ["张小三", "", ""]
    for other in (acting_as(Role.ANALYST), acting_as(Role.ADMINISTRATOR)):
        for path in ("plots", "burials"):
            refused = other.get(f"{SITE}/{path}", params=asked)
            assert refused.status_code == 403
            assert refused.json()["advice"] == "可以由登记员、审批人员办理。"


def test_plots_come_in_pages_and_by_status(client: TestClient, plots: list[int]) -> None:
    first = client.get(f"{SITE}/plots", params={"limit": 2}).json()
    rest = client.get(f"{SITE}/plots", params={"after": first["next"]}).json()
    assert [p["id"] for p in first["items"] + rest["items"]] == plots
    assert rest["next"] is None
    free = client.get(f"{SITE}/plots", params={"status": "free"}).json()["items"]
    assert [p["number"] for p in free] == ["2号", "3号"]
    assert client.get(f"{SITE}/plots", params={"status": "haunted"}).status_code == 422
    assert client.get("/api/v1/cemeteries/999/plots").status_code == 404
    assert client.get("/api/v1/cemeteries/99999999999999999999/plots").status_code in {404, 422}


def test_a_burial_is_registered_listed_and_moved(
    client: TestClient, plots: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    asked = {"name": "王二小", "id_number": NUMBER, "plot_id": plots[1], "buried_on": "2024-05-01"}
    made = client.post(f"{SITE}/burials", json=asked)
    assert made.status_code == 201
    (item,) = client.get(f"{SITE}/burials").json()["items"]
    assert (item["name"], item["plot"], item["id_tail"]) == ("王*小", "2号", None)
    again = client.post(f"{SITE}/burials", json=asked)
    assert again.status_code == 409
    wrong = client.post(f"{SITE}/burials", json={**asked, "id_number": FIRST + "?"})
    assert wrong.status_code == 422
    moved = client.post(f"/api/v1/burials/{item['id']}/move", json={"reason": "迁往外地"})
    assert moved.json() == {"id": item["id"], "plot": plots[1]}
    assert client.get(f"{SITE}/burials").json()["items"] == []
    assert len(client.get(f"{SITE}/burials", params={"ended": True}).json()["items"]) == 1
    feed = client.get("/api/v1/changes", params={"limit": 10_000}).text
    for told in (made.text, again.text, wrong.text, feed, caplog.text):
        assert "王二小" not in told
        assert json.dumps("王二小")[1:-1] not in told
        assert FIRST not in told


def test_acts_on_plots(client: TestClient, plots: list[int]) -> None:
    path = f"/api/v1/plots/{plots[2]}"
    given = client.post(f"{path}/assign", json={"holder_name": "李四", "term_years": 20})
    assert given.json()["status_title"] == "已分配"
    asked = {"years": 10, "term_end": given.json()["term_end"]}
    assert client.post(f"{path}/extend", json=asked).json()["term_end"] == "2056-11-22"
    assert "2056-11-22" in client.post(f"{path}/extend", json=asked).json()["detail"]
    assert client.post(f"{path}/assign", json={"holder_name": "李四"}).status_code == 422
    assert client.post(f"{path}/release").json()["status"] == "free"
    assert client.post(f"{path}/close").json()["status"] == "closed"
    assert client.post(f"{path}/explode").status_code == 422
    assert client.post("/api/v1/plots/0/close").status_code == 404


def test_capacity_is_told_with_what_it_rests_on(client: TestClient, plots: list[int]) -> None:
    found = client.get(f"{SITE}/capacity").json()
    assert found["free"] == 2
    assert found["free_lasts"] is None
    assert found["assumptions"]
    assert found["notes"]


def test_a_finding_about_plots_names_them(client: TestClient, filled: Engine) -> None:
    with transaction(filled, person=LOCAL_USER, reason="登记") as connection:
        (one,) = insert_plots(
            connection, [PlotRow(1, "9号", "ash_single", area_m2=3.0, holder_name="张小三")]
        )
    found = client.get(f"/api/v1/subjects/plot:{one}").json()
    assert found["title"] == "示例公墓一9号"
    assert "张小三" not in json.dumps(found, ensure_ascii=False)
