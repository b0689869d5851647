"""Kinds of attachments by their content: what is let in, and what is refused under any name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.errors import Refused, RegistryError, Unreadable
from geo_registry.formats.media_types import TITLES, media_type_of


def zipped(**members: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return sink.getvalue()


def docx() -> bytes:
    sink = io.BytesIO()
    Document().save(sink)
    return sink.getvalue()


def xlsx() -> bytes:
    sink = io.BytesIO()
    openpyxl.Workbook().save(sink)
    return sink.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
OFFICE = "application/vnd.openxmlformats-officedocument."
GOOD: dict[str, tuple[bytes, str]] = {
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
    "JPEG": (b"\xff\xd8\xff\xe1\x00\x18Exif", "image/jpeg"),
    "PNG": (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
    "TIFF": (b"II*\x00\x08\x00\x00\x00", "image/tiff"),
    "TIFF, big end first": (b"MM\x00*\x00\x00", "image/tiff"),
    "WebP": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
    "DOCX": (docx(), f"{OFFICE}wordprocessingml.document"),
    "XLSX": (xlsx(), f"{OFFICE}spreadsheetml.sheet"),
    "OFD": (zipped(**{"OFD.xml": b"<ofd/>"}), "application/ofd"),
    "KMZ": (zipped(**{"doc.kml": b"<kml/>"}), "application/vnd.google-earth.kmz"),
    "ZIP": (zipped(**{"照片/一.jpg": b"\xff\xd8\xff\xe0"}), "application/zip"),
    "DOC": (OLE + "WordDocument".encode("utf-16-le"), "application/msword"),
    "XLS": (OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    "GPX": (b'<?xml version="1.0"?>\n<!-- x -->\n<gpx creator="a">', "application/gpx+xml"),
    "KML": (b"<kml xmlns='x'><Document/></kml>", "application/vnd.google-earth.kml+xml"),
    "XML": (b"<?xml version='1.0'?><w:root/>", "application/xml"),
    "text": ("羊亭镇 文化路\n".encode(), "text/plain"),
    "text of Windows": ("羊亭镇 文化路\r\n".encode("gb18030"), "text/plain"),
}
BAD: dict[str, tuple[bytes, type[RegistryError], str]] = {
    "Windows": (b"MZ\x90\x00\x03", Refused, "Windows 程序"),
    "Linux": (b"\x7fELF\x02\x01\x01", Refused, "Linux 程序"),
    "macOS": (b"\xcf\xfa\xed\xfe\x07", Refused, "macOS 程序"),
    "script": (b"#!/bin/sh\nrm -rf /\n", Refused, "脚本"),
    "shortcut": (b"\x4c\x00\x00\x00\x01\x14\x02\x00\x00", Refused, "快捷方式"),
    "page": (b"\n<!DOCTYPE html><script>alert(1)</script>", Refused, "网页"),
    "drawing with scripts": (b"<?xml version='1.0'?><svg onload='x()'/>", Refused, "网页"),
    "entities": (b'<!DOCTYPE a [<!ENTITY x "y">]><a/>', Refused, "DOCTYPE"),
    "program in an archive": (zipped(**{"a/报告.pdf": b"MZ\x90\x00"}), Refused, "报告.pdf"),
    "script in an archive": (zipped(**{"run.bat": b"del *"}), Refused, "run.bat"),
    "macro": (zipped(**{"word/vbaProject.bin": b"x"}), Refused, "宏"),
    "old macro": (OLE + "_VBA_PROJECT".encode("utf-16-le"), Refused, "宏"),
    "installer": (OLE, Unreadable, "不认识"),
    "torn archive": (docx()[:400], Unreadable, "损坏"),
    "bytes": (bytes(range(256)), Unreadable, "不认识"),
    "RAR": (b"Rar!\x1a\x07\x00\x00", Unreadable, "不认识"),
    "nothing": (b"", Unreadable, "空的"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_kind_is_told_from_the_content_under_any_name(kind: str, tmp_path: Path) -> None:
    content, expected = GOOD[kind]
    path = tmp_path / "x"
    path.write_bytes(content)
    assert media_type_of(path, "没有.扩展名") == media_type_of(path, "报告.pdf") == expected
    assert expected in TITLES


@pytest.mark.parametrize("kind", BAD)
def test_what_runs_or_is_unknown_is_refused_though_it_is_called_pdf(
    kind: str, tmp_path: Path
) -> None:
    content, error, words = BAD[kind]
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(error, match=words):
        media_type_of(path, "报告.pdf")


@pytest.mark.parametrize("name", ["照片.jpg.exe", "说明.JS", "一.docm", "页.html", "图.svg"])
def test_good_content_under_a_name_that_runs_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(GOOD["text"][0])
    with pytest.raises(Refused, match="可以运行"):
        media_type_of(path, name)


@given(content=st.binary(min_size=1, max_size=2000))
def test_any_bytes_get_a_known_kind_or_a_sentence(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    try:
        answer = media_type_of(path, "报告.pdf")
    except RegistryError as error:
        answer = error.message
    assert answer in TITLES or "“报告.pdf”" in answer
