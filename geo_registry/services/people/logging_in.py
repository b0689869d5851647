"""Logging in and out, changing one's password. Refusals are written down before they are told.

:func:`attempt` gives an outcome instead of raising: the door commits the event, then tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from geo_registry.domain.errors import Forbidden, Refused, RegistryError, Throttled, Unauthenticated
from geo_registry.domain.login import LONGEST_PASSWORD, LoginLimits, check_password, checked_login
from geo_registry.domain.people import Role
from geo_registry.services.people.identifying import Entry, by_cookie, locked_out
from geo_registry.services.people.passwords import Passwords, digest_of_key, random_key
from geo_registry.store import accounts, login_events, sessions
from geo_registry.store.accounts import StoredAccount
from geo_registry.store.login_events import Happening

_WRONG = "登录名或密码不对。"


@dataclass(frozen=True, slots=True)
class Client:
    """From where somebody knocks: address, browser, the moment."""

    address: str
    agent: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """The cookie of the session that was begun, or the refusal that the door must raise."""

    cookie: str = ""
    refusal: RegistryError | None = None


def attempt(
    connection: Connection,
    login: str,
    password: str,
    client: Client,
    *,
    passwords: Passwords,
    limits: LoginLimits,
) -> Outcome:
    """Try to log in with a password; every attempt is written down and counted."""
    try:
        login = checked_login(login)
    except RegistryError:
        login = login.strip().lower()[:40]
    login_events.one_at_a_time(connection, login)
    tried = login_events.failures(
        connection, login=login, address=client.address, since=client.now - limits.window
    )
    if tried.by_login >= limits.failures_by_login or (
        tried.by_address >= limits.failures_by_address
    ):
        login_events.note(connection, Happening("throttled", login, address=client.address))
        return Outcome(
            refusal=Throttled(
                "登录失败次数太多，暂不受理。",
                advice=f"请 {limits.window_minutes} 分钟后再试；忘记密码请找管理员重置。",
            )
        )
    account = accounts.by_login(connection, login)
    fits = len(password) <= LONGEST_PASSWORD and passwords.fits(
        password, account.password_hash if account else None
    )
    kind, refusal = _judged(account, client.now, fits=fits)
    if refusal is not None or account is None:
        number, person = (account.id, account.person) if account else (None, None)
        login_events.note(connection, Happening(kind, login, number, person, client.address))
        return Outcome(refusal=refusal)
    if account.password_hash and passwords.is_outdated(account.password_hash):
        accounts.set_password(
            connection,
            account.id,
            passwords.digest(password),
            must_change=account.must_change,
            expires_at=account.password_expires,
        )
    return Outcome(begin(connection, account, client, limits))


def _judged(
    account: StoredAccount | None, now: datetime, *, fits: bool
) -> tuple[str, RegistryError | None]:
    """The kind of event that an attempt is, and the refusal.

    Only who knows the password is told that an account is locked.
    """
    if account is None:
        return "unknown_login", Unauthenticated(_WRONG)
    if not fits:
        return "wrong_password", Unauthenticated(_WRONG)
    if account.locked_at is not None:
        return "locked_login", locked_out(account)
    if account.password_expires is not None and now >= account.password_expires:
        return "expired_password", Unauthenticated(
            "这个一次性密码已过期。", advice="请管理员再重置一次。"
        )
    return login_events.SUCCESS, None


def begin(
    connection: Connection,
    account: StoredAccount,
    client: Client,
    limits: LoginLimits,
    *,
    detail: str = "",
) -> str:
    """Begin a session and write it down; returns the cookie, which is kept nowhere."""
    cookie = random_key()
    sessions.insert_session(
        connection,
        account.id,
        digest_of_key(cookie),
        now=client.now,
        expires_at=client.now + limits.session,
        address=client.address,
        agent=client.agent,
    )
    _note(connection, login_events.SUCCESS, account, client, detail)
    return cookie


def begun(connection: Connection, cookie: str, now: datetime, limits: LoginLimits) -> Entry:
    """Who has just logged in."""
    return by_cookie(connection, cookie, now=now, limits=limits)


def try_out(connection: Connection, role: str, client: Client, limits: LoginLimits) -> str:
    """Log in as the person of the sample in a role; the door has seen that this is the machine.

    Raises :class:`Forbidden` where the sample has no such account.
    """
    found = [a for a in accounts.listed(connection) if a.sample and a.role.value == role]
    if not found:
        raise Forbidden(
            "没有可以试用的示例账号。", advice="载入示例数据后，本机上可以用各角色试用。"
        )
    # The account that came with the sample, not one that its administrator made afterwards.
    first = min(found, key=lambda a: a.id)
    return begin(connection, first, client, limits, detail="示例账号")


def log_out(connection: Connection, entry: Entry, client: Client) -> None:
    """End the session."""
    if entry.session is not None:
        sessions.end(connection, entry.session, client.now)
        _note(connection, "logged_out", entry.account, client, "")


def change_password(
    connection: Connection,
    entry: Entry,
    current: str,
    new: str,
    client: Client,
    *,
    passwords: Passwords,
    limits: LoginLimits,
) -> Outcome:
    """Replace one's own password; the other sessions of the account end.

    Counts a wrong current password as a failed attempt. Returns no cookie: the session goes on.
    """
    account = entry.account
    if account.sample and account.password_hash is None:  # those its administrator made have one
        return Outcome(refusal=Refused("示例账号没有密码，不能修改。"))
    login_events.one_at_a_time(connection, account.login)
    tried = login_events.failures(
        connection, login=account.login, address="", since=client.now - limits.window
    )
    if tried.by_login >= limits.failures_by_login:
        return Outcome(refusal=Throttled("当前密码输错次数太多，暂不受理。", advice="请稍后再试。"))
    if len(current) > LONGEST_PASSWORD or not passwords.fits(current, account.password_hash):
        _note(connection, "wrong_password", account, client, "修改密码时")
        return Outcome(refusal=Refused("当前密码不对，密码没有修改。"))
    if new == current:
        return Outcome(refusal=Refused("新密码与当前密码相同，请换一个。"))
    check_password(new, login=account.login, name=account.name, limits=limits)
    accounts.set_password(connection, account.id, passwords.digest(new), must_change=False)
    sessions.end_all(connection, account.id, client.now, but=entry.session)
    _note(connection, "password_changed", account, client, "")
    return Outcome()


def try_out_roles(connection: Connection) -> list[Role]:
    """The roles for which the sample has an account."""
    held = {a.role for a in accounts.listed(connection) if a.sample}
    return [role for role in Role if role in held]


def _note(
    connection: Connection, kind: str, account: StoredAccount, client: Client, detail: str
) -> None:
    login_events.note(
        connection,
        Happening(kind, account.login, account.id, account.person, client.address, detail),
    )
