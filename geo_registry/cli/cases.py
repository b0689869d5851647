"""``geo-registry case``: leads, steps, departments, papers and the board of cases.

The steps are commands of :mod:`geo_registry.cli.case_steps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.case_steps import case_line, step_commands
from geo_registry.cli.cemetery_answers import cemetery_id, shown
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.domain.case import CaseState, Closure, Matter
from geo_registry.domain.errors import BadRequest
from geo_registry.services import papers
from geo_registry.services.cases import case_clocks, case_notices, case_parties, opening_cases
from geo_registry.services.cases import showing_cases as showing
from geo_registry.services.cases.casework import Form
from geo_registry.services.cases.opening_cases import Lead
from geo_registry.services.cases.showing_cases import require_number
from geo_registry.services.findings.waiving import finding_id_of
from geo_registry.settings import Settings
from geo_registry.store.case_pages import Filter

reason_option = click.option("--reason", required=True, metavar="情况", help="理由或情况。")
on_option = click.option("--on", type=DAY, metavar="DATE", help="哪一天（缺省：今天）。")


@click.group("case")
def case() -> None:
    """案件：线索、受理、核查、认定、责令整改、复查、销号、回头看。"""


# ---- reading -------------------------------------------------------------------------------------


@case.command("list")
@click.option("--state", multiple=True, type=click.Choice([str(s) for s in CaseState]))
@click.option("--late", is_flag=True, help="只列逾期的。")
@click.option("--all", "everything", is_flag=True, help="连同已销号、不属实、已并案的。")
@click.option("--town", multiple=True, metavar="代码", help="只列这些镇街的。")
@click.option("--cemetery", metavar="cemetery:3", help="只列这处公墓的。")
@json_option
def list_(
    state: Sequence[str],
    town: Sequence[str],
    cemetery: str | None,
    *,
    late: bool,
    everything: bool,
    as_json: bool,
) -> None:
    """列出案件，先到期的在前。"""
    wanted = Filter(
        states=list(state) or None,
        live=None if everything or state else True,
        late=True if late else None,
        towns=list(town) or None,
        cemetery=cemetery_id(cemetery) if cemetery else None,
        limit=500,
    )
    with registry_to_read() as connection:
        found = showing.listed(connection, desk(connection), wanted)
    lines = [case_line(row) for row in found["items"]] or ["没有这样的案件。"]
    shown(found, lines, as_json=as_json)


@case.command("show")
@click.argument("number", metavar="case:6")
@json_option
def show(number: str, *, as_json: bool) -> None:
    """一件案件的全部：测量、步骤、部门、文书，下一步能办什么。"""
    with registry_to_read() as connection:
        found = showing.show(connection, desk(connection), require_number(number))
    claim = found["claim"]
    lines = [
        case_line(found),
        f"公墓：{found['cemetery']['name']}" if found["cemetery"] else "",
        f"测量：{claim['word']}约 {claim['area_m2']:,.0f} m²，最深 {claim['depth_m']:.1f} m"
        f"（{claim['on']}，等级 {claim['grade']}）；销号测量须能发现 {found['must_see_m']:.1f} m"
        if claim
        else "",
        *(
            f"{s['number']:>3}  {s['on']}  {s['act_title']}（{s['by']}）：{s['reason']}"
            for s in found["steps"]
        ),
        *(
            f"交办 {t['id']}：{t['department_title']}，{t['asked']}（{t['due_on']} 前，"
            f"{t['state_title']}）"
            for t in found["tasks"]
        ),
        *(
            f"文书 {n['id']}：{n['kind']} {n['number']}（{n['issued_on']}）"
            for n in found["notices"]
        ),
        "现在可以："
        + "、".join(f"{p['title']}（{p['act'].replace('_', '-')}）" for p in found["possible"]),
    ]
    shown(found, [line for line in lines if line], as_json=as_json)


@case.command("board")
@json_option
def board(*, as_json: bool) -> None:
    """各状态、各镇街有多少案件，逾期多少。"""
    with registry_to_read() as connection:
        found = showing.board(connection, desk(connection), Filter())
    states = [s for s in found["states"] if s["number"]]
    lines = [
        f"在办 {found['live']} 件，逾期 {found['late']} 件",
        *(f"  {s['title']}：{s['number']}" for s in states),
        *(
            f"  {t['name']}：在办 {t['live']}，逾期 {t['late']}，已结 {t['ended']}"
            for t in found["towns"]
        ),
    ]
    shown(found, lines, as_json=as_json)


@case.command("due")
@click.option("--ahead", default=0, metavar="天", help="连同以后几天内到期的回头看。")
@json_option
def due(ahead: int, *, as_json: bool) -> None:
    """该转督办的、该回头看的、部门逾期未答复的。"""
    with registry_to_read() as connection:
        at = desk(connection)
        found = {
            "escalate": case_clocks.to_escalate(connection, at),
            "look_back": case_clocks.due_look_backs(connection, at, ahead_days=ahead),
            "tasks": case_parties.late_tasks(connection, at),
        }
    lines = [
        *(f"转督办：{c['number']} 逾期 {c['days_late']} 天" for c in found["escalate"]),
        *(
            f"回头看：{c['number']} 第 {c['months']} 个月（{c['due_on']}）"
            for c in found["look_back"]
        ),
        *(
            f"催办：{t['number']} {t['department_title']}（{t['due_on']} 前）"
            for t in found["tasks"]
        ),
    ]
    shown(found, lines or ["没有到期的事项。"], as_json=as_json)


# ---- opening -------------------------------------------------------------------------------------


@case.command("open")
@click.option("--finding", metavar="编号或指纹", help="从系统发现的一个问题立案。")
@click.option("--title", default="", metavar="标题", help="线索的标题（不是从问题立案时）。")
@click.option("--source", default="", metavar="来源", help="complaint、imagery、fee、inspection……")
@click.option("--matter", type=click.Choice([str(m) for m in Matter]), default="land")
@click.option("--cemetery", metavar="cemetery:3", help="哪处公墓。")
@click.option("--town", metavar="代码", help="不在公墓的，写镇街代码。")
@reason_option
@on_option
@json_option
def open_(
    finding: str | None,
    title: str,
    source: str,
    matter: str,
    cemetery: str | None,
    town: str | None,
    reason: str,
    on: datetime | None,
    *,
    as_json: bool,
) -> None:
    """登记线索：从问题、举报、影像、收费或巡查。"""
    form = Form(reason, on=day_of(on))
    with registry("登记线索") as connection:
        at = desk(connection)
        if finding:
            number = finding_id_of(connection, finding)
            made = opening_cases.open_from_finding(
                connection, at, number, form, source=source or "finding"
            )
        else:
            site = cemetery_id(cemetery) if cemetery else None
            lead = Lead(title, source or "complaint", Matter(matter), site, town)
            made = opening_cases.open_lead(connection, at, lead, form)
        found = showing.show(connection, at, made.id)
    near = [
        f"可能是同一处：案件 {d['number']}（重叠 {d['share']:.0%}）" for d in found["duplicates"]
    ]
    shown(found, [case_line(found), *near], as_json=as_json)


@case.command("adopt")
@click.option("--title", required=True, metavar="标题")
@click.option("--cemetery", metavar="cemetery:3", required=True)
@click.option("--closed-on", type=DAY, required=True, metavar="DATE", help="当时的销号日期。")
@click.option("--closure", type=click.Choice([str(c) for c in Closure]), required=True)
@reason_option
@json_option
def adopt(
    title: str, cemetery: str, closed_on: datetime, closure: str, reason: str, *, as_json: bool
) -> None:
    """录入以前台账中已经销号的案件（没有复查测量的，系统会提示）。"""
    lead = Lead(title, "ledger", cemetery_id=cemetery_id(cemetery))
    with registry("录入历史案件") as connection:
        at = desk(connection)
        made = opening_cases.adopt(
            connection, at, lead, Form(reason), closed_on=closed_on.date(), closure=closure
        )
        found = showing.show(connection, at, made.id)
    shown(found, [case_line(found)], as_json=as_json)


for _command in step_commands():
    case.add_command(_command)


# ---- departments and papers ----------------------------------------------------------------------


@case.command("task")
@click.argument("number", metavar="case:6")
@click.option("--department", required=True, metavar="部门")
@click.option("--asked", required=True, metavar="事项", help="请对方做什么。")
@click.option("--due-on", type=DAY, metavar="DATE", help="答复期限。")
@json_option
def task(
    number: str, department: str, asked: str, due_on: datetime | None, *, as_json: bool
) -> None:
    """交办一个部门。"""
    with registry("案件：交办") as connection:
        made = case_parties.give_task(
            connection, desk(connection), require_number(number), department, asked=asked,
            due_on=day_of(due_on),
        )  # fmt: skip
    said = f"已交办 {made['id']}：{made['department_title']}，{made['due_on']} 前答复。"
    shown(made, [said], as_json=as_json)


@case.command("reply")
@click.argument("task_id", type=int, metavar="交办编号")
@click.option("--words", required=True, metavar="内容", help="对方答复的内容。")
@click.option("--number", default="", metavar="文号")
@on_option
@json_option
def reply(task_id: int, words: str, number: str, on: datetime | None, *, as_json: bool) -> None:
    """登记部门的答复。"""
    with registry("案件：部门答复") as connection:
        made = case_parties.reply(
            connection, desk(connection), task_id, words=words, number=number, on=day_of(on)
        )
    shown(made, [f"已登记 {made['department_title']}的答复。"], as_json=as_json)


@case.command("notice")
@click.argument("number", metavar="case:6")
@click.argument("kind", type=click.Choice(list(case_notices.KINDS)))
@click.option(
    "--set", "given", multiple=True, metavar="项=内容", help="例如 文号=威环民责改〔2026〕1号。"
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR"
)
@json_option
def notice(number: str, kind: str, given: Sequence[str], out: Path, *, as_json: bool) -> None:
    """出具文书（DOCX 和 PDF），内容留底。"""
    pairs = [g.partition("=") for g in given]
    if any(not sign for _, sign, _ in pairs):
        raise BadRequest("--set 请写成 项=内容，例如 --set 文号=1号。")
    fields = {name.strip(): words for name, _, words in pairs}
    settings = Settings.from_environment()
    with registry(f"出具{kind}") as connection:
        made = case_notices.issue(
            connection, desk(connection), require_number(number), kind, fields, settings
        )
        paper = case_notices.paper(connection, made["id"], settings)
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for file_format in papers.MEDIA_TYPES:
        path = out / f"{kind}_{made['id']}.{file_format}"
        path.write_bytes(papers.written(paper, file_format))
        files.append(str(path))
    shown({**made, "files": files}, [f"已出具：{path}" for path in files], as_json=as_json)


@case.command("lapse")
@json_option
def lapse(*, as_json: bool) -> None:
    """把整改期限已过的案件标为逾期（后台任务每天也会做）。"""
    with registry("案件：逾期") as connection:
        done = case_clocks.lapse_overdue(connection, desk(connection))
    shown({"lapsed": done}, [f"标为逾期 {len(done)} 件。"], as_json=as_json)
