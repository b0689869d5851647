"""Tables are read whatever the office saved them as, and refused with a sentence that helps."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.errors import BadRequest, Unreadable
from geo_registry.formats.content import decode
from geo_registry.formats.tables import read_table, sniff_delimiter, write_table

ROWS = "名称,村代码\n𬬭山路,037100\n文化路,037101\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_reads_right_in_every_encoding_of_the_office(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(ROWS.encode(encoding))
    table = read_table(path)
    assert table.columns == ["名称", "村代码"]
    assert table["名称"].to_list() == ["𬬭山路", "文化路"]
    assert table["村代码"].to_list() == ["037100", "037101"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "，"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS.replace(",", delimiter), "utf-8")
    assert read_table(path)["村代码"].to_list() == ["037100", "037101"]


def test_a_quoted_delimiter_and_a_line_break_stay_in_their_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称,说明\n文化路,"东起,\n西至"\n', "utf-8")
    assert read_table(path)["说明"].to_list() == ["东起,\n西至"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.csv", b"", "空的（0 字节）"),
        ("空白.csv", b" \n\n", "没有内容"),
        ("只有表头.csv", "名称,村\n".encode(), "没有数据行"),
        ("图片.csv", b"\x89PNG\r\n\x1a\nxxxx", "PNG 图片"),
        ("二进制.csv", b"a,b\n\x00\x01,2\n", "二进制"),
        ("乱码.csv", b"a,b\n1,2\n\xff\xff,\x81\n", "第 3 行"),
        ("多一格.csv", b"a,b\n1,2\n1,2,3\n", "第 2 行有 3 格"),
        ("多几格.csv", b"a,b\n1,2,3\n1,2\n1,2,3,4\n", "第 1 行有 3 格、第 3 行有 4 格，.*这些行"),
        ("断了.csv", b'a,b\n1,"2\n', "引号没有成对"),
        ("假.xlsx", b"hello, not a workbook", "与扩展名|不是“.xlsx”格式"),
        ("断了.xlsx", b"PK\x03\x04 cut off", "损坏或不完整"),
        ("断了.parquet", b"PAR1 cut off", "损坏或不完整"),
        ("断了.json", b'[{"a": 1},', "第 1 行第"),
        ("不是数组.json", b'{"a": 1}', "对象的数组"),
        ("地图.json", b'{"type": "FeatureCollection", "features": []}', ".geojson"),
        ("旧.xls", b"\xd0\xcf\x11\xe0", ".xlsx"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says) as caught:
        read_table(path)
    assert name in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="找不到文件"):
        read_table(tmp_path / "没有.csv")
    (tmp_path / "夹.csv").mkdir()
    with pytest.raises(Unreadable, match="是文件夹"):
        read_table(tmp_path / "夹.csv")


def test_a_missing_column_names_those_that_exist(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS, "utf-8")
    with pytest.raises(Unreadable, match="没有“村编码”列。现有的列：名称、村代码") as caught:
        read_table(path, columns=["名称", "村编码"])
    assert "是否要用“村代码”" in str(caught.value)


def test_codes_in_a_workbook_stay_codes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["名称", "代码", "说明", None])
    page.append(["文化路", 371002001001, 1.5, None])
    page.append([None, None, None, None])
    page.append(["建设路", 371002001002.0, None, None])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert table.columns == ["名称", "代码", "说明"]
    assert table["代码"].to_list() == ["371002001001", "371002001002"]
    with pytest.raises(Unreadable, match="没有名为“二”的工作表。现有：Sheet"):
        read_table(tmp_path / "a.xlsx", sheet="二")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet", ".xlsx"])
def test_a_table_written_reads_back(tmp_path: Path, suffix: str) -> None:
    table = polars.DataFrame({"名称": ["𬬭山路", "=1+1", None], "代码": ["01", "02", "03"]})
    path = tmp_path / f"a{suffix}"
    write_table(table, path)
    assert read_table(path).equals(table)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_formula_in_a_name_stays_text_in_a_workbook(tmp_path: Path) -> None:
    write_table(polars.DataFrame({"名称": ["=1+1\x07"]}), tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert page is not None
    assert page["A2"].data_type == "s"
    assert page["A2"].value == "=1+1\ufffd"


def test_a_csv_opens_in_excel(tmp_path: Path) -> None:
    write_table(
        polars.DataFrame({"名称": ["文化路"], "对象": [["row:1", "row:2"]]}), tmp_path / "a.csv"
    )
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert "row:1；row:2" in content.decode()


def test_an_output_that_cannot_be_written_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    table = polars.DataFrame({"a": [1]})
    with pytest.raises(BadRequest, match="扩展名"):
        write_table(table, tmp_path / "a.doc")
    with pytest.raises(BadRequest, match="不存在"):
        write_table(table, tmp_path / "没有" / "a.csv")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40))
def test_utf8_text_is_never_taken_for_gb18030(text: str) -> None:
    assert decode(("x" + text).encode("utf-8"), "a.csv") == ("x" + text, "UTF-8")


@given(st.text(st.sampled_from("文化路环翠区𬬭塂嵛夼"), min_size=2))
def test_gb18030_text_keeps_its_rare_characters(text: str) -> None:
    raw = (text + "路").encode("gb18030")
    decoded, encoding = decode(raw, "a.csv")
    assert (decoded, encoding) == (text + "路", "GB18030") or raw.decode("utf-8") == decoded


def test_a_tab_separated_file_is_cut_at_tabs_only() -> None:
    assert sniff_delimiter("a,b,c\td", ".tsv") == "\t"
