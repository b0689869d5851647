"""Characters that a clerk may take for one another (形近), and the names that differ only so.

The pairs are a judged table (``data/names/lookalikes.tsv``). Likeness is not transitive: 曲 looks
like 由 and 由 like 甲, but 曲庄 and 甲庄 are told apart. So names are brought together by classes
of characters, and each pair of names is then looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from geo_registry.domain.errors import BadRequest


@dataclass(frozen=True, slots=True, eq=False)
class Lookalikes:
    """``pairs``: both orders of each pair; ``classes``: character → the first of its class."""

    pairs: frozenset[tuple[str, str]] = frozenset()
    classes: Mapping[int, str] = field(default_factory=dict)
    """By code point, as ``str.translate`` asks; the first of a class stands for itself."""

    def key(self, text: str) -> str:
        """The text with each character replaced by the one that stands for its class."""
        return text.translate(self.classes) if self.classes else text

    def differing(self, a: str, b: str) -> tuple[tuple[str, str], ...]:
        """The look-alike characters in which two texts differ, in order.

        Empty where they are equal, not equally long, or differ in characters that are no pair of
        the table as well: then one is not misread for the other.
        """
        if len(a) != len(b):
            return ()
        found = tuple((x, y) for x, y in zip(a, b, strict=True) if x != y)
        return found if all(pair in self.pairs for pair in found) else ()


NO_LOOKALIKES = Lookalikes()


def lookalikes(rows: Iterable[Mapping[str, str]]) -> Lookalikes:
    """The table with the columns a and b, one pair of single characters a row.

    Raises :class:`BadRequest` for a row that does not hold two different characters.
    """
    pairs: set[tuple[str, str]] = set()
    for number, row in enumerate(rows, start=1):
        a, b = row["a"], row["b"]
        if len(a) != 1 or len(b) != 1 or a == b:
            raise BadRequest(
                f"lookalikes.tsv 第 {number} 条的“{a}”“{b}”不是两个不同的字。",
                advice="每行写一对形近字，a、b 各一个字。",
            )
        pairs |= {(a, b), (b, a)}
    return Lookalikes(frozenset(pairs), _classes(pairs))


def _classes(pairs: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Character → the first character (by code point) that pairs join it to, directly or not."""
    standing: dict[str, str] = {}

    def find(character: str) -> str:
        while standing.setdefault(character, character) != character:
            character = standing[character]
        return character

    for a, b in sorted(pairs):
        first, second = sorted((find(a), find(b)))
        standing[second] = first
    return {ord(c): find(c) for c in standing if find(c) != c}
