"""Checking names, searching, subjects, and the change feed over HTTP."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text


def _check(reader: TestClient, name: str, **more: object) -> dict:
    asked = {"name": name, "place_class": "road", "at": "371002101201"} | more
    answer = reader.post("/api/v1/name-checks", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_name_that_is_taken_in_the_village_is_refused_with_its_rivals(reader: TestClient) -> None:
    found = _check(reader, "文化路")
    assert found["verdict"] == "违反"
    first = found["findings"][0]
    assert first["rule_id"] == "pn.uniq.road_village"
    assert "candidate" in first["subjects"]
    assert "羊亭镇示例村委会" in first["message"]
    assert found["toponym"]["romanized"] == "Wénhuà Lù"
    assert found["compared"]["text"] == (
        "比对范围：示例村委会全部 3 条道路、羊亭镇全部 3 条道路，含曾用名。"
    )


def test_a_free_name_passes(reader: TestClient) -> None:
    found = _check(reader, "金山路")
    assert (found["verdict"], found["findings"]) == ("通过", [])


@pytest.mark.parametrize("at", ["羊亭镇", "示例村", "示例村委会", "371002101", "place:1"])
def test_the_location_may_be_a_name_a_code_or_a_subject(reader: TestClient, at: str) -> None:
    assert _check(reader, "文化路", at=at)["verdict"] != "通过"


def test_a_point_finds_its_village(reader: TestClient) -> None:
    assert _check(reader, "文化路", at=None, point=[122.105, 37.41])["verdict"] == "违反"


def test_an_unknown_place_or_class_says_what_to_do(reader: TestClient) -> None:
    for more, status, words in (
        ({"at": "999999999"}, 404, "统计用区划代码"),
        ({"at": "无此镇"}, 404, "无此镇"),
        ({"place_class": "spaceport"}, 422, "spaceport"),
        ({"at": None, "point": [37.4, 122.1]}, 422, "颠倒"),
    ):
        answer = reader.post(
            "/api/v1/name-checks",
            json={"name": "文化路", "place_class": "road", "at": "371002101"} | more,
        )
        assert answer.status_code == status, answer.text
        assert words in answer.text


def test_a_name_of_ten_thousand_characters_gets_a_clear_answer(reader: TestClient) -> None:
    answer = reader.post("/api/v1/name-checks", json={"name": "路" * 10_000, "at": "371002101"})
    assert answer.status_code == 422
    assert "10000 个字" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE registry.place; --", "文化路' OR '1'='1", "%", "\\", ":name", "{0}路"]
)
def test_sql_and_format_marks_in_a_name_are_harmless(
    reader: TestClient, read_only: Engine, name: str
) -> None:
    _check(reader, name)
    assert reader.get("/api/v1/search", params={"q": name}).status_code == 200
    assert reader.get("/api/v1/findings", params={"q": name}).status_code == 200
    with read_only.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM registry.place")) == 4


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("和平", "和平巷"), ("hepingxiang", "和平巷"), ("heping", "和平巷"), ("hpx", "和平巷"),
        ("平巷", "和平巷"), ("371002101201", "示例村委会"), ("羊亭", "羊亭镇"),
        ("示例公墓", "示例公墓一"),
    ],
)  # fmt: skip
def test_search_knows_names_pinyin_initials_and_codes(
    reader: TestClient, q: str, title: str
) -> None:
    items = reader.get("/api/v1/search", params={"q": q}).json()["items"]
    assert title in [i["title"] for i in items]
    assert all(i["point"] for i in items if i["kind"] == "road")


def test_a_road_tells_its_names_shape_and_findings(reader: TestClient) -> None:
    (hit,) = reader.get("/api/v1/search", params={"q": "和平巷"}).json()["items"]
    road = reader.get(f"/api/v1/subjects/{hit['subject']}").json()
    assert road["title"] == "和平巷"
    assert road["geometry"]["type"] == "MultiLineString"
    assert road["names"][0]["reading"] == "hé píng xiàng"
    assert {"key": "measured_m", "title": "长度", "value": 900.0, "unit": "米"} in road[
        "attributes"
    ]
    told = {a["title"]: a.get("words") for a in road["attributes"]}
    assert told["所在镇街"] == "羊亭镇（371002101）"
    assert "来源文件" not in told, "the sample is a sample; the name of its file says nothing"


def test_a_cemetery_tells_its_approvals_and_surveys(reader: TestClient) -> None:
    site = reader.get("/api/v1/subjects/cemetery:1").json()
    assert site["approvals"][0]["effect_title"] == "批准"
    assert site["surveys"][0]["method_letter"] == "R"
    assert site["surveys"][0]["area_m2"] > site["approvals"][0]["area_m2"] > 9000


def test_a_committee_seat_and_a_town_are_subjects_too(reader: TestClient) -> None:
    for subject, title in (("division:nbs:371002101", "羊亭镇"),
                           ("division:nbs:371002101201", "示例村委会")):  # fmt: skip
        assert reader.get(f"/api/v1/subjects/{subject}").json()["title"] == title


def test_the_change_feed_gives_each_change_once_page_by_page(reader: TestClient) -> None:
    whole = reader.get("/api/v1/changes").json()
    assert whole["revision"] == whole["changes"][-1]["revision"]
    assert whole["next"] is None
    assert {c["person"] for c in whole["changes"]} <= {"本机用户", "系统"}
    segment = next(c for c in whole["changes"] if c["table_name"] == "segment")
    assert segment["op"] == "insert"
    assert segment["after"]["geom"]["type"] == "LineString"
    pages, more = [], {"since": 0}
    while more:
        page = reader.get("/api/v1/changes", params={"limit": 7} | more).json()
        pages += page["changes"]
        more = page["next"]
    assert pages == whole["changes"]
    later = reader.get("/api/v1/changes", params={"since": whole["revision"]}).json()
    assert later["changes"] == []
