"""``allow("naming.propose", of="place:{place}")``: the act that a route is, asked before it runs.

Every route declares its act (``dependencies=[allow(…)]``); the application does not start with one
that does not. ``of`` names the thing that is acted on, with parameters of the path: a person bound
to towns may act on what lies in them. A route whose subject is in its body leaves ``of`` out, and
its service asks :func:`geo_registry.services.people.permitting.require`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from geo_registry.api.service import service_of
from geo_registry.api.visitors import SAFE, entry_of, note, reading_open, required_entry
from geo_registry.domain.errors import Forbidden, NotFound
from geo_registry.domain.people import Guest, Permissions
from geo_registry.services.people import permitting
from geo_registry.services.people.identifying import Entry
from geo_registry.store.database import read
from geo_registry.store.subject_towns import KINDS

ALWAYS_ALLOWED = frozenset({"session.use", "service.health"})
"""Acts that somebody who must change their password first may do."""


class PasswordChangeRequired(Forbidden):
    """The one-time password has to be replaced before anything else."""

    code = "password_change_required"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route says of itself: its act, and the subject (a template) it acts on."""

    act: str
    of: str = ""


_DECLARED: dict[Callable[..., Any], Declared] = {}


def allow(act: str, *, of: str = "") -> Any:
    """The dependency of a route that does ``act`` on ``of`` (``place:{place}``)."""
    declared = Declared(act, of)
    kind = of.partition(":")[0]
    if of and kind not in KINDS:
        raise LookupError(f"nobody has said in which town a {kind!r} lies (store/subject_towns.py)")

    def permitted(request: Request) -> None:
        require(request, declared)

    _DECLARED[permitted] = declared
    return Depends(permitted)


def require(request: Request, declared: Declared) -> None:
    """Raise :class:`Unauthenticated` or :class:`Forbidden` unless the visitor may do the act."""
    table = service_of(request).reference.permissions
    act = table.act(declared.act)
    entry = entry_of(request)
    if entry is None:
        if act.guest is Guest.ALWAYS or (act.guest is Guest.OPEN and reading_open(request)):
            return
        entry = required_entry(request)
    if entry.account.must_change and declared.act not in ALWAYS_ALLOWED:
        raise PasswordChangeRequired(
            "请先把一次性密码改成您自己的密码。", advice="改好后即可继续。"
        )
    try:
        _require(request, entry, declared, table)
    except Forbidden as error:
        note(request, "forbidden", entry, f"{request.method} {request.url.path}：{error.message}")
        raise


def _require(request: Request, entry: Entry, declared: Declared, table: Permissions) -> None:
    permitting.require_role(table, entry.actor, declared.act)
    if not declared.of:
        return
    subject = declared.of.format(**request.path_params)
    if request.method not in SAFE:
        _require_seen(request, entry, subject)
    if entry.actor.towns:
        with read(service_of(request).engine) as connection:
            permitting.require_on(connection, table, entry.actor, declared.act, subject)


def _require_seen(request: Request, entry: Entry, subject: str) -> None:
    """:class:`NotFound` for what is above the person's level, as if it were not there.

    Readers are filtered by the database; who writes is not, so it is asked before.
    """
    service = service_of(request)
    level = service.reference.clearances.of(entry.actor.role)
    if level == "secret":
        return
    with read(service.engine, level, entry.actor.person) as connection:
        seen = bool(permitting.towns_of(connection, subject))
    if seen:
        return
    with read(service.engine) as connection:
        if permitting.towns_of(connection, subject):
            raise NotFound(f"没有编号为 {subject} 的记录。")


def declared_by(route: APIRoute) -> Declared | None:
    """What a route (or its router) declares, or None."""
    found = (_DECLARED.get(d.dependency) for d in route.dependencies if d.dependency)
    return next((d for d in found if d is not None), None)


def routes_of(routes: Iterable[Any]) -> Iterator[Any]:
    """The routes of an application, those of included routers among them."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from routes_of(inner.routes)


def require_declared(routes: Iterable[Any], table: Permissions) -> None:
    """Refuse to serve a route that declares no act, or one that the table does not know."""
    for route in routes_of(routes):
        declared = declared_by(route) if isinstance(route, APIRoute) else None
        if declared is None:
            raise LookupError(f"the route {route.path} declares no act: dependencies=[allow(…)]")
        table.act(declared.act)
        missing = set(re.findall(r"{(\w+)}", declared.of)) - set(re.findall(r"{(\w+)", route.path))
        if missing:
            raise LookupError(f"the route {route.path} has no parameter {missing}")
