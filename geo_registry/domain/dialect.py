"""How names sound in the speech of the district: syllables that people there do not tell apart.

The table is the bureau's (``data/names/dialect.tsv``); without confirmed rows the dialect key is
the toneless reading. A row merges one sound into another: of one character (its local reading), of
a whole syllable, of an initial (r → y) or of a final (in → ing).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from geo_registry.domain.errors import BadRequest

KINDS = ("character", "syllable", "initial", "final")
CONFIRMED, UNCONFIRMED = "confirmed", "unconfirmed"

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")


@dataclass(frozen=True, slots=True, eq=False)
class Mergers:
    """Sound → the sound it merges into, for each kind of sound; in the order they are applied."""

    characters: Mapping[str, str] = field(default_factory=dict)
    syllables: Mapping[str, str] = field(default_factory=dict)
    initials: Mapping[str, str] = field(default_factory=dict)
    finals: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing merges: the dialect key is the toneless reading then."""
        return not (self.characters or self.syllables or self.initials or self.finals)


NO_MERGERS = Mergers()


def mergers(rows: Iterable[Mapping[str, str]]) -> Mergers:
    """The mergers of a table with the columns kind, from, to, status; only confirmed rows count.

    Sounds that merge in a chain (a → b, b → c) end in one. Raises :class:`BadRequest` for a kind
    or a status that does not exist, naming the row.
    """
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for number, row in enumerate(rows, start=1):
        if row["kind"] not in found or row["status"] not in {CONFIRMED, UNCONFIRMED}:
            raise BadRequest(
                f"dialect.tsv 第 {number} 条的“{row['kind']}”或“{row['status']}”不认识。",
                advice=f"kind 可用 {'、'.join(KINDS)}；status 可用 {CONFIRMED}、{UNCONFIRMED}。",
            )
        if row["status"] == CONFIRMED:
            found[row["kind"]][row["from"]] = row["to"].replace("v", "ü")
    if not any(found.values()):
        return NO_MERGERS
    return Mergers(
        found["character"], *(_resolved(found[kind]) for kind in ("syllable", "initial", "final"))
    )


def dialect_key(text: str, toneless: Sequence[str], merging: Mergers) -> str:
    """The toneless syllables of ``text`` after the mergers of the district's speech.

    One syllable for each character of ``text``; what is no syllable stays as it is.
    """
    if merging.empty:
        return " ".join(toneless)
    return " ".join([merged(c, said, merging) for c, said in zip(text, toneless, strict=True)])


@lru_cache(maxsize=20_000)
def merged(character: str, syllable: str, merging: Mergers) -> str:
    """One syllable after the mergers: of the character, the syllable, its initial, its final.

    The result is a key, not a spelling: with r → y, 热 (re) becomes ``ye``.
    """
    said = merging.characters.get(character, syllable)
    said = merging.syllables.get(said, said)
    initial = next((i for i in _INITIALS if said.startswith(i)), "")
    final = said.removeprefix(initial)
    return merging.initials.get(initial, initial) + merging.finals.get(final, final)


def _resolved(merging: Mapping[str, str]) -> dict[str, str]:
    """Each sound → the end of its chain; of a circle the first in the alphabet."""
    ends = {}
    for sound in merging:
        chain = [sound]
        while chain[-1] in merging and merging[chain[-1]] not in chain:
            chain.append(merging[chain[-1]])
        circle = merging.get(chain[-1])
        ends[sound] = min(chain[chain.index(circle) :]) if circle in chain else chain[-1]
    return ends
