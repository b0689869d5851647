"""The body of a request as a file: streamed to disk, stopped at a limit."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request

from geo_registry.domain.errors import BadRequest, TooLarge


@asynccontextmanager
async def body_of(request: Request, limit: int, refusal: TooLarge) -> AsyncIterator[Path]:
    """The body in a file of its own, gone afterwards; ``refusal`` beyond ``limit`` bytes.

    A body that announces its size is refused before a byte of it is read; one that does not, as
    soon as the limit is passed.
    """
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise BadRequest(
            "请把文件内容直接作为请求正文发送，不要用表单（multipart）。",
            advice="文件名写在 file_name 参数里。",
        )
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise refusal
    with tempfile.NamedTemporaryFile(prefix="geo_registry_") as file:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise refusal
            file.write(chunk)
        file.flush()
        yield Path(file.name)
