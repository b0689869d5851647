from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.errors import BadRequest, NotFound, RegistryError, Unreadable
from geo_registry.formats.paper import Grid, Heading, Paragraph
from geo_registry.formats.paper_template import read_template
from geo_registry.services import papers
from geo_registry.settings import Settings

ON = date(2026, 11, 25)
ROADS = [
    {"名称": "柳沟路", "罗马字母拼写": "Liǔgōu Lù", "所属政区": "羊亭镇", "位置描述": "村北",
     "批准机关": "环翠区人民政府", "批准日期": date(2026, 11, 2)},
    {"名称": "枣园巷", "罗马字母拼写": "Zǎoyuán Xiàng", "所属政区": "羊亭镇", "位置描述": "村南",
     "批准机关": "环翠区人民政府", "批准日期": date(2026, 11, 2)},
]  # fmt: skip
VALUES = {"公告机关": "环翠区民政局", "公告日期": ON, "地名": ROADS}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.from_environment({}), home=tmp_path)


def test_a_paper_carries_its_values_and_says_days_in_chinese(settings: Settings) -> None:
    made = papers.render("公告", VALUES, settings, on=ON)
    grid = next(b for b in made.blocks if isinstance(b, Grid))
    assert [row[0] for row in grid.rows] == ["柳沟路", "枣园巷"]
    assert grid.rows[0][-1] == "2026年11月2日"
    assert grid.header[0] == "标准名称"
    signed = [b.text for b in made.blocks if isinstance(b, Paragraph) and b.tone == "signature"]
    assert signed == ["环翠区民政局", "2026年11月25日"]
    assert "柳沟路" in made.content.decode()
    assert made.sha256 in made.footer


@pytest.mark.parametrize(("file_format", "start"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_the_same_paper_gives_the_same_file(
    settings: Settings, file_format: str, start: bytes
) -> None:
    made = papers.written(papers.render("公告", VALUES, settings, on=ON), file_format)
    assert made.startswith(start)
    assert made == papers.written(papers.render("公告", VALUES, settings, on=ON), file_format)


def test_the_docx_opens_with_its_table(settings: Settings) -> None:
    made = papers.written(papers.render("公告", VALUES, settings, on=ON), "docx")
    table = Document(BytesIO(made)).tables[0]
    assert [cell.text for cell in table.rows[1].cells][:2] == ["柳沟路", "Liǔgōu Lù"]


def test_the_bureaus_own_template_wins(settings: Settings) -> None:
    own = settings.home / "papers"
    own.mkdir()
    (own / "公告.md").write_text("标题：本局公告\n---\n# 共 {条数} 条\n", "utf-8")
    made = papers.render("公告", {"条数": 2}, settings, on=ON)
    assert made.title == "本局公告"
    assert made.blocks == (Heading("共 2 条"),)


def test_every_shipped_template_can_be_read_and_all_its_fields_filled(settings: Settings) -> None:
    names = papers.template_names(settings)
    assert {"命名申请书", "审查意见", "批复", "公告", "备案表", "命名一览表"} <= set(names)
    for name in names:
        found = papers.template(name, settings)
        lists = {
            line.removeprefix("|*").split("|")[0].strip(): [dict.fromkeys(found.fields, "字")]
            for _, line in found.lines
            if line.startswith("|*")
        }
        made = papers.render(name, dict.fromkeys(found.fields, "字") | lists, settings, on=ON)
        assert made.blocks
        assert not any("{" in b.text for b in made.blocks if isinstance(b, Paragraph))


def test_empty_fields_leave_a_blank_and_optional_lines_go(settings: Settings) -> None:
    template = read_template("标题：甲\n---\n理由：{理由}\n?{备注} 备注：{备注}\n", "甲.md")
    assert [b.text for b in template.blocks({"理由": "", "备注": None})] == ["理由：＿＿＿＿"]  # type: ignore[union-attr]
    assert [b.text for b in template.blocks({"理由": "近井", "备注": "急"})] == [  # type: ignore[union-attr]
        "理由：近井",
        "备注：急",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("没有标题\n", "开头"),
        ("标题：甲\n---\n{村名}同意。", "第 3 行：没有“村名”这个字段"),
        ("标题：甲\n---\n| a | b |\n| c | d |", "第 3 行：表格应有一行"),
        ("标题：甲\n---\n|--|--|\n| {名称} |", "第 4 行：这一行有 1 栏"),
        ("标题：甲\n---\n|--|\n|* 名称 | {名称} |", "第 4 行：“名称”不是一份清单"),
        ("标题：甲\n---\n?名称", "第 3 行"),
    ],
)
def test_a_slip_in_a_template_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_template(text, "甲.md").blocks({"名称": "柳沟路"})


def test_unknown_templates_and_formats_are_refused(settings: Settings) -> None:
    for name in ("没有", "../公告", ""):
        with pytest.raises(NotFound):
            papers.render(name, {}, settings, on=ON)
    with pytest.raises(BadRequest):
        papers.written(papers.render("公告", VALUES, settings, on=ON), "odt")


@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_is_a_paper_or_an_error_of_ours(body: str, name: str) -> None:
    with suppress(RegistryError):
        read_template(f"标题：甲\n---\n{body}", "甲.md").blocks({"名称": name})


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_a_value_is_never_read_as_markup(value: str) -> None:
    (block,) = read_template("标题：甲\n---\n甲{名称}\n", "甲.md").blocks({"名称": value})
    assert isinstance(block, Paragraph)
    assert block.text == f"甲{value or '＿＿＿＿'}"
