"""Templates of papers: plain text that a clerk edits, turned into the blocks of a paper.

A template is UTF-8 text. First the heads 标题：, 副题：, 页脚： (the last two may be missing), a
line of three dashes, then the body, line by line::

    # 一、申请事项            heading (## for the level below)
    关于“{名称}”的申请。       paragraph; {…} are fields
    > 说明                   small print
    >> {批准机关}             signature, at the right
    ?{理由} 理由：{理由}        a line that appears only where the field has something in it
    |----|--------|          a form: widths, then rows of label and value
    | 名称 | {名称} |
    | 名称 | 走向 |            a list: header, widths; |* 道路 once for each of the list 道路
    |----|----|
    |* 道路 | {名称} | {走向} |
    // a note for whoever edits it

A field that is known and empty leaves a blank to be filled in by hand. A field that nobody knows is
an error that names the line, so that a slip in a template is found before a paper is signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from geo_registry.domain.errors import Unreadable
from geo_registry.formats.paper import Block, Grid, Heading, Paragraph

Plain: TypeAlias = str | int | float | date | None
Value: TypeAlias = Plain | Sequence[Mapping[str, Plain]]
Values: TypeAlias = Mapping[str, Value]

BLANK = "＿＿＿＿"
"""What an empty field leaves in running text."""

_FIELD = re.compile(r"\{([^{}\s]+)\}")
_WIDTHS = re.compile(r"\|(?:\s*-+\s*\|)+")
_HEADS = ("标题", "副题", "页脚")


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its heads and its numbered lines. ``file`` is what errors call it."""

    file: str
    heads: Mapping[str, str]
    lines: tuple[tuple[int, str], ...]

    @property
    def fields(self) -> frozenset[str]:
        """All fields that it asks for."""
        texts = (*self.heads.values(), *(line for _, line in self.lines))
        return frozenset(name for text in texts for name in _FIELD.findall(text))

    def head(self, name: str, values: Values) -> str:
        """One of the heads, filled in."""
        return _filled(self.heads.get(name, ""), values, self.file, 1)

    def blocks(self, values: Values) -> tuple[Block, ...]:
        """The body, filled in; :class:`Unreadable` names a line that cannot be."""
        return tuple(_blocks(self, values))


def read_template(text: str, file: str) -> Template:
    """A template from its text; :class:`Unreadable` where the heads are missing."""
    lines = text.removeprefix("\ufeff").splitlines()
    end = next((i for i, line in enumerate(lines) if line.strip() == "---"), None)
    heads: dict[str, str] = {}
    for line in lines[: end or 0]:
        name, _, said = line.partition("：")
        if name.strip() in _HEADS:
            heads[name.strip()] = said.strip()
    if end is None or not heads.get("标题"):
        raise Unreadable(
            f"模板 {file} 的开头不对。",
            advice="应先写“标题：…”一行，再写三个减号“---”，其后是正文。",
        )
    body = tuple((i, line.strip()) for i, line in enumerate(lines[end + 1 :], start=end + 2))
    return Template(file, heads, body)


def in_words(value: Value) -> str:
    """A value as a paper shows it: days in Chinese, numbers without a tail of zeros."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


def _blocks(template: Template, values: Values) -> Iterator[Block]:
    table: list[tuple[int, str]] = []
    for number, line in (*template.lines, (0, "")):
        if line.startswith("|"):
            table.append((number, line))
            continue
        if table:
            yield _grid(table, values, template.file)
            table = []
        if line and not line.startswith("//"):
            yield from _said(line, number, values, template.file)


def _said(line: str, number: int, values: Values, file: str) -> Iterator[Block]:
    if line.startswith("?"):
        asked = _FIELD.match(line, 1)
        if asked is None:
            raise _wrong(file, number, "“?”后面应紧跟一个字段，例如 ?{理由}")
        if values.get(_known(asked[1], values, file, number)) in (None, "", [], ()):
            return
        line = line[asked.end() :].strip()
    mark, rest = re.match(r"(#{1,2}|>{1,2})?\s*(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
    text = _filled(rest, values, file, number, blank=BLANK)
    if mark in {"#", "##"}:
        yield Heading(text, len(mark))
    else:
        yield Paragraph(text, {">": "small", ">>": "signature"}.get(mark or "", "body"))


def _grid(table: Sequence[tuple[int, str]], values: Values, file: str) -> Grid:
    at = next((i for i, (_, line) in enumerate(table) if _WIDTHS.fullmatch(line)), None)
    if at not in (0, 1):
        raise _wrong(file, table[0][0], "表格应有一行 |----|----| 指明各栏宽度")
    widths = tuple(cell.count("-") for cell in _cells(table[at][1]))
    header = tuple(_cells(table[0][1])) if at else ()
    rows: list[tuple[str, ...]] = []
    for number, line in table[at + 1 :]:
        cells = _cells(line)
        each: Sequence[Values] = [values]
        if cells[0].startswith("*"):
            each = [{**values, **r} for r in _records(cells[0][1:].strip(), values, file, number)]
            cells = cells[1:]
        if len(cells) != len(widths):
            raise _wrong(file, number, f"这一行有 {len(cells)} 栏，表格是 {len(widths)} 栏")
        rows += [tuple(_filled(c, one, file, number) for c in cells) for one in each]
    if header and len(header) != len(widths):
        raise _wrong(file, table[0][0], f"表头有 {len(header)} 栏，表格是 {len(widths)} 栏")
    return Grid(tuple(rows), widths, header)


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    starred = re.match(r"\*\s*(\S+)\s*(\|.*)", inner, re.DOTALL)
    parts = inner.split("|")
    if starred:
        parts = [f"*{starred[1]}", *starred[2].removeprefix("|").split("|")]
    return [part.strip() for part in parts]


def _records(name: str, values: Values, file: str, number: int) -> Sequence[Mapping[str, Plain]]:
    found = values[_known(name, values, file, number)]
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise _wrong(file, number, f"“{name}”不是一份清单，不能逐条列出")
    return found


def _filled(text: str, values: Values, file: str, number: int, blank: str = "") -> str:
    return _FIELD.sub(lambda m: in_words(values[_known(m[1], values, file, number)]) or blank, text)


def _known(name: str, values: Values, file: str, number: int) -> str:
    if name not in values:
        raise _wrong(
            file, number, f"没有“{name}”这个字段", f"可用的字段：{'、'.join(sorted(values))}。"
        )
    return name


def _wrong(file: str, number: int, what: str, advice: str = "") -> Unreadable:
    return Unreadable(f"模板 {file} 第 {number} 行：{what}。", advice=advice)
