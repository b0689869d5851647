"""Cemeteries: boundaries, verdicts, growth, determinations, dossiers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import Basis, CodeName, GeoJson, SeverityWord


class CemeteryRow(Answer):
    """A cemetery with what stands in it; areas m² on the ellipsoid."""

    id: int
    subject: str
    name: str
    type: str
    type_title: str
    operator: str
    status: str
    plots: int
    free: int
    burials: int
    sample: bool
    located_in: str
    approved_m2: float | None
    stated_m2: float | None


class CemeteryRows(Answer):
    """The cemeteries that were asked for."""

    items: list[CemeteryRow]


class Section(Answer):
    """A section of a cemetery with its plots counted."""

    id: int
    name: str
    kind: str
    plots: int
    free: int


class ApprovalFull(Answer):
    """An approval with its paper, accuracy and shape."""

    id: int
    effect: str
    effect_title: str
    title: str
    number: str
    authority: str
    dated_on: date | None
    document_file: str
    document_sha256: str
    boundary_file: str
    boundary_sha256: str
    method: str
    method_title: str
    sigma_m: float
    shift_m: float
    grade: str
    valid_from: date | None
    valid_to: date | None
    supersedes: int | None
    stated_area_m2: float | None
    in_force: bool
    area_m2: float
    geometry: GeoJson | None


class BoundaryVerdict(Answer):
    """What a survey says against the approvals of its day; it never says more than was measured."""

    verdict: str
    word: str
    geometric: str
    area_m2: float
    area_mu: float
    plane_area_m2: float
    standard_error_m2: float
    at_least_m2: float
    p_bound: float
    raw_area_m2: float
    noise_floor_m2: float
    detection_limit_m: float
    area_gain_m2: float
    max_depth_m: float
    approved_area_m2: float
    surveyed_area_m2: float
    grade: str
    located: bool
    reasons: list[str]


class VerdictWithStrips(BoundaryVerdict):
    """A verdict and the strips of land it rests on."""

    strips: list[str]


class SurveyMeasured(Answer):
    """How and how well a survey measured."""

    id: int
    surveyed_on: date
    method: str
    method_title: str
    sigma_m: float
    shift_m: float
    grade: str
    complete_trace: bool
    repaired: bool


class SurveyFull(SurveyMeasured):
    """A survey with its file, shape and verdict."""

    surveyor: str
    file_name: str | None
    sha256: str | None
    area_m2: float
    verdict: BoundaryVerdict | None
    geometry: GeoJson | None


class BoundaryFinding(Answer):
    """A finding on the boundary, judged now."""

    fingerprint: str
    rule_id: str
    rule_version: int
    outcome: str
    severity: SeverityWord
    severity_word: str
    message: str
    verdict_sha256: str
    basis: list[Basis]


class Determination(Answer):
    """What a person determined of a finding, and by which paper."""

    model_config = Answer.model_config | {"extra": "allow"}

    id: int
    outcome: str
    outcome_title: str
    in_force: bool
    reason: str


class Determinations(Answer):
    """What people determined of the findings on a cemetery."""

    items: list[Determination]


class CemeteryFull(CemeteryRow):
    """One cemetery with its boundaries."""

    serves: list[CodeName]
    sections: list[Section]
    on: date
    plane: str
    approved: GeoJson | None
    approvals: list[ApprovalFull]
    surveys: list[SurveyFull]
    findings: list[BoundaryFinding]
    determinations: list[Determination]


class LandChange(Answer):
    """Land gained or lost between two surveys, with what is sure of it."""

    level: str
    word: str
    area_m2: float
    standard_error_m2: float
    at_least_m2: float
    max_depth_m: float
    p_bound: float
    located: bool
    reasons: list[str]
    geometry: GeoJson | None


class ChangeSince(Answer):
    """Change since an earlier survey."""

    since: int
    since_day: date
    net_m2: float | None
    net_standard_error_m2: float | None
    net_certain: bool
    gained: LandChange
    lost: LandChange


class Moment(SurveyMeasured):
    """A survey on the time line: growth before it, encroachment on its day."""

    area_m2: float
    area_mu: float
    standard_error_m2: float
    encroachment: VerdictWithStrips | None
    encroachment_note: str
    growth: ChangeSince | None
    growth_since_first: ChangeSince | None


class Sighting(Answer):
    """A strip as one survey saw it."""

    survey: int
    surveyed_on: date
    method_title: str
    grade: str
    verdict: str
    word: str
    area_m2: float
    standard_error_m2: float
    at_least_m2: float
    max_depth_m: float


class Trail(Answer):
    """A strip of land outside the approvals, followed across surveys."""

    key: str
    side: str
    first_seen: date
    unseen_on: date | None
    status: str
    status_word: str
    second_sensor: SurveyMeasured | None
    sightings: list[Sighting]
    geometry: GeoJson | None


class TimeLine(Answer):
    """The surveys of a cemetery on a time line."""

    cemetery: str
    name: str
    on: date
    plane: str
    surveys: list[Moment]
    strips: list[Trail]


class Withdrawn(Answer):
    """A determination that was taken back."""

    id: int
    in_force: bool


class IssuedPaper(Answer):
    """A dossier or report that was issued."""

    sha256: str
    title: str
    issued_by: str
    issued_at: datetime


class IssuedPapers(Answer):
    """The papers that were issued on a subject, the latest first."""

    items: list[IssuedPaper]


class IssuedDossier(IssuedPaper):
    """An issued dossier, and whether its inputs still give it."""

    worked_out_again: bool
    worked_out_differences: Any
    content: dict[str, Any]
