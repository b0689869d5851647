"""The basemap: a tile server and a PMTiles file of the test, and all that a source may do wrong."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo_registry.domain.basemap import configured
from geo_registry.services.basemaps import BasemapSource

PNG = b"\x89PNG\r\n\x1a\n-a picture-"
Serve = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@contextmanager
def _server(serve: Serve) -> Iterator[tuple[str, list[str]]]:
    """A tile server of this test: its address, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            serve(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def _says(status: int, body: bytes = b"", **headers: str) -> Serve:
    def serve(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return serve


@pytest.fixture
def with_source(reader: TestClient) -> Iterator[Callable[[BasemapSource | None], TestClient]]:
    """Put a basemap under the service of the tests that only ask; taken away again."""
    state = reader.app.state  # type: ignore[attr-defined]
    before = state.service

    def put(source: BasemapSource | None) -> TestClient:
        state.service = replace(before, basemap=source)
        return reader

    yield put
    state.service = before


Put = Callable[[BasemapSource | None], TestClient]


def test_without_a_basemap_nothing_is_offered(reader: TestClient) -> None:
    assert reader.get("/api/v1/basemap").json() == {"basemap": None}
    assert reader.get("/basemap/1/0/0").status_code == 404


def test_tiles_come_through_the_service_and_the_source_stays_unnamed(with_source: Put) -> None:
    with _server(_says(200, PNG)) as (url, asked):
        base = configured(f"{url}/t/{{z}}/{{x}}/{{y}}?tk={{key}}", key="geheim", datum="gcj02")
        client = with_source(BasemapSource(base))
        offered = client.get("/api/v1/basemap")
        tile = client.get("/basemap/10/858/396")
        beyond = client.get("/basemap/19/1/1")
    assert "GCJ-02" in offered.json()["basemap"]["warning"]
    assert "geheim" not in offered.text
    assert "127.0.0.1" not in offered.text
    assert (tile.status_code, tile.content) == (200, PNG)
    assert tile.headers["content-type"] == "image/png"
    assert tile.headers["cache-control"] == "private, max-age=604800"
    assert tile.headers["content-security-policy"].startswith("default-src 'self'")
    assert beyond.status_code == 204
    assert asked == ["/t/10/858/396?tk=geheim"]


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (_says(404), 204, ""),
        (_says(200), 204, ""),
        (_says(403), 503, "密钥"),
        (_says(500), 503, "底图服务出错（500）"),
        (_says(200, b"<html>wrong key</html>"), 503, "不是图片"),
        (_says(200, PNG + bytes(4000)), 503, "没有采用"),
    ],
)
def test_what_a_source_does_wrong_is_said(
    answer: Serve, status: int, said: str, with_source: Put
) -> None:
    with _server(answer) as (url, _):
        source = BasemapSource(configured(f"{url}/{{z}}/{{x}}/{{y}}"), max_bytes=3000)
        found = with_source(source).get("/basemap/3/1/1")
    assert found.status_code == status
    assert said in found.text


def test_no_redirect_is_followed(with_source: Put) -> None:
    to = {"location": ""}

    def moved(handler: BaseHTTPRequestHandler) -> None:
        _says(302, **to)(handler)

    with _server(_says(200, PNG)) as (elsewhere, asked_there), _server(moved) as (url, asked):
        to["location"] = f"{elsewhere}/secret"
        source = BasemapSource(configured(f"{url}/{{z}}/{{x}}/{{y}}"))
        found = with_source(source).get("/basemap/3/1/1")
    assert found.status_code == 503
    assert "没有跟随" in found.json()["detail"]
    assert (asked, asked_there) == (["/3/1/1"], [])


def test_a_slow_source_is_given_up_and_then_left_alone(with_source: Put) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for byte in PNG * 20:  # never silent for long, and never done
            try:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)

    with _server(drip) as (url, asked):
        source = BasemapSource(configured(f"{url}/{{z}}/{{x}}/{{y}}"), max_seconds=0.3)
        client = with_source(source)
        answers = [client.get(f"/basemap/3/{x}/1") for x in range(5)]
        assert client.get("/api/v1/district").status_code == 200
    assert {a.status_code for a in answers} == {503}
    assert "登记的内容照常显示" in answers[0].json()["detail"]
    assert len(asked) == 1


def test_a_source_that_is_down_is_asked_again_after_a_rest(
    with_source: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("geo_registry.services.basemaps.monotonic", lambda: now[0])
    answers = iter([_says(500), _says(200, PNG)])
    with _server(lambda handler: next(answers)(handler)) as (url, asked):
        source = BasemapSource(configured(f"{url}/{{z}}/{{x}}/{{y}}"))
        client = with_source(source)
        assert client.get("/basemap/3/1/1").status_code == 503
        assert client.get("/basemap/3/1/1").status_code == 503
        assert len(asked) == 1
        now[0] += 31
        assert client.get("/basemap/3/1/1").status_code == 200
    nobody = BasemapSource(configured(f"{url}/{{z}}/{{x}}/{{y}}"))
    down = with_source(nobody).get("/basemap/3/1/1")
    assert (down.status_code, down.json()["detail"][:8]) == (503, "底图服务没有应答")


@pytest.mark.parametrize("path", ["3/8/1", "3/1/8", "23/1/1", "a/1/1", "3/1/1.png", "3/-1/1"])
def test_what_is_no_tile_asks_nobody(path: str, with_source: Put) -> None:
    with _server(_says(200, PNG)) as (url, asked):
        client = with_source(BasemapSource(configured(f"{url}/{{z}}/{{x}}/{{y}}")))
        assert 400 <= client.get(f"/basemap/{path}").status_code < 500
    assert asked == []


def _pmtiles(path: Path, kind: TileType, tile: bytes, metadata: dict[str, object]) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        for z, x, y in ((0, 0, 0), (1, 1, 0), (2, 3, 1)):
            writer.write_tile(zxy_to_tileid(z, x, y), tile + bytes([z]))
        zipped = kind is TileType.MVT
        header = {
            "tile_type": kind,
            "tile_compression": Compression.GZIP if zipped else Compression.NONE,
            "min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 0, "max_lat_e7": 0,
            "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0,
        }  # fmt: skip
        writer.finalize(header, metadata)
    return path


def test_a_file_of_pictures_is_read_where_it_lies(tmp_path: Path, with_source: Put) -> None:
    path = _pmtiles(tmp_path / "base.pmtiles", TileType.PNG, PNG, {})
    client = with_source(BasemapSource(configured(str(path), title="影像 2025")))
    offered = client.get("/api/v1/basemap").json()["basemap"]
    assert (offered["title"], offered["max_zoom"], offered["vector"]) == ("影像 2025", 2, False)
    tile = client.get("/basemap/2/3/1")
    assert (tile.content, tile.headers["content-type"]) == (PNG + b"\2", "image/png")
    assert client.get("/basemap/2/0/0").status_code == 204
    assert client.get("/basemap/9/0/0").status_code == 204


def test_a_file_of_vectors_names_its_layers(tmp_path: Path, with_source: Put) -> None:
    path = tmp_path / "vector.pmtiles"
    tile = gzip.compress(b"tile", mtime=0)
    _pmtiles(path, TileType.MVT, tile, {"vector_layers": [{"id": "water"}, {"id": "roads"}]})
    client = with_source(BasemapSource(configured(str(path))))
    offered = client.get("/api/v1/basemap").json()["basemap"]
    assert (offered["vector"], offered["vector_layers"]) == (True, ["water", "roads"])
    assert client.get("/basemap/0/0/0").headers["content-encoding"] == "gzip"


def test_a_damaged_or_missing_file_is_said(tmp_path: Path, with_source: Put) -> None:
    whole = _pmtiles(tmp_path / "base.pmtiles", TileType.PNG, PNG, {}).read_bytes()
    for name, content, said in (
        ("other.pmtiles", json.dumps({"tiles": []}).encode() * 20, "不是可用的 PMTiles"),
        ("short.pmtiles", whole[:60], "不是可用的 PMTiles"),
        ("empty.pmtiles", b"", "不是可用的 PMTiles"),
        ("missing.pmtiles", None, "打不开"),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        found = with_source(BasemapSource(configured(str(path)))).get("/api/v1/basemap")
        assert found.status_code == 422, name
        assert said in found.json()["detail"]
        assert str(tmp_path) not in found.json()["detail"]
