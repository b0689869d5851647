"""Findings keep their identity, and waivers silence pairs, not rules."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geo_registry.domain.finding import FindingState, Hit, Severity, Waiver, fingerprint, state_of
from geo_registry.domain.identity import Scope, ordered_pair

VILLAGE = Scope("village", "371002101201")
TODAY = date(2024, 11, 5)
RULE = "pn.uniq.road_village"


def test_the_identity_is_rule_scope_and_key_and_nothing_else() -> None:
    one = fingerprint(RULE, VILLAGE, "文化路")
    assert one == fingerprint(RULE, VILLAGE, "文化路")
    assert one != fingerprint(RULE, Scope("village", "371002101202"), "文化路")
    assert one != fingerprint(RULE, VILLAGE, "文明路")
    assert one != fingerprint("pn.uniq.homophone", VILLAGE, "文化路")


def test_a_cluster_rests_on_every_pair_of_its_subjects() -> None:
    hit = Hit(VILLAGE, "文化路", ("place:3", "place:1", "place:2"))
    assert hit.all_pairs() == (
        ("place:1", "place:2"),
        ("place:1", "place:3"),
        ("place:2", "place:3"),
    )
    assert Hit(VILLAGE, "x", ("place:7",)).all_pairs() == (("place:7", "place:7"),)


def test_a_newcomer_opens_a_waived_cluster_again() -> None:
    waiver = Waiver(RULE, ("place:1", "place:2"), "历史沿用", date(2025, 12, 31))
    two = Hit(VILLAGE, "文化路", ("place:1", "place:2")).all_pairs()
    three = Hit(VILLAGE, "文化路", ("place:1", "place:2", "place:3")).all_pairs()
    assert state_of(RULE, two, [waiver], TODAY) is FindingState.WAIVED
    assert state_of(RULE, three, [waiver], TODAY) is FindingState.OPEN


def test_a_waiver_ends_on_its_day_and_speaks_of_one_rule() -> None:
    pair = ("place:1", "place:2")
    waiver = Waiver(RULE, pair, "历史沿用", TODAY)
    assert waiver.covers(RULE, pair, TODAY)
    assert not waiver.covers(RULE, pair, date(2024, 11, 6))
    assert not waiver.covers("pn.uniq.homophone", pair, TODAY)


@given(st.lists(st.sampled_from([f"place:{n}" for n in range(6)]), min_size=1, unique=True))
def test_waiving_every_pair_and_only_that_silences_a_cluster(subjects: list[str]) -> None:
    pairs = Hit(VILLAGE, "k", tuple(subjects)).all_pairs()
    waivers = [Waiver(RULE, pair, "r", None) for pair in pairs]
    assert state_of(RULE, pairs, waivers, TODAY) is FindingState.WAIVED
    assert state_of(RULE, pairs, waivers[:-1], TODAY) is FindingState.OPEN


@given(st.text(), st.text())
def test_a_pair_has_one_order(a: str, b: str) -> None:
    assert ordered_pair(a, b) == ordered_pair(b, a)


def test_severities_are_ranked_and_worded() -> None:
    assert [s.word for s in Severity] == ["违反", "违反", "警示", "提示", "待办"]
    assert Severity.BLOCK.rank < Severity.WARN.rank < Severity.TASK.rank
