"""Locating: from a code, a name, a subject or a point to the areas it lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.identity import Scope
from geo_registry.store import areas, built_up, divisions, subjects

if TYPE_CHECKING:
    from geo_registry.domain.reference import Profile


def scopes_of(connection: Connection, at: str, profile: Profile) -> dict[str, str]:
    """The scopes of a place said as code, name or subject.

    Raises :class:`NotFound` for what nobody knows and :class:`BadRequest` where several fit.
    """
    if ":" in at and not at.startswith("division:"):
        row = subjects.row(connection, at)
        if row is None or "county_code" not in row:
            raise NotFound(f"没有“{at[:60]}”这个对象。")
        found = areas.scopes_of_codes(
            row.get("village_code"), row.get("town_code"), row["county_code"], profile
        )
        batch = row.get("batch_id")
        if row.get("built_up_code"):
            found["built_up"] = row["built_up_code"]
        return found | ({"batch": str(batch)} if batch is not None else {})
    code = at.rpartition(":")[2]
    if code.isdecimal():
        return _of_code(connection, code, profile)
    return _of_name(connection, code, profile)


def prefixes_of(connection: Connection, at: str | None, profile: Profile) -> tuple[str, ...]:
    """The beginnings of the codes of an area (code, name or subject); None or "": of everything.

    Raises as :func:`scopes_of`.
    """
    if not at:
        return ("",)
    scopes = scopes_of(connection, at.strip().rpartition(":")[2], profile)
    for kind in ("village", "town", "legal_county", "province"):
        if kind in scopes:
            return areas.prefixes(Scope(kind, scopes[kind]), profile)
    return ("",)


def _of_code(connection: Connection, code: str, profile: Profile) -> dict[str, str]:
    found = divisions.find(connection, code)
    if found is None and code != profile.code:
        raise NotFound(
            f"没有代码为 {code[:20]} 的行政区划。",
            advice="请用统计用区划代码：县 6 位、乡镇 9 位、村 12 位；或直接写名称。",
        )
    if len(code) == 12:
        return areas.scopes_of_codes(code, None, None, profile)
    if len(code) == 9:
        return areas.scopes_of_codes(None, code, None, profile)
    if len(code) == 6:
        return areas.scopes_of_codes(None, None, code, profile)
    return {"province": code[:2]}


def _of_name(connection: Connection, name: str, profile: Profile) -> dict[str, str]:
    counties = areas.counties_of(profile.code, profile)
    if name in {profile.name, profile.name.rpartition("市")[2]}:
        return {"legal_county": profile.code, "province": profile.code[:2]}
    found = divisions.find_by_name(connection, name, within=counties)
    if not found:
        raise NotFound(
            f"{profile.name}没有名为“{name[:40]}”的镇街或村（居）委会。",
            advice="请写全称，或用统计用区划代码。",
        )
    if len(found) > 1:
        choices = "、".join(f"{d.name}（{d.code}）" for d in found[:8])
        raise BadRequest(f"有 {len(found)} 个“{name}”，请用代码指明：{choices}。")
    return _of_code(connection, found[0].code, profile)


def scopes_at(
    connection: Connection, longitude: float, latitude: float, profile: Profile
) -> dict[str, str]:
    """The scopes of a point (degrees): the smallest registered extents that hold it."""
    code = connection.scalar(
        text(
            "SELECT code FROM registry.admin_division "
            "WHERE ST_Covers(extent, ST_SetSRID(ST_MakePoint(:x, :y), 4490)) "
            " AND code_system = 'nbs' AND valid_to IS NULL AND level >= 3 "
            "ORDER BY level DESC, code LIMIT 1"
        ),
        {"x": longitude, "y": latitude},
    )
    found = {} if code is None else _of_code(connection, code, profile)
    area = built_up.code_at(connection, longitude, latitude)
    if area is None:
        return found
    # A layer of built-up areas is the district's own; without polygons it lies in the district.
    return (found or _of_code(connection, profile.code, profile)) | {"built_up": area}
