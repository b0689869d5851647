"""Logging in through the service that the settings name: there, and back with a code."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from geo_registry.api.permitting import allow
from geo_registry.api.problems import problem_document
from geo_registry.api.service import Service, service_of
from geo_registry.api.visitors import client_of, cookie_name, note, set_cookie
from geo_registry.domain.errors import NotFound, RegistryError, Unauthenticated
from geo_registry.services.people import vouching
from geo_registry.services.people.oidc_issuer import Issuer
from geo_registry.services.people.oidc_token import Expected, believed
from geo_registry.services.rulebook.rule_html import refusal_page
from geo_registry.store.database import SYSTEM, transaction

router = APIRouter(
    prefix="/api/v1/session/oidc", tags=["session"], dependencies=[allow("session.use")]
)
Word = Annotated[str, Query(max_length=4000)]


@router.get("/start", status_code=303, response_class=RedirectResponse)
def start(request: Request, back: Annotated[str, Query(max_length=2000)] = "/") -> Response:
    """Send the browser to the service to log in; ``back`` is the page to return to."""
    service, issuer = service_of(request), _issuer(request)
    limits = service.reference.login_limits
    try:
        with transaction(service.engine, person=SYSTEM, reason="统一认证登录") as connection:
            begun = vouching.begun(connection, client_of(request), limits, back)
        address = issuer.log_in_address(
            redirect=_redirect(service),
            state=begun.state,
            nonce=begun.nonce,
            verifier=begun.verifier,
        )
    except RegistryError as error:
        return _refusal(request, error)
    answer = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
    answer.set_cookie(
        _cookie(service),
        begun.state,
        max_age=limits.oidc_minutes * 60,
        httponly=True,
        samesite="lax",  # it must come along when the service sends the browser back
        secure=service.settings.secure,
        path="/",
    )
    return answer


@router.get("/callback", status_code=303, response_class=RedirectResponse)
def come_back(
    request: Request, state: Word = "", code: Word = "", error: Word = "", iss: Word = ""
) -> Response:
    """Take the code that the service sent the browser back with, and begin a session."""
    service, issuer = service_of(request), _issuer(request)
    try:
        cookie, page = _entered(request, issuer, state, code, error or _mixed_up(issuer, iss))
    except RegistryError as refusal:
        return _refusal(request, refusal)
    answer = RedirectResponse(page, 303, headers={"cache-control": "no-store"})
    answer.delete_cookie(_cookie(service), secure=service.settings.secure, path="/")
    set_cookie(answer, service, cookie)
    return answer


def _entered(
    request: Request, issuer: Issuer, state: str, code: str, error: str
) -> tuple[str, str]:
    """The cookie of the new session, and the page to go back to."""
    service, client = service_of(request), client_of(request)
    limits, own = service.reference.login_limits, issuer.settings
    with transaction(service.engine, person=SYSTEM, reason="统一认证登录") as connection:
        cookie = request.cookies.get(_cookie(service), "")
        attempt = vouching.came_back(connection, state, cookie, client, limits)
    if error or not code:
        raise Unauthenticated(
            f"{own.title}没有同意这次登录（{error[:60] or '没有给出 code'}）。",
            advice="请重新登录，或用密码登录。",
        )
    token = issuer.redeemed(code, redirect=_redirect(service), verifier=attempt.verifier)
    expected = Expected(
        own.issuer, own.client_id, attempt.nonce, client.now, limits.oidc_skew_seconds
    )
    vouched = believed(token, issuer.keys, expected)
    with transaction(service.engine, person=SYSTEM, reason="统一认证登录") as connection:
        return vouching.enter(connection, vouched, own, client, limits), attempt.back_to


def _issuer(request: Request) -> Issuer:
    found = service_of(request).issuer
    if found is None:
        raise NotFound("没有设置统一认证登录。", advice="请用密码登录。")
    return found


def _mixed_up(issuer: Issuer, iss: str) -> str:
    """What is wrong where another service answers (RFC 9207)."""
    return "iss 不符" if iss not in {"", issuer.settings.issuer} else ""


def _redirect(service: Service) -> str:
    return f"{service.settings.public_url}{router.prefix}/callback"


def _cookie(service: Service) -> str:
    return f"{cookie_name(service)}_oidc"


def _refusal(request: Request, error: RegistryError) -> Response:
    """A page, since a person is looking; the state is gone, and the log says why."""
    note(request, "oidc_refused", detail=f"{error.message}{error.advice}")
    status, _ = problem_document(error)
    answer = HTMLResponse(
        refusal_page("没有登录", error.message, error.advice),
        status,
        headers={"cache-control": "no-store"},
    )
    service = service_of(request)
    answer.delete_cookie(_cookie(service), secure=service.settings.secure, path="/")
    return answer
