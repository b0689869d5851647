"""The database: connections, one transaction an act, migrations, and what a server must offer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from geo_registry.domain.errors import Unavailable
from geo_registry.domain.people import Actor, Role
from geo_registry.store import secrecy

SYSTEM = 1
"""The person who stands for the service itself."""
LOCAL_USER = 2
"""The person at this machine: the command line."""
LOCAL_ACTOR = Actor(LOCAL_USER, "本机用户", Role.ADMINISTRATOR, local=True)

MIN_POSTGRESQL = 130000
MIN_POSTGIS = (3, 1)
_MIGRATION_LOCK = 4490_2


def create_engine(url: str) -> Engine:
    """An engine on ``url`` (``postgresql+psycopg://…``; a plain ``postgresql://`` is accepted)."""
    address = sa.make_url(url)
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    return sa.create_engine(
        address,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=0,
        connect_args={"options": "-c timezone=UTC -c jit=off"},
    )


def check_server(engine: Engine) -> None:
    """Raise :class:`Unavailable` with one clear sentence where the server cannot hold a registry.

    PostgreSQL 13 and PostGIS 3.1 are the oldest that know all that is used (the margin of
    ST_TileEnvelope); a database of the locale C cannot classify Chinese characters.
    """
    try:
        with engine.connect() as connection:
            row = connection.execute(
                text(
                    "SELECT current_setting('server_version_num')::int, "
                    " current_setting('server_version'), "
                    " coalesce((SELECT extversion FROM pg_extension WHERE extname = 'postgis'), "
                    "  (SELECT default_version FROM pg_available_extensions "
                    "   WHERE name = 'postgis')), "
                    " (SELECT datctype FROM pg_database WHERE datname = current_database()), "
                    " current_setting('server_encoding')"
                )
            ).one()
    except OperationalError as error:
        raise Unavailable(
            f"连不上数据库：{_reason(error)}",
            advice="请检查 GEO_REGISTRY_DATABASE_URL；不设这个变量，会启用本机自带的数据库。",
        ) from error
    number, version, postgis, ctype, encoding = row
    if number < MIN_POSTGRESQL:
        raise Unavailable(f"数据库服务器是 PostgreSQL {version}，版本太旧，需要 13 或更高版本。")
    if postgis is None:
        raise Unavailable(
            "数据库服务器没有安装 PostGIS，无法存储地理数据。",
            advice="Debian、Ubuntu：sudo apt-get install postgresql-postgis",
        )
    if tuple(int(p) for p in postgis.split(".")[:2]) < MIN_POSTGIS:
        raise Unavailable(f"数据库服务器的 PostGIS 是 {postgis}，版本太旧，需要 3.1 或更高版本。")
    if ctype in {"C", "POSIX"} or encoding != "UTF8":
        raise Unavailable(
            f"数据库的字符环境是 {ctype}/{encoding}，不能正确处理汉字。",
            advice="请用 UTF-8 重建数据库，例如 CREATE DATABASE … ENCODING 'UTF8' "
            "LC_CTYPE 'C.UTF-8' TEMPLATE template0。",
        )


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision; two at once wait for each other."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _MIGRATION_LOCK})
        try:
            with connection.begin_nested():
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        except DBAPIError as error:
            raise Unavailable(
                f"不能在数据库中启用 PostGIS：{_reason(error)}",
                advice="请让数据库管理员在该库执行一次 CREATE EXTENSION postgis。",
            ) from error
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS registry"))
        command.upgrade(_alembic(connection), "head")
        secrecy.protect(connection)


def gather_statistics(connection: Connection) -> None:
    """Let the planner know what was just loaded; by itself the server looks a minute later."""
    connection.execute(text("ANALYZE"))


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


@contextmanager
def transaction(engine: Engine, *, person: int, reason: str) -> Iterator[Connection]:
    """One act in one transaction: history names ``person`` and ``reason`` for all it changes.

    Commits when the block ends, rolls back when it raises.
    """
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT set_config('registry.person', :person, true), "
                "set_config('registry.reason', :reason, true)"
            ),
            {"person": str(person), "reason": reason},
        )
        yield connection


@contextmanager
def read(engine: Engine, level: str = "secret", person: int | None = None) -> Iterator[Connection]:
    """A read-only transaction that sees one state of the registry throughout.

    ``level`` is that of secrecy up to which records are there at all (``store.secrecy``), beside
    what ``person`` sent in.
    """
    with engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    ) as connection:
        if level != "secret":
            _show_up_to(connection, level, person)
        yield connection


def _show_up_to(connection: Connection, level: str, person: int | None) -> None:
    try:
        connection.execute(
            text("SELECT registry.show_up_to(:level, :person)"), {"level": level, "person": person}
        )
    except DBAPIError as error:
        raise Unavailable(
            f"数据库不能按密级筛选：{_reason(error)}",
            advice=f"请让数据库管理员执行一次：CREATE ROLE {secrecy.VIEWER} NOLOGIN; "
            f"GRANT {secrecy.VIEWER} TO 本系统所用的数据库用户; 然后重新启动服务。",
        ) from error


def current_person(connection: Connection) -> int:
    """The person on whom the changes of this transaction are booked."""
    value: Any = connection.scalar(
        text("SELECT coalesce(nullif(current_setting('registry.person', true), ''), '1')::bigint")
    )
    return int(value)


def _reason(error: DBAPIError) -> str:
    """The first line of what the driver said, without the statement."""
    return str(error.orig).strip().splitlines()[0] if error.orig else "原因不明"
