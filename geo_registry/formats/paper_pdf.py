"""Papers as PDF/A-3 with their content attached, by Typst; the same paper gives the same bytes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from geo_registry.domain.errors import Unavailable
from geo_registry.formats.paper import (
    ATTACHMENT,
    VERDICT_COLOURS,
    VERDICT_TONES,
    Block,
    Heading,
    Paper,
    Paragraph,
    Photograph,
    Picture,
    printable,
)

SERIF = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC", "Songti SC",
    "STSong", "SimSun", "FangSong",
)  # fmt: skip
SANS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "PingFang SC",
    "Heiti SC", "Microsoft YaHei", "SimHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
)  # fmt: skip
_TEMPLATE = Path(__file__).with_name("paper.typ")
_PICTURE = Path(__file__).with_name("picture.typ")
_PPI = 220.0
_INSTALL = "Debian、Ubuntu：sudo apt-get install fonts-noto-cjk"


def write_pdf(paper: Paper) -> bytes:
    """The paper as PDF.

    Raises :class:`Unavailable`, naming the package, where the machine has no Chinese font.
    """
    fonts, families = _fonts()
    serif = [f for f in SERIF if f in families] or [f for f in SANS if f in families]
    sans = [f for f in SANS if f in families] or serif
    if not serif:
        other = any(isinstance(b, Picture) for b in paper.blocks)
        raise Unavailable(
            "本机没有中文字体，不能生成 PDF。",
            advice=_INSTALL + ("。" if other else "；或改存为 DOCX（不需要字体）。"),
        )
    noon = datetime(paper.day.year, paper.day.month, paper.day.day, 4, tzinfo=UTC)
    inputs = {
        "paper": json.dumps(_values(paper, serif[0], sans[0]), ensure_ascii=False),
        "content": paper.content.decode(),
    }
    with _template(paper) as template:
        compiler = typst.Compiler(template, font_paths=fonts, ignore_system_fonts=True)
        compile_ = partial(
            compiler.compile, format="pdf", sys_inputs=inputs, timestamp=int(noon.timestamp())
        )
        try:
            made = compile_(pdf_standards=["a-3a"])
        except typst.TypstError:
            # A character that no font of the machine has: the archive standard forbids the box
            # that stands for it, and a name with such a character needs its report all the more.
            made = compile_()
    if not isinstance(made, bytes):  # the type of the library allows pages apart, as for PNG
        raise TypeError(type(made))
    return made


@contextmanager
def _template(paper: Paper) -> Iterator[Path]:
    """The template; beside the photos of the paper, where it has any, in a folder for a while."""
    photos = _photos(paper)
    if not photos:
        yield _TEMPLATE
        return
    with tempfile.TemporaryDirectory(prefix="geo_registry_") as folder:
        path = Path(folder) / _TEMPLATE.name
        shutil.copyfile(_TEMPLATE, path)
        for number, photo in enumerate(photos):
            path.with_name(f"photo-{number}.jpg").write_bytes(photo.jpeg)
        yield path


def _photos(paper: Paper) -> list[Photograph]:
    return [b for b in paper.blocks if isinstance(b, Photograph)]


def picture_png(picture: Picture) -> bytes:
    """A drawing as PNG for papers that hold no SVG; the same drawing gives the same bytes.

    Raises :class:`Unavailable` where the machine has no Chinese font for its words.
    """
    fonts, families = _fonts()
    known = [f for f in (*SANS, *SERIF) if f in families]
    if not known:
        raise Unavailable("本机没有中文字体，不能画图。", advice=f"{_INSTALL}。")
    compiler = typst.Compiler(_PICTURE, font_paths=fonts, ignore_system_fonts=True)
    made = compiler.compile(
        format="png", ppi=_PPI, sys_inputs={"svg": picture.set_in(known[0]), "sans": known[0]}
    )
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made


def setting(serif: str = "", sans: str = "") -> str:
    """By what a PDF is set: two machines of one setting make the same bytes of one paper."""
    if not serif:
        _, families = _fonts()
        serif = next((f for f in (*SERIF, *SANS) if f in families), "")
        sans = next((f for f in (*SANS, *SERIF) if f in families), "")
    return f"typst {version('typst')}; {serif}; {sans}"


@lru_cache(maxsize=1)
def _fonts() -> tuple[typst.Fonts, frozenset[str]]:
    # Looking through the fonts of a machine takes a fifth of a second; once a process is enough.
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    return fonts, frozenset(fonts.families())


def _values(paper: Paper, serif: str, sans: str) -> dict[str, Any]:
    photos = _photos(paper)
    return {
        "title": printable(paper.title),
        "subtitle": printable(paper.subtitle),
        "footer": printable(paper.footer),
        "author": paper.author,
        "sha256": paper.sha256,
        "setting": setting(serif, sans),
        "day": [paper.day.year, paper.day.month, paper.day.day],
        "attachment": ATTACHMENT,
        "serif": [serif],
        "sans": [sans],
        "tones": VERDICT_COLOURS,
        "verdicts": VERDICT_TONES,
        "blocks": [_block(b, sans, photos) for b in paper.blocks],
    }


def _block(block: Block, sans: str, photos: list[Photograph]) -> dict[str, Any]:
    if isinstance(block, Photograph):
        return {
            "kind": "photo",
            "file": f"photo-{next(i for i, p in enumerate(photos) if p is block)}.jpg",
            "text": printable(block.text),
            "caption": printable(block.caption),
        }
    if isinstance(block, Heading):
        return {"kind": "heading", "text": printable(block.text), "level": block.level}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": printable(block.text), "tone": block.tone}
    if isinstance(block, Picture):
        return {
            "kind": "picture",
            "svg": block.set_in(sans),
            "text": printable(block.text),
            "caption": printable(block.caption),
        }
    return {
        "kind": "grid",
        "header": [printable(c) for c in block.header],
        "rows": [[printable(c) for c in row] for row in block.rows],
        "widths": list(block.widths),
    }
