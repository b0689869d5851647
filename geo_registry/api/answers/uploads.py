"""Boundary files that were uploaded: what is in them and what stands in the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import GeoJson


class UploadRow(Answer):
    """An uploaded file and what became of it."""

    id: int
    file_name: str
    sha256: str
    size: int
    kind: str
    kind_title: str
    asked: dict[str, Any]
    status: str
    status_title: str
    by: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    batch: int | None


class UploadRows(Answer):
    """The newest uploads."""

    items: list[UploadRow]


class UploadedRow(Answer):
    """One boundary of the file, with its figures and the cemetery it belongs to."""

    row: int
    area_m2: float
    area_mu: float
    plane_area_m2: float
    plane: str
    points: int
    gap_m: float
    repaired: bool
    name: str | None = None
    on: date | None = None
    method: str | None = None
    method_title: str | None = None
    grade: str | None = None
    sigma_m: float | None = None
    cemetery: str | None = None
    cemetery_name: str | None = None


class UploadTotals(Answer):
    """The boundaries of a file together."""

    usable: int
    left_out: int
    shown: int
    repaired: int
    closed: int
    area_m2: float
    area_mu: float


class UploadIssue(Answer):
    """A remark on a row; ``used`` where the row is used all the same."""

    row: int | None
    code: str
    message: str
    suggestion: str
    used: bool


class UploadProblem(Answer):
    """What a confirmation would be refused for now."""

    code: str
    message: str
    advice: str


class CrsOption(Answer):
    """An answer to the question of coordinates."""

    accepted: str
    title: str
    possible: bool


class CrsAnswerGiven(Answer):
    """What a person answered."""

    declared: str
    accepted: str
    reason: str
    by: str
    at: datetime


class CrsCheck(Answer):
    """Whether coordinates lie in the system they claim; ``open`` while a person is asked."""

    verdict: str
    open: bool
    declared: str
    evidence: list[str]
    positions: GeoJson
    options: list[CrsOption]
    answers: list[CrsAnswerGiven]


class UploadPreview(UploadRow):
    """An upload looked at: rows, map, the question of coordinates, problems."""

    crs: str | None
    encoding: str | None
    rows: int
    features: list[UploadedRow]
    totals: UploadTotals | None
    issues: list[UploadIssue]
    crs_check: CrsCheck | None
    map: GeoJson
    problems: list[UploadProblem]
    notes: list[str]


class Stored(Answer):
    """What a confirmation stored."""

    model_config = Answer.model_config | {"extra": "allow"}

    id: int
    batch: int
    rows: int
    rejected: int
    cemeteries: list[Any]
