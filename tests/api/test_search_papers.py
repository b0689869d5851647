"""Search by the number of a paper or a case: what it is about, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, text

from geo_registry.domain.people import Role
from geo_registry.store.database import LOCAL_USER, transaction

NUMBER = "威民〔2010〕5号"
CLOSED = "威民密〔2011〕7号"


def _paper(connection: Connection, number: str, secrecy: str) -> int:
    made = connection.scalar(
        text(
            "INSERT INTO registry.document (title, number, secrecy) "
            "VALUES ('批复', :number, :secrecy) RETURNING id"
        ),
        {"number": number, "secrecy": secrecy},
    )
    return int(made or 0)


@pytest.fixture
def papers(filled: Engine) -> None:
    """An approval and a name rest on a paper each; that of the name is secret."""
    with transaction(filled, person=LOCAL_USER, reason="文号") as connection:
        public, closed = _paper(connection, NUMBER, "public"), _paper(connection, CLOSED, "secret")
        connection.execute(text("UPDATE registry.approval SET document_id = :d"), {"d": public})
        connection.execute(
            text("UPDATE registry.place_name SET document_id = :d WHERE full_name = '和平巷'"),
            {"d": closed},
        )


def _found(client: TestClient, q: str) -> list[tuple[str, str]]:
    answer = client.get("/api/v1/search", params={"q": q})
    assert answer.status_code == 200, answer.text
    return [(hit["title"], hit["subtitle"].rpartition(" · ")[2]) for hit in answer.json()["items"]]


@pytest.mark.parametrize(
    "q", [NUMBER, "威民[2010]5号", "威民（2010）5号", "威民 〔2010〕 5号", "〔2010〕5", "2010"]
)
@pytest.mark.usefixtures("papers")
def test_a_number_leads_to_what_the_paper_is_about(q: str, client: TestClient) -> None:
    assert _found(client, q) == [("示例公墓一", f"批文 {NUMBER}")]


@pytest.mark.usefixtures("papers")
def test_what_is_no_such_number_finds_nothing(client: TestClient) -> None:
    for q in ("威民〔2010〕6号", "威民〔2010〕%号", "〔2012〕", "号", "_民〔2010〕5号"):
        assert _found(client, q) == [], q


@pytest.mark.usefixtures("papers")
def test_a_closed_paper_leads_nobody_who_may_not_see_it(
    client: TestClient, acting_as: Callable[..., TestClient]
) -> None:
    assert _found(client, CLOSED) == [("和平巷", f"批文 {CLOSED}")]
    assert _found(acting_as(Role.CLERK), CLOSED) == []


def test_a_case_is_found_by_those_who_may_read_cases(
    client: TestClient, guest: TestClient, acting_as: Callable[..., TestClient]
) -> None:
    asked = {"title": "举报", "matter": "other", "cemetery": 1, "reason": "来电"}
    made = client.post("/api/v1/cases", json=asked).json()
    number = made["number"]
    service = client.app.state.service  # type: ignore[attr-defined]
    opened = replace(service, settings=replace(service.settings, open_reading="always"))
    client.app.state.service = opened  # type: ignore[attr-defined]
    for visitor, sees in (
        (client, True),
        (acting_as(Role.INSPECTOR), True),
        (acting_as(Role.VOLUNTEER), False),
        (acting_as(Role.ADMINISTRATOR), False),
        (guest, False),
    ):
        for q in (number, "举报"):
            items = visitor.get("/api/v1/search", params={"q": q}).json()["items"]
            found = [(h["subject"], h["kind"], h["title"]) for h in items]
            assert found == ([(f"case:{made['id']}", "case", made["title"])] if sees else []), q


def test_a_case_without_a_cemetery_is_found(client: TestClient) -> None:
    """It has no other thing under which it could be found."""
    town = client.get("/api/v1/district").json()["towns"][0]["code"]
    asked = {"title": "山后私建坟", "matter": "other", "town": town, "reason": "巡山看到"}
    made = client.post("/api/v1/cases", json=asked)
    assert made.status_code == 201, made.text
    (hit,) = client.get("/api/v1/search", params={"q": "后私建"}).json()["items"]
    assert (hit["subject"], hit["kind"]) == (f"case:{made.json()['id']}", "case")
    assert hit["subtitle"].startswith(f"{made.json()['number']} · 线索")
    assert client.get("/api/v1/search", params={"q": "%"}).json()["items"] == []
