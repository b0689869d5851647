"""The desk of a person who acts: who, on which day, and what is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from geo_registry.domain.people import Actor
    from geo_registry.domain.reference import Profile, Reference


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, on which day, and what names and land are judged by."""

    actor: Actor
    on: date
    reference: Reference
    profile: Profile

    @property
    def person(self) -> int:
        """The id of the person."""
        return self.actor.person
