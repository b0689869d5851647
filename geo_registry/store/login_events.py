"""What happened at the door: an append-only log, by which attempts are counted too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from geo_registry.store.account_tables import login_event

FAILURES = ("wrong_password", "unknown_login", "locked_login", "expired_password")
"""Kinds of events that count as failed attempts."""
SUCCESS = "logged_in"
REFUSED = "refused"
"""A change by somebody who has logged in that a rule, a guard or the state of things forbids."""
KIND_TITLES = {
    SUCCESS: "登录",
    "wrong_password": "密码不对",
    "unknown_login": "没有这个登录名",
    "locked_login": "账号已锁定",
    "expired_password": "一次性密码已过期",
    "throttled": "尝试太频繁，未受理",
    "logged_out": "退出",
    "password_changed": "修改密码",
    "password_reset": "重置密码",
    "account_added": "新建账号",
    "account_changed": "修改账号",
    "account_locked": "锁定账号",
    "account_unlocked": "解除锁定",
    "token_added": "设立令牌",
    "token_revoked": "停用令牌",
    "bad_session": "登录凭据无效",
    "bad_token": "令牌无效",
    "forged_request": "请求来源不对",
    "forbidden": "越权被拒",
    REFUSED: "办理被拒",
    "names_shown": "查看完整姓名",
    "oidc_refused": "统一认证登录被拒",
    "oidc_linked": "关联统一认证",
    "oidc_unlinked": "取消关联统一认证",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event; ``login`` as it was given, ``account`` and ``person`` where they are known."""

    kind: str
    login: str = ""
    account: int | None = None
    person: int | None = None
    address: str = ""
    detail: str = ""


def note(connection: Connection, what: Happening) -> None:
    """Write an event."""
    connection.execute(
        insert(login_event).values(
            at=text("clock_timestamp()"),
            kind=what.kind,
            login=what.login[:80],
            account_id=what.account,
            person_id=what.person,
            address=what.address[:100],
            detail=what.detail[:500],
        )
    )


def one_at_a_time(connection: Connection, login: str) -> None:
    """Let attempts on one log-in name follow each other until the end of the transaction."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(449003, hashtext(:login))"), {"login": login}
    )


def failures(connection: Connection, *, login: str, address: str, since: datetime) -> Any:
    """Failed attempts after ``since`` (by_login: since the last success too, by_address)."""
    return connection.execute(
        text(
            "SELECT (SELECT count(*) FROM registry.login_event e WHERE e.login = :login "
            "  AND e.at > greatest(:since, (SELECT max(s.at) FROM registry.login_event s "
            "    WHERE s.login = :login AND s.kind IN ('logged_in', 'password_reset', "
            "      'account_unlocked'))) AND e.kind = ANY (:kinds)) AS by_login, "
            "(SELECT count(*) FROM registry.login_event e WHERE e.address = :address "
            "  AND e.at > :since AND e.kind = ANY (:kinds)) AS by_address"
        ),
        {"login": login, "address": address, "since": since, "kinds": list(FAILURES)},
    ).one()


def recent(connection: Connection, *, kind: str, address: str, since: datetime) -> int:
    """How many events of a kind an address has caused after ``since``."""
    found = connection.scalar(
        text(
            "SELECT count(*) FROM registry.login_event "
            "WHERE address = :address AND at > :since AND kind = :kind"
        ),
        {"kind": kind, "address": address, "since": since},
    )
    return int(found or 0)


def listed(
    connection: Connection,
    *,
    limit: int,
    before: int | None = None,
    kinds: Collection[str] = (),
) -> list[dict[str, Any]]:
    """The latest events: those before an id where that is given, of some kinds or of all."""
    wanted = select(login_event).order_by(login_event.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(login_event.c.id < before)
    if kinds:
        wanted = wanted.where(login_event.c.kind.in_(list(kinds)))
    return [
        {
            "id": row.id,
            "at": row.at,
            "kind": row.kind,
            "title": KIND_TITLES.get(row.kind, row.kind),
            "login": row.login,
            "person": None if row.person_id is None else f"person:{row.person_id}",
            "address": row.address,
            "detail": row.detail,
        }
        for row in connection.execute(wanted)
    ]
