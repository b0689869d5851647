"""Accounts with their passwords (digests), and the persons behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from geo_registry.domain.errors import Conflict
from geo_registry.domain.people import Actor, Role
from geo_registry.store.account_tables import account, credential
from geo_registry.store.tables import person

USER, SAMPLE_USER = "user", "sample"
"""Kinds of persons with an account."""


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account with its person; ``password_hash`` None: it cannot log in with a password."""

    id: int
    person: int
    login: str
    name: str
    role: Role
    towns: frozenset[str]
    locked_at: datetime | None
    locked_why: str
    sample: bool
    created_at: datetime
    must_change: bool = False
    password_hash: str | None = None
    password_expires: datetime | None = None
    oidc_subject: str | None = None

    @property
    def actor(self) -> Actor:
        """Who acts through it."""
        return Actor(self.person, self.name, self.role, self.towns)


COLUMNS = (
    account.c.id.label("account_id"),
    account.c.person_id,
    account.c.login,
    person.c.name,
    account.c.role,
    account.c.towns,
    account.c.locked_at,
    account.c.locked_why,
    account.c.sample,
    account.c.created_at,
    credential.c.must_change,
    credential.c.password_hash,
    credential.c.expires_at.label("password_expires"),
    account.c.oidc_subject,
)
"""What :func:`stored` reads; :data:`JOINED` is where it comes from."""
JOINED = account.join(person, person.c.id == account.c.person_id).outerjoin(
    credential, credential.c.account_id == account.c.id
)


def stored(row: Any) -> StoredAccount:
    """The account in a row of :data:`COLUMNS`."""
    return StoredAccount(
        row.account_id,
        row.person_id,
        row.login,
        row.name,
        Role(row.role),
        frozenset(row.towns),
        row.locked_at,
        row.locked_why,
        row.sample,
        row.created_at,
        bool(row.must_change),
        row.password_hash,
        row.password_expires,
        row.oidc_subject,
    )


def by_login(connection: Connection, login: str) -> StoredAccount | None:
    """The account of a log-in name, or None."""
    return _one(connection, account.c.login == login)


def by_id(connection: Connection, account_id: int) -> StoredAccount | None:
    """The account of an id, or None."""
    return _one(connection, account.c.id == account_id)


def by_person(connection: Connection, person_id: int) -> StoredAccount | None:
    """The account of a person, or None."""
    return _one(connection, account.c.person_id == person_id)


def by_oidc(connection: Connection, subject: str) -> StoredAccount | None:
    """The account for which another service vouches under that subject, or None."""
    return _one(connection, account.c.oidc_subject == subject)


def listed(connection: Connection) -> list[StoredAccount]:
    """All accounts, in the order of their names."""
    found = connection.execute(select(*COLUMNS).select_from(JOINED).order_by(account.c.login))
    return [stored(row) for row in found]


def has_administrator(connection: Connection) -> bool:
    """Whether there is an account of an administrator that is not of the sample."""
    wanted = select(account.c.id).where(
        account.c.role == Role.ADMINISTRATOR.value, ~account.c.sample
    )
    return connection.scalar(wanted.limit(1)) is not None


def insert_account(
    connection: Connection,
    *,
    login: str,
    name: str,
    role: Role,
    towns: Sequence[str] = (),
    sample: bool = False,
) -> int:
    """Write a person and their account; :class:`Conflict` where the log-in name is taken."""
    kind = SAMPLE_USER if sample else USER
    try:
        with connection.begin_nested():
            who = connection.scalar(
                insert(person).values(name=name, kind=kind).returning(person.c.id)
            )
            made = connection.scalar(
                insert(account)
                .values(
                    person_id=who,
                    login=login,
                    role=role.value,
                    towns=sorted(towns),
                    sample=sample,
                    locked_why="",
                    created_at=func.now(),
                )
                .returning(account.c.id)
            )
    except IntegrityError as error:
        raise Conflict(f"登录名“{login}”已经有人用了。", advice="请换一个登录名。") from error
    return int(made or 0)


def change(connection: Connection, account_id: int, **values: Any) -> None:
    """Change columns of an account (role, towns, locked_at, locked_why, oidc_subject)."""
    connection.execute(update(account).where(account.c.id == account_id).values(**values))


def rename(connection: Connection, person_id: int, name: str) -> None:
    """Change the name of a person."""
    connection.execute(update(person).where(person.c.id == person_id).values(name=name))


def set_password(
    connection: Connection,
    account_id: int,
    password_hash: str,
    *,
    must_change: bool,
    expires_at: datetime | None = None,
) -> None:
    """Write the digest of a password in place of the one there was."""
    values = {
        "password_hash": password_hash,
        "must_change": must_change,
        "expires_at": expires_at,
        "changed_at": func.now(),
    }
    connection.execute(
        upsert(credential)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )


def drop_password(connection: Connection, account_id: int) -> None:
    """Take the password of an account away: it cannot log in with one until the next reset."""
    connection.execute(delete(credential).where(credential.c.account_id == account_id))


def remove_sample(connection: Connection) -> int:
    """Take out the accounts of the sample; their persons stay, since history names them."""
    return int(connection.execute(delete(account).where(account.c.sample)).rowcount)


def unknown_towns(connection: Connection, towns: Sequence[str]) -> list[str]:
    """Those of the codes that no town of the register has."""
    return list(
        connection.scalars(
            text(
                "SELECT t FROM unnest(CAST(:towns AS text[])) t WHERE NOT EXISTS "
                "(SELECT FROM registry.admin_division d WHERE d.code = t AND d.level = 4)"
            ),
            {"towns": list(towns)},
        )
    )


def _one(connection: Connection, condition: Any) -> StoredAccount | None:
    row = connection.execute(select(*COLUMNS).select_from(JOINED).where(condition)).one_or_none()
    return None if row is None else stored(row)
