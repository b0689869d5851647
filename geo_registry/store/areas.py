"""Areas: which statistical codes make a scope, what it is called, and what lies inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, text

from geo_registry.domain.identity import Scope
from geo_registry.domain.reference import Profile
from geo_registry.store import built_up, divisions

AREA_KINDS = ("village", "town", "stat_county", "legal_county", "province", "nation")
"""Kinds of scope that are areas of the statistical divisions."""

LiesIn = Mapping[str, frozenset[str]]
"""Built-up code → statistical codes of what lies in it (:func:`built_up.divisions_of`)."""


def counties_of(legal_county: str, profile: Profile) -> tuple[str, ...]:
    """The statistical county codes of a legal county: the profile's members, or the code itself."""
    if legal_county == profile.code:
        return tuple(profile.legal_county_members.value)
    return (legal_county,)


def legal_county(county_code: str, profile: Profile) -> str:
    """The legal county to which a statistical county belongs."""
    return profile.code if county_code in profile.legal_county_members.value else county_code


def prefixes(scope: Scope, profile: Profile) -> tuple[str, ...]:
    """The beginnings of code that an area covers; ``nation`` covers the empty one."""
    if scope.kind == "legal_county":
        return counties_of(scope.code, profile)
    if scope.kind == "nation":
        return ("",)
    return (scope.code,)


def covers(outer: Scope, inner: Scope, profile: Profile, lies_in: LiesIn | None = None) -> bool:
    """Whether everything in ``inner`` lies in ``outer``; both areas, or one and the same scope.

    A built-up area lies where its places lie (``lies_in``); it covers nothing but itself.
    """
    if outer == inner:
        return True
    if inner.kind == "built_up" and outer.kind in AREA_KINDS:
        wide = prefixes(outer, profile)
        codes = (lies_in or {}).get(inner.code, frozenset())
        return all(any(code.startswith(w) for w in wide) for code in codes)
    if outer.kind not in AREA_KINDS or inner.kind not in AREA_KINDS:
        return False
    wide, narrow = prefixes(outer, profile), prefixes(inner, profile)
    return all(any(n.startswith(w) for w in wide) for n in narrow)


def scopes_of_codes(
    village: str | None, town: str | None, county: str | None, profile: Profile
) -> dict[str, str]:
    """The scopes of a thing from the statistical codes it is registered with."""
    town = town or (village and village[:9])
    county = county or (town and town[:6])
    found = {"village": village, "town": town, "stat_county": county}
    if county:
        found |= {"legal_county": legal_county(county, profile), "province": county[:2]}
    return {kind: code for kind, code in found.items() if code}


def names(
    connection: Connection,
    scopes: Iterable[Scope],
    profile: Profile,
    known: Mapping[str, str] | None = None,
) -> dict[Scope, str]:
    """What areas, imported files and cemeteries are called; a scope nobody knows has its code.

    ``known`` are names of areas by code, where they were asked for already.
    """
    scopes = list(scopes)
    areas = known
    if areas is None:
        areas = divisions.names_of(connection, [s.code for s in scopes if s.kind in AREA_KINDS])
    called: dict[Scope, str] = {}
    for scope in scopes:
        if scope.kind == "legal_county" and scope.code == profile.code:
            called[scope] = profile.name
        elif scope.kind == "nation":
            called[scope] = "全国"
        else:
            called[scope] = areas.get(scope.code, "")
    codes = [s.code for s in scopes if s.kind == "built_up"]
    if codes:
        of_code = built_up.names_of(connection, codes)
        called |= {s: of_code.get(s.code, "") for s in scopes if s.kind == "built_up"}
    called |= _names_of_rows(connection, scopes, "batch", "import_batch", "file_name")
    called |= _names_of_rows(connection, scopes, "cemetery", "cemetery", "name")
    return {scope: name or scope.code for scope, name in called.items()}


def _names_of_rows(
    connection: Connection, scopes: Iterable[Scope], kind: str, table: str, column: str
) -> Mapping[Scope, str]:
    ids = {s.code.rpartition(":")[2]: s for s in scopes if s.kind == kind}
    wanted = [int(code) for code in ids if code.isdigit()]
    if not wanted:
        return {}
    rows = connection.execute(
        text(f"SELECT id, {column} FROM registry.{table} WHERE id = ANY (:ids)"),  # noqa: S608
        {"ids": wanted},
    )
    return {ids[str(key)]: name for key, name in rows}
