"""What a dossier on a cemetery rests on, as plain values that are stored with it, and back again.

A dossier is worked out from these values alone, as they are written down, so that it can be worked
out again from the stored dossier years later. Extents are hexadecimal WKB in degrees (EPSG:4490),
exactly as the registry holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import shapely

from geo_registry.domain.boundary_tests import DEFAULT, Parameters
from geo_registry.domain.canonical import plain
from geo_registry.domain.cemetery import (
    Accuracy,
    Approval,
    Cemetery,
    CemeteryType,
    Survey,
    Zone,
)
from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.services.cemeteries.determining import listed
from geo_registry.services.cemeteries.growing import Located, locate
from geo_registry.services.cemeteries.listing_plots import one_cemetery
from geo_registry.services.cemeteries.showing_cemetery import approvals_of, surveys_of
from geo_registry.store import cemetery_papers

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference


def gather(
    connection: Connection,
    cemetery_id: int,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    known_on: date | None = None,
) -> dict[str, Any]:
    """Everything a dossier rests on, in canonical plain values (see ``domain.canonical``).

    Surveys and determinations of later days are left out; approvals are all there, with dates.
    With ``known_on``, surveys, approvals and zones entered after that day are left out as well,
    whatever day they are of; what was corrected since is as it is now. Raises as
    :func:`~geo_registry.services.cemeteries.growing.locate`.
    """
    known = one_cemetery(connection, cemetery_id, on)
    found = locate(connection, cemetery_id, reference=reference, profile=profile, on=on)
    entered = _entered(connection, found)
    if known_on is not None:
        found = _as_known(found, entered, known_on)
    others = [c for c in found.around.cemeteries if c.subject != found.site.subject]
    granted = [a for c in (found.site, *others) for a in c.approvals]
    shapes = cemetery_papers.extents(connection, "approval", [a.id for a in granted])
    measured = cemetery_papers.extents(connection, "survey", [s.id for s in found.site.surveys])
    numbers = [_number(z) for z in found.around.zones]
    zones = cemetery_papers.extents(connection, "zone", numbers)
    approvals = approvals_of(connection, found, cemetery_id, on)
    by_id = {s.id: s for s in found.site.surveys}
    gathered = {
        "central_meridian": found.plane.central_meridian,
        "known_on": known_on,
        "parameters": {k: str(v) for k, v in asdict(DEFAULT).items()},
        "site": {k: known[k] for k in ("subject", "name", "type", "type_title", "operator",
                                       "located_in", "status", "sample")},
        "approvals": [
            {**_without_geometry(said), **_approval_row(a, shapes[a.id]),
             "recorded_on": entered["approval", a.id]}
            for a, said in zip(found.site.approvals, approvals, strict=True)
        ],
        "surveys": [
            {**_without_geometry(said), **_survey_row(by_id[said["id"]], measured[said["id"]]),
             "recorded_on": entered["survey", said["id"]]}
            for said in surveys_of(connection, found, cemetery_id)
            if said["surveyed_on"] <= on
        ],
        "neighbours": [
            {"subject": c.subject, "name": c.name,
             "approvals": [_approval_row(a, shapes[a.id]) for a in c.approvals]}
            for c in others
            if c.approvals
        ],
        "zones": [
            _zone_row(z, zones[n]) for z, n in zip(found.around.zones, numbers, strict=True)
        ],
        "determinations": [
            _signed(d) for d in listed(connection, cemetery_id) if d["decided_on"] <= on
        ],
    }  # fmt: skip
    written: dict[str, Any] = plain(gathered)
    return written


def _entered(connection: Connection, found: Located) -> dict[tuple[str, int], date]:
    """The day on which each survey, approval and zone around a site was entered."""
    sites = found.around.cemeteries
    ids = {
        "survey": [s.id for s in found.site.surveys],
        "approval": [a.id for site in sites for a in site.approvals],
        "zone": [_number(z) for z in found.around.zones],
    }
    return {
        (table, number): day
        for table, numbers in ids.items()
        for number, day in cemetery_papers.recorded_days(connection, table, numbers).items()
    }


def _as_known(found: Located, entered: Mapping[tuple[str, int], date], day: date) -> Located:
    """Without what was entered after a day."""

    def known(table: str, number: int) -> bool:
        return entered[table, number] <= day

    def site_as_known(site: Cemetery) -> Cemetery:
        return replace(
            site,
            approvals=tuple(a for a in site.approvals if known("approval", a.id)),
            surveys=tuple(
                s for s in site.surveys if site is not found.site or known("survey", s.id)
            ),
        )

    around = replace(
        found.around,
        cemeteries=tuple(site_as_known(site) for site in found.around.cemeteries),
        zones=tuple(z for z in found.around.zones if known("zone", _number(z))),
    )
    return Located(site_as_known(found.site), around)


def _number(zone: Zone) -> int:
    return int(zone.subject.rpartition(":")[2])


def parameters_of(inputs: Mapping[str, Any]) -> Parameters:
    """The parameters of the verdict."""
    given = dict(inputs["parameters"])
    version = str(given.pop("version"))
    return Parameters(version, **{name: float(value) for name, value in given.items()})


def located(
    inputs: Mapping[str, Any], *, reference: Reference, profile: Profile, on: date
) -> Located:
    """The cemetery with its neighbours and zones, in metres, as the inputs write them down."""
    plane = WorkPlane(int(inputs["central_meridian"]))
    known = inputs["site"]
    site = Cemetery(
        known["subject"],
        known["name"],
        CemeteryType(known["type"]),
        tuple(_approval(a, plane) for a in inputs["approvals"]),
        tuple(_survey(s, plane) for s in inputs["surveys"]),
        located_in=known["located_in"],
    )
    others = [
        Cemetery(
            n["subject"],
            n["name"],
            CemeteryType.RURAL_PUBLIC,
            tuple(_approval(a, plane) for a in n["approvals"]),
        )
        for n in inputs["neighbours"]
    ]
    around = Gazetteer(
        on,
        reference,
        profile,
        cemeteries=(site, *others),
        zones=tuple(_zone(z, plane) for z in inputs["zones"]),
        plane=plane,
    )
    return Located(site, around)


def shape(row: Mapping[str, Any], plane: WorkPlane) -> BaseGeometry:
    """The extent of a row in metres; a multi-polygon of one part becomes that part."""
    found = shapely.from_wkb(row["wkb"])
    parts = shapely.get_parts(found)
    land: BaseGeometry = parts[0] if len(parts) == 1 else found
    return plane.to_plane(land)


# ---- writing down -------------------------------------------------------------------------------


def _without_geometry(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in {"geometry", "verdict"}}


def _accuracy_row(accuracy: Accuracy) -> dict[str, str]:
    """Every digit, so that what is worked out from it is what the registry says, bit for bit."""
    return {"sigma_m": repr(accuracy.sigma_m), "shift_m": repr(accuracy.shift_m)}


def _exact(value: float | None) -> str | None:
    return None if value is None else repr(float(value))


def _approval_row(approval: Approval, wkb: str) -> dict[str, Any]:
    kept = (*("id", "effect", "grade", "valid_from", "valid_to", "supersedes", "document"),)
    row = {name: getattr(approval, name) for name in kept}
    stated = _exact(approval.stated_area_m2)
    return {**row, **_accuracy_row(approval.accuracy), "stated_area_m2": stated, "wkb": wkb}


def _survey_row(survey: Survey, wkb: str) -> dict[str, Any]:
    order = survey.recorded_order
    return {**_accuracy_row(survey.accuracy), "recorded_order": order, "wkb": wkb}


def _zone_row(zone: Zone, wkb: str) -> dict[str, Any]:
    kept = ("subject", "kind", "name", "valid_from", "valid_to")
    row = {name: getattr(zone, name) for name in kept}
    setback = _exact(zone.setback_m)
    return {**row, **_accuracy_row(zone.accuracy), "setback_m": setback, "wkb": wkb}


def _signed(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = (
        *("id", "finding_key", "rule_id", "verdict_sha256", "verdict", "outcome", "by"),
        *("outcome_title", "decided_on", "reason", "legal_basis", "title", "number", "authority"),
        *("in_force", "withdrawn_why"),
    )
    return {name: row[name] for name in kept}


# ---- reading back -------------------------------------------------------------------------------


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _accuracy(row: Mapping[str, Any]) -> Accuracy:
    return Accuracy(float(row["sigma_m"]), float(row["shift_m"]))


def _approval(row: Mapping[str, Any], plane: WorkPlane) -> Approval:
    stated = row["stated_area_m2"]
    return Approval(
        id=row["id"],
        effect=row["effect"],
        extent=shape(row, plane),
        accuracy=_accuracy(row),
        grade=row["grade"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        supersedes=row["supersedes"],
        document=row["document"],
        stated_area_m2=None if stated is None else float(stated),
    )


def _survey(row: Mapping[str, Any], plane: WorkPlane) -> Survey:
    return Survey(
        id=row["id"],
        surveyed_on=date.fromisoformat(row["surveyed_on"]),
        method=row["method"],
        extent=shape(row, plane),
        accuracy=_accuracy(row),
        grade=row["grade"],
        complete_trace=row["complete_trace"],
        recorded_order=row["recorded_order"],
        repaired=row["repaired"],
    )


def _zone(row: Mapping[str, Any], plane: WorkPlane) -> Zone:
    return Zone(
        row["subject"],
        row["kind"],
        row["name"],
        shape(row, plane),
        float(row["setback_m"]),
        _accuracy(row),
        _day(row["valid_from"]),
        _day(row["valid_to"]),
    )
