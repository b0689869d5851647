"""Series: names that differ on purpose, in a number, a direction or a size (一村, 二村)."""

from __future__ import annotations

import re

_NUMBERED = "[零一二三四五六七八九十百两]+|[甲乙丙丁戊]|[A-Za-z]"
_DIRECTIONAL = "[东西南北中前后左右上下内外里]"
_SIZE = "[大小新老]"
_WORDS = re.compile(f"(?P<numbered>{_NUMBERED})|(?P<directional>{_DIRECTIONAL})|(?P<size>{_SIZE})")


def series_between(a: str, b: str) -> str | None:
    """Of which kind the series is that holds both names, or None where they differ otherwise.

    The names are of one pattern with other words in it (东一村/西二村), or one of them has a word
    more (马庄/西马庄, 张庄/张六庄). Where words of several kinds differ, the first names the kind.
    Equal names are no series.

    >>> series_between("一村", "二村"), series_between("东村", "西村"), series_between("大", "太")
    ('numbered', 'directional', None)
    """
    if a == b:
        return None
    words_a, words_b = list(_WORDS.finditer(a)), list(_WORDS.finditer(b))
    if _pattern(a) == _pattern(b):
        differing = (m for m, n in zip(words_a, words_b, strict=True) if m[0] != n[0])
        return next((m.lastgroup for m in differing), None)
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    for word in _WORDS.finditer(longer):
        if longer[: word.start()] + longer[word.end() :] == shorter:
            return word.lastgroup
    return None


def _pattern(text: str) -> str:
    """The name with each word that counts, directs or measures replaced by its kind."""
    return _WORDS.sub(lambda found: f"<{found.lastgroup}>", text)
