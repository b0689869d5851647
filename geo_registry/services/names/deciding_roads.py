"""Deciding whether groups of segments of one name are one road or two; once, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, NotFound
from geo_registry.domain.finding import FindingState
from geo_registry.domain.identity import Pair, SubjectId, ordered_pair
from geo_registry.services.findings.rejudging import rejudge
from geo_registry.services.findings.scanning import waived_until
from geo_registry.store import decisions, findings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

RULE = "pn.road.interrupted"
ANSWERS: Mapping[str, str] = {"one": "一条路", "two": "不同的路"}
MAX_REASON = 500


def decide(
    connection: Connection,
    a: SubjectId,
    b: SubjectId,
    *,
    answer: str,
    reason: str,
    reference: Reference,
    profile: Profile,
    on: date,
    person: int,
) -> dict[str, Any]:
    """Record that two registered roads are ``one`` road or ``two``; ``a`` twice: its own parts.

    The decision holds for every later scan; an earlier one on the pair is withdrawn. Findings that
    rest on nothing but decided pairs are gone at once; duplicates are counted anew by the next
    scan. Raises :class:`NotFound` and :class:`BadRequest` (no roads, no reason, no such answer).
    """
    if answer not in ANSWERS:
        raise BadRequest(
            f"没有“{answer[:20]}”这个答复。", advice="可用：one（一条路）、two（不同的路）。"
        )
    reason = _reason(reason)
    pair = _roads(connection, a, b)
    number = decisions.insert_road_decision(connection, pair, answer, reason, person=person)
    changed = refresh(connection, pair, reference=reference, profile=profile, on=on)
    return {
        "id": number,
        "pair": list(pair),
        "answer": answer,
        "answer_title": ANSWERS[answer],
        "reason": reason,
        "findings": changed,
    }


def withdraw(
    connection: Connection,
    decision_id: int,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    person: int,
) -> dict[str, Any]:
    """Take a decision back: the question is open again. :class:`NotFound` where none is there."""
    pair = decisions.withdraw_road_decision(connection, decision_id, person=person)
    if pair is None:
        raise NotFound(f"没有编号为 {decision_id} 的有效认定。")
    changed = refresh(connection, pair, reference=reference, profile=profile, on=on)
    return {"id": decision_id, "pair": list(pair), "findings": changed}


def decision_on(connection: Connection, a: SubjectId, b: SubjectId) -> decisions.RoadDecision:
    """The decision in force on two roads; :class:`NotFound` where there is none."""
    found = decisions.known_decision(connection, ordered_pair(a, b))
    if found is None:
        raise NotFound(f"{a} 与 {b} 之间没有有效的认定。")
    return found


def listed(connection: Connection) -> list[dict[str, Any]]:
    """The decisions in force, the latest first."""
    return [
        {
            "id": d.id,
            "pair": list(d.pair),
            "answer": d.answer,
            "answer_title": ANSWERS[d.answer],
            "reason": d.reason,
            "by": d.by,
            "at": d.at,
        }
        for d in reversed(decisions.road_decisions(connection))
    ]


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise BadRequest("请写明认定的理由。")
    if len(reason) > MAX_REASON:
        raise BadRequest(f"理由有 {len(reason)} 个字，请控制在 {MAX_REASON} 字以内。")
    return reason


def _roads(connection: Connection, a: SubjectId, b: SubjectId) -> Pair:
    numbers = {subject: place_number(subject) for subject in (a, b)}
    known = decisions.known_places(connection, numbers.values())
    for subject, number in numbers.items():
        place = known.get(number)
        if place is None:
            raise NotFound(f"没有“{subject[:60]}”这条道路。")
        if place.place_class.split(".")[0] != "road":
            raise BadRequest(f"{subject} 不是道路，不能认定是不是一条路。")
    return ordered_pair(f"place:{numbers[a]}", f"place:{numbers[b]}")


def place_number(subject: str) -> int:
    """The id in ``place:12`` (or ``12`` alone); :class:`BadRequest` for anything else."""
    number = subject.strip().removeprefix("place:")
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise BadRequest(f"“{subject[:60]}”不是道路的编号。", advice="写成 place:12 的样子。")
    return int(number)


def refresh(
    connection: Connection, pair: Pair, *, reference: Reference, profile: Profile, on: date
) -> list[int]:
    """Give the findings that rest on the pair the state that the decisions make of them."""
    if pair[0] == pair[1]:
        known = findings.about(connection, [RULE], pair[:1])
        rejudge(
            connection, [f"place:{place_number(pair[0])}"], [RULE],
            reference=reference, profile=profile, on=on,
        )  # fmt: skip
        return [found.id for found in known]
    decided = {d.pair for d in decisions.road_decisions(connection)}
    concerned = findings.stored(connection, rules=[RULE], pair=pair)
    waivers = findings.waivers(connection, rules=[RULE])
    for found in concerned:
        if decided.issuperset(found.pairs):
            findings.mark_gone(connection, [found.id])
        elif found.state is FindingState.GONE:
            state, until = waived_until(RULE, found.pairs, waivers, on)
            findings.set_state(connection, found.id, state, until)
    return [found.id for found in concerned]
