"""The course of a proposal: order, dates, papers, approvers, clocks; a stateful walk over all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from geo_registry import reference as tables
from geo_registry.domain import proposal
from geo_registry.domain.errors import BadRequest, Conflict, Refused, RegistryError
from geo_registry.domain.procedure import Procedure, ProposalKind, Step, procedure_of
from geo_registry.domain.proposal import CLOSED, Act, Dossier, State, Taken
from geo_registry.domain.proposal_steps import next_act, possible, take

DATA = Path(__file__).resolve().parents[2] / "data"
REFERENCE = tables.load(DATA)
PROCEDURE = REFERENCE.procedure
DAY = date(2026, 9, 1)
TODAY = date(2026, 12, 31)
GOVERNMENT = "威海市环翠区人民政府"
FIELDS = dict.fromkeys(PROCEDURE.announced, "有")
ROAD = Dossier(ProposalKind.NAME, "road", "柳沟路", DAY, since=DAY)
FULL = frozenset({"application", "decision", "protection_measure"})


def _take(dossier: Dossier, act: Act, days: int = 0, **more: Any) -> Dossier:
    step = Taken(act, dossier.since + timedelta(days=days), **more)
    return take(dossier, step, PROCEDURE, TODAY)


def _decided(dossier: Dossier = ROAD, **more: Any) -> Dossier:
    done = replace(dossier, papers=FULL)
    done = _take(done, Act.PRECHECK, 1)
    done = _take(done, Act.ENDORSE, 1, despite="村民已一致同意")
    return _take(
        done, Act.DECIDE, 1, **{"authority": GOVERNMENT, "number": "威环政字〔2026〕3号"} | more
    )


def test_the_whole_way_step_by_step() -> None:
    road = replace(ROAD, papers=FULL)
    for act in (Act.PRECHECK, Act.HEAR, Act.REVIEW):
        assert next_act(road, PROCEDURE) is act
        road = _take(road, act, 1)
    road = _take(road, Act.CONSULT, 1, until=road.since + timedelta(days=8))
    road = _take(road, Act.CONCLUDE, 8, reason="无异议")
    road = _take(road, Act.ENDORSE)
    road = _take(road, Act.DECIDE, 3, authority=GOVERNMENT, number="威环政字〔2026〕3号")
    for act in (Act.ANNOUNCE, Act.FILE, Act.SIGN, Act.PUBLISH):
        road = _take(road, act, 1, fields=FIELDS)
    assert road.state is State.PUBLISHED
    assert road.version == 12
    assert next_act(road, PROCEDURE) is None


def test_a_step_out_of_order_is_refused_and_names_the_next() -> None:
    with pytest.raises(Refused, match="还没有预核") as error:
        _take(ROAD, Act.ENDORSE, despite="急")
    assert "下一步：预核" in error.value.advice
    with pytest.raises(Refused, match="请先登记批准机关的批复"):
        _take(ROAD, Act.FILE)
    with pytest.raises(Refused, match="预核已经办过"):
        _take(_take(ROAD, Act.PRECHECK), Act.PRECHECK)


def test_customary_steps_are_passed_over_with_a_reason_only() -> None:
    checked = _take(replace(ROAD, papers=FULL), Act.PRECHECK)
    with pytest.raises(Refused, match="还没有征求村民和专家意见、镇街审核、公示"):
        _take(checked, Act.ENDORSE)
    assert _take(checked, Act.ENDORSE, despite="已在 2025 年一并征求").state is State.ENDORSED


def test_a_decision_needs_authority_number_and_paper() -> None:
    endorsed = _take(
        _take(replace(ROAD, papers=frozenset({"application"})), Act.PRECHECK),
        Act.ENDORSE, despite="已征求",
    )  # fmt: skip
    with pytest.raises(Refused, match="批准机关、文号"):
        _take(endorsed, Act.DECIDE)
    with pytest.raises(Refused, match="缺少材料：批准文件"):
        _take(endorsed, Act.DECIDE, authority=GOVERNMENT, number="1号")
    with pytest.raises(Refused, match="申请书"):
        _take(_take(ROAD, Act.PRECHECK), Act.ENDORSE, despite="已征求")


@pytest.mark.parametrize(
    ("place_class", "authority", "fits"),
    [
        ("road", "威海市人民政府", True),
        ("road.lane", "威海市环翠区人民政府", True),
        ("road", "羊亭镇人民政府", False),
        ("road", "威海市环翠区民政局", False),
        ("estate", "威海市住房和城乡建设局", True),
        ("estate", "威海市环翠区人民政府", False),
        ("natural", "威海市环翠区民政局", True),
        ("division.town", "山东省人民政府", True),
    ],
)
def test_the_approver_depends_on_the_class(place_class: str, authority: str, *, fits: bool) -> None:
    road = replace(ROAD, place_class=place_class)
    assert (proposal.mismatched(road, authority, PROCEDURE) == "") is fits


def test_another_approver_is_refused_unless_somebody_says_why() -> None:
    with pytest.raises(Refused, match="不是这类地名的批准机关") as error:
        _decided(authority="威海市环翠区民政局")
    assert "第十二条" in error.value.advice
    assert _decided(authority="威海市环翠区民政局", despite="受区政府委托").state is State.DECIDED


def test_a_protected_name_waits_for_its_measure() -> None:
    old = replace(ROAD, kind=ProposalKind.RENAME, protected=True, papers=frozenset({"application"}))
    checked = _take(old, Act.PRECHECK)
    with pytest.raises(Refused, match="地名保护措施") as error:
        _take(checked, Act.ENDORSE, despite="已征求")
    assert "第二十五条" in error.value.advice
    measured = replace(checked, papers=checked.papers | {"protection_measure"})
    assert _take(measured, Act.ENDORSE, despite="已征求").state is State.ENDORSED


def test_days_cannot_run_backwards_or_ahead() -> None:
    with pytest.raises(BadRequest, match="早于上一步"):
        _take(ROAD, Act.PRECHECK, -1)
    with pytest.raises(BadRequest, match="还没有到"):
        take(ROAD, Taken(Act.PRECHECK, TODAY + timedelta(days=1)), PROCEDURE, TODAY)


def test_a_consultation_runs_to_its_end() -> None:
    shown = _take(
        _take(ROAD, Act.PRECHECK), Act.CONSULT, until=DAY + timedelta(days=7), despite="急"
    )
    with pytest.raises(Refused, match="才期满"):
        _take(shown, Act.CONCLUDE, 7, reason="无异议")
    with pytest.raises(Refused, match="公示中"):
        _take(shown, Act.ENDORSE, 9, despite="急")
    assert _take(shown, Act.CONCLUDE, 8, reason="无异议").state is State.CONSULTED


def test_filing_and_announcement_run_from_the_approval() -> None:
    decided = _decided()
    due = proposal.deadlines(decided, PROCEDURE, REFERENCE.calendar)
    assert {(d.term.key, (d.due - d.start).days) for d in due} == {
        ("filing", 15), ("announcement", 15),
    }  # fmt: skip
    assert all(d.start == decided.decided_on for d in due)
    filed = _take(decided, Act.FILE, 2)
    keys = [d.term.key for d in proposal.deadlines(filed, PROCEDURE, REFERENCE.calendar)]
    assert keys == ["announcement"]


def test_other_departments_announce_within_fifteen_days_of_the_filing() -> None:
    estate = replace(ROAD, place_class="estate", name="海悦花园")
    decided = _decided(estate, authority="威海市住房和城乡建设局")
    due = proposal.deadlines(decided, PROCEDURE, REFERENCE.calendar)
    assert [d.term.key for d in due] == ["filing"]
    with pytest.raises(Refused, match="先备案"):
        _take(decided, Act.ANNOUNCE, 1, fields=FIELDS)
    filed = _take(decided, Act.FILE, 4)
    (later,) = proposal.deadlines(filed, PROCEDURE, REFERENCE.calendar)
    assert (later.term.key, later.start) == ("announcement_by_department", filed.filed_on)


def test_an_announcement_has_six_fields() -> None:
    with pytest.raises(Refused, match="公告缺少罗马字母拼写、批准时间"):
        _take(_decided(), Act.ANNOUNCE, fields=FIELDS | {"罗马字母拼写": " ", "批准时间": ""})
    with pytest.raises(Refused, match="还没有备案、公告"):
        _take(_decided(), Act.PUBLISH)


def test_what_is_returned_starts_again_after_it_was_amended() -> None:
    checked = _take(ROAD, Act.PRECHECK)
    returned = _take(checked, Act.RETURN, reason="与柳钩路同音")
    with pytest.raises(Refused, match="请先补正"):
        _take(returned, Act.PRECHECK)
    amended = _take(returned, Act.AMEND, name="枣园路", reason="改名")
    assert (amended.state, amended.name, amended.prechecked_on) == (State.PROPOSED, "枣园路", None)


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.REFUSE])
def test_what_is_closed_stays_closed(act: Act) -> None:
    closed = _take(ROAD, act, reason="不再需要")
    for other in Act:
        with pytest.raises(Conflict):
            _take(closed, other, reason="再来")
    with pytest.raises(BadRequest, match="理由"):
        _take(ROAD, act)


def test_own_rows_replace_the_shipped_ones() -> None:
    table = tables._toml(DATA / "procedure/naming.toml")
    row = {"id": "road", "classes": ["road"], "title": "区政府", "pattern": "^区政府$"}
    own = {"approver": [row | {"basis": "本局", "confidence": "local", "confirmed": True}]}
    changed = procedure_of(table, own)
    found = changed.approver("road.lane")
    assert found is not None
    assert found.fits("区政府")
    assert not found.fits(GOVERNMENT)
    assert changed.approver("estate") == PROCEDURE.approver("estate")
    with pytest.raises(BadRequest, match="办理程序"):
        procedure_of(table, {"course": [{"id": "give"}]})


class Walk(RuleBasedStateMachine):
    """Any acts in any order, on any day: what is refused changes nothing, what is taken is true."""

    procedure: Procedure = PROCEDURE

    def __init__(self) -> None:
        super().__init__()
        self.dossier = ROAD
        self.taken: list[tuple[Act, date]] = []

    @rule(
        kind=st.sampled_from(list(ProposalKind)),
        place_class=st.sampled_from(["road", "estate", "natural", "road.lane"]),
        protected=st.booleans(),
    )
    @precondition(lambda self: not self.taken)
    def choose(self, kind: ProposalKind, place_class: str, protected: bool) -> None:
        self.dossier = replace(
            self.dossier, kind=kind, place_class=place_class, protected=protected
        )

    @rule(paper=st.sampled_from(sorted({p.id for p in PROCEDURE.papers})))
    def attach(self, paper: str) -> None:
        if not self.dossier.closed:
            self.dossier = replace(self.dossier, papers=self.dossier.papers | {paper})

    @rule(
        act=st.sampled_from(list(Act)),
        days=st.integers(-2, 9),
        words=st.sampled_from(["", "有理由"]),
        whole=st.booleans(),
    )
    def step(self, act: Act, days: int, words: str, whole: bool) -> None:
        on = self.dossier.since + timedelta(days=days)
        taken = Taken(
            act, on, reason=words, despite=words, until=on + timedelta(days=7),
            authority=GOVERNMENT if whole else "", number="3号" if whole else "",
            fields=FIELDS if whole else None,
        )  # fmt: skip
        before = self.dossier
        try:
            self.dossier = take(before, taken, self.procedure, TODAY)
        except RegistryError:
            return
        assert not before.closed
        assert self.dossier.version == before.version + 1
        assert act in possible(before, self.procedure)
        self.taken.append((act, on))

    @rule()
    def onward(self) -> None:
        """The act that is due next, with everything it could want."""
        act = next_act(self.dossier, self.procedure)
        if act is None:
            assert self.dossier.closed
            return
        on = max(self.dossier.since, (self.dossier.shown_until or date.min) + timedelta(days=1))
        if on > TODAY:
            return
        self.dossier = replace(self.dossier, papers=FULL)
        taken = Taken(act, on, "有理由", "有理由", authority=GOVERNMENT, number="3号",
                      until=on + timedelta(days=7), fields=FIELDS)  # fmt: skip
        self.dossier = take(self.dossier, taken, self.procedure, TODAY)
        self.taken.append((act, on))

    @invariant()
    def days_never_run_backwards(self) -> None:
        days = [on for _, on in self.taken]
        assert days == sorted(days)
        assert all(on <= TODAY for on in days)

    @invariant()
    def nothing_is_decided_without_its_papers(self) -> None:
        road = self.dossier
        if road.state in {State.DECIDED, State.PUBLISHED}:
            assert road.authority
            assert road.number
            assert not [
                p for p in proposal.missing_papers(road, self.procedure, Step.DECIDE) if p.confirmed
            ]
            assert Act.ENDORSE in [act for act, _ in self.taken]

    @invariant()
    def what_is_published_was_filed_and_announced(self) -> None:
        road = self.dossier
        needed = self.procedure.course(road.kind, road.place_class).required
        if road.state is State.PUBLISHED:
            assert Step.FILE not in needed or road.filed_on
            assert Step.ANNOUNCE not in needed or road.announced_on
            assert road.state in CLOSED

    @invariant()
    def clocks_run_for_what_is_open_only(self) -> None:
        due = proposal.deadlines(self.dossier, self.procedure, REFERENCE.calendar)
        assert not (self.dossier.closed and due)


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestWalk = pytest.mark.slow(TestWalk)
