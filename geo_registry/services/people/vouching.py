"""Logging in because another service vouches for somebody. It never makes an account.

An account is linked to a subject of that service by who keeps accounts, or, where a setting says
so, at the first log-in by its log-in name. What was linked once is found by the subject alone: a
name that passes to somebody else over there opens nothing here.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from geo_registry.domain.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Refused,
    RegistryError,
    Unauthenticated,
)
from geo_registry.domain.login import LoginLimits, checked_login
from geo_registry.domain.people import Role
from geo_registry.services.people.accounts import Keeper, kept, note_kept
from geo_registry.services.people.identifying import require_unlocked
from geo_registry.services.people.logging_in import Client, begin
from geo_registry.services.people.oidc_token import Vouched
from geo_registry.services.people.passwords import digest_of_key, random_key
from geo_registry.settings import Oidc
from geo_registry.store import accounts, login_events, oidc_attempts
from geo_registry.store.accounts import StoredAccount
from geo_registry.store.login_events import Happening
from geo_registry.store.oidc_attempts import StoredAttempt

_OWN_PAGE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,500}")


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in that begins: what goes to the service, and (the state) into the browser."""

    state: str
    nonce: str
    verifier: str


def begun(connection: Connection, client: Client, limits: LoginLimits, back_to: str) -> Begun:
    """Begin a log-in; ``back_to`` is a page of our own, anything else becomes the first page."""
    oidc_attempts.forget(connection, client.now - limits.oidc)
    made = Begun(random_key(), random_key(), random_key())
    page = back_to if _OWN_PAGE.fullmatch(back_to) else "/"
    oidc_attempts.insert_attempt(
        connection,
        digest_of_key(made.state),
        StoredAttempt(made.nonce, made.verifier, page, client.now),
    )
    return made


def came_back(
    connection: Connection, state: str, cookie: str, client: Client, limits: LoginLimits
) -> StoredAttempt:
    """The log-in that comes back with a state: to the browser in which it began, once, in time.

    Raises :class:`Unauthenticated`. Commit before anything else can fail: the state is used up.
    """
    if not secrets.compare_digest(state.encode(), cookie.encode()):
        raise Unauthenticated("这次登录不是在这个浏览器里开始的，没有登录。", advice="请重新登录。")
    found = oidc_attempts.take(connection, digest_of_key(state))
    if found is None or client.now - found.started_at >= limits.oidc:
        raise Unauthenticated(
            f"这次登录已经用过，或超过了 {limits.oidc_minutes} 分钟，没有登录。",
            advice="请重新登录。",
        )
    return found


def enter(
    connection: Connection, vouched: Vouched, oidc: Oidc, client: Client, limits: LoginLimits
) -> str:
    """Begin a session for whom the service vouches for; returns the cookie.

    Raises :class:`Unauthenticated` where no account is linked or it is locked.
    """
    account = accounts.by_oidc(connection, full_subject(oidc, vouched.subject))
    if account is None:
        account = _matched(connection, vouched, oidc, client)
    require_unlocked(account)
    if account.must_change:
        # Its owner never needs the one-time password, and nobody else shall use it.
        accounts.drop_password(connection, account.id)
    return begin(connection, account, client, limits, detail=oidc.title)


def link(
    connection: Connection, keeper: Keeper, oidc: Oidc | None, login: str, subject: str
) -> StoredAccount:
    """Link an account to a subject of the service, in place of the one it may have had.

    Raises :class:`Refused` where no service is set or the account is one of the sample,
    :class:`BadRequest` for a subject that cannot be one, :class:`Conflict` where another account
    has it.
    """
    if oidc is None:
        raise Refused("没有设置统一认证，不能关联。", advice="设置方法见 docs/running.md。")
    subject = subject.strip()
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise BadRequest("请填写统一认证的用户标识（sub），至多 255 个字符。")
    account = kept(connection, keeper, login)
    if account.sample:
        raise Refused("示例账号不能关联统一认证。")
    _link(connection, account, full_subject(oidc, subject))
    note_kept(connection, keeper, "oidc_linked", account, subject)
    return kept(connection, keeper, login)


def unlink(connection: Connection, keeper: Keeper, login: str) -> StoredAccount:
    """Let nobody vouch for an account any more; :class:`Conflict` where nobody did."""
    account = kept(connection, keeper, login)
    if account.oidc_subject is None:
        raise Conflict(f"账号“{account.login}”没有关联统一认证。")
    accounts.change(connection, account.id, oidc_subject=None)
    note_kept(connection, keeper, "oidc_unlinked", account, account.oidc_subject)
    return kept(connection, keeper, login)


def full_subject(oidc: Oidc, subject: str) -> str:
    """A subject with its issuer: another issuer may give the same one to somebody else."""
    return f"{oidc.issuer}#{subject}"


def _link(connection: Connection, account: StoredAccount, subject: str) -> None:
    try:
        with connection.begin_nested():
            accounts.change(connection, account.id, oidc_subject=subject)
    except IntegrityError as error:
        raise Conflict("这个统一认证用户已经关联了另一个账号。") from error


def _matched(connection: Connection, vouched: Vouched, oidc: Oidc, client: Client) -> StoredAccount:
    """The account that a setting lets be found by its name; it is linked with that."""
    account = accounts.by_login(connection, login) if (login := _login(vouched, oidc)) else None
    if account is None or account.sample:
        raise _unknown(vouched)
    if account.oidc_subject is not None:
        raise Forbidden(
            f"账号“{account.login}”关联的是另一个统一认证用户，没有登录。",
            advice=f"请把这个标识告诉管理员核对：{vouched.subject}",
        )
    if account.role is Role.ADMINISTRATOR:
        raise Forbidden(
            "管理员账号不能按名字自动关联统一认证，没有登录。",
            advice=f"请在服务器上运行 geo-registry users link {account.login} {vouched.subject}",
        )
    require_unlocked(account)
    _link(connection, account, full_subject(oidc, vouched.subject))
    login_events.note(
        connection,
        Happening(
            "oidc_linked", account.login, account.id, account.person, client.address,
            f"按名字自动关联：{vouched.subject}",
        ),
    )  # fmt: skip
    return account


def _login(vouched: Vouched, oidc: Oidc) -> str:
    """The log-in name that the setting takes from what the service says, or nothing."""
    name = ""
    if oidc.match == "login":
        name = vouched.user_name
    elif oidc.match:
        local, at, domain = vouched.email.lower().rpartition("@")
        name = local if at + domain == oidc.match else ""
    try:
        return checked_login(name)
    except RegistryError:
        return ""


def _unknown(vouched: Vouched) -> Forbidden:
    return Forbidden(
        "统一认证知道您，但本系统里没有关联的账号，没有登录。",
        advice=f"请把这个标识告诉管理员，由管理员关联：{vouched.subject}",
    )
