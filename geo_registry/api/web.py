"""The built web application, served by the service itself, with a strict content policy."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo_registry.api.compressing import Compressed, accepts_gzip
from geo_registry.api.permitting import allow
from geo_registry.domain.errors import NotFound, Unavailable

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        # MapLibre starts its worker from a blob and draws patterns from data addresses;
        # Element Plus sets styles on elements.
        "worker-src 'self' blob:",
        "img-src 'self' data: blob:",
        "style-src 'self' 'unsafe-inline'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
_PACKED = frozenset({".js", ".mjs", ".css", ".svg", ".json"})
"""Built files that are sent compressed."""
# Python's table may not know it, and a browser refuses a module of another type.
mimetypes.add_type("text/javascript", ".mjs")


class Protected:
    """Every answer says what a browser may do with it.

    Plain ASGI: the middleware of functions would start two tasks a request for three headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, with the headers put into whatever answer comes."""

        async def protecting(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    # An answer may be stricter about itself (what people sent in).
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, protecting)


def install(app: FastAPI, folder: Path) -> None:
    """Serve ``folder``; an address without a file is a page of the application."""
    folder = folder.resolve()

    app.add_middleware(Protected)
    app.add_middleware(Compressed)  # outermost, so that it sees answers as they leave

    @app.get("/{path:path}", include_in_schema=False, dependencies=[allow("service.health")])
    def page(request: Request, path: str) -> Response:
        found = (folder / path).resolve()
        if not found.is_relative_to(folder) or path.startswith(("api/", "tiles/", "basemap/")):
            raise NotFound(f"没有这个地址：/{path}。")
        if path and found.is_file():
            # Built files carry a hash of their content in their names.
            cache = (
                "public, max-age=31536000, immutable" if "/assets/" in f"/{path}" else "no-cache"
            )
            if found.suffix in _PACKED and accepts_gzip(request.headers):
                return _packed(found, cache)
            return FileResponse(found, headers={"cache-control": cache})
        if found.suffix:
            raise NotFound(f"没有这个文件：/{path}。")
        index = folder / "index.html"
        if not index.is_file():
            raise Unavailable("网页还没有构建。", advice="请运行 make web，然后刷新。")
        return FileResponse(index, headers={"cache-control": "no-cache"})


def _packed(found: Path, cache: str) -> Response:
    """A file of the web as gzip, compressed once for everybody."""
    return Response(
        _gzipped(found, found.stat().st_mtime_ns),
        media_type=mimetypes.guess_type(found.name)[0],
        headers={
            "cache-control": cache,
            "content-encoding": "gzip",
            "vary": "Accept-Encoding",
        },
    )


@lru_cache(maxsize=256)
def _gzipped(found: Path, _changed: int) -> bytes:
    return gzip.compress(found.read_bytes(), 9, mtime=0)
