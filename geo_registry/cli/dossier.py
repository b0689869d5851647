"""``geo-registry cemetery dossier`` and ``geo-registry dossier verify``."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy.exc import SQLAlchemyError

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.names import today
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import open_engine
from geo_registry.cli.reporting import ALTERED, registry_if_running
from geo_registry.domain.errors import BadRequest, Unavailable
from geo_registry.services.desk import shelf_of
from geo_registry.services.dossiers import dossier_verifying, dossiers
from geo_registry.services.dossiers.dossier_verifying import Checked
from geo_registry.services.names import report_verifying, reporting
from geo_registry.settings import Settings
from geo_registry.store.database import LOCAL_USER, read, transaction


@click.command("dossier")
@click.argument("subject")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="放档案文件的文件夹；没有就建立。",
)  # fmt: skip
@click.option("--on", "on", type=DAY, metavar="DATE", help="出具日期（缺省：今天），不能晚于今天。")
@click.option(
    "--known-on", type=DAY, metavar="DATE",
    help="只用到这一天为止已经登记的测量、批准和保护区（以后补录的不算）；缺省：全部。",
)  # fmt: skip
@json_option
def make_dossier(
    subject: str, out: Path, on: datetime | None, known_on: datetime | None, *, as_json: bool
) -> None:
    """出具公墓边界档案：PDF、DOCX、GeoPackage、JSON，并在登记库中留底。"""
    settings = Settings.from_environment()
    day = day_of(on) or today()
    if day > today():
        raise BadRequest(f"出具日期 {day} 还没有到。")
    engine = open_engine(settings)
    try:
        with read(engine) as connection:
            made = dossiers.dossier(
                connection, cemetery_id(subject), reference=reference_tables.load_for(settings),
                profile=reference_tables.load_profile(settings.data, settings.profile), on=day,
                shelf=shelf_of(settings),
                known_on=known_on.date() if known_on else None,
            )  # fmt: skip
        files = dossiers.write(made, out, shelf_of(settings))
        with transaction(engine, person=LOCAL_USER, reason=f"出具档案：{made.name}") as connection:
            dossiers.issue(connection, made, shelf_of(settings))
    finally:
        engine.dispose()
    verdict = made.content["results"]["verdict"]
    word = verdict["word"] if verdict else made.content["results"]["note"]
    shown(
        {"files": [str(f) for f in files], "sha256": made.sha256, "verdict": word},
        [f"{made.name}：{word}", *(f"已写入 {f}" for f in files), f"校验码 {made.sha256}"],
        as_json=as_json,
    )


@click.group("dossier")
def dossier() -> None:
    """公墓边界档案：核验。出具用 geo-registry cemetery dossier。"""


@dossier.command("verify")
@click.argument("named", metavar="文件或校验码")
@click.option("--rerun", is_flag=True, help="再按现在的登记库重新出具，列出与档案不同之处。")
@json_option
def verify(named: str, *, rerun: bool, as_json: bool) -> None:
    """核验一份档案：内容、校验码、显示的文字和图层是否被改动；按其中的原始数据重新计算。

    可以是 PDF、DOCX、GeoPackage、JSON 文件，或登记库中档案的校验码。
    退出码：0 完好，5 被改动，3 读不出。
    """
    settings = Settings.from_environment()
    reference = reference_tables.load_for(settings)
    profile = reference_tables.load_profile(settings.data, settings.profile)
    if re.fullmatch(r"[0-9a-fA-F]{64}", named):
        with registry_if_running(settings, start=True) as connection:
            entry = reporting.issued(connection, named)
        found = dossier_verifying.check_content(
            entry.content, entry.sha256, reference=reference, profile=profile
        )
    else:
        found = dossier_verifying.check_file(Path(named), reference=reference, profile=profile)
    answer = {**found.answer(), **_in_registry(settings, found, rerun=rerun)}
    if as_json:
        click.echo(orjson.dumps(answer, default=str).decode())
    else:
        _show(answer, found)
    if not found.intact:
        raise SystemExit(ALTERED)


def _in_registry(settings: Settings, found: Checked, *, rerun: bool) -> dict[str, Any]:
    """Who issued it, and what the registry says today, where that can be asked."""
    answer: dict[str, Any] = {"registry": "unreachable", "issued": None, "differences": None}
    try:
        with registry_if_running(settings, start=rerun) as connection:
            answer["registry"] = "asked"
            entry = report_verifying.register_entry(connection, found.verification)
            if entry is not None:
                answer["issued"] = {"by": entry.person, "at": entry.at, "title": entry.title}
            if rerun and found.verification.report is not None:
                answer["differences"] = dossier_verifying.rerun(
                    connection, found.verification.report,
                    reference=reference_tables.load_for(settings),
                    profile=reference_tables.load_profile(settings.data, settings.profile),
                    shelf=shelf_of(settings),
                )  # fmt: skip
    except (Unavailable, SQLAlchemyError):
        if rerun:
            raise
    return answer


def _show(answer: dict[str, Any], found: Checked) -> None:
    report = found.verification.report
    if report is not None:
        click.echo(f"档案：{report.name}，{report.content['day']}")
    click.echo("✓ 完好：内容、校验码与显示一致。" if not answer["faults"] else "✗ 被改动：")
    for fault in answer["faults"]:
        click.echo(f"  {fault}")
    if found.again is not None:
        click.echo(
            "✓ 按档案中的原始数据重新计算，内容校验码相同。"
            if not found.again
            else "✗ 按档案中的原始数据重新计算，结果不同："
        )
        for line in found.again:
            click.echo(f"  {line}")
    for note in answer["notes"]:
        click.echo(f"  注意：{note}")
    click.echo(f"校验码 {answer['sha256'] or answer['stated']}")
    if answer["issued"]:
        click.echo(f"本登记库出具：{answer['issued']['by']}，{answer['issued']['at']:%Y-%m-%d}")
    elif answer["registry"] == "asked":
        click.echo("✗ 本登记库没有出具过这份档案。")
    else:
        say("登记库没有运行，未核对出具记录（geo-registry db start 后再核）。")
    if answer["differences"] is not None:
        click.echo("按现在的登记库：" + ("相同。" if not answer["differences"] else ""))
        for line in answer["differences"]:
            click.echo(f"  {line}")
