"""The private cluster, as it really behaves: started, killed, moved, started twice at once."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geo_registry.domain.errors import BadRequest, Conflict, Unavailable
from geo_registry.settings import Settings
from geo_registry.store import postgresql, server_process
from geo_registry.store.account import Account
from geo_registry.store.cluster import DATABASE, Cluster, database_url
from geo_registry.store.scratch import scratch_cluster

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """A cluster of this module's own, because its tests kill it."""
    with scratch_cluster() as started:
        yield started


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder the database's user may enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="geo-registry-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def connect(cluster: Cluster, database: str = DATABASE) -> psycopg.Connection[tuple[object, ...]]:
    address = cluster.url(database).replace("+psycopg", "")
    return psycopg.connect(address, autocommit=True)


def write_row(cluster: Cluster) -> None:
    with connect(cluster) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (name text)")
        connection.execute("TRUNCATE kept")
        connection.execute("INSERT INTO kept VALUES ('文化路')")
        connection.execute("CHECKPOINT")  # a scratch cluster does not sync by itself


def read_row(cluster: Cluster) -> object:
    with connect(cluster) as connection:
        row = connection.execute("SELECT name FROM kept").fetchone()
    return row and row[0]


def pid_of(cluster: Cluster) -> int:
    pid = cluster.status().pid
    assert pid is not None
    return pid


def kill(cluster: Cluster) -> None:
    os.kill(pid_of(cluster), signal.SIGKILL)


def test_a_started_cluster_has_postgis_and_finds_chinese_by_trigram(own: Cluster) -> None:
    with connect(own) as connection:
        row = connection.execute("SELECT postgis_lib_version(), show_trgm('文化西路')").fetchone()
    assert row
    assert row[0]
    assert len(row[1]) >= 4  # type: ignore[arg-type]


def test_it_opens_no_port_and_runs_as_an_unprivileged_user(own: Cluster) -> None:
    with connect(own) as connection:
        row = connection.execute("SELECT current_setting('listen_addresses')").fetchone()
    assert row == ("",)
    assert own.data.stat().st_uid != 0
    assert Path(f"/proc/{pid_of(own)}").stat().st_uid == own.data.stat().st_uid
    assert (own.folder / "pgpass").stat().st_mode & 0o777 == 0o600
    assert (own.folder / "run" / ".s.PGSQL.5432").exists() is False


def test_a_second_start_changes_nothing_and_is_quick(own: Cluster) -> None:
    before = pid_of(own)
    begun = time.monotonic()
    steps: list[str] = []
    own.start(steps.append)
    assert (pid_of(own), steps) == (before, [])
    assert time.monotonic() - begun < 2


def test_rows_outlive_a_killed_server(own: Cluster) -> None:
    write_row(own)
    kill(own)
    own.start()
    assert read_row(own) == "文化路"


def test_rows_outlive_a_stop_and_a_start(own: Cluster) -> None:
    write_row(own)
    assert own.stop()
    assert own.status().state == "stopped"
    assert not own.stop()
    own.start()
    assert read_row(own) == "文化路"


def test_a_pid_file_whose_number_is_now_another_process_is_no_obstacle(own: Cluster) -> None:
    write_row(own)
    kill(own)
    time.sleep(0.3)
    other = subprocess.Popen(["/bin/sleep", "60"], user=own.data.stat().st_uid)
    try:
        for lock in (own.data / "postmaster.pid", own.folder / "run/.s.PGSQL.57102.lock"):
            if lock.exists():
                rest = lock.read_text().partition("\n")[2]
                lock.write_text(f"{other.pid}\n{rest}")
        assert own.status().state == "stopped"
        own.start()
    finally:
        other.terminate()
        other.wait()
    assert read_row(own) == "文化路"


def test_an_empty_pid_file_left_by_a_full_disk_is_no_obstacle(own: Cluster) -> None:
    own.stop()
    (own.data / "postmaster.pid").write_text("")
    own.start()
    assert own.status().state == "running"


def test_two_starts_at_once_make_one_server(own: Cluster) -> None:
    own.stop()
    code = (
        "import sys; from pathlib import Path; from geo_registry.store.cluster import Cluster; "
        "Cluster(Path(sys.argv[1]), scratch=True).start()"
    )
    starts = [subprocess.Popen([sys.executable, "-c", code, str(own.home)]) for _ in range(3)]
    assert [start.wait(60) for start in starts] == [0, 0, 0]
    assert own.status().state == "running"


def test_a_database_can_be_copied_from_a_template_and_dropped(own: Cluster) -> None:
    address = own.create_database("copy_of_it", template=DATABASE)
    with pytest.raises(Conflict, match="已经存在"):
        own.create_database("copy_of_it")
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT postgis_lib_version()").fetchone()
    own.drop_database("copy_of_it")
    own.drop_database("copy_of_it")


def test_a_path_too_long_for_a_socket_falls_back_to_a_short_one(short_folder: Path) -> None:
    home = short_folder / ("很长的目录名" * 6)
    cluster = Cluster(home, scratch=True)
    try:
        cluster.start()
        socket = cluster._socket_folder()
        assert socket.parent == Path("/tmp")
        assert socket.stat().st_mode & 0o777 == 0o700
        with connect(cluster) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.stop()
    shutil.rmtree(cluster._socket_folder())  # as a restart of the machine would


def test_a_half_made_data_folder_is_made_anew(short_folder: Path) -> None:
    cluster = Cluster(short_folder / "home", scratch=True)
    unfinished = cluster.folder / "pgdata.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "rest").write_text("of a killed initdb")
    try:
        cluster.start()
        assert not unfinished.exists()
    finally:
        cluster.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as somebody else")
def test_a_folder_that_the_databases_user_cannot_enter_is_named(short_folder: Path) -> None:
    short_folder.chmod(0o700)
    with pytest.raises(Unavailable) as caught:
        Cluster(short_folder / "home").start()
    assert f"无权进入目录 {short_folder}" in caught.value.message
    assert "/var/lib/geo_registry" in caught.value.advice
    assert not (short_folder / "home").exists()


def test_data_of_another_major_version_is_refused_with_both_numbers(short_folder: Path) -> None:
    data = short_folder / "cluster/pgdata"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    account = Account.for_data(short_folder / "nothing")
    for folder in (data, data.parent):
        account.give(folder, 0o700)
    with pytest.raises(Unavailable, match="由 PostgreSQL 9 建立") as caught:
        Cluster(short_folder).start()
    assert str(postgresql.newest().major) in caught.value.message


def test_a_server_that_cannot_start_says_what_it_complains_about(short_folder: Path) -> None:
    cluster = Cluster(short_folder, scratch=True)
    cluster.start()
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(Unavailable, match="no_such_setting"):
        cluster.start()


def test_an_orphaned_scratch_cluster_is_swept_away() -> None:
    code = (
        "import os; from geo_registry.store.scratch import scratch_cluster\n"
        "with scratch_cluster() as c: print(c.home, flush=True); os.kill(os.getpid(), 9)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    home = Path(answer.stdout.strip())
    assert server_process.is_running(home / "cluster/pgdata")
    with scratch_cluster():
        assert not home.exists()


def settings(url: str) -> Settings:
    return Settings.from_environment({"GEO_REGISTRY_DATABASE_URL": url})


def test_a_server_of_ones_own_is_used_and_nothing_is_started() -> None:
    assert (
        database_url(settings("postgres://u:p@db.example/geo"))
        == "postgresql+psycopg://u:p@db.example/geo"
    )


@pytest.mark.parametrize("url", ["not an address", "mysql://host/db"])
def test_an_address_that_is_no_postgresql_is_refused_by_name(url: str) -> None:
    with pytest.raises(BadRequest, match="GEO_REGISTRY_DATABASE_URL"):
        database_url(settings(url))


def test_a_machine_without_postgis_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql, "_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unavailable, match="没有带 PostGIS") as caught:
        postgresql.newest()
    for system in ("apt-get", "dnf", "brew", "Docker"):
        assert system in caught.value.advice
