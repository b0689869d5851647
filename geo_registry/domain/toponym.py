"""Toponyms: how a Chinese place name is built, written and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from geo_registry.domain.dialect import dialect_key
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.normal_form import bare, normalise, with_numerals, without_suffix
from geo_registry.domain.reading import (
    Heard,
    Syllable,
    doubtful,
    doubts_between,
    is_han,
    is_proposed,
    read,
)
from geo_registry.domain.reference import Parts, Reference
from geo_registry.domain.romanisation import Word, divide
from geo_registry.domain.series import series_between

__all__ = [
    "MAX_LENGTH",
    "Keys",
    "Toponym",
    "Written",
    "normalise",
    "parse",
    "parse_confirmed",
    "qualifier_of",
    "require_name",
    "series_of",
    "split",
    "undecided",
    "undecided_between",
]

MAX_LENGTH = 60
"""Longest name that is taken for a name; the longest of 620,573 real ones has 32 characters."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Comparison keys; equal keys inside one scope are one cluster.

    ``full``: the name as registered (NFKC, spaces removed). ``stem``: without the organisational
    suffix and what stands in brackets beside the name, in standard characters, digits as numerals.
    ``core``: without 社区 and the final 村 (committees) or without the generic (other classes).
    ``toned`` / ``toneless``: the reading of the part that the class compares (committees: the
    core; others: the stem). ``dialect``: the toneless reading after the mergers of the district's
    speech. ``lookalike``: the compared part with each character replaced by the one that stands
    for its class of look-alikes; a rule still has to look at each pair.
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

    The split is a proposal by longest suffix; a person can correct it. ``qualifier``: what stands
    in brackets beside the name, 方泰 in 水产村（方泰）.
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
    qualifier: str = ""

    @property
    def uncertain(self) -> tuple[Syllable, ...]:
        """The syllables whose reading nobody and no table has decided."""
        return tuple(s for s in self.syllables if s.uncertain)

    @property
    def initials(self) -> str:
        """First letters of the reading, for search: 文化路 → ``whl``."""
        return "".join(s.toneless[0] for s in self.syllables if s.toneless)


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


SPLIT_SOURCES: Mapping[str, str] = {
    "confirmed": "人工确认",
    "local": "本区拆分表",
    "proposed": "按通名表拟定",
}
"""Who split a name → what it is called, strongest first."""


@dataclass(frozen=True, slots=True)
class Written:
    """The written parts of a name, before it is read: what compares letter by letter.

    ``typed``: what was typed for each character of the stem, where digits were typed. ``decided``:
    whether a person or the district's table split it, not the longest suffix.
    """

    full: str
    stem: str
    organisation: str
    specific: str
    modifier: str
    generic: str
    qualifier: str = ""
    typed: tuple[str, ...] = ()
    decided: bool = False

    @property
    def core(self) -> str:
        """Without the generic part."""
        return self.specific + self.modifier


def split(full_name: str, place_class: str, reference: Reference) -> Written:
    """Split a name into its written parts, without reading it.

    ``place_class`` is a key of :data:`~geo_registry.domain.place.PLACE_CLASSES`. The district's
    own table of splits (``splits_local.tsv``) wins over the longest suffix. Never fails: a name
    that does not follow the pattern has empty parts, and rules say so.
    """
    return _written(normalise(full_name), place_class, reference)


def _written(
    full: str, place_class: str, reference: Reference, parts: Parts | None = None
) -> Written:
    stripped = bare(full, committee_suffixes(place_class, reference), reference)
    stem, typed = with_numerals(stripped.text)
    found = parts or _local_parts(stem, place_class, reference)
    decided = found is not None
    if found is None and place_class == "committee_seat":
        core = _core_of_committee(stem, reference)
        found = core, "", stem[len(core) :]
    if found is None:
        found = _split_generic(stem, place_class, reference)
    return Written(full, stem, stripped.organisation, *found, stripped.qualifier, typed, decided)


def qualifier_of(full: str, place_class: str, reference: Reference) -> str:
    """What stands in brackets beside a normalised name; most have none."""
    if full.isalpha():  # no brackets
        return ""
    return bare(full, committee_suffixes(place_class, reference), reference).qualifier


def _local_parts(stem: str, place_class: str, reference: Reference) -> Parts | None:
    """How the district itself splits the name: for this class, or one above it."""
    if stem not in reference.splits:
        return None
    classes = place_class.split(".")
    for end in range(len(classes), 0, -1):
        found = reference.splits[stem].get(".".join(classes[:end]))
        if found:
            return found
    return None


@lru_cache(maxsize=500_000)
def parse(full_name: str, place_class: str, reference: Reference) -> Toponym:
    """Split and read a name, and compute its comparison keys; never fails."""
    return _toponym(split(full_name, place_class, reference), place_class, reference)


def parse_confirmed(
    full_name: str,
    place_class: str,
    reference: Reference,
    confirmed: Sequence[str] = (),
    parts: Parts | None = None,
) -> Toponym:
    """As :func:`parse`, with the reading (``chang2``, one a character) or the split of a person.

    ``parts`` are 专名, modifier and 通名. Raises :class:`BadRequest` when the reading has not one
    syllable for each character that is read (of a committee the core, of anything else the whole
    name), or the parts do not make up the name.
    """
    full = normalise(full_name)
    if parts is not None:
        stem = _written(full, place_class, reference).stem
        parts = _as_written(parts, reference)
        if "".join(parts) != stem or not parts[0]:
            raise BadRequest(
                f"“{'｜'.join(p for p in parts if p)}”拼起来不是“{stem}”。",
                advice="专名、修饰成分、通名依次相接，须与名称一字不差，专名不能为空。",
                field="specific",
            )
    written = _written(full, place_class, reference, parts)
    return _toponym(written, place_class, reference, tuple(confirmed))


def _as_written(parts: Parts, reference: Reference) -> Parts:
    """The parts in the normal form of a stem, however they were typed."""

    def one(part: str) -> str:
        return with_numerals(bare(normalise(part), (), reference).text)[0]

    return one(parts[0]), one(parts[1]), one(parts[2])


def _toponym(
    written: Written, place_class: str, reference: Reference, confirmed: tuple[str, ...] = ()
) -> Toponym:
    spoken = _spoken(written.core, written.stem, place_class)
    syllables = read(
        spoken,
        reference,
        specific=_before_generic(written.core, place_class),
        confirmed=confirmed,
    )
    toneless = [s.toneless for s in syllables]
    keys = Keys(
        full=written.full,
        stem=written.stem,
        core=written.core,
        toned=" ".join([s.toned for s in syllables]),
        toneless=" ".join(toneless),
        dialect=dialect_key(spoken, toneless, reference.dialect),
        lookalike=reference.lookalikes.key(spoken),
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
        divide(
            spoken,
            written.typed,
            written.generic,
            place_class,
            reference,
            (written.specific, written.modifier, written.generic) if written.decided else None,
        ),
        written.qualifier,
    )


def _spoken(core: str, stem: str, place_class: str) -> str:
    """The part that is read and compared: of a committee the core, of others the whole stem."""
    return core if place_class == "committee_seat" else stem


def _before_generic(core: str, place_class: str) -> int | None:
    """How many characters stand before the generic; None where the generic is said with the name.

    A village's generic is part of its name to whoever says it; a road's is not.
    """
    joined = place_class == "committee_seat" or place_class.startswith("settlement")
    return None if joined else len(core)


def series_of(a: Toponym, b: Toponym) -> str | None:
    """Whether two names are members of a series: they differ only in words that count or place.

    ``numbered`` (一村/二村, 1号路/2号路), ``directional`` (东村/西村), ``size`` (大庄/小庄), or
    None. A series is a deliberate way of naming, never a look-alike.
    """
    return series_between(
        _spoken(a.keys.core, a.keys.stem, a.place_class),
        _spoken(b.keys.core, b.keys.stem, b.place_class),
    )


def undecided(toponym: Toponym, reference: Reference) -> tuple[Syllable, ...]:
    """The syllables for which the best proposal is hardly better than another.

    Fewer than :attr:`Toponym.uncertain`: what place names of the country nearly always say is
    left out, and so is a choice between tones alone.
    """
    core = toponym.specific + toponym.modifier
    return doubtful(
        toponym.syllables, reference, specific=_before_generic(core, toponym.place_class)
    )


def unlisted(toponym: Toponym, reference: Reference) -> tuple[Syllable, ...]:
    """The characters outside the standard table whose reading no table and no person gives."""
    return tuple(
        s
        for s in toponym.syllables
        if is_han(s.character)
        and s.character not in reference.standard_characters
        and (is_proposed(s.provenance) or s.provenance == "none")
    )


def undecided_between(a: Toponym, b: Toponym, reference: Reference) -> tuple[Syllable, ...]:
    """The undecided syllables on which it rests that two names sound alike.

    Empty where the names are equally long and every undecided character stands in both at the
    same place: then they sound alike however it is read. A homophone finding with such syllables
    is less certain (和=hé/huò …) and may weigh no more than a hint.
    """
    return doubts_between(
        Heard(a.syllables, undecided(a, reference)), Heard(b.syllables, undecided(b, reference))
    )


def committee_suffixes(place_class: str, reference: Reference) -> tuple[str, ...]:
    """The organisational suffixes of the class, longest first; only committees have some."""
    return reference.organisation_suffixes if place_class == "committee_seat" else ()


def _core_of_committee(stem: str, reference: Reference) -> str:
    """Without 社区 and the final 村, each once, while at least two characters remain."""
    core = stem
    for suffix in reference.community_suffixes:
        if core.endswith(suffix) and len(core) - len(suffix) >= 2:
            core = core.removesuffix(suffix)
    return core


def _split_generic(stem: str, place_class: str, reference: Reference) -> Parts:
    rest, generic = without_suffix(stem, generics_of(place_class, reference))
    if not generic:
        return stem, "", ""
    for modifier in reference.modifiers:
        if rest.endswith(modifier) and len(rest) - len(modifier) >= 2:
            return rest.removesuffix(modifier), modifier, generic
    return rest, "", generic


def generics_of(place_class: str, reference: Reference) -> tuple[str, ...]:
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


def spoken_part(place_class: str) -> str:
    """The key that is read and compared: of a committee ``core``, of anything else ``stem``."""
    return "core" if place_class == "committee_seat" else "stem"


def reads_generic_apart(place_class: str) -> bool:
    """Whether the generic is read for itself (a road's), not as part of the name (a village's)."""
    return _before_generic("", place_class) is not None
