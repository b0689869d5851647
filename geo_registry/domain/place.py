"""Places: the things that have names, and the names they have had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.identity import SubjectId
    from geo_registry.domain.toponym import Toponym


class NameKind(StrEnum):
    """What a name is to its place (一地多名, 曾用名)."""

    STANDARD = "standard"
    FORMER = "former"
    ALIAS = "alias"
    DIALECT = "dialect"
    PROPOSED = "proposed"


PLACE_CLASSES: Mapping[str, str] = {
    "division.province": "省级行政区划",
    "division.city": "地级行政区划",
    "division.county": "县级行政区划",
    "division.town": "乡镇、街道",
    "committee_seat": "村（居）民委员会所在地",
    "settlement.natural_village": "自然村",
    "road": "街路巷",
    "road.avenue": "大道",
    "road.road": "路",
    "road.street": "街",
    "road.lane": "巷、胡同",
    "way": "步道、匝道等不需单独命名的通道",
    "estate": "住宅区",
    "building": "楼宇",
    "facility": "设施",
    "natural": "自然地理实体",
    "cemetery": "公墓",
    "unclassified": "未归类地名",
}
"""Internal stable class keys with their Chinese titles."""

_LINES = frozenset({"road", "way"})


def is_line(place_class: str) -> bool:
    """Whether things of the class are drawn as lines; all others as places or areas."""
    return place_class.split(".")[0] in _LINES


CODE_SYSTEMS: Mapping[str, str] = {"mca": "民政部区划代码", "nbs": "统计用区划代码"}
"""System of codes of divisions → what it is called."""

EVERY_CLASS: tuple[str, ...] = tuple(dict.fromkeys(key.split(".")[0] for key in PLACE_CLASSES))
"""The families of classes: what a rule applies to that looks at any name."""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """One name of one place: what, of which kind, in use from when to when."""

    toponym: Toponym
    kind: NameKind = NameKind.STANDARD
    valid_from: date | None = None
    valid_to: date | None = None
    reading_confirmed: bool = False
    stated_romanized: str | None = None
    """The spelling that a source states (a sign, a list), as opposed to the one the rules give."""

    def in_use(self, on: date) -> bool:
        """Whether the name is current on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A thing that has names, or ought to have one, as a rule sees it.

    ``scopes`` maps each kind of scope to the code of the area the place lies in. ``located_in``
    is the same in words, for messages. ``geometry`` is in the work plane, metres. ``attributes``
    carry what rules need of a class: ``length_m``, ``width_m``, ``households`` (of the village the
    place lies in), ``surface``, ``managed`` (inside the bureau's managed area).
    """

    subject: SubjectId
    place_class: str
    names: tuple[PlaceName, ...]
    scopes: Mapping[str, str]
    located_in: str = ""
    geometry: BaseGeometry | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def is_a(self, place_class: str) -> bool:
        """Whether the place is of the class or of one below it (``road`` holds ``road.lane``)."""
        return self.place_class == place_class or self.place_class.startswith(place_class + ".")

    def current_names(self, on: date) -> tuple[PlaceName, ...]:
        """The standard and proposed names in use on that day."""
        return tuple(
            n
            for n in self.names
            if n.kind in {NameKind.STANDARD, NameKind.PROPOSED} and n.in_use(on)
        )
