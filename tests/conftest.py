"""Fixtures: a scratch PostGIS cluster of the test run's own, one fresh database a test."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Connection, Engine, text

from geo_registry import reference as reference_tables
from geo_registry.domain.reference import Profile, Reference
from geo_registry.store.cluster import Cluster
from geo_registry.store.database import LOCAL_USER, create_engine, migrate, transaction

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATE = "migrated_template"
SAMPLE_TEMPLATE = "sample_template"
SAMPLE_DAY = date(2026, 11, 23)
_HOME = "GEO_REGISTRY_TEST_HOME"

# How long one example takes is a matter of the machine and of who else works on it.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the home of the cluster before xdist starts its workers, who inherit it."""
    if not hasattr(config, "workerinput"):
        home = tempfile.mkdtemp(prefix="geo-registry-test-")
        # The database's user must be able to enter.
        Path(home).chmod(0o755)
        os.environ[_HOME] = home


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster and remove its home, once, when the workers are done."""
    if not hasattr(config, "workerinput"):
        home = Path(os.environ.pop(_HOME))
        Cluster(home, scratch=True).stop()
        shutil.rmtree(home, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a database, so that ``-m "not db"`` runs anywhere; browser tests come first.

    With ``--dist worksteal`` one worker has them then: it alone starts services and a browser,
    what it waits for leaves the processor to the other, and no long test is left for the end.
    """
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.db)
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The running scratch cluster, with a migrated template; shared by all workers."""
    found = Cluster(Path(os.environ[_HOME]), scratch=True)
    with _once("cluster") as first:
        if first:
            found.start()
            engine = create_engine(found.create_database(TEMPLATE))
            migrate(engine)
            engine.dispose()
    return found


@contextmanager
def _once(name: str) -> Iterator[bool]:
    """Tell the first worker that comes here to do the work; the others wait for it."""
    home = Path(os.environ[_HOME])
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = home / f"{name}.done"
        yield not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def once(cluster: Cluster) -> Callable[[str], AbstractContextManager[bool]]:
    """``with once(name) as first``: what the first worker prepares for all."""
    return _once


@pytest.fixture(scope="session")
def sample_template(cluster: Cluster, data: Path, reference: Reference, profile: Profile) -> str:
    """The name of a database with the sample district, scanned once, to be cloned."""
    # Half the product is behind these two; a run without a database should not wait for it.
    from geo_registry.services.findings import scanning
    from geo_registry.services.samples import sample

    with _once(SAMPLE_TEMPLATE) as first:
        if first:
            engine = create_engine(cluster.create_database(SAMPLE_TEMPLATE, template=TEMPLATE))
            with transaction(engine, person=LOCAL_USER, reason="载入示例数据") as opened:
                sample.load(opened, data=data, reference=reference, profile=profile)
            with transaction(engine, person=LOCAL_USER, reason="首次扫描") as opened:
                scanning.scan(
                    opened,
                    reference=reference,
                    profile=profile,
                    on=SAMPLE_DAY,
                    person=LOCAL_USER,
                )
            engine.dispose()
    return SAMPLE_TEMPLATE


@pytest.fixture
def sample_database(cluster: Cluster, sample_template: str) -> Iterator[str]:
    """The address of a registry of this test alone, with the sample district."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield cluster.create_database(name, template=sample_template)
    cluster.drop_database(name)


@pytest.fixture
def sample_engine(sample_database: str) -> Iterator[Engine]:
    """An engine on a registry with the sample district."""
    made = create_engine(sample_database)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def sample_to_read(cluster: Cluster, sample_template: str) -> Iterator[Engine]:
    """One registry with the sample district for the tests that only ask; writing is refused."""
    name = f"to_read_{uuid.uuid4().hex[:12]}"
    made = create_engine(cluster.create_database(name, template=sample_template))
    with made.begin() as opened:
        opened.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    made.dispose()
    yield made
    made.dispose()
    cluster.drop_database(name)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The address of an empty migrated registry of this test alone."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield cluster.create_database(name, template=TEMPLATE)
    cluster.drop_database(name)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on an empty migrated registry."""
    made = create_engine(database)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A transaction of the local user on an empty migrated registry, committed at the end."""
    with transaction(engine, person=LOCAL_USER, reason="测试") as opened:
        yield opened


@pytest.fixture(scope="session")
def data() -> Path:
    """The tables the product ships."""
    return REPOSITORY / "data"


@pytest.fixture(scope="session")
def reference(data: Path) -> Reference:
    """The shipped character and word tables."""
    return reference_tables.load(data)


@pytest.fixture(scope="session")
def profile(data: Path) -> Profile:
    """The district of the first user."""
    return reference_tables.load_profile(data, "371002")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files that are not shipped; the test is skipped where it is absent."""
    named = os.environ.get("GEO_REGISTRY_SHARED")
    folder = Path(named) if named else REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"the real files are not here ({folder}); set GEO_REGISTRY_SHARED")
    return folder
