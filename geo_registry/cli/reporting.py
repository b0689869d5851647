"""``geo-registry report``: a report on a checked name for the file, and whether one is genuine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from geo_registry import reference
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.names import today
from geo_registry.cli.opening import open_engine
from geo_registry.domain.errors import BadRequest, RegistryError, Unavailable
from geo_registry.formats.content import read_bytes
from geo_registry.services.names import report_verifying, reporting
from geo_registry.services.names.report_verifying import Verification
from geo_registry.settings import Settings
from geo_registry.store.cluster import Cluster
from geo_registry.store.database import LOCAL_USER, create_engine, read, transaction

ALTERED = 5
_CHINA = ZoneInfo("Asia/Shanghai")


@click.group("report")
def report() -> None:
    """核名报告：生成（PDF、DOCX、JSON）、核验。"""


@report.command("name")
@click.argument("name", metavar="名称")
@click.option("--class", "place_class", default="road", show_default=True, help="类别，例如 road。")
@click.option("--at", help="所在的村或镇：名称或统计用区划代码。")
@click.option("--point", nargs=2, type=float, metavar="经度 纬度", help="所在位置（EPSG:4490）。")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="文件：以 .pdf、.docx 或 .json 结尾。",
)
@json_option
def report_name(
    name: str,
    place_class: str,
    at: str | None,
    point: tuple[float, float] | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """核对一个拟用名称，生成可核验的报告，并在登记库中留底。"""
    settings = Settings.from_environment()
    file_format = out.suffix.lower().removeprefix(".")
    if file_format not in reporting.MEDIA_TYPES:
        raise BadRequest(
            f"不知道“{out.name}”要存成什么格式。", advice="请以 .pdf、.docx 或 .json 结尾。"
        )
    engine = open_engine(settings)
    try:
        with read(engine) as connection:
            made = reporting.name_report(
                connection,
                name=name,
                place_class=place_class,
                at=at,
                point=point,
                reference=reference.load_for(settings),
                profile=reference.load_profile(settings.data, settings.profile),
                on=today(),
            )
        raw = reporting.rendered(made, file_format)
        _write(out, raw)
        with transaction(engine, person=LOCAL_USER, reason=f"签发报告：{made.name}") as connection:
            reporting.issue(connection, made)
    finally:
        engine.dispose()
    check = made.content["check"]
    if as_json:
        answer = {"file": str(out), "sha256": made.sha256, "verdict": check["verdict"]}
        click.echo(orjson.dumps(answer).decode())
    else:
        click.echo(f"{check['verdict']}  {check['name']}")
        click.echo(f"已写入 {out}\n校验码 {made.sha256}")


@report.command("verify")
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@click.option("--rerun", is_flag=True, help="按现在的登记库重新核对，列出与报告不同之处。")
@json_option
def report_verify(file: Path, *, rerun: bool, as_json: bool) -> None:
    """核验一份报告：内容、校验码、显示的文字是否被改动，是否由本登记库签发。

    退出码：0 完好，5 被改动，3 读不出。
    """
    found = report_verifying.verify(read_bytes(file))
    answer: dict[str, Any] = {
        "intact": found.intact,
        "format": found.file_format,
        "sha256": found.report and found.report.sha256,
        "stated": found.stated,
        "faults": list(found.faults),
        "notes": list(found.notes),
        **_in_registry(found, rerun=rerun),
    }
    if as_json:
        click.echo(orjson.dumps(answer).decode())
    else:
        _show(answer, found)
    if not found.intact:
        raise SystemExit(ALTERED)


def _in_registry(found: Verification, *, rerun: bool) -> dict[str, Any]:
    """What the registry says, where it can be asked; starts nothing unless told to run again."""
    settings = Settings.from_environment()
    answer: dict[str, Any] = {"registry": "unreachable", "issued": None, "differences": None}
    try:
        with registry_if_running(settings, start=rerun) as connection:
            entry = report_verifying.register_entry(connection, found)
            answer["registry"] = "asked"
            if entry is not None:
                answer["issued"] = {"by": entry.person, "at": entry.at, "title": entry.title}
                if found.report is not None and not found.intact:
                    answer["changed"] = report_verifying.differences(
                        entry.content, found.report.content
                    )
            if rerun and found.report is not None:
                answer["differences"] = report_verifying.rerun(
                    connection,
                    found.report,
                    reference=reference.load_for(settings),
                    profile=reference.load_profile(settings.data, settings.profile),
                    on=today(),
                )
    except (Unavailable, SQLAlchemyError):
        if rerun:
            raise
    return answer


@contextmanager
def registry_if_running(settings: Settings, *, start: bool) -> Iterator[Connection]:
    """The registry to read; :class:`Unavailable` where it is not running and not to be started."""
    if start:
        engine = open_engine(settings)
    elif settings.database_url is not None:
        engine = create_engine(settings.database_url)
    else:
        cluster = Cluster(settings.home)
        if cluster.status().state != "running":
            raise Unavailable("登记库没有运行。")
        engine = create_engine(cluster.url())
    try:
        with read(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _show(answer: dict[str, Any], found: Verification) -> None:
    if found.report is not None:
        check = found.report.content.get("check", {})
        click.echo(
            f"报告：{check.get('name')}，{check.get('verdict')}，{found.report.content.get('day')}"
        )
    click.echo("✓ 完好：内容、校验码与显示的文字一致。" if found.intact else "✗ 被改动：")
    for fault in (*answer["faults"], *answer.get("changed", ())):
        click.echo(f"  {fault}")
    for note in answer["notes"]:
        click.echo(f"  注意：{note}")
    click.echo(f"校验码 {answer['sha256'] or answer['stated']}")
    issued = answer["issued"]
    if issued:
        click.echo(
            f"本登记库签发：{issued['by']}，{issued['at'].astimezone(_CHINA):%Y-%m-%d %H:%M}"
        )
    elif answer["registry"] == "asked":
        click.echo("✗ 本登记库没有签发过这份报告。")
    else:
        say("登记库没有运行，未核对签发记录（geo-registry db start 后再核）。")
    if answer["differences"] is not None:
        click.echo("按现在的登记库重新核对：" + ("结果相同。" if not answer["differences"] else ""))
        for line in answer["differences"]:
            click.echo(f"  {line}")


def _write(path: Path, raw: bytes) -> None:
    try:
        path.write_bytes(raw)
    except OSError as error:
        raise RegistryError(
            f"不能写入“{path}”。",
            advice="请检查文件夹是否存在、有没有写入的权限、文件是否正被别的程序打开。",
        ) from error
