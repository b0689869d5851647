"""Opening the registry for a command: the server checked, the schema brought to the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, Engine

from geo_registry import reference as tables
from geo_registry.cli.answering import say
from geo_registry.cli.names import today
from geo_registry.domain.reference import Reference
from geo_registry.services.desk import Desk, shelf_of
from geo_registry.services.names import rekeying
from geo_registry.services.names.rekeying import Rekeyed
from geo_registry.settings import Settings
from geo_registry.store.cluster import database_url
from geo_registry.store.database import (
    LOCAL_ACTOR,
    LOCAL_USER,
    SYSTEM,
    check_server,
    create_engine,
    current_person,
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


def open_current(settings: Settings, step: Callable[[str], None] = say) -> Engine:
    """As :func:`open_engine`, with the stored keys brought to the tables that are in use now."""
    engine = open_engine(settings, step)
    reference = tables.load_for(settings)
    with read(engine) as connection:
        current = rekeying.is_current(connection, reference)
    if not current:
        rekey(engine, reference, step)
    return engine


def rekey(engine: Engine, reference: Reference, step: Callable[[str], None]) -> Rekeyed:
    """Compute the keys of all names anew in one transaction, and say what came of it."""
    with transaction(engine, person=SYSTEM, reason="比对字段按新的参考表重算") as connection:
        done = rekeying.rekey(connection, reference, step)
    if done.changed:
        step(f"比对字段已按新的参考表重算：{done.names} 个名称，{done.changed} 个有变化")
    if done.kept:
        listed = "、".join(f"“{name}”" for name in done.kept[:6])
        step(
            f"{len(done.kept)} 个名称已确认的读音或拆分与新的参考表不合，未改，请重新确认：{listed}"
        )
    return done


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


def desk(connection: Connection, person: int | None = None) -> Desk:
    """The desk of the person at this machine."""
    settings = Settings.from_environment()
    return Desk(
        replace(LOCAL_ACTOR, person=person or current_person(connection)),
        today(),
        tables.load_for(settings),
        tables.load_profile(settings.data, settings.profile),
        shelf_of(settings),
    )
