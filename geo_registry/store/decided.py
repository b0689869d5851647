"""What people decided and surveyed, laid onto the places of a slice before rules see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_registry.domain.proposal import Registered
from geo_registry.store import decisions, naming_papers, signs
from geo_registry.store.proposals import page_of_proposals
from geo_registry.store.queries import query

if TYPE_CHECKING:
    from geo_registry.domain.crs import WorkPlane
    from geo_registry.domain.place import Place


@dataclass(frozen=True, slots=True)
class Kept:
    """Which of the small tables hold anything at all."""

    built_up: bool
    naming_answers: bool
    road_decisions: bool
    signs: bool
    proposals: bool


def kept(connection: Connection) -> Kept:
    """What the registry keeps beside names and places, in one question."""
    return Kept(*connection.execute(query("kept")).one())


def with_decisions(
    connection: Connection, places: Sequence[Place], plane: WorkPlane, kept: Kept
) -> tuple[Place, ...]:
    """The places with their naming answers, signs (points in the plane) and dossiers as attributes.

    ``signs`` is left out where nobody surveyed the signs of the town, so that a rule can tell
    "no sign" from "not looked". ``dossiers`` are :class:`~geo_registry.domain.proposal.Registered`,
    ``sign_texts`` what signs say, ``given`` how names came that are younger than the regulation.
    """
    numbers = {p.subject: int(p.subject[6:]) for p in places if p.subject.startswith("place:")}
    if not numbers:
        return tuple(places)
    ids = list(numbers.values())
    dossiers = _dossiers(connection, ids) if kept.proposals else {}
    given = naming_papers.given_names(connection, ids)
    texts = signs.texts_of(connection, ids) if kept.signs else {}
    answers = decisions.naming_answers(connection, ids) if kept.naming_answers else {}
    surveyed = signs.surveyed_towns(connection) if kept.signs else frozenset()
    standing = signs.standing_signs(connection, ids) if kept.signs else {}
    found = []
    for place in places:
        number = numbers.get(place.subject, 0)
        more: dict[str, Any] = {
            key: held[number]
            for key, held in (("dossiers", dossiers), ("given", given), ("sign_texts", texts))
            if number in held
        }
        if number in answers:
            more["naming_answer"] = answers[number].as_facts()
        if number in standing or (number and place.scopes.get("town") in surveyed):
            points = np.asarray(shapely.from_wkb(standing.get(number, [])), dtype=object)
            more["signs"] = tuple(plane.to_plane(points)) if len(points) else ()
        found.append(replace(place, attributes={**place.attributes, **more}) if more else place)
    return tuple(found)


def _dossiers(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Registered, ...]]:
    found: dict[int, tuple[Registered, ...]] = {}
    for stored in page_of_proposals(connection, places=ids, limit=1_000_000):
        one = Registered(stored.subject, stored.dossier, stored.row["announcement"])
        found[stored.place_id] = (*found.get(stored.place_id, ()), one)
    return found
