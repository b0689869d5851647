"""Answering places without a name: one of five answers, remembered, one at a time or as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Issue, NotFound, RegistryError
from geo_registry.domain.naming_answer import NamingAnswer
from geo_registry.domain.toponym import require_name
from geo_registry.formats.tables import read_table, require_columns
from geo_registry.services.findings.rejudging import rejudge
from geo_registry.services.imports.importing import pick_column, texts
from geo_registry.services.names.deciding_roads import place_number
from geo_registry.store import decisions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Profile, Reference

RULES = ("pn.entity.unnamed", "pn.entity.sign_missing")
MAX_REASON = 500
PLACE_COLUMNS = ("对象", "编号", "place", "subject", "id")
ANSWER_COLUMNS = ("答复", "answer")
SAID_COLUMNS = ("群众称呼", "群众叫法", "said_name")
REASON_COLUMNS = ("理由", "说明", "reason")


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as a person gives it; ``place`` is ``place:12`` or the number alone."""

    place: str
    answer: str
    said_name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a list of answers did: ``stored`` places, or none where a row was bad."""

    rows: int
    stored: tuple[int, ...]
    issues: tuple[Issue, ...]


def answer(
    connection: Connection,
    given: Given,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    person: int,
) -> dict[str, Any]:
    """Record the answer to one place; an earlier one is withdrawn, its findings judged anew.

    Raises :class:`NotFound` for an unknown place and :class:`BadRequest` for an unknown answer, a
    place that has a name (only 有名无牌 fits it), a missing reason or a missing said name.
    """
    checked = _checked(connection, given)
    _store(connection, [checked], person)
    left = rejudge(
        connection,
        [f"place:{checked.place_id}"],
        RULES,
        reference=reference,
        profile=profile,
        on=on,
    )
    return {
        "place": f"place:{checked.place_id}",
        "answer": str(checked.answer),
        "answer_title": checked.answer.word,
        "said_name": checked.said_name,
        "reason": checked.reason,
        "next_step": checked.answer.next_step,
        "findings": left,
    }


def withdraw(
    connection: Connection,
    place: str,
    *,
    reference: Reference,
    profile: Profile,
    on: date,
    person: int,
) -> dict[str, Any]:
    """Take an answer back; the question is open again. :class:`NotFound` where there is none."""
    number = place_number(place)
    if not decisions.withdraw_naming_answer(connection, number, person=person):
        raise NotFound(f"place:{number} 没有有效的答复。")
    left = rejudge(
        connection, [f"place:{number}"], RULES, reference=reference, profile=profile, on=on
    )
    return {"place": f"place:{number}", "findings": left}


def answer_of(connection: Connection, place_id: int) -> dict[str, Any] | None:
    """The answer in force on a place, for people; None where nobody answered."""
    known = decisions.naming_answers(connection, [place_id]).get(place_id)
    if known is None:
        return None
    return {**known.as_facts(), "answer_title": NamingAnswer(known.answer).word}


def answer_table(
    connection: Connection,
    path: Path,
    *,
    admit_good: bool = False,
    reference: Reference,
    profile: Profile,
    on: date,
    person: int,
) -> Answered:
    """Record the answers of a table (对象, 答复, 群众称呼, 理由), or nothing where a row is bad.

    ``admit_good`` stores the good rows beside bad ones. The answer is written as its word or key.
    A place that stands twice in the list is a bad row. Raises :class:`Unreadable` for a file that
    is no table or lacks a column.
    """
    given = _rows(path)
    good: dict[int, _Checked] = {}
    issues: list[Issue] = []
    for row, one in enumerate(given, start=1):
        try:
            checked = _checked(connection, one)
            if checked.place_id in good:
                raise BadRequest(f"place:{checked.place_id} 在表中出现了两次。")
        except RegistryError as error:
            raw = f"{one.place} {one.answer}"[:100]
            message = f"第 {row} 行：{error.message}"
            issues.append(Issue(row, "答复", error.code, raw, message, error.advice))
        else:
            good[checked.place_id] = checked
    if issues and not admit_good:
        return Answered(len(given), (), tuple(issues))
    _store(connection, list(good.values()), person)
    rejudge(
        connection, [f"place:{i}" for i in good], RULES, reference=reference, profile=profile, on=on
    )
    return Answered(len(given), tuple(good), tuple(issues))


@dataclass(frozen=True, slots=True)
class _Checked:
    """An answer that can be stored."""

    place_id: int
    answer: NamingAnswer
    said_name: str
    reason: str


def _checked(connection: Connection, given: Given) -> _Checked:
    number = place_number(given.place)
    chosen = _answer_of(given.answer)
    place = decisions.known_places(connection, [number]).get(number)
    if place is None:
        raise NotFound(f"没有 place:{number} 这个对象。")
    if place.named and chosen is not NamingAnswer.UNSIGNED:
        raise BadRequest(
            f"place:{number} 已经有标准名称，不能答复“{chosen.word}”。",
            advice="已有名称的，只能答复“有名无牌”。",
        )
    said = require_name(given.said_name) if given.said_name.strip() else ""
    if chosen.says_a_name and not said and not place.named:
        raise BadRequest(f"答复“{chosen.word}”要填写群众称呼。", advice="例如：后街。")
    if said and not chosen.says_a_name:
        raise BadRequest(f"答复“{chosen.word}”时不应填写群众称呼“{said}”。")
    reason = " ".join(given.reason.split())
    if chosen in {NamingAnswer.NOT_NEEDED, NamingAnswer.NAMELESS} and not reason:
        raise BadRequest(f"答复“{chosen.word}”要写明理由。", advice="例如：走访村委会核实。")
    if len(reason) > MAX_REASON:
        raise BadRequest(f"理由有 {len(reason)} 个字，请控制在 {MAX_REASON} 字以内。")
    return _Checked(number, chosen, said, reason)


def _answer_of(text: str) -> NamingAnswer:
    for each in NamingAnswer:
        if text.strip() in {each.value, each.word}:
            return each
    known = "、".join(f"{each.value}（{each.word}）" for each in NamingAnswer)
    raise BadRequest(f"没有“{text.strip()[:20]}”这个答复。", advice=f"可用：{known}。")


def _store(connection: Connection, checked: Sequence[_Checked], person: int) -> None:
    for each in checked:
        decisions.insert_naming_answer(
            connection,
            each.place_id,
            answer=str(each.answer),
            said_name=each.said_name,
            reason=each.reason,
            person=person,
        )


def _rows(path: Path) -> list[Given]:
    frame = read_table(path)
    place = pick_column(frame.columns, None, PLACE_COLUMNS)
    chosen = pick_column(frame.columns, None, ANSWER_COLUMNS)
    require_columns(frame.columns, [place or "对象", chosen or "答复"], path.name)
    said = pick_column(frame.columns, None, SAID_COLUMNS)
    reason = pick_column(frame.columns, None, REASON_COLUMNS)
    cells = zip(*(texts(frame, c) for c in (place, chosen, said, reason)), strict=True)
    return [Given(*(cell or "" for cell in row)) for row in cells]
