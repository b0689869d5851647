"""How names came that are in force: by which act, of which authority, on which paper."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from geo_registry.domain.given_name import GivenName


def given_names(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[GivenName, ...]]:
    """Standard names without an end of some places whose first day is known, by place."""
    rows = connection.execute(
        text(
            "SELECT place_id, full_name, event, valid_from, authority, document_id IS NOT NULL "
            "FROM registry.place_name WHERE place_id = ANY (:ids) AND kind = 'standard' "
            " AND superseded_at IS NULL AND valid_to IS NULL AND valid_from IS NOT NULL "
            "ORDER BY place_id, id"
        ),
        {"ids": list(ids)},
    )
    found: dict[int, tuple[GivenName, ...]] = {}
    for place, *rest in rows:
        found[place] = (*found.get(place, ()), GivenName(*rest))
    return found
