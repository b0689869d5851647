"""Answers as text leave compressed: a table of ten thousand findings is a twelfth of its size then.

Files of the web and tiles are compressed once and kept (``web``, ``tiles``); this is for what is
made for one request. Answers that must not be stored (who one is, with the token against forged
requests) are left as they are, so that their length tells nothing.
"""

from __future__ import annotations

import gzip
from collections.abc import MutableMapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 2_000
"""Below that a packet is sent anyway."""
LEVEL = 4
"""Two thirds of the time of the usual six for a few hundredths more bytes."""
_AT_ONCE_BYTES = 64 << 10
_TEXT = ("application/json", "application/problem+json", "application/geo+json", "text/")
_BODILESS = frozenset({204, 206, 304})


def accepts_gzip(headers: Headers) -> bool:
    """Whether who asks can read gzip."""
    return "gzip" in headers.get("accept-encoding", "")


class Compressed:
    """Wraps an application; passes on what is small, no text, or compressed already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (
            scope["type"] != "http"
            or scope["method"] == "HEAD"
            or not accepts_gzip(Headers(scope=scope))
        ):
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _Compressing(send))


class _Compressing:
    """Holds an answer that can be compressed until it is whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: MutableMapping[str, Any] | None = None
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _compressible(message):
            self._start = message
            return
        if self._start is None or message["type"] != "http.response.body":
            await self._send(message)
            return
        self._parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(self._parts)
        headers = MutableHeaders(scope=self._start)
        headers.add_vary_header("Accept-Encoding")
        if len(body) >= LEAST_BYTES:
            # A long one takes its time in a thread; a short one is done before a thread is there.
            body = (
                gzip.compress(body, LEVEL)
                if len(body) < _AT_ONCE_BYTES
                else await run_in_threadpool(gzip.compress, body, LEVEL)
            )
            headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


def _compressible(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return (
        start["status"] not in _BODILESS
        and headers.get("content-type", "").startswith(_TEXT)
        and "content-encoding" not in headers
        and "no-store" not in headers.get("cache-control", "")
    )
