"""Reading papers back: the content that travels inside, its stated hash, and what is shown."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pypdf
from lxml import etree  # type: ignore[import-untyped]
from pypdf.errors import PyPdfError

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.paper import ATTACHMENT, NAMESPACE

MAX_BYTES = 50_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OVERLAYS = ("drawing", "pict", "object", "altChunk", "del", "ins", "vanish", "comment")
"""Elements of a text document that our papers never have and that hide, add or strike words."""

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would tell the terminal what it mends


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds. ``content`` is None where it is there but broken.

    ``setting`` is by what a PDF was set (empty otherwise); ``extras`` are things that our papers
    never have (pictures, notes, tracked changes), in Chinese.
    """

    file_format: str
    content: Any
    stated: str
    setting: str = ""
    extras: tuple[str, ...] = ()


def read_paper(raw: bytes) -> Read:
    """Read a report as PDF, DOCX or JSON by what it holds, whatever it is called.

    Raises :class:`Unreadable` for anything that is no report, or that cannot be opened at all.
    """
    if len(raw) > MAX_BYTES:
        raise Unreadable("文件太大，不是本系统的报告。")
    if raw[:1024].lstrip().startswith(b"%PDF"):
        return _read_pdf(raw)
    if raw.startswith(b"PK"):
        return _read_docx(raw)
    return _read_json(raw)


def _read_json(raw: bytes) -> Read:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise _no_report() from None
    if not isinstance(found, dict) or "sha256" not in found or "content" not in found:
        raise _no_report()
    return Read("json", found["content"], str(found["sha256"]))


def _read_pdf(raw: bytes) -> Read:
    try:
        document = pypdf.PdfReader(io.BytesIO(raw))
        known: Mapping[str, Any] = document.metadata or {}
        keywords = str(known.get("/Keywords") or "")
        attached = ATTACHMENT in document.attachments
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise Unreadable(
            "PDF 文件已损坏，打不开。", advice="请重新取得原文件，或按校验码重新下载。"
        ) from None
    stated = re.search(r"[0-9a-f]{64}", keywords)
    if not attached and not stated:
        raise _no_report()
    setting = keywords.partition(",")[2].strip() or keywords.partition(";")[2].strip()
    return Read(
        "pdf",
        _attached(document) if attached else None,
        stated[0] if stated else "",
        setting,
        tuple(_extras_of_pdf(document)),
    )


def _attached(document: pypdf.PdfReader) -> Any:
    try:
        (raw,) = document.attachments[ATTACHMENT]
        return json.loads(raw)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return None


def _extras_of_pdf(document: pypdf.PdfReader) -> Iterator[str]:
    try:
        for number, page in enumerate(document.pages, 1):
            if any(a.get_object().get("/Subtype") != "/Link" for a in page.annotations or ()):
                yield f"第 {number} 页有批注"
            if len(page.images):
                yield f"第 {number} 页有图片"
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError):
        yield "有打不开的页"


def text_of_pdf(raw: bytes) -> list[str]:
    """The words on each page, spaces aside: what can be compared when the setting differs."""
    try:
        pages = pypdf.PdfReader(io.BytesIO(raw)).pages
        return [re.sub(r"\s+", "", page.extract_text()) for page in pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError):
        return []


def _read_docx(raw: bytes) -> Read:
    parts = parts_of_docx(raw)
    if "word/document.xml" not in parts:
        raise _no_report()
    found = next(_content_parts(parts), None)
    if found is None:
        raise _no_report()
    try:
        content = json.loads(found.text or "")
    except (ValueError, RecursionError):
        content = None
    extras = tuple(
        f"正文中有{_in_words(tag)}"
        for tag in _OVERLAYS
        if any(re.search(rf"<w:{tag}[ />]".encode(), body) for body in _shown(parts).values())
    )
    return Read("docx", content, str(found.get("sha256", "")), "", extras)


def parts_of_docx(raw: bytes) -> dict[str, bytes]:
    """The parts of a container; :class:`Unreadable` where it is broken or far too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as container:
            if sum(i.file_size for i in container.infolist()) <= MAX_BYTES:
                return {i.filename: container.read(i) for i in container.infolist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, OSError, EOFError):
        raise Unreadable(
            "DOCX 文件已损坏，打不开。", advice="请重新取得原文件，或按校验码重新下载。"
        ) from None
    raise Unreadable("文件解开后太大，不是本系统的报告。")


def _content_parts(parts: dict[str, bytes]) -> Iterator[Any]:
    """The custom XML part, wherever an office suite has put it when it saved the file again."""
    for name in sorted(n for n in parts if re.fullmatch(r"customXml/\w+\.xml", n)):
        root = _parsed(parts[name])
        if root is not None and root.tag == f"{{{NAMESPACE}}}report":
            yield root


def overlays_of_docx(raw: bytes) -> Counter[str]:
    """How often a document has each kind of element that hides, adds or strikes words, or draws."""
    bodies = _shown(parts_of_docx(raw)).values()
    found = {
        tag: sum(len(re.findall(rf"<w:{tag}[ />]".encode(), body)) for body in bodies)
        for tag in _OVERLAYS
    }
    counted: Counter[str] = Counter()
    for tag, number in found.items():
        counted[_in_words(tag)] += number
    return counted


def pictures_of_docx(raw: bytes) -> list[str]:
    """The hashes of the pictures in a document, sorted."""
    parts = parts_of_docx(raw)
    return sorted(
        hashlib.sha256(body).hexdigest()
        for name, body in parts.items()
        if name.startswith("word/media/")
    )


def photos_of(raw: bytes, file_format: str) -> dict[str, bytes]:
    """The JPEG pictures inside a PDF or DOCX by the hash of their bytes."""
    found = _photos_of_pdf(raw) if file_format == "pdf" else _media_of_docx(raw)
    return {hashlib.sha256(jpeg).hexdigest(): jpeg for jpeg in found}


def _media_of_docx(raw: bytes) -> Iterator[bytes]:
    parts = parts_of_docx(raw)
    return (body for name, body in parts.items() if name.startswith("word/media/"))


def _photos_of_pdf(raw: bytes) -> Iterator[bytes]:
    """The streams of pictures as they stand in the file: a JPEG is kept as it came."""
    try:
        for page in pypdf.PdfReader(io.BytesIO(raw)).pages:
            resources: Any = page["/Resources"].get_object()
            objects: Any = resources["/XObject"].get_object() if "/XObject" in resources else {}
            for reference in objects.values():
                each = reference.get_object()
                if each.get("/Subtype") == "/Image" and each.get("/Filter") == "/DCTDecode":
                    yield bytes(each._data)  # noqa: SLF001 - the bytes before any decoding
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError):
        return


def text_of_docx(raw: bytes) -> list[str]:
    """The paragraphs of body, header and footer in reading order, empty ones left out."""
    found = []
    for _, body in sorted(_shown(parts_of_docx(raw)).items()):
        root = _parsed(body)
        if root is None:
            continue
        for paragraph in root.iter(f"{_WORD}p"):
            text = "".join(t.text or "" for t in paragraph.iter(f"{_WORD}t", f"{_WORD}delText"))
            if text.strip():
                found.append(text)
    return found


def _shown(parts: dict[str, bytes]) -> dict[str, bytes]:
    """The parts that a reader sees; an empty header that a suite adds has no words."""
    return {
        name: body
        for name, body in parts.items()
        if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml", name)
    }


def _parsed(raw: bytes) -> Any:
    # No entities, no network: the file comes from anywhere.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _in_words(tag: str) -> str:
    return {
        "del": "修订（删除）",
        "ins": "修订（插入）",
        "vanish": "隐藏文字",
        "comment": "批注",
    }.get(tag, "图片或嵌入对象")


def _no_report() -> Unreadable:
    return Unreadable(
        "这不是本系统的报告（核名报告、公墓边界档案），或其中的报告内容已被去掉。",
        advice="可核验的是 geo-registry report name、cemetery dossier 或网页“下载报告”"
        "生成的 PDF、DOCX、JSON。",
    )
