"""Splits and readings that a person decides, over HTTP and on the command line."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from geo_registry.cli import commands


def _road(engine: Engine) -> tuple[int, int, str]:
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "SELECT id, place_id, full_name FROM registry.place_name "
                "WHERE full_name = '文化路' ORDER BY id LIMIT 1"
            )
        ).one()
        return row.id, row.place_id, row.full_name


def test_a_reading_and_a_split_are_confirmed_over_http(client: TestClient, filled: Engine) -> None:
    name_id, place_id, _ = _road(filled)
    url = f"/api/v1/places/place:{place_id}/names/{name_id}"
    answer = client.post(f"{url}/reading", json={"syllables": "wén huà lù", "reason": "询问村民"})
    assert answer.status_code == 200
    assert answer.json()["reading_confirmed"] is True
    other = client.post(f"{url}/reading", json={"syllables": "wèn huà lù", "reason": "询问村民"})
    assert other.status_code == 409
    split = client.post(
        f"{url}/split",
        json={"specific": "文", "modifier": "化", "generic": "路", "reason": "询问村民"},
    )
    assert (split.json()["romanized"], split.json()["reading_confirmed"]) == ("Wén Huàlù", True)


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("reading", {"syllables": "wén", "reason": "询问"}, 422),
        ("reading", {"syllables": "wén huà lù", "reason": " "}, 422),
        ("split", {"specific": "武", "generic": "路", "reason": "询问"}, 422),
        ("split", {"generic": "路", "reason": "询问"}, 422),
        ("split", {"specific": "文化", "generic": "路", "reason": "询问", "more": 1}, 422),
    ],
)
def test_what_does_not_fit_is_answered_with_the_reason(
    client: TestClient, filled: Engine, path: str, asked: dict[str, object], status: int
) -> None:
    name_id, place_id, _ = _road(filled)
    answer = client.post(f"/api/v1/places/place:{place_id}/names/{name_id}/{path}", json=asked)
    assert answer.status_code == status


def test_a_name_that_is_not_of_the_place_is_not_found(client: TestClient, filled: Engine) -> None:
    name_id, place_id, _ = _road(filled)
    asked = {"syllables": "wén huà lù", "reason": "询问村民"}
    for url in (f"place:{place_id}/names/999999", f"place:999999/names/{name_id}"):
        assert client.post(f"/api/v1/places/{url}/reading", json=asked).status_code == 404


def test_the_command_line_confirms_a_reading_and_computes_keys_anew(
    filled: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = filled.url.render_as_string(hide_password=False)
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", address)
    _, place_id, name = _road(filled)
    options = ["--reason", "询问村民", "--json"]
    commands.main(
        [
            "name",
            "confirm-reading",
            f"place:{place_id}",
            "wén",
            "huà",
            "lù",
            "--name",
            name,
            *options,
        ],
        standalone_mode=False,
    )
    assert json.loads(capsys.readouterr().out)["romanized"] == "Wénhuà Lù"
    commands.main(
        ["name", "correct-split", f"place:{place_id}", "--specific", "文", "--modifier", "化",
         "--generic", "路", "--name", name, *options],
        standalone_mode=False,
    )  # fmt: skip
    assert json.loads(capsys.readouterr().out)["split_confirmed"] is True
    commands.main(["db", "rekey", "--json"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out)["kept"] == []


def test_what_a_name_is_and_would_be_is_asked_without_writing(
    client: TestClient, filled: Engine
) -> None:
    name_id, place_id, _ = _road(filled)
    url = f"/api/v1/places/place:{place_id}/names/{name_id}/spelling"
    said = client.get(url).json()
    assert (said["name"], said["split_from_title"], said["split_open"]) == (
        "文化路", "按通名表拟定", True,
    )  # fmt: skip
    assert [s["character"] for s in said["syllables"]] == ["文", "化", "路"]
    assert all(s["source_title"] and s["choices"][0] == s["reading"] for s in said["syllables"])
    would = client.get(url, params={"syllables": "wèn huà lù"}).json()
    assert would["romanized"] == "Wènhuà Lù"
    assert client.get(url).json() == said
    refused = client.get(url, params={"syllables": "wén"})
    assert refused.status_code == 422
    assert refused.json()["fields"][0]["field"] == "syllables"
    assert client.get(url.replace(f"/{name_id}/", "/999999/")).status_code == 404


def test_a_correction_is_taken_back_over_http(client: TestClient, filled: Engine) -> None:
    name_id, place_id, _ = _road(filled)
    url = f"/api/v1/places/place:{place_id}/names/{name_id}"
    before = client.get(f"{url}/spelling").json()
    asked = {"specific": "文", "modifier": "化", "generic": "路", "reason": "询问村民"}
    assert client.post(f"{url}/split", json=asked).json()["split_from"] == "confirmed"
    client.post(f"{url}/reading", json={"syllables": "wèn huà lù", "reason": "询问村民"})
    assert client.get(f"{url}/spelling").json()["romanized"] == "Wèn Huàlù"
    assert client.delete(f"{url}/split").json()["reading_confirmed"] is True
    assert client.delete(f"{url}/reading").json() == before
    assert client.delete(f"{url}/reading").status_code == 409


def test_the_reading_of_a_committee_is_confirmed_over_http(
    client: TestClient, filled: Engine
) -> None:
    with filled.connect() as connection:
        code = connection.scalar(
            text(
                "SELECT min(code) FROM registry.admin_division WHERE level = 5 "
                "AND code_system = 'nbs' AND char_length(spoken) = 2"
            )
        )
    url = f"/api/v1/divisions/nbs/{code}"
    before = client.get(f"{url}/spelling").json()
    assert before["split_open"] is False
    done = client.post(f"{url}/reading", json={"syllables": "pō yú", "reason": "询问村民"}).json()
    assert [s["reading"] for s in done["syllables"]] == ["pō", "yú"]
    assert client.delete(f"{url}/reading").json() == before
    assert client.get("/api/v1/divisions/nbs/000000000000/spelling").status_code == 404
