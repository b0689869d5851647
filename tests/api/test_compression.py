"""What leaves the service compressed, and what must not."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from geo_registry.api.app import create_app
from geo_registry.settings import Settings, shipped

PLAIN = {"accept-encoding": "identity"}


def test_a_table_leaves_compressed_and_reads_the_same(client: TestClient) -> None:
    packed = client.get("/api/v1/rules")
    plain = client.get("/api/v1/rules", headers=PLAIN)
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_who_one_is_is_not_compressed(client: TestClient) -> None:
    answer = client.get("/api/v1/session")
    assert answer.headers["cache-control"] == "no-store"
    assert "content-encoding" not in answer.headers


def test_small_answers_refusals_and_heads_stay_as_they_are(client: TestClient) -> None:
    assert "content-encoding" not in client.get("/healthz").headers
    assert "content-encoding" not in client.head("/api/v1/rules").headers
    refused = client.get("/api/v1/findings/999999")
    assert refused.status_code == 404
    assert refused.json()["detail"].startswith("没有编号为")


@pytest.fixture
def built(read_only: Engine, tmp_path: Path) -> Iterator[TestClient]:
    """A service with a web of three files."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "page-1.js").write_text("let a = 1;\n" * 1000, "utf-8")
    (tmp_path / "assets" / "sign.png").write_bytes(bytes(5000))
    (tmp_path / "index.html").write_text("<!doctype html>", "utf-8")
    settings = replace(Settings.from_environment({}), home=tmp_path / "home", web=tmp_path)
    with TestClient(create_app(settings, read_only)) as opened:
        yield opened


def test_files_of_the_web_are_compressed_once_and_kept(built: TestClient, tmp_path: Path) -> None:
    answer = built.get("/assets/page-1.js")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == "let a = 1;\n" * 1000
    assert int(answer.headers["content-length"]) < 200
    assert built.get("/assets/page-1.js", headers=PLAIN).text == answer.text
    assert "content-encoding" not in built.get("/assets/sign.png").headers
    (tmp_path / "assets" / "page-1.js").write_text("let b = 2;\n", "utf-8")
    assert built.get("/assets/page-1.js").text == "let b = 2;\n"


def test_the_first_load_of_the_map_is_small_on_the_wire() -> None:
    # All of it together, though no page needs all: the map's own share is measured in bench/web.py.
    assets = shipped("web") / "assets"
    if not assets.is_dir():
        pytest.skip("the web is not built: run make web")
    packed = sum(
        len(gzip.compress(p.read_bytes(), 9)) for p in assets.iterdir() if p.suffix != ".png"
    )
    assert packed < 1_500_000
