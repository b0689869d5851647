"""Log-ins through another service that have begun; each can come back once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from geo_registry.store.account_tables import oidc_attempt


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """What was agreed when a log-in began: nonce, PKCE verifier, the page to go back to."""

    nonce: str
    verifier: str
    back_to: str
    started_at: datetime


def insert_attempt(connection: Connection, state_sha256: str, attempt: StoredAttempt) -> None:
    """Write down that a log-in has begun, under the digest of its state."""
    connection.execute(
        insert(oidc_attempt).values(
            state_sha256=state_sha256,
            nonce=attempt.nonce,
            verifier=attempt.verifier,
            back_to=attempt.back_to,
            started_at=attempt.started_at,
        )
    )


def take(connection: Connection, state_sha256: str) -> StoredAttempt | None:
    """The log-in of a state, which is gone with that; None where there is none (any more)."""
    row = connection.execute(
        delete(oidc_attempt)
        .where(oidc_attempt.c.state_sha256 == state_sha256)
        .returning(
            oidc_attempt.c.nonce,
            oidc_attempt.c.verifier,
            oidc_attempt.c.back_to,
            oidc_attempt.c.started_at,
        )
    ).one_or_none()
    return None if row is None else StoredAttempt(*row)


def forget(connection: Connection, before: datetime) -> None:
    """Take out what began before a moment and never came back."""
    connection.execute(delete(oidc_attempt).where(oidc_attempt.c.started_at < before))
