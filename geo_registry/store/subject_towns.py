"""In which towns a thing lies: what a person bound to towns is measured by.

To add a kind of subject, give it a statement that yields the code of its town (NULL: it lies in
none) for ``:id``; no row means that there is no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

_OF_PLACE = (
    "SELECT coalesce(p.town_code, left(p.village_code, 9)) FROM registry.place p WHERE p.id = {}"
)
_OF_CEMETERY = (
    "SELECT coalesce(c.town_code, left(c.village_code, 9)) FROM registry.cemetery c WHERE c.id = {}"
)

TOWNS: Mapping[str, str] = {
    "place": _OF_PLACE.format(":id"),
    "name": _OF_PLACE.format("(SELECT n.place_id FROM registry.place_name n WHERE n.id = :id)"),
    "story": _OF_PLACE.format("(SELECT t.place_id FROM registry.place_story t WHERE t.id = :id)"),
    "cemetery": _OF_CEMETERY.format(":id"),
    "determination": _OF_CEMETERY.format(
        "(SELECT d.cemetery_id FROM registry.determination d WHERE d.id = :id)"
    ),
    # A grave by itself lies in its own town.
    "plot": "SELECT coalesce(c.town_code, left(c.village_code, 9), p.town_code, "
    "left(p.village_code, 9)) FROM registry.plot p "
    "LEFT JOIN registry.cemetery c ON c.id = p.cemetery_id WHERE p.id = :id",
    "burial": "SELECT coalesce(c.town_code, left(c.village_code, 9), p.town_code, "
    "left(p.village_code, 9)) FROM registry.burial b "
    "LEFT JOIN registry.plot p ON p.id = b.plot_id "
    "LEFT JOIN registry.cemetery c ON c.id = coalesce(b.cemetery_id, p.cemetery_id) "
    "WHERE b.id = :id",
    "proposal": "SELECT town_code FROM registry.proposal WHERE id = :id",
    "contribution": "SELECT town_code FROM registry.contribution WHERE id = :id",
    "activity": "SELECT town_code FROM registry.culture_activity WHERE id = :id",
    "team": "SELECT town_code FROM registry.volunteer_team WHERE id = :id",
    "sign": "SELECT town_code FROM registry.sign WHERE id = :id",
    "eco_burial": "SELECT town_code FROM registry.eco_burial WHERE id = :id",
    "case": "SELECT town_code FROM registry.case_file WHERE id = :id",
    "case_task": "SELECT c.town_code FROM registry.case_task t "
    "JOIN registry.case_file c ON c.id = t.case_id WHERE t.id = :id",
    "inspection_stop": "SELECT town_code FROM registry.inspection_stop WHERE id = :id",
    "subsidy": "SELECT town_code FROM registry.subsidy_application WHERE id = :id",
    "charge": _OF_CEMETERY.format("(SELECT h.cemetery_id FROM registry.charge h WHERE h.id = :id)"),
    # A list of a division is of its town, or of none where the division is wider.
    "fee_list": "SELECT coalesce(c.town_code, left(c.village_code, 9), "
    "CASE WHEN length(l.division_code) >= 9 THEN left(l.division_code, 9) END) "
    "FROM registry.fee_list l LEFT JOIN registry.cemetery c ON c.id = l.cemetery_id "
    "WHERE l.id = :id",
    "zone": "SELECT NULL FROM registry.zone WHERE id = :id",
    "finding": "SELECT t FROM registry.finding f LEFT JOIN unnest(f.town_codes) t ON true "
    "WHERE f.id = :id",
    "batch": "SELECT coalesce(c.town_code, left(c.village_code, 9)) FROM registry.cemetery c "
    "WHERE c.batch_id = :id "
    "OR EXISTS (SELECT FROM registry.approval a WHERE a.cemetery_id = c.id AND a.batch_id = :id) "
    "OR EXISTS (SELECT FROM registry.survey s WHERE s.cemetery_id = c.id AND s.batch_id = :id) "
    "UNION ALL SELECT NULL FROM registry.zone z WHERE z.batch_id = :id",
}
"""Kind of subject → the towns of the one with the id ``:id``."""

_PAIRS: Mapping[str, str] = {
    "waiver": "SELECT pair FROM registry.waiver WHERE id = :id",
    "attachment": "SELECT subject FROM registry.attachment WHERE id = :id",
    "road_decision": "SELECT pair FROM registry.road_decision WHERE id = :id",
}
"""Kind of subject → the subject, or the pair of them (``a|b``), that it belongs to."""

KINDS = frozenset({*TOWNS, *_PAIRS, "division"})
"""Kinds of subjects whose towns are known."""


def towns_of(connection: Connection, subject: str) -> frozenset[str | None]:
    """The towns in which ``subject`` (``place:12``) lies, None among them where it lies in none.

    Empty where there is no such thing, or of a kind that nobody has described here.
    """
    kind, _, rest = subject.partition(":")
    if kind == "division":
        code = rest.rpartition(":")[2]
        return frozenset({code[:9] if len(code) >= 9 else None})
    # Longer numbers are no ids and would overflow the column.
    if kind not in KINDS or not rest.isdecimal() or len(rest) > 18:
        return frozenset()
    if kind in TOWNS:
        return frozenset(connection.scalars(text(TOWNS[kind]), {"id": int(rest)}))
    pair = connection.scalar(text(_PAIRS[kind]), {"id": int(rest)})
    return towns_of_pair(connection, (pair or "").split("|"))


def towns_of_pair(connection: Connection, subjects: list[str]) -> frozenset[str | None]:
    """The towns of several subjects together; what is no subject lies in no town."""
    found = (towns_of(connection, s) for s in subjects if s.partition(":")[0] not in _PAIRS)
    return frozenset().union(*found)
