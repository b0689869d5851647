"""Giving a record its level of secrecy (密级), with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_registry.domain.errors import BadRequest, Conflict
from geo_registry.domain.secrecy import TITLES, checked
from geo_registry.store import secrecy
from geo_registry.store.attachments import SUBJECT_TABLES

if TYPE_CHECKING:
    from sqlalchemy import Connection

MAX_REASON = 500


def classify(connection: Connection, subject: str, level: str, *, reason: str) -> str:
    """Give a subject (``place:12``, ``zone:4`` …) a level; returns the one it had.

    The reason is asked for and goes into the history with the reason of the transaction. Raises
    :class:`BadRequest` for a subject without a level of its own (a plot has that of its cemetery),
    :class:`NotFound`, and :class:`Conflict` where it has the level already.
    """
    checked(level)
    words = " ".join(reason.split())
    if not words or len(words) > MAX_REASON:
        raise BadRequest(f"请写明定密或解密的理由和依据，不超过 {MAX_REASON} 字。")
    kind, _, key = subject.partition(":")
    table = SUBJECT_TABLES.get(kind, "")
    if table not in secrecy.classified_tables(connection):
        raise BadRequest(
            f"“{subject[:60]}”没有自己的密级。",
            advice="墓位、安葬、名称随公墓和地名的密级；请在公墓或地名上设定。",
        )
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        raise BadRequest(f"“{subject[:60]}”不是编号，例如 place:12。")
    secrecy.note_reason(connection, f"密级改为{TITLES[level]}：{words}")
    before = secrecy.classify(connection, table, int(key), level)
    if before == level:
        raise Conflict(f"{subject} 的密级已经是“{TITLES[level]}”。")
    return before
