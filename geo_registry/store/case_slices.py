"""Cases of a gazetteer: dismissed claims laid onto the cemeteries, and cases for their rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

from geo_registry.domain.case import Act, CaseOnFile, Matter, Step
from geo_registry.domain.case_steps import replay
from geo_registry.domain.encroachment import Level
from geo_registry.domain.suppression import DismissedClaim
from geo_registry.store.cases import dismissed_claims
from geo_registry.store.surroundings import surroundings_of

if TYPE_CHECKING:
    from geo_registry.domain.gazetteer import Gazetteer

ASKED_STATES = ("rectifying", "overdue", "escalated", "closed", "look_back", "settled")
"""States that a rule has something to say about."""


def with_cases(
    connection: Connection,
    found: Gazetteer,
    cemetery_ids: Sequence[int],
    case_ids: Sequence[int],
) -> Gazetteer:
    """The slice with the cases of its cemeteries and some others, and what was dismissed there."""
    if not cemetery_ids and not case_ids:
        return found
    return replace(
        found,
        cemeteries=_with_dismissed(connection, found, cemetery_ids),
        cases=_cases(connection, found, cemetery_ids, case_ids),
    )


def _with_dismissed(
    connection: Connection, found: Gazetteer, cemetery_ids: Sequence[int]
) -> tuple[Any, ...]:
    rows = dismissed_claims(connection, cemetery_ids, found.on)
    if not rows:
        return found.cemeteries
    shapes = shapely.from_wkb(np.array([bytes(r.shape) for r in rows], dtype=object))
    of_site: dict[str, list[DismissedClaim]] = defaultdict(list)
    for row, extent in zip(rows, found.plane.to_plane(shapes), strict=True):
        level = Level(row.claim_level) if row.claim_level in set(Level) else Level.SUSPECTED
        of_site[f"cemetery:{row.cemetery_id}"].append(
            DismissedClaim(f"case:{row.id}", extent, level)
        )
    return tuple(
        replace(c, dismissed=tuple(of_site[c.subject])) if c.subject in of_site else c
        for c in found.cemeteries
    )


def _cases(
    connection: Connection, found: Gazetteer, cemetery_ids: Sequence[int], case_ids: Sequence[int]
) -> tuple[CaseOnFile, ...]:
    rows = connection.execute(
        text(
            "SELECT id, number, title, matter, cemetery_id, village_code, town_code, county_code, "
            " NULL::bigint AS batch_id "
            "FROM registry.case_file WHERE state = ANY (:states) "
            " AND (cemetery_id = ANY (:sites) OR id = ANY (:ids)) ORDER BY id"
        ),
        {"states": list(ASKED_STATES), "sites": list(cemetery_ids), "ids": list(case_ids)},
    ).all()
    if not rows:
        return ()
    steps = _steps(connection, [r.id for r in rows])
    surroundings = surroundings_of(connection, rows, found.profile)
    filed = []
    for row in rows:
        scopes = surroundings.scopes(row)
        filed.append(
            CaseOnFile(
                subject=f"case:{row.id}",
                number=row.number,
                title=row.title,
                case=replay(
                    steps[row.id],
                    Matter(row.matter),
                    found.reference.case_terms.look_back_months,
                ),
                cemetery=None if row.cemetery_id is None else f"cemetery:{row.cemetery_id}",
                scopes=scopes,
                located_in=surroundings.in_words(scopes),
            )
        )
    return tuple(filed)


def _steps(connection: Connection, ids: Sequence[int]) -> dict[int, list[Step]]:
    rows = connection.execute(
        text(
            "SELECT case_id, act, on_day, reason, facts, person_id FROM registry.case_step "
            "WHERE case_id = ANY (:ids) ORDER BY case_id, number"
        ),
        {"ids": list(ids)},
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for r in rows:
        found[r.case_id].append(Step(Act(r.act), r.on_day, r.person_id, r.reason, r.facts))
    return found
