"""Who a request comes from: a browser with its cookie, a program with its key, or a guest.

The answer is worked out once a request and kept in its state. What is refused here is written to
``login_event`` in a transaction of its own, so that it stays when the request fails.
"""

from __future__ import annotations

import ipaddress
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from geo_registry.api.service import Service, service_of
from geo_registry.domain.errors import Forbidden, RegistryError, Unauthenticated
from geo_registry.domain.people import Role
from geo_registry.domain.secrecy import up_to
from geo_registry.services.people import identifying
from geo_registry.services.people.identifying import Entry
from geo_registry.services.people.logging_in import Client
from geo_registry.services.people.passwords import csrf_of
from geo_registry.store import login_events
from geo_registry.store.database import SYSTEM, read, transaction
from geo_registry.store.login_events import REFUSED, Happening

CSRF_HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_NOTED_BY_ADDRESS = 20
"""Events of one kind that one address can fill the log with in ten minutes."""
_NOTED_AS_REFUSED = 200
"""The same for refusals of people who have logged in: a bureau may share one address."""


def cookie_name(service: Service) -> str:
    """The name of the cookie; the prefix makes browsers insist on HTTPS and on this host."""
    return "__Host-geo_registry" if service.settings.secure else "geo_registry"


def set_cookie(response: Response, service: Service, value: str) -> None:
    """Hand the cookie of a session to the browser, until it is closed."""
    response.set_cookie(
        cookie_name(service),
        value,
        httponly=True,
        samesite="strict",
        secure=service.settings.secure,
        path="/",
    )


def drop_cookie(response: Response, service: Service) -> None:
    """Take the cookie back."""
    response.delete_cookie(
        cookie_name(service),
        httponly=True,
        samesite="strict",
        secure=service.settings.secure,
        path="/",
    )


def client_of(request: Request) -> Client:
    """Address, browser and moment of a request."""
    address = request.client.host if request.client else ""
    return Client(address, request.headers.get("user-agent", ""), service_of(request).now())


def is_local(request: Request) -> bool:
    """Whether a request was made on this machine, by its own name, with no proxy in between.

    The name counts because a page of somebody else can let its own name point to this machine.
    """
    if service_of(request).settings.public_url or request.client is None:
        return False
    try:
        if not ipaddress.ip_address(request.client.host).is_loopback:
            return False
    except ValueError:
        return False
    if any(name in request.headers for name in FORWARDED):
        return False
    return (urlsplit(f"//{request.headers.get('host', '')}").hostname or "") in _LOCAL_NAMES


def sample_here(request: Request) -> bool:
    """Whether the sample may be tried out: it is loaded, and this is the machine itself."""
    return is_local(request) and service_of(request).openness.sample_loaded()


def reading_open(request: Request) -> bool:
    """Whether one may read without logging in."""
    setting = service_of(request).settings.open_reading
    return setting == "always" or (setting == "auto" and sample_here(request))


def entry_of(request: Request) -> Entry | None:
    """Who has logged in, or None.

    A cookie that is no longer good is None too: what is open to guests stays open, and
    :func:`required_entry` says what is wrong with it. A bad key raises :class:`Unauthenticated`.
    Raises :class:`Forbidden` for a change that a page of another site may have caused.
    """
    state = request.state
    if not hasattr(state, "visitor"):
        state.visitor = _identified(request)
    found: Entry | RegistryError | None = state.visitor
    return found if isinstance(found, Entry) else None


def required_entry(request: Request) -> Entry:
    """Who has logged in; :class:`Unauthenticated` with the reason where nobody has."""
    found = entry_of(request)
    if found is None:
        wrong = request.state.visitor
        raise wrong or Unauthenticated("请先登录。", advice="登录后再做这件事。")
    return found


def note(request: Request, kind: str, entry: Entry | None = None, detail: str = "") -> None:
    """Write an event of this request to the log, in a transaction of its own."""
    service, client = service_of(request), client_of(request)
    request.state.noted = True
    most = _NOTED_AS_REFUSED if kind == REFUSED else _NOTED_BY_ADDRESS
    who = entry.account if entry else None
    happening = Happening(
        kind,
        who.login if who else "",
        who.id if who else None,
        who.person if who else None,
        client.address,
        detail,
    )
    since = client.now - timedelta(minutes=10)
    with transaction(service.engine, person=SYSTEM, reason="登录记录") as connection:
        before = login_events.recent(connection, kind=kind, address=client.address, since=since)
        if before < most:
            login_events.note(connection, happening)


def note_refused(request: Request, why: str, *, forbidden: bool = False) -> None:
    """Write down what somebody who has logged in was refused: changes, and whatever is not theirs.

    Once a request. The reason may speak of what the administrator, who reads the log, is not
    cleared for: of an act of somebody cleared higher only the act is written down.
    """
    state = request.state
    entry = getattr(state, "visitor", None)
    if not isinstance(entry, Entry) or getattr(state, "noted", False):
        return
    if request.method in SAFE and not forbidden:
        return
    clearances = service_of(request).reference.clearances
    readable = clearances.of(entry.actor.role) in up_to(clearances.of(Role.ADMINISTRATOR))
    act = f"{request.method} {request.url.path}"
    detail = f"{act}：{why}" if readable else act
    note(request, "forbidden" if forbidden else REFUSED, entry, detail)


def require_own_page(request: Request) -> None:
    """Raise :class:`Forbidden` for a change that another site's page asks for."""
    if request.method in SAFE or _from_own_page(request):
        return
    note(request, "forged_request", detail=f"{request.method} {request.url.path}")
    raise Forbidden("这个请求来自别的网站的页面，没有执行。", advice="请在本系统的页面上操作。")


def _from_own_page(request: Request) -> bool:
    """By what browsers say of themselves (Origin, Fetch Metadata); programs say neither."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    own = service_of(request).settings.public_url
    if own:
        return origin == own
    return urlsplit(origin).netloc == request.headers.get("host", "")


def _identified(request: Request) -> Entry | RegistryError | None:
    service, now = service_of(request), service_of(request).now()
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(cookie_name(service), "")
    by_key = kind.lower() == "bearer" and bool(key.strip())
    if not by_key:
        require_own_page(request)
        if not cookie:
            return None
    try:
        with read(service.engine) as connection:
            if by_key:
                found = identifying.by_key(connection, key.strip(), now=now)
            else:
                limits = service.reference.login_limits
                found = identifying.by_cookie(connection, cookie, now=now, limits=limits)
        _require_machine(request, found)
    except Unauthenticated as error:
        note(request, "bad_token" if by_key else "bad_session", detail=error.message)
        if by_key:
            raise
        return error
    if not by_key:
        _require_csrf(request, cookie, found)
    if found.stale:
        with transaction(service.engine, person=SYSTEM, reason="登录记录") as connection:
            identifying.note_use(connection, found, now)
    return found


def _require_machine(request: Request, entry: Entry) -> None:
    if entry.account.sample and not sample_here(request):
        raise Unauthenticated(
            "示例账号只能在本机上、载入示例数据时使用。", advice="请用自己的账号登录。"
        )


def _require_csrf(request: Request, cookie: str, entry: Entry) -> None:
    """Every change by cookie needs what only our own page can read."""
    if request.method in SAFE:
        return
    if secrets.compare_digest(
        request.headers.get(CSRF_HEADER, "").encode(), csrf_of(cookie).encode()
    ):
        return
    note(request, "forged_request", entry, f"{request.method} {request.url.path}")
    raise Forbidden("请求缺少页面校验码，没有执行。", advice="请刷新页面后重试；程序请使用令牌。")
