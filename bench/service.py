"""The service as a clerk starts it, in a process of its own, for the benchmarks that ask it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_COMMAND = (sys.executable, "-c", "from geo_registry.cli import main; main()", "up", "--port", "0")


@contextmanager
def running_service(database: str) -> Iterator[str]:
    """The address of a service on that database; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="geo-registry-bench-") as home:
        environment = os.environ | {
            "GEO_REGISTRY_DATABASE_URL": database,
            "GEO_REGISTRY_HOME": home,
            "PYTHONUNBUFFERED": "1",
        }
        running = subprocess.Popen(
            _COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            yield _address(running)
        finally:
            running.terminate()
            running.wait(timeout=20)


def _address(running: subprocess.Popen[str]) -> str:
    said = []
    for line in running.stdout or ():
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            # Somebody has to read on, or the service waits for it.
            threading.Thread(target=lambda: list(running.stdout or ()), daemon=True).start()
            return found[0]
    raise RuntimeError("the service ended before it named its address:\n" + "".join(said))
