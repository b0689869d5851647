"""Tiles, the page, health: what a browser sees of the service."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pyogrio
import shapely
from fastapi.testclient import TestClient
from shapely import LineString
from sqlalchemy import Engine, text

from geo_registry.store.database import LOCAL_USER, transaction
from geo_registry.store.places import insert_places, insert_segments
from geo_registry.store.rows import PlaceRow, SegmentRow

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


def _around(client: TestClient, folder: Path, layer: str, z: int) -> pd.DataFrame:
    """What the nine tiles around the middle of the registry hold, decoded."""
    x, y = _tile(122.105, 37.402, z)
    found = []
    for i, j in ((i, j) for i in (x - 1, x, x + 1) for j in (y - 1, y, y + 1)):
        answer = client.get(f"/tiles/{layer}/{z}/{i}/{j}")
        if answer.status_code == 200:
            file = folder / f"{z}-{i}-{j}.pbf"
            file.write_bytes(answer.content)
            found.append(pyogrio.read_dataframe(file))
    return pd.concat(found)


def _crowd(engine: Engine, many: int, severity: str) -> set[int]:
    """Copies of a finding, some metres apart."""
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "INSERT INTO registry.finding (fingerprint, rule_id, rule_version, scope_kind, "
                "scope_code, key, outcome, severity, title, message, facts, basis, confidence, "
                "capped, subjects, pairs, marks, first_run_id, last_run_id) "
                "SELECT 'crowd:' || :severity || n, rule_id, rule_version, scope_kind, scope_code, "
                "key, outcome, :severity, title, message, facts, basis, confidence, capped, "
                "subjects, pairs, ST_Multi(ST_SetSRID(ST_MakePoint(122.105 + n * 1e-5, 37.402), "
                "4490)), first_run_id, last_run_id FROM generate_series(1, :many) AS n, (SELECT * "
                "FROM registry.finding WHERE rule_id = 'pn.uniq.road_village' LIMIT 1) AS one "
                "RETURNING id"
            ),
            {"many": many, "severity": severity},
        )
        return {int(row.id) for row in rows}


def test_marks_that_would_lie_on_each_other_are_one_far_out(
    client: TestClient, filled: Engine, tmp_path: Path
) -> None:
    few, crowd = _crowd(filled, 7, "info"), _crowd(filled, 40, "task")
    assert sum(_around(client, tmp_path, "findings", 12).severity == "task") >= 40
    far = _around(client, tmp_path, "findings", 11)
    assert sum((far.severity == "info") & far.many.isna()) >= len(few)
    gathered = far[far.many.notna()]
    assert set(gathered.severity) == {"task"}
    assert gathered.rule_id.isna().all()
    said = [int(i) for ids in gathered.ids for i in ids.split(",")]
    assert crowd <= set(said)
    assert len(said) == len(set(said)) == gathered.many.sum()


def test_far_out_the_pieces_of_a_road_are_one_line_and_none_is_lost(
    client: TestClient, filled: Engine, tmp_path: Path
) -> None:
    """1.5 m between two pieces is an error of digitising; a drive of 18 m is there all the same."""
    with transaction(filled, person=LOCAL_USER, reason="试验") as connection:
        long, short = insert_places(
            connection,
            [PlaceRow("road", "371002101201", "371002101", "371002", length_m=9.0)] * 2,
        )
        pieces = [
            SegmentRow(long, LineString([(122.105, 37.41), (122.109, 37.41)])),
            SegmentRow(long, LineString([(122.109017, 37.41), (122.113, 37.41)])),
            SegmentRow(short, LineString([(122.106, 37.406), (122.1062, 37.406)])),
        ]
        insert_segments(connection, pieces)
    near, far = (_around(client, tmp_path, "roads", z) for z in (13, 10))
    assert len(near[near.road_id == long]) == 2
    assert {len(shapely.get_parts(g)) for g in far[far.road_id == long].geometry} == {1}
    assert short in set(far.road_id)


def test_the_farther_out_the_longer_a_road_must_be(
    client: TestClient, filled: Engine, tmp_path: Path
) -> None:
    """A phone shows the whole district at zoom 8: its shape, not its lanes."""
    with transaction(filled, person=LOCAL_USER, reason="试验") as connection:
        towns = ("371002101201", "371002101", "371002")
        lengths = [1200.0, 600.0, 300.0]
        roads = insert_places(
            connection, [PlaceRow("road", *towns, length_m=length) for length in lengths]
        )
        insert_segments(
            connection,
            [
                SegmentRow(road, LineString([(122.105, lat), (122.105 + length / 88_500, lat)]))
                for road, length, lat in zip(roads, lengths, (37.41, 37.42, 37.43), strict=True)
            ],
        )
    shown = {z: set(_around(client, tmp_path, "roads", z).road_id) & set(roads) for z in (8, 9, 10)}
    assert shown == {8: set(roads[:1]), 9: set(roads[:2]), 10: set(roads)}
