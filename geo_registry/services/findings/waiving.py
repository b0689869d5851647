"""Waiving: a person decides that a pair is no fault under one rule, with a reason and an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.finding import FindingState, Waiver
from geo_registry.domain.identity import Pair, ordered_pair
from geo_registry.services.findings.scanning import waived_until
from geo_registry.store import findings

if TYPE_CHECKING:
    from sqlalchemy import Connection

MAX_REASON = 500


def waive(
    connection: Connection,
    finding_id: int,
    *,
    pairs: Sequence[Pair] | None = None,
    reason: str,
    expires_on: date | None,
    on: date,
    person: int,
) -> list[int]:
    """Waive pairs of a finding (all of them where none is named); return the waivers' ids.

    The same pair is silenced in every finding of the rule; the finding is ``waived`` only while
    each of its pairs is. Raises :class:`NotFound` and :class:`BadRequest` (no reason, an end in
    the past, a pair that the finding does not rest on).
    """
    reason = _checked(reason, expires_on, on)
    found = _finding(connection, finding_id)
    wanted = [ordered_pair(a, b) for a, b in pairs] if pairs else list(found.pairs)
    for pair in wanted:
        if pair not in found.pairs:
            raise BadRequest(
                f"问题 {finding_id} 不涉及 {pair[0]} 与 {pair[1]} 这一对。",
                advice="可豁免的对：" + "；".join(f"{a} 与 {b}" for a, b in found.pairs[:5]),
            )
    made = [
        findings.insert_waiver(
            connection, Waiver(found.rule_id, pair, reason, expires_on), person=person
        )
        for pair in wanted
    ]
    for pair in wanted:
        refresh(connection, found.rule_id, pair, on)
    return made


def withdraw(connection: Connection, waiver_id: int, *, on: date, person: int) -> list[int]:
    """End a waiver before its time; return the ids of the findings that rest on its pair."""
    ended = findings.withdraw_waiver(connection, waiver_id, person=person)
    if ended is None:
        raise NotFound(f"没有编号为 {waiver_id} 的有效豁免。")
    return refresh(connection, ended.rule_id, ended.pair, on)


def finding_id_of(connection: Connection, named: str) -> int:
    """The id of a finding given by id or by (the beginning of) its fingerprint."""
    found = findings.ids_named(connection, named)
    if not found:
        raise NotFound(f"没有编号或指纹为“{named[:40]}”的问题。")
    if len(found) > 1:
        raise BadRequest(f"有 {len(found)} 个问题的指纹以“{named[:40]}”开头，请多写几位。")
    return found[0]


def _checked(reason: str, expires_on: date | None, on: date) -> str:
    reason = reason.strip()
    if not reason:
        raise BadRequest("请写明豁免的理由。")
    if len(reason) > MAX_REASON:
        raise BadRequest(f"理由有 {len(reason)} 个字，请控制在 {MAX_REASON} 字以内。")
    if expires_on is not None and expires_on < on:
        raise BadRequest(f"豁免的截止日期 {expires_on} 已经过去。")
    return reason


def _finding(connection: Connection, finding_id: int) -> findings.Stored:
    for found in findings.stored(connection, ids=[finding_id]):
        if found.state is FindingState.GONE:
            raise BadRequest(f"问题 {finding_id} 已经消失，不需要豁免。")
        return found
    raise NotFound(f"没有编号为 {finding_id} 的问题。")


def refresh(connection: Connection, rule_id: str, pair: Pair, on: date) -> list[int]:
    """Give every finding of the rule that rests on the pair the state the waivers make of it."""
    waivers = findings.waivers(connection, rules=[rule_id])
    concerned = findings.stored(connection, rules=[rule_id], pair=pair)
    for found in concerned:
        if found.state is not FindingState.GONE:
            state, until = waived_until(rule_id, found.pairs, waivers, on)
            findings.set_state(connection, found.id, state, until)
    return [found.id for found in concerned]


def expire(connection: Connection, on: date) -> list[int]:
    """Reopen the findings whose waivers have run out before ``on``; returns their ids.

    Lists already show them as open on the day; this writes it down, and history with it.
    """
    rules: dict[str, list[Waiver]] = {}
    ended = findings.waived_before(connection, on)
    for found in ended:
        if found.rule_id not in rules:
            rules[found.rule_id] = findings.waivers(connection, rules=[found.rule_id])
        state, until = waived_until(found.rule_id, found.pairs, rules[found.rule_id], on)
        findings.set_state(connection, found.id, state, until)
    return [found.id for found in ended]
