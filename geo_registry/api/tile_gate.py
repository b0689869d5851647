"""Who may read tiles: asked as for any route, and remembered for two seconds.

A map asks for twenty tiles at a time; asking the database once for all of them is enough. A person
who logs out or is locked therefore reads tiles for at most two seconds longer.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import MutableMapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool

from geo_registry.api.permitting import Declared, require
from geo_registry.api.transactions import level_of
from geo_registry.api.visitors import FORWARDED

TILES = Declared("registry.read")
"""What a tile is."""
_SECONDS = 2.0
_MOST = 1000
_ASKED_BY = frozenset(h.encode() for h in ("cookie", "authorization", "host", *FORWARDED))


class Gate:
    """Lets requests for tiles pass, or raises what ``permitting.require`` raises."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._passed: OrderedDict[tuple[Any, ...], tuple[float, str]] = OrderedDict()

    async def __call__(self, scope: MutableMapping[str, Any]) -> str:
        """Let the request pass and say up to which level of secrecy it sees, or raise."""
        headers = tuple((k, v) for k, v in scope["headers"] if k in _ASKED_BY)
        key = ((scope.get("client") or ("",))[0], headers)
        passed, level = self._passed.get(key, (-1e9, ""))
        if time.monotonic() - passed < _SECONDS:
            return level
        level = await run_in_threadpool(_asked, Request({**scope, "app": self._app}))
        self._passed[key] = time.monotonic(), level
        while len(self._passed) > _MOST:
            self._passed.popitem(last=False)
        return level


def _asked(request: Request) -> str:
    require(request, TILES)
    return level_of(request)
