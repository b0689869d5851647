"""Toponyms: how a Chinese place name is built, written and compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from geo_registry.domain.errors import BadRequest
from geo_registry.domain.reading import Syllable, read
from geo_registry.domain.reference import Reference

MAX_LENGTH = 60
"""Longest name that is taken for a name; the longest of 620,573 real ones has 32 characters."""

_SPACES = re.compile(r"\s+")
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
    text = unicodedata.normalize("NFKC", name)
    return _SPACES.sub("", "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"}))


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


@lru_cache(maxsize=500_000)
def parse(full_name: str, place_class: str, reference: Reference) -> Toponym:
    """Split a name and compute its comparison keys.

    ``place_class`` is a key of :data:`~geo_registry.domain.place.PLACE_CLASSES`. Never fails: a
    name that does not follow the pattern has empty parts, and rules say so.
    """
    full = normalise(full_name)
    stem, organisation = _strip_first(full, _committee_suffixes(place_class, reference))
    stem = "".join(reference.simplified.get(c, c) for c in stem).translate(_NUMERALS)
    if place_class == "committee_seat":
        specific, modifier, generic = _core_of_committee(stem, reference), "", ""
        generic = stem[len(specific) :]
        core, spoken = specific, specific
    else:
        specific, modifier, generic = _split(stem, place_class, reference)
        core, spoken = specific + modifier, stem
    syllables = read(spoken, reference)
    keys = Keys(
        full=full,
        stem=stem,
        core=core,
        toned=" ".join(s.toned for s in syllables),
        toneless=" ".join(s.toneless for s in syllables),
    )
    return Toponym(full, place_class, specific, modifier, generic, organisation, syllables, keys)


def _committee_suffixes(place_class: str, reference: Reference) -> tuple[str, ...]:
    return reference.organisation_suffixes if place_class == "committee_seat" else ()


def _core_of_committee(stem: str, reference: Reference) -> str:
    """Without 社区 and the final 村, each once, while at least two characters remain."""
    core = stem
    for suffix in reference.community_suffixes:
        if core.endswith(suffix) and len(core) - len(suffix) >= 2:
            core = core.removesuffix(suffix)
    return core


def _split(stem: str, place_class: str, reference: Reference) -> tuple[str, str, str]:
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
    return ()


def _strip_first(text: str, suffixes: tuple[str, ...]) -> tuple[str, str]:
    for suffix in suffixes:
        if text.endswith(suffix) and len(text) > len(suffix):
            return text.removesuffix(suffix), suffix
    return text, ""
