"""The check whether an upload lies where its coordinate system says (坐标系核对).

Each way in which coordinates go wrong in practice is a hypothesis. If a boundary fits the
registered place much better under another one, the upload is stopped and a person is asked, with
the evidence in words. Nothing is ever converted on suspicion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_registry.domain.crs import WorkPlane, bd09_from_wgs84, gcj02_from_wgs84
from geo_registry.domain.crs_candidates import (
    Candidate,
    fit_of,
    hypotheses,
    in_degrees,
    is_district,
    moved_back,
    offset_of,
    old_name,
    on_old_datum,
    placed_at,
    typical_of,
)
from geo_registry.domain.crs_words import declared_words, message_of, shift_words, title_of
from geo_registry.domain.old_datums import TITLES, TypicalShift, old_datum, same_grid_on_cgcs2000

MINIMUM_GAIN = 0.2
"""By how much another hypothesis must fit better before a person is asked."""
_GOOD_FIT = 0.95
"""Whatever fits this well stands. (A shift of eighty metres leaves that of a site of 3 km only.)"""
_CLEAR_FIT = 0.9
_CLEAR_SHARE = 1.0 / 3.0
"""An old datum shifts by some eighty metres, which leaves large sites overlapping: there it is
enough that the misfit falls to a third and the fit becomes this good."""
_BOTH = 0.05
"""Two old datums whose fits are this close cannot be told from each other."""
PLAUSIBLE = 2.45
"""A shift of up to this many standard errors is misregistration like any other (95 %, two axes)."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Evidence that coordinates are not in the declared system.

    ``system`` is what they look like (``swapped+`` marks exchanged axes; ``beijing54+`` and
    ``xian80+`` numbers of an old datum in that grid, which cannot be converted); ``fit`` and
    ``declared_fit`` lie between 0 and 1; ``offset_m`` and ``azimuth_deg`` (from north) tell where
    the declared position lies from the registered one. ``declared_at`` and ``position`` are both
    positions in degrees (EPSG:4490), ``None`` where there is none. ``evidence`` says all in words.
    """

    system: str
    fit: float
    declared_fit: float
    offset_m: float
    azimuth_deg: float
    message: str
    evidence: tuple[str, ...] = ()
    declared_at: BaseGeometry | None = None
    position: BaseGeometry | None = None

    @property
    def convertible(self) -> bool:
        """Whether coordinates of that system can be converted, if a person says that they are."""
        return not any(f"{datum}+" in self.system for datum in TITLES)


def suspect(uploaded: BaseGeometry, declared: str, reference: BaseGeometry) -> Suspicion | None:
    """Compare an upload (its own numbers) with a registered polygon or the district (EPSG:4490).

    ``None`` where the declared system stands. A system on Beijing 1954 or Xi'an 1980 is always
    suspected, because nothing can be concluded before it is converted by somebody who has the
    parameters of the place.
    """
    plane = WorkPlane.containing(reference.centroid.x)
    target = plane.to_plane(reference)
    old = old_datum(declared) if _is_named(declared) else None
    read_as = same_grid_on_cgcs2000(declared) if old else declared
    placed = placed_at(uploaded, read_as, plane)
    stands = Candidate(read_as, placed, fit_of(placed, target))
    if old is not None:
        return _declared_old(old, declared, stands, reference, target, plane)
    if stands.fit >= _GOOD_FIT:
        return None
    best = _best(uploaded, stands, reference, target, plane)
    if best is None:
        return None
    found = _suspicion(best, stands, declared, reference, target, plane)
    others = _as_good(uploaded, best, target, plane)
    if not others:
        return found
    also = f"按{'、'.join(map(title_of, others))}也落在同一范围，仅凭位置分不清，请一并问清。"
    return replace(found, evidence=(*found.evidence, also))


def _as_good(
    uploaded: BaseGeometry, best: Candidate, target: BaseGeometry, plane: WorkPlane
) -> list[str]:
    """Other systems under which the upload lies in a district just as well."""
    if best.placed is None or not is_district(target, best.placed):
        return []
    return [
        system
        for system, placed in hypotheses(uploaded, plane)
        if system != best.system and fit_of(placed, target) >= best.fit - _BOTH
    ][:4]


def _is_named(declared: str) -> bool:
    return declared.upper().replace("-", "").replace("_", "") not in {"GCJ02", "BD09"}


def _best(
    uploaded: BaseGeometry,
    stands: Candidate,
    reference: BaseGeometry,
    target: BaseGeometry,
    plane: WorkPlane,
) -> Candidate | None:
    """The hypothesis that fits so much better that a person must be asked."""
    typical = typical_of(reference, degrees=in_degrees(uploaded))
    others = [Candidate("", None, 0.0)]
    for system, placed in hypotheses(uploaded, plane):
        others.append(Candidate(system, placed, fit_of(placed, target)))
    best = max(others, key=lambda c: round(c.fit, 9))
    shifted = [
        moved
        for base in (stands, *others)
        for shift in typical
        if (moved := on_old_datum(base, shift, target)) is not None
    ]
    old = max(shifted, key=lambda c: c.fit, default=best)
    if old.fit > best.fit + MINIMUM_GAIN or (old.fit > best.fit and best.fit <= stands.fit):
        best = old
    if best.fit >= stands.fit + MINIMUM_GAIN:
        return best
    misfit = (1.0 - old.fit) / max(1.0 - stands.fit, 1e-9)
    if old in shifted and old.fit >= _CLEAR_FIT and misfit <= _CLEAR_SHARE:
        return old
    return _by_offset(stands, reference, target, plane, typical)


# --- old datums -----------------------------------------------------------------------------------


def _declared_old(
    datum: str,
    declared: str,
    stands: Candidate,
    reference: BaseGeometry,
    target: BaseGeometry,
    plane: WorkPlane,
) -> Suspicion:
    """What can be said of numbers that are declared to be of an old datum."""
    typical = typical_of(reference, degrees=stands.placed is None or _geographic(stands.system))
    moved = [c for shift in typical if (c := on_old_datum(stands, shift, target)) is not None]
    best = max(moved, key=lambda c: c.fit, default=stands)
    as_written = stands.fit >= best.fit + MINIMUM_GAIN
    system = stands.system if as_written else old_name(datum, stands.system)
    chosen = replace(stands if as_written else best, system=system)
    found = _suspicion(chosen, stands, declared, reference, target, plane)
    words = declared_words(datum, fits_unchanged=as_written, comparable=bool(moved))
    return replace(found, message=words, evidence=(words, *found.evidence))


def _geographic(system: str) -> bool:
    return system in {"EPSG:4490", "GCJ02", "BD09"}


def _by_offset(
    stands: Candidate,
    reference: BaseGeometry,
    target: BaseGeometry,
    plane: WorkPlane,
    typical: tuple[TypicalShift, ...],
) -> Candidate | None:
    """The displacement of a web map or an old datum, where no shape overlaps.

    Real growth moves a centroid by up to 0.31 of the radius, so a third of it is allowed.
    """
    placed = stands.placed
    if placed is None or stands.fit > 0.0 or is_district(target, placed):
        return None
    here = np.array([[reference.centroid.x, reference.centroid.y]])
    east, north = offset_of(placed, target)
    allowed = max(20.0, 0.35 * math.sqrt(target.area / math.pi))
    for system, shifted in (("GCJ02", gcj02_from_wgs84), ("BD09", bd09_from_wgs84)):
        off = offset_of(plane.to_plane(shapely.Point(shifted(here)[0])), target)
        if math.hypot(east - off[0], north - off[1]) <= allowed:
            return Candidate(system, moved_back(placed, off), 0.0)
    for old in typical:
        if old.holds(east, north, margin=allowed):
            moved = moved_back(placed, old.nearest(east, north))
            return Candidate(old_name(old.datum, stands.system), moved, 0.0)
    return None


# --- the answer -----------------------------------------------------------------------------------


def _suspicion(
    best: Candidate,
    stands: Candidate,
    declared: str,
    reference: BaseGeometry,
    target: BaseGeometry,
    plane: WorkPlane,
) -> Suspicion:
    east, north = offset_of(stands.placed, target)
    distance = math.hypot(east, north)
    message = message_of(best.system, east, north)
    evidence = [shift_words(declared, east, north, stands.fit)]
    if best.fit > 0.0:
        evidence.append(f"按{title_of(best.system)}则重合 {best.fit:.0%}。")
    evidence += _typical_words(best, stands, reference, target)
    return Suspicion(
        best.system,
        best.fit,
        stands.fit,
        distance,
        math.degrees(math.atan2(east, north)) % 360.0,
        message,
        tuple(evidence),
        None if stands.placed is None else plane.to_degrees(stands.placed),
        None if best.placed is None else plane.to_degrees(best.placed),
    )


def _typical_words(
    best: Candidate, stands: Candidate, reference: BaseGeometry, target: BaseGeometry
) -> list[str]:
    """How the displacement compares with what is typical, and what it cannot tell apart."""
    datum = next((d for d in TITLES if f"{d}+" in best.system), None)
    if datum is None:
        return []
    degrees = _geographic(best.system.rpartition("+")[2])
    typical = typical_of(reference, degrees=degrees)
    shift = next(s for s in typical if s.datum == datum)
    source = "公开参数，精度约 15 m" if shift.local else "全国范围的公布值，本地未知"
    words = [
        f"{TITLES[datum]}的数值当作 CGCS2000 使用，本地典型偏移约 {shift.distance_m:,.0f} m、"
        f"方位 {shift.azimuth_deg:.0f}°（{source}）。"
    ]
    base = Candidate(stands.system, stands.placed, stands.fit)
    for other in typical:
        moved = None if other.datum == datum else on_old_datum(base, other, target)
        if moved is not None and best.fit > 0.0 and moved.fit >= best.fit - _BOTH:
            words.append(f"按{TITLES[other.datum]}也重合 {moved.fit:.0%}，仅凭位置分不清两者。")
    words.append(
        "系统没有到 CGCS2000 的可靠参数，不会换算；"
        "请向测绘部门索取本地四参数或七参数，转换后再导入。"
    )
    return words
