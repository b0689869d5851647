"""The account the database runs as: never root, always one that may enter its folders."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo_registry.domain.errors import Unavailable

_ENVIRONMENT = ("PATH", "TZ", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system; ``switch`` says whether we, being root, must change to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    @classmethod
    def for_data(cls, data: Path) -> Account:
        """Choose who runs the cluster in ``data``: its owner, or for a new one ourselves.

        Root, whom PostgreSQL refuses, becomes the system user ``postgres`` for a new one. Raises
        :class:`Unavailable` when neither will do.
        """
        own = os.geteuid()
        owner = next((f.stat().st_uid for f in (data, data.parent) if f.exists()), None)
        if own != 0:
            if owner not in (None, own):
                raise Unavailable(
                    f"数据目录 {data} 属于用户 {_name(owner)}，当前用户 {_name(own)} 无权启动它。",
                    advice=f"请以 {_name(owner)} 或 root 身份运行，"
                    "或把 GEO_REGISTRY_HOME 设到别处。",
                )
            return cls(_name(own), own, os.getegid(), switch=False)
        try:
            entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("postgres")
        except KeyError:
            raise Unavailable(
                "数据库不能以 root 身份运行，而本机没有系统用户 postgres。",
                advice="请安装发行版自带的 postgresql 软件包（它会建立该用户），"
                "或改用普通用户运行。",
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)

    def run(
        self, command: Sequence[str | Path], *, timeout_s: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in ``/``, with a clean environment; never raises on exit.

        Raises :class:`Unavailable` where the system refuses to change the user.
        """
        environment = {k: v for k, v in os.environ.items() if k in _ENVIRONMENT}
        try:
            return subprocess.run(
                [str(part) for part in command],
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=timeout_s,
                check=False,
                cwd="/",
                env=environment | {"LC_ALL": "C"},
                umask=0o077,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
        except PermissionError as error:
            raise Unavailable(
                f"无法以用户 {self.name} 的身份运行 {Path(command[0]).name}：{error.strerror}。"
            ) from error

    def give(self, path: Path, mode: int) -> None:
        """Make the account the owner of ``path``, with permissions ``mode``."""
        if self.switch:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def check_entry(self, folder: Path) -> None:
        """Raise :class:`Unavailable`, naming the closed folder, if the account cannot enter."""
        if not self.switch:
            return
        for step in [*reversed(folder.parents), folder]:
            if self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", step]).returncode != 0:
                raise Unavailable(
                    f"数据库以系统用户 {self.name} 的身份运行，而该用户无权进入目录 {step}，"
                    f"所以数据不能放在 {folder}。",
                    advice="请把 GEO_REGISTRY_HOME 设到该用户能进入的目录，"
                    "例如 /var/lib/geo_registry。",
                )


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)
