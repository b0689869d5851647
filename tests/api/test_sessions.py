"""Logging in and out, passwords, keys of programs; what is forged, expired, locked or too often."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_registry.api.service import Service
from geo_registry.api.visitors import CSRF_HEADER
from geo_registry.domain.people import Role
from geo_registry.services.people import accounts
from geo_registry.services.people.accounts import Keeper
from geo_registry.services.samples import sample
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction

GOOD = "昆嵛山的槐花-2026"
SESSION = "/api/v1/session"


@pytest.fixture
def service(client: TestClient) -> Service:
    found: Service = client.app.state.service  # type: ignore[attr-defined]
    return found


def keeper(service: Service) -> Keeper:
    return Keeper(
        LOCAL_ACTOR,
        service.now(),
        service.reference.login_limits,
        service.reference.permissions,
        service.passwords,
    )


def at(client: TestClient, moment: datetime) -> None:
    """Set the clock of the service."""
    state = client.app.state  # type: ignore[attr-defined]
    state.service = replace(state.service, now=lambda: moment)


@pytest.fixture
def secret(service: Service) -> str:
    """The one-time password of 王主任, an approver."""
    with transaction(service.engine, person=LOCAL_USER, reason="账号") as connection:
        made = accounts.add(
            connection, keeper(service), login="wang", name="王主任", role="approver"
        )
    return made.secret


def log_in(client: TestClient, password: str, login: str = "wang") -> Any:
    answer = client.post(SESSION, json={"login": login, "password": password})
    if answer.status_code == 201:
        client.headers[CSRF_HEADER] = answer.json()["csrf"]
    return answer


def change(client: TestClient, current: str, new: str) -> Any:
    return client.put(f"{SESSION}/password", json={"current": current, "new": new})


def kinds(service: Service) -> list[str]:
    with service.engine.connect() as connection:
        return list(connection.scalars(text("SELECT kind FROM registry.login_event ORDER BY id")))


def test_a_one_time_password_must_be_changed_before_anything_else(
    guest: TestClient, secret: str
) -> None:
    begun = log_in(guest, secret)
    assert begun.status_code == 201, begun.text
    cookie = begun.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert begun.json()["person"]["must_change"] is True
    refused = guest.get("/api/v1/findings")
    assert refused.status_code == 403
    assert refused.json()["code"] == "password_change_required"
    for bad, why in [
        ("短了", "太短"),
        ("aaaaaaaaaaaaaaaa", "类字符"),
        ("wang-wang-2026", "登录名"),
        ("Password-2026", "最常被猜"),
        (secret, "相同"),
    ]:
        answer = change(guest, secret, bad)
        assert answer.status_code == 422, bad
        assert why in answer.json()["detail"]
    done = change(guest, secret, GOOD)
    assert done.status_code == 200, done.text
    assert done.json()["person"]["must_change"] is False
    assert guest.get("/api/v1/findings").status_code == 200


def test_changing_the_password_ends_the_other_sessions(
    guest: TestClient, secret: str, client: TestClient
) -> None:
    other = TestClient(client.app, raise_server_exceptions=False)
    assert log_in(other, secret).status_code == 201
    log_in(guest, secret)
    assert change(guest, "falsch", GOOD).json()["detail"] == "当前密码不对，密码没有修改。"
    assert change(guest, secret, GOOD).status_code == 200
    assert guest.get("/api/v1/findings").status_code == 200
    assert other.get("/api/v1/findings").json()["detail"].startswith("您已退出登录，或密码")
    assert log_in(other, secret).status_code == 401
    assert log_in(other, GOOD).status_code == 201


def test_wrong_passwords_are_counted_and_then_not_even_tried(
    guest: TestClient, secret: str, service: Service
) -> None:
    for _ in range(5):
        wrong = log_in(guest, "wrong")
        assert (wrong.status_code, wrong.json()["detail"]) == (401, "登录名或密码不对。")
    # Even the right one is not tried, and unknown names are answered in the same words.
    throttled = log_in(guest, secret)
    assert throttled.status_code == 429
    assert "15 分钟" in throttled.json()["advice"]
    assert log_in(guest, "wrong", "nobody").json()["detail"] == "登录名或密码不对。"
    assert kinds(service)[-3:] == ["wrong_password", "throttled", "unknown_login"]
    at(guest, datetime.now(UTC) + timedelta(minutes=16))
    assert log_in(guest, secret).status_code == 201


def test_guesses_at_once_cannot_pass_the_limit(client: TestClient, secret: str) -> None:
    guests = [TestClient(client.app, raise_server_exceptions=False) for _ in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda g: log_in(g, "wrong").status_code, guests))
    assert sorted(answers) == [401] * 5 + [429] * 3


def test_a_locked_account_is_out_at_once_and_told_why(
    guest: TestClient, secret: str, service: Service
) -> None:
    log_in(guest, secret)
    change(guest, secret, GOOD)
    with transaction(service.engine, person=LOCAL_USER, reason="锁定") as connection:
        accounts.lock(connection, keeper(service), "wang", reason="已调离")
    answer = guest.get("/api/v1/findings")
    assert answer.status_code == 401
    assert "已退出登录" in answer.json()["detail"]
    assert log_in(guest, GOOD).json()["detail"] == "账号“wang”已锁定（已调离）。"
    assert log_in(guest, "wrong").json()["detail"] == "登录名或密码不对。"
    with transaction(service.engine, person=LOCAL_USER, reason="解除") as connection:
        accounts.unlock(connection, keeper(service), "wang")
    assert log_in(guest, GOOD).status_code == 201


def test_a_forged_cookie_is_refused_and_written_down(guest: TestClient, service: Service) -> None:
    guest.cookies.set("geo_registry", "forged")
    for _ in range(30):
        refused = guest.post("/api/v1/places/1/naming-answer", json={"answer": "nameless"})
        assert refused.status_code == 401
    assert refused.json()["detail"] == "登录凭据无效。"
    # Written down, but nobody can fill the log with it.
    assert kinds(service).count("bad_session") == 20
    seen = guest.get(SESSION)
    assert seen.json()["person"] is None
    assert 'geo_registry=""' in seen.headers["set-cookie"]


@pytest.mark.parametrize(
    ("minutes", "status"), [(59, 200), (61, 401)], ids=["within the hour", "idle for longer"]
)
def test_a_session_ends_when_nothing_is_done(minutes: int, status: int, client: TestClient) -> None:
    at(client, datetime.now(UTC) + timedelta(minutes=minutes))
    answer = client.get("/api/v1/findings")
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["detail"].startswith("登录已过期（60 分钟不操作")


def test_a_session_ends_after_a_working_day_however_busy(client: TestClient) -> None:
    now = datetime.now(UTC)
    for half_hours in range(24):
        at(client, now + timedelta(minutes=30 * half_hours))
        assert client.get("/api/v1/findings/summary").status_code == 200
    at(client, now + timedelta(hours=12, minutes=1))
    assert client.get("/api/v1/findings/summary").status_code == 401


def test_logging_out_ends_the_session_for_whoever_kept_the_cookie(client: TestClient) -> None:
    kept = client.cookies["geo_registry"]
    assert client.delete(SESSION).status_code == 204
    client.cookies.set("geo_registry", kept)
    assert client.get("/api/v1/findings").status_code == 401


def test_a_change_needs_what_only_our_own_page_knows(client: TestClient, service: Service) -> None:
    asked = {"answer": "nameless", "reason": "走访"}
    path = "/api/v1/places/4/naming-answer"
    for headers in (
        {CSRF_HEADER: ""},
        {CSRF_HEADER: "0" * 64},
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
    ):
        refused = client.post(path, json=asked, headers=headers)
        assert refused.status_code == 403, headers
    assert kinds(service).count("forged_request") == 4
    own = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert client.post(path, json=asked, headers=own).status_code == 201


def test_another_site_cannot_log_somebody_in(guest: TestClient, secret: str) -> None:
    refused = guest.post(
        SESSION,
        json={"login": "wang", "password": secret},
        headers={"origin": "http://evil.example"},
    )
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


# ---- keys of programs ----------------------------------------------------------------------------


def test_a_key_acts_as_its_account_within_its_acts(
    client: TestClient, guest: TestClient, service: Service
) -> None:
    made = client.post(
        "/api/v1/tokens", json={"title": "同步程序", "acts": ["registry.read"], "days": 30}
    ).json()
    assert made["secret"].startswith("gr_")
    assert made["secret"] not in str(client.get("/api/v1/tokens").json())
    bearer = {"authorization": f"Bearer {made['secret']}"}
    assert guest.get("/api/v1/findings", headers=bearer).status_code == 200
    assert guest.get("/tiles/roads/10/1/1", headers=bearer).status_code == 204
    refused = guest.post("/api/v1/places/1/naming-answer", json={}, headers=bearer)
    assert refused.json()["detail"].startswith("这个令牌不能用于“答复有地无名")
    assert guest.get("/api/v1/tokens", headers=bearer).status_code == 403
    at(guest, service.now() + timedelta(days=31))
    expired = guest.get("/api/v1/findings", headers=bearer)
    assert expired.status_code == 401
    assert "过期" in expired.json()["detail"]
    assert kinds(service)[-1] == "bad_token"


def test_a_revoked_or_unknown_key_is_refused_even_where_reading_is_open(
    client: TestClient, guest: TestClient, acting_as: Callable[..., TestClient]
) -> None:
    asked = {"title": "同步程序", "acts": ["registry.read"]}
    made = client.post("/api/v1/tokens", json=asked).json()
    # Somebody else's key is as if it were not there.
    other = acting_as(Role.CLERK)
    assert other.delete(f"/api/v1/tokens/{made['id']}").status_code == 404
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 409
    for key in (made["secret"], "gr_unknown"):
        bearer = {"authorization": f"Bearer {key}"}
        assert guest.get(SESSION, headers=bearer).status_code == 401


def test_a_key_cannot_do_more_than_the_role(acting_as: Callable[..., TestClient]) -> None:
    inspector = acting_as(Role.INSPECTOR)
    for acts in (["naming.decide"], ["tokens.own"], []):
        asked = {"title": "程序", "acts": acts}
        assert inspector.post("/api/v1/tokens", json=asked).status_code == 422
    offered = {a["key"] for a in inspector.get("/api/v1/permissions").json()["acts"] if a["by_key"]}
    assert "registry.read" in offered
    assert not offered & {"session.use", "service.health", "tokens.own", "accounts.manage"}
    long = {"title": "程序", "acts": ["registry.read"], "days": 9999}
    assert "1 至 366 天" in inspector.post("/api/v1/tokens", json=long).json()["detail"]


# ---- accounts ------------------------------------------------------------------------------------


def test_an_administrator_keeps_accounts_and_cannot_lock_everybody_out(
    acting_as: Callable[..., TestClient], service: Service
) -> None:
    chief = acting_as(Role.ADMINISTRATOR)
    asked = {"login": "Li.Si", "name": "李四", "role": "登记员", "towns": ["371002101"]}
    made = chief.post("/api/v1/accounts", json=asked)
    assert made.status_code == 201, made.text
    assert made.json()["login"] == "li.si"
    assert chief.post("/api/v1/accounts", json=asked).status_code == 409
    for wrong in ({"role": "king"}, {"towns": ["999999999"]}, {"login": "a b"}):
        assert chief.post("/api/v1/accounts", json=asked | wrong).status_code == 422
    listed = {a["login"]: a for a in chief.get("/api/v1/accounts").json()["items"]}
    assert listed["li.si"]["towns"] == ["371002101"]
    changed = chief.put("/api/v1/accounts/li.si", json={"role": "inspector", "towns": []})
    assert (changed.json()["role"], changed.json()["towns"]) == ("inspector", [])
    assert chief.post("/api/v1/accounts/li.si/lock", json={"reason": "离岗"}).status_code == 200
    assert chief.post("/api/v1/accounts/li.si/lock", json={}).status_code == 409
    assert chief.delete("/api/v1/accounts/li.si/lock").json()["locked"] is False
    assert len(chief.post("/api/v1/accounts/li.si/password").json()["secret"]) == 14
    own = chief.get(SESSION).json()["person"]["login"]
    assert chief.post(f"/api/v1/accounts/{own}/lock", json={}).status_code == 422
    last = chief.put(f"/api/v1/accounts/{own}", json={"role": "clerk"})
    assert last.json()["detail"].startswith("这是唯一的管理员账号")
    events = chief.get("/api/v1/login-events", params={"limit": 4}).json()
    titles = [e["title"] for e in events["items"]]
    assert titles == ["办理被拒", "办理被拒", "重置密码", "解除锁定"]
    assert events["next"] == events["items"][-1]["id"]
    kept = chief.get("/api/v1/login-events", params={"kind": ["account_locked"]}).json()
    assert [e["title"] for e in kept["items"]] == ["锁定账号"]
    with service.engine.connect() as connection:
        told = connection.scalar(
            text("SELECT string_agg(to_jsonb(h)::text, '') FROM registry.history h")
        )
    assert "argon2" not in told
    assert "token_sha256" not in told


# ---- the sample ----------------------------------------------------------------------------------


@pytest.fixture
def tried(client: TestClient, service: Service) -> Callable[..., TestClient]:
    """A client on this machine (or another), where a sample is loaded."""
    with transaction(service.engine, person=LOCAL_USER, reason="示例") as connection:
        connection.execute(
            text(
                "INSERT INTO registry.import_batch (kind, file_name, sha256, sample, person_id) "
                "VALUES ('sample', '', '', true, 2)"
            )
        )
        accounts.add_sample(connection)

    def made(address: str = "127.0.0.1", host: str = "127.0.0.1:8000") -> TestClient:
        here = TestClient(
            client.app,
            base_url=f"http://{host}",
            client=(address, 5000),
            raise_server_exceptions=False,
        )
        here.portal = client.portal
        return here

    return made


def test_on_this_machine_the_sample_is_read_by_all_and_tried_out_in_every_role(
    tried: Callable[..., TestClient],
) -> None:
    here = tried()
    assert here.get("/api/v1/findings").status_code == 200
    assert here.get("/tiles/roads/10/1/1").status_code == 204
    assert [r["role"] for r in here.get(SESSION).json()["try_out"]] == list(Role)
    asked = {"answer": "nameless", "reason": "走访"}
    assert here.post("/api/v1/places/4/naming-answer", json=asked).status_code == 401
    begun = here.post(f"{SESSION}/try-out", json={"role": "clerk"})
    assert begun.json()["person"]["name"] == "示例登记员"
    here.headers[CSRF_HEADER] = begun.json()["csrf"]
    assert here.post("/api/v1/places/4/naming-answer", json=asked).status_code == 201


@pytest.mark.parametrize(
    ("address", "host", "headers"),
    [
        ("192.168.1.7", "127.0.0.1:8000", {}),
        ("127.0.0.1", "registry.example", {}),
        ("127.0.0.1", "127.0.0.1:8000", {"x-forwarded-for": "10.0.0.9"}),
    ],
    ids=["another machine", "another name that leads here", "through a proxy"],
)
def test_elsewhere_the_sample_is_closed(
    address: str, host: str, headers: dict[str, str], tried: Callable[..., TestClient]
) -> None:
    there = tried(address, host)
    assert there.get("/api/v1/findings", headers=headers).status_code == 401
    assert there.get("/tiles/roads/10/1/1", headers=headers).status_code == 401
    asked = {"role": "administrator"}
    assert there.post(f"{SESSION}/try-out", json=asked, headers=headers).status_code == 403


def test_a_role_is_tried_out_as_its_own_person_whomever_the_administrator_added(
    tried: Callable[..., TestClient],
) -> None:
    here = tried()
    csrf = here.post(f"{SESSION}/try-out", json={"role": "administrator"}).json()["csrf"]
    added = {"login": "a-first-of-all", "name": "安然", "role": "clerk", "towns": []}
    made = here.post("/api/v1/accounts", json=added, headers={CSRF_HEADER: csrf})
    assert made.status_code == 201
    here.delete(SESSION, headers={CSRF_HEADER: csrf})
    tried = here.post(f"{SESSION}/try-out", json={"role": "clerk"}).json()
    assert tried["person"]["login"] == "sample-clerk"


def test_the_administrator_of_the_sample_reaches_no_real_account_and_goes_with_it(
    tried: Callable[..., TestClient], service: Service, secret: str
) -> None:
    here = tried()
    begun = here.post(f"{SESSION}/try-out", json={"role": "administrator"}).json()
    here.headers[CSRF_HEADER] = begun["csrf"]
    refused = here.post("/api/v1/accounts/wang/password")
    assert refused.json()["detail"] == "示例管理员只能管理示例账号。"
    asked = {"login": "helper", "name": "帮手", "role": "clerk"}
    assert here.post("/api/v1/accounts", json=asked).status_code == 201
    listed = {a["login"]: a for a in here.get("/api/v1/accounts").json()["items"]}
    for login, known in (("helper", True), ("sample-clerk", False)):
        told = listed[login]
        assert (told["sample"], told["has_password"]) == (True, known)
        answer = here.post(f"/api/v1/accounts/{login}/password")
        assert answer.status_code == (200 if known else 422), answer.json()
    with transaction(service.engine, person=LOCAL_USER, reason="移除示例") as connection:
        sample.remove(connection)
        left = {a.login for a in accounts.listed(connection)}
    assert "wang" in left
    assert not {a for a in left if a == "helper" or a.startswith("sample-")}
    assert here.get("/api/v1/accounts").status_code == 401
