"""What a dismissed case does to its finding: it rests, through the waiver that every finding knows.

A strip of land rests on the pair of the site and the case (``domain.suppression``), so that other
strips of the site are heard; any other finding rests as a whole.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from geo_registry.domain.finding import Waiver
from geo_registry.domain.identity import Pair, Scope, ordered_pair
from geo_registry.services.findings import scanning, waiving
from geo_registry.store import case_sources, findings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk
    from geo_registry.store.cases import StoredCase

STRIP_RULE = "cm.bound.exceeds_approved"
"""The rule whose findings are strips of land that can be measured and measured again."""


def suppress(
    connection: Connection, desk: Desk, done: StoredCase, reason: str, until: date
) -> None:
    """Waive what a dismissed case was about until a day; the finding is judged anew at once."""
    why = f"案件 {done.number} 认定不属实：{reason.strip()}"[: waiving.MAX_REASON]
    pair = _strip(done)
    if pair is not None:
        findings.insert_waiver(connection, Waiver(STRIP_RULE, pair, why, until), person=desk.person)
        _judge_again(connection, desk, done)
        return
    known = case_sources.finding_id(connection, done.row.finding_key)
    if known is not None:
        waiving.waive(
            connection, known, reason=why, expires_on=until, on=desk.on, person=desk.person
        )


def release(connection: Connection, desk: Desk, reopened: StoredCase) -> None:
    """A dismissal was taken back: its waiver ends, and the finding is open again."""
    pair = _strip(reopened)
    if pair is None:
        known = case_sources.finding_id(connection, reopened.row.finding_key)
        own = [] if known is None else findings.stored(connection, ids=[known])[0].pairs
        pairs, rule = list(own), reopened.row.rule_id
    else:
        pairs, rule = [pair], STRIP_RULE
    for each in pairs:
        waiver = findings.waiver_on(connection, rule, each)
        if waiver is not None:
            waiving.withdraw(connection, waiver, on=desk.on, person=desk.person)
    if pair is not None:
        _judge_again(connection, desk, reopened)


def _strip(case: StoredCase) -> Pair | None:
    """The site and the case, where it was about a strip that is drawn."""
    drawn = case.row.cemetery_id is not None and case.row.claim is not None
    if not drawn or case.row.rule_id not in {"", STRIP_RULE}:
        return None
    return ordered_pair(f"cemetery:{case.row.cemetery_id}", case.subject)


def _judge_again(connection: Connection, desk: Desk, case: StoredCase) -> None:
    if findings.last_run(connection) is None:
        return
    scanning.scan(
        connection,
        scopes=[Scope("cemetery", str(case.row.cemetery_id))],
        rules=[STRIP_RULE],
        reference=desk.reference,
        profile=desk.profile,
        on=desk.on,
        person=desk.person,
    )
