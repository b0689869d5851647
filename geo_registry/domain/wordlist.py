"""Word lists: wording that a name must not have, or that a person should look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from geo_registry.domain.errors import BadRequest

PRODUCT, BUREAU = "product", "bureau"
"""Who keeps a word: it ships with the product, or the bureau wrote it into its own list."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A harmless use of a word: a pattern on the whole name without its committee suffix.

    ``classes`` limits it to places of some classes; empty = any.
    """

    pattern: str
    reason: str
    classes: tuple[str, ...] = ()

    def covers(self, stem: str, place_class: str) -> bool:
        """Whether the name is the harmless use."""
        return (not self.classes or _among(place_class, self.classes)) and (
            re.search(self.pattern, stem) is not None
        )


@dataclass(frozen=True, slots=True)
class ListedWord:
    """One word: where it comes from, which classes of places it concerns, and its exemptions.

    ``reaches_generic``: the word may end in the generic part (御府 in 金地御府, which is split as
    金地御 + 府); any other word must lie in the specific part and its modifier.
    """

    text: str
    source: str
    confidence: str
    classes: tuple[str, ...]
    exempt: tuple[Exemption, ...] = ()
    reaches_generic: bool = False
    kept_by: str = PRODUCT

    def concerns(self, place_class: str) -> bool:
        """Whether names of the class, or of a family that holds it, are looked at."""
        return _among(place_class, self.classes)


@dataclass(frozen=True, slots=True, eq=False)
class WordList:
    """The words of one rule, those of the bureau first.

    ``kept_by`` says who is expected to fill it, ``file`` where the bureau writes (empty where this
    installation has no folder for it). ``settings`` is what a rule wants besides words.
    """

    id: str
    title: str
    note: str
    kept_by: str
    words: tuple[ListedWord, ...] = ()
    exempt: tuple[Exemption, ...] = ()
    file: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def by_bureau(self) -> int:
        """How many words the bureau wrote."""
        return sum(word.kept_by == BUREAU for word in self.words)

    def found_in(self, stem: str, end_of_core: int, place_class: str) -> Iterator[ListedWord]:
        """The words in the specific part of a name that no exemption covers, from left to right.

        ``stem`` is the name without its committee suffix, ``end_of_core`` the number of its
        characters that belong to the specific part and its modifier.
        """
        pattern, by_text = _matcher(self)
        if pattern is None or not pattern.search(stem):
            return
        for match in pattern.finditer(stem):
            word = by_text[match[0]]
            inside = match.end() <= end_of_core or word.reaches_generic
            if (
                match.start() < end_of_core
                and inside
                and word.concerns(place_class)
                and not any(e.covers(stem, place_class) for e in (*word.exempt, *self.exempt))
            ):
                yield word


def _among(place_class: str, classes: tuple[str, ...]) -> bool:
    """Whether the class is one of these, or of a family among them."""
    return any(place_class == c or place_class.startswith(c + ".") for c in classes)


@lru_cache(maxsize=64)
def _matcher(words: WordList) -> tuple[re.Pattern[str] | None, Mapping[str, ListedWord]]:
    """One pattern for all words, longest first; the bureau's entry of a word wins."""
    by_text = {word.text: word for word in reversed(words.words)}
    longest_first = sorted(by_text, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, longest_first))) if by_text else None, by_text


def word_list(
    list_id: str,
    shipped: Mapping[str, Any],
    own: Mapping[str, Any] | None = None,
    *,
    file: str = "",
) -> WordList:
    """A list from its shipped table and the bureau's own, as they were read from TOML.

    Raises :class:`BadRequest` for an entry without words, an unknown source, or a pattern that is
    none, naming the list and the entry.
    """
    classes = tuple(shipped["classes"])
    own_words = _words(own or {}, classes, BUREAU, file or list_id)
    return WordList(
        id=list_id,
        title=shipped["title"],
        note=shipped["note"],
        kept_by=shipped["kept_by"],
        words=(*own_words, *_words(shipped, classes, PRODUCT, list_id)),
        exempt=_exemptions([*shipped.get("exempt", ()), *(own or {}).get("exempt", ())], list_id),
        file=file,
        settings={
            key: value
            for key, value in shipped.items()
            if key not in {"entry", "sources", "exempt"}
        },
    )


def _words(
    table: Mapping[str, Any], classes: tuple[str, ...], kept_by: str, where: str
) -> Iterator[ListedWord]:
    sources = table.get("sources", {})
    for number, entry in enumerate(table.get("entry", ()), start=1):
        source = entry.get("source", "")
        known = sources.get(source)
        texts = entry.get("words")
        if (
            not isinstance(texts, list)
            or not all(isinstance(t, str) and t.strip() for t in texts)
            or (known is None and kept_by == PRODUCT)
        ):
            raise BadRequest(
                f"词表 {where} 的第 {number} 条不完整。",
                advice='每条写成：[[entry]]，下一行 words = ["词语"]，再一行 source = "来源"。',
            )
        for text in texts:
            yield ListedWord(
                text=text.strip(),
                source=known["text"] if known else source or "本局名单",
                confidence=known["confidence"] if known else "local",
                classes=tuple(entry.get("classes", classes)),
                exempt=_exemptions(entry.get("exempt", ()), where),
                reaches_generic=bool(entry.get("reaches_generic", False)),
                kept_by=kept_by,
            )


def _exemptions(rows: Any, where: str) -> tuple[Exemption, ...]:
    found = []
    for row in rows:
        try:
            re.compile(row["pattern"])
            found.append(Exemption(row["pattern"], row["reason"], tuple(row.get("classes", ()))))
        except (re.error, KeyError, TypeError) as error:
            raise BadRequest(
                f"词表 {where} 中有一条例外写得不对：{row}。",
                advice='例外写成 { pattern = "正则表达式", reason = "理由" }。',
            ) from error
    return tuple(found)
