"""Text encoding of shapefiles: what the DBF bytes are, whatever the .cpg says or does not say."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from geo_registry.domain.errors import Unreadable

_GB = frozenset({"936", "cp936", "gbk", "gb2312", "gb18030", "euc-cn", "ansi 936", "oem 936"})
_TAIL = {"utf-8": 3, "gb18030": 3}
"""Bytes of a last character that a full field may have cut off."""


def dbf_encoding(dbf: Path, cpg: Path | None) -> str:
    """Find the encoding of a DBF: UTF-8 or GB18030, or the one a .cpg names that is neither.

    UTF-8 is checked first (UTF-8 read as GBK does not fail), GBK is read as its superset GB18030.
    A .cpg is believed only where the bytes do not contradict it. Raises :class:`Unreadable` with
    the row that no encoding fits.
    """
    declared = cpg.read_text("ascii", errors="replace").strip().lower() if cpg else ""
    fields = list(_text_fields(dbf))
    if all(_fits(raw, "utf-8", full=full) for _, raw, full in fields):
        return "UTF-8"
    if declared and declared not in _GB and declared not in {"utf-8", "utf8", "65001"}:
        return declared
    for row, raw, full in fields:
        if not _fits(raw, "gb18030", full=full):
            where = f"第 {row} 行" if row else "表头"
            raise Unreadable(
                f"“{dbf.name}”{where}的文字既不是 UTF-8 也不是 GB18030（GBK）编码。"
                "请在原软件中以 UTF-8 重新导出，并保留 .cpg 文件。"
            )
    return "GB18030"


def _fits(raw: bytes, encoding: str, *, full: bool) -> bool:
    """Whether bytes decode; the last character of a full field may be cut in the middle."""
    for cut in range(_TAIL[encoding] + 1 if full else 1):
        try:
            raw[: len(raw) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _text_fields(dbf: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Yield (row, bytes, whether the field is full) of each text that is not ASCII.

    Row 0 is the header with the names of the columns. Raises :class:`Unreadable` when the file
    is shorter than its header says.
    """
    data = dbf.read_bytes()
    if len(data) < 33:
        raise _cut(dbf)
    count, header, width = struct.unpack("<IHH", data[4:12])
    if len(data) < header + count * width or header < 33:
        raise _cut(dbf)
    fields = [data[at : at + 32] for at in range(32, header - 1, 32)]
    names = [field[:11].split(b"\0")[0] for field in fields if field[:1] != b"\r"]
    yield from ((0, name, len(name) >= 10) for name in names if not name.isascii())
    spans = _text_spans(fields)
    for row in range(count):
        record = data[header + row * width : header + (row + 1) * width]
        if not record.isascii():
            for first, last in spans:
                text = record[first:last].rstrip(b" \0")
                if not text.isascii():
                    yield row + 1, text, len(text) >= last - first - 3


def _text_spans(fields: list[bytes]) -> list[tuple[int, int]]:
    """Where the character fields begin and end within a record (its first byte is a flag)."""
    spans: list[tuple[int, int]] = []
    offset = 1
    for field in fields:
        if field[:1] == b"\r":
            break
        if field[11:12] in b"CM":
            spans.append((offset, offset + field[16]))
        offset += field[16]
    return spans


def _cut(dbf: Path) -> Unreadable:
    return Unreadable(f"属性表“{dbf.name}”不完整，比表头声明的短。请重新复制整套 Shapefile 文件。")
