"""Writing records for the national place-name database: as they came, but for what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.national import FIELDS, columns_of, renewed
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.secrecy import TITLES, up_to
from geo_registry.store import areas, divisions, locating, national

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.national import ClassCode
    from geo_registry.domain.reference import Profile
    from geo_registry.store.national import Held, StoredRecord


@dataclass(frozen=True, slots=True)
class Renewal:
    """One field of a record that goes out other than it came."""

    subject: str
    record_id: str
    field: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Export:
    """What goes out: rows in the order of places, columns, what was replaced, what stays in."""

    rows: tuple[Mapping[str, Any], ...]
    columns: tuple[str, ...]
    renewals: tuple[Renewal, ...]
    withheld: int
    ended: int


def export_national(
    connection: Connection,
    *,
    at: str | None,
    secrecy: str,
    classes: Sequence[ClassCode],
    profile: Profile,
    on: date,
) -> Export:
    """The records of an area (code or name; None: everything) up to a level of secrecy.

    A record goes out as it came; fields that the registry changed since carry its values and are
    listed. Places that never came from the database get a record of the registry's values, without
    an id. ``withheld`` counts places above the level, ``ended`` abolished and merged ones.
    """
    levels = up_to(secrecy)
    codes = locating.prefixes_of(connection, at, profile)
    ids, withheld = national.places_under(connection, codes, levels)
    records = national.records_of(connection, ids)
    rows: list[Mapping[str, Any]] = []
    order: list[str] = []
    renewals: list[Renewal] = []
    held = national.held(connection, ids, on)
    names = _Areas(connection, held, profile)
    ended = 0
    for place in held:
        if place.status == "retired":
            ended += 1
            continue
        for stored in records.get(place.place_id, ()):
            row, changed = _renewed(place, stored)
            rows.append(row)
            order += stored.columns
            renewals += changed
        if place.place_id not in records:
            rows.append(_own(place, names, classes))
    columns = columns_of(rows, dict.fromkeys(order))
    return Export(tuple(rows), tuple(columns or FIELDS), tuple(renewals), withheld, ended)


def _renewed(place: Held, stored: StoredRecord) -> tuple[dict[str, Any], list[Renewal]]:
    now = dict(place.values)
    row, changed = renewed(stored.record, stored.baseline, now)
    for heading in ("密级", "secrecy"):
        if "secrecy" in changed and heading in row:
            row[heading] = TITLES[now["secrecy"]]
    listed = [
        Renewal(f"place:{place.place_id}", stored.record_id, f, stored.baseline.get(f), now[f])
        for f in changed
    ]
    return row, listed


class _Areas:
    """Names and legal codes of the divisions that places lie in."""

    def __init__(self, connection: Connection, held: Sequence[Held], profile: Profile) -> None:
        towns = {t for h in held if (t := h.codes["town"])}
        counties = {c for h in held if (c := h.codes["county"])}
        legal = {c: areas.legal_county(c, profile) for c in counties}
        wanted = {*towns, *legal.values()}
        wanted |= {c[:4] for c in legal.values()} | {c[:2] for c in legal.values()}
        self._names = divisions.names_of(connection, wanted)
        self._legal = legal
        self._towns = national.matched_codes(connection, towns, to="mca")

    def fields(self, place: Held) -> dict[str, str]:
        """The division fields of a record; a town whose legal code nobody knows has none."""
        county = self._legal.get(place.codes["county"] or "", "")
        town = place.codes["town"] or ""
        return {
            "province_name": self._names.get(county[:2], ""),
            "province_code": county[:2] + "0000" if county else "",
            "city_name": self._names.get(county[:4], ""),
            "city_code": county[:4] + "00" if county else "",
            "area_name": self._names.get(town) or self._names.get(county, ""),
            "area_code": self._towns.get(town, "") or county,
        }


def _own(place: Held, names: _Areas, classes: Sequence[ClassCode]) -> dict[str, Any]:
    """The record of a place that never came from the database; no id is invented."""
    values = place.values
    code = values["place_type_code"] or ""
    titles = {k.code: k.title for k in classes}
    record: dict[str, Any] = dict.fromkeys(FIELDS, "")
    record |= {f: "" if values[f] is None else values[f] for f in FIELDS if f in values}
    record |= names.fields(place)
    record["place_type"] = titles.get(code) or PLACE_CLASSES.get(place.place_class, "")
    return record
