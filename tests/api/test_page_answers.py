"""What the pages of naming, history and people ask for beside the acts themselves."""

from __future__ import annotations

from fastapi.testclient import TestClient

from geo_registry.domain.people import Role


def test_words_of_forms_and_the_latest_history(client: TestClient) -> None:
    words = client.get("/api/v1/proposals/words").json()
    assert {s["key"] for s in words["states"] if s["closed"]} == {
        "published", "refused", "withdrawn",
    }  # fmt: skip
    assert "标准名称" in words["announced"]
    tables = {t["key"]: t["title"] for t in client.get("/api/v1/history/tables").json()["items"]}
    assert tables["place_name"] == "名称"
    page = client.get("/api/v1/history/latest", params={"table": "place_name", "limit": 2}).json()
    assert [e["table"] for e in page["items"]] == ["place_name"] * 2
    older = client.get("/api/v1/history/latest", params={"below": page["next"]}).json()
    assert all(e["position"] < page["next"] for e in older["items"])
    assert client.get("/api/v1/history/latest", params={"table": "pg_class"}).status_code == 422


def test_permissions_are_shown_by_role(client: TestClient) -> None:
    table = client.get("/api/v1/permissions").json()
    assert [r["role"] for r in table["roles"]] == [r.value for r in Role]
    decide = next(a for a in table["acts"] if a["key"] == "naming.decide")
    assert (decide["reach"]["clerk"], decide["reach"]["approver"]) == ("none", "towns")
