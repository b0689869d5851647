"""Levels of secrecy (密级) of records, and which of them a viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.people import Role

LEVELS = ("public", "internal", "secret")
"""From the most open to the most closed."""
TITLES = {"public": "公开", "internal": "内部", "secret": "秘密"}


def up_to(level: str) -> tuple[str, ...]:
    """The levels that somebody cleared for ``level`` may see; :class:`BadRequest` if unknown."""
    return LEVELS[: LEVELS.index(checked(level)) + 1]


def checked(level: str) -> str:
    """The level itself; :class:`BadRequest` for a word that is none."""
    if level not in LEVELS:
        known = "、".join(f"{key}（{title}）" for key, title in TITLES.items())
        raise BadRequest(f"没有“{level[:20]}”这个密级。", advice=f"可用：{known}。")
    return level


@dataclass(frozen=True, slots=True)
class Clearances:
    """Up to which level somebody sees records, by role; ``guest`` has not logged in.

    A role that is not named sees what is public.
    """

    guest: str = "public"
    roles: Mapping[Role, str] = field(default_factory=dict)

    def of(self, role: Role | None) -> str:
        """The level of a role; None is a guest."""
        return self.guest if role is None else self.roles.get(role, "public")


NO_CLEARANCES = Clearances()


def clearances(table: Mapping[str, Any], file: str) -> Clearances:
    """The table as its TOML file states it; :class:`BadRequest` for an unknown role or level."""
    given = {key: value for key, value in table.items() if key not in {"source", "confirmed"}}
    unknown = given.keys() - {"guest", *Role}
    if unknown:
        raise BadRequest(f"{file} 有不认识的角色：{'、'.join(sorted(unknown))}。")
    roles = {role: checked(str(given[role])) for role in Role if role in given}
    return Clearances(checked(str(given.get("guest", "public"))), roles)
