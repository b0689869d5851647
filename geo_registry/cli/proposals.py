"""``geo-registry proposal``: naming from the proposal to the published name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.answering import json_option, say
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry, registry_to_read
from geo_registry.cli.proposal_steps import STEPS, papers_of
from geo_registry.domain.errors import BadRequest, Refused
from geo_registry.formats.tables import write_table
from geo_registry.services import papers
from geo_registry.services.names import places
from geo_registry.services.naming import (
    proposal_batches,
    proposal_lists,
    proposal_pages,
    proposal_papers,
    proposals,
)
from geo_registry.services.naming.proposals import Asked, Stated
from geo_registry.services.reports import deadlines
from geo_registry.settings import Settings


@click.group("proposal")
def proposal() -> None:
    """申报：从采集、申报、预核、征求意见、公示，到批复、备案、公告、设标、公布。"""


for _step in STEPS:
    proposal.add_command(_step)


@proposal.command("new")
@click.argument("subject", metavar="对象")
@click.argument("name", default="", metavar="[拟用名称]")
@click.option(
    "--kind", default="命名", show_default=True, metavar="事项",
    help="命名、更名、合并、注销、更正。",
)  # fmt: skip
@click.option("--applicant", required=True, metavar="单位", help="申报单位。")
@click.option("--reason", required=True, metavar="理由", help="命名理由。")
@click.option("--heir", default="", metavar="对象", help="合并：并入哪一处。")
@click.option("--corrects", type=int, metavar="编号", help="更正：哪一条名称记录。")
@click.option("--despite", default="", metavar="理由", help="核查有异议仍要申报的理由。")
@click.option("--on", type=DAY, metavar="DATE", help="申报日期（缺省：今天）。")
@click.option("--direction", default="", metavar="走向", help="缺省由图形算出。")
@click.option("--starts-at", default="", metavar="起点", help="缺省由图形算出。")
@click.option("--ends-at", default="", metavar="止点", help="缺省由图形算出。")
@click.option("--paper", multiple=True, metavar="种类[=文件]", help="所附材料，可重复。")
@json_option
def new(subject: str, name: str, *, as_json: bool, **given: Any) -> None:
    """为一处已登记的地方申报（place:12）；并核查拟用名称。"""
    with registry(f"申报 {name or subject}"[:100]) as connection:
        at = desk(connection)
        heir = given["heir"]
        done = proposals.propose(
            connection,
            Asked(
                kind=proposal_pages.kind_of(given["kind"]),
                place=places.find(connection, subject).asked_id,
                applicant=given["applicant"], reason=given["reason"], name=name,
                heir=places.find(connection, heir).asked_id if heir else None,
                corrects=given["corrects"], despite=given["despite"],
                proposed_on=day_of(given["on"]),
                stated=Stated(given["direction"], given["starts_at"], given["ends_at"]),
                papers=papers_of(given["paper"]),
            ),
            desk=at,
        )  # fmt: skip
        line = proposal_pages.line(done.stored, at)
    verdict = f"{done.check.verdict}。{done.check.summary}" if done.check else ""
    shown(line, [f"已申报 {line['subject']}。{verdict}"], as_json=as_json)


@proposal.command("table")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--applicant", default="", metavar="单位", help="表中没有申报单位时用它。")
@click.option("--on", type=DAY, metavar="DATE", help="申报日期（缺省：今天）。")
@click.option("--admit-good", is_flag=True, help="有问题的行列出，其余照常申报。")
@click.option("--dry-run", is_flag=True, help="只核查，不登记。")
@click.option("--out", type=click.Path(path_type=Path), help="逐行结论写成表格。")
@json_option
def table(
    file: Path, *, applicant: str, on: Any, out: Path | None, as_json: bool, **given: Any
) -> None:
    """从表格（CSV、XLSX）成批申报，每行一个结论；缺省整表通过才登记。"""
    with registry(f"成批申报 {file.name}"[:100]) as connection:
        batch = proposal_batches.Batch(file, applicant, proposed_on=day_of(on), **given)
        outcome = proposal_batches.propose_all(connection, batch, desk=desk(connection))
    rows = proposal_batches.verdict_rows(outcome)
    if out is not None:
        write_table(proposal_lists.frame(rows), out)
    said = "已申报" if outcome.stored else "没有登记"
    lines = [
        f"{outcome.file_name}：{outcome.rows} 行，可以申报 {len(outcome.verdicts)} 行，"
        f"{outcome.rejected} 行有问题；{said}"
        + (f"（批次 {outcome.batch_id}）。" if outcome.stored else "。"),
        *(f"  第 {r['行']} 行 {r['名称']} {r['结论']} {r['说明']}" for r in rows
          if r["结论"] not in {"通过", "可以申报"}),
    ]  # fmt: skip
    shown({"stored": outcome.stored, "batch": outcome.batch_id, "rows": rows}, lines,
          as_json=as_json)  # fmt: skip
    if outcome.refused:
        raise SystemExit(3)


@proposal.command("list")
@click.option("--state", multiple=True, metavar="状态", help="例如 proposed、open，可重复。")
@click.option("--town", default="", metavar="代码", help="镇街代码。")
@click.option("--batch", type=int, metavar="批次", help="成批申报的批次。")
@click.option("--limit", default=50, show_default=True, help="最多多少条。")
@click.option("--out", type=click.Path(path_type=Path), help="写成一览表（xlsx、csv）。")
@json_option
def list_(*, state: Sequence[str], out: Path | None, as_json: bool, **given: Any) -> None:
    """列出申报，新的在前。"""
    with registry_to_read() as connection:
        at = desk(connection)
        found = proposal_pages.page(connection, states=state, desk=at, **given)
        if out is not None:
            numbers = [p["id"] for p in found["items"]]
            write_table(proposal_lists.list_frame(connection, numbers, desk=at), out)
    lines = [_line(p) for p in found["items"]]
    shown(found, lines or ["没有符合条件的申报。"], as_json=as_json)


@proposal.command("show")
@click.argument("number", type=int, metavar="编号")
@json_option
def show(number: int, *, as_json: bool) -> None:
    """一件申报的全部：步骤、材料、期限、下一步。"""
    with registry_to_read() as connection:
        found = proposal_pages.show(connection, number, desk=desk(connection))
    lines = [
        _line(found),
        f"  {found['located_in']}；{found['romanized']}；{found['direction']} {found['ends']}",
        *(f"  {s['happened_on']} {s['act_title']} {s['person']} {s['reason']}"
          for s in found["steps"]),
        *(f"  材料：{p['title']} {p['number']}" for p in found["papers"]),
        *map(_missing, found["missing"]),
        *(f"  期限：{d['text']}" for d in found["deadlines"]),
        f"  现在可办：{'、'.join(p['title'] for p in found['possible']) or '无'}",
    ]  # fmt: skip
    shown(found, lines, as_json=as_json)


@proposal.command("overdue")
@click.option("--within", type=int, metavar="天数", help="也列出若干天内到期的。")
@json_option
def overdue(*, within: int | None, as_json: bool) -> None:
    """超期（和即将到期）的事项：预核、备案、公告、设标、答复采集……"""
    with registry_to_read() as connection:
        found = deadlines.listed(connection, within_days=within, desk=desk(connection))
    lines = [f"{d['subject']} {d['title']}：{d['text']} {d['town_name']}" for d in found]
    shown({"items": found}, lines or ["没有超期的事项。"], as_json=as_json)


@proposal.command("paper")
@click.argument("paper", type=click.Choice(list(proposal_papers.PAPERS)), metavar="文书")
@click.argument("numbers", type=int, nargs=-1, required=True, metavar="编号…")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="写到 .docx 或 .pdf。")
def paper(paper: str, numbers: tuple[int, ...], *, out: Path) -> None:
    """生成文书，写到 .docx 或 .pdf。

    application 申请书、review 审查意见、decision 批复、announcement 公告、filing 备案表、
    list 一览表。模板在 data/papers；放在数据目录 papers/ 下的同名文件优先。
    """
    file_format = out.suffix.lower().removeprefix(".")
    if file_format not in papers.MEDIA_TYPES:
        raise BadRequest(f"“{out.name}”应以 .docx 或 .pdf 结尾。")
    if out.exists():
        raise Refused(f"文件“{out}”已经有了，没有覆盖。", advice="请换一个名字。")
    with registry_to_read() as connection:
        made = proposal_papers.draw(
            connection, paper, numbers, Settings.from_environment(), desk=desk(connection)
        )
    out.write_bytes(papers.written(made, file_format))
    say(f"已写入 {out}（{made.title}，{len(numbers)} 件）。")


@proposal.command("protect")
@click.argument("subject", metavar="对象")
@click.option("--list", "list_title", required=True, metavar="名录", help="保护名录的名称。")
@click.option("--on", type=DAY, required=True, metavar="DATE", help="列入的日期。")
@click.option("--reason", default="", metavar="理由", help="为什么保护。")
def protect(subject: str, *, list_title: str, on: Any, reason: str) -> None:
    """把一处地名列入保护名录；此后更名须先附保护措施。"""
    with registry(f"列入保护名录 {subject}"[:100]) as connection:
        at = desk(connection)
        place = places.find(connection, subject).asked_id
        listed_on = day_of(on) or at.on
        proposals.protect(
            connection, place, list_title=list_title, listed_on=listed_on, reason=reason, desk=at
        )
    say(f"place:{place} 已列入《{list_title}》。")


def _missing(paper: dict[str, Any]) -> str:
    word = "缺" if paper["confirmed"] else "可补"
    return f"  {word}：{paper['title']}（{paper['by_title']}之前，{paper['basis']}）"


def _line(line: dict[str, Any]) -> str:
    where = f"{line['town_name']}{line['village_name']}"
    due = f"，{line['due']['text']}" if line["due"] else ""
    ahead = f"，下一步：{line['next']['title']}" if line["next"] else ""
    return (
        f"{line['subject']} {line['kind_title']}“{line['name']}” {where} "
        f"{line['state_title']}（{line['since']}）{ahead}{due}"
    )
