"""Names of files as people send them, made harmless."""

from __future__ import annotations

import re
from pathlib import Path

from geo_registry.domain.errors import BadRequest
from geo_registry.formats import suffix_of

_BYTES = 200


def clean_file_name(name: str) -> str:
    """A file name without folders and without characters that no file system likes.

    Raises :class:`BadRequest` where nothing is left, or no suffix.
    """
    # With the marks that turn the direction of writing: they make fdp.exe look like exe.pdf.
    unwanted = r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]'
    plain = re.sub(unwanted, "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    suffix = suffix_of(Path(plain)) if plain else ""
    if not plain.removesuffix(suffix).strip(". ") or not suffix:
        raise BadRequest("请给出文件名（带扩展名），例如 桥头公墓.gpx。")
    stem = plain[: -len(suffix)]
    while len((stem + suffix).encode()) > _BYTES:
        if not stem:
            raise BadRequest(f"文件名“{plain[:40]}…”太长，请改短。")
        stem = stem[:-1]
    return stem + suffix
