"""The chain of history: whoever rewrites, removes, slips in or cuts off is named."""

from __future__ import annotations

import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.accountability import anchors, history
from geo_registry.services.accountability.anchors import Anchor
from geo_registry.services.accountability.history import Verification, verify
from geo_registry.store.cluster import Cluster
from geo_registry.store.database import LOCAL_USER, create_engine, read, transaction
from geo_registry.store.places import insert_places
from geo_registry.store.rows import PlaceRow


def act(engine: Engine, reason: str = "登记", places: int = 2) -> list[int]:
    with transaction(engine, person=LOCAL_USER, reason=reason) as connection:
        return insert_places(connection, [PlaceRow("facility") for _ in range(places)])


def behind_the_back(engine: Engine, *statements: str) -> None:
    """What somebody with the rights of the owner can do in psql."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def checked(engine: Engine, **asked: object) -> Verification:
    with read(engine) as connection:
        return verify(connection, **asked)  # type: ignore[arg-type]


def faults(engine: Engine, **asked: object) -> list[tuple[str, str]]:
    return [(f.code, f.what) for f in checked(engine, **asked).faults]


@pytest.fixture
def lived(engine: Engine) -> Engine:
    for n in range(4):
        act(engine, f"第 {n} 次")
    with transaction(engine, person=LOCAL_USER, reason="更正") as connection:
        connection.execute(text("UPDATE registry.place SET households = 7 WHERE id <= 3"))
        connection.execute(text("DELETE FROM registry.place WHERE id = 8"))
    return engine


def last_revision(engine: Engine) -> int:
    with read(engine) as connection:
        return history.head(connection).revision


def test_an_untouched_history_holds(lived: Engine) -> None:
    found = checked(lived)
    assert found.faults == ()
    assert found.transactions == found.anchor.revision == last_revision(lived)
    assert found.tables > 20


def test_a_rewritten_row_of_history_is_named(lived: Engine) -> None:
    behind_the_back(
        lived,
        "UPDATE registry.history SET after = jsonb_set(after, '{households}', '9') "
        "WHERE table_name = 'place' AND row_id = 2 AND op = 'update'",
    )
    top = last_revision(lived)
    assert ("rewritten", "place:2") in faults(lived, tables=False)
    assert {f.revision for f in checked(lived, tables=False).faults} == {top}


@pytest.mark.parametrize(
    "column",
    [
        "at = at - interval '1 microsecond'",
        "person_id = 1",
        "reason = '别的'",
        "row_id = row_id + 100",
        "op = 'update'",
    ],
)
def test_who_when_why_and_what_are_all_covered(lived: Engine, column: str) -> None:
    behind_the_back(
        lived,
        f"UPDATE registry.history SET {column} WHERE id = (SELECT max(id) FROM registry.history)",
    )
    assert faults(lived, tables=False)


def test_a_row_rewritten_with_its_digest_breaks_the_seal_of_its_transaction(lived: Engine) -> None:
    behind_the_back(
        lived,
        "UPDATE registry.history SET reason = '编造' WHERE table_name = 'place' AND row_id = 3",
        "UPDATE registry.history SET digest = registry.history_digest(id, txid, at, table_name, "
        "row_id, op, before, after, person_id, reason) WHERE reason = '编造'",
    )
    found = faults(lived, tables=False)
    assert {code for code, _ in found} == {"seal"}
    assert len(found) == 2


def test_a_removed_row_in_the_middle_is_missed(lived: Engine) -> None:
    behind_the_back(lived, "DELETE FROM registry.history WHERE table_name = 'place' AND row_id = 4")
    (fault,) = checked(lived, tables=False).faults
    assert "封存时有 2 条记录，现在有 1 条" in fault.message


def test_a_removed_transaction_breaks_the_chain(lived: Engine) -> None:
    middle = last_revision(lived) - 2
    behind_the_back(
        lived,
        f"DELETE FROM registry.history h USING registry.change c WHERE c.revision = {middle} "
        "AND h.txid = c.txid AND h.at = c.at",
        f"DELETE FROM registry.change WHERE revision = {middle}",
        f"DELETE FROM registry.seal WHERE revision = {middle}",
    )
    assert faults(lived, tables=False) == [("link", f"revision:{middle + 1}")]


def test_a_slipped_in_row_is_named(lived: Engine) -> None:
    behind_the_back(
        lived,
        "INSERT INTO registry.history (txid, at, table_name, row_id, op, person_id, reason, digest)"
        " VALUES (1, now(), 'place', 99, 'insert', 2, '', '\\x00')",
    )
    assert faults(lived, tables=False) == [("stray", "place:99")]


def test_another_person_behind_a_transaction_is_named(lived: Engine) -> None:
    top = last_revision(lived)
    behind_the_back(
        lived,
        "ALTER TABLE registry.change DISABLE TRIGGER ALL",
        f"UPDATE registry.change SET person_id = 1 WHERE revision = {top}",
    )
    assert faults(lived, tables=False) == [("change", f"revision:{top}")]


def cut_off(engine: Engine, above: int) -> None:
    behind_the_back(
        engine,
        f"DELETE FROM registry.history h USING registry.change c WHERE c.revision > {above} "
        "AND h.txid = c.txid AND h.at = c.at",
        f"DELETE FROM registry.change WHERE revision > {above}",
        f"DELETE FROM registry.seal WHERE revision > {above}",
        f"SELECT setval('registry.revision', {above})",
    )


def test_an_end_cut_off_is_seen_by_an_anchor_written_down_before(
    lived: Engine, tmp_path: Path
) -> None:
    with read(lived) as connection:
        top = history.head(connection)
    anchors.write_anchor(tmp_path, top, datetime.now(UTC))
    cut_off(lived, top.revision - 1)
    assert faults(lived, tables=False) == []
    kept = anchors.read_anchors(tmp_path)
    assert faults(lived, tables=False, anchors=kept) == [("tail", f"revision:{top.revision}")]
    # and what was entered since does not hide it
    act(lived, "之后")
    assert faults(lived, tables=False, anchors=kept) == [("anchor", f"revision:{top.revision}")]


def test_a_restore_is_accepted_with_a_reason(lived: Engine, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with read(lived) as connection:
        top = history.head(connection)
    anchors.write_anchor(tmp_path, top, now)
    cut_off(lived, top.revision - 1)
    with pytest.raises(BadRequest, match="理由"):
        anchors.note_restore(tmp_path, top.revision - 1, " ", now)
    anchors.note_restore(tmp_path, top.revision - 1, "硬盘故障", now)
    assert faults(lived, tables=False, anchors=anchors.read_anchors(tmp_path)) == []
    assert "硬盘故障" in anchors.restores(tmp_path)[0]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE registry.place SET households = 1000 WHERE id = 2", "place:2"),
        ("DELETE FROM registry.place WHERE id = 3", "place:3"),
        ("INSERT INTO registry.place (id, place_class) VALUES (500, 'road')", "place:500"),
        ("INSERT INTO registry.place (id, place_class) VALUES (8, 'facility')", "place:8"),
        ("UPDATE registry.person SET name = '别人' WHERE id = 2", "person:2"),
    ],
)
def test_a_row_changed_behind_the_back_of_its_trigger_is_named(
    lived: Engine, statement: str, what: str
) -> None:
    behind_the_back(lived, statement)
    assert faults(lived) == [("unrecorded", what)]
    assert faults(lived, tables=False) == []


def test_verifying_since_looks_only_at_what_came_after(lived: Engine) -> None:
    top = last_revision(lived)
    behind_the_back(lived, "DELETE FROM registry.history WHERE table_name = 'place' AND row_id = 1")
    assert checked(lived, since=top - 1, tables=False).transactions == 1
    assert faults(lived, since=top - 1, tables=False) == [("seal", f"revision:{top}")]
    with pytest.raises(NotFound):
        checked(lived, since=top + 5)


def test_many_writers_at_once_make_one_chain(engine: Engine) -> None:
    def write(n: int) -> None:
        for _ in range(5):
            act(engine, f"并发 {n}", places=3)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    found = checked(engine, tables=False)
    assert found.faults == ()
    assert found.transactions >= 21


def test_a_transaction_that_sees_an_old_state_cannot_make_a_branch(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("SELECT count(*) FROM registry.seal"))
        act(engine, "先")
        connection.execute(text("INSERT INTO registry.person (name) VALUES ('后')"))
        with pytest.raises(DBAPIError):
            connection.commit()
    assert faults(engine) == []


def test_a_sealed_transaction_cannot_be_added_to(engine: Engine) -> None:
    with engine.connect() as connection:
        insert = text("INSERT INTO registry.place (place_class) VALUES ('road')")
        connection.execute(insert)
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        with pytest.raises(DBAPIError, match="is sealed"):
            connection.execute(insert)
    assert faults(engine) == []


def test_the_chain_survives_backup_and_restore(lived: Engine, cluster: Cluster) -> None:
    with read(lived) as connection:
        before = history.head(connection)
    url = make_url(cluster.create_database("restored_chain"))
    source = lived.url.set(drivername="postgresql").render_as_string(hide_password=False)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    tools = cluster.binaries if hasattr(cluster, "binaries") else None
    dump = f"{tools}/pg_dump" if tools else "pg_dump"
    try:
        taken = subprocess.run([dump, source], check=True, capture_output=True)
        psql = f"{tools}/psql" if tools else "psql"
        subprocess.run(
            [psql, "-q", "-v", "ON_ERROR_STOP=1", plain], input=taken.stdout, check=True,
            capture_output=True,
        )  # fmt: skip
        made = create_engine(plain)
        assert faults(made, anchors=[before]) == []
        act(made, "恢复之后")
        assert faults(made, anchors=[before]) == []
        made.dispose()
    finally:
        cluster.drop_database("restored_chain")


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reason=st.text(max_size=40).filter(lambda t: "\x00" not in t))
def test_any_reason_can_be_written_and_verified(engine: Engine, reason: str) -> None:
    act(engine, reason, places=1)
    assert faults(engine, tables=False) == []


def test_anchors_are_printed_and_read_back(tmp_path: Path) -> None:
    anchor = Anchor(130, "9f" * 32)
    assert anchors.parse(f" {anchor} ") == anchor
    for wrong in ("", "130", "130:9f", "x:" + "9f" * 32):
        with pytest.raises(BadRequest, match="不是锚点"):
            anchors.parse(wrong)
    now = datetime.now(UTC)
    anchors.write_anchor(tmp_path, anchor, now)
    anchors.write_anchor(tmp_path, anchor, now)
    assert anchors.read_anchors(tmp_path) == (anchor,)


def test_the_history_of_a_place_tells_what_changed_and_what_belongs_to_it(
    lived: Engine, reference: Reference, profile: Profile
) -> None:
    by: dict[str, Any] = {"reference": reference, "profile": profile}
    with read(lived) as connection:
        document = history.of_subject(connection, "place:2", **by)
        assert [(e["op"], e["reason"]) for e in document["items"]] == [
            ("update", "更正"),
            ("insert", "第 0 次"),
        ]
        assert document["items"][0]["changed"] == {"households": [None, 7]}
        assert document["items"][0]["titles"] == {"households": "户数"}
        first = history.of_subject(connection, "place:2", limit=1, **by)
        rest = history.of_subject(connection, "place:2", below=first["next"], **by)
        assert [e["op"] for e in rest["items"]] == ["insert"]
        with pytest.raises(NotFound):
            history.of_subject(connection, "place:999", **by)
        with pytest.raises(BadRequest):
            history.of_subject(connection, "pg_class:1", **by)


EXEMPT = {
    "history": "is the history",
    "change": "one row a transaction of the history",
    "seal": "the chain over the history",
    "layer_revision": "a cache of the latest number per layer",
    "alembic_version": "kept by the migrations",
    # Secrets are copied nowhere; that they changed stands in login_event.
    "credential": "hashes of passwords",
    "login_session": "digests of cookies",
    "oidc_attempt": "secrets of a log-in that lives ten minutes",
    "login_event": "is append-only itself",
}


def test_every_table_keeps_its_history(engine: Engine) -> None:
    with read(engine) as connection:
        rows = connection.execute(
            text(
                "SELECT c.relname, array_agg(t.tgname::text) FROM pg_class c "
                "LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal "
                "AND t.tgenabled = 'O' "
                "WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind IN ('r', 'p') "
                "GROUP BY 1"
            )
        ).all()
    wanted = {"record_insert", "record_update", "record_delete", "refuse_truncate"}
    without = {name for name, triggers in rows if not wanted <= set(triggers or ())}
    assert without - EXEMPT.keys() == set()
