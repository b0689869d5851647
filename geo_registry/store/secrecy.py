"""The one filter of secrecy: readers see only rows at or below their level, whatever they ask.

It is row-level security of PostgreSQL. A reader's transaction takes the role
:data:`VIEWER` (``registry.show_up_to``), and the policies leave out, in every table:

- rows whose own ``secrecy`` is above the level,
- rows that refer (foreign key) to a row that is left out: names of a place, surveys of a cemetery,
- rows that speak of one in words: ``subject``, ``subjects``, ``pair``, the content of a report,
- rows of history of all these.

The policies are written from the catalogue after the migrations, so a new table is covered without
a line of its own. A paper (``document``) that is closed hides itself, not what rests on it.
The owner of the database (writing, scans, the command line) sees everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text

from geo_registry.domain.errors import NotFound
from geo_registry.store.attachments import SUBJECT_TABLES
from geo_registry.store.queries import query, sql

VIEWER = "geo_registry_viewer"
"""The role of readers. It belongs to the whole server, so it is not part of a migration."""
_HIDES_ITSELF_ONLY = frozenset({"document", "attachment", "report", "raw_file", "import_batch"})
_PROCEDURES = frozenset({"proposal", "contribution", "case_file"})
"""A step belongs to its procedure; a sign that came of one stays when it is hidden."""
_BY_TABLE = {
    # The name under which a file came tells of what it is attached to.
    "raw_file": (
        "(NOT (id = ANY ((SELECT registry.hidden_files())::bigint[])) OR EXISTS "
        "(SELECT FROM registry.attachment a WHERE a.raw_file_id = raw_file.id))",
    ),
}
_SPECIAL = frozenset({"history", "change", "seal"})
"""The history has a rule of its own; its numbers and seals say nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """What matters of a table: its columns, and (column, table) of its foreign keys.

    ``needed`` are the columns of foreign keys that are never empty.
    """

    columns: frozenset[str]
    parents: tuple[tuple[str, str], ...]
    needed: frozenset[str] = frozenset()


def protect(connection: Connection) -> None:
    """Bring role, grants, helping functions and policies up to the tables that there are.

    Does nothing where they are as they should be, so that it can be called at every start.
    """
    shapes = _shapes(connection)
    policies = policies_for(shapes)
    statements = [_functions(shapes), *_statements(policies)]
    wanted = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    made = connection.scalar(
        text("SELECT obj_description(to_regprocedure('registry.hidden_subjects()'), 'pg_proc')")
    )
    _ensure_role(connection)
    if made == wanted:
        return
    for statement in statements:
        _run(connection, statement)
    _run(connection, f"COMMENT ON FUNCTION registry.hidden_subjects() IS '{wanted}'")


def policies_for(shapes: Mapping[str, TableShape]) -> dict[str, str]:
    """Table → the condition under which a reader sees its rows; tables that hide nothing are out.

    Foreign keys are followed from children to parents; a key that would lead back is left out.
    """
    found: dict[str, str | None] = {}

    def condition(table: str, above: tuple[str, ...]) -> str | None:
        if table in found or table not in shapes:
            return found.get(table)
        shape = shapes[table]
        parts = [*_own(shape.columns), *_BY_TABLE.get(table, ())]
        for column, parent in shape.parents:
            closed = parent in _HIDES_ITSELF_ONLY or parent in (table, *above)
            closed |= parent in _PROCEDURES and column not in shape.needed
            if not closed and condition(parent, (*above, table)):
                parts.append(
                    f'("{column}" IS NULL OR EXISTS (SELECT FROM registry."{parent}" p '
                    f'WHERE p.id = "{table}"."{column}"))'
                )
        said = " AND ".join(parts)
        # What one sent in oneself one sees again (a volunteer's contribution), unless it is secret.
        if {"secrecy", "person_id"} <= shape.columns:
            said = f"({said}) OR (secrecy <> 'secret' AND person_id = registry.reader())"
        found[table] = said or None
        return found[table]

    for name in sorted(shapes.keys() - _SPECIAL):
        condition(name, ())
    made = {name: said for name, said in found.items() if said}
    if "history" in shapes:
        made["history"] = _history(made, shapes)
    return made


def hidden_at(connection: Connection, level: str) -> frozenset[str]:
    """The subjects above a level, in a transaction that sees all of them."""
    if level == "secret":
        return frozenset()
    with _as_level(connection, level):
        return frozenset(connection.scalar(text("SELECT registry.hidden_subjects()")) or ())


def speaks_of_hidden(connection: Connection, level: str, words: str) -> bool:
    """Whether words hold the name of something above a level."""
    if level == "secret":
        return False
    with _as_level(connection, level):
        return bool(
            connection.scalar(text("SELECT registry.speaks_of_hidden(:words)"), {"words": words})
        )


@contextmanager
def _as_level(connection: Connection, level: str) -> Iterator[None]:
    """Let the helping functions answer for a level; what the transaction sees stays as it is."""
    setting = text("SELECT set_config('registry.level', :level, true)")
    before = connection.scalar(text("SELECT current_setting('registry.level', true)"))
    connection.execute(setting, {"level": level})
    yield
    connection.execute(setting, {"level": before or ""})


def classify(connection: Connection, table: str, number: int, level: str) -> str:
    """Give a row a level of secrecy; returns the one it had. :class:`NotFound` without the row."""
    before = connection.scalar(
        text(f'SELECT secrecy FROM registry."{table}" WHERE id = :id FOR UPDATE'),
        {"id": number},
    )
    if before is None:
        raise NotFound(f"没有 {table}:{number} 这条记录。")
    connection.execute(
        text(f'UPDATE registry."{table}" SET secrecy = :level WHERE id = :id'),
        {"id": number, "level": level},
    )
    return str(before)


def note_reason(connection: Connection, reason: str) -> None:
    """Let the history of this transaction, from here on, carry a reason of its own."""
    connection.execute(text("SELECT set_config('registry.reason', :r, true)"), {"r": reason})


def classified_tables(connection: Connection) -> frozenset[str]:
    """The tables whose rows have a level of their own."""
    return frozenset(n for n, shape in _shapes(connection).items() if "secrecy" in shape.columns)


def _own(columns: frozenset[str]) -> Sequence[str]:
    hidden = "(SELECT registry.hidden_subjects())"
    spoken = {
        "secrecy": "registry.may_see(secrecy)",
        "subject": f"NOT (subject = ANY ({hidden}::text[]))",
        "subjects": f"NOT (subjects && {hidden})",
        "pair": f"NOT (string_to_array(pair, '|') && {hidden})",
        "content": "NOT registry.speaks_of_hidden(content::text)",
    }
    return [said for column, said in spoken.items() if column in columns]


def _history(policies: Mapping[str, str], shapes: Mapping[str, TableShape]) -> str:
    """A row of history is seen where its row is seen, or its row is gone.

    Levels that it had before count too: what was closed once stays closed in its history.
    """
    levels = " AND ".join(
        f"registry.may_see(coalesce({side}->>'secrecy', 'public'))" for side in ("before", "after")
    )
    cases = " ".join(
        f"WHEN '{table}' THEN EXISTS (SELECT FROM registry.\"{table}\" x WHERE x.id = row_id) "
        f"OR NOT EXISTS (SELECT FROM registry.history_ids('{table}', row_id))"
        for table in sorted(policies)
        if "id" in shapes[table].columns
    )
    return f"{levels} AND CASE table_name {cases} ELSE true END"


def _functions(shapes: Mapping[str, TableShape]) -> str:
    kinds = [(kind, table) for kind, table in SUBJECT_TABLES.items() if table in shapes]
    parts = [
        f"SELECT '{kind}:' || id FROM registry.\"{table}\" "
        "WHERE secrecy <> 'public' AND NOT registry.may_see(secrecy)"
        for kind, table in kinds
        if "secrecy" in shapes[table].columns and table not in {"attachment", "document"}
    ]
    for column, parent in (("place_id", "place"), ("cemetery_id", "cemetery")):
        parts += [
            f"SELECT '{kind}:' || c.id FROM registry.\"{table}\" c "
            f"JOIN registry.{parent} p ON p.id = c.{column} "
            "WHERE p.secrecy <> 'public' AND NOT registry.may_see(p.secrecy)"
            for kind, table in kinds
            if (column, parent) in shapes[table].parents
        ]
    names = (
        "SELECT n.full_name FROM registry.place_name n JOIN registry.place p ON p.id = n.place_id "
        "WHERE p.secrecy <> 'public' AND NOT registry.may_see(p.secrecy) UNION ALL "
        "SELECT name FROM registry.cemetery "
        "WHERE secrecy <> 'public' AND NOT registry.may_see(secrecy) UNION ALL "
        # A dossier names its photos by their hash.
        "SELECT f.sha256 FROM registry.raw_file f WHERE f.id = ANY (registry.hidden_files()) "
        "UNION ALL SELECT name FROM registry.zone "
        "WHERE secrecy <> 'public' AND NOT registry.may_see(secrecy)"
    )
    secret = " OR ".join(
        f"EXISTS (SELECT FROM registry.\"{name}\" WHERE secrecy = 'secret')"
        for name, shape in sorted(shapes.items())
        if "secrecy" in shape.columns
    )
    return (
        sql("secrecy_functions")
        .replace("/*subjects*/", "\n    UNION ALL ".join(parts))
        .replace("/*names*/", names)
        .replace("/*secret*/", secret or "false")
        .replace("/*viewer*/", VIEWER)
    )


def _statements(policies: Mapping[str, str]) -> list[str]:
    return [
        statement
        for table, said in policies.items()
        for statement in (
            f'ALTER TABLE registry."{table}" ENABLE ROW LEVEL SECURITY',
            f'DROP POLICY IF EXISTS by_secrecy ON registry."{table}"',
            f'CREATE POLICY by_secrecy ON registry."{table}" FOR SELECT USING ({said})',
        )
    ] + [
        f'CREATE INDEX IF NOT EXISTS "{table}_closed" ON registry."{table}" (secrecy) '
        "WHERE secrecy <> 'public'"
        for table, said in policies.items()
        if "registry.may_see(secrecy)" in said
    ]


def _ensure_role(connection: Connection) -> None:
    """Make the role and its grants; a server that does not allow it is told of when it matters."""
    _run(connection, sql("secrecy_role").replace("/*viewer*/", VIEWER))


def _shapes(connection: Connection) -> dict[str, TableShape]:
    shapes = {}
    for row in connection.execute(query("secrecy_shapes")):
        keys = [tuple(key.split(" ")) for key in sorted(row.parents or ())]
        shapes[row.table_name] = TableShape(
            frozenset(row.columns),
            tuple((column, parent) for column, parent, _ in keys),
            frozenset(column for column, _, needed in keys if needed == "t"),
        )
    return shapes


def _run(connection: Connection, statement: str) -> None:
    # Past SQLAlchemy: function bodies hold colons and percent signs that are no parameters.
    raw = connection.connection.driver_connection
    if raw is None:
        raise RuntimeError("no connection")
    raw.execute(statement)
