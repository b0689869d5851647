"""Readings of whole columns of names: what ``domain.reading.read`` says, table by table.

A syllable is decided by its character and position alone, unless a phrase of a readings table
occurs in the name. So every pair of character and position is asked of
:mod:`~geo_registry.domain.reading` once, applied to all characters at a time, and the few names
that hold a phrase are read one by one. The same answers, some hundred times faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import polars
from numpy.typing import NDArray

from geo_registry.domain.reading import (
    FIRST,
    LAST,
    MIDDLE,
    ONLY,
    Syllable,
    dictionary_readings,
    propose,
    read,
)
from geo_registry.domain.reference import Reference

Index = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Places = NDArray[np.int32]

_CODE_POINTS = 0x110000
_MIX = np.uint64(0x9E3779B97F4A7C15)
_MIX_AGAIN = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Characters:
    """A column of texts as one array of code points; text ``i`` is ``codes[start[i]:start[i+1]]``.

    The characters of the names of a country are some megabytes; nothing here loops over names.
    """

    codes: NDArray[np.uint32]
    start: Index
    _known: dict[str, Places] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: polars.Series) -> Characters:
        """The characters of a column of text without nulls."""
        whole = texts.str.join("").item() if len(texts) else ""
        codes = np.frombuffer(whole.encode("utf-32-le"), dtype="<u4")
        start = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(texts.str.len_chars().to_numpy(), out=start[1:])
        return cls(codes, start)

    @property
    def lengths(self) -> Index:
        """How many characters each text has."""
        return np.diff(self.start)

    @property
    def at(self) -> Places:
        """For each character its place in its text, from 0; computed once."""
        if "at" not in self._known:
            self._known["at"] = places(self.start)
        return self._known["at"]

    def only(self, chosen: NDArray[np.bool_]) -> Characters:
        """Some of the texts."""
        if chosen.all():
            return self
        kept = self.lengths[chosen]
        start = np.concatenate([[0], np.cumsum(kept)])
        return Characters(self.codes[np.repeat(chosen, self.lengths)], start)

    def distinct(self) -> list[str]:
        """Every character that occurs, in the order of its code point."""
        occurs = np.zeros(_CODE_POINTS, dtype=bool)
        occurs[self.codes] = True
        return [chr(code) for code in np.flatnonzero(occurs)]

    def holding(self, characters: Iterable[str]) -> NDArray[np.bool_]:
        """Which texts hold at least one of the characters."""
        wanted = np.zeros(_CODE_POINTS, dtype=bool)
        wanted[[ord(c) for c in characters]] = True
        found = np.zeros(len(self.start) - 1, dtype=bool)
        at = np.flatnonzero(wanted[self.codes])
        found[np.searchsorted(self.start, at, side="right") - 1] = True
        return found

    def holding_such(self, is_such: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Which texts hold a character for which ``is_such`` holds; asked once a character."""
        return self.holding(c for c in self.distinct() if is_such(c))


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of a column: for each character the number of its syllable.

    ``start`` divides the characters into names, as in :class:`Characters`; ``at`` is the place of
    each in its name.
    """

    start: Index
    at: Places
    numbers: NDArray[np.int32]
    syllables: tuple[Syllable, ...]

    def of(self, names: Sequence[int] | Index) -> list[tuple[Syllable, ...]]:
        """The syllables of some names."""
        numbers, starts = self._slices(np.asarray(names, dtype=np.int64))
        said = [self.syllables[number] for number in numbers]
        return [tuple(said[start:end]) for start, end in pairwise(starts)]

    def holding(self, is_such: Callable[[Syllable], bool]) -> NDArray[np.bool_]:
        """Which names hold a syllable for which ``is_such`` holds; asked once each."""
        wanted = np.array([is_such(s) for s in self.syllables], dtype=bool)
        found = np.zeros(len(self.start) - 1, dtype=bool)
        at = np.flatnonzero(wanted[self.numbers])
        found[np.searchsorted(self.start, at, side="right") - 1] = True
        return found

    def texts(self, part: str, names: Index) -> list[str]:
        """The key of some names as :class:`~geo_registry.domain.toponym.Keys` spells it.

        ``part`` is an attribute of a syllable: ``toned``, ``toneless``, ``marked``.
        """
        spelled = [getattr(s, part) for s in self.syllables]
        numbers, starts = self._slices(names)
        said = [spelled[number] for number in numbers]
        return [" ".join(said[start:end]) for start, end in pairwise(starts)]

    def _slices(self, names: Index) -> tuple[list[int], list[int]]:
        """The numbers of the syllables of some names, and where each name begins in them."""
        lengths = self.lengths[names]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        first = np.repeat(self.start[names] - starts[:-1], lengths)
        return self.numbers[first + np.arange(len(first))].tolist(), starts.tolist()

    def hashes(self, part: str) -> Hashes:
        """A number for each name, equal where its key is equal (and almost never elsewhere)."""
        said: dict[str, int] = {}
        class_of = [said.setdefault(getattr(s, part), len(said)) for s in self.syllables]
        classes = mixed(np.array(class_of, dtype=np.uint64) + np.uint64(1))
        return hashes_of(classes[self.numbers], self.start, self.at)

    @property
    def lengths(self) -> Index:
        """How many syllables each name has."""
        return np.diff(self.start)


def read_column(text: Characters, specific: Index | None, reference: Reference) -> Readings:
    """Read a whole column, each name as :func:`~geo_registry.domain.reading.read` reads it.

    ``specific`` is the number of characters before the generic part of each name, or None where
    the whole name is specific. The text must hold no ASCII digits (the stem has numerals instead).
    """
    numbers, syllables = _by_character(text, specific, reference)
    said = _Numbered(syllables)
    for name in _apply_phrases(text, numbers, said, reference):
        first, end = text.start[name], text.start[name + 1]
        length = None if specific is None else int(specific[name])
        whole = "".join(map(chr, text.codes[first:end].tolist()))
        for at, syllable in enumerate(read(whole, reference, specific=length), start=first):
            numbers[at] = said.number(syllable)
    return Readings(text.start, text.at, numbers, tuple(said.syllables))


class _Numbered:
    """Syllables and their numbers; those that are added get one number each.

    One that stands among the first may come again under another number, which nobody minds: what
    is compared is what a syllable says.
    """

    def __init__(self, syllables: list[Syllable]) -> None:
        self.syllables = syllables
        self._added: dict[Syllable, int] = {}

    def number(self, syllable: Syllable) -> int:
        """Its number; a new one for a new syllable."""
        if syllable not in self._added:
            self._added[syllable] = len(self.syllables)
            self.syllables.append(syllable)
        return self._added[syllable]


def _by_character(
    text: Characters, specific: Index | None, reference: Reference
) -> tuple[NDArray[np.int32], list[Syllable]]:
    """The syllable of each character by itself, as if no phrase were listed."""
    characters = text.distinct()
    column = np.zeros(_CODE_POINTS, dtype=np.int32)
    column[[ord(c) for c in characters]] = np.arange(len(characters))
    rows, syllables = [], list[Syllable]()
    for character in characters:
        said = _alone(character, reference)
        first = len(syllables)
        syllables += dict.fromkeys(said) if len(said) > 1 else said
        here = syllables[first:]
        rows.append([first + here.index(s) for s in said] if len(here) > 1 else [first] * 4)
    table = np.array(rows, dtype=np.int32).reshape(-1, 4)
    return table[column[text.codes], _positions(text, specific)], syllables


def _alone(character: str, reference: Reference) -> Sequence[Syllable]:
    """One character in each of the four positions; one syllable where they are all the same."""
    for readings, provenance in (
        (reference.local_readings, "local"),
        (reference.readings, "override"),
    ):
        if character in readings:
            return (Syllable(character, readings[character][0], provenance),)
    first = propose(character, FIRST, reference)
    neutral = first.provenance != "none" and any(
        r.endswith("5") for r in dictionary_readings(character)
    )
    if character not in reference.priors and not neutral:
        return (first,)  # the position is asked for by the priors and the neutral tone alone
    return [propose(character, position, reference) for position in (FIRST, MIDDLE, LAST, ONLY)]


def _positions(text: Characters, specific: Index | None) -> NDArray[np.int8]:
    """FIRST, MIDDLE, LAST or ONLY for each character, as ``reading`` counts them."""
    lengths = text.lengths
    starts = text.start[:-1][lengths > 0]
    if specific is None:
        ends, found = lengths, np.full(len(text.codes), MIDDLE, dtype=np.int8)
        found[text.start[1:][lengths > 0] - 1] = LAST
    else:
        ends, last = specific, np.repeat((specific - 1).astype(np.int32), lengths)
        found = np.where(text.at < last, np.int8(MIDDLE), np.int8(LAST))
    found[starts] = np.where(ends[lengths > 0] == 1, ONLY, FIRST)
    return found


def _apply_phrases(
    text: Characters, numbers: NDArray[np.int32], said: _Numbered, reference: Reference
) -> list[int]:
    """Put in what the phrases of the table say; give the names that have to be read singly.

    Those hold phrases that overlap, or come while the district has readings of its own: there the
    order of the tables decides.
    """
    ours = reference.local_readings
    phrases = sorted({p for p in (*reference.readings, *ours) if len(p) > 1}, key=len)
    if not phrases:
        return []
    at, length, which = _longest_matches(text, phrases)
    owner = np.searchsorted(text.start, at, side="right") - 1
    single = np.zeros(len(at), dtype=bool)
    # The next match begins before this one ends.
    single[:-1] = at[:-1] + length[:-1] > at[1:]
    if ours:
        theirs = [any(own in p for own in ours) for p in phrases]
        single |= np.array(theirs)[which]
    table = np.full((len(phrases), len(phrases[-1])), -1, dtype=np.int32)
    for row in np.unique(which).tolist():
        phrase = phrases[row]
        for place, toned in enumerate(reference.readings.get(phrase, ())):
            table[row, place] = said.number(Syllable(phrase[place], toned, "override"))
    for place, syllables in enumerate(table.T):
        syllable = syllables[which]
        here = syllable >= 0
        numbers[at[here] + place] = syllable[here]
    found: list[int] = np.unique(owner[single]).tolist()
    return found


def _longest_matches(text: Characters, phrases: Sequence[str]) -> tuple[Index, Index, Index]:
    """Where a phrase begins, how long the longest one there is, and which of the phrases it is.

    ``phrases`` are of two characters or more, the shorter first. In the order of the text.
    """
    pairs = sorted({p[:2] for p in phrases})
    begins, pair = _occurrences(text, pairs)
    end = text.start[np.searchsorted(text.start, begins, side="right")]
    # A pair that crosses into the next name is none.
    begins, pair, end = (column[begins + 2 <= end] for column in (begins, pair, end))
    row_of = {p: row for row, p in enumerate(pairs)}
    alone = np.full(len(pairs), -1, dtype=np.int64)
    short = [which for which, phrase in enumerate(phrases) if len(phrase) == 2]
    alone[[row_of[phrases[which]] for which in short]] = short
    found = alone[pair]
    by_pair = np.argsort(pair, kind="stable")
    bounds = np.searchsorted(pair[by_pair], np.arange(len(pairs) + 1))
    for which, phrase in enumerate(phrases[len(short) :], start=len(short)):
        row = row_of[phrase[:2]]
        here = by_pair[bounds[row] : bounds[row + 1]]
        here = here[begins[here] + len(phrase) <= end[here]]
        for offset, character in enumerate(phrase[2:], start=2):
            here = here[text.codes[begins[here] + offset] == ord(character)]
        found[here] = which
    kept = found >= 0
    lengths = np.array([len(p) for p in phrases])
    return begins[kept], lengths[found[kept]], found[kept]


def _occurrences(text: Characters, pairs: Sequence[str]) -> tuple[Index, Index]:
    """Where one of the pairs of characters stands, and which one it is."""
    first, second = (list(dict.fromkeys(p[side] for p in pairs)) for side in (0, 1))
    which = np.full((len(first) + 1, len(second) + 1), -1, dtype=np.int64)
    for number, pair in enumerate(pairs):
        which[first.index(pair[0]), second.index(pair[1])] = number
    columns = []
    for characters in (first, second):
        # The last row and column of the table stand for every other character.
        column = np.full(_CODE_POINTS, -1, dtype=np.int16)
        column[[ord(c) for c in characters]] = np.arange(len(characters))
        columns.append(column)
    row = columns[0][text.codes[:-1]]
    begins = np.flatnonzero(row >= 0)
    found = which[row[begins], columns[1][text.codes[begins + 1]]]
    met = found >= 0
    return begins[met], found[met]


def places(start: Index) -> Places:
    """The place of each member in its slice, from 0."""
    # Half the memory of the usual integers; a name of a country has millions of characters.
    whole = np.arange(int(start[-1]), dtype=np.int32)
    whole -= np.repeat(start[:-1].astype(np.int32), np.diff(start))
    return whole


def hashes_of(members: Hashes, start: Index, at: Places) -> Hashes:
    """One number for each slice of a sequence, by what stands in it and where; 0 if empty.

    ``members`` are :func:`mixed` numbers, ``at`` their :func:`places`.
    """
    total = running_hashes(members, at)
    return total[start[1:]] - total[start[:-1]]


def running_hashes(members: Hashes, at: Places) -> Hashes:
    """The sums from which :func:`hashes_of` takes differences: of a slice, or of its beginning."""
    place = mixed(np.arange(1, int(at.max(initial=0)) + 2, dtype=np.uint64)) | np.uint64(1)
    total = np.zeros(len(members) + 1, dtype=np.uint64)
    np.multiply(members, place[at], out=total[1:])
    np.cumsum(total, out=total)
    return total


def mixed(numbers: Hashes) -> Hashes:
    """Numbers that are near each other become numbers that have nothing in common."""
    mixed: Any = numbers * _MIX
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX_AGAIN
    spread: Hashes = mixed ^ (mixed >> np.uint64(32))
    return spread
