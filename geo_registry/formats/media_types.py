"""What kind of file an attachment is, told from its content alone; a name is only a wish.

Only kinds that an office sends are known; everything else is refused, so that a kind nobody thought
of is not let in. Programs, scripts, macros and web pages are named for what they are: they are
refused under any name, and inside archives too. Nothing is ever run or rendered here.

Own signatures, because the libraries for this answer for hundreds of kinds with a degree of
confidence, where a gate needs a short list and a certain no.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geo_registry.domain.errors import Refused, Unreadable
from geo_registry.formats.content import check_zip_limits, decode

_OFFICE = "application/vnd.openxmlformats-officedocument."
TITLES: dict[str, tuple[str, str]] = {
    "application/pdf": ("PDF 文档", ".pdf"),
    "application/ofd": ("OFD 版式文件", ".ofd"),
    "image/jpeg": ("JPEG 照片", ".jpg"),
    "image/png": ("PNG 图片", ".png"),
    "image/tiff": ("TIFF 图片", ".tif"),
    "image/webp": ("WebP 图片", ".webp"),
    "image/gif": ("GIF 图片", ".gif"),
    "image/heic": ("HEIC 照片", ".heic"),
    "video/mp4": ("MP4 视频", ".mp4"),
    "audio/mp4": ("M4A 录音", ".m4a"),
    "image/vnd.dwg": ("DWG 图", ".dwg"),
    f"{_OFFICE}wordprocessingml.document": ("DOCX 文档", ".docx"),
    f"{_OFFICE}spreadsheetml.sheet": ("XLSX 表格", ".xlsx"),
    f"{_OFFICE}presentationml.presentation": ("PPTX 演示文稿", ".pptx"),
    "application/msword": ("DOC 文档", ".doc"),
    "application/vnd.ms-excel": ("XLS 表格", ".xls"),
    "application/vnd.google-earth.kmz": ("KMZ 图层", ".kmz"),
    "application/vnd.google-earth.kml+xml": ("KML 图层", ".kml"),
    "application/gpx+xml": ("GPX 轨迹", ".gpx"),
    "application/xml": ("XML 文件", ".xml"),
    "application/zip": ("ZIP 压缩包", ".zip"),
    "text/plain": ("文本", ".txt"),
}  # fmt: skip
"""Media type → its name in Chinese and the suffix that fits it."""

_PROGRAMS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"\xfe\xed\xfa\xce", "macOS 程序"),
    (b"\xfe\xed\xfa\xcf", "macOS 程序"),
    (b"\xce\xfa\xed\xfe", "macOS 程序"),
    (b"\xcf\xfa\xed\xfe", "macOS 程序"),
    (b"\xca\xfe\xba\xbe", "程序（Java 或 macOS）"),
    (b"\x00asm", "程序（WebAssembly）"),
    (b"dex\n", "安卓程序"),
    (b"#!", "脚本"),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00", "Windows 快捷方式"),
    (b"ITSF", "CHM 帮助文件（可带脚本）"),
)
_SIMPLE: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"AC10", "image/vnd.dwg"),
)
_BRANDS: tuple[tuple[bytes, str], ...] = (
    (b"heic", "image/heic"), (b"heix", "image/heic"), (b"mif1", "image/heic"),
    (b"msf1", "image/heic"), (b"M4A ", "audio/mp4"), (b"isom", "video/mp4"),
    (b"iso2", "video/mp4"), (b"mp41", "video/mp4"), (b"mp42", "video/mp4"),
    (b"avc1", "video/mp4"), (b"qt  ", "video/mp4"),
)  # fmt: skip
_MEMBERS: tuple[tuple[str, str], ...] = (
    ("word/document.xml", f"{_OFFICE}wordprocessingml.document"),
    ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet"),
    ("ppt/presentation.xml", f"{_OFFICE}presentationml.presentation"),
    ("OFD.xml", "application/ofd"),
    ("doc.kml", "application/vnd.google-earth.kmz"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ADVICE = "请另存为 PDF、图片、DOCX、XLSX 或文本，再上传。"
_RUNNABLE = frozenset(
    {
        *("exe", "com", "scr", "pif", "msi", "msp", "dll", "sys", "cpl", "jar", "apk", "app"),
        *("bat", "cmd", "ps1", "psm1", "vbs", "vbe", "js", "jse", "mjs", "wsf", "wsh", "hta"),
        *("lnk", "reg", "sh", "bash", "py", "pyw", "rb", "pl", "chm"),
        *("docm", "xlsm", "pptm", "dotm", "xltm", "xlam"),
    }
)
_RENDERED = frozenset({"html", "htm", "xhtml", "mht", "mhtml", "svg", "url"})
"""Suffixes that a computer runs, and those that a browser opens with what is in them."""
_TEXT_LIMIT = 16 << 20


def media_type_of(path: Path, name: str) -> str:
    """The media type of a file by its bytes; one of :data:`TITLES`.

    ``name`` is what the sender calls it: used in messages, and refused where it would make another
    computer run the file. Raises :class:`Refused` for programs, scripts, macros and web pages,
    :class:`Unreadable` for empty, broken, encrypted or unknown content.
    """
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise Unreadable(f"“{name}”是空的（0 字节），请重新取得。")
    _refuse_program(head, name)
    if suffix in _RUNNABLE | _RENDERED:
        raise Refused(f"“{name}”的扩展名“.{suffix}”属于可以运行的文件，没有接收。", advice=_ADVICE)
    found = _by_signature(head)
    if found is not None:
        return found
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_archive(path, name)
    if head.startswith(_OLE):
        return _of_old_office(path, name)
    return _of_text(path, name)


def _refuse_program(head: bytes, name: str, inside: str = "") -> None:
    kind = next((title for signature, title in _PROGRAMS if head.startswith(signature)), None)
    if kind is not None:
        where = f"“{name}”里的“{inside}”" if inside else f"“{name}”"
        raise Refused(
            f"{where}的内容是{kind}，不是文件资料，没有接收。改名不会改变内容。", advice=_ADVICE
        )


def _by_signature(head: bytes) -> str | None:
    found = next((kind for signature, kind in _SIMPLE if head.startswith(signature)), None)
    if found is None and head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if found is None and head[4:8] == b"ftyp":
        return next((kind for brand, kind in _BRANDS if head[8:12] == brand), None)
    return found


def _of_archive(path: Path, name: str) -> str:
    check_zip_limits(path, name=name)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            names = {m.filename for m in members}
            for member in members:
                inner = PurePosixPath(member.filename)
                if inner.name.lower() == "vbaproject.bin":
                    raise Refused(
                        f"“{name}”带有宏，没有接收。",
                        advice="请另存为不带宏的 .docx 或 .xlsx，再上传。",
                    )
                if inner.suffix.lower().lstrip(".") in _RUNNABLE:
                    raise Refused(
                        f"“{name}”里的“{inner.name[:80]}”是可以运行的文件，没有接收。",
                        advice="请从压缩包中去掉它，再上传。",
                    )
                with archive.open(member) as file:
                    _refuse_program(file.read(16), name, inner.name[:80])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise Unreadable(f"“{name}”损坏或不完整，打不开压缩内容。请重新取得。") from None
    return next((kind for member, kind in _MEMBERS if member in names), "application/zip")


def _of_old_office(path: Path, name: str) -> str:
    """DOC and XLS by the streams they must have; installers share their container and have none."""
    content = path.read_bytes()
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Refused(
            f"“{name}”带有宏，没有接收。", advice="请另存为不带宏的 .docx 或 .xlsx，再上传。"
        )
    if "WordDocument".encode("utf-16-le") in content:
        return "application/msword"
    if any(stream.encode("utf-16-le") in content for stream in ("Workbook", "Book\x00")):
        return "application/vnd.ms-excel"
    raise Unreadable(f"不认识“{name}”的内容，没有接收。", advice=_ADVICE)


def _of_text(path: Path, name: str) -> str:
    unknown = Unreadable(
        f"不认识“{name}”的内容，没有接收。可以上传：PDF、OFD、照片、DOCX、XLSX、DWG、ZIP、"
        "GPX、KML、文本。",
        advice=_ADVICE,
    )
    if path.stat().st_size > _TEXT_LIMIT:
        raise unknown
    try:
        text, _ = decode(path.read_bytes(), name)
    except Unreadable:
        raise unknown from None
    if re.search(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]", text):
        raise unknown
    start = text.lstrip()[:4000].lower()
    if re.search(r"<(!doctype\s+html|html|svg|script|iframe|body|head)\b", start):
        raise Refused(f"“{name}”的内容是网页（可带脚本），没有接收。", advice=_ADVICE)
    if not start.startswith("<"):
        return "text/plain"
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        raise Refused(
            f"“{name}”里有自定义实体或文档类型声明（<!DOCTYPE、<!ENTITY），没有接收。",
            advice="请在原软件中重新导出。",
        )
    plain = re.sub(r"<\?.*?\?>|<!--.*?-->", "", start, flags=re.DOTALL)
    root = re.search(r"<(?:[\w.-]+:)?([a-z][\w.-]*)[\s>/]", plain)
    kinds = {"gpx": "application/gpx+xml", "kml": "application/vnd.google-earth.kml+xml"}
    return kinds.get(root[1], "application/xml") if root else "text/plain"
