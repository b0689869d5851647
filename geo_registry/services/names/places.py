"""A place by its permanent id: what it is called, was called, and what happened to its names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import NotFound
from geo_registry.domain.naming import EVENT_TITLES, EventKind, NameRecord, called_on, kind_on
from geo_registry.services.names import stories
from geo_registry.services.searching import KIND_TITLES
from geo_registry.store import naming, subjects

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile


@dataclass(frozen=True, slots=True)
class Found:
    """What an id leads to: the place that lives today, and the one that was asked for."""

    place_id: int
    asked_id: int

    @property
    def merged(self) -> bool:
        """Whether the place asked for was merged into the other."""
        return self.place_id != self.asked_id


def find(connection: Connection, ident: str) -> Found:
    """The place of an id (``place:12``, ``12`` or a permanent id), a merged one by its heir.

    Raises :class:`NotFound`; ids are never used again, so an old one leads to the same place.
    """
    asked = naming.place_named(connection, ident.strip())
    if asked is None:
        raise NotFound(
            f"没有编号为“{ident[:60]}”的地方。", advice="请填 place:12 的样子，或永久编号。"
        )
    line = naming.heirs(connection, asked)
    return Found(line[-1] if line else asked, asked)


def life(
    connection: Connection,
    ident: str,
    *,
    on: date,
    known_on: date | None = None,
    profile: Profile,
) -> dict[str, Any]:
    """The life of the names of a place as plain values: called then, all names, events, stories.

    ``known_on`` asks what the registry held for true at the end of that day. A merged place
    answers with its heir and says so under ``merged``.
    """
    found = find(connection, ident)
    row = subjects.row(connection, f"place:{found.place_id}")
    wanted = [f"place:{found.place_id}", f"place:{found.asked_id}"]
    briefs = subjects.briefs(connection, wanted, profile)
    brief = briefs[wanted[0]]
    records = naming.records(connection, [found.place_id, found.asked_id])
    names = records.get(found.place_id, [])
    assert row is not None  # noqa: S101 - the id came from the same transaction
    return {
        "subject": wanted[0],
        "permanent_id": str(row["permanent_id"]),
        "title": brief.title,
        "place_class": brief.place_class,
        "class_title": brief.class_title,
        "located_in": brief.located_in,
        "point": brief.point,
        "bbox": brief.bbox,
        "status": row["status"],
        "place_code": row["place_code"],
        "class_code": row["class_code"],
        "class_scheme": row["class_scheme"],
        "on": on,
        "known_on": known_on,
        "called": [n.full for n in called_on(names, on, known_on)],
        "names": [record(n, on) for n in names if n.superseded_at is None],
        "events": events(connection, found.place_id),
        "stories": stories.of_place(connection, found.place_id),
        "merged": _merged(connection, found, records.get(found.asked_id, []), on, known_on),
    }


def record(row: NameRecord, on: date) -> dict[str, Any]:
    """One row of a name as plain values; what it is to its place on a day."""
    kind = kind_on(row.kind, row.valid_to, on)
    return {
        "id": row.id,
        "full": row.full,
        "kind": kind.value,
        "kind_title": KIND_TITLES[kind],
        "event": row.event,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "recorded_at": row.recorded_at.isoformat(),
        "superseded_at": row.superseded_at and row.superseded_at.isoformat(),
    }


def events(connection: Connection, place_id: int) -> list[dict[str, Any]]:
    """What happened to the names of a place, oldest first, each with a sentence for a person."""
    return [
        {
            **{k: e[k] for k in ("id", "subject", "kind", "name_id", "ended_name_id", "heir")},
            **{k: e[k] for k in ("name", "ended_name", "authority", "reason", "person")},
            "kind_title": EVENT_TITLES[EventKind(e["kind"])],
            "effective_on": e["effective_on"],
            "document": stories.cited(e),
            "recorded_at": e["recorded_at"].isoformat(),
            "summary": _summary(e, place_id),
        }
        for e in naming.events(connection, place_id)
    ]


def _summary(event: Mapping[str, Any], place_id: int) -> str:
    name, ended = event["name"] or "", event["ended_name"] or ""
    if event["kind"] == "merged" and event["subject"] != f"place:{place_id}":
        return f"“{ended or '未命名'}”并入"
    return {
        "proposed": f"申报“{name}”",
        "withdrawn": f"撤回“{ended}”",
        "named": f"命名为“{name}”",
        "renamed": f"“{ended}”更名为“{name}”",
        "merged": f"“{ended or '未命名'}”并入 {event['heir']}",
        "abolished": f"注销“{ended or '未命名'}”",
        "corrected": f"“{ended}”更正为“{name}”" if name != ended else f"更正“{name}”的日期",
    }[event["kind"]]


def _merged(
    connection: Connection,
    found: Found,
    names: Sequence[NameRecord],
    on: date,
    known_on: date | None,
) -> dict[str, Any] | None:
    """What became of the place that was asked for, where it was merged."""
    if not found.merged:
        return None
    line = naming.events(connection, found.asked_id)
    event = next((e for e in reversed(line) if e["kind"] == "merged"), None)
    day = event["effective_on"] if event else None
    last = event["ended_name"] if event else None
    return {
        "asked": f"place:{found.asked_id}",
        "heir": f"place:{found.place_id}",
        "effective_on": day,
        "called": [n.full for n in called_on(names, on, known_on)],
        "names": [record(n, on) for n in names if n.superseded_at is None],
        "notice": f"“{last or '未命名'}”{f'已于 {day} ' if day else '已'}"
        f"并入 place:{found.place_id}，以下为并入后的地方。",
    }
