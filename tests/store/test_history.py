"""History and revisions: append-only, booked on a person, numbered in the order of commits."""

from __future__ import annotations

import threading

import pytest
from shapely import Point
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from geo_registry.domain.errors import Conflict
from geo_registry.domain.identity import Scope
from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import parse
from geo_registry.store.changes import changes, revision
from geo_registry.store.database import LOCAL_USER, read, transaction
from geo_registry.store.overview import revisions
from geo_registry.store.places import insert_names, insert_places, lock_name
from geo_registry.store.rows import PlaceNameRow, PlaceRow


def _one(engine: Engine, statement: str):
    with read(engine) as connection:
        return connection.execute(text(statement)).one()


def _place(engine: Engine, reason: str = "登记") -> int:
    with transaction(engine, person=LOCAL_USER, reason=reason) as connection:
        (made,) = insert_places(connection, [PlaceRow("facility", geometry=Point(122, 37))])
    return made


def test_history_tells_who_why_what_and_when(engine: Engine) -> None:
    place = _place(engine, "补登")
    with transaction(engine, person=LOCAL_USER, reason="更正户数") as connection:
        connection.execute(text("UPDATE registry.place SET households = 7"))
    with read(engine) as connection:
        first, second = connection.execute(
            text("SELECT * FROM registry.history WHERE table_name = 'place' ORDER BY id")
        ).all()
    assert (first.row_id, first.op, first.person_id, first.reason) == (place, "insert", 2, "补登")
    assert first.after["geom"]["coordinates"] == [122, 37]
    assert "geom_3857" not in first.after
    assert (second.op, second.reason) == ("update", "更正户数")
    assert (second.before["households"], second.after["households"]) == (None, 7)


def test_a_change_past_the_service_is_booked_on_the_database_role(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO registry.place (place_class) VALUES ('road')"))
    row = _one(engine, "SELECT person_id, reason FROM registry.history WHERE table_name = 'place'")
    assert row.person_id == 1
    assert row.reason.startswith("direct change by ")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry.history SET reason = 'x'",
        "DELETE FROM registry.history",
        "TRUNCATE registry.history",
        "DELETE FROM registry.change",
        "TRUNCATE registry.place CASCADE",
    ],
)
def test_history_cannot_be_rewritten(engine: Engine, statement: str) -> None:
    _place(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))


def test_an_update_that_changes_nothing_leaves_no_trace(engine: Engine) -> None:
    _place(engine)
    with read(engine) as connection:
        before = revision(connection)
    with transaction(engine, person=LOCAL_USER, reason="无变化") as connection:
        connection.execute(text("UPDATE registry.place SET status = status"))
    with read(engine) as connection:
        assert revision(connection) == before


def test_revisions_follow_the_order_of_commits_not_of_beginnings(engine: Engine) -> None:
    first, second = engine.connect(), engine.connect()
    first.execute(text("INSERT INTO registry.place (place_class) VALUES ('first')"))
    second.execute(text("INSERT INTO registry.place (place_class) VALUES ('second')"))
    second.commit()
    first.commit()
    first.close()
    second.close()
    with read(engine) as connection:
        rows = [r for r in changes(connection, 0, 100) if r["table_name"] == "place"]
    assert [r["after"]["place_class"] for r in rows] == ["second", "first"]


def test_many_writers_at_once_get_gapless_order_without_deadlock(engine: Engine) -> None:
    def write(n: int) -> None:
        for _ in range(5):
            with transaction(engine, person=LOCAL_USER, reason=f"并发 {n}") as connection:
                insert_places(connection, [PlaceRow("road"), PlaceRow("facility")])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    row = _one(
        engine,
        "SELECT count(*) AS n, count(DISTINCT revision) AS d, "
        "max(revision) - min(revision) AS span "
        "FROM registry.change WHERE reason LIKE '并发%'",
    )
    assert (row.n, row.d, row.span) == (20, 20, 19)


def test_a_rolled_back_act_leaves_nothing(engine: Engine) -> None:
    def act() -> None:
        with transaction(engine, person=2, reason="x") as connection:
            insert_places(connection, [PlaceRow("road")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert _one(engine, "SELECT count(*) AS n FROM registry.place").n == 0
    assert _one(engine, "SELECT count(*) AS n FROM registry.change WHERE revision IS NULL").n == 0


def test_only_the_layers_touched_get_a_new_revision(engine: Engine) -> None:
    with read(engine) as connection:
        before = revisions(connection)
    _place(engine)
    with read(engine) as connection:
        after = revisions(connection)
    assert {layer for layer in after if after[layer] > before[layer]} == {"roads", "places"}


def test_two_people_cannot_both_give_one_place_its_name(
    engine: Engine, reference: Reference
) -> None:
    place = _place(engine)
    given = PlaceNameRow(place, parse("文化路", "road", reference), event="named")
    with transaction(engine, person=2, reason="一") as connection:
        insert_names(connection, [given])
    with (
        pytest.raises(Conflict, match="标准名称"),
        transaction(engine, person=2, reason="二") as connection,
    ):
        insert_names(connection, [given])


def test_the_lock_on_a_name_holds_until_the_act_ends(engine: Engine) -> None:
    scope = Scope("village", "371002101201")
    with transaction(engine, person=2, reason="甲") as first:
        lock_name(first, scope, "文化")
        with transaction(engine, person=2, reason="乙") as second:
            second.execute(text("SET LOCAL lock_timeout = '50ms'"))
            lock_name(second, scope, "和平")
            with pytest.raises(DBAPIError, match="lock timeout"):
                lock_name(second, scope, "文化")
            second.rollback()
