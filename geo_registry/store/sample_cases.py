"""Cases of the sample district: which of them may go with it, and how they go."""

# ruff: noqa: S608 (the conditions put into statements are literals of this file)

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

_REAL = (
    "({person} = 2 OR EXISTS "
    "(SELECT FROM registry.account a WHERE a.person_id = {person} AND NOT a.sample))"
)
_BY_REAL_PEOPLE = "SELECT FROM registry.{step} s WHERE s.{link} = {owner}.id AND " + _REAL


def attached(subject: str) -> str:
    """The condition that a real person has attached a file to ``subject``, an expression of SQL."""
    real = _REAL.format(person="t.person_id")
    return (
        f"EXISTS (SELECT FROM registry.attachment t WHERE t.subject = {subject} "
        f"AND t.withdrawn_at IS NULL AND {real})"
    )


_OWN_CASES = (
    "SELECT c.id FROM registry.case_file c WHERE c.sample AND NOT EXISTS ("
    + _BY_REAL_PEOPLE.format(step="case_step", link="case_id", owner="c", person="s.person_id")
    + ") AND NOT "
    + attached("'case:' || c.id")
)
_OWN_ROUNDS = (
    "SELECT r.id FROM registry.inspection_round r WHERE r.sample AND NOT EXISTS ("
    + _BY_REAL_PEOPLE.format(
        step="inspection_stop", link="round_id", owner="r", person="s.recorded_by"
    )
    + ")"
)
"""Cases and rounds of the sample on which nobody but its own accounts has worked."""


def remove_cases(connection: Connection) -> list[int]:
    """Take the sample's cases and rounds out; the cemeteries that remaining ones are about."""
    rounds = _ids(connection, _OWN_ROUNDS)
    cases = _ids(connection, _OWN_CASES)
    _run(connection, "DELETE FROM registry.inspection_stop WHERE round_id = ANY (:ids)", rounds)
    _run(connection, "DELETE FROM registry.inspection_round WHERE id = ANY (:ids)", rounds)
    linked = _ids(
        connection,
        "SELECT previous_id FROM registry.case_file WHERE previous_id IS NOT NULL AND NOT sample "
        "UNION SELECT merged_into FROM registry.case_file WHERE merged_into IS NOT NULL "
        " AND NOT sample "
        "UNION SELECT case_id FROM registry.inspection_stop WHERE case_id IS NOT NULL",
    )
    going = sorted(set(cases) - set(linked))
    for table in ("case_task", "case_party", "case_notice", "case_step"):
        _run(connection, f"DELETE FROM registry.{table} WHERE case_id = ANY (:ids)", going)
    _run(connection, "DELETE FROM registry.case_file WHERE id = ANY (:ids)", going)
    return _ids(
        connection,
        "SELECT cemetery_id FROM registry.case_file WHERE cemetery_id IS NOT NULL "
        "UNION SELECT cemetery_id FROM registry.inspection_stop",
    )


def _ids(connection: Connection, statement: str) -> list[int]:
    return [int(i) for i in connection.scalars(text(statement))]


def _run(connection: Connection, statement: str, ids: Sequence[int]) -> None:
    connection.execute(text(statement), {"ids": list(ids)})
