"""The state machine of cases: what may follow what, and what can never happen."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from geo_registry.domain.case import (
    Act,
    Case,
    CaseState,
    Closure,
    Matter,
    Measured,
    Observation,
    Pause,
    Step,
)
from geo_registry.domain.case_clock import look_backs, months_later, moved, overdue_days
from geo_registry.domain.case_evidence import why_not_removed
from geo_registry.domain.case_steps import FLOW, advance, opened, possible, replay
from geo_registry.domain.errors import BadRequest, Refused, RegistryError

FIRST = date(2026, 1, 5)
CLAIM = {"survey": 1, "on": "2026-01-01", "grade": "A", "depth_m": 6.0, "area_m2": 300.0,
         "level": "confirmed"}  # fmt: skip
CLEAR = {"survey": 9, "on": "2026-03-01", "grade": "A", "detection_limit_m": 0.4,
         "remains_m2": 0.0, "remaining_depth_m": 0.0, "unlocated": False,
         "complete": True}  # fmt: skip


def _step(act: Act, day: int = 0, by: int = 7, **facts: Any) -> Step:
    return Step(act, FIRST + timedelta(days=day), by, "理由", facts)


def _walk(*steps: Step, matter: Matter = Matter.LAND) -> Case:
    return replay([_step(Act.OPEN, claim=CLAIM), *steps], matter)


TO_NOTICE = (
    _step(Act.ACCEPT, owner=7, due_on="2026-02-01"),
    _step(Act.ASSIGN, inspector=8, due_on="2026-02-01"),
    _step(Act.VISIT, 1),
    _step(Act.SUBSTANTIATE, 2, statement="未提出"),
    _step(Act.NOTIFY, 3, number="威环民责〔2026〕1号", measures="拆除并恢复原状"),
)
SERVED = (*TO_NOTICE, _step(Act.SERVE, 4, proof="当面送达", due_on="2026-02-08"))
CHECKED = (*SERVED, _step(Act.REINSPECT, 60))


def test_the_whole_way_is_walked() -> None:
    closed = _walk(
        *CHECKED,
        _step(Act.PROPOSE_CLOSURE, 60, closure="removed", observation=CLEAR),
        _step(Act.CLOSE, 61, by=9),
    )
    assert (closed.state, closed.closed_as) == (CaseState.CLOSED, Closure.REMOVED)
    assert closed.closed_by == (7, 9)
    assert closed.seen is not None
    assert closed.seen.survey == 9


def test_closing_takes_two_people_and_nothing_in_between() -> None:
    proposed = _walk(*CHECKED, _step(Act.PROPOSE_CLOSURE, 60, closure="removed", observation=CLEAR))
    with pytest.raises(Refused, match="另一人"):
        advance(proposed, _step(Act.CLOSE, 61, by=7), today=date(2027, 1, 1))
    unsigned = _walk(*CHECKED)
    with pytest.raises(Refused, match="两人签字"):
        advance(unsigned, _step(Act.CLOSE, 61, by=9), today=date(2027, 1, 1))
    back = advance(proposed, _step(Act.SEND_BACK, 61, due_on="2026-06-01"), today=date(2027, 1, 1))
    assert back.closing is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"detection_limit_m": 6.0}, "看不出是否已经恢复"),
        ({"grade": "B"}, "等级"),
        ({"remains_m2": 20.0, "remaining_depth_m": 1.0}, "没有整改到位"),
        ({"unlocated": True}, "不能确定在哪一侧"),
        ({"complete": False}, "没有走完整圈"),
        ({"on": "2026-01-08"}, "早于整改通知送达日期"),
        ({"survey": 1}, "立案所依据的测量"),
    ],
)
def test_removed_needs_a_measurement_that_could_have_seen_it(
    change: dict[str, Any], said: str
) -> None:
    case = _walk(*CHECKED)
    seen = {**CLEAR, **change}
    with pytest.raises(Refused, match=said):
        advance(
            case,
            _step(Act.PROPOSE_CLOSURE, 60, closure="removed", observation=seen),
            today=date(2027, 1, 1),
        )


def test_what_a_failed_recheck_still_saw_must_be_seen_too() -> None:
    rest = {**CLEAR, "survey": 5, "remains_m2": 12.0, "remaining_depth_m": 0.8}
    case = _walk(*CHECKED, _step(Act.SEND_BACK, 61, due_on="2026-06-01", observation=rest))
    blind = Observation(9, date(2026, 5, 1), "A", 1.0, 0.0, 0.0, unlocated=False, complete=True)
    assert "只能发现 1.0 m 以上" in why_not_removed(case, blind)
    assert why_not_removed(case, replace(blind, detection_limit_m=0.5)) == ""
    early = replace(blind, detection_limit_m=0.5, on=date(2026, 2, 20))
    assert "早于上一次复查" in why_not_removed(case, early)
    assert case.failed_rechecks == 1


def test_land_that_nobody_measured_cannot_be_closed_as_removed() -> None:
    case = replace(_walk(*CHECKED), claim=None)
    assert "没有测得的超出范围" in why_not_removed(case, None)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"closure": "legalised"}, "补办的批准"),
        ({"closure": "legalised", "approval": 3, "uncovered_m2": 50, "tolerance_m2": 4}, "50 m²"),
        ({"closure": "unenforceable"}, "法定理由"),
        ({"closure": "transferred"}, "已经移送"),
    ],
)
def test_each_reason_of_a_closure_needs_its_own(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        advance(_walk(*CHECKED), _step(Act.PROPOSE_CLOSURE, 60, **facts), today=date(2027, 1, 1))
    with pytest.raises(BadRequest, match="销号理由"):
        advance(_walk(*CHECKED), _step(Act.PROPOSE_CLOSURE, 60), today=date(2027, 1, 1))


def test_days_before_the_step_before_and_days_to_come_are_refused() -> None:
    case = _walk(*TO_NOTICE)
    with pytest.raises(Refused, match="早于上一步"):
        advance(case, _step(Act.SERVE, 1, proof="x", due_on="2026-06-01"), today=date(2027, 1, 1))
    with pytest.raises(BadRequest, match="还没有到"):
        advance(case, _step(Act.SERVE, 9, proof="x", due_on="2026-06-01"), today=FIRST)


def test_substantiating_land_needs_a_visit_a_statement_and_a_survey() -> None:
    visited = _walk(*TO_NOTICE[:3])
    coarse = replace(visited, claim=replace(visited.claim or _measured(), grade="B"))
    today = date(2027, 1, 1)
    with pytest.raises(Refused, match="实地测绘"):
        advance(coarse, _step(Act.SUBSTANTIATE, 2, statement="未提出"), today=today)
    why = _step(Act.SUBSTANTIATE, 2, statement="未提出", why_not_measured="林密，RTK 无信号")
    assert advance(coarse, why, today=today).state is CaseState.SUBSTANTIATED
    with pytest.raises(BadRequest, match="陈述申辩"):
        advance(visited, _step(Act.SUBSTANTIATE, 2), today=today)
    with pytest.raises(Refused, match="现场检查"):
        advance(_walk(*TO_NOTICE[:2]), _step(Act.SUBSTANTIATE, 2, statement="无"), today=today)


def _measured() -> Measured:
    return Measured(1, FIRST, "A", 1.0, 1.0, "confirmed")


def test_an_extension_needs_an_approval_and_counts() -> None:
    case = _walk(*SERVED)
    today = date(2027, 1, 1)
    with pytest.raises(BadRequest, match="批准"):
        advance(case, _step(Act.EXTEND, 10, due_on="2026-03-08"), today=today)
    with pytest.raises(BadRequest, match="应晚于 2026-02-08"):
        advance(case, _step(Act.EXTEND, 10, due_on="2026-02-01", approval="批准"), today=today)
    later = advance(case, _step(Act.EXTEND, 10, due_on="2026-03-08", approval="局长"), today=today)
    assert (later.extensions, later.due_on) == (1, date(2026, 3, 8))


def test_clocks_stand_still_only_while_paused() -> None:
    case = _walk(*SERVED, _step(Act.PAUSE, 14, ground="court"))
    late = date(2026, 6, 1)
    assert overdue_days(case, late) == 0
    with pytest.raises(Refused, match="停止计算"):
        advance(case, _step(Act.REINSPECT, 20), today=late)
    back = advance(case, _step(Act.RESUME, 44), today=late)
    assert back.due_on == date(2026, 2, 8) + timedelta(days=30)
    assert moved(date(2026, 1, 1), Pause("court", date(2026, 2, 1)), late) == date(2026, 1, 1)


def test_an_order_lapses_after_its_last_day() -> None:
    case = _walk(*SERVED)
    with pytest.raises(Refused, match="还没有过"):
        advance(case, Step(Act.LAPSE, date(2026, 2, 8), 1, "逾期"), today=date(2026, 2, 8))
    lapsed = advance(case, Step(Act.LAPSE, date(2026, 2, 9), 1, "逾期"), today=date(2026, 2, 9))
    assert lapsed.state is CaseState.OVERDUE
    assert overdue_days(lapsed, date(2026, 2, 11)) == 3


def test_look_backs_come_after_3_6_and_12_months_and_then_it_is_settled() -> None:
    case = _walk(
        *CHECKED,
        _step(Act.PROPOSE_CLOSURE, 60, closure="removed", observation=CLEAR),
        _step(Act.CLOSE, 60, by=9),
    )
    closed_on = FIRST + timedelta(days=60)
    assert [d for _, d in look_backs(case, (3, 6, 12))] == [
        months_later(closed_on, m) for m in (3, 6, 12)
    ]
    seen = {**CLEAR, "remains_m2": 5.0}
    today = date(2028, 1, 1)
    with pytest.raises(Refused, match="又有超出"):
        advance(case, _step(Act.LOOK_BACK, 150, months=3, observation=seen), today=today)
    for months in (3, 6, 12):
        case = advance(case, _step(Act.LOOK_BACK, months * 40, months=months), today=today)
    assert case.state is CaseState.SETTLED
    with pytest.raises(Refused):
        advance(case, _step(Act.LOOK_BACK, 500, months=12), today=today)


def test_what_is_possible_is_what_the_flow_says() -> None:
    assert Act.CLOSE not in possible(_walk(*CHECKED))
    assert set(possible(_walk())) == {Act.ACCEPT, Act.MERGE, Act.ABSORB, Act.NOTE}
    for state in CaseState:
        case = replace(_walk(), state=state)
        assert set(possible(case)) <= {a for a, (states, _) in FLOW.items() if state in states}


_FACTS: dict[Act, dict[str, Any]] = {
    Act.ACCEPT: {"owner": 7},
    Act.ASSIGN: {"inspector": 8},
    Act.MERGE: {"into": 3},
    Act.SUBSTANTIATE: {"statement": "无", "claim": CLAIM},
    Act.TRANSFER: {"department": "forestry"},
    Act.NOTIFY: {"number": "1号", "measures": "拆除"},
    Act.SERVE: {"proof": "回证"},
    Act.EXTEND: {"approval": "批准"},
    Act.PAUSE: {"ground": "season"},
    Act.SEND_BACK: {},
}
_DATED = {Act.ACCEPT, Act.ASSIGN, Act.SERVE, Act.EXTEND, Act.SEND_BACK}

_AWAY = {Act.NOTE, Act.ABSORB, Act.MERGE, Act.DISMISS, Act.TRANSFER, Act.REOPEN, Act.REPORT}


class CaseMachine(RuleBasedStateMachine):
    """Any act by anybody on any day, with right and wrong evidence."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = [_step(Act.OPEN, claim=CLAIM)]
        self.case = opened(self.steps[0], Matter.LAND)
        self.day = FIRST

    @rule(
        pick=st.integers(0, 999),
        by=st.integers(2, 4),
        days=st.integers(-1, 40),
        limit=st.sampled_from([0.3, 5.9, 6.0, 20.0]),
        left=st.sampled_from([0.0, 0.0, 8.0]),
        closure=st.sampled_from([str(c) for c in Closure]),
        months=st.sampled_from([3, 6, 12]),
    )
    def act(
        self, pick: int, by: int, days: int, limit: float, left: float, closure: str, months: int
    ) -> None:
        # Mostly what can come next, so that runs reach the end; now and then anything.
        forward = [a for a in possible(self.case) if a not in _AWAY]
        act = [*FLOW][pick % len(FLOW)] if pick % 10 == 0 or not forward else (
            forward[pick // 10 % len(forward)]
        )  # fmt: skip
        day = self.day + timedelta(days=days)
        facts = dict(_FACTS.get(act, {}))
        if act in _DATED:
            facts["due_on"] = (day + timedelta(days=60)).isoformat()
        if act in {Act.PROPOSE_CLOSURE, Act.SEND_BACK, Act.LOOK_BACK}:
            seen = {**CLEAR, "survey": len(self.steps) + 9, "on": day.isoformat(),
                    "detection_limit_m": limit, "remains_m2": left,
                    "remaining_depth_m": left / 4}  # fmt: skip
            facts |= {"closure": closure, "observation": seen, "months": months}
        step = Step(act, day, by, "理由", facts)
        before = self.case
        with contextlib.suppress(RegistryError):
            self.case = advance(before, step, today=day)
            self.steps.append(step)
            self.day = day
            assert self.case.version == before.version + 1
            return
        assert self.case is before

    @invariant()
    def steps_give_the_state_again(self) -> None:
        assert replay(self.steps, Matter.LAND) == self.case

    @invariant()
    def days_never_go_back(self) -> None:
        days = [s.on for s in self.steps]
        assert days == sorted(days)

    @invariant()
    def nobody_closes_alone_and_nothing_unseen_is_removed(self) -> None:
        case = self.case
        assert (case.closed_on is None) == (case.closed_as is None)
        if case.closed_as is None:
            return
        assert len(set(case.closed_by)) == 2
        if case.closed_as is Closure.REMOVED:
            assert case.claim is not None
            assert case.seen is not None
            assert case.seen.clear
            assert case.seen.detection_limit_m < case.claim.depth_m
            assert case.served_on is not None
            assert case.seen.on >= case.served_on

    @invariant()
    def a_paused_case_is_not_overdue(self) -> None:
        if self.case.pause is not None:
            assert overdue_days(self.case, self.day + timedelta(days=1000)) == 0


TestAnyCase = CaseMachine.TestCase
TestAnyCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyCase = pytest.mark.slow(TestAnyCase)
