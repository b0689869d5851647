"""Logging in and out, who one is, one's password; trying out the sample."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from geo_registry.api.answering import said
from geo_registry.api.answers.session import Session
from geo_registry.api.permitting import allow
from geo_registry.api.service import service_of
from geo_registry.api.visitors import (
    client_of,
    cookie_name,
    drop_cookie,
    entry_of,
    reading_open,
    require_own_page,
    required_entry,
    sample_here,
    set_cookie,
)
from geo_registry.domain.errors import Forbidden
from geo_registry.domain.people import ROLE_TITLES, Guest, Reach
from geo_registry.services.people import logging_in
from geo_registry.services.people.logging_in import Outcome
from geo_registry.services.people.passwords import csrf_of
from geo_registry.store.database import SYSTEM, read, transaction

router = APIRouter(prefix="/api/v1/session", tags=["session"], dependencies=[allow("session.use")])

Secret = Annotated[str, Field(max_length=1000)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginRequest(_Asked):
    """A log-in name and its password."""

    login: str = Field(max_length=1000)
    password: Secret


class TryOutRequest(_Asked):
    """The role in which the sample is tried out."""

    role: str = Field(max_length=40)


class PasswordRequest(_Asked):
    """One's password, and the one that takes its place."""

    current: Secret
    new: Secret


@router.get("", response_model=said(Session))
def who_am_i(request: Request, response: Response) -> dict[str, Any]:
    """Who has logged in and may do what; for guests, what is open and how to log in."""
    response.headers["cache-control"] = "no-store"
    service = service_of(request)
    cookie = request.cookies.get(cookie_name(service), "")
    entry = entry_of(request)
    if entry is None and cookie:
        drop_cookie(response, service)
    return _shown(request, cookie if entry else "")


@router.post("", status_code=201, response_model=said(Session))
def log_in(request: Request, response: Response, asked: LoginRequest) -> dict[str, Any]:
    """Log in with a password."""
    require_own_page(request)
    service = service_of(request)
    with transaction(service.engine, person=SYSTEM, reason="登录") as connection:
        outcome = logging_in.attempt(
            connection,
            asked.login,
            asked.password,
            client_of(request),
            passwords=service.passwords,
            limits=service.reference.login_limits,
        )
    return _begun(request, response, outcome)


@router.post("/try-out", status_code=201, response_model=said(Session))
def try_out(request: Request, response: Response, asked: TryOutRequest) -> dict[str, Any]:
    """Log in as a person of the sample, on this machine only."""
    require_own_page(request)
    service = service_of(request)
    if not sample_here(request):
        raise Forbidden("示例账号只能在本机上、载入示例数据时使用。", advice="请用自己的账号登录。")
    with transaction(service.engine, person=SYSTEM, reason="试用示例账号") as connection:
        cookie = logging_in.try_out(
            connection, asked.role, client_of(request), service.reference.login_limits
        )
    return _begun(request, response, Outcome(cookie))


@router.delete("", status_code=204)
def log_out(request: Request) -> Response:
    """Log out; does nothing for guests."""
    service = service_of(request)
    entry = entry_of(request)
    if entry is not None:
        with transaction(service.engine, person=SYSTEM, reason="退出") as connection:
            logging_in.log_out(connection, entry, client_of(request))
    answer = Response(status_code=204)
    drop_cookie(answer, service)
    return answer


@router.put("/password", response_model=said(Session))
def change_password(request: Request, asked: PasswordRequest) -> dict[str, Any]:
    """Replace one's own password."""
    service = service_of(request)
    entry = required_entry(request)
    with transaction(service.engine, person=entry.actor.person, reason="修改密码") as connection:
        outcome = logging_in.change_password(
            connection,
            entry,
            asked.current,
            asked.new,
            client_of(request),
            passwords=service.passwords,
            limits=service.reference.login_limits,
        )
    if outcome.refusal is not None:
        raise outcome.refusal
    del request.state.visitor
    return _shown(request, request.cookies.get(cookie_name(service), ""))


def _begun(request: Request, response: Response, outcome: Outcome) -> dict[str, Any]:
    if outcome.refusal is not None:
        raise outcome.refusal
    set_cookie(response, service_of(request), outcome.cookie)
    response.headers["cache-control"] = "no-store"
    service = service_of(request)
    with read(service.engine) as connection:
        request.state.visitor = logging_in.begun(
            connection, outcome.cookie, client_of(request).now, service.reference.login_limits
        )
    return _shown(request, outcome.cookie)


def _shown(request: Request, cookie: str) -> dict[str, Any]:
    """Who one is, in the words of the page."""
    service = service_of(request)
    entry = entry_of(request)
    opened = reading_open(request)
    roles = []
    if sample_here(request):
        with read(service.engine) as connection:
            roles = logging_in.try_out_roles(connection)
    table = service.reference.permissions
    if entry is None:
        guests = {Guest.ALWAYS, *({Guest.OPEN} if opened else ())}
        acts = {key: Reach.DISTRICT for key, act in table.acts.items() if act.guest in guests}
    else:
        acts = {
            key: reach
            for key in table.acts
            if (reach := table.reach(entry.actor, key)) is not Reach.NONE
        }
    return {
        "person": entry
        and {
            "id": f"person:{entry.actor.person}",
            "name": entry.actor.name,
            "login": entry.account.login,
            "role": entry.actor.role,
            "role_title": ROLE_TITLES[entry.actor.role],
            "towns": sorted(entry.actor.towns),
            "must_change": entry.account.must_change,
            "sample": entry.account.sample,
        },
        "csrf": csrf_of(cookie) if cookie else "",
        "acts": acts,
        "reading_open": opened,
        "oidc": service.settings.oidc.title if service.settings.oidc else None,
        "try_out": [{"role": role, "title": ROLE_TITLES[role]} for role in roles],
    }
