"""Cemeteries over HTTP: the list, one with its boundaries, its time line."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


def test_the_cemeteries_are_listed(reader: TestClient) -> None:
    (site,) = reader.get("/api/v1/cemeteries").json()["items"]
    assert site["name"] == "示例公墓一"
    assert reader.get("/api/v1/cemeteries", params={"type": "columbarium"}).json()["items"] == []
    assert reader.get("/api/v1/cemeteries", params={"type": "pyramid"}).status_code == 422


def test_one_cemetery_comes_with_its_boundaries_and_verdicts(reader: TestClient) -> None:
    site = reader.get("/api/v1/cemeteries/1").json()
    assert site["approvals"][0]["in_force"] is True
    assert site["surveys"][0]["verdict"]["verdict"] == "confirmed"
    assert site["surveys"][0]["geometry"]["type"] == "Polygon"


def test_the_time_line_names_the_strip(reader: TestClient) -> None:
    line = reader.get("/api/v1/cemeteries/1/timeline").json()
    assert line["surveys"][0]["growth"] is None
    assert line["strips"][0]["side"] == "东侧"


@pytest.mark.parametrize("path", ["999", "99999999999999999999", "999/timeline"])
def test_unknown_cemeteries_are_not_found(reader: TestClient, path: str) -> None:
    assert reader.get(f"/api/v1/cemeteries/{path}").status_code in {404, 422}


def test_a_person_determines_and_takes_it_back(client: TestClient) -> None:
    path = "/api/v1/cemeteries/1/determinations"
    asked = {"finding": "cm.bound.exceeds_approved", "outcome": "unlawful", "reason": "现场核实"}
    refused = client.post(path, json=asked)
    assert refused.status_code == 422
    assert "法律依据" in refused.json()["detail"]
    made = client.post(path, json={**asked, "legal_basis": "殡葬管理条例（2026年修订）条款待核"})
    assert made.status_code == 201
    assert made.json()["outcome_title"] == "认定违法"
    number = made.json()["id"]
    shown = client.get("/api/v1/cemeteries/1").json()
    assert shown["determinations"][0]["verdict_sha256"] == shown["findings"][0]["verdict_sha256"]
    back = f"/api/v1/cemeteries/determinations/{number}/withdraw"
    assert client.post(back, json={"reason": "材料有误"}).status_code == 200
    assert client.post(back, json={"reason": "材料有误"}).status_code == 404
    assert client.get(path).json()["items"][0]["in_force"] is False


def test_a_dossier_is_issued_listed_and_handed_out_again(client: TestClient) -> None:
    path = "/api/v1/cemeteries/1/dossier"
    made = client.post(path, json={"format": "docx"})
    assert made.status_code == 200
    sha256 = made.headers["x-report-sha256"]
    assert "filename*=UTF-8''%E5%85%AC%E5%A2%93" in made.headers["content-disposition"]
    assert [d["sha256"] for d in client.get(path).json()["items"]] == [sha256]
    shown = client.get(f"/api/v1/dossiers/{sha256}").json()
    assert shown["worked_out_again"] is True
    assert shown["content"]["results"]["verdict"]["verdict"] == "confirmed"
    again = client.get(f"/api/v1/dossiers/{sha256}", params={"format": "docx"})
    assert again.content == made.content
    layers = client.get(f"/api/v1/dossiers/{sha256}", params={"format": "gpkg"})
    assert layers.content.startswith(b"SQLite format 3")


def test_what_is_no_dossier_is_said_so(client: TestClient) -> None:
    assert client.post("/api/v1/cemeteries/999/dossier", json={}).status_code == 404
    assert client.post("/api/v1/cemeteries/1/dossier", json={"format": "exe"}).status_code == 422
    assert client.get("/api/v1/cemeteries/999/dossier").status_code == 404
    assert client.get(f"/api/v1/dossiers/{'0' * 64}").status_code == 404
