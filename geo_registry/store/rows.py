"""Rows as they are written: one frozen dataclass a table, geometry as shapely in EPSG:4490.

Degrees, longitude first. A row holds no id: the ``insert_*`` functions of the store return the new
ids in the order of the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely import LineString, MultiPolygon, Point, Polygon
    from shapely.geometry.base import BaseGeometry

    from geo_registry.domain.toponym import Toponym


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One administrative division under one code system (``mca`` or ``nbs``).

    ``level``: 1 province, 2 prefecture, 3 county, 4 town, 5 village or community. Codes of
    statistics are 2, 4, 6, 9 and 12 digits by level; ``parent_code`` is in the same system.
    ``toponym`` gives the comparison keys and is wanted for level 5, whose names are compared.
    """

    code: str
    code_system: str
    name: str
    level: int
    parent_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    households: int | None = None
    seat: Point | None = None
    extent: Polygon | MultiPolygon | None = None
    source: str = ""
    sample: bool = False
    toponym: Toponym | None = None


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One line of the crosswalk between the two code systems."""

    mca_code: str
    nbs_code: str
    how: str
    confidence: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper: approval, notice, survey report."""

    title: str
    kind: str = ""
    number: str = ""
    authority: str = ""
    dated_on: date | None = None
    file_name: str = ""
    sha256: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One imported file; the scope ``batch:<id>`` of what came with it."""

    kind: str
    file_name: str
    sha256: str
    counts: Mapping[str, int] = field(default_factory=dict)
    source: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A thing that has names, or ought to have one; roads are places with segments.

    Codes are those of statistics. ``status``: ``in_use``, ``planned`` or ``retired``. ``geometry``
    is left out for roads, whose shape is their segments. ``length_m`` and ``width_m`` in metres;
    ``needs_name`` is false for footpaths, drives and tracks; ``secrecy`` is the 密级
    (``public``, ``internal``, ``secret``). ``place_code`` and ``class_code`` are those of the
    national database, ``class_scheme`` the standard that the latter follows.
    """

    place_class: str
    village_code: str | None = None
    town_code: str | None = None
    county_code: str | None = None
    geometry: BaseGeometry | None = None
    status: str = "in_use"
    households: int | None = None
    length_m: float | None = None
    width_m: float | None = None
    surface: str | None = None
    needs_name: bool = True
    secrecy: str = "public"
    sample: bool = False
    batch_id: int | None = None
    source: str = ""
    place_code: str | None = None
    class_code: str | None = None
    class_scheme: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceNameRow:
    """One name of one place.

    ``kind`` is a :class:`~geo_registry.domain.place.NameKind` value. ``event`` is what made the
    name: ``registered`` (there when the registry began), ``named``, ``renamed`` or ``proposed``.
    ``named`` marks the newly named roads on the map. A place has at most one standard name that
    was ``named`` or ``renamed`` and has no end; ``registered`` ones may be several.
    """

    place_id: int
    toponym: Toponym
    kind: str = "standard"
    event: str = "registered"
    authority: str = ""
    document_id: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    reading_confirmed: bool = False
    stated_romanized: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One piece of a road, a single line; ``source_id`` is its id in the source (an OSM way)."""

    place_id: int
    geometry: LineString
    source_id: str = ""
    raw_name: str | None = None


@dataclass(frozen=True, slots=True)
class CemeteryRow:
    """A burial facility; ``type`` is a :class:`~geo_registry.domain.cemetery.CemeteryType`."""

    name: str
    type: str
    village_code: str | None = None
    town_code: str | None = None
    county_code: str | None = None
    location: Point | None = None
    operator: str = ""
    status: str = "in_use"
    secrecy: str = "public"
    sample: bool = False
    batch_id: int | None = None
    source_id: str = ""
    toponym: Toponym | None = None


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """Land granted for burial. ``effect``: ``grants``, ``adds`` or ``reduces``.

    ``sigma_m`` is the standard error per axis in metres and ``shift_m`` its common part;
    ``supersedes`` is the id of an earlier approval. The extent must be valid.
    """

    cemetery_id: int
    extent: Polygon | MultiPolygon
    sigma_m: float
    shift_m: float
    grade: str
    method: str = "cad"
    effect: str = "grants"
    valid_from: date | None = None
    valid_to: date | None = None
    supersedes: int | None = None
    document_id: int | None = None
    stated_area_m2: float | None = None
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A boundary as measured on a day; ``method`` is a key of ``domain.cemetery.METHODS``."""

    cemetery_id: int
    surveyed_on: date
    extent: Polygon | MultiPolygon
    method: str
    sigma_m: float
    shift_m: float
    grade: str
    complete_trace: bool = True
    repaired: bool = False
    surveyor: str = ""
    file_name: str = ""
    sha256: str = ""
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """Protected or controlled land with its setback in metres."""

    kind: str
    name: str
    extent: Polygon | MultiPolygon
    setback_m: float = 0.0
    sigma_m: float = 1.0
    shift_m: float = 0.0
    county_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    document_id: int | None = None
    source: str = ""
    sample: bool = False
    batch_id: int | None = None
