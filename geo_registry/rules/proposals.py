"""What the rules on procedure have in common: the dossiers of a slice, and hits about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from geo_registry.domain.finding import Hit
from geo_registry.rules.comparing import narrowest_scope

if TYPE_CHECKING:
    from geo_registry.domain.gazetteer import Gazetteer
    from geo_registry.domain.place import Place
    from geo_registry.domain.proposal import Registered


def registered(gazetteer: Gazetteer) -> Iterator[tuple[Place, Registered]]:
    """Every dossier of the slice with its place."""
    for place in gazetteer.places:
        for one in place.attributes.get("dossiers", ()):
            yield place, one


def about(place: Place, one: Registered, outcome: str = "default", **facts: Any) -> Hit:
    """A hit about a dossier: it shows at the place, and keeps its identity by the dossier."""
    return Hit(
        scope=narrowest_scope(place),
        key=one.subject,
        subjects=(place.subject,),
        outcome=outcome,
        where=place.geometry,
        facts={
            "what": one.dossier.title,
            "dossier": one.subject,
            "where": place.located_in or "位置待核",
            "names": [one.dossier.name],
            **facts,
        },
    )
