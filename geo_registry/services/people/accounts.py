"""Keeping accounts: new ones, locks, passwords, roles and towns, keys of programs.

Every act is written to the log of the door beside the history. A person of the sample can keep
accounts of the sample only: what is tried out must not reach into what stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from geo_registry.domain.errors import BadRequest, Conflict, Forbidden, NotFound, Refused
from geo_registry.domain.login import LoginLimits, checked_login
from geo_registry.domain.people import ROLE_TITLES, Actor, Permissions, Reach, Role
from geo_registry.services.people.passwords import (
    Passwords,
    digest_of_key,
    one_time_password,
    random_key,
)
from geo_registry.store import accounts, login_events, sessions
from geo_registry.store.accounts import StoredAccount
from geo_registry.store.login_events import Happening
from geo_registry.store.sessions import StoredToken
from geo_registry.store.writing import in_turn

FIRST_LOGIN = "admin"
TOKEN_PREFIX = "gr_"  # noqa: S105 - what keys begin with, so that scanners for secrets know them
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps accounts, when, by which limits; ``address`` from where, empty: this machine."""

    actor: Actor
    now: datetime
    limits: LoginLimits
    permissions: Permissions
    passwords: Passwords
    address: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """A secret shown once: a one-time password or a key, until when, of which row and account."""

    id: int
    login: str
    secret: str
    until: datetime


def listed(connection: Connection) -> list[StoredAccount]:
    """All accounts, in the order of their log-in names."""
    return accounts.listed(connection)


def add(
    connection: Connection,
    keeper: Keeper,
    *,
    login: str,
    name: str,
    role: str,
    towns: Sequence[str] = (),
) -> Handed:
    """Make an account with a one-time password.

    Raises :class:`BadRequest` for an unknown role, town or name, :class:`Conflict` where the log-in
    name is taken.
    """
    login, name = checked_login(login), name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadRequest(f"请填写姓名（至多 {_LONGEST_NAME} 个字）。")
    wanted = role_named(role)
    codes = _known_towns(connection, towns)
    accounts.insert_account(
        connection,
        login=login,
        name=name,
        role=wanted,
        towns=codes,
        sample=_is_sample(connection, keeper),
    )
    account = found(connection, login)
    note_kept(connection, keeper, "account_added", account, ROLE_TITLES[wanted])
    return _one_time(connection, keeper, account)


def first_administrator(connection: Connection, keeper: Keeper) -> Handed | None:
    """At the first start make an administrator; None where there is one already."""
    if accounts.has_administrator(connection):
        return None
    taken = {a.login for a in accounts.listed(connection)}
    login = next(n for n in _names(FIRST_LOGIN) if n not in taken)
    return add(connection, keeper, login=login, name="系统管理员", role=Role.ADMINISTRATOR.value)


def found(connection: Connection, login: str) -> StoredAccount:
    """The account of a log-in name; :class:`NotFound`."""
    account = accounts.by_login(connection, checked_login(login))
    if account is None:
        raise NotFound(f"没有登录名为“{login[:40]}”的账号。")
    return account


def lock(connection: Connection, keeper: Keeper, login: str, *, reason: str) -> StoredAccount:
    """Lock an account: its sessions end, its keys are refused. One cannot lock oneself out."""
    in_turn(connection, "account", login)
    account = kept(connection, keeper, login)
    if account.person == keeper.actor.person:
        raise Refused("不能锁定自己的账号。", advice="请由另一位管理员办理。")
    if account.locked_at is not None:
        raise Conflict(f"账号“{account.login}”已经锁定。")
    _require_another_administrator(connection, account)
    accounts.change(connection, account.id, locked_at=keeper.now, locked_why=reason.strip()[:200])
    sessions.end_all(connection, account.id, keeper.now)
    note_kept(connection, keeper, "account_locked", account, reason)
    return found(connection, login)


def unlock(connection: Connection, keeper: Keeper, login: str) -> StoredAccount:
    """Unlock an account, and forget its failed attempts."""
    account = kept(connection, keeper, login)
    accounts.change(connection, account.id, locked_at=None, locked_why="")
    note_kept(connection, keeper, "account_unlocked", account, "")
    return found(connection, login)


def reset_password(connection: Connection, keeper: Keeper, login: str) -> Handed:
    """Give an account a new one-time password; its sessions end."""
    account = kept(connection, keeper, login)
    if account.sample and account.password_hash is None:
        raise Refused("示例账号没有密码。", advice="在本机的登录页上点选即可试用。")
    sessions.end_all(connection, account.id, keeper.now)
    note_kept(connection, keeper, "password_reset", account, "")
    return _one_time(connection, keeper, account)


def set_role(
    connection: Connection,
    keeper: Keeper,
    login: str,
    *,
    role: str | None = None,
    towns: Sequence[str] | None = None,
) -> StoredAccount:
    """Change the role of an account or its towns (none of them: the whole district)."""
    account = kept(connection, keeper, login)
    changed: dict[str, object] = {}
    if role is not None:
        changed["role"] = role_named(role).value
        if changed["role"] != Role.ADMINISTRATOR.value:
            _require_another_administrator(connection, account)
    if towns is not None:
        changed["towns"] = sorted(_known_towns(connection, towns))
    if changed:
        accounts.change(connection, account.id, **changed)
        note_kept(connection, keeper, "account_changed", account, str(changed))
    return found(connection, login)


def role_named(text: str) -> Role:
    """The role of a key or a Chinese title; :class:`BadRequest`."""
    for role in Role:
        if text.strip() in {role.value, ROLE_TITLES[role]}:
            return role
    known = "、".join(f"{role.value}（{ROLE_TITLES[role]}）" for role in Role)
    raise BadRequest(f"没有“{text[:20]}”这个角色。", advice=f"可用：{known}。")


# ---- keys of programs ----------------------------------------------------------------------------

NEVER_BY_KEY = frozenset({"session.use", "service.health", "tokens.own", "accounts.manage"})
"""Acts that only a person does who has logged in; no key holds them."""


def add_token(
    connection: Connection,
    keeper: Keeper,
    login: str,
    *,
    title: str,
    acts: Sequence[str],
    days: int,
) -> Handed:
    """Make a key that acts as an account, in some of the acts of its role; shown this once.

    Raises :class:`Conflict` where the account has a key of that title in force.
    """
    account = found(connection, login)
    if account.person != keeper.actor.person:
        account = kept(connection, keeper, login)
    if not 0 < days <= keeper.limits.token_days:
        raise BadRequest(f"令牌有效期应为 1 至 {keeper.limits.token_days} 天。")
    if not 0 < len(title.strip()) <= 100:
        raise BadRequest("请写明令牌给哪个程序用（至多 100 个字）。")
    known = [
        key
        for key in keeper.permissions.acts
        if keeper.permissions.reach(account.actor, key) is not Reach.NONE
        and key not in NEVER_BY_KEY
    ]
    unknown = [act for act in acts if act not in known]
    if unknown or not acts:
        raise BadRequest(
            f"令牌不能包含：{'、'.join(unknown)}。" if unknown else "请写明令牌可以做什么。",
            advice=f"{ROLE_TITLES[account.role]}的令牌可用：{'、'.join(known)}。",
        )
    in_turn(connection, "token", account.id, title.strip())
    for token in sessions.tokens(connection, account.id):
        alive = token.revoked_at is None and token.expires_at > keeper.now
        if alive and token.title == title.strip():
            raise Conflict(
                f"这个账号已有名为“{token.title}”的有效令牌（编号 {token.id}），没有重复生成。",
                advice="令牌只显示一次；没有记下的，先吊销原来的，或换一个名称。",
            )
    key = random_key(TOKEN_PREFIX)
    until = keeper.now + timedelta(days=days)
    number = sessions.insert_token(
        connection,
        account.id,
        digest_of_key(key),
        title=title.strip(),
        acts=sorted(set(acts)),
        expires_at=until,
    )
    note_kept(connection, keeper, "token_added", account, title.strip())
    return Handed(number, account.login, key, until)


def revoke_token(connection: Connection, keeper: Keeper, token_id: int) -> StoredToken:
    """End a key, one's own or, for who keeps accounts, anybody's."""
    token = sessions.token_by_id(connection, token_id)
    if token is None or not (_is_own(keeper, token) or _may_keep(keeper)):
        raise NotFound(f"没有编号为 {token_id} 的令牌。")
    if not _is_own(keeper, token):
        kept(connection, keeper, token.account.login)
    if not sessions.revoke(connection, token_id, keeper.now):
        raise Conflict(f"令牌“{token.title}”已经停用。")
    note_kept(connection, keeper, "token_revoked", token.account, token.title)
    return token


def tokens(connection: Connection, account_id: int | None = None) -> list[StoredToken]:
    """The keys of an account, or of all."""
    return sessions.tokens(connection, account_id)


# ---- the sample ----------------------------------------------------------------------------------

SAMPLE_NAMES = {
    Role.CLERK: "示例登记员",
    Role.APPROVER: "示例审批员",
    Role.INSPECTOR: "示例巡查员",
    Role.VOLUNTEER: "示例志愿者",
    Role.ANALYST: "示例分析员",
    Role.ADMINISTRATOR: "示例管理员",
}


def add_sample(connection: Connection) -> int:
    """Make an account for each role, without a password: they are for this machine only."""
    held = {a.role for a in accounts.listed(connection) if a.sample}
    missing = [role for role in Role if role not in held]
    for role in missing:
        accounts.insert_account(
            connection,
            login=f"sample-{role.value}",
            name=SAMPLE_NAMES[role],
            role=role,
            sample=True,
        )
    return len(missing)


def sample_people(connection: Connection) -> Mapping[Role, tuple[int, str]]:
    """The persons that came with the sample, by role: id and name."""
    # Of several in a role the first that was made stays: later ones are its administrator's.
    latest_first = sorted(accounts.listed(connection), key=lambda a: -a.id)
    return {a.role: (a.person, a.name) for a in latest_first if a.sample}


def remove_sample(connection: Connection) -> int:
    """Take the accounts of the sample out, and those that its administrator made."""
    return accounts.remove_sample(connection)


# ---- steps ---------------------------------------------------------------------------------------


def _names(start: str) -> Sequence[str]:
    return [start, *(f"{start}{n}" for n in range(2, 1000))]


def _one_time(connection: Connection, keeper: Keeper, account: StoredAccount) -> Handed:
    secret, until = one_time_password(), keeper.now + keeper.limits.one_time
    accounts.set_password(
        connection,
        account.id,
        keeper.passwords.digest(secret),
        must_change=True,
        expires_at=until,
    )
    return Handed(account.id, account.login, secret, until)


def kept(connection: Connection, keeper: Keeper, login: str) -> StoredAccount:
    """The account, if the keeper may touch it; else :class:`Forbidden`, :class:`NotFound`."""
    account = found(connection, login)
    if _is_sample(connection, keeper) and not account.sample:
        raise Forbidden("示例管理员只能管理示例账号。", advice="请用真正的管理员账号办理。")
    return account


def _is_sample(connection: Connection, keeper: Keeper) -> bool:
    own = accounts.by_person(connection, keeper.actor.person)
    return own is not None and own.sample


def _is_own(keeper: Keeper, token: StoredToken) -> bool:
    return token.account.person == keeper.actor.person


def _may_keep(keeper: Keeper) -> bool:
    return keeper.permissions.allows(keeper.actor, "accounts.manage", None)


def _require_another_administrator(connection: Connection, account: StoredAccount) -> None:
    """Raise :class:`Refused` where nobody could keep accounts any more."""
    if account.role is not Role.ADMINISTRATOR or account.sample:
        return
    others = [
        a
        for a in accounts.listed(connection)
        if a.role is Role.ADMINISTRATOR
        and a.id != account.id
        and not a.sample
        and a.locked_at is None
    ]
    if not others:
        raise Refused("这是唯一的管理员账号，不能锁定或改为其他角色。")


def _known_towns(connection: Connection, towns: Sequence[str]) -> list[str]:
    codes = sorted({t.strip() for t in towns if t.strip()})
    unknown = accounts.unknown_towns(connection, codes)
    if unknown:
        raise BadRequest(
            f"登记册里没有代码为 {'、'.join(unknown)} 的镇街。", advice="请填镇街的 9 位代码。"
        )
    return codes


def note_kept(
    connection: Connection, keeper: Keeper, kind: str, account: StoredAccount, detail: str
) -> None:
    """Write an act on an account to the log of the door."""
    by = f"{keeper.actor.name}：{detail}" if detail else keeper.actor.name
    login_events.note(
        connection,
        Happening(kind, account.login, account.id, account.person, keeper.address, by),
    )


def account_told(account: StoredAccount) -> dict[str, Any]:
    """An account in the words of the interfaces; of its password, whether there is one."""
    return {
        "id": account.id,
        "person": f"person:{account.person}",
        "login": account.login,
        "name": account.name,
        "role": account.role.value,
        "role_title": ROLE_TITLES[account.role],
        "towns": sorted(account.towns),
        "locked": account.locked_at is not None,
        "locked_why": account.locked_why,
        "must_change": account.must_change,
        "sample": account.sample,
        "has_password": account.password_hash is not None,
        "oidc_subject": account.oidc_subject,
        "created_at": account.created_at,
    }


def token_told(token: StoredToken) -> dict[str, Any]:
    """A key without its secret."""
    return {
        "id": token.id,
        "login": token.account.login,
        "title": token.title,
        "acts": list(token.acts),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked": token.revoked_at is not None,
        "used_at": token.used_at,
    }
