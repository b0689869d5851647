"""What a file really is: presence, size, signature bytes, and the encoding of text."""

from __future__ import annotations

import zipfile
from pathlib import Path

from geo_registry.domain.errors import Unreadable

_SIGNATURES: tuple[tuple[bytes, str, frozenset[str]], ...] = (
    (b"\x89PNG\r\n", "PNG 图片", frozenset()),
    (b"\xff\xd8\xff", "JPEG 图片", frozenset()),
    (b"GIF8", "GIF 图片", frozenset()),
    (b"%PDF", "PDF 文档", frozenset()),
    (b"Rar!", "RAR 压缩包", frozenset()),
    (b"7z\xbc\xaf'\x1c", "7z 压缩包", frozenset()),
    (b"AC10", "AutoCAD DWG 图", frozenset()),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文件（.xls、.doc）", frozenset()),
    (b"PK\x03\x04", "ZIP 压缩包", frozenset({".zip", ".xlsx", ".kmz"})),
    (b"PK\x05\x06", "空的 ZIP 压缩包", frozenset({".zip", ".xlsx", ".kmz"})),
    (b"\x1f\x8b", "GZIP 压缩文件", frozenset({".osm.gz"})),
    (b"BZh", "BZIP2 压缩文件", frozenset({".osm.bz2"})),
    (b"SQLite format 3", "SQLite 数据库（GeoPackage）", frozenset({".gpkg"})),
    (b"PAR1", "Parquet 表", frozenset({".parquet", ".geoparquet"})),
    (b"fgb\x03fgb", "FlatGeobuf 图层", frozenset({".fgb"})),
    (b"\x00\x00\x27\x0a", "Shapefile 图层", frozenset({".shp"})),
)

_REQUIRED = {suffix for _, _, suffixes in _SIGNATURES for suffix in suffixes}


def read_bytes(path: Path, *, at_most: int = -1) -> bytes:
    """The bytes of a file, or its first ones; :class:`Unreadable` where it cannot be opened."""
    if path.is_dir():
        raise Unreadable(f"“{path.name}”是文件夹，请指定其中的一个文件。")
    try:
        with path.open("rb") as file:
            return file.read(at_most)
    except FileNotFoundError:
        raise Unreadable(f"找不到文件“{path}”，请检查路径。") from None
    except PermissionError:
        raise Unreadable(f"没有权限读取文件“{path}”，请检查文件权限。") from None


def check_content(path: Path, suffix: str) -> None:
    """Raise :class:`Unreadable` when a file is missing, empty, or not what its suffix says.

    Only the first bytes are read. Suffixes without a signature of their own (text) pass unless the
    bytes carry the signature of something else.
    """
    head = read_bytes(path, at_most=32)
    if not head:
        raise Unreadable(f"文件“{path.name}”是空的（0 字节），可能没有下载或复制完整，请重新取得。")
    for signature, kind, suffixes in _SIGNATURES:
        if head.startswith(signature):
            if suffix not in suffixes:
                raise Unreadable(
                    f"文件“{path.name}”的内容是{kind}，与扩展名“{suffix}”不符。"
                    "请确认文件，或改成正确的扩展名后再导入。"
                )
            return
    if suffix in _REQUIRED:
        raise Unreadable(
            f"文件“{path.name}”的内容不是“{suffix}”格式，可能已损坏或改错了扩展名，请重新导出。"
        )


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """Decode text of unknown encoding; returns the text without BOM and the encoding's name.

    UTF-8 is tried first, because UTF-8 read as GBK does not fail; then GB18030, the superset of
    GBK that keeps rare characters (𬬭). Raises :class:`Unreadable` naming the row that is neither.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(raw, "utf-16", name), "UTF-16"
    if b"\x00" in raw:
        raise Unreadable(f"文件“{name}”不是文本，里面有二进制内容。请重新导出为 CSV 或 XLSX。")
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _strictly(raw, "gb18030", name), "GB18030"


def _strictly(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"文件“{name}”第 {line} 行的文字既不是 UTF-8 也不是 GB18030（GBK）编码。"
            "请用 Excel 或 WPS 另存为“CSV UTF-8”后再导入。"
        ) from None


def check_zip_limits(
    path: Path,
    *,
    megabytes: int = 2048,
    ratio: int = 200,
    entries: int = 5000,
    name: str | None = None,
) -> None:
    """Raise :class:`Unreadable` for a zip that is broken, empty, encrypted or a decompression bomb.

    Sizes are those the directory of the archive declares; :func:`formats.archives.unpack` counts
    the real ones while it writes. ``name`` is what messages call the file.
    """
    called = name or path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Unreadable(
            f"文件“{called}”损坏或不完整，打不开压缩内容。请重新压缩或重新下载。"
        ) from None
    if not members:
        raise Unreadable(f"压缩包“{called}”里没有文件。")
    if any(m.flag_bits & 0x1 for m in members):
        raise Unreadable(f"“{called}”有密码保护，请去掉密码后再导入。")
    size = sum(m.file_size for m in members)
    packed = max(path.stat().st_size, 1)
    if (
        len(members) > entries
        or size > megabytes << 20
        or (size > 64 << 20 and size / packed > ratio)
    ):
        raise Unreadable(
            f"“{called}”解压后有 {len(members)} 个文件、{size / 2**20:,.0f} MB，"
            "远超正常数据，为安全起见没有解压。请只压缩需要的图层。"
        )
