"""Attachments over HTTP: streamed in up to a limit, given back to be saved and never opened."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from fastapi.testclient import TestClient

URL = "/api/v1/attachments"
PDF = b"%PDF-1.7\n" + bytes(1000)


def ask(**more: str) -> dict[str, str]:
    return {"subject": "place:1", "file_name": "批复.pdf", "kind": "reply", **more}


def test_a_paper_is_attached_listed_and_saved(client: TestClient) -> None:
    made = client.post(URL, params=ask(title="县政府批复"), content=PDF)
    assert made.status_code == 201, made.text
    seen = made.json()
    assert (seen["media_type"], seen["media_title"], seen["size"]) == (
        "application/pdf",
        "PDF 文档",
        len(PDF),
    )
    assert client.get(URL, params={"subject": "place:1"}).json()["items"] == [seen]
    assert client.get(URL, params={"subject": "place:1", "kind": "photo"}).json()["items"] == []
    assert client.get(f"{URL}/{seen['id']}").json() == seen
    assert client.delete(f"{URL}/{seen['id']}").status_code == 204
    assert client.get(f"{URL}/{seen['id']}/file").status_code == 404


def test_a_file_leaves_to_be_saved_not_to_be_opened(client: TestClient) -> None:
    number = client.post(URL, params=ask(), content=PDF).json()["id"]
    answer = client.get(f"{URL}/{number}/file")
    assert answer.content == PDF
    headers = answer.headers
    assert headers["content-disposition"] == f"attachment; filename*=utf-8''{quote('批复.pdf')}"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_an_announced_200_mb_are_refused_before_they_come(client: TestClient) -> None:
    taken = 0

    def body() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(200):
            taken += 1
            yield bytes(1 << 20)

    answer = client.post(
        URL, params=ask(), content=body(), headers={"content-length": str(200 << 20)}
    )
    assert answer.status_code == 413
    assert "“批复.pdf”有 200 MB，超过 50 MB" in answer.json()["detail"]


def test_an_unannounced_flood_stops_at_the_limit(client: TestClient) -> None:
    answer = client.post(URL, params=ask(), content=(bytes(1 << 20) for _ in range(60)))
    assert answer.status_code == 413
    assert "超过 50 MB，没有接收" in answer.json()["detail"]
    assert client.get(URL, params={"subject": "place:1"}).json()["items"] == []


def test_a_program_called_pdf_is_refused_with_the_reason(client: TestClient) -> None:
    answer = client.post(URL, params=ask(), content=b"MZ\x90\x00" + bytes(100))
    assert answer.status_code == 422
    assert "Windows 程序" in answer.json()["detail"]
    assert answer.json()["code"] == "refused"
