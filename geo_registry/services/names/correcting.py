"""What a person knows better than the tables: how a name is split, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace as changed
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.reading import Syllable, is_han, mark_tone, strip_tone, toned_of
from geo_registry.domain.toponym import normalise, parse_confirmed
from geo_registry.services.findings.rejudging import rejudge
from geo_registry.services.names import places
from geo_registry.services.names.spelling import Decided, decided, described, shown, spelled
from geo_registry.store import keys

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Parts, Reference
    from geo_registry.services.desk import Desk

RULES = ("pn.roman.reading_unconfirmed", "pn.roman.rule_mismatch")
"""Rules that judge a name by itself and by its reading: looked at anew after a correction."""

_DIVISION = re.compile(r"division:(mca|nbs):([0-9]+)")
_MAX_SYLLABLES = 200


def name_of(
    connection: Connection, subject: str, name: str | None = None, *, hold: bool = True
) -> keys.StoredName:
    """The name of a subject (``place:12``, ``division:nbs:…``), its row locked for a change.

    ``name`` says which one where there are several; ``hold`` is off for readers. Raises
    :class:`NotFound` for a subject or a name that is not there, :class:`BadRequest` where there
    are several to choose from.
    """
    division = _DIVISION.fullmatch(subject.strip())
    if division:
        found = keys.of_division(connection, division[1], division[2], hold=hold)
    else:
        asked = places.find(connection, subject).asked_id
        found = keys.of_place(connection, asked, hold=hold)
    if name is not None:
        wanted = normalise(name)
        found = [n for n in found if n.full == wanted]
    if not found:
        which = f"没有叫“{name[:60]}”的名称" if name is not None else "没有名称"
        raise NotFound(f"{subject[:60]} {which}。", advice="请核对编号和名称。")
    if len(found) > 1:
        listed = "、".join(f"“{n.full}”（名称编号 {n.id}）" for n in found[:6])
        raise BadRequest(
            f"{subject[:60]} 有 {len(found)} 个名称：{listed}。", advice="请指明是哪一个名称。"
        )
    return found[0]


def name_by_id(
    connection: Connection, name_id: int, subject: str | None = None, *, hold: bool = True
) -> keys.StoredName:
    """The row of a name, locked; with ``subject`` it must be one of that place's names.

    ``hold`` is off for readers.
    """
    found = keys.name(connection, name_id, hold=hold)
    if found is not None and subject is not None:
        place = f"place:{places.find(connection, subject).asked_id}"
        found = found if found.subject == place else None
    if found is None:
        raise NotFound(f"没有编号为 {name_id} 的名称。", advice="请在地方的名称列表中查看编号。")
    if not found.in_force:
        raise Conflict(
            f"“{found.full}”这条记录已被更正取代，不能再改。", advice="请刷新后在现行记录上改。"
        )
    return found


def correct_split(
    connection: Connection,
    stored: keys.StoredName,
    parts: Sequence[str],
    *,
    reason: str,
    desk: Desk,
    replace: bool = False,
) -> dict[str, Any]:
    """Record how a person splits a name: 专名, modifier, 通名; keys and spelling follow.

    A confirmed reading stays. Raises :class:`BadRequest` for parts that do not make up the name
    and for divisions (their splits stand in ``splits_local.tsv``), :class:`Conflict` where
    somebody decided otherwise before, unless ``replace`` says that this is known.
    """
    reason = _said(reason)
    now = _parts(stored, parts, desk.reference)
    if stored.split_confirmed and stored.parts != now and not replace:
        raise Conflict(
            f"“{stored.full}”的拆分已经有人确认为“{'｜'.join(p for p in stored.parts if p)}”。",
            advice="确需改动，请注明替换已确认的结果（--replace）。",
        )
    said = changed(decided(stored), parts=now)
    return _write(connection, stored, said, reason, desk=desk)


def confirm_reading(
    connection: Connection,
    stored: keys.StoredName,
    syllables: Sequence[str] | str,
    *,
    reason: str,
    desk: Desk,
    replace: bool = False,
) -> dict[str, Any]:
    """Record how a person reads a name, one syllable a character; keys and spelling follow.

    Syllables carry a tone mark or digit (``pō``, ``po1``; 5 is the neutral tone); characters that
    are no Chinese characters may be left out. Raises :class:`BadRequest` for a wrong number or
    for what is no syllable of Mandarin, :class:`Conflict` as :func:`correct_split`.
    """
    reason = _said(reason)
    reading = _reading(stored, decided(stored), syllables, desk.reference)
    if stored.reading_confirmed and stored.reading != reading and not replace:
        raise Conflict(
            f"“{stored.full}”的读音已经有人确认为“{' '.join(map(mark_tone, stored.reading))}”。",
            advice="确需改动，请注明替换已确认的结果（--replace）。",
        )
    said = changed(decided(stored), reading=reading)
    return _write(connection, stored, said, reason, desk=desk)


def release_split(
    connection: Connection,
    stored: keys.StoredName,
    *,
    desk: Desk,
) -> dict[str, Any]:
    """Take back what a person said of the split: the tables propose again.

    Raises :class:`Conflict` where nobody has confirmed one.
    """
    if not stored.split_confirmed:
        raise Conflict(f"“{stored.full}”的拆分没有人确认过。")
    said = changed(decided(stored), parts=None)
    why = "撤回人工确认的拆分"
    return _write(connection, stored, said, why, desk=desk)


def release_reading(
    connection: Connection,
    stored: keys.StoredName,
    *,
    desk: Desk,
) -> dict[str, Any]:
    """Take back what a person said of the reading, as :func:`release_split`."""
    if not stored.reading_confirmed:
        raise Conflict(f"“{stored.full}”的读音没有人确认过。")
    said = changed(decided(stored), reading=())
    why = "撤回人工确认的读音"
    return _write(connection, stored, said, why, desk=desk)


def preview(
    stored: keys.StoredName,
    *,
    parts: Sequence[str] = (),
    syllables: str = "",
    reference: Reference,
) -> dict[str, Any]:
    """What a name is, or would be with another split or reading; nothing is written.

    Raises :class:`BadRequest` as :func:`correct_split` and :func:`confirm_reading`.
    """
    if not any(parts) and not syllables:
        return shown(stored, reference)
    said = decided(stored)
    if any(parts):
        said = changed(said, parts=_parts(stored, parts, reference))
    if syllables:
        said = changed(said, reading=_reading(stored, said, syllables, reference))
    return described(stored, spelled(stored, said, reference), said, reference)


def _write(
    connection: Connection,
    stored: keys.StoredName,
    said: Decided,
    reason: str,
    *,
    desk: Desk,
) -> dict[str, Any]:
    toponym = spelled(stored, said, desk.reference)
    keys.give_reason(connection, reason)
    keys.write(
        connection,
        stored,
        toponym,
        split_confirmed=said.parts is not None,
        reading_confirmed=bool(said.reading),
    )
    rejudge(
        connection,
        [stored.subject],
        RULES,
        reference=desk.reference,
        profile=desk.profile,
        on=desk.on,
    )
    return described(stored, toponym, said, desk.reference)


def _parts(stored: keys.StoredName, parts: Sequence[str], reference: Reference) -> Parts:
    """The parts as they are stored."""
    if stored.table != "place_name":
        raise BadRequest(
            f"“{stored.full}”是区划名录中的名称，拆分不在这里改。",
            advice="请写进 splits_local.tsv，再执行 geo-registry db rekey。",
        )
    specific, modifier, generic = (*parts, "", "", "")[:3]
    said = Decided((specific, modifier, generic), decided(stored).reading)
    toponym = spelled(stored, said, reference)
    return (toponym.specific, toponym.modifier, toponym.generic)


def _reading(
    stored: keys.StoredName, said: Decided, syllables: Sequence[str] | str, reference: Reference
) -> tuple[str, ...]:
    """The syllables as they are stored."""
    plain = parse_confirmed(stored.full, stored.place_class, reference, (), said.parts)
    given = syllables.split() if isinstance(syllables, str) else list(syllables)
    return _fitted(plain.syllables, given, reference)


def _fitted(
    proposed: Sequence[Syllable], given: Sequence[str], reference: Reference
) -> tuple[str, ...]:
    """One toned syllable for each character; other signs stand for themselves."""
    if len(given) > _MAX_SYLLABLES:
        raise BadRequest(
            f"读音有 {len(given)} 个音节，太长了。", advice="每个字写一个音节。", field="syllables"
        )
    read = [s for s in proposed if is_han(s.character)]
    text = "".join(s.character for s in proposed)
    if len(given) == len(proposed) and len(read) < len(proposed):
        pairs = zip(proposed, given, strict=True)
        given = [g for s, g in pairs if is_han(s.character)]
    if len(given) != len(read) or not read:
        raise BadRequest(
            f"要确认读音的是“{text}”，有 {len(read)} 个汉字，给出的读音有 {len(given)} 个音节。",
            advice="每个字写一个音节，用空格隔开，例如 pō gāo 或 po1 gao1。",
            field="syllables",
        )
    said = iter([_toned(g, reference) for g in given])
    return tuple(next(said) if is_han(s.character) else s.character for s in proposed)


def _toned(syllable: str, reference: Reference) -> str:
    toned = toned_of(syllable)
    if not toned or strip_tone(toned) not in _syllables(reference):
        raise BadRequest(
            f"“{syllable[:20]}”不是普通话音节。",
            advice="写成带调号的 pō 或带数字的 po1，轻声写 5，ü 也可写 v。",
            field="syllables",
        )
    return toned


@lru_cache(maxsize=4)
def _syllables(reference: Reference) -> frozenset[str]:
    """Every toneless syllable that the dictionary of the standard table knows."""
    readings = reference.character_readings.values()
    return frozenset(strip_tone(toned_of(said)) for choices in readings for said in choices)


def _said(reason: str) -> str:
    if not reason.strip():
        raise BadRequest("请写明依据，例如 地名办 2026-01-05 实地询问。", field="reason")
    return reason.strip()[:500]
