"""Files as they came: kept once each under their SHA-256 in the home folder, and on record.

``<home>/files/ab/<sha256>``, ``ab`` the first two digits. Nothing is ever written over, and nothing
is deleted here: a boundary, an approval or a batch may refer to a file by its hash for decades.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from geo_registry.domain.errors import NotFound, Unavailable
from geo_registry.store.database import current_person
from geo_registry.store.upload_tables import raw_file

FOLDER = "files"
_TYPES = {
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".kmz": "application/vnd.google-earth.kmz",
    ".gpx": "application/gpx+xml",
    ".dxf": "image/vnd.dxf",
    ".fgb": "application/vnd.flatgeobuf",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class RawFile:
    """A kept file: its number, hash, name when it came first, size in bytes and media type."""

    id: int
    sha256: str
    name: str
    size: int
    media_type: str


def keep(
    connection: Connection, home: Path, source: Path, name: str, *, media_type: str | None = None
) -> RawFile:
    """Keep a copy of a file under its hash; a file that is there already is not copied again.

    ``media_type`` where the content was looked at, else what the suffix says. The copy stands
    before the row is committed: a row without its file cannot be. Raises :class:`Unavailable` where
    the folder cannot be written.
    """
    try:
        sha256, size = _copied(home / FOLDER, source)
    except OSError as error:
        raise Unavailable(
            f"原始文件存不进数据目录 {home / FOLDER}：{error.strerror}。",
            advice="请检查磁盘空间和目录权限。",
        ) from error
    suffix = Path(name).suffix.lower()
    known = media_type or _TYPES.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0]
    connection.execute(
        insert(raw_file)
        .values(
            sha256=sha256,
            name=name,
            media_type=known or "application/octet-stream",
            size_bytes=size,
            person_id=current_person(connection),
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    return find_by_hash(connection, sha256)


def find_by_hash(connection: Connection, sha256: str) -> RawFile:
    """The kept file of a hash; :class:`NotFound` where there is none."""
    row = connection.execute(
        text(
            "SELECT id, sha256, name, size_bytes, media_type FROM registry.raw_file "
            "WHERE sha256 = :sha256"
        ),
        {"sha256": sha256},
    ).one_or_none()
    if row is None:
        raise NotFound("没有保存这份原始文件。")
    return RawFile(*row)


def path_of(home: Path, sha256: str) -> Path:
    """Where a kept file lies; :class:`Unavailable` where it is missing or was changed."""
    path = _place(home / FOLDER, sha256)
    if not path.is_file() or _digest(path)[0] != sha256:
        raise Unavailable(
            f"原始文件 {path} 不见了或被改动过。", advice="请从数据目录的备份恢复这个文件。"
        )
    return path


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _copied(folder: Path, source: Path) -> tuple[str, int]:
    """Copy whole or not at all; the hash is of the bytes that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".coming.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as sink, source.open("rb") as file:
            shutil.copyfileobj(file, sink, 1 << 20)
            sink.flush()
            os.fsync(sink.fileno())
        sha256, size = _digest(temporary)
        place = _place(folder, sha256)
        place.parent.mkdir(exist_ok=True)
        if not place.is_file() or _digest(place)[0] != sha256:
            temporary.chmod(0o600)
            temporary.replace(place)
        return sha256, size
    finally:
        temporary.unlink(missing_ok=True)


def _digest(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
