"""A paper for the file: headings, paragraphs, tables, drawings, apart from how they are set."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

ATTACHMENT = "geo-registry-report.json"
"""The name under which the canonical content travels inside a PDF."""
NAMESPACE = "urn:geo-registry:report"
"""The namespace of the custom XML part in which it travels inside a DOCX."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 for 一、二、三, level 2 below."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``tone``: ``body``, ``small``, ``signature`` or a verdict (``violation`` …)."""

    text: str
    tone: str = "body"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``widths`` are shares of the line.

    Without ``header`` it is a form: its first, third … columns are labels. A cell that holds a
    verdict and nothing else is set in the tone of the verdict.
    """

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG whose words are set in the family ``sans``; ``text`` says what it shows.

    It fills the line. ``caption`` stands below it.
    """

    svg: str
    text: str
    caption: str = ""

    def set_in(self, family: str) -> str:
        """The SVG with its words in a font of the machine."""
        return self.svg.replace('font-family="sans"', f'font-family="{family}"')


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photo as JPEG; ``caption`` stands below it, ``text`` says what it shows."""

    jpeg: bytes
    text: str
    caption: str


Block = Heading | Paragraph | Grid | Picture | Photograph


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. ``content`` is what it was made from and travels inside, with its hash."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    footer: str
    day: date
    content: bytes
    sha256: str
    author: str


VERDICT_COLOURS = {
    "violation": "B42318",
    "warning": "9A5B00",
    "notice": "2F5F98",
    "passed": "1B7F5C",
    "unseen": "565D64",
}
VERDICT_TONES = {
    "违反": "violation",
    "警示": "warning",
    "提示": "notice",
    "通过": "passed",
    "未比对": "unseen",
}


def printable(text: str) -> str:
    """The text with □ for what no paper can carry: controls, half and private characters."""
    return "".join("□" if _unprintable(c) else c for c in text)


def _unprintable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"} and character != "\n"
