"""The server's process: whether the number in ``postmaster.pid`` is still the server's."""

from __future__ import annotations

import subprocess
from pathlib import Path

NO_PROCESS = 2147483647
"""A number that no system gives to a process."""


def read_pid(data: Path) -> int | None:
    """Give the process number in the cluster's pid file; ``None`` when there is none to read."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_running(data: Path) -> bool:
    """Whether a live server serves the folder, however it feels: starting, recovering, stopping.

    A process that only took over the number, or one that is dead and unreaped, is not the server.
    """
    pid = read_pid(data)
    return pid is not None and pid != NO_PROCESS and str(data) in _command_line(pid)


def mark_stale(data: Path) -> None:
    """Disarm a pid file left by a dead server: put in a number that no process has.

    The rest stays, because PostgreSQL learns from it which shared memory to look for before it
    dares to start. A file without a readable number (a disk that ran full) is removed.
    """
    pid_file = data / "postmaster.pid"
    try:
        first, _, rest = pid_file.read_text().partition("\n")
    except FileNotFoundError:
        return
    if first.strip().isdigit() and rest:
        pid_file.write_text(f"{NO_PROCESS}\n{rest}")
    else:
        pid_file.unlink(missing_ok=True)


def _command_line(pid: int) -> str:
    """Give the command line of a process; empty for none, or for one that is dead and unreaped."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            return ""
    asked = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout
