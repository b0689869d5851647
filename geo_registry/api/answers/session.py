"""Who has logged in and may do what; accounts, keys of programs, the log of the door."""

from __future__ import annotations

from datetime import datetime

from geo_registry.api.answering import Answer
from geo_registry.domain.people import Reach, Role


class SessionPerson(Answer):
    """The person who has logged in."""

    id: str
    name: str
    login: str
    role: Role
    role_title: str
    towns: list[str]
    must_change: bool
    sample: bool


class RoleTitle(Answer):
    """A role with its title."""

    role: Role
    title: str


class Session(Answer):
    """Who has logged in, what they may do where; for guests how to log in."""

    person: SessionPerson | None
    csrf: str
    acts: dict[str, Reach]
    reading_open: bool
    oidc: str | None
    try_out: list[RoleTitle]


class AccountLine(Answer):
    """An account."""

    id: int
    person: str
    login: str
    name: str
    role: Role
    role_title: str
    towns: list[str]
    locked: bool
    locked_why: str
    must_change: bool
    sample: bool
    has_password: bool
    oidc_subject: str | None
    created_at: datetime


class Accounts(Answer):
    """All accounts."""

    items: list[AccountLine]


class HandedSecret(Answer):
    """A one-time password or a key of a program, shown this once."""

    id: int
    login: str
    secret: str
    until: datetime


class TokenLine(Answer):
    """A key of a program, without the key."""

    id: int
    login: str
    title: str
    acts: list[str]
    created_at: datetime
    expires_at: datetime
    revoked: bool
    used_at: datetime | None


class Tokens(Answer):
    """Keys of programs."""

    items: list[TokenLine]


class PermittedAct(Answer):
    """An act with its title, where each role may do it, and whether a key may hold it."""

    key: str
    title: str
    reach: dict[Role, Reach]
    by_key: bool


class PermissionTable(Answer):
    """Who may do what where; roles in their order."""

    roles: list[RoleTitle]
    acts: list[PermittedAct]


class LoginEvent(Answer):
    """What happened at the door."""

    id: int
    at: datetime
    kind: str
    title: str
    login: str
    person: str | None
    address: str
    detail: str


class LoginEvents(Answer):
    """A page of events, the latest first; ``next`` is the ``before`` of the following page."""

    items: list[LoginEvent]
    next: int | None
