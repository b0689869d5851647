"""Scratch clusters: PostGIS for a test run, in a temporary home that vanishes with it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from geo_registry.domain.errors import Unavailable
from geo_registry.store.cluster import Cluster, Report, silent

_PREFIX = "geo-registry-scratch-"


@contextlib.contextmanager
def scratch_cluster(report: Report = silent) -> Iterator[Cluster]:
    """Give a running cluster for tests, in a temporary home that vanishes with its process.

    Homes of test runs that were killed are found by their free lock, stopped and removed.
    """
    _sweep()
    making = Path(tempfile.mkdtemp(prefix="geo-registry-", dir="/tmp"))
    making.chmod(0o711)  # the database's user must pass through
    owner = os.open(making / "owner", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(owner, fcntl.LOCK_EX)
    home = making.rename(making.with_name(making.name.replace("registry-", "registry-scratch-")))
    try:
        cluster = Cluster(home, scratch=True)
        cluster.start(report)
        yield cluster
    finally:
        _remove(home)
        os.close(owner)


def _sweep() -> None:
    for home in Path("/tmp").glob(f"{_PREFIX}*"):  # noqa: S108
        try:
            owner = os.open(home / "owner", os.O_RDWR)
        except OSError:
            continue  # somebody else's, or being made or removed this moment
        try:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(home)
        except BlockingIOError:
            pass
        finally:
            os.close(owner)


def _remove(home: Path) -> None:
    with contextlib.suppress(Unavailable):
        Cluster(home, scratch=True).stop()
    shutil.rmtree(home, ignore_errors=True)
