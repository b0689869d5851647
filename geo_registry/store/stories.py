"""Stories of places: origin, meaning, history, description, story, each with its source."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, text

from geo_registry.store.tables import place_story
from geo_registry.store.writing import same_row


def insert_story(
    connection: Connection,
    *,
    place_id: int,
    kind: str,
    words: str,
    source: str,
    document_id: int | None,
    person: int,
) -> int:
    """Write a story; the moment is that of the transaction."""
    statement = (
        insert(place_story)
        .values(
            place_id=place_id,
            kind=kind,
            text=words,
            source=source,
            document_id=document_id,
            person_id=person,
        )
        .returning(place_story.c.id)
    )
    return int(connection.execute(statement).scalar_one())


def same_story(
    connection: Connection, place_id: int, kind: str, words: str, source: str
) -> int | None:
    """A story of the place as it is held now that says the very same, from the same source."""
    return same_row(
        connection, place_story, place_id=place_id, kind=kind, text=words, source=source,
        superseded_at=None,
    )  # fmt: skip


def hold_story(connection: Connection, story_id: int) -> dict[str, Any] | None:
    """One story, its row locked until the transaction ends."""
    row = (
        connection.execute(
            text("SELECT * FROM registry.place_story WHERE id = :id FOR NO KEY UPDATE"),
            {"id": story_id},
        )
        .mappings()
        .first()
    )
    return None if row is None else dict(row)


def supersede_story(connection: Connection, story_id: int) -> None:
    """End the record time of a story."""
    connection.execute(
        text("UPDATE registry.place_story SET superseded_at = now() WHERE id = :id"),
        {"id": story_id},
    )


def stories(connection: Connection, place_id: int) -> list[dict[str, Any]]:
    """The stories of a place and of those merged into it, as the registry holds them now."""
    rows = connection.execute(
        text(
            "WITH RECURSIVE line AS (SELECT CAST(:id AS bigint) AS id UNION "
            " SELECT p.id FROM registry.place p JOIN line l ON p.successor_id = l.id) "
            "SELECT s.id, 'place:' || s.place_id AS subject, s.kind, s.text, s.source, "
            " d.title AS document_title, d.number AS document_number, "
            " d.dated_on AS document_dated_on, w.name AS person, s.recorded_at "
            "FROM registry.place_story s JOIN line l ON l.id = s.place_id "
            "JOIN registry.person w ON w.id = s.person_id "
            "LEFT JOIN registry.document d ON d.id = s.document_id "
            "WHERE s.superseded_at IS NULL "
            "ORDER BY array_position("
            " ARRAY['origin', 'meaning', 'history', 'description', 'story'], s.kind), s.id"
        ),
        {"id": place_id},
    )
    return [dict(r) for r in rows.mappings()]
