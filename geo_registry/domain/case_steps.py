"""The steps of a case: what may follow what, and what each step needs.

:func:`advance` is the only way a case changes. It refuses a step out of order, a day before the
step before, a closure by one person, a removal that nobody could have seen; the case that was
given stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from geo_registry.domain.case import (
    Act,
    Case,
    CaseState,
    Closing,
    Closure,
    Matter,
    Measured,
    Observation,
    Pause,
    Step,
)
from geo_registry.domain.case_clock import moved
from geo_registry.domain.case_evidence import why_not_removed
from geo_registry.domain.errors import BadRequest, Refused

MAX_WORDS = 2000
_S = CaseState
_EARLY = {_S.FLAGGED, _S.TRIAGED, _S.VERIFYING, _S.INCONCLUSIVE}
_RUNNING = {_S.RECTIFYING, _S.OVERDUE, _S.ESCALATED}
_LIVE = {s for s in _S if s.live}
_KNOWN = {_S.SUBSTANTIATED, _S.NOTICE, *_RUNNING, _S.REINSPECTION}
_OVER = {_S.CLOSED, _S.LOOK_BACK, _S.SETTLED}

FLOW: Mapping[Act, tuple[frozenset[CaseState], CaseState | None]] = {
    act: (frozenset(states), to)
    for act, (states, to) in {
        Act.ACCEPT: ({_S.FLAGGED}, _S.TRIAGED),
        Act.MERGE: (_EARLY, _S.MERGED),
        Act.ABSORB: (_LIVE, None),
        Act.DISMISS: (_EARLY - {_S.FLAGGED}, _S.DISMISSED),
        Act.ASSIGN: ({_S.TRIAGED, _S.VERIFYING, _S.INCONCLUSIVE}, _S.VERIFYING),
        Act.VISIT: ({_S.VERIFYING}, None),
        Act.INCONCLUSIVE: ({_S.VERIFYING}, _S.INCONCLUSIVE),
        Act.SUBSTANTIATE: ({_S.VERIFYING}, _S.SUBSTANTIATED),
        Act.TRANSFER: ({_S.SUBSTANTIATED}, _S.TRANSFERRED),
        Act.TAKE_BACK: ({_S.TRANSFERRED}, _S.SUBSTANTIATED),
        Act.NOTIFY: ({_S.SUBSTANTIATED}, _S.NOTICE),
        Act.SERVE: ({_S.NOTICE}, _S.RECTIFYING),
        Act.REPORT: (_RUNNING, None),
        Act.EXTEND: (_RUNNING, _S.RECTIFYING),
        Act.LAPSE: ({_S.RECTIFYING}, _S.OVERDUE),
        Act.ESCALATE: ({_S.OVERDUE}, _S.ESCALATED),
        Act.REINSPECT: (_RUNNING, _S.REINSPECTION),
        Act.SEND_BACK: ({_S.REINSPECTION}, _S.RECTIFYING),
        Act.PROPOSE_CLOSURE: ({*_KNOWN, _S.TRANSFERRED}, None),
        Act.REJECT_CLOSURE: ({*_KNOWN, _S.TRANSFERRED}, None),
        Act.CLOSE: ({*_KNOWN, _S.TRANSFERRED}, _S.CLOSED),
        Act.LOOK_BACK: ({_S.CLOSED, _S.LOOK_BACK}, None),
        Act.REOPEN: ({*_OVER, _S.DISMISSED}, _S.REOPENED),
        Act.PAUSE: ({_S.SUBSTANTIATED, _S.NOTICE, *_RUNNING}, None),
        Act.RESUME: ({_S.SUBSTANTIATED, _S.NOTICE, *_RUNNING}, None),
        Act.NOTE: (set(_S), None),
    }.items()
}
"""Act → the states in which it can be done, and the state it leads to (None: decided by guard)."""

_WHILE_PAUSED = {Act.RESUME, Act.NOTE, Act.REPORT, Act.ABSORB}
_KEEPS_SIGNATURE = {Act.NOTE, Act.CLOSE, Act.PROPOSE_CLOSURE, Act.ABSORB}


def opened(step: Step, matter: Matter) -> Case:
    """A case as its first step makes it: a lead, or a closed case of an older ledger."""
    _worded(step)
    case = Case(matter, CaseState.FLAGGED, step.on, step.on, 1, due_on=_day(step, "due_on"))
    claim = step.facts.get("claim")
    case = replace(case, claim=None if claim is None else measured(claim))
    if step.act is Act.OPEN:
        return case
    if step.act is not Act.ADOPT:
        raise Refused("案件从登记线索开始。")
    closed_on = _day(step, "closed_on")
    if closed_on is None or closed_on > step.on:
        raise BadRequest("请写明历史案件的销号日期（不晚于录入日期）。")
    return replace(
        case, state=CaseState.CLOSED, closed_on=closed_on, closed_as=_closure(step), due_on=None,
        opened_on=_day(step, "opened_on") or closed_on,
    )  # fmt: skip


def advance(case: Case, step: Step, *, today: date, months: Sequence[int] = (3, 6, 12)) -> Case:
    """The case after a step; ``months`` are those after which closed cases are looked at again.

    Raises :class:`Refused` where the step cannot follow or something it needs is missing, and
    :class:`BadRequest` where it is written wrongly.
    """
    _worded(step)
    if step.on > today:
        raise BadRequest(f"日期 {step.on} 还没有到。")
    if step.on < case.last_on:
        raise Refused(f"“{step.act.word}”的日期 {step.on} 早于上一步的日期 {case.last_on}。")
    if step.act not in FLOW:
        raise Refused(f"“{step.act.word}”只能是案件的第一步。")
    states, target = FLOW[step.act]
    if case.state not in states:
        shown = "、".join(a.word for a in possible(case)) or "无"
        raise Refused(
            f"案件现在是“{case.state.word}”，不能办“{step.act.word}”。",
            advice=f"现在可以：{shown}。",
        )
    if case.pause is not None and step.act not in _WHILE_PAUSED:
        raise Refused(
            f"时限自 {case.pause.since} 起停止计算，不能办“{step.act.word}”。",
            advice="请先恢复计算时限。",
        )
    guard = _GUARDS.get(step.act, _unchanged)
    after = guard(case, step, months)
    closing = after.closing if step.act in _KEEPS_SIGNATURE else None
    return replace(
        after, state=target or after.state, closing=closing, last_on=step.on,
        version=case.version + 1,
    )  # fmt: skip


def possible(case: Case) -> tuple[Act, ...]:
    """The acts that can come next, in the order of the flow."""
    acts = [a for a, (states, _) in FLOW.items() if case.state in states]
    if case.pause is not None:
        return tuple(a for a in acts if a in _WHILE_PAUSED)
    hidden = {Act.RESUME}
    hidden |= {Act.CLOSE, Act.REJECT_CLOSURE} if case.closing is None else set()
    return tuple(a for a in acts if a not in hidden)


def replay(steps: Iterable[Step], matter: Matter, months: Sequence[int] = (3, 6, 12)) -> Case:
    """The case that its steps make; ``steps`` in their order, at least one."""
    first, *others = steps
    case = opened(first, matter)
    for step in others:
        case = advance(case, step, today=step.on, months=months)
    return case


# ---- guards --------------------------------------------------------------------------------------

_Guard = Callable[[Case, Step, Sequence[int]], Case]


def _unchanged(case: Case, step: Step, months: Sequence[int]) -> Case:
    return case


def _accept(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "owner", "承办人")
    return replace(case, due_on=_later(step, "due_on", "办结期限", step.on))


def _merge(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "into", "并入的案件")
    return replace(case, due_on=None)


def _dismiss(case: Case, step: Step, months: Sequence[int]) -> Case:
    until = _day(step, "suppressed_until")
    if until is not None and until <= step.on:
        raise BadRequest(f"不再列出的截止日期 {until} 应晚于 {step.on}。")
    return replace(case, due_on=None)


def _assign(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "inspector", "核查人员")
    return replace(case, due_on=_later(step, "due_on", "核查期限", step.on))


def _visit(case: Case, step: Step, months: Sequence[int]) -> Case:
    return replace(case, visited_on=step.on)


def _substantiate(case: Case, step: Step, months: Sequence[int]) -> Case:
    if case.visited_on is None:
        raise Refused("还没有现场检查记录，不能认定属实。", advice="请先登记现场检查。")
    _needs(step, "statement", "当事人的陈述申辩（没有的写明“未提出”）")
    claim = step.facts.get("claim")
    if claim is not None:
        case = replace(case, claim=measured(claim))
    surveyed = case.claim is not None and case.claim.grade == "A"
    if case.matter is Matter.LAND and not surveyed and not _text(step, "why_not_measured"):
        raise Refused(
            "没有实地测绘（RTK、全站仪、有像控的无人机）的测量结果，不能认定。",
            advice="请先上传测量成果（已有的请指明是哪一次）；确实不能测量的，写明原因。",
        )
    return replace(case, due_on=None)


def _transfer(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "department", "移送的部门")
    return case


def _notify(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "number", "文号")
    _needs(step, "measures", "整改要求")
    return replace(case, notice_number=_text(step, "number"))


def _serve(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "proof", "送达回证（送达方式、签收人）")
    deadline = _later(step, "due_on", "整改期限", step.on)
    return replace(case, served_on=step.on, due_on=deadline)


def _extend(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "approval", "批准延期的文书或批准人")
    now = case.due_on or step.on
    deadline = _later(step, "due_on", "延长后的期限", max(now, step.on))
    return replace(case, due_on=deadline, extensions=case.extensions + 1)


def _lapse(case: Case, step: Step, months: Sequence[int]) -> Case:
    if case.due_on is None or step.on <= case.due_on:
        raise Refused(f"整改期限 {case.due_on or '未定'} 还没有过。")
    return case


def _send_back(case: Case, step: Step, months: Sequence[int]) -> Case:
    seen = step.facts.get("observation")
    deadline = _later(step, "due_on", "继续整改的期限", step.on)
    left = case.remeasured if seen is None else _remains(observation(seen))
    return replace(case, due_on=deadline, remeasured=left, failed_rechecks=case.failed_rechecks + 1)


def _remains(seen: Observation) -> Measured | None:
    if seen.remaining_depth_m <= 0.0:
        return None
    return Measured(
        seen.survey, seen.on, seen.grade, seen.remaining_depth_m, seen.remains_m2, "remains"
    )


def _propose_closure(case: Case, step: Step, months: Sequence[int]) -> Case:
    reason = _closure(step)
    found = step.facts.get("observation")
    seen = None if found is None else observation(found)
    refused = _why_not_closed(case, reason, seen, step)
    if refused:
        raise Refused(f"不能按“{reason.word}”销号：{refused}。")
    return replace(case, closing=Closing(reason, step.by, step.on, seen))


def _why_not_closed(case: Case, reason: Closure, seen: Observation | None, step: Step) -> str:
    if (reason is Closure.TRANSFERRED) != (case.state is CaseState.TRANSFERRED):
        return "只有已经移送的案件按移送销号，也只能按移送销号"
    if reason is Closure.REMOVED:
        if case.state is not CaseState.REINSPECTION:
            return "整改到位须先复查"
        if case.matter is Matter.LAND:
            return why_not_removed(case, seen)
        return "" if _text(step, "evidence") else "请写明复查看到了什么、有什么凭证"
    if reason is Closure.LEGALISED:
        return _why_not_legalised(step)
    if reason is Closure.UNENFORCEABLE and not _text(step, "basis"):
        return "请写明法定理由（basis）"
    return ""


def _why_not_legalised(step: Step) -> str:
    if not step.facts.get("approval"):
        return "请指明补办的批准"
    uncovered = float(step.facts.get("uncovered_m2", 0.0))
    tolerated = float(step.facts.get("tolerance_m2", 0.0))
    if uncovered > tolerated:
        return f"批准范围没有覆盖全部超出部分，还有约 {uncovered:,.0f} m² 在外"
    return ""


def _reject_closure(case: Case, step: Step, months: Sequence[int]) -> Case:
    if case.closing is None:
        raise Refused("没有人提出销号，无可退回。")
    return case


def _close(case: Case, step: Step, months: Sequence[int]) -> Case:
    closing = case.closing
    if closing is None:
        raise Refused("销号须两人签字：请先由一人提出销号，再由另一人同意。")
    if step.by == closing.by:
        raise Refused("提出销号的人不能自己同意，请由另一人签字。")
    return replace(
        case, closing=None, due_on=None, closed_on=step.on, closed_as=closing.reason,
        closed_by=(closing.by, step.by), seen=closing.observation,
    )  # fmt: skip


def _look_back(case: Case, step: Step, months: Sequence[int]) -> Case:
    try:
        month = int(step.facts["months"])
    except (KeyError, TypeError, ValueError):
        raise BadRequest("请写明是销号后第几个月的回头看。") from None
    if month not in months:
        raise BadRequest(f"回头看在销号后第 {'、'.join(map(str, months))} 个月。")
    if month in case.looked_back:
        raise Refused(f"第 {month} 个月的回头看已经登记。")
    seen = step.facts.get("observation")
    if seen is not None and not observation(seen).clear:
        raise Refused("测量显示原地块又有超出。", advice="请按反弹重开案件。")
    done = (*case.looked_back, month)
    state = CaseState.SETTLED if set(months) <= set(done) else CaseState.LOOK_BACK
    return replace(case, looked_back=done, state=state)


def _pause(case: Case, step: Step, months: Sequence[int]) -> Case:
    _needs(step, "ground", "停止计算的情形")
    return replace(case, pause=Pause(_text(step, "ground"), step.on))


def _resume(case: Case, step: Step, months: Sequence[int]) -> Case:
    if case.pause is None:
        raise Refused("时限没有停止计算，无需恢复。")
    return replace(case, pause=None, due_on=moved(case.due_on, case.pause, step.on))


_GUARDS: Mapping[Act, _Guard] = {
    Act.ACCEPT: _accept,
    Act.MERGE: _merge,
    Act.DISMISS: _dismiss,
    Act.ASSIGN: _assign,
    Act.VISIT: _visit,
    Act.SUBSTANTIATE: _substantiate,
    Act.TRANSFER: _transfer,
    Act.NOTIFY: _notify,
    Act.SERVE: _serve,
    Act.EXTEND: _extend,
    Act.LAPSE: _lapse,
    Act.SEND_BACK: _send_back,
    Act.PROPOSE_CLOSURE: _propose_closure,
    Act.REJECT_CLOSURE: _reject_closure,
    Act.CLOSE: _close,
    Act.LOOK_BACK: _look_back,
    Act.PAUSE: _pause,
    Act.RESUME: _resume,
}


# ---- reading facts -------------------------------------------------------------------------------


def measured(facts: Mapping[str, Any]) -> Measured:
    """A measured claim from plain values."""
    return Measured(**{**facts, "on": date.fromisoformat(str(facts["on"]))})


def observation(facts: Mapping[str, Any]) -> Observation:
    """An observation from plain values."""
    return Observation(**{**facts, "on": date.fromisoformat(str(facts["on"]))})


def _worded(step: Step) -> None:
    if not step.reason.strip():
        raise BadRequest(f"请写明“{step.act.word}”的理由或情况。")
    texts = [step.reason, *(v for v in step.facts.values() if isinstance(v, str))]
    if max(map(len, texts)) > MAX_WORDS:
        raise BadRequest(f"每一项请控制在 {MAX_WORDS} 字以内。")


def _text(step: Step, name: str) -> str:
    return str(step.facts.get(name) or "").strip()


def _needs(step: Step, name: str, title: str) -> None:
    if not _text(step, name):
        raise BadRequest(f"“{step.act.word}”请写明{title}。")


def _day(step: Step, name: str) -> date | None:
    value = step.facts.get(name)
    try:
        return None if value in (None, "") else date.fromisoformat(str(value))
    except ValueError:
        raise BadRequest(f"“{value}”不是日期，请写成 2026-11-05。") from None


def _later(step: Step, name: str, title: str, than: date) -> date:
    day = _day(step, name)
    if day is None:
        raise BadRequest(f"“{step.act.word}”请写明{title}。")
    if day <= than:
        raise BadRequest(f"{title} {day} 应晚于 {than}。")
    return day


def _closure(step: Step) -> Closure:
    try:
        return Closure(_text(step, "closure"))
    except ValueError:
        shown = "、".join(f"{c}（{c.word}）" for c in Closure)
        raise BadRequest(f"请写明销号理由。可用：{shown}。") from None
