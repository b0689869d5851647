"""What happened, by whom, why; and whether the chain of history holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from geo_registry.api.answering import Answer
from geo_registry.api.answers.common import Keyed


class HistoryEntry(Answer):
    """One row that was changed; ``changed``: column → what it was, what it is.

    ``titles``: column → what it is called. ``words``: the same two values in words, null where one
    speaks for itself. ``called``: the name of the row, or of what it belongs to.
    """

    position: int
    revision: int
    at: datetime
    by: str
    reason: str
    table: str
    table_title: str
    row: int
    called: str
    op: Literal["insert", "update", "delete"]
    op_title: str
    titles: dict[str, str]
    changed: dict[str, tuple[Any, Any]]
    words: dict[str, tuple[str | None, str | None]]


class HistoryPage(Answer):
    """A page of history, newest first; ``next`` is the ``below`` of the following one."""

    items: list[HistoryEntry]
    next: int | None


class SubjectHistory(HistoryPage):
    """What happened to a subject."""

    subject: str


class HistoryTables(Answer):
    """The tables that keep their history."""

    items: list[Keyed]


class ChainHead(Answer):
    """The last transaction and its link."""

    anchor: str
    revision: int


class ChainFault(Answer):
    """One place where history is not what it was."""

    code: str
    what: str
    message: str
    revision: int | None


class ChainVerified(Answer):
    """What was checked, and what was wrong."""

    holds: bool
    anchor: str
    revision: int
    since: int
    transactions: int
    anchors: int
    tables: int
    faults: list[ChainFault]
