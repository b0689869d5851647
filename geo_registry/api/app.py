"""The application: routes, tiles and the web around one engine."""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import date, datetime
from statistics import NormalDist
from typing import Any

from fastapi import FastAPI
from psycopg.types.json import Jsonb
from sqlalchemy import Engine

from geo_registry import __version__
from geo_registry import reference as reference_tables
from geo_registry.api import problems, web
from geo_registry.api.permitting import require_declared
from geo_registry.api.service import Openness, Service, today_in_china, utc_now
from geo_registry.api.tile_gate import Gate
from geo_registry.api.tiles import Receive, Scope, Send, TileService
from geo_registry.domain.cemetery import METHODS
from geo_registry.services.basemaps import BasemapSource
from geo_registry.services.desk import shelf_of
from geo_registry.services.people.oidc_issuer import Issuer
from geo_registry.services.people.passwords import Passwords
from geo_registry.services.reports.figures import new_names_since
from geo_registry.settings import Settings
from geo_registry.store.cluster import database_url
from geo_registry.store.database import create_engine
from geo_registry.worker.queue import working
from geo_registry.worker.running import Workplace

ROUTERS = (
    "health",
    "sessions",
    "oidc",
    "accounts",
    "district",
    "catalogue",
    "basemap",
    "findings",
    "decisions",
    "names",
    "places",
    "corrections",
    "proposals",
    "proposal_steps",
    "contributions",
    "plots",
    "subsidies",
    "fees",
    "cemeteries",
    "dossiers",
    "cases",
    "inspection_rounds",
    "uploads",
    "attachments",
    "reports",
    "search",
    "changes",
    "figures",
    "history",
    "system",
    "secrecy",
    "undo",
)
"""Modules of this package that hold a ``router``."""


class Application(FastAPI):
    """FastAPI, with the tiles in front of it: they need none of its machinery."""

    tiles: TileService

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a tile directly, hand anything else to FastAPI."""
        if scope["type"] == "http" and _is_tile(scope["path"]):
            await self.tiles(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    settings: Settings | None = None,
    engine: Engine | None = None,
    today: Callable[[], date] = today_in_china,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The service for a database; without ``engine`` the one that the settings name.

    Can be called any number of times in one process; nothing is read at import.
    """
    settings = settings or Settings.from_environment()
    engine = engine or create_engine(database_url(settings))
    profile = reference_tables.load_profile(settings.data, settings.profile)
    app = Application(
        title="地名与公墓登记",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,  # its page would fetch scripts from outside hosts
        redoc_url=None,
        openapi_url=None,  # a route of the catalogue, which declares its act as all do
    )
    app.state.service = Service(
        settings=settings,
        engine=engine,
        reference=reference_tables.load_for(settings),
        profile=profile,
        today=today,
        now=now,
        passwords=Passwords(settings.argon2),
        openness=Openness(engine),
        basemap=BasemapSource(settings.basemap) if settings.basemap else None,
        issuer=Issuer(settings.oidc) if settings.oidc else None,
    )
    app.tiles = TileService(
        engine=engine,
        gate=Gate(app),
        settings={
            "min_households": profile.min_households.value,
            "new_since": new_names_since(profile),
            "method_letters": Jsonb({m.key: m.letter for m in METHODS.values()}),
            "band_sigmas": NormalDist().inv_cdf(0.95),
        },
        today=today,
    )
    problems.install(app)
    for name in ROUTERS:
        app.include_router(importlib.import_module(f"geo_registry.api.{name}").router)
    web.install(app, settings.web)
    require_declared(app.routes, app.state.service.reference.permissions)
    return app


@asynccontextmanager
async def _lifespan(app: Any) -> AsyncIterator[None]:
    await app.tiles.open()
    # The tables of reference stay for good; walking them at every full collection costs an answer
    # tens of milliseconds now and then.
    gc.collect()
    gc.freeze()
    service = app.state.service
    inside = service.settings.worker == "inside"
    try:
        async with working(_workplace(service)) if inside else nullcontext():
            yield
    finally:
        gc.unfreeze()
        await app.tiles.close()
        app.state.service.engine.dispose()


def _workplace(service: Service) -> Workplace:
    shelf = shelf_of(service.settings)
    return Workplace(service.engine, service.reference, service.profile, shelf)


def _is_tile(path: str) -> bool:
    return path.startswith("/tiles/") and not path.endswith(".json")
