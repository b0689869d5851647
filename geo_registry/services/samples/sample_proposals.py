"""Proposals of the sample district in several states, all about fictional bridges and a tunnel."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from shapely import Point

from geo_registry.domain.procedure import ProposalKind
from geo_registry.services.desk import Desk
from geo_registry.services.naming import proposal_steps as steps
from geo_registry.services.naming.new_places import NewPlace
from geo_registry.services.naming.proposal_steps import Form, Opinion
from geo_registry.services.naming.proposals import Asked, PaperFiled, propose
from geo_registry.store.database import LOCAL_ACTOR
from geo_registry.store.sample import adopt

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

_ASKED_ON, _HEARD_ON, _SHOWN_ON = date(2026, 11, 9), date(2026, 11, 12), date(2026, 11, 16)
_SHOWN_UNTIL = date(2026, 11, 30)
_NAMES = ("示例望海桥", "示例柳沟桥", "示例东山隧道", "示例南河桥")
_REASON = "（示例，虚构）以所在地的旧称命名。"


def write_proposals(
    connection: Connection,
    spots: list[tuple[str, Point]],
    batch: int,
    *,
    reference: Reference,
    profile: Profile,
) -> int:
    """Write a proposal at each spot (code of its town, point in degrees), each a step further.

    Just proposed, returned, heard, shown to the public. Returns how many were written.
    """
    numbers, places = [], []
    for name, (town, point) in zip(_NAMES, spots, strict=False):
        new = NewPlace("facility", point, town)
        asked = Asked(
            ProposalKind.NAME, new, "示例镇人民政府", _REASON, name,
            proposed_on=_ASKED_ON, papers=(PaperFiled("application"),),
        )  # fmt: skip
        stored = propose(connection, asked, desk=_desk(_ASKED_ON, reference, profile), sample=True)
        numbers.append(stored.stored.id)
        places.append(stored.stored.place_id)
    adopt(connection, places, batch)
    heard = _desk(_HEARD_ON, reference, profile)
    for number in numbers[1:2]:
        steps.give_back(connection, Form(number), reason="请补充桥的长、宽。", desk=heard)
    for number in numbers[2:]:
        steps.precheck(connection, Form(number), desk=heard)
        opinion = Opinion("示例村村民代表会议", "同意", asked=20, agreed=19)
        steps.hear(connection, Form(number), opinion, desk=heard)
    shown = _desk(_SHOWN_ON, reference, profile)
    for number in numbers[3:]:
        steps.review(connection, Form(number), opinion="镇政府同意", desk=shown)
        steps.consult(
            connection, Form(number), until=_SHOWN_UNTIL, channel="村务公开栏（示例）", desk=shown
        )
    return len(numbers)


def _desk(on: date, reference: Reference, profile: Profile) -> Desk:
    return Desk(LOCAL_ACTOR, on, reference, profile)
