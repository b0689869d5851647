"""Attachments: photos, papers and recordings tied to subjects: a case, a proposal, a place.

A file is kept once under its hash (:mod:`geo_registry.store.raw_files`), typed by its content, and
never run or rendered. An attachment is taken back, not deleted.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import (
    BadRequest,
    Conflict,
    NotFound,
    Refused,
    TooLarge,
    Unavailable,
)
from geo_registry.domain.secrecy import TITLES, checked
from geo_registry.formats import media_types
from geo_registry.services.imports.file_names import clean_file_name
from geo_registry.store import attachments as stored
from geo_registry.store import raw_files
from geo_registry.store.attachments import SUBJECT_TABLES, Attachment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk, Shelf

__all__ = [
    "Attachment",
    "attach",
    "attachment",
    "attachments_of",
    "described",
    "path_of",
    "require_unused",
    "too_large",
    "withdraw",
]

_KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_LARGEST_ID = 2**63 - 1


def attach(
    connection: Connection,
    subject: str,
    content: bytes | Path,
    *,
    file_name: str,
    kind: str,
    title: str = "",
    secrecy: str = "internal",
    desk: Desk,
) -> Attachment:
    """Keep a file and tie it to a subject; the same file again gives the same attachment.

    ``kind`` is a short English key of what it is for (``photo``, ``reply`` …). Raises
    :class:`NotFound` where the subject is not there, :class:`TooLarge` beyond the limit of the
    desk's shelf, :class:`Refused` for programs, scripts and web pages under any name,
    :class:`Unreadable` for empty, broken or unknown content.
    """
    shelf = _shelf_of(desk)
    _require(connection, subject, kind, title, secrecy)
    name = clean_file_name(file_name)
    with _as_file(content) as path:
        size = path.stat().st_size
        if size > shelf.max_bytes:
            raise too_large(name, shelf.max_bytes, size)
        media_type = media_types.media_type_of(path, name)
        kept = raw_files.keep(connection, shelf.home, path, name, media_type=media_type)
    number = stored.insert_attachment(
        connection,
        subject=subject,
        raw_file_id=kept.id,
        kind=kind,
        title=title.strip(),
        file_name=name,
        media_type=media_type,
        secrecy=secrecy,
        person_id=desk.person,
    )
    return attachment(connection, number)


def attachments_of(
    connection: Connection,
    subject: str,
    kinds: Collection[str] | None = None,
    *,
    secrecies: Collection[str] | None = None,
) -> tuple[Attachment, ...]:
    """What is attached to a subject, oldest first; of some kinds and levels of secrecy, or all."""
    return stored.list_attachments(connection, subject, kinds, secrecies)


def attachment(connection: Connection, number: int) -> Attachment:
    """The attachment of a number; :class:`NotFound` where there is none or it was taken back."""
    found = stored.find_attachment(connection, number) if 0 < number <= _LARGEST_ID else None
    if found is None or found.withdrawn_at is not None:
        raise NotFound(f"没有编号为 {number} 的附件，或它已被撤回。")
    return found


def withdraw(connection: Connection, number: int, *, desk: Desk) -> None:
    """Take an attachment back; the file stays kept, and the history tells that it was there.

    Raises :class:`NotFound`, :class:`Refused` where a step or a dossier rests on it, or
    :class:`Conflict` where somebody took it back at the same moment.
    """
    found = attachment(connection, number)
    require_unused(connection, found)
    if not stored.withdraw_attachment(connection, number, desk.person):
        raise Conflict(f"附件“{found.file_name}”刚被他人撤回。")


def require_unused(connection: Connection, found: Attachment) -> None:
    """Raise :class:`Refused` for the evidence of a step, or a paper of a proposal."""
    on = stored.relied_on(connection, found)
    if on:
        what = "申报材料" if on == "paper" else f"案件第 {on.removeprefix('step ')} 步的材料"
        raise Refused(
            f"附件“{found.file_name}”是{what}，不能撤回。",
            advice="材料有误的，请补交更正后的材料。",
        )


def path_of(found: Attachment, shelf: Shelf) -> Path:
    """Where the file lies; :class:`Unavailable` where it is missing or was changed."""
    return raw_files.path_of(shelf.home, found.sha256)


def described(found: Attachment) -> dict[str, Any]:
    """An attachment as a document."""
    title, suffix = media_types.TITLES.get(found.media_type, ("文件", ""))
    return {
        "id": found.id,
        "subject": found.subject,
        "kind": found.kind,
        "title": found.title,
        "file_name": found.file_name,
        "download_name": _download_name(found.file_name, suffix),
        "media_type": found.media_type,
        "media_title": title,
        "sha256": found.sha256,
        "size": found.size,
        "secrecy": found.secrecy,
        "secrecy_title": TITLES[found.secrecy],
        "by": found.by,
        "at": found.at,
    }


def too_large(name: str, limit: int, size: int | None = None) -> TooLarge:
    """What a person is told of a file beyond the limit (bytes); ``size`` where it is known."""
    has = f"有 {size / 2**20:,.0f} MB，" if size else ""
    return TooLarge(
        f"“{name}”{has}超过 {limit >> 20} MB，没有接收。",
        advice="照片请压缩后再上传，扫描件请降低分辨率；大的成果文件请存放在资料室并登记文号。",
    )


def _download_name(name: str, suffix: str) -> str:
    """The name under which a file leaves: its suffix tells what it is, whatever it was called."""
    own = Path(name).suffix.lower()
    same = {".jpeg": ".jpg", ".tiff": ".tif", ".csv": ".txt", ".json": ".txt", ".mov": ".mp4",
            ".geojson": ".txt", ".dxf": ".txt", ".md": ".txt", ".shp.zip": ".zip",
            ".gml": ".xml"}  # fmt: skip
    return name if not suffix or same.get(own, own) == suffix else f"{name}{suffix}"


def _shelf_of(desk: Desk) -> Shelf:
    if desk.shelf is None:
        raise Unavailable("没有说明附件存放在哪里。", advice="请为经办人指定数据目录。")
    return desk.shelf


def _require(connection: Connection, subject: str, kind: str, title: str, secrecy: str) -> None:
    what, _, key = subject.partition(":")
    if what not in {*SUBJECT_TABLES, "division"} or not key:
        raise BadRequest(
            f"“{subject[:60]}”不是可以添加附件的对象。", advice="例如 cemetery:3、proposal:4。"
        )
    if not stored.exists(connection, what, key):
        raise NotFound(f"没有“{subject[:60]}”这个对象，附件没有保存。")
    if not _KIND.fullmatch(kind):
        raise BadRequest(f"附件的用途“{kind[:40]}”要用小写英文，例如 photo、reply。")
    if len(title) > 200:
        raise BadRequest("附件的标题太长，最多 200 个字。")
    checked(secrecy)


@contextmanager
def _as_file(content: bytes | Path) -> Iterator[Path]:
    if isinstance(content, Path):
        if not content.is_file():
            raise NotFound(f"找不到文件“{content}”，请检查路径。")
        yield content
        return
    with tempfile.NamedTemporaryFile(prefix="geo_registry_") as file:
        file.write(content)
        file.flush()
        yield Path(file.name)
