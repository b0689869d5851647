"""Who stands at the door: by the cookie of a browser, or by the key of a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from geo_registry.domain.errors import Unauthenticated
from geo_registry.domain.login import LoginLimits
from geo_registry.domain.people import Actor
from geo_registry.services.people.passwords import digest_of_key
from geo_registry.store import sessions
from geo_registry.store.accounts import StoredAccount

_RARELY = timedelta(minutes=1)
"""How often the use of a session or key is written down."""
_AGAIN = "请重新登录。"


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody known: who acts, through which account; ``session`` None: by a key."""

    actor: Actor
    account: StoredAccount
    session: int | None = None
    token: int | None = None
    stale: bool = False
    """Whether its use has not been written down for a while."""


def by_cookie(connection: Connection, cookie: str, *, now: datetime, limits: LoginLimits) -> Entry:
    """Who holds a cookie; :class:`Unauthenticated` where it is forged, over, or locked out."""
    found = sessions.session_of(connection, digest_of_key(cookie))
    if found is None:
        raise Unauthenticated("登录凭据无效。", advice=_AGAIN)
    if found.ended_at is not None:
        raise Unauthenticated("您已退出登录，或密码、账号已变更。", advice=_AGAIN)
    if now >= found.expires_at or now - found.seen_at >= limits.idle:
        raise Unauthenticated(
            f"登录已过期（{limits.session_idle_minutes} 分钟不操作，"
            f"或满 {limits.session_hours} 小时）。",
            advice=_AGAIN,
        )
    require_unlocked(found.account)
    stale = now - found.seen_at > _RARELY
    return Entry(found.account.actor, found.account, session=found.id, stale=stale)


def by_key(connection: Connection, key: str, *, now: datetime) -> Entry:
    """Which account a key of a program belongs to; :class:`Unauthenticated` as above."""
    found = sessions.token_of(connection, digest_of_key(key))
    if found is None:
        raise Unauthenticated("令牌无效。", advice="请核对是否复制完整，或另设一个。")
    if found.revoked_at is not None:
        raise Unauthenticated(f"令牌“{found.title}”已停用。", advice="请另设一个。")
    if now >= found.expires_at:
        raise Unauthenticated(
            f"令牌“{found.title}”已于 {found.expires_at:%Y-%m-%d} 过期。", advice="请另设一个。"
        )
    require_unlocked(found.account)
    own = found.account.actor
    actor = Actor(own.person, own.name, own.role, own.towns, acts=frozenset(found.acts))
    stale = found.used_at is None or now - found.used_at > _RARELY
    return Entry(actor, found.account, token=found.id, stale=stale)


def locked_out(account: StoredAccount) -> Unauthenticated:
    """What somebody whose account is locked is told."""
    why = f"（{account.locked_why}）" if account.locked_why else ""
    return Unauthenticated(f"账号“{account.login}”已锁定{why}。", advice="请联系管理员解除锁定。")


def require_unlocked(account: StoredAccount) -> None:
    """Raise :class:`Unauthenticated` where an account is locked."""
    if account.locked_at is not None:
        raise locked_out(account)


def note_use(connection: Connection, entry: Entry, now: datetime) -> None:
    """Write down that a session or key was used."""
    if entry.session is not None:
        sessions.touch(connection, entry.session, now)
    if entry.token is not None:
        sessions.token_used(connection, entry.token, now)
