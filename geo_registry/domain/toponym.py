"""Toponyms: how a Chinese place name is built, written and compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reading import Syllable, read
from geo_registry.domain.reference import Reference
from geo_registry.domain.romanisation import Word, divide

MAX_LENGTH = 60
"""Longest name that is taken for a name; the longest of 620,573 real ones has 32 characters."""

_SPACES = re.compile(r"\s+")
_PLAIN = re.compile(r"[\u4e00-\u9fff]+")
"""Unified ideographs alone: nothing to normalise, and nearly every name is written so."""
_NUMERALS = str.maketrans("0123456789〇", "零一二三四五六七八九零")


@dataclass(frozen=True, slots=True)
class Keys:
    """Comparison keys; equal keys inside one scope are one cluster.

    ``full``: the name as registered (NFKC, spaces removed). ``stem``: without the organisational
    suffix, traditional forms simplified, numerals unified. ``core``: without 社区 and the final 村
    (committees) or without the generic (other classes). ``toned`` / ``toneless``: the reading of
    the part that the class compares (committees: the core; others: the stem).
    """

    full: str
    stem: str
    core: str
    toned: str
    toneless: str
    dialect: str = ""
    lookalike: str = ""


@dataclass(frozen=True, slots=True)
class Toponym:
    """A name: specific part (专名), modifier, generic part (通名), organisational suffix.

    The split is a proposal by longest suffix; a person can correct it.
    """

    full: str
    place_class: str
    specific: str
    modifier: str
    generic: str
    organisation: str
    syllables: tuple[Syllable, ...]
    keys: Keys
    words: tuple[Word, ...] = field(default=(), compare=False)
    """How the name is divided for spelling; empty where the parts above say it all."""

    @property
    def uncertain(self) -> tuple[Syllable, ...]:
        """The syllables whose reading nobody and no table has decided."""
        return tuple(s for s in self.syllables if s.uncertain)

    @property
    def initials(self) -> str:
        """First letters of the reading, for search: 文化路 → ``whl``."""
        return "".join(s.toneless[0] for s in self.syllables if s.toneless)


def normalise(name: str) -> str:
    """The written form that is compared: NFKC, no spaces, no invisible characters.

    >>> normalise(" 文化（西）路 ")
    '文化(西)路'
    """
    if _PLAIN.fullmatch(name):
        return name
    text = unicodedata.normalize("NFKC", name)
    text = _SPACES.sub("", "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"}))
    # Removing a space can bring a letter and a combining mark together.
    return unicodedata.normalize("NFKC", text)


def require_name(name: str) -> str:
    """The normalised name, or :class:`BadRequest` saying why it cannot be a name."""
    text = normalise(name)
    if not text:
        raise BadRequest("名称是空的，请填写要核对的地名。")
    if len(text) > MAX_LENGTH:
        raise BadRequest(
            f"名称有 {len(text)} 个字，超过 {MAX_LENGTH} 字，不像是一个地名。",
            advice="请检查是否粘贴了整段文字。",
        )
    return text


@dataclass(frozen=True, slots=True)
class Written:
    """The written parts of a name, before it is read: what compares letter by letter."""

    full: str
    stem: str
    organisation: str
    specific: str
    modifier: str
    generic: str

    @property
    def core(self) -> str:
        """Without the generic part."""
        return self.specific + self.modifier


def split(full_name: str, place_class: str, reference: Reference) -> Written:
    """Split a name into its written parts, without reading it.

    ``place_class`` is a key of :data:`~geo_registry.domain.place.PLACE_CLASSES`. Never fails: a
    name that does not follow the pattern has empty parts, and rules say so.
    """
    full = normalise(full_name)
    stem, organisation = _strip_first(full, _committee_suffixes(place_class, reference))
    stem = stem.translate(_unified(reference))
    if place_class == "committee_seat":
        core = _core_of_committee(stem, reference)
        return Written(full, stem, organisation, core, "", stem[len(core) :])
    return Written(full, stem, organisation, *_split_generic(stem, place_class, reference))


@lru_cache(maxsize=16)
def _unified(reference: Reference) -> dict[int, str]:
    """Traditional form → standard form, and digits → numerals, for ``str.translate``."""
    standard = {ord(form): simple for form, simple in reference.simplified.items()}
    return {**standard, **{digit: chr(numeral) for digit, numeral in _NUMERALS.items()}}


@lru_cache(maxsize=500_000)
def parse(full_name: str, place_class: str, reference: Reference) -> Toponym:
    """Split and read a name, and compute its comparison keys; never fails."""
    return _toponym(split(full_name, place_class, reference), place_class, reference)


def parse_confirmed(
    full_name: str, place_class: str, reference: Reference, confirmed: Sequence[str]
) -> Toponym:
    """As :func:`parse`, with the reading that a person confirmed (``chang2``, one a character).

    Raises :class:`BadRequest` when it has not one syllable for each character that is read: of a
    committee the core, of anything else the whole name.
    """
    written = split(full_name, place_class, reference)
    return _toponym(written, place_class, reference, tuple(confirmed))


def _toponym(
    written: Written, place_class: str, reference: Reference, confirmed: tuple[str, ...] = ()
) -> Toponym:
    seat = place_class == "committee_seat"
    spoken = written.core if seat else written.stem
    # A village's generic is part of its name to whoever says it; a road's is not.
    joined = seat or place_class.startswith("settlement")
    syllables = read(
        spoken,
        reference,
        specific=None if joined else len(written.core),
        confirmed=confirmed,
    )
    keys = Keys(
        full=written.full,
        stem=written.stem,
        core=written.core,
        toned=" ".join([s.toned for s in syllables]),
        toneless=" ".join([s.toneless for s in syllables]),
    )
    return Toponym(
        written.full,
        place_class,
        written.specific,
        written.modifier,
        written.generic,
        written.organisation,
        syllables,
        keys,
        divide(spoken, written.full, written.generic, place_class, reference),
    )


def _committee_suffixes(place_class: str, reference: Reference) -> tuple[str, ...]:
    return reference.organisation_suffixes if place_class == "committee_seat" else ()


def _core_of_committee(stem: str, reference: Reference) -> str:
    """Without 社区 and the final 村, each once, while at least two characters remain."""
    core = stem
    for suffix in reference.community_suffixes:
        if core.endswith(suffix) and len(core) - len(suffix) >= 2:
            core = core.removesuffix(suffix)
    return core


def _split_generic(stem: str, place_class: str, reference: Reference) -> tuple[str, str, str]:
    rest, generic = _strip_first(stem, _generics(place_class, reference))
    if not generic:
        return stem, "", ""
    for modifier in reference.modifiers:
        if rest.endswith(modifier) and len(rest) - len(modifier) >= 2:
            return rest.removesuffix(modifier), modifier, generic
    return rest, "", generic


def _generics(place_class: str, reference: Reference) -> tuple[str, ...]:
    """The generics of the class, or of the nearest class above it that has some."""
    parts = place_class.split(".")
    # A road is split by every road generic, whatever its grade: 文化街 stays 文化 + 街 even where
    # the register has it as road.road; the mismatch is a rule's business, not the parser's.
    for end in range(1, len(parts) + 1):
        found = reference.generics.get(".".join(parts[:end]))
        if found:
            return found
    return _generics_below(place_class, reference)


@lru_cache(maxsize=256)
def _generics_below(family: str, reference: Reference) -> tuple[str, ...]:
    """Of a family that has no list of its own (``division``): what its classes have together."""
    below = {g for k, v in reference.generics.items() if k.startswith(family + ".") for g in v}
    return tuple(sorted(below, key=lambda generic: (-len(generic), generic)))


def _strip_first(text: str, suffixes: tuple[str, ...]) -> tuple[str, str]:
    for suffix in suffixes:
        if text.endswith(suffix) and len(text) > len(suffix):
            return text.removesuffix(suffix), suffix
    return text, ""
