"""The normal form of a name: what is compared letter by letter, before it is split or read.

Three steps, each a plain function: :func:`normalise` (the name as registered, tidied),
:func:`bare` (standard characters, without annotations and qualifiers in brackets) and
:func:`with_numerals` (digits as the numerals they are read as).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from geo_registry.domain.reference import Reference

_SPACES = re.compile(r"\s+")
_PLAIN = re.compile(r"[\u4e00-\u9fff]+")
"""Unified ideographs alone: nothing to normalise, and nearly every name is written so."""

_BRACKETS = str.maketrans("[]{}〔〕【】〖〗〈〉《》「」『』", "()" * 9)
_ZEROES = str.maketrans("〇○◯", "零零零")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_TRAILING = re.compile(r"\(([^()]+)\)+$")
"""The last bracket; some 500 of the national list have one, a few with a bracket too many."""

_SERIES = re.compile(
    r"(?:第?[0-9零一二三四五六七八九十百]+|[A-Za-z甲乙丙丁戊己庚辛东西南北中前后左右上下内外里大小新老])"
    r"[号期组队村区栋座社]?"
)
"""In brackets, what tells two names apart: （1）, （二期）, （东）, （A区）."""

_DIGITS = re.compile(r"[0-9]+")
_READ = str.maketrans("0123456789", "零一二三四五六七八九")
_CAPITAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_CAPITALS = re.compile(r"[壹贰叁肆伍陆柒捌玖拾]+(?=[号期栋座])|[壹贰叁肆柒捌]+(?=[村组队])")
"""壹贰叁 where a numeral is meant: before a counter. 伍村 and 陆村 are surnames, 玖 is a jade."""

_MIN_LENGTH = 2
"""A qualifier is taken off only while so many characters remain: 梭（土郎）村 keeps its bracket."""


def is_plain(character: str, reference: Reference) -> bool:
    """Whether a character is its own normal form: names of such characters stay as they are."""
    if not _PLAIN.fullmatch(character):
        return False
    return ord(character) not in standard_form(reference) and ord(character) not in _CAPITAL


@dataclass(frozen=True, slots=True)
class Bare:
    """A name without what stands in brackets beside it: the text, the qualifier, the suffix."""

    text: str
    qualifier: str = ""
    organisation: str = ""


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


def bare(full: str, suffixes: tuple[str, ...], reference: Reference) -> Bare:
    """Standard characters; annotations dropped; a qualifier in brackets and the suffix taken off.

    ``full`` is normalised, ``suffixes`` are organisational suffixes, longest first. An annotation
    （同音） goes wherever it stands. A qualifier stands at the end, or before the suffix: 水产村
    （方泰）, 汤台（新汤台）村委会; a numeral or a direction in brackets is part of the name (公和
    村委会（新） is 公和(新)), and so is a character described by its components, （氵甸）沽.
    """
    text = full.translate(standard_form(reference))
    if "(" not in text:
        text, organisation = without_suffix(text, suffixes)
        return Bare(text, organisation=organisation)
    text = _IN_BRACKETS.sub(
        lambda found: "" if found[1] in reference.annotations else found[0], text
    )
    text, after = _without_qualifier(text or full, reference)
    text, series = _without_series(text)
    text, organisation = without_suffix(text, suffixes)
    text, before = _without_qualifier(text + series, reference)
    return Bare(text, "、".join([*before, *after]), organisation)


def with_numerals(text: str) -> tuple[str, tuple[str, ...]]:
    """Digits as the numerals they are read as; and what was typed for each character.

    Numbers of two digits are counted (12 → 十二), longer ones read digit by digit (1201 → 一二零
    一), as people say them. The second answer is empty where no digit was typed; otherwise its
    pieces stand for the characters of the first: 21号 → 二十一号, ("2", "", "1", "号").

    >>> with_numerals("12号路")
    ('十二号路', ('1', '2', '号', '路'))
    """
    text = _CAPITALS.sub(lambda found: found[0].translate(_CAPITAL), text)
    if not _DIGITS.search(text):
        return text, ()
    spelled, typed, start = "", [], 0
    for found in _DIGITS.finditer(text):
        between = text[start : found.start()]
        numeral, pieces = _numeral(found[0])
        spelled += between + numeral
        typed += [*between, *pieces]
        start = found.end()
    return spelled + text[start:], (*typed, *text[start:])


@lru_cache(maxsize=16)
def standard_form(reference: Reference) -> dict[int, str]:
    """Traditional form → standard form, every bracket → round, 〇 → 零; for ``str.translate``."""
    forms = {ord(form): simple for form, simple in reference.simplified.items()}
    signs = {**_BRACKETS, **_ZEROES}
    return {**forms, **{sign: chr(other) for sign, other in signs.items()}}


def _numeral(digits: str) -> tuple[str, tuple[str, ...]]:
    """The numeral of a run of digits, and what was typed for each of its characters."""
    if len(digits) != 2 or digits[0] == "0":
        return digits.translate(_READ), tuple(digits)
    tens, ones = digits[0], digits[1]
    if tens == "1":
        return ("十", (digits,)) if ones == "0" else ("十" + ones.translate(_READ), (tens, ones))
    if ones == "0":
        return tens.translate(_READ) + "十", (tens, ones)
    return (tens + "十" + ones).translate(_READ), (tens, "", ones)


def without_suffix(text: str, suffixes: tuple[str, ...]) -> tuple[str, str]:
    """The text without the first of the suffixes that it ends in, and that suffix; or as it is."""
    for suffix in suffixes:
        if text.endswith(suffix) and len(text) > len(suffix):
            return text.removesuffix(suffix), suffix
    return text, ""


def _without_qualifier(text: str, reference: Reference) -> tuple[str, list[str]]:
    """The text, and what stood in brackets at its end, in order."""
    found: list[str] = []
    while match := _TRAILING.search(text):
        rest, content = text[: match.start()], match[1]
        if (
            len(rest) < _MIN_LENGTH
            or _SERIES.fullmatch(content)
            or not reference.forms.components.isdisjoint(content)
        ):
            break
        text = rest
        found.insert(0, content)
    return text, found


def _without_series(text: str) -> tuple[str, str]:
    """The text, and the bracket at its end that tells two names apart: （新）, （二）."""
    match = _TRAILING.search(text)
    if match and match.start() and _SERIES.fullmatch(match[1]):
        return text[: match.start()], match[0]
    return text, ""
