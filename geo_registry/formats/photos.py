"""Photos for papers: turned upright, made small, and when and where they say they were taken."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageOps

MEDIA_TYPES = ("image/jpeg", "image/png")
LONGEST_PX = 1200
"""Of the longer side of a photo on paper: 12 cm wide, that is 250 dots an inch."""
_QUALITY = 80
_MOST_PX = 100_000_000
"""Larger pictures are no photos and would fill the memory."""
_UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, ZeroDivisionError, KeyError)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is printed (JPEG, upright), with what the camera wrote into it.

    ``taken_at`` is local time without a zone, as cameras write it; ``position`` longitude and
    latitude in WGS 84. Each is None where the camera wrote nothing.
    """

    jpeg: bytes
    taken_at: datetime | None
    position: tuple[float, float] | None


def read_photo(path: Path) -> Photo | None:
    """The photo of a JPEG or PNG file; None for a file that cannot be read as one.

    The same file gives the same bytes with the same version of the imaging library.
    """
    try:
        with Image.open(path, formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > _MOST_PX:
                return None
            exif = opened.getexif()
            upright = ImageOps.exif_transpose(opened).convert("RGB")
        upright.thumbnail((LONGEST_PX, LONGEST_PX))
        written = io.BytesIO()
        upright.save(written, "JPEG", quality=_QUALITY)
    except (*_UNREADABLE, Image.DecompressionBombError):
        return None
    return Photo(written.getvalue(), _taken_at(exif), _position(exif))


def _taken_at(exif: Any) -> datetime | None:
    try:
        written = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        said = str(written or exif.get(ExifTags.Base.DateTime) or "")
        return datetime.strptime(said.strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except _UNREADABLE:
        return None


def _position(exif: Any) -> tuple[float, float] | None:
    try:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef], "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except _UNREADABLE:
        return None
    inside = -180 <= lon <= 180 and -90 <= lat <= 90 and (lon, lat) != (0.0, 0.0)
    return (lon, lat) if inside else None


def _degrees(parts: Any, side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(p) for p in parts)
    value = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -value if side == negative else value
