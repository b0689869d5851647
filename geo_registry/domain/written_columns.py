"""The written parts of whole columns of names: what ``domain.toponym.split`` says of each.

Nearly every name consists of standard characters alone; for those a suffix is a comparison of the
last characters of all names at a time. The others (brackets, digits, traditional forms, spaces,
and what the district splits by its own table) are split one by one by the one definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars
from numpy.typing import NDArray

from geo_registry.domain.normal_form import is_plain
from geo_registry.domain.reading_columns import (
    Characters,
    Hashes,
    Index,
    hashes_of,
    mixed,
    running_hashes,
)
from geo_registry.domain.reference import Reference
from geo_registry.domain.toponym import (
    MAX_LENGTH,
    Written,
    committee_suffixes,
    generics_of,
    normalise,
    split,
)

PARTS = ("full", "stem", "core", "specific", "modifier", "generic", "organisation", "qualifier")
"""What :class:`~geo_registry.domain.toponym.Written` holds of a name, too."""

_SLOTS = 20
"""Bits of the table that finds equal hashes without sorting; some megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class WrittenColumns:
    """The written parts of different names: the plain ones first, then the others.

    Of a plain name every part is a piece of the name, so lengths say it all, and the text of a part
    is cut out when somebody asks for it. ``text`` are the characters of the plain names; ``others``
    holds the columns :data:`PARTS` of the names behind them.
    """

    names: polars.Series
    text: Characters
    n_stem: Index
    n_core: Index
    n_specific: Index
    others: polars.DataFrame
    _known: dict[str, Characters] = field(default_factory=dict)
    _sums: dict[str, Hashes] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names) + self.others.height

    @property
    def plain(self) -> int:
        """How many plain names there are."""
        return len(self.names)

    def part(self, part: str, names: Index | None = None) -> polars.Series:
        """A column of :data:`PARTS`, of some names or of all."""
        if names is None:
            names = np.arange(len(self))
        plain = names < self.plain
        chosen = names[plain]
        start, end = (column[chosen] for column in self._piece(part))
        cut = polars.DataFrame(
            {"name": self.names.gather(chosen), "start": start, "n": end - start}
        )
        piece = polars.col("name").str.slice(polars.col("start"), polars.col("n"))
        if part == "full":
            piece = polars.col("name")
        elif not start.any():
            piece = polars.col("name").str.head(polars.col("n"))
        found = cut.select(piece.alias(part)).to_series()
        if plain.all():
            return found
        both = polars.concat([found, self.others[part].gather(names[~plain] - self.plain)])
        return both.gather(np.argsort(np.argsort(~plain, kind="stable"), kind="stable"))

    def lengths(self, name: str) -> Index:
        """How many characters a column of :data:`PARTS` has in each name."""
        begin, end = self._piece(name)
        others = self.others[name].str.len_chars().to_numpy()
        return np.concatenate([end - begin, others])

    def characters(self, name: str) -> Characters:
        """The characters of a column of :data:`PARTS`, without making texts of it first."""
        if name not in self._known:
            self._known[name] = self._characters(name)
        return self._known[name]

    def _characters(self, name: str) -> Characters:
        begin, end = self._piece(name)
        others = Characters.of(self.others[name])
        at = self.text.at
        inside = at < np.repeat(end.astype(np.int32), self.text.lengths)
        if begin.any():
            inside &= at >= np.repeat(begin.astype(np.int32), self.text.lengths)
        start = np.concatenate([[0], np.cumsum(np.concatenate([end - begin, others.lengths]))])
        return Characters(np.concatenate([self.text.codes[inside], others.codes]), start)

    def hashes(self, name: str) -> tuple[Hashes, NDArray[np.bool_]]:
        """For each name a number of its full name, stem or core, and whether that is empty.

        All three begin the name, so one running sum over the characters serves them.
        """
        if "running" not in self._sums:
            codes = mixed(np.arange(1, int(self.text.codes.max(initial=0)) + 2, dtype=np.uint64))
            self._sums["running"] = running_hashes(codes[self.text.codes], self.text.at)
        total, first = self._sums["running"], self.text.start[:-1]
        begin, end = self._piece(name)
        if begin.any():
            raise ValueError(f"{name} does not begin the name")
        others = Characters.of(self.others[name])
        codes = mixed(others.codes.astype(np.uint64) + np.uint64(1))
        singly = hashes_of(codes, others.start, others.at)
        lengths = np.concatenate([end, others.lengths])
        return np.concatenate([total[first + end] - total[first], singly]), lengths == 0

    def where(self, condition: polars.Expr) -> NDArray[np.bool_]:
        """The names that fulfil a condition on the columns of :data:`PARTS`."""
        parts = {name: self.part(name) for name in condition.meta.root_names()}
        found = polars.DataFrame(parts).select(condition.fill_null(value=False).alias("found"))
        return np.asarray(found["found"].to_numpy(), dtype=bool)

    def rows(self, names: Sequence[int]) -> Iterator[dict[str, str]]:
        """The parts of some names, one by one."""
        at = np.asarray(names, dtype=np.int64)
        lengths = (
            np.append(column, 0)[np.minimum(at, self.plain)].tolist()
            for column in (self.n_stem, self.n_core, self.n_specific)
        )
        texts = self.part("full", at).to_list()
        for name, full, n_stem, n_core, n_specific in zip(names, texts, *lengths, strict=True):
            if name >= self.plain:
                yield self.others.row(name - self.plain, named=True)
                continue
            yield {
                "full": full,
                "stem": full[:n_stem],
                "core": full[:n_core],
                "specific": full[:n_specific],
                "modifier": full[n_specific:n_core],
                "generic": full[n_core:n_stem],
                "organisation": full[n_stem:],
                "qualifier": "",
            }

    def _piece(self, name: str) -> tuple[Index, Index]:
        """Where a part of each plain name begins and ends."""
        nothing = np.zeros(self.plain, dtype=np.int64)
        whole = self.text.lengths
        return {
            "full": (nothing, whole),
            "stem": (nothing, self.n_stem),
            "core": (nothing, self.n_core),
            "specific": (nothing, self.n_specific),
            "modifier": (self.n_specific, self.n_core),
            "generic": (self.n_core, self.n_stem),
            "organisation": (self.n_stem, whole),
            "qualifier": (nothing, nothing),
        }[name]


def distinct(texts: polars.Series) -> tuple[polars.Series, Index]:
    """The different texts of a column, and for each row the number of its text among them."""
    first = standing_for(texts.hash().to_numpy())
    chosen = np.zeros(len(texts), dtype=bool)
    chosen[first] = True
    numbers = (np.cumsum(chosen) - 1)[first]
    found = texts.filter(polars.Series(chosen))
    again = texts.hash(seed=1).to_numpy()
    if (again[first] != again).any():  # two texts with one hash: as good as never
        found = texts.unique(maintain_order=True)
        order = {text: number for number, text in enumerate(found.to_list())}
        numbers = np.array([order[text] for text in texts.to_list()], dtype=np.int64)
    return found, numbers


def standing_for(numbers: Hashes) -> NDArray[np.int32]:
    """For each row one row that has the same number, the same for all of them.

    A table by the last bits of the numbers finds it without sorting: whoever was written last into
    a slot stands for all in the slot that have its number, and the others go on to another round.
    """
    rows = np.arange(len(numbers), dtype=np.int32)
    slots = (numbers & np.uint64((1 << _SLOTS) - 1)).astype(np.int32)
    table = np.empty(1 << _SLOTS, dtype=np.int32)
    table[slots] = rows
    found = table[slots]
    left = np.flatnonzero(numbers[found] != numbers)
    while len(left):
        slot = slots[left]
        table[slot] = left
        found[left] = table[slot]
        left = left[numbers[found[left]] != numbers[left]]
    return found


def split_column(
    names: polars.Series, place_class: str, reference: Reference
) -> tuple[WrittenColumns, Index]:
    """Split different names into their written parts.

    A cell that holds no usable name has empty parts. The rows come in another order than
    ``names``; the second answer is the row of each name.
    """
    text = Characters.of(names)
    plain = ~text.holding_such(lambda c: not is_plain(c, reference))
    plain &= (text.lengths > 0) & (text.lengths <= MAX_LENGTH)
    chosen, text = names.filter(polars.Series(plain)), text.only(plain)
    n_stem, n_core, n_specific = lengths = _lengths(text, place_class, reference)
    if reference.splits:
        stems = chosen.to_frame().select(polars.first().str.head(polars.lit(n_stem)))
        own = stems.to_series().is_in(list(reference.splits)).to_numpy()
        plain[np.flatnonzero(plain)[own]] = False
        chosen, text = chosen.filter(~polars.Series(own)), text.only(~own)
        n_stem, n_core, n_specific = (counted[~own] for counted in lengths)
    rows = [
        _split_one(name, place_class, reference) for name in names.filter(~polars.Series(plain))
    ]
    others = polars.DataFrame(
        {part: [getattr(row, part) for row in rows] for part in PARTS},
        schema=dict.fromkeys(PARTS, polars.String),
    )
    order = np.empty(len(names), dtype=np.int64)
    order[np.argsort(~plain, kind="stable")] = np.arange(len(names))
    found = WrittenColumns(chosen, text, n_stem, n_core, n_specific, others)
    return found, order


def _split_one(name: str, place_class: str, reference: Reference) -> Written:
    if len(normalise(name)) > MAX_LENGTH:
        return Written("", "", "", "", "", "")
    return split(name, place_class, reference)


def _lengths(text: Characters, place_class: str, reference: Reference) -> tuple[Index, ...]:
    """Of plain names the characters of stem, core and specific part, which all begin the name."""
    ends = _Ends(text)
    stem = ends.without_first(committee_suffixes(place_class, reference), ends.lengths, leaving=1)
    if place_class == "committee_seat":
        core = specific = ends.without_each(reference.community_suffixes, stem, leaving=2)
    else:
        core = ends.without_first(generics_of(place_class, reference), stem, leaving=1)
        specific = ends.without_first(reference.modifiers, core, leaving=2)
        specific = np.where(core < stem, specific, core)
    return stem, core, specific


class _Ends:
    """The last characters of a column of texts, to compare suffixes with."""

    def __init__(self, text: Characters) -> None:
        self.lengths = text.lengths
        self._codes = text.codes
        self._start = text.start[:-1]

    def without_first(self, suffixes: Sequence[str], length: Index, *, leaving: int) -> Index:
        """The lengths without the first suffix that fits and leaves so many characters.

        The rows go down a tree of the suffixes, read from their ends, one character a step.
        """
        tree = list[str]()
        for suffix in suffixes:
            if not suffix.endswith(tuple(tree)):  # behind its own ending it is never the first
                tree.append(suffix)
        room, found = length - leaving, length.copy()
        rows = np.flatnonzero(room > 0)
        branches = [(tree, 0, rows, self._start[rows] + length[rows] - 1)]
        while branches:
            below, depth, rows, at = branches.pop()
            if any(len(suffix) == depth for suffix in below):
                found[rows] = length[rows] - depth
            longer = [suffix for suffix in below if len(suffix) > depth]
            if not longer:
                continue
            if depth:
                fits = room[rows] > depth
                rows, at = rows[fits], at[fits]
            codes = self._codes[at]
            for character in dict.fromkeys(suffix[-depth - 1] for suffix in longer):
                same = codes == ord(character)
                branch = [suffix for suffix in longer if suffix[-depth - 1] == character]
                branches.append((branch, depth + 1, rows[same], at[same] - 1))
        return found

    def without_each(self, suffixes: Sequence[str], length: Index, *, leaving: int) -> Index:
        """The lengths without every suffix that fits, one after the other."""
        for suffix in suffixes:
            length = self.without_first((suffix,), length, leaving=leaving)
        return length
