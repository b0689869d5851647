"""PostgreSQL on this machine: where its programs are, and which of them have PostGIS."""

from __future__ import annotations

import glob
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo_registry.domain.errors import Unavailable

_FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # PGDG packages of Red Hat and its kin
    "/usr/lib64/pgsql/postgresql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
_PROGRAMS = ("initdb", "pg_ctl", "postgres")

INSTALL_HINT = (
    "Debian、Ubuntu：sudo apt-get install postgresql-postgis；"
    "Fedora：sudo dnf install postgresql-server postgresql-contrib postgis；"
    "macOS：brew install postgis；"
    "或用 Docker 运行 postgis/postgis 镜像，并以 GEO_REGISTRY_DATABASE_URL 指向它。"
)


@dataclass(frozen=True, slots=True, order=True)
class Installation:
    """One PostgreSQL of one major version whose PostGIS extension is installed."""

    major: int
    programs: Path

    def program(self, name: str) -> str:
        """Give the path of one of its programs (``initdb``, ``pg_ctl``, ``psql`` …)."""
        return str(self.programs / name)


def installations() -> list[Installation]:
    """Find every PostgreSQL that has PostGIS, oldest major first; an empty list when none has."""
    found: dict[int, Installation] = {}
    for folder in _program_folders():
        major = _major(folder)
        if major is not None and major not in found and _has_postgis(folder, major):
            found[major] = Installation(major, folder)
    return sorted(found.values())


def newest() -> Installation:
    """Choose for a new cluster. Raises :class:`Unavailable` with the command that installs it."""
    found = installations()
    if not found:
        raise Unavailable("本机没有带 PostGIS 的 PostgreSQL。", advice=INSTALL_HINT)
    return found[-1]


def of_major(major: int, data: Path) -> Installation:
    """Choose for a cluster that PostgreSQL ``major`` made; no other version may open it."""
    found = installations()
    for installation in found:
        if installation.major == major:
            return installation
    others = "、".join(str(i.major) for i in found)
    present = (
        f"本机只有带 PostGIS 的 PostgreSQL {others}" if others else "本机没有带 PostGIS 的版本"
    )
    raise Unavailable(
        f"数据目录 {data} 由 PostgreSQL {major} 建立，{present}，打不开它。",
        advice=f"请装回 PostgreSQL {major} 及其 PostGIS"
        f"（Debian、Ubuntu：sudo apt-get install postgresql-{major}-postgis-3），"
        "或用旧版本的 pg_dump 导出后，在新的 GEO_REGISTRY_HOME 中恢复。",
    )


def client(name: str) -> str:
    """Find a client program (``psql``) for a server elsewhere; it needs no PostGIS here.

    Raises :class:`Unavailable` where there is none.
    """
    found = shutil.which(name) or next(
        (str(f / name) for f in _program_folders() if (f / name).exists()), None
    )
    if found is None:
        raise Unavailable(
            f"本机没有 {name}。",
            advice="Debian、Ubuntu：sudo apt-get install postgresql-client；"
            "Fedora：sudo dnf install postgresql；macOS：brew install libpq。",
        )
    return found


def _program_folders() -> Iterator[Path]:
    for pattern in _FOLDERS:
        yield from (Path(p) for p in sorted(glob.glob(pattern), reverse=True))  # noqa: PTH207
    for name in ("initdb", "postgres"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path).resolve().parent


def _major(folder: Path) -> int | None:
    if not all((folder / name).exists() for name in _PROGRAMS):
        return None
    answer = _ask(folder / "postgres", "--version")
    version = re.search(r"\s(\d+)", answer)
    return int(version[1]) if version else None


def _has_postgis(folder: Path, major: int) -> bool:
    """Look for the extension's control file; ``pg_config`` is not installed everywhere."""
    shares = [
        folder.parent / "share",
        folder.parent / "share/postgresql",
        folder.parent / f"share/postgresql@{major}",
        Path(f"/usr/share/postgresql/{major}"),
        Path("/usr/share/pgsql"),
    ]
    if (folder / "pg_config").exists():
        shares.insert(0, Path(_ask(folder / "pg_config", "--sharedir").strip()))
    return any((share / "extension/postgis.control").exists() for share in shares)


def _ask(program: Path, option: str) -> str:
    try:
        return subprocess.run(
            [program, option], capture_output=True, text=True, timeout=20, check=False, cwd="/"
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
