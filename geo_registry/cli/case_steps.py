"""The steps of a case as commands, made from one table (:data:`_STEPS`); each calls its service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from geo_registry.cli.cemetery_answers import shown
from geo_registry.cli.naming import DAY, day_of
from geo_registry.cli.opening import desk, registry
from geo_registry.domain.case import Act, Closure
from geo_registry.services.cases import showing_cases as showing
from geo_registry.services.cases.case_acts import DECIDE, WORK, facts_of
from geo_registry.services.cases.casework import Form
from geo_registry.services.cases.showing_cases import require_number

_NUMBER = {"type": int}
_DATE = {"type": DAY, "metavar": "DATE"}
_STEPS: dict[Act, dict[str, dict[str, Any]]] = {
    Act.ACCEPT: {"owner": _NUMBER, "priority": _NUMBER, "due_on": _DATE},
    Act.ASSIGN: {"inspector": {**_NUMBER, "required": True}, "due_on": _DATE},
    Act.VISIT: {"present": {}},
    Act.INCONCLUSIVE: {},
    Act.SERVE: {"proof": {"required": True}, "due_on": _DATE},
    Act.REPORT: {},
    Act.REINSPECT: {},
    Act.SEND_BACK: {"due_on": _DATE, "survey_id": _NUMBER},
    Act.PROPOSE_CLOSURE: {
        "closure": {"type": click.Choice([str(c) for c in Closure]), "required": True},
        "survey_id": _NUMBER,
        "approval_id": _NUMBER,
        "evidence": {},
        "basis": {},
    },
    Act.LOOK_BACK: {"months": {**_NUMBER, "required": True}, "survey_id": _NUMBER},
    Act.NOTE: {},
    Act.MERGE: {"into_id": {**_NUMBER, "required": True}},
    Act.DISMISS: {"suppress_until": _DATE},
    Act.SUBSTANTIATE: {
        "statement": {"required": True},
        "survey_id": _NUMBER,
        "why_not_measured": {},
    },
    Act.TRANSFER: {"department": {"required": True}},
    Act.TAKE_BACK: {},
    Act.NOTIFY: {
        "number": {"required": True},
        "measures": {"required": True},
        "days": _NUMBER,
    },
    Act.EXTEND: {"due_on": {**_DATE, "required": True}, "approval": {"required": True}},
    Act.ESCALATE: {},
    Act.REJECT_CLOSURE: {},
    Act.CLOSE: {},
    Act.REOPEN: {"survey_id": _NUMBER},
    Act.PAUSE: {"ground": {"required": True}},
    Act.RESUME: {},
}
"""Step → its options beside reason, day and version; as the service names them."""
_HELP = {
    "owner": "承办人编号", "priority": "1 紧急、2 一般、3 暂缓", "due_on": "期限",
    "inspector": "核查人员编号", "present": "在场人员", "proof": "送达回证：方式、签收人",
    "survey_id": "依据哪次测量（缺省：最近一次）", "closure": "销号理由",
    "approval_id": "补办的批准编号", "evidence": "复查看到了什么、有什么凭证",
    "basis": "法定理由", "months": "第几个月的回头看", "into_id": "并入哪件案件",
    "suppress_until": "到哪天为止不再列出", "statement": "当事人的陈述申辩",
    "why_not_measured": "不能测绘的原因", "department": "部门", "number": "文号",
    "measures": "整改要求", "days": "自送达起多少日", "approval": "批准延期的文书或批准人",
    "ground": "appeal、court 或 season",
}  # fmt: skip


def _step_command(act: Act, options: dict[str, dict[str, Any]]) -> click.Command:
    def run(
        case_number: str, reason: str, on: datetime | None, version: int | None,
        *, as_json: bool, **given: Any,
    ) -> None:  # fmt: skip
        days = {k: v.date() if isinstance(v, datetime) else v for k, v in given.items()}
        work = WORK.get(act) or DECIDE[act]
        with registry(f"案件：{act.word}") as connection:
            at, form = desk(connection), Form(reason, version, day_of(on))
            done = work(connection, at, require_number(case_number), form, **facts_of(days))
            found = showing.show(connection, at, done.id)
        shown(found, [case_line(found)], as_json=as_json)

    parameters: list[click.Parameter] = [
        click.Argument(["case_number"], metavar="case:6"),
        click.Option(["--reason"], required=True, help="理由或情况。"),
        click.Option(["--on"], type=DAY, metavar="DATE", help="哪一天（缺省：今天）。"),
        click.Option(["--version"], type=int, help="您看到的版本；他人改过的会提示。"),
        *(
            click.Option([f"--{name.replace('_', '-')}", name], help=f"{_HELP[name]}。", **how)
            for name, how in options.items()
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="以 JSON 输出，供程序读取。"),
    ]
    who = "" if act in WORK else "（由批准人办理）"
    return click.Command(
        str(act).replace("_", "-"), callback=run, params=parameters, help=f"{act.word}{who}。"
    )


def step_commands() -> list[click.Command]:
    """One command a step."""
    return [_step_command(act, options) for act, options in _STEPS.items()]


def case_line(row: dict[str, Any]) -> str:
    """A case in one line."""
    parts = [f"case:{row['id']}", row["number"], row["state_title"], row["title"]]
    if row["late"]:
        parts.append(f"逾期 {row['days_late']} 天")
    elif row["due_on"] and row["live"]:
        parts.append(f"{row['due_on']} 前")
    if row["located_in"]:
        parts.append(row["located_in"])
    return "  ".join(parts)
