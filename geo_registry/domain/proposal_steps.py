"""Taking the steps of a proposal: their order, their guards, and what each changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from geo_registry.domain.errors import BadRequest, Conflict, Refused
from geo_registry.domain.procedure import (
    KIND_TITLES,
    STEP_TITLES,
    Course,
    Procedure,
    Step,
)
from geo_registry.domain.proposal import (
    ACT_TITLES,
    STATE_TITLES,
    Act,
    Dossier,
    State,
    Taken,
    mismatched,
    missing_fields,
    missing_papers,
)

_AFTER: Mapping[Act, State] = {
    Act.PRECHECK: State.PRECHECKED,
    Act.HEAR: State.HEARD,
    Act.REVIEW: State.REVIEWED,
    Act.CONSULT: State.CONSULTING,
    Act.CONCLUDE: State.CONSULTED,
    Act.ENDORSE: State.ENDORSED,
    Act.DECIDE: State.DECIDED,
}
"""The state that each act of the line before the decision leads to."""
_PLACE: Mapping[State, int] = {
    State.RETURNED: -1,
    State.PROPOSED: 0,
    State.PRECHECKED: 1,
    State.HEARD: 2,
    State.REVIEWED: 3,
    State.CONSULTING: 4,
    State.CONSULTED: 5,
    State.ENDORSED: 6,
    State.DECIDED: 7,
}
"""How far along the line a state stands."""
_STEPS: Mapping[Act, Step] = {
    Act.PRECHECK: Step.PRECHECK,
    Act.HEAR: Step.HEAR,
    Act.REVIEW: Step.REVIEW,
    Act.CONSULT: Step.CONSULT,
    Act.ENDORSE: Step.ENDORSE,
    Act.DECIDE: Step.DECIDE,
}


def take(dossier: Dossier, step: Taken, procedure: Procedure, today: date) -> Dossier:
    """The proposal after a step; the version counts up.

    Raises :class:`Refused` for a step out of order, without its papers or its reason,
    :class:`BadRequest` for a day that cannot be, :class:`Conflict` where it is closed or done.
    """
    _require_open(dossier, step.act)
    _require_day(dossier, step, today)
    course = procedure.course(dossier.kind, dossier.place_class)
    moved = _TAKERS[step.act](dossier, step, course, procedure)
    return replace(moved, since=step.on, version=dossier.version + 1)


def possible(dossier: Dossier, procedure: Procedure) -> tuple[Act, ...]:
    """The acts that the order of steps allows now; papers and dates are looked at when taken."""
    course = procedure.course(dossier.kind, dossier.place_class)
    if dossier.closed:
        return ()
    if dossier.state is State.DECIDED:
        dates = {Step.FILE: dossier.filed_on, Step.ANNOUNCE: dossier.announced_on,
                 Step.SIGN: dossier.signed_on}  # fmt: skip
        left = [Act(s.value) for s in course.steps if s in dates and dates[s] is None]
        return (*left, Act.PUBLISH)
    found = [Act.AMEND, Act.RETURN, Act.REFUSE, Act.WITHDRAW]
    if dossier.state is State.RETURNED:
        return (Act.AMEND, Act.REFUSE, Act.WITHDRAW)
    if dossier.state is State.CONSULTING:
        return (Act.CONCLUDE, *found)
    here = _PLACE[dossier.state]
    line = [
        act
        for act, step in _STEPS.items()
        if step in course.steps
        and (_PLACE[_AFTER[act]] > here or (act is Act.HEAR and dossier.state is State.HEARD))
        and not (_passed(dossier, act, course) & course.required)
    ]
    return (*line, *found)


def next_act(dossier: Dossier, procedure: Procedure) -> Act | None:
    """The act that is due next; None where the proposal is closed."""
    line = [a for a in possible(dossier, procedure) if a not in _ASIDE]
    if dossier.state is State.RETURNED:
        return Act.AMEND
    if dossier.state is State.HEARD and len(line) > 1:
        line = [a for a in line if a is not Act.HEAR]
    return line[0] if line else None


_ASIDE = frozenset({Act.AMEND, Act.RETURN, Act.REFUSE, Act.WITHDRAW})


# ---- guards -------------------------------------------------------------------------------------


def _require_open(dossier: Dossier, act: Act) -> None:
    if dossier.closed:
        raise Conflict(
            f"{dossier.title}{STATE_TITLES[dossier.state]}（{_said(dossier.since)}），"
            f"不能再{ACT_TITLES[act]}。"
        )


def _require_day(dossier: Dossier, step: Taken, today: date) -> None:
    what = ACT_TITLES[step.act]
    if step.on > today:
        raise BadRequest(f"{what}的日期 {step.on} 还没有到。", advice="请填写实际发生的日期。")
    if step.on < max(dossier.since, dossier.proposed_on):
        before = max(dossier.since, dossier.proposed_on)
        raise BadRequest(
            f"{what}的日期 {step.on} 早于上一步的日期 {before}。", advice="请核对两步的日期。"
        )


def _require_order(dossier: Dossier, step: Taken, course: Course) -> None:
    """Refuse a step of the line that is behind, out of the course, or jumps over another."""
    act = step.act
    where = f"{dossier.title}现在是“{STATE_TITLES[dossier.state]}”"
    if dossier.state is State.DECIDED:
        raise Refused(f"{where}，不能再{ACT_TITLES[act]}。", advice="改换名称请另办更名。")
    if act is not Act.CONCLUDE and _STEPS[act] not in course.steps:
        raise Refused(f"{KIND_TITLES[dossier.kind]}没有“{ACT_TITLES[act]}”这一步。")
    if dossier.state is State.RETURNED:
        raise Refused(f"{where}，不能{ACT_TITLES[act]}。", advice="请先补正。")
    if (dossier.state is State.CONSULTING) != (act is Act.CONCLUDE):
        raise Refused(f"{where}，不能{ACT_TITLES[act]}。", advice="公示请先开始，期满后结束。")
    again = act is Act.HEAR and dossier.state is State.HEARD
    if not again and _PLACE[_AFTER[act]] <= _PLACE[dossier.state]:
        raise Refused(f"{where}，{ACT_TITLES[act]}已经办过。")
    passed = _passed(dossier, act, course)
    needed = [s for s in Step if s in passed & course.required]
    if needed:
        named = "、".join(STEP_TITLES[s] for s in needed)
        raise Refused(
            f"{where}，还没有{named}，不能{ACT_TITLES[act]}。", advice=f"下一步：{named}。"
        )
    if passed and not step.despite.strip():
        named = "、".join(STEP_TITLES[s] for s in Step if s in passed)
        raise Refused(
            f"{where}，还没有{named}。", advice="请先办理；确需省略的，请写明理由（按惯例的步骤）。"
        )


def _passed(dossier: Dossier, act: Act, course: Course) -> frozenset[Step]:
    """The steps of the course that an act would pass over."""
    here = _PLACE[dossier.state]
    if dossier.state is State.CONSULTING:
        here = _PLACE[State.CONSULTED]
    goal = _PLACE[_AFTER[act]]
    return frozenset(
        step
        for other, step in _STEPS.items()
        if step in course.steps and here < _PLACE[_AFTER[other]] < goal
    )


def _require_papers(dossier: Dossier, by: Step, procedure: Procedure) -> None:
    missing = [p for p in missing_papers(dossier, procedure, by) if p.confirmed]
    if missing:
        named = "、".join(p.title for p in missing)
        basis = "、".join(dict.fromkeys(p.basis for p in missing))
        raise Refused(
            f"{dossier.title}缺少材料：{named}，不能{STEP_TITLES[by]}。",
            advice=f"请补齐后再办。依据：{basis}。",
        )


def _require_reason(step: Taken) -> None:
    if not step.reason.strip():
        raise BadRequest(f"请写明{ACT_TITLES[step.act]}的理由。")


# ---- steps --------------------------------------------------------------------------------------


def _amend(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    if dossier.state is State.DECIDED:
        raise Refused(f"{dossier.title}已批复，不能补正。", advice="登记有误的请办理更正。")
    _require_reason(step)
    return replace(
        dossier, name=step.name or dossier.name, state=State.PROPOSED, proposed_on=step.on,
        prechecked_on=None, shown_until=None,
    )  # fmt: skip


def _precheck(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_order(dossier, step, course)
    return replace(dossier, state=State.PRECHECKED, prechecked_on=step.on)


def _line(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_order(dossier, step, course)
    return replace(dossier, state=_AFTER[step.act])


def _consult(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_order(dossier, step, course)
    term = procedure.consultation
    if step.until is None or step.until <= step.on:
        raise BadRequest("请填写公示的最后一天，应晚于开始的日期。")
    if term.confirmed and (step.until - step.on).days < term.days:
        raise Refused(f"公示期不足 {term.in_words}。", advice=f"依据：{term.basis}。")
    return replace(dossier, state=State.CONSULTING, shown_until=step.until)


def _conclude(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_order(dossier, step, course)
    if dossier.shown_until is not None and step.on <= dossier.shown_until:
        raise Refused(
            f"公示到 {_said(dossier.shown_until)}才期满，{_said(step.on)}不能结束。",
            advice="期满后的第一天起可以办理。",
        )
    _require_reason(step)
    return replace(dossier, state=State.CONSULTED)


def _endorse(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_order(dossier, step, course)
    _require_papers(dossier, Step.ENDORSE, procedure)
    return replace(dossier, state=State.ENDORSED)


def _decide(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_order(dossier, step, course)
    absent = [w for w, v in (("批准机关", step.authority), ("文号", step.number)) if not v.strip()]
    if absent:
        raise Refused(
            f"登记批复须填写{'、'.join(absent)}。", advice="系统内的审核不能代替批准机关的批复。"
        )
    _require_papers(dossier, Step.DECIDE, procedure)
    expected = mismatched(dossier, step.authority, procedure)
    approver = procedure.approver(dossier.place_class)
    if expected and approver and approver.confirmed and not step.despite.strip():
        raise Refused(
            f"{step.authority}不是这类地名的批准机关，应为{expected}。",
            advice=f"依据：{approver.basis}。确由其批准的，请写明理由后再办。",
        )
    return replace(
        dossier, state=State.DECIDED, authority=step.authority.strip(),
        number=step.number.strip(), decided_on=step.on,
        effective_on=step.effective_on or step.on,
    )  # fmt: skip


def _require_decided(dossier: Dossier, step: Taken, course: Course) -> None:
    if dossier.state is not State.DECIDED:
        raise Refused(
            f"{dossier.title}现在是“{STATE_TITLES[dossier.state]}”，不能{ACT_TITLES[step.act]}。",
            advice="请先登记批准机关的批复。",
        )
    if step.act is not Act.PUBLISH and Step(step.act.value) not in course.steps:
        raise Refused(f"{KIND_TITLES[dossier.kind]}没有“{ACT_TITLES[step.act]}”这一步。")


def _file(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_decided(dossier, step, course)
    if dossier.filed_on is not None:
        raise Conflict(f"{dossier.title}已于 {_said(dossier.filed_on)}备案。")
    return replace(dossier, filed_on=step.on)


def _announce(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_decided(dossier, step, course)
    if dossier.announced_on is not None:
        raise Conflict(f"{dossier.title}已于 {_said(dossier.announced_on)}公告。")
    empty = missing_fields(step.fields, procedure)
    if empty:
        raise Refused(
            f"公告缺少{'、'.join(empty)}。",
            advice=f"公告须有 {len(procedure.announced)} 项：{'、'.join(procedure.announced)}。",
        )
    if procedure.authority(dossier.authority) == "department" and dossier.filed_on is None:
        raise Refused(f"{dossier.authority}批准的地名应先备案，再公告。")
    return replace(dossier, announced_on=step.on)


def _sign(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_decided(dossier, step, course)
    if dossier.signed_on is not None:
        raise Conflict(f"{dossier.title}的标志已于 {_said(dossier.signed_on)}登记。")
    return replace(dossier, signed_on=step.on)


def _publish(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    _require_decided(dossier, step, course)
    done = {Step.FILE: dossier.filed_on, Step.ANNOUNCE: dossier.announced_on,
            Step.SIGN: dossier.signed_on}  # fmt: skip
    left = [s for s in course.steps if s in done and done[s] is None]
    needed = [s for s in left if s in course.required]
    if needed:
        raise Refused(
            f"{dossier.title}还没有{'、'.join(STEP_TITLES[s] for s in needed)}，不能公布。"
        )
    if left and not step.despite.strip():
        named = "、".join(STEP_TITLES[s] for s in left)
        raise Refused(f"{dossier.title}还没有{named}。", advice="确需先公布的，请写明理由。")
    return replace(dossier, state=State.PUBLISHED)


def _aside(dossier: Dossier, step: Taken, course: Course, procedure: Procedure) -> Dossier:
    """Return, refuse, withdraw: before the decision, with a reason."""
    if dossier.state is State.DECIDED:
        raise Refused(
            f"{dossier.title}已批复，不能{ACT_TITLES[step.act]}。",
            advice="请办理更名、注销或更正。",
        )
    if step.act is Act.RETURN and dossier.state is State.RETURNED:
        raise Conflict(f"{dossier.title}已经退回。")
    _require_reason(step)
    state = {
        Act.RETURN: State.RETURNED,
        Act.REFUSE: State.REFUSED,
        Act.WITHDRAW: State.WITHDRAWN,
    }[step.act]
    return replace(dossier, state=state)


_TAKERS = {
    Act.AMEND: _amend,
    Act.PRECHECK: _precheck,
    Act.HEAR: _line,
    Act.REVIEW: _line,
    Act.CONSULT: _consult,
    Act.CONCLUDE: _conclude,
    Act.ENDORSE: _endorse,
    Act.DECIDE: _decide,
    Act.FILE: _file,
    Act.ANNOUNCE: _announce,
    Act.SIGN: _sign,
    Act.PUBLISH: _publish,
    Act.RETURN: _aside,
    Act.REFUSE: _aside,
    Act.WITHDRAW: _aside,
}


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
