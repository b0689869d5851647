"""Figures, ledgers and reports over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
from fastapi.testclient import TestClient

from geo_registry.domain.people import Role


def test_the_figures_are_those_of_the_first_page(client: TestClient) -> None:
    found = {f["id"]: f for f in client.get("/api/v1/figures").json()["figures"]}
    counts = client.get("/api/v1/district").json()["counts"]
    assert counts == {name: found[name]["value"] for name in counts}
    assert all(f["definition"] and f["unit"] for f in found.values())


def test_an_activity_is_entered_counted_and_cancelled(client: TestClient) -> None:
    asked = {"title": "讲老村名", "held_on": "2026-10-18", "participants": 35}
    number = client.post("/api/v1/activities", json=asked).json()["id"]
    again = client.post("/api/v1/activities", json=asked)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")

    def counted() -> tuple[int, int]:
        found = {f["id"]: f["value"] for f in client.get("/api/v1/figures").json()["figures"]}
        return found["activities"], found["participants"]

    assert counted() == (1, 35)
    assert client.get("/api/v1/activities").json()["participants"] == 35
    why = {"reason": "登记错了"}
    assert client.post(f"/api/v1/activities/{number}/cancel", json=why).status_code == 200
    assert counted() == (0, 0)
    assert client.post(f"/api/v1/activities/{number}/cancel", json=why).status_code == 404


def test_a_clerk_of_a_town_keeps_the_ledger_of_that_town(
    acting_as: Callable[..., TestClient],
) -> None:
    clerk = acting_as(Role.CLERK, towns=["371002101"])
    team = {"name": "乡音队", "members": 12, "founded_on": "2025-03-01"}
    assert clerk.post("/api/v1/teams", json=team).status_code == 403
    own = clerk.post("/api/v1/teams", json=team | {"town_code": "371002101"})
    assert own.status_code == 201, own.text
    ended = clerk.post(f"/api/v1/teams/{own.json()['id']}/end", json={"on": "2026-01-01"})
    assert ended.status_code == 200
    responsible = {"division_code": "371002101201", "name": "王主任", "on": "2026-01-01"}
    assert clerk.post("/api/v1/responsible", json=responsible).status_code == 201
    owners = {r["owner"] for r in clerk.get("/api/v1/ledger").json()["items"]}
    assert "王主任" in owners


def test_the_report_of_a_year_comes_in_three_formats(client: TestClient) -> None:
    docx = client.get("/api/v1/period-reports/2026.docx")
    pdf = client.get("/api/v1/period-reports/2026-10.pdf")
    book = client.get("/api/v1/period-reports/2026.xlsx")
    assert (docx.content[:2], pdf.content[:4]) == (b"PK", b"%PDF")
    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["指标"]
    rows = {r[1]: r[2] for r in sheet.iter_rows(values_only=True)}
    counts = client.get("/api/v1/district").json()["counts"]
    assert rows["待处理问题"] == counts["findings_open"]
    assert client.get("/api/v1/period-reports/2026.odt").status_code == 422
    assert client.get("/api/v1/period-reports/昨天.pdf").status_code == 422
