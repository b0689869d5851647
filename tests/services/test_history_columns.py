"""Every column that history keeps is called something in Chinese."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from geo_registry.services.accountability.history_columns import column_title
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
