"""Sessions of browsers and keys of programs, found by the digest of what the client holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from geo_registry.store.account_tables import account, api_token, login_session
from geo_registry.store.accounts import COLUMNS, JOINED, StoredAccount, stored


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One log-in of a browser."""

    id: int
    account: StoredAccount
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredToken:
    """One key of a program, without the key."""

    id: int
    account: StoredAccount
    title: str
    acts: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


def insert_session(
    connection: Connection,
    account_id: int,
    digest: str,
    *,
    now: datetime,
    expires_at: datetime,
    address: str,
    agent: str,
) -> None:
    """Begin a session."""
    connection.execute(
        insert(login_session).values(
            account_id=account_id,
            token_sha256=digest,
            started_at=now,
            seen_at=now,
            expires_at=expires_at,
            address=address[:100],
            agent=agent[:300],
        )
    )


def session_of(connection: Connection, digest: str) -> StoredSession | None:
    """The session whose cookie has that digest, or None."""
    row = connection.execute(
        select(
            *COLUMNS,
            login_session.c.id.label("session_id"),
            login_session.c.seen_at,
            login_session.c.expires_at,
            login_session.c.ended_at,
        )
        .select_from(JOINED.join(login_session, login_session.c.account_id == account.c.id))
        .where(login_session.c.token_sha256 == digest)
    ).one_or_none()
    if row is None:
        return None
    return StoredSession(row.session_id, stored(row), row.seen_at, row.expires_at, row.ended_at)


def touch(connection: Connection, session_id: int, now: datetime) -> None:
    """Note that a session was used."""
    connection.execute(
        update(login_session).where(login_session.c.id == session_id).values(seen_at=now)
    )


def end(connection: Connection, session_id: int, now: datetime) -> None:
    """End one session."""
    connection.execute(
        update(login_session)
        .where(login_session.c.id == session_id, login_session.c.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all(
    connection: Connection, account_id: int, now: datetime, *, but: int | None = None
) -> None:
    """End the sessions of an account, but for one where that is given."""
    connection.execute(
        update(login_session)
        .where(
            login_session.c.account_id == account_id,
            login_session.c.ended_at.is_(None),
            login_session.c.id != (but or 0),
        )
        .values(ended_at=now)
    )


# ---- keys of programs ----------------------------------------------------------------------------

_TOKEN = (
    api_token.c.id.label("token_id"),
    api_token.c.title,
    api_token.c.acts,
    api_token.c.created_at.label("token_created"),
    api_token.c.expires_at,
    api_token.c.revoked_at,
    api_token.c.used_at,
)
_OF_TOKEN = JOINED.join(api_token, api_token.c.account_id == account.c.id)


def insert_token(
    connection: Connection,
    account_id: int,
    digest: str,
    *,
    title: str,
    acts: Sequence[str],
    expires_at: datetime,
) -> int:
    """Write a key; returns its id."""
    made = connection.scalar(
        insert(api_token)
        .values(
            account_id=account_id,
            token_sha256=digest,
            title=title,
            acts=sorted(acts),
            created_at=func.now(),
            expires_at=expires_at,
        )
        .returning(api_token.c.id)
    )
    return int(made or 0)


def token_of(connection: Connection, digest: str) -> StoredToken | None:
    """The key with that digest, or None."""
    return _token(connection, api_token.c.token_sha256 == digest)


def token_by_id(connection: Connection, token_id: int) -> StoredToken | None:
    """The key of an id, or None."""
    return _token(connection, api_token.c.id == token_id)


def tokens(connection: Connection, account_id: int | None = None) -> list[StoredToken]:
    """The keys of an account, or all of them; the newest first."""
    wanted = select(*COLUMNS, *_TOKEN).select_from(_OF_TOKEN).order_by(api_token.c.id.desc())
    if account_id is not None:
        wanted = wanted.where(account.c.id == account_id)
    return [_stored_token(row) for row in connection.execute(wanted)]


def token_used(connection: Connection, token_id: int, now: datetime) -> None:
    """Note that a key was used."""
    connection.execute(update(api_token).where(api_token.c.id == token_id).values(used_at=now))


def revoke(connection: Connection, token_id: int, now: datetime) -> bool:
    """End a key; whether it was in force."""
    done = connection.execute(
        update(api_token)
        .where(api_token.c.id == token_id, api_token.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return bool(done.rowcount)


def _token(connection: Connection, condition: Any) -> StoredToken | None:
    row = connection.execute(
        select(*COLUMNS, *_TOKEN).select_from(_OF_TOKEN).where(condition)
    ).one_or_none()
    return None if row is None else _stored_token(row)


def _stored_token(row: Any) -> StoredToken:
    return StoredToken(
        row.token_id,
        stored(row),
        row.title,
        tuple(row.acts),
        row.token_created,
        row.expires_at,
        row.revoked_at,
        row.used_at,
    )
