"""Who acts: the roles of people, and the part of the district that a person answers for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person does in the bureau; what a role may do is data (``data/people``)."""

    CLERK = "clerk"
    APPROVER = "approver"
    INSPECTOR = "inspector"
    VOLUNTEER = "volunteer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role; ``towns`` are codes of towns, none: the whole district."""

    person: int
    name: str
    role: Role
    towns: frozenset[str] = frozenset()

    def covers(self, town: str | None) -> bool:
        """Whether the person answers for a town; what lies in no town is for the whole district."""
        return not self.towns or town in self.towns
