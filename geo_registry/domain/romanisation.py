"""Romanisation: Chinese place names in Hanyu Pinyin (地名管理条例 art. 15; spelling rules of 1984).

Source: 中国地名汉语拼音字母拼写规则（汉语地名部分）, 中地字第17号, 1984-12-25. Rules applied here:
1 (specific and generic apart), 2 (one-syllable modifier joined), 3 (natural villages joined),
9 (tone marks by default), 10 (capitals) and 11 (apostrophe).
"""

from __future__ import annotations

from geo_registry.domain.reading import Syllable
from geo_registry.domain.toponym import Toponym

_JOINED_CLASSES = ("settlement", "committee_seat")


def romanise(toponym: Toponym, *, marks: bool = True) -> str:
    """The spelling of a name, with tone marks or plain: 文化西路 → Wénhuà Xīlù / Wenhua Xilu."""
    syllables = toponym.syllables
    if toponym.place_class.startswith(_JOINED_CLASSES):
        return _word(syllables, marks=marks)
    cut = len(toponym.specific)
    words = [syllables[:cut], syllables[cut : cut + len(toponym.modifier + toponym.generic)]]
    return " ".join(_word(word, marks=marks) for word in words if word)


def _word(syllables: tuple[Syllable, ...], *, marks: bool) -> str:
    text = ""
    for syllable in syllables:
        spelled = syllable.marked if marks else syllable.toneless
        # Rule 11: a syllable that begins with a, o or e is set apart inside a word.
        if text and syllable.provenance != "none" and syllable.toneless[:1] in ("a", "o", "e"):
            text += "'"
        text += spelled
    return text[:1].upper() + text[1:]
