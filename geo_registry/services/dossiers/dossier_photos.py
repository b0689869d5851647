"""Photos of a cemetery and its surveys in a dossier: hashes in its content, pictures on its paper.

The content names each photo by two hashes: of the file as it came, and of the small upright JPEG
that is printed. So a picture on paper can be checked without the registry, and a dossier printed
again years later shows the very same picture or says that it is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import Unavailable
from geo_registry.formats.photos import MEDIA_TYPES, read_photo
from geo_registry.services.accountability.attachments import attachments_of
from geo_registry.store import raw_files

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Shelf
    from geo_registry.store.attachments import Attachment

MOST = 24
"""Photos in one dossier, the latest; more make a file that nobody can send."""
Photos = Callable[[str], bytes | None]
"""Hash of a printed photo → its JPEG, None where it is not at hand."""


def no_photos(_sha256: str) -> bytes | None:
    """No photo is at hand."""
    return None


def gathered(
    connection: Connection, subjects: Iterable[str], shelf: Shelf, on: date
) -> dict[str, Any]:
    """What a content says of the photos attached to some subjects up to a day; {} without any.

    Photos marked secret stay out. A file that cannot be read is named without a printed picture.
    """
    found = [
        a
        for subject in subjects
        for a in attachments_of(connection, subject, ["photo"], secrecies=["public", "internal"])
        if a.media_type in MEDIA_TYPES and a.at.date() <= on
    ]
    found.sort(key=lambda a: (a.at, a.id))
    if not found:
        return {}
    return {
        "photos": [_described(a, shelf) for a in found[-MOST:]],
        "photos_left_out": max(len(found) - MOST, 0),
    }


def _described(found: Attachment, shelf: Shelf) -> dict[str, Any]:
    photo = None
    with suppress(Unavailable):
        photo = read_photo(raw_files.path_of(shelf.home, found.sha256))
    position = photo.position if photo else None
    return {
        "id": found.id,
        "subject": found.subject,
        "title": found.title,
        "file_name": found.file_name,
        "sha256": found.sha256,
        "shown_sha256": hashlib.sha256(photo.jpeg).hexdigest() if photo else "",
        "taken_at": photo.taken_at.isoformat() if photo and photo.taken_at else "",
        "position": list(position) if position else None,
        "added_on": found.at.date(),
        "by": found.by,
    }


def keep(connection: Connection, content: Mapping[str, Any], shelf: Shelf) -> None:
    """Keep the printed pictures of a dossier that is issued, each once under its hash."""
    for row in content["inputs"].get("photos", ()):
        shown = _again(row, shelf)
        if shown is None:
            continue
        with NamedTemporaryFile(prefix="geo_registry_", suffix=".jpg") as file:
            file.write(shown)
            file.flush()
            name = f"{Path(row['file_name']).stem}.jpg"
            raw_files.keep(connection, shelf.home, Path(file.name), name, media_type="image/jpeg")


def on_shelf(content: Mapping[str, Any], shelf: Shelf) -> Photos:
    """The photos of a content as they lie on the shelf: as printed, else made from the original."""
    rows = {r["shown_sha256"]: r for r in content["inputs"].get("photos", ())}

    def find(sha256: str) -> bytes | None:
        try:
            return raw_files.path_of(shelf.home, sha256).read_bytes()
        except (Unavailable, OSError):
            return _again(rows[sha256], shelf) if sha256 in rows else None

    return find


def _again(row: Mapping[str, Any], shelf: Shelf) -> bytes | None:
    """The printed picture made once more from the original; None where it is not the same."""
    try:
        photo = read_photo(raw_files.path_of(shelf.home, row["sha256"]))
    except Unavailable:
        return None
    if photo is None or hashlib.sha256(photo.jpeg).hexdigest() != row["shown_sha256"]:
        return None
    return photo.jpeg
