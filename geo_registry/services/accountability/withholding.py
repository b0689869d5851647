"""What an act may say of records above the level of the person who acts.

Readers are filtered by the database. Who writes is not: a name is judged by all there is, or two
places would get one name. So the verdict holds, and what it rests on is left out of the words.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING

from geo_registry.domain.errors import NotFound
from geo_registry.domain.identity import CANDIDATE
from geo_registry.store import secrecy

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.finding import Finding
    from geo_registry.services.desk import Desk
    from geo_registry.services.names.checking import NameCheck

WITHHELD = "与登记册中您无权查看的记录有关，具体内容不公开。"
ADVICE = "请由有权查看的同事（审批人员）核对后办理。"


def hidden_from(connection: Connection, desk: Desk) -> frozenset[str]:
    """The subjects that the person at the desk may not see; none for the one at the machine."""
    if desk.actor.local:
        return frozenset()
    return secrecy.hidden_at(connection, desk.reference.clearances.of(desk.actor.role))


def require_seen(connection: Connection, desk: Desk, *subjects: str) -> None:
    """Raise :class:`NotFound` for what the person may not see, as if it were not there."""
    hidden = hidden_from(connection, desk)
    unseen = [s for s in subjects if s in hidden]
    if unseen:
        raise NotFound(f"没有编号为 {unseen[0]} 的记录。")


def worded(finding: Finding, hidden: AbstractSet[str]) -> Finding:
    """A finding without what is hidden: it weighs the same and says nothing of it."""
    if hidden.isdisjoint(finding.subjects):
        return finding
    seen = tuple(s for s in finding.subjects if s not in hidden)
    pairs = tuple(p for p in finding.pairs if hidden.isdisjoint(p))
    return replace(
        finding, message=WITHHELD, facts={}, subjects=seen or (CANDIDATE,), pairs=pairs, where=None
    )


def without(check: NameCheck, hidden: AbstractSet[str]) -> NameCheck:
    """The answer to a proposed name without what is hidden from whoever asks."""
    closed = {f.rule_id for f in check.findings if not hidden.isdisjoint(f.subjects)}
    if not closed:
        return check
    return replace(
        check,
        findings=tuple(worded(f, hidden) for f in check.findings),
        against=tuple(tuple(c for c in a if c.subject not in hidden) for a in check.against),
        rules=tuple(
            replace(
                v,
                note=WITHHELD,
                names=(),
                conflicts=tuple(c for c in v.conflicts if c.subject not in hidden),
            )
            if v.rule_id in closed
            else v
            for v in check.rules
        ),
    )
