"""The desk of a person who acts: who, on which day, and what is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from geo_registry.domain.people import Actor
    from geo_registry.domain.reference import Profile, Reference
    from geo_registry.settings import Settings


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where files are kept: the home folder, and how many bytes one may have."""

    home: Path
    max_bytes: int = 50 << 20


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, on which day, what names and land are judged by, and where files are kept.

    A desk without a shelf can do everything but keep a file.
    """

    actor: Actor
    on: date
    reference: Reference
    profile: Profile
    shelf: Shelf | None = None

    @property
    def person(self) -> int:
        """The id of the person."""
        return self.actor.person


def shelf_of(settings: Settings) -> Shelf:
    """The shelf of this installation."""
    return Shelf(settings.home, settings.attachment_bytes)
