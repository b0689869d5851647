"""Keeping accounts, keys of programs, and reading the log of the door."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.session import (
    AccountLine,
    Accounts,
    HandedSecret,
    LoginEvents,
    PermissionTable,
    Tokens,
)
from geo_registry.api.permitting import allow
from geo_registry.api.service import service_of
from geo_registry.api.transactions import Reading, Writing
from geo_registry.api.visitors import client_of, required_entry
from geo_registry.domain.people import ROLE_TITLES, Role
from geo_registry.services.people import accounts, vouching
from geo_registry.services.people.accounts import Handed, Keeper
from geo_registry.store import login_events

router = APIRouter(prefix="/api/v1", tags=["accounts"])

_KEEP = [allow("accounts.manage")]
_OWN = [allow("tokens.own")]
Word = Annotated[str, Field(max_length=200)]
Towns = Annotated[list[Word], Field(max_length=100)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountRequest(_Asked):
    """A new account; without towns for the whole district."""

    login: Word
    name: Word
    role: Word
    towns: Towns = []


class AccountChange(_Asked):
    """What is to be different: the role, the towns (none of them: the whole district)."""

    role: Word | None = None
    towns: Towns | None = None


class LockRequest(_Asked):
    """Why an account is locked; its owner reads it."""

    reason: Word = ""


class LinkRequest(_Asked):
    """Who somebody is to the service that vouches for people: their ``sub`` there."""

    subject: Annotated[str, Field(max_length=255)]


class TokenRequest(_Asked):
    """For which program a key is, what it may do, and how many days."""

    title: Word
    acts: list[Word] = Field(max_length=100)
    days: int = Field(default=90, ge=1, le=10_000)


@router.get("/accounts", response_model=said(Accounts), dependencies=_KEEP)
def list_accounts(connection: Reading) -> dict[str, Any]:
    """All accounts."""
    return {"items": [accounts.account_told(a) for a in accounts.listed(connection)]}


@router.post("/accounts", status_code=201, response_model=said(HandedSecret), dependencies=_KEEP)
def add(request: Request, connection: Writing, asked: AccountRequest) -> dict[str, Any]:
    """Make an account, with a one-time password shown this once."""
    made = accounts.add(connection, _keeper(request), **asked.model_dump())
    return _handed(made)


@router.put("/accounts/{login}", response_model=said(AccountLine), dependencies=_KEEP)
def change(
    request: Request, connection: Writing, login: str, asked: AccountChange
) -> dict[str, Any]:
    """Change the role or the towns of an account."""
    found = accounts.set_role(connection, _keeper(request), login, **asked.model_dump())
    return accounts.account_told(found)


@router.post("/accounts/{login}/lock", response_model=said(AccountLine), dependencies=_KEEP)
def lock(request: Request, connection: Writing, login: str, asked: LockRequest) -> dict[str, Any]:
    """Lock an account."""
    found = accounts.lock(connection, _keeper(request), login, reason=asked.reason)
    return accounts.account_told(found)


@router.delete("/accounts/{login}/lock", response_model=said(AccountLine), dependencies=_KEEP)
def unlock(request: Request, connection: Writing, login: str) -> dict[str, Any]:
    """Unlock an account."""
    return accounts.account_told(accounts.unlock(connection, _keeper(request), login))


@router.post("/accounts/{login}/password", response_model=said(HandedSecret), dependencies=_KEEP)
def reset_password(request: Request, connection: Writing, login: str) -> dict[str, Any]:
    """Give an account a new one-time password, shown this once."""
    return _handed(accounts.reset_password(connection, _keeper(request), login))


@router.get("/permissions", response_model=said(PermissionTable), dependencies=_OWN)
def show_permissions(request: Request) -> dict[str, Any]:
    """Who may do what where."""
    table = service_of(request).reference.permissions
    return {
        "roles": [{"role": role, "title": title} for role, title in ROLE_TITLES.items()],
        "acts": [
            {
                "key": act.key,
                "title": act.title,
                "reach": {role: act.of(role) for role in Role},
                "by_key": act.key not in accounts.NEVER_BY_KEY,
            }
            for act in table.acts.values()
        ],
    }


@router.put("/accounts/{login}/oidc", response_model=said(AccountLine), dependencies=_KEEP)
def link(request: Request, connection: Writing, login: str, asked: LinkRequest) -> dict[str, Any]:
    """Let the service that the settings name vouch for an account."""
    oidc = service_of(request).settings.oidc
    found = vouching.link(connection, _keeper(request), oidc, login, asked.subject)
    return accounts.account_told(found)


@router.delete("/accounts/{login}/oidc", response_model=said(AccountLine), dependencies=_KEEP)
def unlink(request: Request, connection: Writing, login: str) -> dict[str, Any]:
    """Let nobody vouch for an account any more."""
    return accounts.account_told(vouching.unlink(connection, _keeper(request), login))


@router.get("/login-events", response_model=said(LoginEvents), dependencies=_KEEP)
def list_events(
    connection: Reading,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    kind: Annotated[list[str] | None, Query(max_length=40)] = None,
) -> dict[str, Any]:
    """What happened at the door and what was refused, the latest first."""
    found = login_events.listed(connection, limit=limit, before=before, kinds=kind or ())
    return {"items": found, "next": found[-1]["id"] if len(found) == limit else None}


@router.get("/tokens", response_model=said(Tokens), dependencies=_OWN)
def list_tokens(request: Request, connection: Reading) -> dict[str, Any]:
    """One's own keys."""
    own = required_entry(request).account.id
    return {"items": [accounts.token_told(t) for t in accounts.tokens(connection, own)]}


@router.post("/tokens", status_code=201, response_model=said(HandedSecret), dependencies=_OWN)
def add_token(request: Request, connection: Writing, asked: TokenRequest) -> dict[str, Any]:
    """Make a key for a program of one's own, shown this once."""
    own = required_entry(request).account.login
    made = accounts.add_token(connection, _keeper(request), own, **asked.model_dump())
    return _handed(made)


@router.delete("/tokens/{token_id}", status_code=204, dependencies=_OWN)
def revoke_token(request: Request, connection: Writing, token_id: int) -> None:
    """End a key, one's own or, for administrators, anybody's."""
    known = token_id if 0 < token_id < 2**63 else 0
    accounts.revoke_token(connection, _keeper(request), known)


def _keeper(request: Request) -> Keeper:
    service, client = service_of(request), client_of(request)
    return Keeper(
        required_entry(request).actor,
        client.now,
        service.reference.login_limits,
        service.reference.permissions,
        service.passwords,
        client.address,
    )


def _handed(made: Handed) -> dict[str, Any]:
    return {"id": made.id, "login": made.login, "secret": made.secret, "until": made.until}
