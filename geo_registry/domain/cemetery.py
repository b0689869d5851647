"""Cemeteries: what was approved, what was measured, and what lies protected around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.burial import Burial
    from geo_registry.domain.fees import Charge, FeeList
    from geo_registry.domain.identity import SubjectId
    from geo_registry.domain.plot import Plot
    from geo_registry.domain.suppression import DismissedClaim


class CemeteryType(StrEnum):
    """Kinds of burial facility (殡葬管理条例)."""

    COMMERCIAL = "commercial"
    URBAN_PUBLIC = "urban_public"
    RURAL_PUBLIC = "rural_public"
    COLUMBARIUM = "columbarium"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Standard error per coordinate axis in metres, split in a common shift and a vertex part.

    ``sigma_m`` is the total: σ² = shift² + vertex².
    """

    sigma_m: float
    shift_m: float = 0.0

    @property
    def vertex_m(self) -> float:
        """The part that is independent from vertex to vertex."""
        return float(max(self.sigma_m**2 - self.shift_m**2, 0.0) ** 0.5)


@dataclass(frozen=True, slots=True)
class SurveyMethod:
    """A way to measure or digitise a boundary, with its planning accuracy and evidence grade.

    Grade A may confirm, B can only suspect, C is a hint (cemetery-anchors §2.1; planning values,
    to be replaced by the value in the survey report).
    """

    key: str
    title: str
    letter: str
    accuracy: Accuracy
    grade: str


def _method(
    key: str, title: str, letter: str, sigma: float, shift: float, grade: str
) -> tuple[str, SurveyMethod]:
    return key, SurveyMethod(key, title, letter, Accuracy(sigma, sigma * shift**0.5), grade)


EFFECTS: Mapping[str, str] = {"grants": "批准", "adds": "增加", "reduces": "核减"}
"""What an approval does to the land of a cemetery → what it is called."""
GRADES: Mapping[str, str] = {"A": "A（可确认）", "B": "B（只作线索）", "C": "C（仅供参考）"}
"""Grade of evidence → what it is called."""

METHODS: Mapping[str, SurveyMethod] = dict(
    (
        _method("rtk", "RTK、全站仪", "R", 0.05, 0.5, "A"),
        _method("drone", "无人机（有像控）", "D", 0.15, 0.5, "A"),
        _method("drone_uncontrolled", "无人机（无像控）", "D", 2.0, 0.9, "B"),
        _method("satellite", "卫星影像", "S", 2.0, 0.8, "B"),
        _method("online_imagery", "在线影像描绘", "S", 3.0, 0.8, "B"),
        _method("phone", "手机步测", "P", 3.0, 0.7, "B"),
        _method("phone_trees", "手机步测（林下）", "P", 6.0, 0.7, "B"),
        _method("sketch", "草图、文字描述", "K", 15.0, 0.5, "C"),
        _method("cad", "CGCS2000 设计图", "C", 0.1, 0.5, "A"),
        _method("map_500", "1:500 图数字化", "M", 0.3, 0.5, "A"),
        _method("map_2000", "1:2000 图数字化", "M", 1.2, 0.5, "B"),
        _method("map_10000", "1:10000 图数字化", "M", 5.0, 0.5, "C"),
    )
)


@dataclass(frozen=True, slots=True)
class Approval:
    """Land granted for burial by a document (批准范围).

    ``effect``: ``grants`` a footprint, ``adds`` to it or ``reduces`` it. In force on day d when
    valid_from ≤ d < valid_to and no approval in force on d supersedes it.
    """

    id: int
    effect: str
    extent: BaseGeometry
    accuracy: Accuracy
    grade: str
    valid_from: date | None
    valid_to: date | None = None
    supersedes: int | None = None
    document: str = ""
    stated_area_m2: float | None = None

    def valid_on(self, on: date) -> bool:
        """Whether its own dates include the day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Survey:
    """A boundary as measured on a day (测量)."""

    id: int
    surveyed_on: date
    method: str
    extent: BaseGeometry
    accuracy: Accuracy
    grade: str
    complete_trace: bool = True
    recorded_order: int = 0
    repaired: bool = False
    """True where the ring was repaired and nobody has accepted the repair yet."""


@dataclass(frozen=True, slots=True)
class Cemetery:
    """A burial facility with its approvals and surveys (公墓)."""

    subject: SubjectId
    name: str
    type: CemeteryType
    approvals: tuple[Approval, ...] = ()
    surveys: tuple[Survey, ...] = ()
    located_in: str = ""
    scopes: Mapping[str, str] | None = None
    plots: tuple[Plot, ...] = ()
    burials: tuple[Burial, ...] = ()
    """Burials in force, without the persons."""
    serves: tuple[str, ...] = ()
    """Codes of the divisions whose people it is there for, as registered."""
    fee_lists: tuple[FeeList, ...] = ()
    """Lists of its own and of the divisions around it, of any day."""
    charges: tuple[Charge, ...] = ()
    """What was charged and not taken back."""
    dismissed: tuple[DismissedClaim, ...] = ()
    """Claims that people looked at and found nothing on, while that decision holds."""

    def latest_survey(self) -> Survey | None:
        """The newest survey; two of one day are told apart by the order they were recorded in."""
        return max(self.surveys, key=lambda s: (s.surveyed_on, s.recorded_order), default=None)


@dataclass(frozen=True, slots=True)
class Zone:
    """Protected or controlled land (保护区) with its setback in metres."""

    subject: SubjectId
    kind: str
    name: str
    extent: BaseGeometry
    setback_m: float = 0.0
    accuracy: Accuracy = Accuracy(1.0)
    valid_from: date | None = None
    valid_to: date | None = None


def in_force(approvals: tuple[Approval, ...], on: date) -> tuple[Approval, ...]:
    """The approvals in force on a day: valid then, and not superseded by one that is valid then."""
    valid = tuple(a for a in approvals if a.valid_on(on))
    superseded = {a.supersedes for a in valid if a.supersedes is not None}
    return tuple(a for a in valid if a.id not in superseded)


def footprint(approvals: tuple[Approval, ...], on: date) -> BaseGeometry:
    """The approved extent on a day: the union of what is granted or added, less what is reduced."""
    current = in_force(approvals, on)
    added = shapely.union_all([a.extent for a in current if a.effect != "reduces"])
    reduced = shapely.union_all([a.extent for a in current if a.effect == "reduces"])
    return added.difference(reduced)
