"""Bad input, one test an item: refused with the reason, the state unchanged, written down.

``Desk.refused`` asks all of it at once: nothing but the log of refusals differs afterwards, and the
log, which the administrator reads, names the person, the act and the reason.
"""

from __future__ import annotations

import json
import select
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_registry.api.service import Service
from geo_registry.api.visitors import CSRF_HEADER, cookie_name
from geo_registry.domain.people import Role

PROPOSALS, CASES, ATTACHMENTS = "/api/v1/proposals", "/api/v1/cases", "/api/v1/attachments"
ASKED = {
    "name": "枣园路", "applicant": "港头村委会", "reason": "路旁旧有枣园",
    "geometry": {"type": "LineString", "coordinates": [[122.101, 37.405], [122.106, 37.405]]},
    "papers": [{"kind": "application"}],
}  # fmt: skip
PHOTO = {"subject": "place:1", "file_name": "批复.pdf", "kind": "reply"}
ACTS_WITH_A_CLOCK = ("login_session", "api_token")
"""Tables that note when somebody was last here."""


@dataclass
class Desk:
    """The registry behind the service, and the administrator who reads its log."""

    service: Service
    chief: TestClient
    home: Path

    def state(self) -> dict[str, str]:
        """A digest of every table but the log, and the names of the files that are kept."""
        left_out = {"login_event", *ACTS_WITH_A_CLOCK}
        with self.service.engine.connect() as connection:
            tables = connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'registry' ORDER BY 1")
            )
            digests = {
                table: str(
                    connection.scalar(
                        text(
                            "SELECT count(*) || md5(coalesce(string_agg(t::text, '|' "
                            f"ORDER BY t::text), '')) FROM registry.{table} t"
                        )
                    )
                )
                for table in tables.all()
                if table not in left_out
            }
        files = self.home / "files"
        kept = sorted(str(f.relative_to(files)) for f in files.rglob("*") if f.is_file())
        return digests | {"files": "|".join(kept)}

    def log(self) -> list[dict[str, Any]]:
        """What the administrator sees in the log, the latest first."""
        items: list[dict[str, Any]] = self.chief.get("/api/v1/login-events").json()["items"]
        return items

    @contextmanager
    def refused(self, kind: str = "refused", *words: str, times: int = 1) -> Iterator[None]:
        """Whatever is done inside changes nothing and is written down, with ``words``."""
        before, seen = self.state(), {e["id"] for e in self.log()}
        yield
        assert self.state() == before
        noted = [e for e in self.log() if e["id"] not in seen]
        assert [e["kind"] for e in noted] == [kind] * times
        for word in words:
            assert word in noted[0]["detail"]


@pytest.fixture
def desk(client: TestClient, acting_as: Callable[..., TestClient], tmp_path: Path) -> Desk:
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    return Desk(service, acting_as(Role.ADMINISTRATOR), tmp_path)


@pytest.fixture
def clerk(desk: Desk, acting_as: Callable[..., TestClient]) -> TestClient:
    return acting_as(Role.CLERK)


def done(answer: Any) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json()


def step(client: TestClient, shown: Any, act: str, **body: Any) -> Any:
    url = f"{PROPOSALS}/{shown['id']}/{act}"
    return client.post(url, json={"version": shown["version"]} | body)


def endorsed(clerk: TestClient, approver: TestClient) -> Any:
    shown = done(step(clerk, done(clerk.post(PROPOSALS, json=ASKED)), "precheck"))
    return done(step(approver, shown, "endorsement", opinion="同意", despite="已征求意见"))


REPLY = {
    "authority": "威海市环翠区人民政府", "number": "威环政字〔2026〕3号",
    "decided_on": "2026-11-23", "papers": [{"kind": "decision"}],
}  # fmt: skip


def test_steps_out_of_order(desk: Desk, client: TestClient, clerk: TestClient) -> None:
    shown = done(clerk.post(PROPOSALS, json=ASKED))
    with desk.refused("refused", f"{shown['id']}/filing", "备案"):
        answer = step(clerk, shown, "filing", filed_with="威海市人民政府")
        assert answer.status_code == 422
        assert "备案" in answer.json()["detail"]
    lead = {"title": "举报：扩建", "reason": "电话举报", "cemetery": 1}
    case = done(clerk.post(CASES, json=lead))
    serve = {"act": "serve", "version": 1, "reason": "送达", "proof": "送达回证"}
    with desk.refused("refused", f"{case['id']}/steps"):
        answer = clerk.post(f"{CASES}/{case['id']}/steps", json=serve)
        assert answer.status_code == 422
        assert "不能办“送达" in answer.json()["detail"]


def test_decisions_without_papers(desk: Desk, client: TestClient, acting_as: Any) -> None:
    clerk = acting_as(Role.CLERK)
    shown = endorsed(clerk, client)
    # The log of what an approver was refused names the act alone: its reason may be secret.
    with desk.refused("refused", f"POST {PROPOSALS}/{shown['id']}/decision"):
        answer = step(client, shown, "decision", **REPLY | {"papers": []})
        assert answer.status_code == 422
        assert "批准文件" in answer.json()["detail"]
    with desk.refused():
        answer = step(client, shown, "decision", **REPLY | {"number": ""})
        assert answer.status_code == 422
        assert "文号" in answer.json()["detail"]


def test_dates_before_the_step(desk: Desk, client: TestClient, acting_as: Any) -> None:
    shown = endorsed(acting_as(Role.CLERK), client)
    for day, why in (("2026-11-01", "早于上一步"), ("2027-01-01", "还没有到")):
        with desk.refused():
            answer = step(client, shown, "decision", **REPLY | {"decided_on": day})
            assert answer.status_code == 422
            assert why in answer.json()["detail"]


def test_a_person_outside_their_town(desk: Desk, clerk: TestClient, acting_as: Any) -> None:
    shown = done(clerk.post(PROPOSALS, json=ASKED))
    elsewhere = acting_as(Role.CLERK, towns=["371002103"])
    # Said by the path, and by the body of the request.
    with desk.refused("forbidden", f"{shown['id']}/precheck", "负责的镇街不包括"):
        assert step(elsewhere, shown, "precheck").status_code == 403
    other = ASKED | {"name": "梨园路", "geometry": {"type": "LineString", "coordinates": [
        [122.101, 37.41], [122.106, 37.41]]}}  # fmt: skip
    with desk.refused("forbidden", f"POST {PROPOSALS}", "负责的镇街不包括"):
        answer = elsewhere.post(PROPOSALS, json=other)
        assert answer.status_code == 403, answer.text
        assert "负责的镇街不包括" in answer.json()["detail"]
    with desk.refused("forbidden", f"POST {ATTACHMENTS}"):
        answer = elsewhere.post(ATTACHMENTS, params=PHOTO, content=b"%PDF-1.7\n" + bytes(99))
        assert answer.status_code == 403


def test_a_stale_form(desk: Desk, clerk: TestClient, acting_as: Any) -> None:
    """Shown side by side with what is there now; nothing is overwritten."""
    old = done(clerk.post(PROPOSALS, json=ASKED))
    done(step(acting_as(Role.CLERK), old, "precheck"))
    with desk.refused("refused", f"{old['id']}/withdrawal", "办理过"):
        answer = step(clerk, old, "withdrawal", reason="不要了")
        assert (answer.status_code, answer.json()["code"]) == (409, "stale")
        now = answer.json()["current"]
        assert (old["version"], now["version"]) == (1, 2)
        assert (old["state"], now["state"]) == ("proposed", "prechecked")
        assert now["name"] == old["name"]


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (PROPOSALS, ASKED),
        (PROPOSALS, {"kind": "命名", "place": "place:4", "name": "枣园路", "applicant": "村委会",
                     "reason": "旧有枣园", "papers": [{"kind": "application"}]}),
        (CASES, {"title": "举报：扩建", "reason": "电话举报", "cemetery": 1}),
        (CASES, {"finding": 0, "reason": "测量确认"}),
        ("/api/v1/contributions", {"name": "枣园路", "story": "旧有枣园",
                                   "geometry": {"type": "Point", "coordinates": [122.1, 37.4]}}),
    ],
    ids=["a new place", "a registered place", "a lead", "a finding", "a contribution"],
)  # fmt: skip
def test_double_clicks(address: str, body: Any, desk: Desk, clerk: TestClient) -> None:
    """Two clicks at once, and one that comes later: one of them is done, the others are told."""
    if "finding" in body:
        asked = {"rule": "cm.bound.exceeds_approved"}
        (found,) = clerk.get("/api/v1/findings", params=asked).json()["items"]
        body = body | {"finding": found["id"]}
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: clerk.post(address, json=body), range(2)))
    assert sorted(a.status_code for a in answers) == [201, 409], [a.text for a in answers]
    with desk.refused():
        late = clerk.post(address, json=body)
        assert late.status_code == 409
        assert late.json()["code"] == "conflict"
    assert len(late.json()["detail"]) > 10


def test_a_double_click_on_a_step(desk: Desk, clerk: TestClient) -> None:
    shown = done(clerk.post(PROPOSALS, json=ASKED))
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: step(clerk, shown, "precheck"), range(2)))
    assert sorted(a.status_code for a in answers) == [201, 409]
    assert len(clerk.get(f"{PROPOSALS}/{shown['id']}").json()["steps"]) == 2


def test_a_200_mb_attachment(
    desk: Desk, clerk: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Announced: refused before a byte of it is sent. Unannounced: stopped at the limit."""
    # A folder of its own: other processes of the tests keep half-received files in the common one.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with _listening(clerk.app) as port, desk.refused("refused", "有 200 MB", times=1):
        answer = _announce(port, clerk, 200 << 20)
        assert answer.startswith("HTTP/1.1 413")
        assert "“批复.pdf”有 200 MB，超过 50 MB，没有接收" in answer
        assert "照片请压缩后再上传" in answer
    with _listening(clerk.app) as port, desk.refused("refused", "超过 50 MB"):
        sent, answer = _flood(port, clerk, 200)
        assert answer.startswith("HTTP/1.1 413")
        assert "超过 50 MB，没有接收" in answer
        assert 50 < sent < 80  # what is under way in the sockets, and no more
    assert not list(tmp_path.glob("geo_registry_*"))


def test_an_executable_named_pdf(desk: Desk, clerk: TestClient) -> None:
    with desk.refused("refused", "Windows 程序"):
        answer = clerk.post(ATTACHMENTS, params=PHOTO, content=b"MZ\x90\x00" + bytes(200))
        assert answer.status_code == 422
        assert "Windows 程序" in answer.json()["detail"]


def test_a_forged_cookie(desk: Desk, clerk: TestClient, guest: TestClient) -> None:
    shown = done(clerk.post(PROPOSALS, json=ASKED))
    name = cookie_name(desk.service)
    good = clerk.cookies[name]
    for forged in ("forged", good[:-1] + ("A" if good[-1] != "A" else "B")):
        guest.cookies.set(name, forged)
        with desk.refused("bad_session", "登录凭据无效"):
            answer = step(guest, shown, "precheck")
            assert answer.status_code == 401
            assert answer.json()["detail"] == "登录凭据无效。"
    # The right cookie from a page that does not know what ours knows.
    guest.cookies.set(name, good)
    with desk.refused("forged_request", f"{shown['id']}/precheck"):
        assert step(guest, shown, "precheck").status_code == 403


def test_an_expired_token(desk: Desk, clerk: TestClient, guest: TestClient) -> None:
    shown = done(clerk.post(PROPOSALS, json=ASKED))
    asked = {"title": "同步程序", "acts": ["naming.propose"], "days": 30}
    key = {"authorization": f"Bearer {done(clerk.post('/api/v1/tokens', json=asked))['secret']}"}
    later = desk.service.now() + timedelta(days=31)
    state, url = guest.app.state, f"{PROPOSALS}/{shown['id']}/precheck"  # type: ignore[attr-defined]
    with desk.refused("bad_token", "过期"):
        state.service = replace(desk.service, now=lambda: later)
        answer = guest.post(url, json={"version": 1}, headers=key)
        state.service = desk.service
        assert answer.status_code == 401
        assert "过期" in answer.json()["detail"]
    assert guest.post(url, json={"version": 1}, headers=key).status_code == 201


def test_a_form_that_lacks_what_it_must_say(desk: Desk, clerk: TestClient) -> None:
    with desk.refused("refused", "applicant：缺少此项"):
        answer = clerk.post(PROPOSALS, json={k: v for k, v in ASKED.items() if k != "applicant"})
        assert answer.status_code == 422


def test_a_secret_reason_is_not_in_the_log(desk: Desk, client: TestClient) -> None:
    """An approver is cleared higher than the administrator who reads the log."""
    with desk.refused("refused"):
        assert client.post(PROPOSALS, json=ASKED | {"name": "文化路"}).status_code == 422
    (noted, *_) = desk.log()
    assert noted["detail"] == f"POST {PROPOSALS}"
    assert noted["login"].startswith("approver-")


# ---- a real socket ------------------------------------------------------------------------------


@contextmanager
def _listening(app: Any) -> Iterator[int]:
    """The port of the service on a socket of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def _head(client: TestClient, *more: str) -> bytes:
    name = "geo_registry"
    lines = (
        f"POST {ATTACHMENTS}?subject=place:1&file_name=%E6%89%B9%E5%A4%8D.pdf&kind=reply HTTP/1.1",
        "host: testserver",
        f"cookie: {name}={client.cookies[name]}",
        f"{CSRF_HEADER}: {client.headers[CSRF_HEADER]}",
        *more,
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def _answered(line: socket.socket) -> str:
    got = b""
    while b"\r\n\r\n" not in got or not got.endswith(b"}"):
        part = line.recv(65536)
        if not part:
            break
        got += part
    head, _, body = got.decode().partition("\r\n\r\n")
    said = json.loads(body)
    return f"{head}\n{said['detail']} {said.get('advice', '')}"


def _announce(port: int, client: TestClient, size: int) -> str:
    """Say how much comes, send nothing, and read the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(_head(client, f"content-length: {size}"))
        return _answered(line)


def _flood(port: int, client: TestClient, megabytes: int) -> tuple[int, str]:
    """Send chunks without saying how much comes, until there is an answer; how many, and it."""
    part, sent = bytes(1 << 20), 0
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(_head(client, "transfer-encoding: chunked"))
        while sent < megabytes and not select.select([line], [], [], 0)[0]:
            line.sendall(b"%x\r\n" % len(part) + part + b"\r\n")
            sent += 1
        return sent, _answered(line)
