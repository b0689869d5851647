"""Opening the registry for a command: the server checked, the schema brought to the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from geo_registry.cli.answering import say
from geo_registry.settings import Settings
from geo_registry.store.cluster import database_url
from geo_registry.store.database import (
    LOCAL_USER,
    check_server,
    create_engine,
    migrate,
    read,
    transaction,
)


def open_engine(settings: Settings, step: Callable[[str], None] = say) -> Engine:
    """An engine on the registry; starts the private cluster where no server is named.

    ``step`` hears what takes a while.
    """
    engine = create_engine(database_url(settings, step))
    check_server(engine)
    migrate(engine)
    return engine


@contextmanager
def registry(reason: str) -> Iterator[Connection]:
    """One transaction of the local user; ``reason`` goes into the history."""
    engine = open_engine(Settings.from_environment())
    try:
        with transaction(engine, person=LOCAL_USER, reason=reason) as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def registry_to_read() -> Iterator[Connection]:
    """One read-only transaction that sees one state of the registry throughout."""
    engine = open_engine(Settings.from_environment())
    try:
        with read(engine) as connection:
            yield connection
    finally:
        engine.dispose()
