"""The private PostGIS cluster: a server of our own in a folder of our own, reached by a socket.

It listens on no TCP port, so it meets no other server; it runs as an unprivileged user; and
``start`` mends what a crash, a kill or a full restart left behind. ``HOME/cluster`` holds::

    pgdata/    the data, made by initdb          run/      the socket (or see ``_socket_folder``)
    pgpass     the password, 0600                lock      held while starting and stopping
    server.log what the server says
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from geo_registry.domain.errors import BadRequest, Conflict, Unavailable
from geo_registry.store import postgresql
from geo_registry.store.account import Account
from geo_registry.store.postgresql import Installation
from geo_registry.store.server_process import is_running, mark_stale, read_pid

if TYPE_CHECKING:
    from geo_registry.settings import Settings

DATABASE = "geo_registry"
SUPERUSER = "geo"
PORT = 57102
"""Only the name of the socket file: the cluster opens no port. Not 5432, so none is mistaken."""

EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")

_SOCKET_PATH_LIMIT = 100  # bytes; the kernel allows 107 on Linux and 103 on macOS
_LOG_LIMIT = 10 * 1024 * 1024
_START_TIMEOUT_S = 90.0
_LOCK_TIMEOUT_S = 180.0

_CONFIGURATION = """\
# Written by geo_registry at every start; put changes of your own in postgresql.auto.conf
# (ALTER SYSTEM), which wins over this file.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
shared_buffers = {shared_buffers}
work_mem = 16MB
maintenance_work_mem = 128MB
jit = off
random_page_cost = 1.1
wal_compression = on
log_line_prefix = '%m [%p] '
log_error_verbosity = terse  # details of a violation quote rows, and rows name persons
{durability}"""
_HAS_STRATEGIES = 150000
"""The first version of PostgreSQL that lets one choose how a database is copied."""
_SCRATCH = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """How the cluster stands: ``absent`` (never made), ``stopped``, ``starting``, ``running``."""

    state: Literal["absent", "stopped", "starting", "running"]
    home: Path
    major: int | None
    pid: int | None
    url: str | None


def silent(_message: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster in ``home``. ``scratch`` trades safety for speed: for tests only."""

    home: Path
    scratch: bool = False

    @property
    def folder(self) -> Path:
        """The folder that belongs to the database's user."""
        return self.home / "cluster"

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "pgdata"

    @property
    def log(self) -> Path:
        """The file the server writes to."""
        return self.folder / "server.log"

    def url(self, database: str = DATABASE) -> str:
        """Give SQLAlchemy's address of a database; it names the password's file, not the password.

        Without ``+psycopg`` libpq (psql, QGIS, GDAL) takes the same address.
        """
        return URL.create(
            "postgresql+psycopg",
            username=SUPERUSER,
            database=database,
            query={
                "host": str(self._socket_folder()),
                "port": str(PORT),
                "passfile": str(self.folder / "pgpass"),
            },
        ).render_as_string(hide_password=False)

    def start(self, report: Report = silent) -> str:
        """Start the cluster, made first if need be, and give the address of its database.

        Safe to call at any time and from several processes at once. Raises :class:`Unavailable`
        with one sentence that says what is missing or what the server complains about.
        """
        if self._is_complete():
            return self.url()
        with self._locked():
            account = Account.for_data(self.data)
            account.check_entry(self.folder)
            installation = self._create(account, report)
            self._launch(account, installation, report)
            self._create_database(report)
        return self.url()

    def stop(self) -> bool:
        """Stop the cluster, rolling back what is open; tell whether there was anything to stop."""
        if not self.data.exists():
            return False
        with self._locked():
            if not is_running(self.data):
                return False
            account = Account.for_data(self.data)
            installation = self._installation()
            outcome = account.run(
                [installation.program("pg_ctl"), "stop", "-D", self.data, "-m", "fast", "-w"]
            )
            if outcome.returncode != 0 and is_running(self.data):
                raise Unavailable(f"数据库没有停下来：{_last_line(outcome.stderr)}")
        return True

    def status(self) -> ClusterStatus:
        """Tell how the cluster stands, changing nothing."""
        if not self.data.exists():
            return ClusterStatus("absent", self.home, None, None, None)
        major, pid = self._major(), read_pid(self.data)
        if self._is_complete():
            return ClusterStatus("running", self.home, major, pid, self.url())
        if is_running(self.data):
            return ClusterStatus("starting", self.home, major, pid, None)
        return ClusterStatus("stopped", self.home, major, None, None)

    def psql_arguments(self, database: str = DATABASE) -> list[str]:
        """Give the command that opens psql on a database of this cluster."""
        address = self.url(database).replace("postgresql+psycopg://", "postgresql://", 1)
        return [self._installation().program("psql"), address]

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` if given, and give its address.

        PostgreSQL copies only a template that nobody is connected to. Raises :class:`Conflict`
        when the name is taken.
        """
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}{}")
        try:
            with self._connect("postgres") as connection:
                # Copying the files is two to four times as fast as writing them to the log, for a
                # copy that need not outlive a crash.
                by_files = self.scratch and connection.info.server_version >= _HAS_STRATEGIES
                connection.execute(
                    statement.format(
                        sql.Identifier(name),
                        sql.Identifier(template or "template1"),
                        sql.SQL(" STRATEGY file_copy" if by_files else ""),
                    )
                )
        except psycopg.errors.DuplicateDatabase:
            raise Conflict(f"数据库 {name} 已经存在。") from None
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, throwing out whoever is connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with self._connect("postgres") as connection:
            connection.execute(statement)

    # ---- steps of start, in their order; all but the first hold the lock --------------------

    def _is_complete(self) -> bool:
        """Whether a client gets in and finds everything there: the quick way, without a lock."""
        try:
            with self._connect(DATABASE) as connection:
                query = "SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)"
                row = connection.execute(query, [list(EXTENSIONS)]).fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and row[0] == len(EXTENSIONS)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            if not self.folder.exists() or self.folder.stat().st_uid == 0:
                self._create_folder()  # root's: a try was cut off before it was given away
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Unavailable(
                f"无法写入数据目录 {self.home}：{error.strerror}。",
                advice="请换一个可写的目录（环境变量 GEO_REGISTRY_HOME），或检查磁盘与权限。",
            ) from error
        try:
            _wait_for_lock(handle, self.home)
            yield
        finally:
            os.close(handle)

    def _create_folder(self) -> None:
        account = Account.for_data(self.data)
        account.check_entry(next(f for f in (self.home, *self.home.parents) if f.exists()))
        if not self.home.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            self.home.chmod(0o755)  # the database's user must pass through, whatever the umask
        account.check_entry(self.home)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        account.give(self.folder, 0o700)

    def _create(self, account: Account, report: Report) -> Installation:
        """Make the data folder if there is none; a half-made one of an earlier try is removed."""
        if self.data.exists():
            return self._installation()
        installation = postgresql.newest()
        report(f"建立数据库目录 {self.data}（PostgreSQL {installation.major}）")
        unfinished = self.folder / "pgdata.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password = secrets.token_urlsafe(32)
        account.give(_write(self.folder / "password.tmp", password), 0o600)
        account.give(_write(self.folder / "pgpass", f"*:*:*:{SUPERUSER}:{password}\n"), 0o600)
        outcome = account.run(
            [
                *(installation.program("initdb"), "-D", unfinished, "-U", SUPERUSER, "-E", "UTF8"),
                *("-k", "--auth=scram-sha-256", f"--pwfile={self.folder / 'password.tmp'}"),
                *("--no-instructions", *_locale(), *(["--no-sync"] if self.scratch else [])),
            ]
        )
        (self.folder / "password.tmp").unlink()
        if outcome.returncode != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise Unavailable(f"无法建立数据库目录 {self.data}：{_last_line(outcome.stderr)}")
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write("\ninclude_if_exists 'geo_registry.conf'\n")
        unfinished.rename(self.data)
        return installation

    def _launch(self, account: Account, installation: Installation, report: Report) -> None:
        """Start the server and wait until it answers, mending what a crash left behind."""
        self._configure(account)
        deadline = time.monotonic() + _START_TIMEOUT_S
        reported, complaint = False, ""
        while not self._answers():
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"数据库没有启动：{complaint or '等待超时'}", advice=f"详情见日志 {self.log}。"
                )
            if is_running(self.data):
                time.sleep(0.05)
                continue
            if not reported:
                report("启动数据库")
                reported = True
            self._clear_leftovers(account)
            outcome = account.run(
                [
                    *(installation.program("pg_ctl"), "start", "-D", self.data, "-l", self.log),
                    *("-w", "-t", "60", "-s"),
                ]
            )
            if outcome.returncode != 0:
                complaint = self._complaint()
                if not _passes_by_itself(complaint):
                    deadline = min(deadline, time.monotonic())
                time.sleep(0.3)

    def _configure(self, account: Account) -> None:
        socket = self._socket_folder()
        if not socket.exists():
            socket.mkdir(mode=0o700)
            account.give(socket, 0o700)
        if socket.is_symlink() or socket.stat().st_uid != account.uid:
            raise Unavailable(f"目录 {socket} 属于别的用户，不能用来放数据库的套接字。")
        text = _CONFIGURATION.format(
            port=PORT,
            socket=str(socket).replace("'", "''"),
            shared_buffers="64MB" if self.scratch else "256MB",
            durability=_SCRATCH if self.scratch else "",
        )
        account.give(_write(self.data / "geo_registry.conf", text), 0o600)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.rename(self.log.with_suffix(".log.old"))

    def _clear_leftovers(self, account: Account) -> None:
        """Take away what makes a start fail after a kill: called only when no server runs.

        A pid file whose number now belongs to another process (usual in containers) is disarmed,
        not deleted: PostgreSQL still reads from it whether an orphan of the dead server lives.
        """
        mark_stale(self.data)
        for left in self._socket_folder().glob(f".s.PGSQL.{PORT}*"):
            left.unlink(missing_ok=True)
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            account.give(pid_file, 0o600)

    def _create_database(self, report: Report) -> None:
        with self._connect("postgres") as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, [DATABASE]).fetchone() is None:
                report("建立空间数据库")
                connection.execute(f"CREATE DATABASE {DATABASE}")
        with self._connect(DATABASE) as connection, connection.transaction():
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")

    # ---- small questions --------------------------------------------------------------------

    def _connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        address = self.url(database).replace("postgresql+psycopg://", "postgresql://", 1)
        return psycopg.connect(address, autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _socket_folder(self) -> Path:
        """Find where the socket lies: beside the data, or, that path being too long, in /tmp."""
        beside = self.folder / "run"
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}.lock")) <= _SOCKET_PATH_LIMIT:
            return beside
        digest = hashlib.sha256(os.fsencode(self.folder.resolve())).hexdigest()[:16]
        return Path("/tmp") / f"geo-registry-{digest}"  # noqa: S108 - 0700, its owner is checked

    def _installation(self) -> Installation:
        return postgresql.of_major(self._major(), self.data)

    def _major(self) -> int:
        try:
            return int((self.data / "PG_VERSION").read_text().split(".")[0])
        except (OSError, ValueError):
            raise Unavailable(
                f"{self.data} 不是完整的数据库目录（缺少 PG_VERSION）。",
                advice="请从备份恢复，或把它移走后重新启动。",
            ) from None

    def _complaint(self) -> str:
        """Give the end of the log: what is fatal, and the line before it, which says why."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()[-30:]
        except OSError:
            return ""
        said = [re.sub(r"^\S+ \S+ \S+ \[\d+\] ", "", line) for line in lines if line.strip()]
        fatal = [i for i, line in enumerate(said) if "FATAL" in line or "PANIC" in line]
        end = fatal[-1] + 1 if fatal else len(said)
        return "；".join(said[max(0, end - 2) : end])


def database_url(settings: Settings, report: Report = silent) -> str:
    """Give the address of the database to work on.

    ``GEO_REGISTRY_DATABASE_URL`` names a server of one's own: nothing is started then. Else the
    private cluster in ``settings.home`` is started. Raises :class:`BadRequest` for an address
    that is none, :class:`Unavailable` where the cluster cannot be started.
    """
    if settings.database_url is None:
        return Cluster(settings.home).start(report)
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        raise BadRequest(
            "环境变量 GEO_REGISTRY_DATABASE_URL 不是数据库地址。",
            advice="例如 postgresql://用户:口令@主机:5432/库名。",
        ) from None
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise BadRequest(
            f"环境变量 GEO_REGISTRY_DATABASE_URL 指向 {url.get_backend_name()}，"
            "只支持带 PostGIS 的 PostgreSQL。"
        )
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _wait_for_lock(handle: int, home: Path) -> None:
    deadline = time.monotonic() + _LOCK_TIMEOUT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"另一个进程正在启动或停止 {home} 中的数据库，等了 {_LOCK_TIMEOUT_S:.0f} 秒。"
                ) from None
            time.sleep(0.05)
        else:
            return


def _write(path: Path, text: str) -> Path:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def _locale() -> list[str]:
    """Choose a locale that knows Chinese letters: with plain C, trigram search finds nothing."""
    if sys.platform == "darwin":
        return ["--locale=C", "--lc-ctype=en_US.UTF-8"]
    return ["--locale=C.UTF-8"]


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["没有说明原因"])[-1]


def _passes_by_itself(complaint: str) -> bool:
    """Whether a failed start is worth another try: the dead server's orphans are still leaving."""
    return any(
        sign in complaint
        for sign in ("pre-existing shared memory", "still in use", "is starting up", "lock file")
    )
