"""Every column that history keeps, and every code in it, is called something in Chinese."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Engine, text

from geo_registry.domain.reference import Profile, Reference
from geo_registry.services.accountability.history import of_table
from geo_registry.services.accountability.history_columns import column_title
from geo_registry.services.accountability.history_values import words_of
from geo_registry.services.accountability.history_words import title_of
from geo_registry.store import history

HAN = re.compile("[\u4e00-\u9fff]")


def test_no_table_and_no_column_is_shown_under_its_name_in_the_database(
    connection: Connection,
) -> None:
    kept = history.kept_tables(connection)
    assert len(kept) > 40
    bare = [t for t in kept if not HAN.search(title_of(t))]
    bare += [
        f"{table}.{column}"
        for table, columns in kept.items()
        for column in columns
        if column != "id" and not HAN.search(column_title(table, column))
    ]
    assert bare == []


def test_a_column_may_be_called_otherwise_in_one_table() -> None:
    assert column_title("person", "name") == "姓名"
    assert column_title("cemetery", "name") == "名称"


LIMITED = re.compile(r"\((\w+) = (?:ANY \(ARRAY\[(.+?)\]\)|('[^']*'::text))\)")
CODE = re.compile("'([^']*)'")


def _limited(connection: Connection) -> dict[tuple[str, str], set[str]]:
    """(Table, column) → the values that the database lets it have, where history keeps them."""
    rows = connection.execute(
        text(
            "SELECT c.relname AS name, pg_get_constraintdef(k.oid) AS said FROM pg_constraint k "
            "JOIN pg_class c ON c.oid = k.conrelid "
            "WHERE k.contype = 'c' AND c.relnamespace = 'registry'::regnamespace"
        )
    )
    kept = history.kept_tables(connection)
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        # A check of one column alone; what compares columns limits no values.
        limited = LIMITED.fullmatch(row.said.removeprefix("CHECK (").removesuffix(")"))
        if limited and row.name in kept:
            codes = {code for code in CODE.findall(limited[2] or limited[3]) if code}
            found[row.name, limited[1]] = codes
    return found


def test_every_value_that_the_database_lets_a_column_have_has_a_word(
    connection: Connection, reference: Reference
) -> None:
    limited = _limited(connection)
    assert len(limited) > 40
    assert limited["admin_division", "code_system"] == {"mca", "nbs"}
    bare = {
        (table, column): missing
        for (table, column), codes in limited.items()
        if (
            missing := {
                c for c in codes if not HAN.search(words_of(table, column, reference).get(c, ""))
            }
        )
    }
    assert bare == {}


PLAIN = frozenset({"initials", "key_toneless", "login", "romanized_plain", "file_name", "outcome"})
"""Latin letters by nature; what a rule saw (``finding.outcome``) is said by its message."""


def test_no_code_of_the_sample_is_left_as_it_is_stored(
    sample_to_read: Engine, reference: Reference, profile: Profile
) -> None:
    code = re.compile(r"[a-z][a-z_.]{2,}")
    bare: set[str] = set()
    with sample_to_read.connect() as connection:
        for table in history.kept_tables(connection):
            if table in {"admin_division", "division_match"}:  # how a crosswalk was found
                continue
            page = of_table(connection, table, limit=60, reference=reference, profile=profile)
            for entry in page["items"]:
                for column, values in entry["changed"].items():
                    for value, word in zip(values, entry["words"][column], strict=True):
                        if isinstance(value, str) and code.fullmatch(value) and word is None:
                            bare.add(f"{table}.{column}: {value}")
    left = sorted(b for b in bare if b.split(":")[0].split(".")[1] not in PLAIN)
    assert left == []


def test_ids_times_and_codes_are_said_by_name(
    sample_to_read: Engine, reference: Reference, profile: Profile
) -> None:
    with sample_to_read.connect() as connection:

        def made(table: str) -> list[dict[str, Any]]:
            page = of_table(connection, table, limit=200, reference=reference, profile=profile)
            return [entry for entry in page["items"] if entry["op"] == "insert"]

        step = made("case_step")[0]
        assert re.fullmatch(r"\d{4}-\d{4} .+", step["called"])
        assert step["words"]["case_id"][1] == step["called"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", step["words"]["recorded_at"][1])
        assert HAN.search(step["words"]["person_id"][1])
        stop = made("inspection_stop")[0]
        assert re.fullmatch(r".+（\d{9}）", stop["words"]["town_code"][1])
        assert stop["words"]["cemetery_id"][1].startswith("示例公墓")
        assert re.fullmatch(r"(点|线|面)（\d+ 个点）", made("segment")[0]["words"]["geom"][1])
        assert {dead["called"] for dead in made("deceased")} == {""}
