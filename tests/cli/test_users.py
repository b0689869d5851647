"""Accounts from the command line: made, locked, reset, keys; secrets alone on standard output."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from geo_registry.cli import commands
from geo_registry.domain.errors import BadRequest, RegistryError, Unauthenticated
from geo_registry.services.people import accounts, identifying
from geo_registry.services.people.passwords import Passwords
from geo_registry.services.samples import sample
from geo_registry.store import login_events
from geo_registry.store.database import LOCAL_USER, transaction

ROOT = Path(__file__).resolve().parents[2]
CHEAP = "1,64,1"


@pytest.fixture(autouse=True)
def here(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEO_REGISTRY_DATABASE_URL", database)
    monkeypatch.setenv("GEO_REGISTRY_HOME", str(tmp_path))
    monkeypatch.setenv("GEO_REGISTRY_ARGON2", CHEAP)


def run(*words: str) -> Result:
    done = CliRunner().invoke(commands, ["users", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_an_account_is_made_listed_locked_and_reset(engine: Engine) -> None:
    made = run("add", "Li.Si", "--name", "李四", "--role", "登记员")
    first = made.stdout.strip()
    assert len(first) == 14
    assert first not in made.stderr
    with engine.connect() as connection:
        held = accounts.found(connection, "li.si")
    assert Passwords((1, 64, 1)).fits(first, held.password_hash)
    assert "李四  登记员  全区（尚未改掉一次性密码）" in run("list").stdout
    run("lock", "li.si", "--reason", "离岗")
    assert "（已锁定：离岗）" in run("list").stdout
    run("unlock", "li.si")
    second = json.loads(run("reset-password", "li.si", "--json").stdout)["secret"]
    assert second != first
    changed = json.loads(run("set", "li.si", "--role", "inspector", "--json").stdout)
    assert changed["role_title"] == "巡查员"
    with pytest.raises(BadRequest, match="没有“king”这个角色"):
        run("set", "li.si", "--role", "king")
    with pytest.raises(RegistryError, match="没有代码为 999999999 的镇街"):
        run("set", "li.si", "--town", "999999999")


def test_a_key_is_made_used_and_revoked(engine: Engine) -> None:
    run("add", "reader", "--name", "同步", "--role", "analyst")
    key = run("token", "add", "reader", "--title", "QGIS", "--act", "registry.read").stdout.strip()
    with engine.connect() as connection:
        now = connection.scalar(text("SELECT now()"))
        entry = identifying.by_key(connection, key, now=now)
    assert entry.actor.acts == {"registry.read"}
    assert key not in run("token", "list").stdout
    run("token", "revoke", str(entry.token))
    with engine.connect() as connection, pytest.raises(Unauthenticated, match="已停用"):
        identifying.by_key(connection, key, now=now)


def test_the_log_tells_what_was_refused(engine: Engine) -> None:
    run("add", "wang", "--name", "王五", "--role", "clerk")
    with transaction(engine, person=LOCAL_USER, reason="登录记录") as connection:
        login_events.note(connection, login_events.Happening("refused", "wang", detail="POST 甲"))
    assert run("log").stdout.splitlines()[0].endswith("wang  办理被拒  POST 甲")
    assert "新建账号" in run("log").stdout
    told = json.loads(run("log", "--kind", "refused", "--json").stdout)["items"]
    assert [e["title"] for e in told] == ["办理被拒"]
    with pytest.raises(BadRequest, match="没有“refuse”这种记录"):
        run("log", "--kind", "refuse")


def test_history_names_the_local_user_and_keeps_no_secret(engine: Engine) -> None:
    secret = run("add", "wang", "--name", "王五", "--role", "clerk").stdout.strip()
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT to_jsonb(h)::text, person_id FROM registry.history h "
                 "WHERE table_name IN ('account', 'credential')")
        ).all()  # fmt: skip
    assert [person for _, person in rows] == [LOCAL_USER]
    assert not any(secret in row or "argon2" in row for row, _ in rows)


def test_accounts_of_the_sample_go_with_it(engine: Engine) -> None:
    run("add", "wang", "--name", "王五", "--role", "clerk")
    with transaction(engine, person=LOCAL_USER, reason="示例") as connection:
        assert accounts.add_sample(connection) == 6
        assert accounts.add_sample(connection) == 0
        sample.remove(connection)
        assert [a.login for a in accounts.listed(connection)] == ["wang"]


def test_the_page_shows_the_present_table() -> None:
    asked = [sys.executable, ROOT / "tools/people_page.py", "--check"]
    assert subprocess.run(asked, check=False).returncode == 0, (
        "run .venv/bin/python tools/people_page.py and commit docs/people.md"
    )
