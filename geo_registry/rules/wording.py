"""What the rules on wording have in common: looking words up, and saying where they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars

from geo_registry.domain.finding import Hit
from geo_registry.domain.gazetteer import Gazetteer, NamedPlace
from geo_registry.domain.identity import CANDIDATE
from geo_registry.domain.place import EVERY_CLASS, NameKind, Place
from geo_registry.domain.wordlist import BUREAU, ListedWord, WordList, word_list
from geo_registry.reference import load
from geo_registry.rules.comparing import narrowest_scope
from geo_registry.rules.example_places import places
from geo_registry.settings import shipped

if TYPE_CHECKING:
    from geo_registry.domain.name_columns import NameColumns, Rows
    from geo_registry.domain.rule import Screen

KINDS = (NameKind.STANDARD, NameKind.PROPOSED)
CAMPAIGN = ("estate", "building")
"""What the ministry's campaign of 2018 aims at; names of other registered places are left alone."""
ANY = EVERY_CLASS
NO_LINK = "no_specific_link"
"""The exemption of articles 3 and 4 of the measures: no specific link with the person or firm."""
NO_LINK_REASON = "该词语与有关人物或企业没有特定联系（实施办法第三条、第四条）"


def looked_at(gazetteer: Gazetteer, registered: Sequence[str]) -> Iterator[NamedPlace]:
    """The proposed name whatever its class, and names of registered places of some families."""
    suits: dict[str, bool] = {}
    for place in gazetteer.places:
        if place.subject != CANDIDATE:
            known = suits.get(place.place_class)
            if known is None:
                known = any(place.is_a(c) for c in registered)
                suits[place.place_class] = known
            if not known:
                continue
        for name in place.names:
            if name.kind in KINDS and name.in_use(gazetteer.on):
                yield NamedPlace(place, name)


def wording_hits(
    gazetteer: Gazetteer,
    list_id: str,
    registered: Sequence[str],
    outcome: Callable[[NamedPlace, Sequence[ListedWord]], str] = lambda _named, _words: "default",
    **facts: Any,
) -> Iterator[Hit]:
    """One hit for every name with words of a list in its specific part."""
    words = gazetteer.reference.wordlists.get(list_id)
    if words is None or not words.words:
        return
    for named in looked_at(gazetteer, registered):
        found = found_in(words, named)
        if found:
            yield wording_hit(named, found, outcome(named, found), **facts)


def screen(list_id: str, registered: Sequence[str]) -> Screen:
    """For tables, which hold registered names alone: the rows with a word of the list."""

    def rows(columns: NameColumns) -> Rows:
        words = columns.reference.wordlists.get(list_id)
        family = columns.place_class.split(".")[0]
        if words is None or not words.words or family not in registered:
            return columns.nowhere()
        texts = [word.text for word in words.words]
        return columns.where(polars.col("stem").str.contains_any(texts))

    return rows


def found_in(words: WordList, named: NamedPlace) -> list[ListedWord]:
    """The words of a list that stand in the specific part of a name, each once."""
    toponym = named.name.toponym
    end = len(toponym.specific) + len(toponym.modifier)
    found = words.found_in(toponym.keys.stem, end, named.place.place_class)
    return list({word.text: word for word in found}.values())


def wording_hit(
    named: NamedPlace, found: Sequence[ListedWord], outcome: str = "default", **facts: Any
) -> Hit:
    """The hit that names the words, and where the list has them from."""
    toponym = named.name.toponym
    return Hit(
        scope=narrowest_scope(named.place),
        key=f"{named.place.subject} {toponym.keys.full}",
        subjects=(named.place.subject,),
        where=named.place.geometry,
        outcome=outcome,
        facts={
            "name": toponym.full,
            "words": "、".join(f"“{word.text}”" for word in found),
            "source": "；".join(dict.fromkeys(word.source for word in found)),
            "names": [toponym.full],
            **facts,
        },
    )


def kept_or_shipped(_named: NamedPlace, found: Sequence[ListedWord]) -> str:
    """``kept`` where the bureau itself put one of the words on its list, else ``shipped``."""
    return "kept" if any(word.kept_by == BUREAU for word in found) else "shipped"


def unfilled(list_id: str, title: str) -> Callable[[Gazetteer, Place], str]:
    """Why a rule cannot look: the bureau has not filled its list."""

    def reason(gazetteer: Gazetteer, _place: Place) -> str:
        words = gazetteer.reference.wordlists.get(list_id)
        if words is not None and words.by_bureau:
            return ""
        return f"{title}由本局保管，尚未填写，请人工核对。"

    return reason


def with_words(list_id: str, *texts: str, on: Sequence[Place]) -> Callable[[], Gazetteer]:
    """For examples: a gazetteer whose bureau has written these words into one of its lists."""

    def build() -> Gazetteer:
        made = places(*on)()
        shipped_list = load(shipped("data")).wordlists[list_id]
        own = {"entry": [{"words": list(texts), "source": "本局名单（示例）"}]}
        filled = word_list(list_id, {**shipped_list.settings, "entry": []}, own, file=list_id)
        lists = {**made.reference.wordlists, list_id: filled}
        return replace(made, reference=replace(made.reference, wordlists=lists))

    return build
