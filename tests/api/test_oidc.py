"""Logging in through the bureau's own service: good, forged, late, replayed, unknown."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import Connection, Engine, text

from geo_registry.api.app import create_app
from geo_registry.api.service import Service
from geo_registry.domain.errors import BadRequest, RegistryError, Unavailable
from geo_registry.services.people import accounts, vouching
from geo_registry.services.people.accounts import Keeper
from geo_registry.services.people.oidc_issuer import Issuer
from geo_registry.settings import Oidc, Settings
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, transaction

_spec = importlib.util.spec_from_file_location(
    "fake_issuer", Path(__file__).with_name("fake_issuer.py")
)
assert _spec is not None
assert _spec.loader is not None
fake_issuer = importlib.util.module_from_spec(_spec)
sys.modules["fake_issuer"] = fake_issuer
_spec.loader.exec_module(fake_issuer)

SESSION = "/api/v1/session"
CALLBACK = f"{SESSION}/oidc/callback"
OWN = "http://testserver"


@pytest.fixture(scope="module")
def running() -> Iterator[Any]:
    with fake_issuer.served() as made:
        yield made


@pytest.fixture
def issuer(running: Any) -> Any:
    """The service, honest again."""
    running.signer, running.header, running.claims = running.key, {"alg": "RS256"}, {}
    running.methods, running.codes = ["client_secret_basic"], {}
    running.asked.clear()
    return running


@pytest.fixture
def oidc(issuer: Any, tmp_path: Path) -> Oidc:
    secret = tmp_path / "secret"
    secret.write_text(f"{fake_issuer.SECRET}\n", "utf-8")
    return Oidc(issuer.address, fake_issuer.CLIENT_ID, secret, title="区政务统一认证")


@pytest.fixture
def browser_of(engine: Engine, oidc: Oidc, data: Path, tmp_path: Path) -> Callable[..., TestClient]:
    """A browser before a service with that issuer; ``match`` as in the settings."""
    (tmp_path / "index.html").write_text("<!doctype html><title>地名</title>", "utf-8")
    settings = Settings(
        tmp_path, None, 0, "127.0.0.1", data, tmp_path, argon2=(1, 64, 1), public_url=OWN
    )

    def made(match: str = "") -> TestClient:
        app = create_app(replace(settings, oidc=replace(oidc, match=match)), engine)
        return TestClient(app, raise_server_exceptions=False, follow_redirects=False)

    return made


@pytest.fixture
def browser(browser_of: Callable[..., TestClient]) -> TestClient:
    return browser_of()


def service_of(browser: TestClient) -> Service:
    found: Service = browser.app.state.service  # type: ignore[attr-defined]
    return found


def keep(browser: TestClient, act: Callable[[Connection, Keeper], Any]) -> Any:
    service = service_of(browser)
    keeper = Keeper(
        LOCAL_ACTOR,
        service.now(),
        service.reference.login_limits,
        service.reference.permissions,
        service.passwords,
    )
    with transaction(service.engine, person=LOCAL_USER, reason="账号") as connection:
        return act(connection, keeper)


def add(browser: TestClient, login: str = "wang", role: str = "approver") -> None:
    keep(browser, lambda c, k: accounts.add(c, k, login=login, name="王主任", role=role))


def link(browser: TestClient, login: str = "wang", subject: str = "u-17") -> None:
    own = service_of(browser).settings.oidc
    keep(browser, lambda c, k: vouching.link(c, k, own, login, subject))


def there(browser: TestClient, back: str = "/cases?town=1") -> str:
    """Begin; the address to which the browser is sent."""
    answer = browser.get(f"{SESSION}/oidc/start", params={"back": back})
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    return str(answer.headers["location"])


def log_in(browser: TestClient, issuer: Any) -> Any:
    return browser.get(CALLBACK, params=issuer.consent(there(browser)))


def state_of(engine: Engine) -> list[Any]:
    """What a refused log-in must leave as it was."""
    with engine.connect() as connection:
        asked = (
            "SELECT to_jsonb(a) - 'created_at' FROM registry.account a ORDER BY id",
            "SELECT count(*) FROM registry.login_session",
            "SELECT count(*) FROM registry.person",
            "SELECT count(*) FROM registry.credential",
        )
        return [connection.execute(text(one)).all() for one in asked]


def log_of(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT kind, login, detail FROM registry.login_event ORDER BY id")
        )
        return [(row.kind, row.login, row.detail) for row in found]


def refused(answer: Any, engine: Engine, before: list[Any], why: str) -> None:
    """It is refused on a Chinese page, written down, and nothing has changed."""
    assert answer.status_code in {401, 403}, answer.text
    assert "没有登录" in answer.text
    assert why in answer.text
    assert "geo_registry=" not in answer.headers.get("set-cookie", "")
    assert state_of(engine) == before
    kind, _, detail = log_of(engine)[-1]
    assert kind == "oidc_refused"
    assert why in detail


def test_somebody_linked_comes_in_and_back_to_their_page(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    assert browser.get(SESSION).json()["oidc"] == "区政务统一认证"
    add(browser)
    link(browser)
    answer = log_in(browser, issuer)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/cases?town=1"
    assert "SameSite=strict" in answer.headers["set-cookie"]
    person = browser.get(SESSION).json()["person"]
    assert (person["login"], person["must_change"]) == ("wang", False)
    assert browser.get("/api/v1/findings").status_code == 200
    assert log_of(engine)[-1] == ("logged_in", "wang", "区政务统一认证")
    # The one-time password that nobody needs is gone with that; a second log-in works too.
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM registry.credential")) == 0
        assert connection.scalar(text("SELECT count(*) FROM registry.oidc_attempt")) == 0
    assert log_in(browser, issuer).status_code == 303


def test_a_client_that_must_post_its_secret_does(browser: TestClient, issuer: Any) -> None:
    issuer.methods = ["client_secret_post"]
    add(browser)
    link(browser)
    assert log_in(browser, issuer).status_code == 303


WRONG = [
    ({"nonce": "of another log-in"}, "nonce 不符"),
    ({"nonce": None}, "nonce 不符"),
    ({"aud": "another-system"}, "aud 不符"),
    ({"aud": [fake_issuer.CLIENT_ID, "another-system"]}, "azp 不符"),
    ({"azp": "another-system"}, "azp 不符"),
    ({"iss": "http://127.0.0.1:1"}, "iss 不符"),
    ({"exp": 1_700_000_000}, "已过期"),
    ({"exp": None}, "没有写明时间"),
    ({"iat": 4_000_000_000, "exp": 4_000_000_300}, "核对两台服务器的时钟"),
    ({"nbf": 4_000_000_000}, "核对两台服务器的时钟"),
    ({"sub": None}, "没有写明是谁"),
]


def test_a_token_that_says_something_else_is_refused(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    add(browser)
    link(browser)
    before = state_of(engine)
    for claims, why in WRONG:
        issuer.claims = claims
        refused(log_in(browser, issuer), engine, before, why)
    issuer.claims = {}
    assert log_in(browser, issuer).status_code == 303


def test_only_a_signature_by_a_key_of_the_issuer_counts(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    add(browser)
    link(browser)
    before = state_of(engine)
    forger = RSAKey.generate_key(2048)
    public = issuer.key.as_pem(private=False)
    for signer, header in [
        (forger, {"alg": "RS256"}),
        (forger, {"alg": "RS256", "kid": "unknown"}),
        # The public key as a shared secret, and no signature at all.
        (OctKey.import_key(issuer.key.thumbprint()), {"alg": "HS256"}),
        (OctKey.import_key(public.hex()), {"alg": "HS256"}),
        (OctKey.import_key("anything at all"), {"alg": "none"}),
    ]:
        issuer.signer, issuer.header = signer, header
        refused(log_in(browser, issuer), engine, before, "签名不对")


def test_clocks_may_differ_a_little(browser: TestClient, issuer: Any) -> None:
    add(browser)
    link(browser)
    now = int(datetime.now(UTC).timestamp())
    issuer.claims = {"iat": now + 40, "exp": now + 340}
    assert log_in(browser, issuer).status_code == 303
    issuer.claims = {"iat": now - 400, "exp": now - 40}
    assert log_in(browser, issuer).status_code == 303
    issuer.claims = {"iat": now - 400, "exp": now - 80}
    assert log_in(browser, issuer).status_code == 401


def test_a_state_is_good_once_in_its_browser_and_in_time(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    add(browser)
    link(browser)
    # Another browser: somebody is led into the account of somebody else.
    brought = issuer.consent(there(browser))
    other = TestClient(browser.app, raise_server_exceptions=False, follow_redirects=False)
    before = state_of(engine)
    refused(other.get(CALLBACK, params=brought), engine, before, "不是在这个浏览器里开始的")
    # Invented, and without any.
    made_up = {"code": "code-0", "state": "made up"}
    refused(browser.get(CALLBACK, params=made_up), engine, before, "不是在这个浏览器里开始的")
    refused(browser.get(CALLBACK), engine, before, "已经用过")
    # Replayed, with the cookie kept.
    brought = issuer.consent(there(browser))
    kept = browser.cookies["geo_registry_oidc"]
    assert browser.get(CALLBACK, params=brought).status_code == 303
    before = state_of(engine)
    again = browser.get(CALLBACK, params=brought, headers={"cookie": f"geo_registry_oidc={kept}"})
    refused(again, engine, before, "已经用过")
    # Too late.
    brought = issuer.consent(there(browser))
    state = browser.app.state  # type: ignore[attr-defined]
    state.service = replace(state.service, now=lambda: datetime.now(UTC) + timedelta(minutes=11))
    refused(browser.get(CALLBACK, params=brought), engine, before, "超过了 10 分钟")


def test_a_stolen_code_is_worth_nothing_without_its_verifier(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    add(browser)
    link(browser)
    stolen = issuer.consent(there(browser))["code"]
    own = issuer.consent(there(browser))
    before = state_of(engine)
    answer = browser.get(CALLBACK, params={"code": stolen, "state": own["state"]})
    refused(answer, engine, before, "invalid_grant")
    assert "not Chinese" not in answer.text


def test_what_the_service_refuses_is_told(browser: TestClient, issuer: Any, engine: Engine) -> None:
    before = state_of(engine)
    for more, why in [
        ({"error": "access_denied", "code": ""}, "access_denied"),
        ({"code": ""}, "没有给出 code"),
        ({"iss": "https://somebody.example"}, "iss 不符"),
        ({"error": "<script>alert(1)</script>"}, "&lt;script&gt;"),
    ]:
        brought = issuer.consent(there(browser)) | more
        answer = browser.get(CALLBACK, params=brought)
        assert answer.status_code == 401
        assert why in answer.text
        assert "<script>" not in answer.text
    assert state_of(engine) == before
    assert "/token" not in issuer.asked


def test_who_is_not_linked_gets_no_account_and_the_administrator_reads_whom_to_link(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    add(browser)  # wang is the user name there too, but no setting says that this is enough
    before = state_of(engine)
    answer = log_in(browser, issuer)
    refused(answer, engine, before, "没有关联的账号")
    assert "u-17" in answer.text
    assert "u-17" in log_of(engine)[-1][2]


@pytest.mark.parametrize(
    ("match", "good", "bad"),
    [
        (
            "login",
            {"preferred_username": "Wang"},
            [{"preferred_username": "li"}, {"preferred_username": "not a name!"}],
        ),
        (
            "@dm.example.cn",
            {"email": "Wang@DM.example.cn"},
            [
                {"email_verified": False},
                {"email_verified": "true"},
                {"email": "wang@evil.example"},
                {"email": "wang@evil.example@dm.example.cn"},
            ],
        ),
    ],
)
def test_a_name_is_enough_only_where_a_setting_says_so(
    match: str,
    good: dict[str, Any],
    bad: list[dict[str, Any]],
    browser_of: Callable[..., TestClient],
    issuer: Any,
    engine: Engine,
) -> None:
    browser = browser_of(match)
    add(browser)
    before = state_of(engine)
    for claims in bad:
        issuer.claims = claims
        refused(log_in(browser, issuer), engine, before, "没有关联的账号")
    issuer.claims = good
    assert log_in(browser, issuer).status_code == 303
    assert [kind for kind, _, _ in log_of(engine)][-2:] == ["oidc_linked", "logged_in"]
    # From now on the subject counts: the name passes to somebody else over there.
    issuer.claims = {**good, "sub": "u-99"}
    before = state_of(engine)
    refused(log_in(browser, issuer), engine, before, "另一个统一认证用户")


def test_an_administrator_is_linked_by_hand_only(
    browser_of: Callable[..., TestClient], issuer: Any, engine: Engine
) -> None:
    browser = browser_of("login")
    add(browser, role="administrator")
    before = state_of(engine)
    refused(log_in(browser, issuer), engine, before, "users link wang u-17")
    link(browser)
    assert log_in(browser, issuer).status_code == 303


def test_a_locked_account_stays_locked_whoever_vouches(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    add(browser)
    link(browser)
    keep(browser, lambda c, k: accounts.lock(c, k, "wang", reason="已调离"))
    before = state_of(engine)
    refused(log_in(browser, issuer), engine, before, "已锁定（已调离）")


def test_links_are_kept_apart_and_can_be_undone(
    browser: TestClient, issuer: Any, engine: Engine
) -> None:
    add(browser)
    add(browser, "li")
    link(browser)
    with pytest.raises(RegistryError, match="已经关联了另一个账号"):
        link(browser, "li")
    keep(browser, lambda c, k: vouching.unlink(c, k, "wang"))
    with pytest.raises(RegistryError, match="没有关联统一认证"):
        keep(browser, lambda c, k: vouching.unlink(c, k, "wang"))
    assert log_in(browser, issuer).status_code == 403
    link(browser, "li")
    assert log_in(browser, issuer).status_code == 303
    assert browser.get(SESSION).json()["person"]["login"] == "li"


def test_nobody_is_sent_to_another_site(browser: TestClient, issuer: Any) -> None:
    add(browser)
    link(browser)
    elsewhere = ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nx: y", "map"]
    for back in elsewhere:
        answer = browser.get(CALLBACK, params=issuer.consent(there(browser, back)))
        assert answer.headers["location"] == "/", back


def test_new_keys_of_the_issuer_are_fetched_but_not_for_everybody_who_invents_one(
    browser: TestClient, issuer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(browser)
    link(browser)
    assert log_in(browser, issuer).status_code == 303
    old = issuer.key
    issuer.key = issuer.signer = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
    try:
        assert log_in(browser, issuer).status_code == 401
        assert issuer.asked.count("/keys") == 1
        monkeypatch.setattr("geo_registry.services.people.oidc_issuer._AGAIN_AFTER_S", 0.0)
        assert log_in(browser, issuer).status_code == 303
        assert issuer.asked.count("/keys") == 2
    finally:
        issuer.key = old


def test_a_service_that_does_not_answer_or_is_another_one_is_named(
    browser: TestClient, issuer: Any, oidc: Oidc, engine: Engine
) -> None:
    state = browser.app.state  # type: ignore[attr-defined]
    for own, why in [
        ("http://127.0.0.1:9", "没有回答（127.0.0.1:9）"),
        (f"{issuer.address}/", "一字不差"),
        (f"{issuer.address}/nowhere", "状态 404"),
    ]:
        state.service = replace(state.service, issuer=Issuer(replace(oidc, issuer=own)))
        answer = browser.get(f"{SESSION}/oidc/start")
        assert answer.status_code == 503
        assert why in answer.text
        assert log_of(engine)[-1][0] == "oidc_refused"


def test_a_bureau_that_signs_its_own_certificates_names_them(oidc: Oidc, tmp_path: Path) -> None:
    pair = fake_issuer.certified(tmp_path)
    with fake_issuer.served(pair) as secure:
        own = replace(oidc, issuer=secure.address)
        asked = {"redirect": OWN, "state": "s", "nonce": "n", "verifier": "v"}
        with pytest.raises(Unavailable, match="没有回答"):
            Issuer(own).log_in_address(**asked)
        trusting = Issuer(replace(own, ca_file=pair[0]))
        assert trusting.log_in_address(**asked).startswith(f"{secure.address}/authorize?")


def test_without_settings_there_is_no_such_door(client: TestClient) -> None:
    assert client.get(SESSION).json()["oidc"] is None
    for address in (f"{SESSION}/oidc/start", CALLBACK):
        assert client.get(address).status_code == 404
    refusal = client.put("/api/v1/accounts/wang/oidc", json={"subject": "u-17"})
    assert refusal.status_code == 403  # an approver keeps no accounts


GIVEN = {
    "GEO_REGISTRY_OIDC_ISSUER": "https://sso.example.cn/realms/qu",
    "GEO_REGISTRY_OIDC_CLIENT_ID": "geo",
    "GEO_REGISTRY_OIDC_SECRET_FILE": "/run/secret",
    "GEO_REGISTRY_PUBLIC_URL": "https://dm.example.cn",
}


def test_the_settings_name_a_service_wholly_or_not_at_all() -> None:
    assert Settings.from_environment({}).oidc is None
    found = Settings.from_environment(GIVEN).oidc
    assert found == Oidc(GIVEN["GEO_REGISTRY_OIDC_ISSUER"], "geo", Path("/run/secret"))
    for missing in GIVEN:
        with pytest.raises(BadRequest, match=missing):
            Settings.from_environment({k: v for k, v in GIVEN.items() if k != missing})


@pytest.mark.parametrize(
    ("issuer", "good"),
    [
        ("http://10.3.1.20:8080/realms/qu", True),
        ("http://192.168.1.2", True),
        ("http://localhost:9000", True),
        ("http://sso.example.cn", False),
        ("http://114.114.114.114", False),
        ("https://user:word@sso.example.cn", False),
        ("ftp://10.3.1.20", False),
        ("https://", False),
    ],
)
def test_without_https_only_on_a_private_network(*, issuer: str, good: bool) -> None:
    given = GIVEN | {"GEO_REGISTRY_OIDC_ISSUER": issuer}
    if good:
        found = Settings.from_environment(given).oidc
        assert found is not None
        assert found.issuer == issuer
    else:
        with pytest.raises(BadRequest, match="OIDC_ISSUER"):
            Settings.from_environment(given)


def test_a_secret_or_certificate_that_cannot_be_read_is_told_at_the_start(
    oidc: Oidc, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="SECRET_FILE"):
        Issuer(replace(oidc, secret_file=tmp_path / "missing"))
    (tmp_path / "empty").touch()
    with pytest.raises(Unavailable, match="是空的"):
        Issuer(replace(oidc, secret_file=tmp_path / "empty"))
    with pytest.raises(Unavailable, match="证书"):
        Issuer(replace(oidc, ca_file=oidc.secret_file))
