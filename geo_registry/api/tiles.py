"""Vector tiles over plain ASGI: always current, cached by revision, compressed once.

The one place where the service is asynchronous: a map asks for twenty tiles at a time, and a
framework's request costs more than the tile.
"""

from __future__ import annotations

import gzip
import os
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Engine

from geo_registry.api.problems import problem_document
from geo_registry.domain.errors import BadRequest, NotFound, RegistryError
from geo_registry.store import tiles

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_PATH = re.compile(r"^/tiles/([a-z]+)/(\d{1,2})/(\d{1,8})/(\d{1,8})$")
_MAX_ZOOM = 22
_CACHE_BYTES = 64 * 2**20


@dataclass(slots=True)
class TileCache:
    """The least recently used tiles leave first; a new revision has new keys."""

    limit: int = _CACHE_BYTES
    held: int = 0
    entries: OrderedDict[tuple[Any, ...], bytes] = field(default_factory=OrderedDict)

    def get(self, key: tuple[Any, ...]) -> bytes | None:
        """The bytes under a key, or None."""
        if key in self.entries:
            self.entries.move_to_end(key)
        return self.entries.get(key)

    def put(self, key: tuple[Any, ...], value: bytes) -> None:
        """Keep the bytes, and let go of the oldest beyond the limit."""
        self.held += len(value) - len(self.entries.pop(key, b""))
        self.entries[key] = value
        while self.held > self.limit and len(self.entries) > 1:
            self.held -= len(self.entries.popitem(last=False)[1])


@dataclass(slots=True)
class TileService:
    """Answers ``/tiles/{layer}/{z}/{x}/{y}``; ``open`` before the first request, ``close`` after.

    ``settings`` gives the bound parameters that belong to the district (``min_households``,
    ``new_since``); ``today`` the day of the map; ``gate`` raises for who may not read,
    and says up to which level of secrecy the others do.
    """

    engine: Engine
    settings: dict[str, Any]
    today: Callable[[], date]
    gate: Callable[[Scope], Awaitable[str]]
    cache: TileCache = field(default_factory=TileCache)
    pool: AsyncConnectionPool[Any] | None = None

    async def open(self) -> None:
        """Connect, so that the first tile does not wait for it."""
        _, connect = self.engine.dialect.create_connect_args(self.engine.url)
        connect.pop("context", None)
        self.pool = AsyncConnectionPool(
            kwargs={**connect, "autocommit": True, "prepare_threshold": 0},
            min_size=1,
            max_size=2 * (os.cpu_count() or 1),
            open=False,
            name="tiles",
        )
        await self.pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        """Give the connections back."""
        if self.pool is not None:
            await self.pool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            level = await self.gate(scope)
            layer, z, x, y = parse_path(scope.get("root_path", ""), scope["path"])
            on = parse_day(scope.get("query_string", b"")) or self.today()
            revision, body = await self._tile(level, layer, z, x, y, on)
        except RegistryError as error:
            status, document = problem_document(error)
            await _answer(send, status, document, [(b"content-type", b"application/problem+json")])
            return
        headers = dict(scope["headers"])
        etag = f'"{layer}-{revision}-{on:%Y%j}-{level}"'.encode()
        common = [(b"etag", etag), (b"cache-control", b"no-cache"), (b"vary", b"accept-encoding")]
        if headers.get(b"if-none-match") == etag:
            await _answer(send, 304, b"", common)
        elif not body:
            await _answer(send, 204, b"", common)
        else:
            common.append((b"content-type", b"application/vnd.mapbox-vector-tile"))
            if b"gzip" in headers.get(b"accept-encoding", b""):
                common.append((b"content-encoding", b"gzip"))
            else:
                body = gzip.decompress(body)
            await _answer(send, 200, body, common, head=scope["method"] == "HEAD")

    async def _tile(
        self, level: str, layer: str, z: int, x: int, y: int, on: date
    ) -> tuple[int, bytes]:
        """The layer's revision and the gzipped tile of a day (empty bytes: nothing there)."""
        assert self.pool is not None, "opened by the application's lifespan"  # noqa: S101
        async with self.pool.connection() as connection:
            revision = await tiles.revision(connection, layer)
            key = (level, layer, z, x, y, revision, on)
            body = self.cache.get(key)
            if body is None:
                asked = {"z": z, "x": x, "y": y, "on": on, **self.settings}
                made = await tiles.tile(connection, layer, asked, level)
                body = gzip.compress(made, 5) if made else b""
                self.cache.put(key, body)
        return revision, body


def parse_day(query: bytes) -> date | None:
    """The day that ``on=2019-06-30`` asks for; :class:`BadRequest` for what is no day."""
    asked = parse_qs(query.decode("latin-1")).get("on")
    if not asked:
        return None
    try:
        return date.fromisoformat(asked[0])
    except ValueError as error:
        raise BadRequest(
            f"“{asked[0][:20]}”不是日期。", advice="日期写成 2024-11-05 的样子。"
        ) from error


def parse_path(root: str, path: str) -> tuple[str, int, int, int]:
    """Layer and tile address of a path; :class:`NotFound` or :class:`BadRequest` otherwise."""
    match = _PATH.match(path.removeprefix(root))
    if match is None:
        raise NotFound(f"没有这个地址：{path}。", advice="瓦片地址为 /tiles/图层/z/x/y。")
    layer, z, x, y = match[1], *(int(match[n]) for n in (2, 3, 4))
    if layer not in tiles.LAYERS:
        raise NotFound(f"没有图层“{layer}”。现有：{'、'.join(tiles.LAYERS)}。")
    if z > _MAX_ZOOM or x >= 2**z or y >= 2**z:
        raise BadRequest(f"瓦片 {z}/{x}/{y} 不存在：第 {z} 级的行列号应小于 {2 ** min(z, 22)}。")
    return layer, z, x, y


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    headers: list[tuple[bytes, bytes]],
    *,
    head: bool = False,
) -> None:
    if status not in (204, 304):
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
