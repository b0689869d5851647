"""What a person knows better than the tables: how a name is split, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geo_registry.domain.errors import BadRequest, Conflict, NotFound
from geo_registry.domain.reading import Syllable, mark_tone, strip_tone, toned_of
from geo_registry.domain.romanisation import romanise
from geo_registry.domain.toponym import Toponym, normalise, parse_confirmed
from geo_registry.services.names import places
from geo_registry.store import keys

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.domain.reference import Reference

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_DIVISION = re.compile(r"division:(mca|nbs):([0-9]+)")
_MAX_SYLLABLES = 200


def name_of(connection: Connection, subject: str, name: str | None = None) -> keys.StoredName:
    """The name of a subject (``place:12``, ``division:nbs:…``), its row locked for a change.

    ``name`` says which one where there are several. Raises :class:`NotFound` for a subject or a
    name that is not there, :class:`BadRequest` where there are several to choose from.
    """
    division = _DIVISION.fullmatch(subject.strip())
    if division:
        found = keys.held_of_division(connection, division[1], division[2])
    else:
        found = keys.held_of_place(connection, places.find(connection, subject).asked_id)
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


def name_by_id(connection: Connection, name_id: int, subject: str | None = None) -> keys.StoredName:
    """The row of a name, locked; with ``subject`` it must be one of that place's names."""
    found = keys.held_name(connection, name_id)
    if found is not None and subject is not None:
        own = keys.held_of_place(connection, places.find(connection, subject).asked_id)
        if found.in_force and found.id not in {n.id for n in own}:
            found = None
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
    reference: Reference,
    replace: bool = False,
) -> dict[str, Any]:
    """Record how a person splits a name: 专名, modifier, 通名; keys and spelling follow.

    A confirmed reading stays. Raises :class:`BadRequest` for parts that do not make up the name
    and for divisions (their splits stand in ``splits_local.tsv``), :class:`Conflict` where
    somebody decided otherwise before, unless ``replace`` says that this is known.
    """
    reason = _said(reason)
    if stored.table != "place_name":
        raise BadRequest(
            f"“{stored.full}”是区划名录中的名称，拆分不在这里改。",
            advice="请写进 splits_local.tsv，再执行 geo-registry db rekey。",
        )
    specific, modifier, generic = (*parts, "", "", "")[:3]
    confirmed = stored.reading if stored.reading_confirmed else ()
    toponym = parse_confirmed(
        stored.full, stored.place_class, reference, confirmed, (specific, modifier, generic)
    )
    now = (toponym.specific, toponym.modifier, toponym.generic)
    if stored.split_confirmed and stored.parts != now and not replace:
        raise Conflict(
            f"“{stored.full}”的拆分已经有人确认为“{'｜'.join(p for p in stored.parts if p)}”。",
            advice="确需改动，请注明替换已确认的结果（--replace）。",
        )
    keys.give_reason(connection, reason)
    keys.write(connection, stored, toponym, "split_confirmed")
    return _described(stored, toponym, split=True, reading=stored.reading_confirmed)


def confirm_reading(
    connection: Connection,
    stored: keys.StoredName,
    syllables: Sequence[str] | str,
    *,
    reason: str,
    reference: Reference,
    replace: bool = False,
) -> dict[str, Any]:
    """Record how a person reads a name, one syllable a character; keys and spelling follow.

    Syllables carry a tone mark or digit (``pō``, ``po1``; 5 is the neutral tone); characters that
    are no Chinese characters may be left out. Raises :class:`BadRequest` for a wrong number or
    for what is no syllable of Mandarin, :class:`Conflict` as :func:`correct_split`.
    """
    reason = _said(reason)
    parts = stored.parts if stored.split_confirmed else None
    plain = parse_confirmed(stored.full, stored.place_class, reference, (), parts)
    given = syllables.split() if isinstance(syllables, str) else list(syllables)
    reading = _fitted(plain.syllables, given, reference)
    if stored.reading_confirmed and stored.reading != reading and not replace:
        raise Conflict(
            f"“{stored.full}”的读音已经有人确认为“{' '.join(map(mark_tone, stored.reading))}”。",
            advice="确需改动，请注明替换已确认的结果（--replace）。",
        )
    toponym = parse_confirmed(stored.full, stored.place_class, reference, reading, parts)
    keys.give_reason(connection, reason)
    keys.write(connection, stored, toponym, "reading_confirmed")
    return _described(stored, toponym, split=stored.split_confirmed, reading=True)


def _fitted(
    proposed: Sequence[Syllable], given: Sequence[str], reference: Reference
) -> tuple[str, ...]:
    """One toned syllable for each character; other signs stand for themselves."""
    if len(given) > _MAX_SYLLABLES:
        raise BadRequest(f"读音有 {len(given)} 个音节，太长了。", advice="每个字写一个音节。")
    read = [s for s in proposed if _HAN.fullmatch(s.character)]
    text = "".join(s.character for s in proposed)
    if len(given) == len(proposed) and len(read) < len(proposed):
        pairs = zip(proposed, given, strict=True)
        given = [g for s, g in pairs if _HAN.fullmatch(s.character)]
    if len(given) != len(read) or not read:
        raise BadRequest(
            f"要确认读音的是“{text}”，有 {len(read)} 个汉字，给出的读音有 {len(given)} 个音节。",
            advice="每个字写一个音节，用空格隔开，例如 pō gāo 或 po1 gao1。",
        )
    said = iter([_toned(g, reference) for g in given])
    return tuple(next(said) if _HAN.fullmatch(s.character) else s.character for s in proposed)


def _toned(syllable: str, reference: Reference) -> str:
    toned = toned_of(syllable)
    if not toned or strip_tone(toned) not in _syllables(reference):
        raise BadRequest(
            f"“{syllable[:20]}”不是普通话音节。",
            advice="写成带调号的 pō 或带数字的 po1，轻声写 5，ü 也可写 v。",
        )
    return toned


@lru_cache(maxsize=4)
def _syllables(reference: Reference) -> frozenset[str]:
    """Every toneless syllable that the dictionary of the standard table knows."""
    readings = reference.character_readings.values()
    return frozenset(strip_tone(toned_of(said)) for choices in readings for said in choices)


def _said(reason: str) -> str:
    if not reason.strip():
        raise BadRequest("请写明依据，例如 地名办 2026-01-05 实地询问。")
    return reason.strip()[:500]


def _described(
    stored: keys.StoredName, toponym: Toponym, *, split: bool, reading: bool
) -> dict[str, Any]:
    return {
        "name_id": stored.id if stored.table == "place_name" else None,
        "name": toponym.full,
        "place_class": toponym.place_class,
        "specific": toponym.specific,
        "modifier": toponym.modifier,
        "generic": toponym.generic,
        "reading": [s.toned for s in toponym.syllables],
        "romanized": romanise(toponym),
        "romanized_plain": romanise(toponym, marks=False),
        "split_confirmed": split,
        "reading_confirmed": reading,
    }
