"""The basemap for the browser: tiles of the one configured source, and of nothing else.

The browser asks this service only; this service asks the configured address, within limits of time
and size, follows no redirect, and lets pass nothing but pictures. A source that does not answer is
left alone for a while, so that a map of twenty tiles does not wait twenty times.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from time import monotonic
from typing import IO, Any
from urllib.error import HTTPError

from geo_registry.domain.basemap import Basemap
from geo_registry.domain.errors import BadRequest, NotFound, Unavailable
from geo_registry.formats.pmtiles import TileFile, open_tiles

MAX_BYTES = 2 << 20
MAX_SECONDS = 8.0
REST_SECONDS = 30.0
"""How long a source that did not answer is not asked again."""
CONNECTIONS = 8
_CHUNK = 1 << 16
_PICTURES: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
}
_AGENT = "geo_registry"


class _StaysHere(urllib.request.HTTPRedirectHandler):
    """No redirect is followed: it could lead to any host."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str,
        headers: Message, newurl: str,
    ) -> None:  # fmt: skip
        return None


@dataclass(frozen=True, slots=True)
class BasemapTile:
    """One tile: its bytes, what they are, and whether they are gzipped."""

    body: bytes
    media_type: str
    gzipped: bool = False


@dataclass(slots=True)
class BasemapSource:
    """Gives tiles of a basemap; ``pool`` runs what waits for the network."""

    basemap: Basemap
    max_bytes: int = MAX_BYTES
    max_seconds: float = MAX_SECONDS
    rest_seconds: float = REST_SECONDS
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(CONNECTIONS, "basemap")
    )
    _file: TileFile | None = None
    _rests_until: float = 0.0

    def file(self) -> TileFile | None:
        """The opened PMTiles file, or None for a source in the network."""
        if self._file is None and self.basemap.file is not None:
            self._file = open_tiles(self.basemap.file)
        return self._file

    def described(self) -> dict[str, Any]:
        """What the map needs to draw it. The address of the source is not among it."""
        file = self.file()
        vector = file is not None and file.media_type.startswith("application/")
        return {
            "title": self.basemap.title,
            "attribution": self.basemap.attribution,
            "datum": self.basemap.datum.value,
            "warning": self.basemap.warning,
            "vector": vector,
            "vector_layers": list(file.vector_layers) if file else [],
            "min_zoom": file.min_zoom if file else 0,
            "max_zoom": file.max_zoom if file else self.basemap.max_zoom,
            "tiles": "/basemap/{z}/{x}/{y}",
        }

    def tile(self, z: int, x: int, y: int) -> BasemapTile | None:
        """A tile, or None where the source has none.

        Raises :class:`BadRequest` for what is no tile, :class:`Unavailable` when the source does
        not answer, refuses, or sends something else than a picture.
        """
        if not 0 <= z <= 22 or not (0 <= x < 2**z and 0 <= y < 2**z):
            raise BadRequest(f"瓦片 {z}/{x}/{y} 不存在。")
        file = self.file()
        if file is not None:
            body = file.tile(z, x, y)
            return BasemapTile(body, file.media_type, file.gzipped) if body else None
        if z > self.basemap.max_zoom:
            return None
        if monotonic() < self._rests_until:
            raise _silent()
        return self._fetched(self.basemap.address(z, x, y))

    def _fetched(self, address: str) -> BasemapTile | None:
        # Only http and https get here (domain/basemap.py).
        request = urllib.request.Request(address, headers={"User-Agent": _AGENT})  # noqa: S310
        opener = urllib.request.build_opener(_StaysHere)
        started = monotonic()
        try:
            with opener.open(request, timeout=self.max_seconds / 2) as answer:
                body = self._read(answer, started)
        except HTTPError as error:
            error.close()
            if error.code in (204, 404):
                return None
            if error.code >= 500:
                self._rests_until = monotonic() + self.rest_seconds
            raise _refused(error.code) from error
        except (OSError, HTTPException) as error:
            self._rests_until = monotonic() + self.rest_seconds
            raise _silent() from error
        if not body:
            return None
        kind = next((t for head, t in _PICTURES.items() if body.startswith(head)), None)
        if kind is None:
            raise Unavailable("底图服务送来的不是图片。", advice="请管理员检查底图网址和密钥。")
        return BasemapTile(body, kind)

    def _read(self, answer: IO[bytes], started: float) -> bytes:
        body = bytearray()
        while chunk := answer.read1(_CHUNK):  # type: ignore[attr-defined]
            body += chunk
            if len(body) > self.max_bytes:
                raise Unavailable(f"底图瓦片超过 {self.max_bytes >> 20} MB，没有采用。")
            if monotonic() - started > self.max_seconds:
                raise TimeoutError
        return bytes(body)


def required(source: BasemapSource | None) -> BasemapSource:
    """The configured source; :class:`NotFound` where there is none."""
    if source is None:
        raise NotFound("没有设置底图。", advice="管理员可用环境变量 GEO_REGISTRY_BASEMAP 设置。")
    return source


def _silent() -> Unavailable:
    return Unavailable("底图服务没有应答，登记的内容照常显示。", advice="稍后会自动重试。")


def _refused(status: int) -> Unavailable:
    if 300 <= status < 400:
        return Unavailable(
            "底图服务把请求转到了别的地址，没有跟随。", advice="请管理员改用最终的网址。"
        )
    if status in (401, 403, 418):
        return Unavailable(f"底图服务拒绝了访问（{status}）。", advice="请管理员检查密钥和授权。")
    return Unavailable(f"底图服务出错（{status}），登记的内容照常显示。", advice="稍后再试。")
