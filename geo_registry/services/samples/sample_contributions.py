"""Contributions of the sample district: what volunteers sent, waiting, answered and not used."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from shapely import Point

from geo_registry.services.desk import Desk
from geo_registry.services.naming import contributions
from geo_registry.services.naming.contributions import Sent
from geo_registry.store import contributions as store
from geo_registry.store.database import LOCAL_ACTOR

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

_SENT_ON = date(2026, 11, 9)
_ANSWERED_ON = date(2026, 11, 12)
_STORIES = (
    ("老石磨巷", "road.lane", "（示例，虚构）巷口有一盘老石磨，逢年过节各家在这里磨豆腐。", ""),
    ("望海亭路", "road", "（示例，虚构）路的东头早年有一座望海亭，渔家在亭下等船。", ""),
    ("我家门前路", "road", "（示例，虚构）没有来历，自己起的。",
     "该处是院内通道，不是街路巷，不单独命名。谢谢您的上报。"),
)  # fmt: skip
"""Name, class, story, and the answer (empty: still waiting)."""


def write_contributions(
    connection: Connection,
    roads: list[tuple[str, Point]],
    *,
    reference: Reference,
    profile: Profile,
) -> int:
    """Write the contributions beside some roads; one of them names a road that is on record.

    ``roads``: name and a point in degrees. Returns how many were written.
    """
    desk = Desk(LOCAL_ACTOR, _SENT_ON, reference, profile)
    known, *_ = [name for name, _ in roads if name] or ["示例路"]
    told = (*_STORIES, (known, "road", f"（示例，虚构）村里一直叫它{known}。", ""))
    for (name, place_class, story, answer), (_, point) in zip(told, roads, strict=False):
        sent = Sent(name, place_class, point, story=story, source="示例村民")
        made: dict[str, Any] = contributions.contribute(connection, sent, desk=desk, sample=True)
        if answer:
            values = {"state": "rejected", "version": 2, "answer": answer,
                      "answered_on": _ANSWERED_ON}  # fmt: skip
            store.write_answer(connection, made["id"], values)
    return min(len(told), len(roads))
