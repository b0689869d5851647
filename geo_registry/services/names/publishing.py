"""The gate before anything goes out to the public: what may not, and the review number of the map.

An export to the public (a page, a file, a map on the open network) asks here first, in its own
transaction, and writes nothing while there is an objection. Exports inside the bureau's network and
to the national database do not: those go by levels of secrecy alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geo_registry.domain.errors import Refused
from geo_registry.rules import rule
from geo_registry.rules.gd.publish_review import for_publication
from geo_registry.store import gazetteer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.finding import Finding
    from geo_registry.services.desk import Desk

RULE = "gd.publish.review"

_SHOWN = 10


def objections(
    connection: Connection, place_ids: Sequence[int], *, review_number: str, desk: Desk
) -> tuple[Finding, ...]:
    """What speaks against publishing these places: each classified one, and a missing 审图号.

    ``place_ids`` are ids of ``registry.place``; ``review_number`` is empty where there is none.
    """
    subjects = [f"place:{i}" for i in place_ids]
    found = gazetteer.of_subjects(
        connection, subjects, reference=desk.reference, profile=desk.profile, on=desk.on
    )
    marked = replace(found, places=for_publication(found.places, review_number))
    return tuple(rule(RULE).run(marked))


def require_publishable(
    connection: Connection, place_ids: Sequence[int], *, review_number: str, desk: Desk
) -> None:
    """Raise :class:`Refused` with the objections in words, where there are any: ten at length."""
    found = objections(connection, place_ids, review_number=review_number, desk=desk)
    if not found:
        return
    said = "".join(finding.message for finding in found[:_SHOWN])
    more = f"另有 {len(found) - _SHOWN} 处同样不得公开。" if len(found) > _SHOWN else ""
    raise Refused(
        f"不能公开：{said}{more}", advice=f"没有写出任何内容；依据和办法见规则 {RULE} 的说明页。"
    )
