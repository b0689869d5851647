"""Who acts: roles, the part of the district that a person answers for, what a role may do where.

What a role may do is data (``data/people/permissions.toml``): for each act a reach by role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from geo_registry.domain.errors import BadRequest


class Role(StrEnum):
    """What a person does in the bureau."""

    CLERK = "clerk"
    APPROVER = "approver"
    INSPECTOR = "inspector"
    VOLUNTEER = "volunteer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


ROLE_TITLES: Mapping[Role, str] = {
    Role.CLERK: "登记员",
    Role.APPROVER: "审批人员",
    Role.INSPECTOR: "巡查员",
    Role.VOLUNTEER: "志愿者",
    Role.ANALYST: "分析员",
    Role.ADMINISTRATOR: "管理员",
}


class Reach(StrEnum):
    """Where a role may do an act."""

    NONE = "none"
    """Nowhere."""
    TOWNS = "towns"
    """In the towns that the person answers for; a person bound to none answers for all."""
    DISTRICT = "district"
    """Everywhere, whichever towns the person answers for."""


class Guest(StrEnum):
    """Whether an act is open to somebody who has not logged in."""

    NEVER = "never"
    OPEN = "open"
    """Where reading is open: by a setting, by default on loopback with the sample district."""
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role; ``towns`` are codes of towns, none: the whole district.

    ``acts`` are the only ones that a key of a program was given for, None: all of the role.
    ``local`` is the person at the machine itself (the command line), who holds the database in
    their hands and whom no table could hold back.
    """

    person: int
    name: str
    role: Role
    towns: frozenset[str] = frozenset()
    acts: frozenset[str] | None = None
    local: bool = False

    def covers(self, town: str | None) -> bool:
        """Whether the person answers for a town; what lies in no town is for the whole district."""
        return not self.towns or town in self.towns


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its key, its title in Chinese, its reach by role, whether it is open to guests."""

    key: str
    title: str
    reach: Mapping[Role, Reach]
    guest: Guest = Guest.NEVER

    def of(self, role: Role) -> Reach:
        """Where a role may do it."""
        return self.reach.get(role, Reach.NONE)


@dataclass(frozen=True, slots=True)
class Permissions:
    """The table of permissions."""

    acts: Mapping[str, Act] = field(default_factory=dict)

    def act(self, key: str) -> Act:
        """The act of that key; ``LookupError`` where the table has none: a slip of ours."""
        try:
            return self.acts[key]
        except KeyError:
            raise LookupError(f"data/people/permissions.toml has no act {key!r}") from None

    def reach(self, actor: Actor, key: str) -> Reach:
        """Where a person may do an act."""
        act = self.act(key)
        if actor.local:
            return Reach.DISTRICT
        if actor.acts is not None and key not in actor.acts:
            return Reach.NONE
        return act.of(actor.role)

    def allows(self, actor: Actor, key: str, town: str | None) -> bool:
        """Whether a person may do an act on something that lies in ``town`` (None: in no town)."""
        reach = self.reach(actor, key)
        if reach is Reach.TOWNS:
            return actor.covers(town)
        return reach is Reach.DISTRICT


NO_PERMISSIONS = Permissions()


def permissions(table: Mapping[str, Any], file: str) -> Permissions:
    """The table of permissions as its TOML file states it; a role that is not named may not.

    Raises :class:`BadRequest`, naming the act, for a word that the table does not know.
    """
    found: dict[str, Act] = {}
    for key, row in table["acts"].items():
        unknown = row.keys() - {"title", "guest", *Role}
        if unknown or not row.get("title"):
            raise BadRequest(f"{file} 的“{key}”缺少 title，或有不认识的项：{sorted(unknown)}。")
        try:
            reach = {role: Reach(row[role]) for role in Role if role in row}
            found[key] = Act(key, row["title"], reach, Guest(row.get("guest", "never")))
        except ValueError as error:
            raise BadRequest(
                f"{file} 的“{key}”有不认识的范围：{error}。",
                advice=f"可用：{'、'.join(Reach)}；未登录：{'、'.join(Guest)}。",
            ) from error
    return Permissions(found)
