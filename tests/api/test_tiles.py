"""Tiles, the page, health: what a browser sees of the service."""

from __future__ import annotations

import math

from fastapi.testclient import TestClient

LAYERS = ("divisions", "roads", "places", "cemeteries", "zones", "findings")


def _tile(lon: float, lat: float, z: int) -> tuple[int, int]:
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n
    return int((lon + 180) / 360 * n), int(y)


def test_every_layer_but_the_empty_one_has_a_tile_with_its_names(reader: TestClient) -> None:
    for layer, where, words in (
        ("divisions", (122.1, 37.4), ("羊亭镇", "示例村委会")),
        ("roads", (122.105, 37.402), ("文化路", "和平巷", "new", "unnamed", "in_question")),
        ("places", (122.1, 37.4), ("示例村委会", "committee_seat")),
        ("cemeteries", (122.1505, 37.4505), ("approved", "surveyed", "示例公墓一")),
        ("findings", (122.105, 37.402), ("pn.uniq.road_village", "open")),
    ):
        x, y = _tile(*where, 11)
        answer = reader.get(f"/tiles/{layer}/11/{x}/{y}")
        assert answer.status_code == 200, layer
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        for word in words:
            assert word.encode() in answer.content, (layer, word)


def test_an_empty_tile_is_204(reader: TestClient) -> None:
    assert reader.get("/tiles/zones/13/0/0").status_code == 204


def test_an_unchanged_layer_is_304_and_a_change_of_it_is_new(client: TestClient) -> None:
    x, y = _tile(122.105, 37.402, 13)
    roads, zones = (client.get(f"/tiles/{layer}/13/{x}/{y}") for layer in ("roads", "zones"))
    tag = {"if-none-match": roads.headers["etag"]}
    again = client.get(f"/tiles/roads/13/{x}/{y}", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    found = client.get("/api/v1/findings", params={"rule": "pn.uniq.road_village"}).json()
    client.post(f"/api/v1/findings/{found['items'][0]['id']}/waivers", json={"reason": "约定"})
    assert client.get(f"/tiles/roads/13/{x}/{y}", headers=tag).status_code == 200
    same = {"if-none-match": zones.headers["etag"]}
    assert client.get(f"/tiles/zones/13/{x}/{y}", headers=same).status_code == 304


def test_the_layers_are_described_and_each_has_tilejson(reader: TestClient) -> None:
    described = reader.get("/api/v1/layers").json()
    assert [layer["id"] for layer in described] == list(LAYERS)
    for layer in described:
        found = reader.get(f"/tiles/{layer['id']}.json").json()
        assert found["vector_layers"][0]["id"] == layer["source_layer"]


def test_the_district_counts_what_was_registered(reader: TestClient) -> None:
    district = reader.get("/api/v1/district").json()
    counts = district["counts"]
    assert (counts["roads_named"], counts["roads_unnamed"], counts["roads_new"]) == (3, 1, 1)
    assert (counts["villages"], counts["cemeteries"]) == (1, 1)
    assert district["sample"] is False
    assert district["last_scan"]
    assert not any(
        p["confirmed"] for p in district["parameters"]
        if p["key"] in {"legal_county_members", "managed_towns"}
    )  # fmt: skip


def test_the_page_is_served_with_a_policy_that_asks_no_outside_host(reader: TestClient) -> None:
    page = reader.get("/findings")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert reader.get("/main.mjs").headers["content-type"].startswith("text/javascript")
    assert reader.get("/missing.js").status_code == 404
    assert reader.get("/%2e%2e/%2e%2e/etc/passwd").status_code in {200, 404}
    assert "root:" not in reader.get("/%2e%2e/%2e%2e/etc/passwd").text


def test_health_and_readiness_answer(reader: TestClient) -> None:
    assert reader.get("/healthz").json() == {"status": "ok"}
    assert reader.get("/readyz").json()["postgis"]


def test_a_tile_shows_the_registry_of_a_day(reader: TestClient) -> None:
    x, y = _tile(122.105, 37.402, 13)
    address = f"/tiles/roads/13/{x}/{y}"
    named = b"\xe5\x92\x8c\xe5\xb9\xb3\xe5\xb7\xb7"  # 和平巷, named on 2024-11-01
    assert named in reader.get(address, params={"on": "2024-11-01"}).content
    assert named not in reader.get(address, params={"on": "2024-10-31"}).content
    refused = reader.get(address, params={"on": "2024-13-01"})
    assert refused.status_code == 422
    assert "不是日期" in refused.json()["detail"]
