"""Romanisation: Chinese place names in Hanyu Pinyin (地名管理条例 art. 15; spelling rules of 1984).

Source: 中国地名汉语拼音字母拼写规则（汉语地名部分）, 中地字第17号, 1984-12-25. A name is first
divided into words (:func:`divide`), then each word is spelled (:func:`romanise`). Where the rules
are:

1 specific and generic apart, 2 a modifier of one syllable joins what it modifies: ``_tail``;
3 natural villages joined: ``divide``; 4 a generic that became part of the specific: ``_specific``;
5 personal names joined: the specific is one word; 6 numerals in pinyin, 7 ordinals of streets and
codes in digits: ``_ordinal``, ``_typed_digits``; 8 place-name readings: ``domain.reading``;
9 tone marks, 10 capitals: ``romanise``, ``_spell``; 11 apostrophe, 12 儿 as r: ``_pinyin``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from geo_registry.domain.reading import Syllable
from geo_registry.domain.reference import Parts, Reference

if TYPE_CHECKING:
    from geo_registry.domain.toponym import Toponym

_JOINED = ("settlement", "committee_seat")
_UNMODIFIED = ("division", "natural")
"""Families whose names end in no modifier of the generic: 辽东半岛 is 辽东 + 半岛."""

_SIZES = frozenset("大小新老前后横直")
_SIDES = frozenset("东西南北中前后上下")
_ORDINAL = re.compile(r"^(?P<head>.*?)(?P<number>第?[零一二三四五六七八九十]+)(?P<hao>号?)$")
_FIRST_OF_SEVERAL = re.compile(r"^(第[一二三四五六七八九十]+)(.{2,})$")
_GATE = re.compile(r"^(..+?门[内外]?)(.{2,})$")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a spelled name: its characters; the digits it is written with, if any.

    ``r``: the positions of a 儿 that is no syllable of its own (盆儿 Penr).
    """

    text: str
    digits: str = ""
    r: tuple[int, ...] = ()


def divide(
    stem: str,
    typed: Sequence[str],
    generic: str,
    place_class: str,
    reference: Reference,
    decided: Parts | None = None,
) -> tuple[Word, ...]:
    """Divide a name into words; their characters together are ``stem``. Only proposes.

    ``typed`` is what was typed for each character of the stem where digits were typed (else it is
    empty), ``generic`` the generic part, ``decided`` the split where somebody decided it: then the
    generic with its modifier is one word whatever the rules would say. Empty where the
    whole name is one word (rule 3) and nothing in it needs a note.
    """
    if place_class.startswith(_JOINED):
        return (Word(stem, r=_r(stem, reference)),) if "儿" in stem else ()
    family = place_class.split(".")[0]
    found = reference.spelling.names.get(stem)
    words: Iterable[Word]
    if decided:
        words = _words(decided[0], decided[1] + decided[2], family, reference)
    elif found:
        words = map(Word, found)
    else:
        words = _words(*_tail(stem, generic, family, reference), family, reference)
    if typed:
        words = _typed_digits(words, typed)
    return tuple(
        Word(w.text, w.digits, _r(w.text, reference)) if "儿" in w.text else w for w in words
    )


def romanise(toponym: Toponym, *, marks: bool = True) -> str:
    """The spelling of a name, with tone marks or plain: 文化西路 → Wénhuà Xīlù / Wenhua Xilu."""
    spelled, start = [], 0
    for word in toponym.words or _undivided(toponym):
        syllables = toponym.syllables[start : start + len(word.text)]
        start += len(word.text)
        if syllables:
            spelled.append(_spell(word, syllables, marks=marks))
    return " ".join(spelled)


def _undivided(toponym: Toponym) -> tuple[Word, ...]:
    """Of a stored name or of one word: the parts as they are."""
    if toponym.place_class.startswith(_JOINED):
        return (Word("".join(s.character for s in toponym.syllables)),)
    parts = (toponym.specific, toponym.modifier + toponym.generic)
    return tuple(Word(part) for part in parts if part)


def _words(rest: str, tail: str, family: str, reference: Reference) -> Iterator[Word]:
    """The words of what stands before the generic, and the generic with the modifiers it joins."""
    ordinal = _ordinal(rest, tail, reference) if family == "road" else None
    if ordinal:
        yield from (Word(w) for w in _specific(ordinal[0].text, family, reference))
        yield from ordinal[1:]
    else:
        yield from (Word(w) for w in _specific(rest, family, reference))
    if tail:
        yield Word(tail)


def _tail(stem: str, generic: str, family: str, reference: Reference) -> tuple[str, str]:
    """Rules 1 and 2: what stands before, and the generic with the modifiers that join it."""
    for longer in reference.spelling.generics.get(family, ()):
        if stem.endswith(longer) and len(stem) > len(longer) > len(generic):
            generic = longer
    if not generic:
        return stem, ""
    rest, tail = stem[: len(stem) - len(generic)], generic
    if family in _UNMODIFIED:
        return rest, tail
    if len(rest) == 2 and (rest[0] in _SIZES) != (rest[1] in _SIZES):
        # 南小街 is 南 + 小街, 小南街 is 小 + 南街; but 中山路 and 东西路 are not divided so.
        if rest[0] in _SIZES | _SIDES and rest[1] in _SIZES | _SIDES:
            return rest[0], rest[1] + tail
        return rest, tail
    while len(rest) > 2 and rest[-1] in reference.spelling.modifiers:
        rest, tail = rest[:-1], rest[-1] + tail
    return rest, tail


def _specific(rest: str, family: str, reference: Reference) -> list[str]:
    """The words of a specific part; rule 4 where it holds a generic of its own."""
    several = _FIRST_OF_SEVERAL.match(rest)
    if several:  # 第二松花江
        return [several[1], several[2]]
    if family != "road" or len(rest) < 4:
        return [rest] if rest else []
    gate = _GATE.match(rest)
    # 广安门 + 北滨河, 广安门内 + 登莱
    if gate and (gate[1][-1] in "内外" or (gate[2][0] in _SIDES and len(gate[2]) > 2)):
        return [gate[1], gate[2]]
    for generic in reference.generics.get(family, ()):
        if rest.endswith(generic):
            before, part = _tail(rest, generic, family, reference)
            # 解放路 (in 解放路南小街) is joined; 胡同 and 西里 have two syllables and stand apart.
            if len(part) > 1 and len(before) > 1:
                return [*_specific(before, family, reference), part]
            break
    return [rest]


def _ordinal(rest: str, tail: str, reference: Reference) -> list[Word] | None:
    """Rule 7: the head and the ordinal of a street, 经五路 → 经 + 5; None where there is none."""
    match = _ORDINAL.match(rest)
    if not match or not tail:
        return None
    head, number, hao = match["head"], match["number"], match["hao"]
    for start in reference.spelling.starts:
        if rest.startswith(start) and _ORDINAL.fullmatch(rest[len(start) :]):
            head, number = start, rest[len(start) :].removesuffix("号")
    words = reference.spelling.numerals
    if number in words or head[-1:] + number in words or (tail == "里" and not head):
        return None
    value = _value(number.removeprefix("第"))
    if not value:
        return None
    found = [Word(head), Word(number, digits=value)]
    return [*found, Word(hao)] if hao else found


def _value(numeral: str) -> str:
    """The digits of a numeral, or nothing where it is no plain number (三八, 四五).

    >>> _value("十二"), _value("四十"), _value("二零一"), _value("三八")
    ('12', '40', '201', '')
    """
    if "十" in numeral:
        tens, _, ones = numeral.partition("十")
        if len(tens) > 1 or len(ones) > 1 or "十" in ones:
            return ""
        return str(10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0))
    if len(numeral) == 2 and "零" not in numeral:
        return ""
    return "".join(str(_DIGITS[c]) for c in numeral)


def _typed_digits(words: Iterable[Word], typed: Sequence[str]) -> Iterator[Word]:
    """Codes that are written in digits keep them: 1203高地 → 1203 Gaodi."""
    start = 0
    for word in words:
        written = typed[start : start + len(word.text)]
        start += len(word.text)
        if word.digits:
            yield word
            continue
        # Of 21 as 二十一 the 十 was not typed; it belongs to the digits around it.
        for is_code, run in groupby(zip(word.text, written, strict=True), key=_is_typed_digit):
            characters, pieces = zip(*run, strict=True)
            yield Word("".join(characters), digits="".join(pieces) if is_code else "")


def _is_typed_digit(written: tuple[str, str]) -> bool:
    return not written[1] or "0" <= written[1][0] <= "9"


def _r(text: str, reference: Reference) -> tuple[int, ...]:
    """Rule 12: where 儿 only colours the syllable before it."""
    return tuple(
        i
        for i, character in enumerate(text)
        if character == "儿" and i and text[i - 1 : i + 1] not in reference.spelling.er
    )


def _spell(word: Word, syllables: tuple[Syllable, ...], *, marks: bool) -> str:
    if word.digits:
        prefix = _pinyin(word, syllables[:1], marks=marks) + "-" if word.text[0] == "第" else ""
        return prefix[:1].upper() + prefix[1:] + word.digits
    text = _pinyin(word, syllables, marks=marks)
    return text[:1].upper() + text[1:]


def _pinyin(word: Word, syllables: tuple[Syllable, ...], *, marks: bool) -> str:
    text = ""
    for i, syllable in enumerate(syllables):
        if i in word.r:
            text += "r"
            continue
        # Rule 11: a syllable that begins with a, o or e is set apart inside a word.
        if text and syllable.provenance != "none" and syllable.toneless[:1] in ("a", "o", "e"):
            text += "'"
        text += syllable.marked if marks else syllable.toneless
    return text
