"""What the application was built with: one object, kept in its state."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy import Engine

from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.basemaps import BasemapSource
from geo_registry.services.people.oidc_issuer import Issuer
from geo_registry.services.people.passwords import Passwords
from geo_registry.services.samples import sample
from geo_registry.settings import Settings
from geo_registry.store.database import read


@dataclass(slots=True)
class Openness:
    """Whether the sample is loaded, asked for at most every two seconds."""

    engine: Engine
    patience_s: float = 2.0
    asked_at: float = -1e9
    loaded: bool = False

    def sample_loaded(self) -> bool:
        """Whether the sample district is in the registry."""
        if time.monotonic() - self.asked_at > self.patience_s:
            with read(self.engine) as connection:
                self.loaded = sample.is_loaded(connection)
            self.asked_at = time.monotonic()
        return self.loaded


@dataclass(frozen=True, slots=True)
class Service:
    """Settings, database, what is judged by, the clock, what makes digests of passwords.

    ``issuer`` is who vouches for people beside their passwords, None where nobody does;
    ``basemap`` gives what lies under the map, None where nothing does.
    """

    settings: Settings
    engine: Engine
    reference: Reference
    profile: Profile
    today: Callable[[], date]
    now: Callable[[], datetime]
    passwords: Passwords
    openness: Openness
    basemap: BasemapSource | None = None
    issuer: Issuer | None = None


def today_in_china() -> date:
    """The day in the bureau's time zone."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def utc_now() -> datetime:
    """The moment, for sessions and keys."""
    return datetime.now(UTC)


def service_of(request: Request) -> Service:
    """The application's :class:`Service`."""
    return cast("Service", request.app.state.service)
