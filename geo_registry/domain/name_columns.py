"""A table of names with its parts, keys and readings in columns, for the scan of a whole country.

The same answers as :func:`~geo_registry.domain.toponym.parse` gives one by one (tested on all
names of the country), computed once for each different name and by arrays. Rules may look at these
columns to say which rows are worth a closer look (``Rule.screen``), or judge whole columns
(``Rule.columns``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

import numpy as np
import polars
from numpy.typing import NDArray

from geo_registry.domain.dialect import dialect_key
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.domain.place import Place, PlaceName
from geo_registry.domain.reading import Heard, Syllable, doubtful
from geo_registry.domain.reading_columns import (
    Hashes,
    Index,
    Readings,
    hashes_of,
    mixed,
    read_column,
)
from geo_registry.domain.reference import Profile, Reference
from geo_registry.domain.romanisation import divide
from geo_registry.domain.toponym import Keys, Toponym, parse, reads_generic_apart, spoken_part
from geo_registry.domain.written_columns import (
    WrittenColumns,
    distinct,
    split_column,
    standing_for,
)

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class NameColumns:
    """The usable rows of a table: which name each has, in which area, and the names in columns.

    ``numbers``: of each row its number in the table, from 1. ``scopes``: the code of its area,
    empty where it has none; the column stands for every kind of area in ``scope_kinds``.
    ``name_of``: the number of its name. ``written``: the different names. Threads may share it.
    """

    place_class: str
    reference: Reference
    profile: Profile
    on: date
    scope_kinds: tuple[str, ...]
    numbers: Index
    scopes: polars.Series
    name_of: Index
    written: WrittenColumns
    _known: dict[str, tuple[Hashes, Rows]] = field(default_factory=dict)
    _read: list[Readings] = field(default_factory=list)
    _reading: Lock = field(default_factory=Lock)

    @classmethod
    def of(
        cls,
        names: polars.Series,
        scopes: polars.Series,
        *,
        place_class: str,
        scope_kinds: tuple[str, ...],
        reference: Reference,
        profile: Profile,
        on: date,
    ) -> NameColumns:
        """The columns of a table: ``names`` and ``scopes`` are its cells, null where empty.

        Rows whose cell holds no usable name are left out. Raises :class:`ValueError` for columns of
        different lengths.
        """
        if len(names) != len(scopes):
            raise ValueError(f"{len(names)} names, {len(scopes)} areas")
        different, number = distinct(names.fill_null(""))
        written, order = split_column(different, place_class, reference)
        name_of = order[number]
        scopes, usable = scopes.fill_null(""), written.lengths("full") > 0
        numbers = np.arange(1, len(name_of) + 1)
        if not usable.all():
            at = np.flatnonzero(usable[name_of])
            numbers, scopes, name_of = at + 1, scopes.gather(at), name_of[at]
        return cls(
            place_class, reference, profile, on, scope_kinds, numbers, scopes, name_of, written
        )

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def readings(self) -> Readings:
        """The readings of the different names; read when first asked for."""
        with self._reading:
            if not self._read:
                specific = None
                if reads_generic_apart(self.place_class):
                    specific = self.written.characters("core").lengths
                text = self.written.characters(spoken_part(self.place_class))
                self._read.append(read_column(text, specific, self.reference))
        return self._read[0]

    # ---- which rows: what a screen is made of

    def where(self, condition: polars.Expr) -> Rows:
        """The rows whose name fulfils a condition on its parts (``polars.col("stem")`` …).

        The columns are those of :data:`~geo_registry.domain.written_columns.PARTS`.
        """
        return self.of_names(self.written.where(condition))

    def with_character(self, is_such: Callable[[str], bool], part: str = "full") -> Rows:
        """The rows whose name holds a character for which ``is_such`` holds (asked once each)."""
        return self.of_names(self.written.characters(part).holding_such(is_such))

    def with_syllable(self, is_such: Callable[[Syllable], bool]) -> Rows:
        """The rows whose reading holds a syllable for which ``is_such`` holds (asked once each)."""
        return self.of_names(self.readings.holding(is_such))

    def of_names(self, found: Rows) -> Rows:
        """The rows that bear the names found."""
        return np.asarray(found[self.name_of], dtype=bool)

    def sharing(self, key: str, *, differing: str = "") -> Rows:
        """The rows that have an equal key with another row of their area; empty keys never do.

        ``key`` is a field of :class:`~geo_registry.domain.toponym.Keys`, and so is ``differing``:
        only where the rows with one key have several values of it. Now and then a row too many:
        equal numbers of unequal keys count as well.
        """
        hashes, nothing = self._hashes(key)
        both = hashes[self.name_of] ^ self._areas()
        unknown = self._known["area"][1] | nothing[self.name_of]
        if unknown.any():
            found = np.zeros(len(self), dtype=bool)
            found[~unknown] = _occurring_again(both[~unknown])
        else:
            found = _occurring_again(both)
        if differing:
            at = np.flatnonzero(found)
            others = self._hashes(differing)[0][self.name_of[at]]
            group = polars.DataFrame({"key": both[at], "other": others})
            several = group.select(polars.col("other").n_unique().over("key") > 1)
            found[at] = several.to_series().to_numpy()
        return found

    def _areas(self) -> Hashes:
        """For each row a number of its area; computed once."""
        if "area" not in self._known:
            hashes = mixed(self.scopes.hash().to_numpy())
            self._known["area"] = hashes, (self.scopes == "").to_numpy()
        return self._known["area"][0]

    def everywhere(self) -> Rows:
        """Every row."""
        return np.ones(len(self), dtype=bool)

    def nowhere(self) -> Rows:
        """No row: for rules on what a table of names does not tell."""
        return np.zeros(len(self), dtype=bool)

    # ---- keys

    def _hashes(self, key: str) -> tuple[Hashes, Rows]:
        """For each name a number of its key, and whether the key is empty; computed once."""
        if key not in self._known:
            self._known[key] = self._hashed(key)
        return self._known[key]

    def _hashed(self, key: str) -> tuple[Hashes, Rows]:
        if key in {"full", "stem", "core"}:
            return self.written.hashes(key)
        nothing = self.readings.lengths == 0
        if key in {"toned", "toneless"}:
            return self.readings.hashes(key), nothing
        if key == "lookalike":
            text = self.written.characters(spoken_part(self.place_class))
            members = mixed(self._lookalike_classes())[text.codes]
            return hashes_of(members, text.start, text.at), nothing
        if self.reference.dialect.empty:
            return self.readings.hashes("toneless"), nothing
        return self.keys(key, np.arange(len(self.written))).hash().to_numpy(), nothing

    def _lookalike_classes(self) -> Hashes:
        classes = np.arange(0x110000, dtype=np.uint64)
        for code, standing in self.reference.lookalikes.classes.items():
            classes[code] = ord(standing)
        return classes

    def keys(self, key: str, names: Index) -> polars.Series:
        """The key of some names, as :class:`~geo_registry.domain.toponym.Keys` spells it."""
        if key in {"full", "stem", "core"}:
            return self.written.part(key, names)
        if key in {"toned", "toneless"}:
            return polars.Series(self.readings.texts(key, names), dtype=polars.String)
        spoken = self.written.part(spoken_part(self.place_class), names).to_list()
        if key == "lookalike":
            found = [self.reference.lookalikes.key(text) for text in spoken]
        elif self.reference.dialect.empty:
            found = self.readings.texts("toneless", names)
        else:
            found = [
                dialect_key(text, [s.toneless for s in syllables], self.reference.dialect)
                for text, syllables in zip(spoken, self.readings.of(names), strict=True)
            ]
        return polars.Series(found, dtype=polars.String)

    def clusters(self, key: str, *, differing: str = "") -> polars.DataFrame:
        """The rows that share a key inside their area: ``scope``, ``key``, ``number``, ``name``.

        As :meth:`~geo_registry.domain.gazetteer.Gazetteer.clusters`; ``name`` is the number of a
        name. ``differing`` is another key: only clusters in which it has several values.
        """
        at = np.flatnonzero(self.sharing(key, differing=differing))
        names, number = np.unique(self.name_of[at], return_inverse=True)
        texts = self.keys(key, names)
        frame = polars.DataFrame(
            {
                "scope": self.scopes.gather(at),
                "key": texts.gather(number),
                "number": self.numbers[at],
                "name": self.name_of[at],
            }
        )
        several = polars.len().over("scope", "key") > 1
        if differing:
            frame = frame.with_columns(self.keys(differing, names).gather(number).alias("other"))
            several = polars.col("other").n_unique().over("scope", "key") > 1
        return frame.filter(several).select("scope", "key", "number", "name")

    def heard(self, names: Sequence[int]) -> dict[int, Heard]:
        """How some names are heard, and of which syllables nobody is sure."""
        specific = None
        if reads_generic_apart(self.place_class):
            specific = self.written.lengths("core")
        unsure = self.readings.holding(lambda syllable: syllable.uncertain)[list(names)].tolist()
        return {
            name: Heard(
                said,
                doubtful(
                    said, self.reference, specific=None if specific is None else int(specific[name])
                )
                if open_
                else (),
            )
            for name, said, open_ in zip(names, self.readings.of(names), unsure, strict=True)
        }

    # ---- one by one, for the rows that are worth a closer look

    def toponyms(self, names: Sequence[int]) -> dict[int, Toponym]:
        """Some names as :func:`~geo_registry.domain.toponym.parse` gives them."""
        rows, readings = self.written.rows(names), self.readings.of(names)
        return {
            name: self._toponym(row, syllables)
            if name < self.written.plain
            else parse(row["full"], self.place_class, self.reference)
            for name, row, syllables in zip(names, rows, readings, strict=True)
        }

    def _toponym(self, row: Mapping[str, str], syllables: tuple[Syllable, ...]) -> Toponym:
        spoken = row[spoken_part(self.place_class)]
        toneless = [s.toneless for s in syllables]
        keys = Keys(
            full=row["full"],
            stem=row["stem"],
            core=row["core"],
            toned=" ".join([s.toned for s in syllables]),
            toneless=" ".join(toneless),
            dialect=dialect_key(spoken, toneless, self.reference.dialect),
            lookalike=self.reference.lookalikes.key(spoken),
        )
        return Toponym(
            row["full"], self.place_class, row["specific"], row["modifier"], row["generic"],
            row["organisation"], syllables, keys,
            divide(spoken, (), row["generic"], self.place_class, self.reference),
        )  # fmt: skip

    def places(self, rows: Index) -> list[Place]:
        """Rows as places: all that a table tells is a name and an area."""
        names = self.name_of[rows]
        known = {
            name: (PlaceName(toponym),)
            for name, toponym in self.toponyms(np.unique(names).tolist()).items()
        }
        areas = self.scopes.gather(rows).to_list()
        scopes = {code: dict.fromkeys(self.scope_kinds, code) if code else {} for code in areas}
        return [
            Place(f"row:{number}", self.place_class, known[name], scopes[code], f"第 {number} 行")
            for number, name, code in zip(
                self.numbers[rows].tolist(), names.tolist(), areas, strict=True
            )
        ]

    def gazetteer(self, places: Iterable[Place]) -> Gazetteer:
        """A slice of the table as rules ask it."""
        return Gazetteer(
            on=self.on, reference=self.reference, profile=self.profile, places=tuple(places)
        )


def _occurring_again(numbers: Hashes) -> Rows:
    """Which numbers occur more than once."""
    standing = standing_for(numbers)
    again = np.flatnonzero(standing != np.arange(len(numbers), dtype=np.int32))
    found = np.zeros(len(numbers), dtype=bool)
    found[again] = True
    found[standing[again]] = True
    return found
