"""Small gazetteers for the examples of name rules: a few words instead of a fixture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from shapely import MultiLineString, Point

from geo_registry.domain.crs import WorkPlane
from geo_registry.domain.dialect import Mergers
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE, NATION, Pair
from geo_registry.domain.place import NameKind, Place, PlaceName
from geo_registry.domain.toponym import parse
from geo_registry.reference import load, load_profile
from geo_registry.settings import DEFAULT_PROFILE, shipped

ON = date(2024, 11, 5)
TOWN, COUNTY = "371002101", "371002"


def places(*described: Place) -> Callable[[], Gazetteer]:
    """A gazetteer of these places, judged by the shipped tables and the first district."""

    def build() -> Gazetteer:
        data = shipped("data")
        return Gazetteer(
            on=ON,
            reference=load(data),
            profile=load_profile(data, DEFAULT_PROFILE),
            places=described,
        )

    return build


def road(
    *names: str,
    village: str = "示例村",
    town: str = TOWN,
    number: int = 1,
    place_class: str = "road",
    former: tuple[str, ...] = (),
    alias: tuple[str, ...] = (),
    built_up: str = "",
    **attributes: Any,
) -> Place:
    """A road of a village, with any number of current names (none: it has no name).

    ``village`` may be empty: a road that lies in no known village. ``built_up`` is the code of the
    built-up area it lies in.
    """
    return _place(
        f"place:{village}-{number}",
        place_class,
        names,
        _scopes(village, town, built_up),
        village,
        former,
        {"needs_name": True, "length_m": 200.0, **attributes},
        alias=alias,
    )


def estate(
    name: str,
    village: str = "示例村",
    *,
    place_class: str = "estate",
    built_up: str = "",
    former: tuple[str, ...] = (),
    alias: tuple[str, ...] = (),
) -> Place:
    """An estate or a building."""
    scopes = _scopes(village, TOWN, built_up)
    subject = f"place:{place_class}-{village}-{name}"
    return _place(subject, place_class, (name,), scopes, village, former, {}, alias=alias)


def drawn(
    place: Place,
    *points: tuple[float, float],
    then: tuple[tuple[float, float], ...] = (),
    signs: tuple[tuple[float, float], ...] | None = None,
) -> Place:
    """The same, drawn through points in metres; ``then`` is a second line, ``signs`` its signs."""
    lines = [points, then] if then else [points]
    more = {} if signs is None else {"signs": tuple(Point(at) for at in signs)}
    return replace(place, geometry=MultiLineString(lines), attributes={**place.attributes, **more})


def decided_roads(decisions: Mapping[Pair, str], *described: Place) -> Callable[[], Gazetteer]:
    """A gazetteer of these places with what a person decided of pairs of roads."""
    return lambda: replace(places(*described)(), road_decisions=decisions)


def proposed(
    name: str, *, village: str = "示例村", place_class: str = "road", built_up: str = ""
) -> Place:
    """A name that somebody proposes for a road of a village."""
    scopes = _scopes(village, TOWN, built_up)
    return _place(CANDIDATE, place_class, (name,), scopes, village, (), {}, NameKind.PROPOSED)


def pending(
    name: str, *, village: str = "示例村", place_class: str = "road", built_up: str = ""
) -> Place:
    """A place for which somebody else has proposed a name that is not approved yet."""
    scopes = _scopes(village, TOWN, built_up)
    subject = f"place:{village}-pending"
    return _place(subject, place_class, (name,), scopes, village, (), {}, NameKind.PROPOSED)


def spelled(place: Place, stated: str) -> Place:
    """The place with the spelling that a source states for each of its names."""
    return replace(
        place, names=tuple(replace(name, stated_romanized=stated) for name in place.names)
    )


def at(place: Place, east_m: float, north_m: float, **attributes: Any) -> Place:
    """The place at a point, metres from a spot inside the district; with further attributes."""
    return replace(
        place,
        subject=f"{place.subject}@{east_m:g},{north_m:g}",
        geometry=Point(416_000.0 + east_m, 4_143_000.0 + north_m),
        attributes={**place.attributes, **attributes},
    )


def located(place: Place, longitude: float, latitude: float) -> Place:
    """The place at a position in degrees (EPSG:4490)."""
    return replace(place, geometry=WorkPlane(123).to_plane(Point(longitude, latitude)))


def seat(
    name: str,
    town: str = "羊亭镇",
    former: tuple[str, ...] = (),
    alias: tuple[str, ...] = (),
) -> Place:
    """A committee seat, by the name it is registered with."""
    scopes = {"village": f"{town}{name}", "town": town, "legal_county": COUNTY}
    subject = f"division:nbs:{town}{name}"
    return _place(subject, "committee_seat", (name,), scopes, town, former, {}, alias=alias)


def division(
    name: str,
    code: str,
    within: str,
    *,
    place_class: str = "division.county",
    former: tuple[str, ...] = (),
) -> Place:
    """A division of the national list; ``within`` says in words what it belongs to."""
    scopes = {"nation": NATION, "province": code[:2]}
    return _place(f"division:mca:{code}", place_class, (name,), scopes, within, former, {})


def proposed_division(name: str, place_class: str = "division.county") -> Place:
    """A name that somebody proposes for a division of the first district's province."""
    scopes = {"nation": NATION, "province": COUNTY[:2]}
    return _place(CANDIDATE, place_class, (name,), scopes, "", (), {}, NameKind.PROPOSED)


def in_dialect(initials: Mapping[str, str], *names: str) -> Callable[[], Gazetteer]:
    """Roads of one village, heard in a dialect that merges some initials (zh → z)."""

    def build() -> Gazetteer:
        data = shipped("data")
        reference = replace(load(data), dialect=Mergers(initials=initials))
        scopes = _scopes("示例村", TOWN, "")
        roads = [
            Place(f"place:{i}", "road", (PlaceName(parse(n, "road", reference)),), scopes, "示例村")
            for i, n in enumerate(names)
        ]
        return Gazetteer(ON, reference, load_profile(data, DEFAULT_PROFILE), tuple(roads))

    return build


def _scopes(village: str, town: str, built_up: str) -> dict[str, str]:
    found = {"village": village and f"{town}:{village}", "town": town, "legal_county": COUNTY}
    return {kind: code for kind, code in {**found, "built_up": built_up}.items() if code}


def _place(
    subject: str,
    place_class: str,
    names: tuple[str, ...],
    scopes: Mapping[str, str],
    located_in: str,
    former: tuple[str, ...],
    attributes: Mapping[str, Any],
    kind: NameKind = NameKind.STANDARD,
    *,
    alias: tuple[str, ...] = (),
) -> Place:
    reference = load(shipped("data"))
    written = [PlaceName(parse(name, place_class, reference), kind) for name in names]
    written += [
        PlaceName(parse(name, place_class, reference), NameKind.FORMER, valid_to=date(2020, 1, 1))
        for name in former
    ]
    written += [PlaceName(parse(n, place_class, reference), NameKind.ALIAS) for n in alias]
    return Place(
        subject, place_class, tuple(written), scopes, located_in, attributes=dict(attributes)
    )
