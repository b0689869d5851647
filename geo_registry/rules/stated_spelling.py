"""Spellings as a source states them (a sign, a list), taken apart so that they can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geo_registry.domain.gazetteer import NamedPlace
from geo_registry.domain.romanisation import romanise

_TONES = {"\u0304", "\u0301", "\u030c", "\u0300"}
_BREVES = str.maketrans({"ă": "ǎ", "ĕ": "ě", "ĭ": "ǐ", "ŏ": "ǒ", "ŭ": "ǔ"})
"""Old lists write the third tone with a breve."""
_WORD = re.compile(r"[^\s,，、/()（）]+")
_APOSTROPHES = re.compile(r"['’‘`´ʼ＇]")
_NOT_LETTERS = re.compile(r"[^a-zü0-9]")


def toneless(text: str) -> str:
    """Without tone marks; the two dots of ü stay, and ``v`` or ``u:`` stand for ü.

    >>> toneless("Lǚshùn Lù")
    'Lüshun Lu'
    """
    parts = unicodedata.normalize("NFD", text.translate(_BREVES))
    plain = unicodedata.normalize("NFC", "".join(c for c in parts if c not in _TONES))
    return plain.replace("u:", "ü").replace("v", "ü").replace("V", "Ü")


def has_tones(text: str) -> bool:
    """Whether a spelling has tone marks at all."""
    return not _TONES.isdisjoint(unicodedata.normalize("NFD", text.translate(_BREVES)))


def letters(text: str) -> str:
    """The letters and digits alone, small, without tones: what two readings differ in.

    >>> letters("Xī'ān Lù")
    'xianlu'
    """
    return _NOT_LETTERS.sub("", toneless(text).casefold())


def words(text: str) -> list[str]:
    """The words, each as its letters; empty ones left out."""
    return [w for w in map(letters, _WORD.findall(text)) if w]


def apostrophes(text: str) -> list[int]:
    """After how many letters of the name each apostrophe stands."""
    pieces = _APOSTROPHES.split(text)
    found, seen = [], 0
    for piece in pieces[:-1]:
        seen += len(letters(piece))
        found.append(seen)
    return found


def english_words(named: NamedPlace, english: Iterable[str]) -> list[str]:
    """English words for kinds of places in the stated spelling, as they are written there.

    A word that the spelling rules would write themselves (Lake for 拉克) is none.
    """
    stated = named.name.stated_romanized
    if not stated:
        return []
    known = frozenset(english)
    pinyin = set(words(romanise(named.name.toponym, marks=False)))
    found = [w.strip(".．。;；:：-–—") for w in _WORD.findall(stated)]
    return [w for w in found if w.casefold() in known and letters(w) not in pinyin]
