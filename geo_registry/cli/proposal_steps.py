"""The steps of ``geo-registry proposal``: one command a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from geo_registry.cli.answering import json_option
from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry
from geo_registry.domain.errors import NotFound
from geo_registry.services.naming import proposal_pages
from geo_registry.services.naming import proposal_steps as steps
from geo_registry.services.naming.proposal_steps import Form, Opinion, Reply
from geo_registry.services.naming.proposals import PaperFiled
from geo_registry.store.proposals import StoredProposal

Take = Callable[[Any, Form, Any], StoredProposal]
_REASON = click.option("--reason", required=True, metavar="理由", help="理由。")
_OPINION = click.option("--opinion", required=True, metavar="意见", help="意见。")
_DESPITE = click.option("--despite", default="", metavar="理由", help="省略惯例步骤等的理由。")
_PAPER = click.option(
    "--paper",
    multiple=True,
    metavar="种类[=文件]",
    help="所附材料，可重复，例如 decision=批复.pdf。",
)
_ON = click.option("--on", type=DAY, metavar="DATE", help="办理的日期（缺省：今天）。")


def papers_of(given: Sequence[str]) -> tuple[PaperFiled, ...]:
    """Papers as written on the command line: ``kind`` or ``kind=file``."""
    found = []
    for text in given:
        kind, _, file = text.partition("=")
        path = Path(file) if file else None
        if path is not None and not path.is_file():
            raise NotFound(f"找不到文件“{file}”，请检查路径。")
        found.append(PaperFiled(kind, content=path, file_name=path.name if path else ""))
    return tuple(found)


def _command(name: str, help_text: str, *options: Any) -> Callable[[Callable[..., Take]], Any]:
    """A command that takes a step of one or several proposals, all in one transaction."""

    def decorate(step: Callable[..., Take]) -> Any:
        @click.command(name, help=help_text)
        @click.argument("numbers", type=int, nargs=-1, required=True, metavar="编号…")
        @click.option("--version", type=int, metavar="版本", help="所见的版本；已变则不办。")
        @json_option
        def run(numbers: tuple[int, ...], *, version: int | None, as_json: bool, **g: Any) -> None:
            with registry(f"申报{help_text[:12]}：{'、'.join(map(str, numbers))}"[:200]) as opened:
                at = desk(opened)
                if "on" in g:
                    g["on"] = day_of(g["on"])
                if "paper" in g:
                    g["papers"] = papers_of(g.pop("paper"))
                take = step(**g)
                done = [take(opened, Form(n, version), at) for n in numbers]
                lines = [proposal_pages.line(d, at) for d in done]
            said = [
                f"{x['subject']} {x['kind_title']}“{x['name']}”：{x['state_title']}。"
                for x in lines
            ]
            shown({"items": lines}, said, as_json=as_json)

        for option in reversed(options):
            run = option(run)
        return run

    return decorate


@_command("amend", "补正，可改拟用名称。", _REASON, _DESPITE, _PAPER, _ON,
          click.option("--name", default="", metavar="名称", help="新的拟用名称。"))  # fmt: skip
def amend(**given: Any) -> Take:
    """Change what was proposed."""
    return lambda c, form, at: steps.amend(c, form, desk=at, **given)


@_command("precheck", "预核，附上核名报告。", _ON)
def precheck(**given: Any) -> Take:
    """Check the name and attach the report."""
    return lambda c, form, at: steps.precheck(c, form, desk=at, **given)


@_command("hear", "记录村民、专家的意见。", _OPINION, _PAPER, _ON,
          click.option("--who", required=True, metavar="对象", help="征求了谁的意见。"),
          click.option("--asked", type=int, metavar="人数", help="征求多少人。"),
          click.option("--agreed", type=int, metavar="人数", help="同意多少人。"))  # fmt: skip
def hear(*, who: str, opinion: str, asked: int, agreed: int, **given: Any) -> Take:
    """Record what villagers or experts said."""
    said = Opinion(who, opinion, asked, agreed)
    return lambda c, form, at: steps.hear(c, form, said, desk=at, **given)


@_command("review", "镇街审核同意。", _OPINION, _DESPITE, _PAPER, _ON)
def review(**given: Any) -> Take:
    """The town agrees."""
    return lambda c, form, at: steps.review(c, form, desk=at, **given)


@_command("consult", "开始公示。", _DESPITE, _ON,
          click.option("--until", type=DAY, required=True, help="最后一天。"),
          click.option("--channel", required=True, help="在哪里公示。"))  # fmt: skip
def consult(*, until: Any, **given: Any) -> Take:
    """Show the proposal to the public."""
    return lambda c, form, at: steps.consult(c, form, until=until.date(), desk=at, **given)


@_command("conclude", "结束公示。", _PAPER, _ON,
          click.option("--outcome", required=True, metavar="结果", help="公示的结果。"),
          click.option("--objections", default=0, metavar="件数", help="异议件数。"))  # fmt: skip
def conclude(**given: Any) -> Take:
    """End the public consultation."""
    return lambda c, form, at: steps.conclude(c, form, desk=at, **given)


@_command("endorse", "内部审核通过，报批准机关。", _OPINION, _DESPITE, _PAPER, _ON)
def endorse(**given: Any) -> Take:
    """Internal review."""
    return lambda c, form, at: steps.endorse(c, form, desk=at, **given)


@_command("decide", "登记批准机关的批复，名称随之生效。", _DESPITE, _PAPER,
          click.option("--authority", required=True, metavar="机关", help="批准机关。"),
          click.option("--number", required=True, metavar="文号", help="批复的文号。"),
          click.option("--dated", type=DAY, required=True, metavar="DATE", help="批复的日期。"),
          click.option("--effective", type=DAY, metavar="DATE", help="启用日期。"),
          click.option("--title", default="", metavar="标题", help="批复的标题。"))  # fmt: skip
def decide(
    *, authority: str, number: str, dated: Any, effective: Any, title: str, **given: Any
) -> Take:
    """Record the authority's decision."""
    reply = Reply(authority, number, dated.date(), day_of(effective), title)
    return lambda c, form, at: steps.decide(c, form, reply, desk=at, **given)


@_command("file", "备案。", _PAPER, _ON,
          click.option("--with", "filed_with", required=True, metavar="机关", help="报给谁。"),
          click.option("--number", default="", metavar="文号", help="备案文号。"))  # fmt: skip
def file(**given: Any) -> Take:
    """备案."""
    return lambda c, form, at: steps.file(c, form, desk=at, **given)


@_command("announce", "公告（六项内容取自登记）。", _PAPER, _ON,
          click.option("--channel", required=True, metavar="渠道", help="在哪里公告。"),
          click.option("--field", "fields", type=(str, str), multiple=True, metavar="项目 内容",
                       help="改写六项之一，可重复。"))  # fmt: skip
def announce(*, fields: Sequence[tuple[str, str]], **given: Any) -> Take:
    """公告."""
    return lambda c, form, at: steps.announce(c, form, fields=dict(fields), desk=at, **given)


@_command("signed", "登记标志已设置。", _ON,
          click.option("--signs", type=int, required=True, help="块数。"))  # fmt: skip
def signed(**given: Any) -> Take:
    """Record that the signs were put up."""
    return lambda c, form, at: steps.sign(c, form, desk=at, **given)


@_command("publish", "公布，办结。", _DESPITE, _ON)
def publish(**given: Any) -> Take:
    """Close the proposal."""
    return lambda c, form, at: steps.publish(c, form, desk=at, **given)


@_command("return", "退回补正。", _REASON, _ON)
def give_back(**given: Any) -> Take:
    """Return a proposal."""
    return lambda c, form, at: steps.give_back(c, form, desk=at, **given)


@_command("refuse", "不予批准。", _REASON, _ON)
def refuse(**given: Any) -> Take:
    """Refuse a proposal."""
    return lambda c, form, at: steps.refuse(c, form, desk=at, **given)


@_command("withdraw", "撤回。", _REASON, _ON)
def withdraw(**given: Any) -> Take:
    """Take a proposal back."""
    return lambda c, form, at: steps.withdraw(c, form, desk=at, **given)


STEPS: tuple[click.Command, ...] = (
    amend, precheck, hear, review, consult, conclude, endorse, decide, file, announce, signed,
    publish, give_back, refuse, withdraw,
)  # fmt: skip
