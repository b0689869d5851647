"""How a name in force came: the act, its authority and paper, as rules see it at its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class GivenName:
    """A standard name in force with the day it began, the act, and what it rests on."""

    full: str
    event: str
    since: date
    authority: str
    papers: bool
