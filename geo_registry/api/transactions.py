"""What a route asks for: a connection in one transaction, and what to judge by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, cast
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine

from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.desk import Desk, shelf_of
from geo_registry.settings import Settings
from geo_registry.store.database import LOCAL_ACTOR, LOCAL_USER, read, transaction


@dataclass(frozen=True, slots=True)
class Service:
    """What the application was built with; one object, kept in its state."""

    settings: Settings
    engine: Engine
    reference: Reference
    profile: Profile
    today: Callable[[], date]


def today_in_china() -> date:
    """The day in the bureau's time zone."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def service_of(request: Request) -> Service:
    """The application's :class:`Service`."""
    return cast("Service", request.app.state.service)


def desk_of(service: Service) -> Desk:
    """The desk of the person who asks."""
    return Desk(
        LOCAL_ACTOR,
        service.today(),
        service.reference,
        service.profile,
        shelf_of(service.settings),
    )


def _reading(request: Request) -> Iterator[Connection]:
    with read(service_of(request).engine) as connection:
        yield connection


def _writing(request: Request) -> Iterator[Connection]:
    reason = f"{request.method} {request.url.path}"
    with transaction(service_of(request).engine, person=LOCAL_USER, reason=reason) as connection:
        yield connection


# scope="function": the transaction ends before the response leaves, so that nobody is ever told
# 201 for a commit that failed.
Reading = Annotated[Connection, Depends(_reading, scope="function")]
Writing = Annotated[Connection, Depends(_writing, scope="function")]
Served = Annotated[Service, Depends(service_of)]
