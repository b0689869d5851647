"""Readings: how a Chinese name is said, syllable by syllable, and where that is uncertain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, pinyin

from geo_registry.domain.reference import Reference

_TONE_MARKS = {
    "a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù", "ü": "ǖǘǚǜ",
}  # fmt: skip
_SYLLABLE = re.compile(r"^[a-zü]+[1-5]$")
_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One character and how it is said: ``chang2``; with the choices where there are several.

    ``provenance``: ``override`` (place-name table), ``dictionary``, or ``none`` for a character
    that has no reading (Latin letters, symbols), whose ``toned`` is the character itself.
    """

    character: str
    toned: str
    provenance: str
    choices: tuple[str, ...] = ()

    @property
    def toneless(self) -> str:
        """Without the tone digit."""
        return self.toned.rstrip("12345") if _SYLLABLE.match(self.toned) else self.toned

    @property
    def marked(self) -> str:
        """With the tone as a mark: ``cháng``."""
        return mark_tone(self.toned)

    @property
    def uncertain(self) -> bool:
        """More than one reading is possible and no table decides it."""
        return self.provenance == "dictionary" and len(self.choices) > 1


@lru_cache(maxsize=500_000)
def read(text: str, reference: Reference) -> tuple[Syllable, ...]:
    """Read a name: the longest phrase of the override table first, else the dictionary.

    Digits are read as Chinese numerals, so that 1号路 and 一号路 sound the same. Only proposes: a
    person confirms a reading, and a confirmed one is stored with the name.
    """
    text = text.translate(_NUMERALS)
    syllables: list[Syllable] = []
    pending = ""
    position = 0
    while position < len(text):
        phrase = _longest_override(text, position, reference)
        if phrase:
            syllables += _from_dictionary(pending, reference)
            pending = ""
            syllables += [
                Syllable(character, toned, "override")
                for character, toned in zip(phrase, reference.readings[phrase], strict=True)
            ]
            position += len(phrase)
        else:
            pending += text[position]
            position += 1
    return tuple(syllables + _from_dictionary(pending, reference))


def mark_tone(toned: str) -> str:
    """``chang2`` → ``cháng``; a syllable of the neutral tone loses its digit.

    >>> mark_tone("lü4"), mark_tone("xiu1"), mark_tone("zi5")
    ('lǜ', 'xiū', 'zi')
    """
    if not _SYLLABLE.match(toned):
        return toned
    letters, tone = toned[:-1], int(toned[-1])
    if tone == 5:
        return letters
    # The mark stands on a or e, on the o of ou, else on the last vowel.
    for vowel in ("a", "e"):
        if vowel in letters:
            return letters.replace(vowel, _TONE_MARKS[vowel][tone - 1], 1)
    if "ou" in letters:
        return letters.replace("o", _TONE_MARKS["o"][tone - 1], 1)
    for index in range(len(letters) - 1, -1, -1):
        if letters[index] in _TONE_MARKS:
            return letters[:index] + _TONE_MARKS[letters[index]][tone - 1] + letters[index + 1 :]
    return letters


def _longest_override(text: str, position: int, reference: Reference) -> str:
    for length in range(min(reference.longest_reading, len(text) - position), 0, -1):
        phrase = text[position : position + length]
        if phrase in reference.readings:
            return phrase
    return ""


def _from_dictionary(text: str, reference: Reference) -> list[Syllable]:
    if not text:
        return []
    read_as = pinyin(
        text,
        style=Style.TONE3,
        neutral_tone_with_five=True,
        v_to_u=True,
        errors=list,  # type: ignore[arg-type]  # a list keeps characters without a reading apart
    )
    return [
        _syllable(character, found[0], reference)
        for character, found in zip(text, read_as, strict=True)
    ]


def _syllable(character: str, toned: str, reference: Reference) -> Syllable:
    if not _SYLLABLE.match(toned):
        return Syllable(character, character, "none")
    choices = reference.character_readings.get(character, ())
    return Syllable(character, toned, "dictionary", choices)
