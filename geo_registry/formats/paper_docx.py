"""Papers as DOCX with their content in a custom XML part; the same paper gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from geo_registry.formats.paper import (
    NAMESPACE,
    VERDICT_COLOURS,
    VERDICT_TONES,
    Block,
    Grid,
    Heading,
    Paper,
    Photograph,
    Picture,
    printable,
)

BODY, HEAD, TITLE = "仿宋", "黑体", "宋体"
"""Fonts of official papers; every office suite in China has them or puts its own in their place."""
_LATIN = "Times New Roman"
_LINE_MM = 160
_PHOTO_MM = 120
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_docx(paper: Paper) -> bytes:
    """The paper as DOCX."""
    document = Document()
    _set_page(document)
    _set_properties(document, paper)
    _line(document, paper.title, TITLE, 20, bold=True, centre=True, after=2)
    _line(document, paper.subtitle, BODY, 12, centre=True, after=8)
    for block in paper.blocks:
        _add(document, block)
    _add_footer(document, paper)
    _add_content(document, paper)
    made = io.BytesIO()
    document.save(made)
    return _settled(made.getvalue())


# ---- page -------------------------------------------------------------------------------------


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    section.left_margin, section.right_margin = Mm(26), Mm(24)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _LATIN, Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)


def _set_properties(document: Any, paper: Paper) -> None:
    known = document.core_properties
    known.title, known.author, known.last_modified_by = paper.title, paper.author, paper.author
    known.keywords, known.comments, known.revision = paper.sha256, "", 1
    known.created = known.modified = datetime(  # noqa: DTZ001 - the format has no zone
        paper.day.year, paper.day.month, paper.day.day
    )


def _add_footer(document: Any, paper: Paper) -> None:
    footer = document.sections[0].footer
    for i, text in enumerate(paper.footer.split("\n")):
        said = footer.add_paragraph() if i else footer.paragraphs[0]
        said.paragraph_format.space_after = Pt(0)
        _run(said, text, TITLE, 7.5, colour="565D64")
    number = footer.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for part in ("第 ", "PAGE", " 页 共 ", "NUMPAGES", " 页"):
        if part.isupper():
            _field(number, part)
        else:
            _run(number, part, TITLE, 7.5, colour="565D64")


def _field(paragraph: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = _run(paragraph, "", TITLE, 7.5, colour="565D64")
        made = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            made.set(qn("w:fldCharType"), kind)
        else:
            made.text = text
        run._r.append(made)  # noqa: SLF001 - python-docx has no fields


# ---- blocks -----------------------------------------------------------------------------------


def _add(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        size = 14 if block.level == 1 else 12
        _line(document, block.text, HEAD, size, before=8, after=3, keep=True)
    elif isinstance(block, Grid):
        _add_grid(document, block)
    elif isinstance(block, Picture):
        _add_picture(document, block)
    elif isinstance(block, Photograph):
        _add_photograph(document, block)
    elif block.tone in VERDICT_COLOURS:
        colour = VERDICT_COLOURS[block.tone]
        _line(document, block.text, HEAD, 14, bold=True, colour=colour, before=2, after=4)
    elif block.tone == "small":
        _line(document, block.text, BODY, 10, after=3)
    elif block.tone == "signature":
        _line(document, block.text, BODY, 12, right=True, after=3)
    else:
        _line(document, block.text, BODY, 12, after=3, indent=True)


def _line(
    document: Any, text: str, font: str, size: float, *, bold: bool = False, centre: bool = False,
    colour: str = "", before: float = 0, after: float = 0, indent: bool = False, keep: bool = False,
    right: bool = False,
) -> None:  # fmt: skip
    paragraph = document.add_paragraph()
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), keep
    if indent:
        form.first_line_indent = Pt(2 * size)
    _run(paragraph, text, font, size, bold=bold, colour=colour)


def _run(
    paragraph: Any, text: str, font: str, size: float, *, bold: bool = False, colour: str = ""
) -> Any:
    run = paragraph.add_run(printable(text))
    run.font.name, run.font.size, run.bold = _LATIN, Pt(size), bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001 - nor East Asian fonts
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    return run


def _add_grid(document: Any, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    if grid.header:
        cells = table.add_row().cells
        for cell, text in zip(cells, grid.header, strict=True):
            _fill(cell, text, label=True)
        repeated = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001
    for row in grid.rows:
        for i, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            _fill(cell, text, label=not grid.header and i % 2 == 0)
    for column, width in zip(table.columns, grid.widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(_LINE_MM * width / sum(grid.widths))
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _add_picture(document: Any, picture: Picture) -> None:
    from geo_registry.formats.paper_pdf import picture_png  # a paper without one needs no Typst

    added = document.add_picture(io.BytesIO(picture_png(picture)), width=Mm(_LINE_MM))
    added._inline.docPr.set("descr", printable(picture.text))  # noqa: SLF001 - nor other words
    if picture.caption:
        _line(document, picture.caption, BODY, 10, centre=True, after=4)


def _add_photograph(document: Any, photo: Photograph) -> None:
    added = document.add_picture(io.BytesIO(photo.jpeg), width=Mm(_PHOTO_MM))
    added._inline.docPr.set("descr", printable(photo.text))  # noqa: SLF001 - nor other words
    around = document.paragraphs[-1]
    around.alignment = WD_ALIGN_PARAGRAPH.CENTER
    around.paragraph_format.keep_with_next = True
    _line(document, photo.caption, BODY, 10, centre=True, after=8)


def _fill(cell: Any, text: str, *, label: bool) -> None:
    tone = VERDICT_TONES.get(text, "")
    colour = VERDICT_COLOURS.get(tone, "")
    font = HEAD if label or tone else TITLE
    _run(cell.paragraphs[0], text, font, 10, bold=bool(tone), colour=colour)
    if label:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F2F3F1")
        cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001


# ---- content and container --------------------------------------------------------------------


def _add_content(document: Any, paper: Paper) -> None:
    """Carry the content along; what XML cannot hold is written as a JSON escape."""
    text = _NOT_XML.sub(lambda m: f"\\u{ord(m[0]):04x}", paper.content.decode())
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<report xmlns="{NAMESPACE}" sha256="{paper.sha256}">{escape(text)}</report>'
    )
    main = document.part  # whose template has an item1 already
    part = Part(PackURI("/customXml/item2.xml"), "application/xml", xml.encode(), main.package)
    main.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _settled(made: bytes) -> bytes:
    """The container with its parts in order and without times, which would differ every run."""
    settled = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as given,
        zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        # The list of content types comes first, as every reader expects.
        names = sorted(given.namelist(), key=lambda n: (n != "[Content_Types].xml", n))
        for name in names:
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            written.writestr(entry, given.read(name))
    return settled.getvalue()
