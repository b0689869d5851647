"""Tables without geometry: CSV, TSV, XLSX, Parquet and JSON, read and written as polars frames.

CSV and XLSX columns come as text, so that codes keep their leading zeros; Parquet and JSON keep
their types. Encoding (UTF-8 with or without BOM, UTF-16, GB18030) and delimiter are sniffed.
"""

from __future__ import annotations

import csv
import difflib
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import polars
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from geo_registry.domain.errors import BadRequest, Unreadable
from geo_registry.formats.content import check_content, check_zip_limits, decode

DELIMITERS = (",", "\t", ";", "|", "，")
WRITTEN = (".parquet", ".csv", ".tsv", ".json", ".xlsx")
_XLSX_ROWS = 1_048_575
_XLSX_CELL = 32_767
_SHOWN_ROWS = 20


def read_table(
    path: Path, *, columns: Sequence[str] = (), only: bool = False, sheet: str | None = None
) -> polars.DataFrame:
    """Read a table by its suffix: csv, tsv, txt, xlsx, parquet, json, jsonl.

    ``columns`` must exist; with ``only`` nothing else is kept (a Parquet file is not even read
    further). ``sheet`` names a sheet of an XLSX file (default: the first). Raises
    :class:`Unreadable` with file and row when the content is not what the name says, is cut off,
    empty or of an unknown encoding, and when a column is missing (naming those that exist).
    """
    suffix = path.suffix.lower()
    readers = {
        ".csv": _read_text,
        ".tsv": _read_text,
        ".txt": _read_text,
        ".json": _read_json,
        ".jsonl": _read_json,
        ".ndjson": _read_json,
    }
    if suffix not in readers and suffix not in {".xlsx", ".parquet"}:
        advice = "旧版 .xls 请在 Excel 或 WPS 中另存为 .xlsx。" if suffix == ".xls" else ""
        known = "、".join((*readers, ".parquet", ".xlsx"))
        raise Unreadable(f"“{path.name}”不是可以读取的表格。可以读取：{known}。", advice=advice)
    check_content(path, suffix)
    if suffix == ".parquet":
        frame = _read_parquet(path, columns if only else ())
    else:
        frame = _read_xlsx(path, sheet) if suffix == ".xlsx" else readers[suffix](path)
    if frame.width == 0 or frame.height == 0:
        raise Unreadable(f"表格“{path.name}”没有数据行。请检查是否导出了正确的工作表。")
    require_columns(frame.columns, columns, path.name)
    return frame.select(list(dict.fromkeys(columns))) if only else frame


def read_cells(path: Path, sheet: str | None = None) -> list[list[str | None]]:
    """The rows of a CSV, TSV, TXT or XLSX file as they stand, titles and headings among them.

    Rows without any text are left out; all are of one width. Raises as :func:`read_table` does.
    """
    suffix = path.suffix.lower()
    check_content(path, suffix)
    if suffix == ".xlsx":
        rows = [[_cell_text(v) for v in row] for row in _xlsx_rows(path, sheet)]
    else:
        text, _ = decode(path.read_bytes(), path.name)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=_usual_delimiter(text, suffix))
        csv.field_size_limit(1 << 24)
        try:
            rows = [[cell.strip() or None for cell in line] for line in lines]
        except csv.Error:
            raise Unreadable(f"表格“{path.name}”读不出来，请重新另存为 CSV。") from None
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    return [[*row, *[None] * (width - len(row))] for row in rows]


def _usual_delimiter(text: str, suffix: str) -> str:
    """The delimiter of most of the first lines: a title above the headings has none."""
    lines = [line for line in text.splitlines() if line.strip()][:20]
    found = [sniff_delimiter(line, suffix) for line in lines if len(line) > 1]
    return max(DELIMITERS, key=found.count)


def as_text(column: polars.Series) -> polars.Series:
    """A column as text; :class:`Unreadable` where its cells hold no text and no numbers."""
    try:
        return column.cast(polars.String)
    except polars.exceptions.PolarsError:
        raise Unreadable(f"“{column.name}”列的内容不是文字，不能当作名称或范围使用。") from None


def require_columns(existing: Sequence[str], wanted: Iterable[str], name: str) -> None:
    """Raise :class:`Unreadable` when a wanted column is missing, naming those that exist."""
    for column in wanted:
        if column not in existing:
            near = difflib.get_close_matches(column, existing, n=1, cutoff=0.5)
            hint = f"是否要用“{near[0]}”？" if near else ""
            shown = "、".join(existing[:30]) + ("……" if len(existing) > 30 else "")
            raise Unreadable(f"“{name}”没有“{column}”列。现有的列：{shown}。", advice=hint)


def write_table(frame: polars.DataFrame, path: Path) -> None:
    """Write a table by its suffix: parquet, csv (UTF-8 with BOM, for Excel), tsv, json, xlsx.

    The file appears whole or not at all. Lists are joined with “；” in csv, tsv, xlsx. Raises
    :class:`BadRequest` for another suffix, and for more rows than a sheet of XLSX can hold.
    """
    suffix = path.suffix.lower()
    if suffix not in WRITTEN:
        raise BadRequest(f"不能写“{path.name}”：输出文件的扩展名要是 {'、'.join(WRITTEN)}。")
    if suffix == ".xlsx" and frame.height > _XLSX_ROWS:
        raise BadRequest(
            f"共 {frame.height:,} 行，超过 XLSX 的 {_XLSX_ROWS:,} 行，请改用 .csv 或 .parquet。"
        )
    if not path.parent.is_dir():
        raise BadRequest(f"输出文件夹“{path.parent}”不存在，请先建立。")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        if suffix == ".parquet":
            frame.write_parquet(temporary, compression="zstd")
        elif suffix == ".csv":
            _flat(frame).write_csv(temporary, include_bom=True)
        elif suffix == ".tsv":
            _flat(frame).write_csv(temporary, separator="\t")
        elif suffix == ".json":
            temporary.write_bytes(_json_bytes(frame))
        else:
            _write_xlsx(_flat(frame), temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _read_text(path: Path) -> polars.DataFrame:
    text, _ = decode(path.read_bytes(), path.name)
    if not text.strip():
        raise Unreadable(f"表格“{path.name}”没有内容。")
    separator = sniff_delimiter(text, path.suffix.lower())
    if separator == "，":  # a full-width comma is more than one byte: polars cannot split on it
        text, separator = text.replace("，", ","), ","
    _check_ragged(text, separator, path.name)
    try:
        return polars.read_csv(
            io.BytesIO(text.encode()),
            separator=separator,
            infer_schema=False,
            truncate_ragged_lines=False,
        )
    except polars.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0][:120]
        raise Unreadable(
            f"表格“{path.name}”读不出来（{reason}）。请用 Excel 或 WPS 重新另存为 CSV。"
        ) from None


def sniff_delimiter(text: str, suffix: str = ".csv") -> str:
    """The delimiter that cuts the header into the most columns; a tab for ``.tsv``."""
    if suffix == ".tsv":
        return "\t"
    header = next((line for line in text.splitlines() if line.strip()), "")
    counts = {d: len(next(csv.reader([header], delimiter=d), [])) for d in DELIMITERS}
    return max(DELIMITERS, key=lambda d: counts[d])


def _check_ragged(text: str, separator: str, name: str) -> None:
    """Find rows with too many cells, or an unclosed quotation mark: polars cannot name them."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    csv.field_size_limit(1 << 24)
    row = 0
    width = 0
    wide: list[str] = []
    try:
        for row, cells in enumerate(rows):
            width = width or len(cells)
            if len(cells) > width:
                wide.append(f"第 {row} 行有 {len(cells)} 格")
    except csv.Error:
        raise Unreadable(
            f"表格“{name}”第 {row + 1} 行附近的引号没有成对，文件可能被截断。请修正或重新导出。"
        ) from None
    if wide:
        more = f"……共 {len(wide):,} 行" if len(wide) > _SHOWN_ROWS else ""
        raise Unreadable(
            f"表格“{name}”{'、'.join(wide[:_SHOWN_ROWS])}{more}，表头只有 {width} 列。"
            f"可能是内容里的分隔符没有加引号，请修正{'这些行' if len(wide) > 1 else '这一行'}。"
        )


def _read_parquet(path: Path, columns: Sequence[str]) -> polars.DataFrame:
    try:
        if not columns:
            return polars.read_parquet(path)
        require_columns(list(polars.read_parquet_schema(path)), columns, path.name)
        return polars.read_parquet(path, columns=list(dict.fromkeys(columns)))
    except (polars.exceptions.PolarsError, OSError):
        raise Unreadable(f"Parquet 文件“{path.name}”损坏或不完整，请重新取得。") from None


def _read_json(path: Path) -> polars.DataFrame:
    text, _ = decode(path.read_bytes(), path.name)
    lines = path.suffix.lower() != ".json"
    try:
        parts = [line for line in text.splitlines() if line.strip()] if lines else [text]
        parsed = [orjson.loads(part) for part in parts]
    except orjson.JSONDecodeError as error:
        raise Unreadable(
            f"JSON 文件“{path.name}”在第 {error.lineno} 行第 {error.colno} 列处不完整或有错，"
            "请重新导出。"
        ) from None
    rows = parsed if lines else parsed[0]
    if isinstance(rows, dict) and rows.get("type") == "FeatureCollection":
        raise Unreadable(f"“{path.name}”是 GeoJSON 地图文件，请把扩展名改为 .geojson。")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable(f"JSON 文件“{path.name}”应是对象的数组：[{{列: 值}}, …]。")
    return (
        polars.from_dicts(rows, infer_schema_length=None, strict=False)
        if rows
        else polars.DataFrame()
    )


def _read_xlsx(path: Path, sheet: str | None) -> polars.DataFrame:
    rows = _xlsx_rows(path, sheet)
    if not rows:
        return polars.DataFrame()
    header = _header([_cell_text(v) for v in rows[0]])
    width = len(header)
    cells = [[_cell_text(v) for v in (*row, *[None] * width)[:width]] for row in rows[1:]]
    return polars.DataFrame(cells, schema=dict.fromkeys(header, polars.String), orient="row")


def _xlsx_rows(path: Path, sheet: str | None) -> list[tuple[Any, ...]]:
    """The rows of a sheet that hold anything."""
    check_zip_limits(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:  # openpyxl lets whatever its parts raise through; all mean a broken file
        raise Unreadable(
            f"“{path.name}”不是完整的 XLSX 工作簿，请用 Excel 或 WPS 重新保存。"
        ) from None
    try:
        if sheet is not None and sheet not in book.sheetnames:
            names = "、".join(book.sheetnames)
            raise Unreadable(f"“{path.name}”没有名为“{sheet}”的工作表。现有：{names}。")
        page = book[sheet] if sheet is not None else book.worksheets[0]
        page.reset_dimensions()  # some writers declare one cell, and the rest would be lost
        return [row for row in page.iter_rows(values_only=True) if any(v is not None for v in row)]
    finally:
        book.close()


def _header(cells: Sequence[str | None]) -> list[str]:
    while cells and cells[-1] is None:
        cells = cells[:-1]
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = (cell or f"第{number}列").strip()
        names.append(name if name not in names else f"{name}_{number}")
    return names


def _cell_text(value: Any) -> str | None:
    """A cell as a person reads it: 371002 and not 371002.0, 2023-05-13 and not a midnight."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _flat(frame: polars.DataFrame) -> polars.DataFrame:
    """Lists joined with “；” and structures as JSON, because a cell holds one text."""
    changed = []
    for name, kind in frame.schema.items():
        if isinstance(kind, polars.List):
            parts = frame[name].to_list()
            texts = [None if p is None else "；".join(_joined(v) for v in p) for p in parts]
            changed.append(polars.Series(name, texts, dtype=polars.String))
        elif isinstance(kind, polars.Struct):
            texts = [None if v is None else _joined(v) for v in frame[name].to_list()]
            changed.append(polars.Series(name, texts, dtype=polars.String))
    return frame.with_columns(changed)


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


def _json_bytes(frame: polars.DataFrame) -> bytes:
    rows = b",\n".join(orjson.dumps(row, default=str) for row in frame.iter_rows(named=True))
    return b"[\n" + rows + b"\n]\n"


def write_book(frames: Mapping[str, polars.DataFrame]) -> bytes:
    """A workbook with a sheet for each table, under its name."""
    made = io.BytesIO()
    _book(frames).save(made)
    return made.getvalue()


def _write_xlsx(frame: polars.DataFrame, path: Path) -> None:
    _book({"结果": frame}).save(path)


def _book(frames: Mapping[str, polars.DataFrame]) -> Any:
    book = openpyxl.Workbook(write_only=True)
    for name, frame in frames.items():
        page = book.create_sheet(name)
        page.freeze_panes = "A2"
        page.append(frame.columns)
        for row in frame.iter_rows():
            page.append([_xlsx_cell(page, value) for value in row])
    return book


def _xlsx_cell(page: Any, value: Any) -> Any:
    """Text stays text: a name that begins with “=” must not become a formula."""
    if isinstance(value, str):
        cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:_XLSX_CELL])
        cell.data_type = "s"
        return cell
    if isinstance(value, float) and value != value:  # NaN has no cell
        return None
    return value
