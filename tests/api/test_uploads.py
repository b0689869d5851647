"""Uploads over HTTP: the file as the body, the rest as parameters."""

from __future__ import annotations

import json
from typing import Any

import shapely
from fastapi.testclient import TestClient

from geo_registry.services.boundaries.uploading import MAX_BYTES

URL = "/api/v1/uploads"
SITE = shapely.box(122.1, 37.4, 122.101, 37.4006)


def body(geometry: Any = SITE, **properties: Any) -> bytes:
    feature = {
        "type": "Feature",
        "properties": {"名称": "新公墓", **properties},
        "geometry": json.loads(shapely.to_geojson(geometry)),
    }
    return json.dumps(feature).encode()


def ask(**more: Any) -> dict[str, Any]:
    return {"file_name": "批准.geojson", "kind": "approval", "method": "cad", **more}


def test_a_file_is_previewed_confirmed_and_given_back(client: TestClient) -> None:
    made = client.post(URL, params=ask(on="2020-01-01"), content=body())
    assert made.status_code == 201
    seen = made.json()
    assert (seen["status"], seen["problems"]) == ("waiting", [])
    assert seen["features"][0]["area_m2"] > 5_000
    assert seen["map"]["features"][0]["geometry"]["type"] == "Polygon"
    one = f"{URL}/{seen['id']}"
    assert client.get(one).json()["features"] == seen["features"]
    assert [u["id"] for u in client.get(URL, params={"status": "waiting"}).json()["items"]] == [
        seen["id"]
    ]
    assert client.get(f"{one}/file").content == body()
    confirmed = client.post(f"{one}/confirm").json()
    assert (confirmed["approvals"], confirmed["new_cemeteries"]) == (1, 1)
    assert client.post(f"{one}/confirm").status_code == 409
    assert client.delete(one).status_code == 409


def test_an_upload_is_asked_anew_and_set_aside(client: TestClient) -> None:
    seen = client.post(URL, params=ask(kind="survey"), content=body()).json()
    assert "测量必须有日期" in seen["problems"][0]["message"]
    one = f"{URL}/{seen['id']}"
    again = client.put(
        one, json={"kind": "survey", "method": "rtk", "on": "2026-01-01", "register_new": True}
    ).json()
    assert again["problems"] == []
    assert client.delete(one).status_code == 204
    assert client.get(one).json()["status"] == "discarded"


def test_the_question_of_coordinates_is_asked_and_answered(client: TestClient) -> None:
    far = shapely.box(139.7, 35.7, 139.701, 35.701)
    seen = client.post(URL, params=ask(), content=body(far)).json()
    assert seen["crs_check"]["verdict"] == "doubtful"
    one = f"{URL}/{seen['id']}"
    refused = client.post(f"{one}/confirm")
    assert refused.status_code == 422
    assert "不是本区的地方" in refused.json()["detail"]
    answer = {"accepted": "EPSG:4326", "reason": "异地"}
    answered = client.post(f"{one}/crs-answer", json=answer).json()
    assert [a["reason"] for a in answered["crs_check"]["answers"]] == ["异地"]
    assert answered["problems"] == []


def test_bad_requests_are_said_in_one_sentence(client: TestClient) -> None:
    unknown = client.post(URL, params=ask(kind="photo"), content=body())
    assert "不认识“photo”" in unknown.json()["detail"]
    misspelt = client.post(URL, params=ask(methode="rtk"), content=body())
    assert misspelt.status_code == 422
    assert "没有这个参数" in misspelt.json()["detail"]
    where = client.post(URL, params=ask(where="名称"), content=body())
    assert "列=值" in where.json()["detail"]
    empty = client.post(URL, params=ask(), content=b"")
    assert "0 字节" in empty.json()["detail"]
    form = client.post(URL, params=ask(), files={"file": ("a.geojson", body())})
    assert "不要用表单" in form.json()["detail"]
    assert client.get(f"{URL}/99999").status_code == 404
    assert client.get(f"{URL}/{2**70}").status_code == 404
    assert client.get(URL).json()["items"] == []


def test_a_body_without_end_is_cut_off(client: TestClient) -> None:
    sent = 0

    def endless() -> Any:
        nonlocal sent
        while sent < 4 * MAX_BYTES:
            sent += 8 << 20
            yield bytes(8 << 20)

    answer = client.post(URL, params=ask(), content=endless())
    assert answer.status_code == 413
    assert "超过 200 MB" in answer.json()["detail"]
