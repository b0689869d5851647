"""Readings: how a Chinese name is said, syllable by syllable, and where that is uncertain.

Who decides a syllable, strongest first: a person who confirmed it, the district's own table, the
place-name table, what place names of the whole country say (a prior by character and position),
the dictionary. Each syllable says which of them it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pypinyin.constants import PINYIN_DICT

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reference import Reference

_TONE_MARKS = {
    "a": "āáǎà", "e": "ēéěè", "i": "īíǐì", "o": "ōóǒò", "u": "ūúǔù", "ü": "ǖǘǚǜ",
}  # fmt: skip
_TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
"""Combining macron, acute, caron, grave."""
_SYLLABLE = re.compile(r"^[a-zü]+[1-5]$")
_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")

SOURCES: Mapping[str, str] = {
    "confirmed": "人工确认",
    "local": "本区读音表",
    "override": "地名读音表",
    "prior": "全国地名用例",
    "dictionary": "字典",
    "none": "查不到读音",
}
"""Provenance of a syllable → what it is called, strongest first."""

FIRST, MIDDLE, LAST, ONLY = range(4)
"""Where a character stands in the specific part of a name; the columns of the prior table."""

DECIDED_SHARE = 0.8
"""The share of place names from which on a proposed reading is not in doubt."""


_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFF))
"""Unified ideographs with their extensions; 〇 and the compatibility forms are left out."""


@lru_cache(maxsize=50_000)
def is_han(character: str) -> bool:
    """Whether it is a Chinese character, in the standard table or not."""
    code = ord(character)
    return any(first <= code <= last for first, last in _HAN)


@dataclass(frozen=True, slots=True)
class Syllable:
    """One character and how it is said: ``chang2``; with the choices where there are several.

    ``provenance``: ``confirmed`` (a person), ``local`` (the district's table), ``override``
    (place-name table), ``prior`` (place names of the country), ``dictionary``, or ``none`` for a
    character that has no reading (Latin letters, symbols), whose ``toned`` is the character.
    """

    character: str
    toned: str
    provenance: str
    choices: tuple[str, ...] = ()

    @property
    def toneless(self) -> str:
        """Without the tone digit."""
        return strip_tone(self.toned)

    @property
    def marked(self) -> str:
        """With the tone as a mark: ``cháng``."""
        return mark_tone(self.toned)

    @property
    def uncertain(self) -> bool:
        """More than one reading is possible, and neither a person nor a table decides it."""
        return len(self.choices) > 1 and is_proposed(self.provenance)


def is_proposed(provenance: str) -> bool:
    """Whether a reading of that provenance is a proposal, open to the dictionary's choices."""
    return provenance in {"prior", "dictionary"}


def read(
    text: str,
    reference: Reference,
    *,
    specific: int | None = None,
    confirmed: Sequence[str] = (),
) -> tuple[Syllable, ...]:
    """Read a name, each syllable from the strongest source that knows it.

    ``specific`` is the number of characters before the generic part (default: all of them): the
    prior asks where in the specific part a character stands. ``confirmed`` is the reading that a
    person confirmed, one toned syllable a character; it wins over everything. Raises
    :class:`BadRequest` when it does not fit the text. Digits are read as Chinese numerals, so that
    1号路 and 一号路 sound the same.
    """
    text = text.translate(_NUMERALS)
    if confirmed:
        return _confirmed(text, confirmed)
    last = (len(text) if specific is None else specific) - 1
    decided: dict[int, Syllable] = {}
    for table in _tables(reference):
        table.look_up(text, decided)
    return tuple(
        decided.get(i) or propose(character, _position(i, last), reference)
        for i, character in enumerate(text)
    )


def dictionary_choices(character: str, reference: Reference) -> tuple[str, ...]:
    """The readings of a character in the dictionary of the standard table, tone-marked."""
    return reference.character_readings.get(character, ())


def offered(character: str, reference: Reference) -> tuple[str, ...]:
    """The readings to choose from when a person decides: tone-marked, the usual one first.

    Those of the standard table where it has the character, else all that any dictionary knows.
    """
    listed = dictionary_choices(character, reference)
    return listed or tuple(mark_tone(r) for r in dictionary_readings(character))


@lru_cache(maxsize=50_000)
def dictionary_readings(character: str) -> tuple[str, ...]:
    """Every toned reading of one character, the usual one first; empty where there is none."""
    # The table itself: pypinyin's function gives the same for every character, 30 times slower.
    listed = PINYIN_DICT.get(ord(character), "")
    return tuple(r for r in dict.fromkeys(map(_with_digit, listed.split(","))) if r)


@lru_cache(maxsize=10_000)
def _with_digit(marked: str) -> str:
    """``zhōng`` → ``zhong1``, the neutral tone as 5; empty where it is no syllable (``ḿ``)."""
    letters = unicodedata.normalize("NFD", marked)
    tones = [_TONES[c] for c in letters if c in _TONES]
    plain = unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))
    toned = f"{plain}{tones[0] if tones else 5}"
    return toned if _SYLLABLE.match(toned) else ""


@lru_cache(maxsize=10_000)
def strip_tone(toned: str) -> str:
    """``chang2`` → ``chang``; what is not a toned syllable stays as it is."""
    return toned[:-1] if _SYLLABLE.match(toned) else toned


@lru_cache(maxsize=10_000)
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


def _confirmed(text: str, confirmed: Sequence[str]) -> tuple[Syllable, ...]:
    if len(confirmed) != len(text):
        raise BadRequest(
            f"“{text}”有 {len(text)} 个字，确认的读音有 {len(confirmed)} 个音节。",
            field="syllables",
        )
    return tuple(
        Syllable(character, toned, "confirmed" if _SYLLABLE.match(toned) else "none")
        for character, toned in zip(text, confirmed, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of readings, ready to be looked up: phrase lengths by first character."""

    said: Mapping[str, tuple[Syllable, ...]]
    lengths: Mapping[str, tuple[int, ...]]

    def look_up(self, text: str, decided: dict[int, Syllable]) -> None:
        """Put what the table says into ``decided``, from the left, the longest phrase first."""
        if self.lengths.keys().isdisjoint(text):
            return
        position = 0
        while position < len(text):
            position += self._look_up_at(text, position, decided)

    def _look_up_at(self, text: str, position: int, decided: dict[int, Syllable]) -> int:
        for length in self.lengths.get(text[position], ()):
            if position + length > len(text):
                continue
            phrase = text[position : position + length]
            span = range(position, position + length)
            if phrase in self.said and decided.keys().isdisjoint(span):
                decided.update(zip(span, self.said[phrase], strict=True))
                return length
        return 1


@lru_cache(maxsize=16)
def _tables(reference: Reference) -> tuple[_Table, ...]:
    """The tables that decide readings, strongest first."""
    tables = []
    for provenance, readings in (
        ("local", reference.local_readings),
        ("override", reference.readings),
    ):
        lengths: dict[str, set[int]] = {}
        for phrase in readings:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        ordered = {c: tuple(sorted(found, reverse=True)) for c, found in lengths.items()}
        said = {
            phrase: tuple(Syllable(c, t, provenance) for c, t in zip(phrase, toned, strict=True))
            for phrase, toned in readings.items()
        }
        tables.append(_Table(said, ordered))
    return tuple(tables)


def _position(index: int, last: int) -> int:
    if index == 0:
        return ONLY if last == 0 else FIRST
    return MIDDLE if index < last else LAST


@lru_cache(maxsize=200_000)
def propose(character: str, position: int, reference: Reference) -> Syllable:
    """What place names of the country say of the character there, else the dictionary.

    ``position`` is FIRST, MIDDLE, LAST or ONLY. No phrase and no table of readings is asked.
    """
    readings = dictionary_readings(character)
    if not readings:
        return Syllable(character, character, "none")
    counts = reference.priors.get(character, {})
    if not counts and not readings[0].endswith("5"):  # nothing speaks for another reading
        choices = dictionary_choices(character, reference)
        return Syllable(character, readings[0], "dictionary", choices)
    usual = strip_tone(readings[0])
    weight = _weights(usual, position, counts)
    chosen = max(weight, key=lambda toneless: (weight[toneless], toneless == usual))
    toned = [r for r in readings if strip_tone(r) == chosen]
    # A name does not begin with a neutral tone: 子午路 is zǐ, 沟子 is zi.
    if position in (FIRST, ONLY):
        toned.sort(key=lambda r: r.endswith("5"))
    provenance = "prior" if counts else "dictionary"
    return Syllable(
        character, toned[0] if toned else readings[0], provenance,
        dictionary_choices(character, reference),
    )  # fmt: skip


def doubtful(
    syllables: Sequence[Syllable], reference: Reference, *, specific: int | None = None
) -> tuple[Syllable, ...]:
    """The proposed syllables that might as well be another one, tones aside.

    ``syllables`` are those of a whole reading, ``specific`` as in :func:`read`. Not doubtful is
    what a person or a table decided, what differs in tone alone, and what at least
    :data:`DECIDED_SHARE` of the country's place names with the character say.
    """
    last = (len(syllables) if specific is None else specific) - 1
    return tuple(
        s
        for i, s in enumerate(syllables)
        if s.uncertain and _doubtful(s, _position(i, last), reference)
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole reading, and those of its syllables that are :func:`doubtful`."""

    syllables: tuple[Syllable, ...]
    doubtful: tuple[Syllable, ...] = ()


def doubts_between(a: Heard, b: Heard) -> tuple[Syllable, ...]:
    """The doubtful syllables on which it rests that two readings sound alike.

    Empty where every doubtful character stands in both at the same place: then they sound alike
    however it is read.
    """
    if not a.doubtful and not b.doubtful:
        return ()
    found: dict[str, Syllable] = {}
    for one, other in ((a, b), (b, a)):
        for syllable in one.doubtful:
            at = [i for i, s in enumerate(one.syllables) if s.character == syllable.character]
            if any(
                i >= len(other.syllables) or other.syllables[i].character != syllable.character
                for i in at
            ):
                found[syllable.character] = syllable
    return tuple(found.values())


@lru_cache(maxsize=50_000)
def _doubtful(syllable: Syllable, position: int, reference: Reference) -> bool:
    choices = {strip_tone(_with_digit(choice)) for choice in syllable.choices}
    if len(choices | {syllable.toneless}) == 1:
        return False
    usual = strip_tone(dictionary_readings(syllable.character)[0])
    weight = _weights(usual, position, reference.priors.get(syllable.character, {}))
    return weight.get(syllable.toneless, 0) < DECIDED_SHARE * (sum(weight.values()) + 1)


def _weights(usual: str, position: int, counts: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """How much speaks for each toneless reading of a character at a position.

    The dictionary's usual reading weighs as one name; a name with the character in the same
    position weighs double. Other weightings, and neighbouring characters, differed by at most
    seven names of 6,132 in cross-validation, so the simplest that counts the position stands.
    """
    weight = {usual: 1}
    for toneless, by_position in counts.items():
        weight[toneless] = weight.get(toneless, 0) + sum(by_position) + by_position[position]
    return weight


def toned_of(written: str) -> str:
    """A syllable as a person writes it, with a tone mark or a digit, as ``po1``; empty if none.

    Without mark and digit it is of the neutral tone; v is ü, capitals are small letters.

    >>> toned_of("pō"), toned_of("LV4"), toned_of("po"), toned_of("p9")
    ('po1', 'lü4', 'po5', '')
    """
    text = unicodedata.normalize("NFC", written).strip().lower().replace("u:", "ü")
    text = text.replace("v", "ü")
    return text if _SYLLABLE.match(text) else _with_digit(text)
