"""The tables of accounts, sessions, tokens and log-ins, in the metadata of ``tables``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Table

from geo_registry.store.columns import SCHEMA, key, metadata, moment, texts, words


def _of_account(**options: Any) -> Column[int]:
    target = ForeignKey(f"{SCHEMA}.account.id", ondelete="CASCADE")
    return Column("account_id", BigInteger, target, **options)


def _person(*, null: bool) -> Column[int]:
    return Column("person_id", BigInteger, ForeignKey(f"{SCHEMA}.person.id"), nullable=null)


account = Table(
    "account",
    metadata,
    key(),
    _person(null=False),
    *(words(n) for n in ("login", "role")),
    texts("towns"),
    moment("locked_at", null=True),
    words("locked_why"),
    words("oidc_subject", null=True),
    Column("sample", Boolean, nullable=False),
    moment("created_at"),
)

credential = Table(
    "credential",
    metadata,
    _of_account(primary_key=True, autoincrement=False),
    words("password_hash"),
    Column("must_change", Boolean, nullable=False),
    moment("expires_at", null=True),
    moment("changed_at"),
)

login_session = Table(
    "login_session",
    metadata,
    key(),
    _of_account(nullable=False),
    words("token_sha256"),
    *(moment(n) for n in ("started_at", "seen_at", "expires_at")),
    moment("ended_at", null=True),
    *(words(n) for n in ("address", "agent")),
)

api_token = Table(
    "api_token",
    metadata,
    key(),
    _of_account(nullable=False),
    *(words(n) for n in ("title", "token_sha256")),
    texts("acts"),
    *(moment(n) for n in ("created_at", "expires_at")),
    *(moment(n, null=True) for n in ("revoked_at", "used_at")),
)

oidc_attempt = Table(
    "oidc_attempt",
    metadata,
    key(),
    *(words(n) for n in ("state_sha256", "nonce", "verifier", "back_to")),
    moment("started_at"),
)

login_event = Table(
    "login_event",
    metadata,
    key(),
    moment("at"),
    *(words(n) for n in ("kind", "login")),
    Column("account_id", BigInteger),
    _person(null=True),
    *(words(n) for n in ("address", "detail")),
)
