"""What a route asks for: a connection in one transaction, what to judge by, and who acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from geo_registry.api.permitting import declared_by
from geo_registry.api.service import Service, service_of, today_in_china
from geo_registry.api.visitors import entry_of, required_entry
from geo_registry.domain.people import Actor
from geo_registry.services.desk import Desk, shelf_of
from geo_registry.store.database import read, transaction

__all__ = [
    "Acting",
    "Reading",
    "Served",
    "Service",
    "Working",
    "Writing",
    "actor",
    "desk",
    "level_of",
    "service_of",
    "today_in_china",
]


def level_of(request: Request) -> str:
    """The level of secrecy up to which whoever asks sees records."""
    entry = entry_of(request)
    role = entry.actor.role if entry else None
    return service_of(request).reference.clearances.of(role)


def _reading(request: Request) -> Iterator[Connection]:
    entry = entry_of(request)
    person = entry.actor.person if entry else None
    with read(service_of(request).engine, level_of(request), person) as connection:
        yield connection


def _writing(request: Request) -> Iterator[Connection]:
    person = required_entry(request).actor.person
    with transaction(
        service_of(request).engine, person=person, reason=_reason(request)
    ) as connection:
        yield connection


def _reason(request: Request) -> str:
    """What history says was done: the act in words, and the request for whoever looks closer."""
    asked = f"{request.method} {request.url.path}"
    declared = declared_by(request.scope["route"])
    if declared is None:
        return asked
    return f"{service_of(request).reference.permissions.act(declared.act).title}（{asked}）"


async def _served(request: Request) -> Service:
    """Without a thread of its own: nothing here waits."""
    return service_of(request)


def actor(request: Request) -> Actor:
    """Who acts; :class:`Unauthenticated` where nobody has logged in."""
    return required_entry(request).actor


def desk(request: Request) -> Desk:
    """The desk of whoever acts, for services; :class:`Unauthenticated` as :func:`actor`."""
    service = service_of(request)
    return Desk(
        actor(request),
        service.today(),
        service.reference,
        service.profile,
        shelf_of(service.settings),
    )


# scope="function": the transaction ends before the response leaves, so that nobody is ever told
# 201 for a commit that failed.
Reading = Annotated[Connection, Depends(_reading, scope="function")]
Writing = Annotated[Connection, Depends(_writing, scope="function")]
Served = Annotated[Service, Depends(_served)]
Acting = Annotated[Actor, Depends(actor)]
Working = Annotated[Desk, Depends(desk)]
