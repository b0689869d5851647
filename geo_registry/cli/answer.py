"""``geo-registry answer``: one of five answers to a place without a name, or a table of them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import click

from geo_registry import reference as reference_tables
from geo_registry.cli.answering import json_option, say
from geo_registry.cli.importing import check_issues_file, write_issues
from geo_registry.cli.names import today
from geo_registry.cli.opening import registry
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.naming_answer import NamingAnswer
from geo_registry.services.names import answering_unnamed
from geo_registry.services.names.answering_unnamed import Given
from geo_registry.settings import Settings
from geo_registry.store.database import current_person

_SHOWN = 10
_ANSWERS = "、".join(f"{a.value}（{a.word}）" for a in NamingAnswer)


@click.command("answer")
@click.argument("place", metavar="[place:12]", required=False)
@click.argument("answer_given", metavar="[ANSWER]", required=False)
@click.option("--said-name", default="", metavar="名称", help="群众称呼，如“后街”。")
@click.option("--reason", default="", help="理由；答复“确无名”“无需命名”时必填。")
@click.option("--withdraw", "taking_back", is_flag=True, help="撤销这一处的答复。")
@click.option(
    "--file",
    "table",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="成批答复：表格的列为 对象、答复、群众称呼、理由（.xlsx、.csv 等）。",
)
@click.option("--admit-good", is_flag=True, help="表中有坏行时记录其余好行（缺省：一行也不记录）。")
@click.option(
    "--issues",
    "issues_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="把坏行写成表格。",
)
@json_option
def answer(
    *,
    place: str | None,
    answer_given: str | None,
    said_name: str,
    reason: str,
    taking_back: bool,
    table: Path | None,
    admit_good: bool,
    issues_file: Path | None,
    as_json: bool,
) -> None:
    """答复一处有地无名：unregistered、unsigned、nameless、not_needed、unclear，或写中文。"""
    settings = Settings.from_environment()
    judging: dict[str, Any] = {
        "reference": reference_tables.load_for(settings),
        "profile": reference_tables.load_profile(settings.data, settings.profile),
        "on": today(),
    }
    if table is not None:
        if place is not None:
            raise BadRequest("给了 --file 时，不再写编号和答复。")
        _answer_table(table, judging, admit_good, issues_file, as_json)
        return
    if place is None or (answer_given is None) != taking_back:
        raise BadRequest(
            "请写明对象和答复，例如 geo-registry answer place:12 nameless --reason 走访核实。",
            advice=f"可用的答复：{_ANSWERS}；撤销用 --withdraw。",
        )
    with registry(f"答复有地无名：{place}") as connection:
        person = current_person(connection)
        if answer_given is None:
            done = answering_unnamed.withdraw(connection, place, person=person, **judging)
            said = f"已撤销 {done['place']} 的答复，该问题重新列出。"
        else:
            given = Given(place, answer_given, said_name, reason)
            done = answering_unnamed.answer(connection, given, person=person, **judging)
            said = f"已记录 {done['place']}：{done['answer_title']}。{done['next_step']}"
    click.echo(json.dumps(done, ensure_ascii=False) if as_json else said)


def _answer_table(
    table: Path,
    judging: dict[str, Any],
    admit_good: bool,  # noqa: FBT001 - a flag of the command line
    issues_file: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    check_issues_file(issues_file)
    with registry(f"成批答复有地无名：{table.name}") as connection:
        done = answering_unnamed.answer_table(
            connection, table, admit_good=admit_good, person=current_person(connection), **judging
        )
    if issues_file is not None:
        write_issues(done.issues, issues_file)
    if as_json:
        document = {
            "rows": done.rows,
            "stored": len(done.stored),
            "issues": [dataclasses.asdict(i) for i in done.issues],
        }
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        bad = f"另有 {len(done.issues)} 行不能使用。" if done.issues else ""
        click.echo(f"“{table.name}”共 {done.rows} 行，记录答复 {len(done.stored)} 处。{bad}")
    for issue in done.issues[:_SHOWN]:
        say(f"· {issue.message}{issue.suggestion}")
    if done.issues and not done.stored:
        raise SystemExit(3)
