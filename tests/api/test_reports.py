"""Several candidates and reports over HTTP."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from geo_registry.services.names.report_verifying import verify

VILLAGE = "371002101201"


def _compare(reader: TestClient, names: list[str], **more: object) -> dict:
    asked = {"names": names, "place_class": "road", "at": VILLAGE} | more
    answer = reader.post("/api/v1/name-comparisons", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_candidates_are_ranked_and_each_says_why(reader: TestClient) -> None:
    found = _compare(reader, ["文化路", "國泰路", "金山路"])
    assert found["items"][0]["name"] == "金山路"
    assert found["items"][0]["verdict"] == "通过"
    assert [i["rank"] for i in found["items"]] == [1, 2, 3]
    assert all(i["why"].endswith("。") for i in found["items"])
    assert "金山路" in found["items"][1]["why"]


def test_candidates_that_sound_alike_are_told_of_each_other(reader: TestClient) -> None:
    found = _compare(reader, ["锦绣路", "锦秀路", "东山路"])
    rivals = {i["name"]: [r["name"] for r in i["rivals"]] for i in found["items"]}
    assert rivals == {"锦绣路": ["锦秀路"], "锦秀路": ["锦绣路"], "东山路": []}


def test_every_rule_gives_its_verdict_and_says_what_it_could_not_compare(
    reader: TestClient,
) -> None:
    (item,) = _compare(reader, ["文化路"])["items"]
    by_rule = {r["rule_id"]: r for r in item["rules"]}
    taken = by_rule["pn.uniq.road_village"]
    assert taken["verdict"] == "违反"
    assert {c["name"] for c in taken["conflicts"]} == {"文化路"}
    assert all(c["point"] and c["located_in"] for c in taken["conflicts"])
    assert by_rule["pn.form.generic_missing"]["verdict"] == "通过"
    assert all(r["note"] for r in item["rules"] if r["verdict"] == "未比对")
    assert item["not_compared"] == sum(r["verdict"] == "未比对" for r in item["rules"])
    nowhere = _compare(reader, ["文化路"], at=None)["items"][0]
    unseen = {r["rule_id"] for r in nowhere["rules"] if r["verdict"] == "未比对"}
    assert "pn.uniq.road_village" in unseen


def test_a_name_that_is_none_does_not_stop_the_others(reader: TestClient) -> None:
    found = _compare(reader, ["金山路", "", "路" * 10_000, "金山路", "'; DROP TABLE x; --"])
    assert {u["position"] for u in found["unusable"]} == {2, 3}
    assert "10000 个字" in found["unusable"][1]["message"]
    assert found["notes"] == ["“金山路”写了 2 次，只核对一次。"]
    assert len(found["items"]) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"names": []}, "至少填写一个"),
        ({"names": [f"文化{i}路" for i in range(21)]}, "最多比较 20 个"),
        ({"names": ["文化路"], "place_class": "spaceport"}, "spaceport"),
        ({"names": ["", "\t"]}, "都不能核对"),
        ({"names": ["路" * 10_000]}, "10000 个字"),
        ({"names": ["文化路"], "at": "羊亭\0镇"}, "损坏的字符"),
    ],
)
def test_a_list_that_cannot_be_compared_is_refused_in_words(
    reader: TestClient, body: dict, words: str
) -> None:
    answer = reader.post("/api/v1/name-comparisons", json={"at": VILLAGE} | body)
    assert answer.status_code == 422, answer.text
    assert words in answer.text


@pytest.mark.parametrize("file_format", ["pdf", "docx", "json"])
def test_a_report_comes_as_a_file_and_stays_in_the_register(
    client: TestClient, file_format: str
) -> None:
    asked = {"name": "文化路", "at": VILLAGE, "format": file_format}
    first = client.post("/api/v1/name-reports", json=asked)
    assert first.status_code == 200, first.text
    disposition = first.headers["content-disposition"]
    assert unquote(disposition.rpartition("''")[2]) == f"地名核对报告_文化路_20261123.{file_format}"
    assert verify(first.content).intact
    # Issuing is a change of the registry, but none that a verdict rests on.
    again = client.post("/api/v1/name-reports", json=asked)
    assert again.headers["x-report-sha256"] == first.headers["x-report-sha256"]
    assert again.content == first.content
    sha256 = first.headers["x-report-sha256"]
    entry = client.get(f"/api/v1/name-reports/{sha256}").json()
    assert entry["issued_by"] == "测试审批人员"
    assert entry["content"]["check"]["verdict"] == "违反"
    file = client.get(f"/api/v1/name-reports/{sha256}", params={"format": file_format})
    assert file.content == first.content


def test_an_unknown_report_or_format_is_refused_in_words(client: TestClient) -> None:
    assert "没有签发过" in client.get("/api/v1/name-reports/abc").text
    assert client.get(f"/api/v1/name-reports/{'0' * 64}").status_code == 404
    answer = client.post("/api/v1/name-reports", json={"name": "文化路", "format": "odt"})
    assert answer.status_code == 422
    assert client.post("/api/v1/name-reports", json={"name": ""}).status_code == 422
