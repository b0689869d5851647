"""The page of a rule: Chinese, complete, and the same for every rule."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from geo_registry.rules import catalogue


def test_every_rule_has_a_page_with_reason_law_and_error_rate(client: TestClient) -> None:
    for rule in catalogue().values():
        answer = client.get(f"/rules/{rule.id}")
        assert answer.status_code == 200, rule.id
        assert answer.headers["content-type"].startswith("text/html")
        for part in (rule.title, rule.id, "为什么", "怎么办", "误报"):
            assert part in answer.text, (rule.id, part)
        assert "<script" not in answer.text


@pytest.mark.parametrize("rule_id", ["pn.nothing", "<img src=x onerror=alert(1)>"])
def test_an_unknown_rule_is_answered_with_the_known_ones(client: TestClient, rule_id: str) -> None:
    answer = client.get(f"/rules/{rule_id}")
    assert answer.status_code == 404
    assert "<img src=x" not in answer.text


def test_a_page_shows_the_weight_that_the_confidence_of_the_law_allows(client: TestClient) -> None:
    listed = {r["id"]: r for r in client.get("/api/v1/rules").json()}
    assert catalogue()["pn.code.invalid"].confidence == "B"
    for pair in listed["pn.code.invalid"]["severity"].values():
        assert {"block", "error"}.isdisjoint(pair.values())


def test_the_interface_tells_the_rate_of_false_positives(client: TestClient) -> None:
    listed = {r["id"]: r for r in client.get("/api/v1/rules").json()}
    assert set(listed) == set(catalogue())
    assert "false_positives" in str(listed["pn.uniq.homophone"])
