"""What the import commands share: options, progress, and how an import is answered."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import orjson
import polars
import shapely
from sqlalchemy import Connection

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry
from geo_registry.domain.errors import BadRequest, Issue
from geo_registry.formats.issues import is_note, issue_table
from geo_registry.formats.tables import WRITTEN, write_table
from geo_registry.services.imports.importing import Source, Summary, selection_of
from geo_registry.settings import Settings

Command = Callable[..., Any]
_SHOWN = 10
_BAR = 30


def reading_options(command: Command) -> Command:
    """Options of commands that read a map file."""
    options = (
        click.option(
            "--crs",
            metavar="CRS",
            help="坐标系：EPSG:4490、EPSG:4550、GCJ-02、BD-09 等；优先于文件自带的。",
        ),
        click.option("--layer", metavar="NAME", help="文件里有几个图层时，指明其中一个。"),
        click.option(
            "--where", multiple=True, metavar="列=值", help="只取某列等于某值的行；可重复。"
        ),
        click.option(
            "--swap-axes", is_flag=True, help="文件里 X 与 Y（经度与纬度）写反了，交换后导入。"
        ),
        click.option(
            "--at", metavar="CODE", help="没有界线可以定位时，视为位于这个统计用区划代码之内。"
        ),
    )
    return _with(command, options)


def storing_options(command: Command) -> Command:
    """Options of every import: what happens to bad rows, and how the answer is given."""
    options = (
        click.option(
            "--admit-good", is_flag=True, help="有坏行时导入其余好行（缺省：一行也不导入）。"
        ),
        click.option("--dry-run", is_flag=True, help="只检查，不写入数据库。"),
        click.option(
            "--issues",
            "issues_file",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="把问题行写成表格：.csv、.xlsx、.parquet 或 .json。",
        ),
        json_option,
    )
    return _with(command, options)


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def crs_answer_options(command: Command) -> Command:
    """Options of imports that check where boundaries lie."""
    options = (
        click.option(
            "--accept-crs", is_flag=True, help="已经由人核对过坐标系，照文件所写导入；答复会记住。"
        ),
        click.option("--crs-reason", default="", metavar="理由", help="确认坐标系无误的理由。"),
    )
    return _with(command, options)


def checked(source: Source, settings: Settings) -> Source:
    """A source of boundaries: compared with the district and today, the file kept."""
    extent = reference_tables.load_profile(settings.data, settings.profile).parameters.get("extent")
    return dataclasses.replace(
        source,
        keep_in=settings.home,
        district=None if extent is None else shapely.box(*extent.value),
        today=today(),
    )


def conditions(where: Sequence[str]) -> dict[str, str]:
    """``column=value`` options as a mapping; :class:`BadRequest` for one without ``=``."""
    for text in where:
        if "=" not in text:
            raise BadRequest(f"--where 要写成“列=值”，而不是“{text}”。")
    return {k.strip(): v for k, v in (text.split("=", 1) for text in where)}


def source_of(file: Path, kind: str, given: dict[str, Any]) -> tuple[Source, dict[str, Any]]:
    """The source and the reading options out of what the command line gave."""
    check_issues_file(given["issues_file"])
    where = given.get("where", ())
    source = Source(
        path=file,
        kind=kind,
        selection=selection_of(given.get("layer"), conditions(where)),
        at=given.get("at"),
        admit_good=given["admit_good"],
        dry_run=given["dry_run"],
    )
    reading = {
        "crs": given.get("crs"),
        "layer": given.get("layer"),
        "where": conditions(where),
        "swap_axes": given.get("swap_axes", False),
    }
    return source, reading


class ProgressBar:
    """Progress on standard error: a bar on a terminal, a line for each stage elsewhere."""

    def __init__(self) -> None:
        self._stage = ""
        self._drawn = 0.0
        self._terminal = sys.stderr.isatty()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Say what is being done, how many are done, of how many (None: unknown)."""
        if not self._terminal:
            if stage != self._stage:
                say(f"{stage}……")
            self._stage = stage
            return
        now = time.monotonic()
        finished = total is not None and done >= total
        if stage == self._stage and not finished and now - self._drawn < 0.1:
            return
        if stage != self._stage and self._stage:
            click.echo(err=True)
        self._stage, self._drawn = stage, now
        click.echo(f"\r\033[K{stage}  {_bar(done, total)}", nl=False, err=True)

    def close(self) -> None:
        """End the line that is being drawn."""
        if self._terminal and self._stage:
            click.echo(err=True)


def _bar(done: int, total: int | None) -> str:
    if not total:
        return f"{done:,}" if done else "……"
    full = min(_BAR * done // total, _BAR)
    percent = 100 * min(done, total) // total
    return f"[{'█' * full}{'·' * (_BAR - full)}] {percent}%  {done:,}/{total:,}"


def run(source: Source, reason: str, act: Callable[[Connection, Source], Summary]) -> Summary:
    """Do one import in one transaction, with progress; nothing stays unless it is stored."""
    bar = ProgressBar()
    try:
        with registry(reason) as connection:
            return act(connection, dataclasses.replace(source, progress=bar))
    finally:
        bar.close()


def check_issues_file(path: Path | None) -> None:
    """Raise :class:`BadRequest` before any work where the list of issues could not be written."""
    if path is not None and path.suffix.lower() not in WRITTEN:
        raise BadRequest(f"--issues 的文件“{path.name}”的扩展名要是 {'、'.join(WRITTEN)}。")


def answer(
    summary: Summary,
    headline: str,
    *,
    as_json: bool,
    issues_file: Path | None,
    started: float,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Print what an import did, list what could not be used, and end with 3 if it was refused."""
    seconds = time.monotonic() - started
    if issues_file is not None:
        write_issues(summary.issues, issues_file)
    if as_json:
        document = {
            "kind": summary.kind,
            "file": summary.file_name,
            "sha256": summary.sha256,
            "stored": summary.stored,
            "batch": summary.batch_id,
            "crs": summary.crs,
            "rows": summary.rows,
            "rejected": summary.rejected,
            **summary.counts,
            **(extra or {}),
            "seconds": round(seconds, 2),
            "issues": [dataclasses.asdict(i) | {"used": is_note(i)} for i in summary.issues],
        }
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo(_verdict(summary, headline) + f"用时 {seconds:.1f} 秒。")
    _list_issues(summary.issues, issues_file)
    if summary.refused:
        raise SystemExit(3)


def _verdict(summary: Summary, headline: str) -> str:
    name = f"“{summary.file_name}”"
    good = summary.rows - summary.rejected
    if summary.stored:
        left = f"另有 {summary.rejected:,} 行不能使用，未导入。" if summary.rejected else ""
        return f"{name}已导入（批次 {summary.batch_id}）：{headline}{left}"
    if not summary.rejected:
        return f"{name}检查通过，没有写入：{headline}"
    if not good:
        return f"{name}没有导入：{summary.rows:,} 行全部不能使用。"
    rest = f"其余 {good:,} 行可以导入，请改正后重试，或加 --admit-good 只导入好行。"
    return f"{name}没有导入：{summary.rejected:,} 行不能使用。{rest}"


def write_issues(issues: Iterable[Issue], path: Path) -> None:
    """Write the list of issues and say where it is; a table without rows says that all is well."""
    table = issue_table(issues)
    write_table(table, path)
    say(f"{table.height:,} 条问题已写入 {path}")


def write_listed(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write what a person should look at next (unnamed roads) as a table."""
    write_table(polars.DataFrame([dict(r) for r in rows], infer_schema_length=None), path)
    say(f"{len(rows):,} 行已写入 {path}")


def _list_issues(issues: Sequence[Issue], issues_file: Path | None) -> None:
    for issue in sorted(issues, key=is_note)[:_SHOWN]:
        say(f"· {issue.message}{issue.suggestion}")
    if len(issues) > _SHOWN:
        more = "" if issues_file else "，用 --issues FILE 可写出全部"
        say(f"……另有 {len(issues) - _SHOWN:,} 条{more}。")
