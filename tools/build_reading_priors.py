"""Learns how place names of the whole country are read: character, position → reading, counted.

    python tools/build_reading_priors.py

Reads data/names/place_readings_geonames_dev.tsv (GeoNames, CC BY 4.0: name, toneless reading) and
writes data/names/reading_priors.tsv: only characters with more than one toneless reading, sorted,
so that two runs give the same bytes. `python tools/build_reading_priors.py --check` measures
instead: ten folds by the sha256 of the name, each read with a table built from the other nine.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

NAMES = Path(__file__).resolve().parent.parent / "data/names"
sys.path.insert(0, str(NAMES.parent.parent))

from geo_registry import reference as tables  # noqa: E402
from geo_registry.domain.reading import (  # noqa: E402
    FIRST,
    LAST,
    MIDDLE,
    ONLY,
    dictionary_choices,
    dictionary_readings,
    read,
    strip_tone,
)
from geo_registry.domain.reference import Reference  # noqa: E402
from geo_registry.domain.toponym import split  # noqa: E402

SOURCE = NAMES / "place_readings_geonames_dev.tsv"
TARGET = NAMES / "reading_priors.tsv"
NOTICE = (
    "# Derived from GeoNames (https://www.geonames.org), CC BY 4.0 "
    "(https://creativecommons.org/licenses/by/4.0/); changed: counted by character and position.\n"
)
FOLDS = 10

Counts = dict[str, dict[str, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One name with its romanisations, without tones and with u for ü; one of them is right."""

    name: str
    said: tuple[str, ...]
    ambiguous: bool


def rows(reference: Reference) -> list[Row]:
    """The rows of the source, their names simplified as the comparison keys are."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                # A class without generics: the column holds the name without 镇, 乡, 县 already.
                split(r["core"], "way", reference).stem,
                tuple(r["romanisation_of_core"].split("|")),
                r["ambiguous"] == "1",
            )
            for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def learn(known: Iterable[Row], reference: Reference) -> Counts:
    """Count character → toneless reading → names with it as first, middle, last, only character.

    Rows that can be cut into syllables in no way, or in several ways, teach nothing.
    """
    counts: dict[str, dict[str, list[int]]] = {}
    for row in known:
        ways = [way for said in row.said for way in _alignments(row.name, said, reference)]
        if len(ways) != 1:
            continue
        last = len(row.name) - 1
        for i, (character, toneless) in enumerate(zip(row.name, ways[0], strict=True)):
            if len(_toneless_readings(character, reference)) > 1:
                by_position = counts.setdefault(character, {}).setdefault(toneless, [0] * 4)
                by_position[_position(i, last)] += 1
    return {
        character: {said: tuple(found) for said, found in sorted(by_reading.items())}
        for character, by_reading in sorted(counts.items())
    }


def cross_validated(known: list[Row], reference: Reference) -> list[tuple[Row, str]]:
    """Every row with what is read for it when its fold taught nothing."""
    judged = []
    for fold in range(FOLDS):
        others = learn((r for r in known if _fold(r.name) != fold), reference)
        judge = replace(reference, priors=others)
        judged += [(r, spoken(r.name, judge)) for r in known if _fold(r.name) == fold]
    return judged


def accuracy(judged: Iterable[tuple[Row, str]]) -> float:
    """The share of rows that are read right, tones aside."""
    right = [said in row.said for row, said in judged]
    return sum(right) / len(right)


def spoken(name: str, reference: Reference) -> str:
    """The toneless reading as GeoNames writes it: in one piece, u for ü."""
    return "".join(s.toneless for s in read(name, reference)).replace("ü", "u")


def write(counts: Mapping[str, Mapping[str, tuple[int, ...]]], path: Path) -> None:
    lines = [NOTICE, "char\treading\tfirst\tmiddle\tlast\tonly\n"]
    for character, by_reading in counts.items():
        for said, found in by_reading.items():
            lines.append("\t".join((character, said, *map(str, found))) + "\n")
    path.write_text("".join(lines), "utf-8", newline="\n")


def _fold(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS


def _position(index: int, last: int) -> int:
    if index == 0:
        return ONLY if last == 0 else FIRST
    return MIDDLE if index < last else LAST


def _toneless_readings(character: str, reference: Reference) -> tuple[str, ...]:
    """Every reading that the dictionaries have, toneless, with ü."""
    marked = "".join(f"{m} " for m in dictionary_choices(character, reference)).split()
    known = [strip_tone(r) for r in dictionary_readings(character)]
    return tuple(dict.fromkeys([*known, *(_unmarked(m) for m in marked)]))


def _unmarked(syllable: str) -> str:
    plain = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuüüüü")
    return syllable.translate(plain)


def _alignments(name: str, said: str, reference: Reference) -> Iterator[tuple[str, ...]]:
    """Every way to cut ``said`` into one reading a character."""
    if not name:
        if not said:
            yield ()
        return
    for toneless in _toneless_readings(name[0], reference):
        written = toneless.replace("ü", "u")
        if said.startswith(written):
            for rest in _alignments(name[1:], said[len(written) :], reference):
                yield (toneless, *rest)


def main() -> None:
    reference = tables.load(NAMES.parent)
    known = rows(reference)
    if sys.argv[1:] == ["--check"]:
        judged = cross_validated(known, reference)
        print(f"all rows: {accuracy(judged):.4f} of {len(judged)}")
        ambiguous = [(row, said) for row, said in judged if row.ambiguous]
        print(f"ambiguous rows: {accuracy(ambiguous):.4f} of {len(ambiguous)}")
        for row, said in judged:
            if said not in row.said:
                print(row.name, "|".join(row.said), said, sep="\t")
        return
    write(learn(known, reference), TARGET)


if __name__ == "__main__":
    main()
