"""``geo-registry romanize``: names in Hanyu Pinyin, one by one or a column of a table."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from geo_registry import reference
from geo_registry.cli.answering import json_option, say
from geo_registry.domain.errors import BadRequest
from geo_registry.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars

    from geo_registry.domain.reference import Reference
    from geo_registry.services.names.romanizing import Spelled

_SHOWN_PROBLEMS = 10
_SHOWN_LENGTH = 60


@click.command("romanize")
@click.argument("names", nargs=-1, metavar="[名称]...")
@click.option("--file", "path", type=click.Path(path_type=Path), help="要拼写的表格。")
@click.option("--column", help="表格中名称所在的列。")
@click.option("--class", "place_class", default="road", show_default=True, help="类别。")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="结果文件：tsv、csv、xlsx、parquet 或 json；不写则显示在屏幕上。",
)
@json_option
def romanize(
    names: tuple[str, ...],
    path: Path | None,
    column: str | None,
    place_class: str,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """按国家规则拼写地名（汉语拼音），列出读音待确认的字；不需要数据库。

    表格加四列：romanized（标调）、romanized_plain（不标调）、reading（音节分写，不标调）、
    unconfirmed（读音待确认的字和可选的读音，先列采用的；? 是表外字，或查不到读音）。
    村（居）委会只拼写去掉“村委会”“社区”后的名称。
    """
    tables = reference.load_for(Settings.from_environment())
    if path is None:
        _spell_arguments(names, column, out, place_class, tables, as_json=as_json)
    elif names:
        raise BadRequest("名称和 --file 只能给一种。")
    elif column is None:
        raise BadRequest("请用 --column 指明名称所在的列。")
    else:
        _spell_file(path, column, out, place_class, tables, as_json=as_json)


def _spell_arguments(
    names: Sequence[str],
    column: str | None,
    out: Path | None,
    place_class: str,
    tables: Reference,
    *,
    as_json: bool,
) -> None:
    from geo_registry.services.names.romanizing import spell_column

    if not names:
        raise BadRequest("请写出要拼写的名称，或用 --file 指定表格。")
    if column is not None or out is not None:
        raise BadRequest("--column 和 --out 要与 --file 一起用。")
    spelled = spell_column(names, place_class, tables)
    if as_json:
        answer = [{"name": n, **asdict(s)} for n, s in zip(names, spelled, strict=True)]
        click.echo(orjson.dumps(answer).decode())
    else:
        for name, found in zip(names, spelled, strict=True):
            shown = name if len(name) <= _SHOWN_LENGTH else f"{name[:_SHOWN_LENGTH]}…"
            click.echo(f"{shown}  {found.problem or _line(found)}")
    if all(found.problem for found in spelled):
        raise BadRequest("没有可以拼写的名称。")


def _line(found: Spelled) -> str:
    note = f"  读音待确认：{found.unconfirmed}" if found.unconfirmed else ""
    return f"{found.romanized}  {found.romanized_plain}{note}"


def _spell_file(
    path: Path,
    column: str,
    out: Path | None,
    place_class: str,
    tables: Reference,
    *,
    as_json: bool,
) -> None:
    from geo_registry.formats.tables import as_text, read_table, write_table
    from geo_registry.services.names.romanizing import spell_column, with_spelling

    table = read_table(path, columns=(column,))
    names = as_text(table[column]).to_list()
    spelled = spell_column(names, place_class, tables)
    answer = with_spelling(table, spelled)
    if out is not None:
        write_table(answer, out)
        say(f"已写入 {out}：{answer.height:,} 行。")
    if as_json:
        click.echo(orjson.dumps(answer.to_dicts(), default=str).decode())
    elif out is None:
        click.echo(_as_tsv(answer), nl=False)
    _say_problems(spelled)


def _as_tsv(table: polars.DataFrame) -> str:
    return table.write_csv(separator="\t")


def _say_problems(spelled: Sequence[Spelled]) -> None:
    problems = [(row, s.problem) for row, s in enumerate(spelled, start=1) if s.problem]
    for row, problem in problems[:_SHOWN_PROBLEMS]:
        say(f"第 {row} 行没有拼写：{problem}")
    if len(problems) > _SHOWN_PROBLEMS:
        say(f"……共 {len(problems):,} 行没有拼写。")
