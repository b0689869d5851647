"""The six fields of an announcement, from the register (地名备案公告管理办法)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_registry.domain.errors import Refused
from geo_registry.domain.place import PLACE_CLASSES
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.secrecy import TITLES
from geo_registry.services.names import checking
from geo_registry.services.naming.road_descriptions import Description, describe
from geo_registry.store.proposals import place_secrecy

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.proposals import StoredProposal

__all__ = [
    "announcement_fields",
    "located_in",
    "location_in_words",
    "romanized",
    "stated_or_computed",
]


def announcement_fields(
    connection: Connection, stored: StoredProposal, *, desk: Desk
) -> dict[str, str]:
    """What an announcement says, as far as the register knows; an unknown field is empty."""
    described = describe(connection, [stored.place_id], desk=desk).get(stored.place_id)
    description = stated_or_computed(stored, described or Description())
    return {
        "标准名称": stored.dossier.name,
        "罗马字母拼写": romanized(stored, desk),
        "所属政区": located_in(stored, description, desk),
        "位置描述": location_in_words(stored, description, desk),
        "批准机关": stored.dossier.authority,
        "批准时间": _day(stored.dossier.decided_on),
    }


def require_public(connection: Connection, stored: StoredProposal) -> None:
    """Raise :class:`Refused` where the place is secret: it is not announced."""
    if place_secrecy(connection, stored.place_id) == "secret":
        raise Refused(
            f"{stored.dossier.title}所在的地方密级为“{TITLES['secret']}”，不能公告。",
            advice="请先核对密级。",
        )


def stated_or_computed(stored: StoredProposal, computed: Description) -> Description:
    """What the applicant stated of a road, and what is drawn for the rest."""
    row = stored.row
    length = row["length_m"]
    return Description(
        direction=row["direction"] or computed.direction,
        length_m=computed.length_m if length is None else round(length),
        width_m=computed.width_m if row["width_m"] is None else row["width_m"],
        starts_at=row["starts_at"] or computed.starts_at,
        ends_at=row["ends_at"] or computed.ends_at,
        located_in=computed.located_in,
    )


def located_in(stored: StoredProposal, description: Description, desk: Desk) -> str:
    """The divisions a place lies in, in words: 威海市环翠区羊亭镇港头村委会."""
    row = stored.row
    where = f"{row['town_name'] or ''}{row['village_name'] or ''}" or description.located_in
    return f"{desk.profile.name}{where}" if where else ""


def location_in_words(stored: StoredProposal, description: Description, desk: Desk) -> str:
    """Where a place is: 街路巷，东西走向，起文化路（西端），至东端，长 420 米，宽 5 米."""
    if not (description.length_m or description.ends):
        return located_in(stored, description, desk)
    parts = [
        PLACE_CLASSES.get(stored.dossier.place_class, ""),
        description.direction,
        description.ends,
        f"长 {description.length_m} 米" if description.length_m else "",
        f"宽 {description.width_m:g} 米" if description.width_m else "",
    ]
    return "，".join(p for p in parts if p)


def romanized(stored: StoredProposal, desk: Desk) -> str:
    """The spelling that the rules give for the name."""
    toponym = checking.toponym_of(stored.dossier.name, stored.dossier.place_class, desk.reference)
    return romanise(toponym)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"
