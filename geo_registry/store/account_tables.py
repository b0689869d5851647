"""The tables of accounts, sessions, tokens and log-ins, in the metadata of ``tables``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, DateTime, ForeignKey, Identity, Table
from sqlalchemy import Text as SqlText

from geo_registry.store.tables import SCHEMA, metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, SqlText, nullable=null)


def _texts(name: str) -> Column[list[str]]:
    return Column(name, ARRAY(SqlText), nullable=False)


def _time(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _of_account(**options: Any) -> Column[int]:
    target = ForeignKey(f"{SCHEMA}.account.id", ondelete="CASCADE")
    return Column("account_id", BigInteger, target, **options)


def _person(*, null: bool) -> Column[int]:
    return Column("person_id", BigInteger, ForeignKey(f"{SCHEMA}.person.id"), nullable=null)


account = Table(
    "account",
    metadata,
    _id(),
    _person(null=False),
    *(_text(n) for n in ("login", "role")),
    _texts("towns"),
    _time("locked_at", null=True),
    _text("locked_why"),
    _text("oidc_subject", null=True),
    Column("sample", Boolean, nullable=False),
    _time("created_at"),
)

credential = Table(
    "credential",
    metadata,
    _of_account(primary_key=True, autoincrement=False),
    _text("password_hash"),
    Column("must_change", Boolean, nullable=False),
    _time("expires_at", null=True),
    _time("changed_at"),
)

login_session = Table(
    "login_session",
    metadata,
    _id(),
    _of_account(nullable=False),
    _text("token_sha256"),
    *(_time(n) for n in ("started_at", "seen_at", "expires_at")),
    _time("ended_at", null=True),
    *(_text(n) for n in ("address", "agent")),
)

api_token = Table(
    "api_token",
    metadata,
    _id(),
    _of_account(nullable=False),
    *(_text(n) for n in ("title", "token_sha256")),
    _texts("acts"),
    *(_time(n) for n in ("created_at", "expires_at")),
    *(_time(n, null=True) for n in ("revoked_at", "used_at")),
)

oidc_attempt = Table(
    "oidc_attempt",
    metadata,
    _id(),
    *(_text(n) for n in ("state_sha256", "nonce", "verifier", "back_to")),
    _time("started_at"),
)

login_event = Table(
    "login_event",
    metadata,
    _id(),
    _time("at"),
    *(_text(n) for n in ("kind", "login")),
    Column("account_id", BigInteger),
    _person(null=True),
    *(_text(n) for n in ("address", "detail")),
)
