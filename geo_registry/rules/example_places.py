"""Small gazetteers for the examples of name rules: a few words instead of a fixture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.identity import CANDIDATE
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
    **attributes: Any,
) -> Place:
    """A road of a village, with any number of current names (none: it has no name)."""
    return _place(
        f"place:{village}-{number}",
        place_class,
        names,
        {"village": f"{town}:{village}", "town": town, "legal_county": COUNTY},
        village,
        former,
        {"needs_name": True, "length_m": 200.0, **attributes},
    )


def proposed(name: str, *, village: str = "示例村", place_class: str = "road") -> Place:
    """A name that somebody proposes for a road of a village."""
    scopes = {"village": f"{TOWN}:{village}", "town": TOWN, "legal_county": COUNTY}
    return _place(CANDIDATE, place_class, (name,), scopes, village, (), {}, NameKind.PROPOSED)


def seat(name: str, town: str = "羊亭镇") -> Place:
    """A committee seat, by the name it is registered with."""
    scopes = {"village": f"{town}{name}", "town": town, "legal_county": COUNTY}
    return _place(f"division:nbs:{town}{name}", "committee_seat", (name,), scopes, town, (), {})


def _place(
    subject: str,
    place_class: str,
    names: tuple[str, ...],
    scopes: Mapping[str, str],
    located_in: str,
    former: tuple[str, ...],
    attributes: Mapping[str, Any],
    kind: NameKind = NameKind.STANDARD,
) -> Place:
    reference = load(shipped("data"))
    written = [PlaceName(parse(name, place_class, reference), kind) for name in names]
    written += [
        PlaceName(parse(name, place_class, reference), NameKind.FORMER, valid_to=date(2020, 1, 1))
        for name in former
    ]
    return Place(
        subject, place_class, tuple(written), scopes, located_in, attributes=dict(attributes)
    )
