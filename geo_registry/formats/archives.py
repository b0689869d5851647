"""Zip archives: unpacked with limits into a folder of our own, never opened in place by GDAL.

The parts of a shapefile are packed into one, so that they are kept and hashed as one file.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.content import check_zip_limits

_CHUNK = 1 << 20
SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def unpack(path: Path, folder: Path, *, megabytes: int = 2048) -> list[Path]:
    """Unpack a zip into ``folder``; returns the files, sorted.

    Names are read as GB18030 where the archive does not say UTF-8 (Windows in China). Raises
    :class:`Unreadable` for a broken archive, a name that leaves the folder, a link, and for more
    bytes than the limit, counted while they are written.
    """
    check_zip_limits(path, megabytes=megabytes)
    left = megabytes << 20
    files: list[Path] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = _checked_name(member, path)
                if member.is_dir() or _is_litter(name):
                    continue
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _extract(archive, member, target, left, path)
                files.append(target)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise Unreadable(
            f"压缩包“{path.name}”损坏或不完整，解压到一半出错。请重新压缩或重新下载。"
        ) from None
    return sorted(files)


def pack_shapefile(path: Path, sink: IO[bytes]) -> None:
    """Write the parts of a shapefile into one archive; equal parts give equal bytes.

    Parts are found by their suffix in small or capital letters and stored in a fixed order, without
    compression, without their name and the time at which they were copied.
    """
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for suffix in SHAPEFILE_PARTS:
            named = (path.with_suffix(s) for s in (suffix, suffix.upper()))
            part = next((p for p in named if p.is_file()), None)
            if part is None:
                continue
            member = zipfile.ZipInfo(f"layer{suffix}", date_time=(1980, 1, 1, 0, 0, 0))
            member.file_size = part.stat().st_size
            with part.open("rb") as source, archive.open(member, "w") as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)


def _checked_name(member: zipfile.ZipInfo, path: Path) -> PurePosixPath:
    """Return the member's name as a relative path that stays below the folder."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = member.filename
    pure = PurePosixPath(name.replace("\\", "/"))
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if pure.is_absolute() or ".." in pure.parts or ":" in name or "\0" in name or is_link:
        raise Unreadable(
            f"压缩包“{path.name}”里的“{name[:80]}”指向压缩包之外的位置，为安全起见没有解压。"
        )
    return pure


def _is_litter(name: PurePosixPath) -> bool:
    return "__MACOSX" in name.parts or name.name.startswith("._") or name.name == ".DS_Store"


def _extract(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, path: Path
) -> int:
    """Write one member; returns its bytes. Stops as soon as more than ``left`` have come."""
    written = 0
    with archive.open(member) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > left:
                raise Unreadable(f"压缩包“{path.name}”解压后过大，为安全起见已停止。")
            sink.write(chunk)
    return written
