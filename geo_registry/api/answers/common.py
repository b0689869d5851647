"""Parts that many answers share. Coordinates are longitude, latitude in EPSG:4490."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from geo_registry.api.answering import Answer

Lonlat = tuple[float, float]
"""Longitude, latitude."""
Box = tuple[float, float, float, float]
"""West, south, east, north."""
Pair = tuple[str, str]
"""Two subjects; a thing that stands by itself is named twice."""
SeverityWord = Literal["block", "error", "warn", "info", "task"]
VerdictWord = Literal["违反", "警示", "提示", "通过", "未比对"]
Kind = Literal["place", "road", "division", "cemetery", "zone"]
HitKind = Literal["place", "road", "division", "cemetery", "zone", "case"]
GeoJson = dict[str, Any]


class Basis(Answer):
    """A legal basis with its dates and how well it is known."""

    law: str
    article: str
    number: str = ""
    text: str = ""
    confidence: str
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""


class SubjectBrief(Answer):
    """A subject by name, and where it is."""

    subject: str
    name: str
    located_in: str
    point: Lonlat | None


class Scope(Answer):
    """The area within which was looked."""

    kind: str
    code: str
    name: str


class CitedPaper(Answer):
    """The paper that an event or a story rests on."""

    title: str
    number: str | None
    dated_on: date | None


class CodeName(Answer):
    """A code and what it is called."""

    code: str
    name: str


class Done(Answer):
    """What an act left behind where nothing else is to be said."""

    id: int


class Keyed(Answer):
    """A key with its title."""

    key: str
    title: str
