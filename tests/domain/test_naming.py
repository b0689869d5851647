"""The life of a name as a state machine: legal acts in any order, what was it called when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_registry.domain import naming
from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused, RegistryError
from geo_registry.domain.naming import Life, NameRecord, after, called_on
from geo_registry.domain.place import NameKind

START = datetime(2024, 1, 1, tzinfo=UTC)
NAMES = ("文化路", "和平路", "世昌大道", "海滨北路")


def _record(
    full: str = "文化路", begins: date | None = None, ends: date | None = None, **more: object
) -> NameRecord:
    given = {"id": 1, "kind": NameKind.STANDARD, "event": "registered", "recorded_at": START}
    return NameRecord(full=full, valid_from=begins, valid_to=ends, **(given | more))  # type: ignore[arg-type]


def _days(life: Life) -> list[date]:
    """Every day on which something begins or ends, and its neighbours."""
    edges = {d for n in life.names for d in (n.valid_from, n.valid_to) if d is not None}
    return sorted({e + timedelta(days=k) for e in edges | {date(2020, 1, 1)} for k in (-1, 0, 1)})


acts = st.tuples(
    st.sampled_from(
        ["propose", "withdraw", "approve", "name", "rename", "merge", "abolish", "correct"]
    ),
    st.sampled_from(NAMES),
    st.dates(date(2019, 1, 1), date(2026, 12, 31)),
    st.dates(date(2019, 1, 1), date(2026, 12, 31)) | st.none(),
    st.integers(0, 30),
)


def _act(life: Life, act: tuple[str, str, date, date | None, int]) -> naming.Change:
    what, full, on, until, pick = act
    rows = life.current or (_record(),)
    row = rows[pick % len(rows)].id
    pending = [n.id for n in life.pending] or [10_000]
    proposal = pending[pick % len(pending)]
    calls = {
        "propose": lambda: naming.propose(life, full),
        "withdraw": lambda: naming.withdraw(life, proposal),
        "approve": lambda: naming.approve(life, proposal, on),
        "name": lambda: naming.name(life, full, on),
        "rename": lambda: naming.rename(life, full, on),
        "merge": lambda: naming.merge_into(life, on),
        "abolish": lambda: naming.abolish(life, on),
        "correct": lambda: naming.correct(life, row, full=full, valid_from=on, valid_to=until),
    }
    return calls[what]()


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.booleans(), st.lists(acts, max_size=14))
def test_any_legal_sequence_keeps_one_given_name_a_day_and_loses_none(
    registered: bool, sequence: list[tuple[str, str, date, date | None, int]]
) -> None:
    life = Life((_record("老路"),) if registered else ())
    at = START
    for act in sequence:
        at += timedelta(hours=9)
        before = life
        try:
            change = _act(life, act)
        except RegistryError:
            continue
        life = after(life, change, at=at, first_id=len(life.names) + 1)
        # Nothing is overwritten: every row is there with all it said, at most superseded.
        assert len(life.names) == len(before.names) + len(change.writes)
        for old, now in zip(before.names, life.names, strict=False):
            assert (old.full, old.kind, old.valid_from, old.valid_to) == (
                now.full, now.kind, now.valid_from, now.valid_to,
            )  # fmt: skip
            assert old.superseded_at in {None, now.superseded_at}
        # A name that was there is there still, but for what was corrected or withdrawn.
        if change.event not in {"corrected", "withdrawn"}:
            standing = {n.full for n in before.current if n.kind is not NameKind.PROPOSED}
            assert standing <= {n.full for n in life.current}
        for day in _days(life):
            given_names = [n for n in life.current if n.given and n.in_force(day)]
            assert len(given_names) <= 1
            # What the registry knew before is answered as it was answered then.
            earlier = (at - timedelta(days=1)).date()
            then, now = (
                [n.id for n in called_on(lived.names, day, earlier)] for lived in (before, life)
            )
            assert then == now
        assert not (life.retired and life.pending)


def test_what_was_it_called_on_a_day() -> None:
    life = Life((_record("老路"),))
    life = after(life, naming.rename(life, "文化路", date(2024, 6, 1)), at=START, first_id=2)
    life = after(life, naming.rename(life, "世昌大道", date(2026, 1, 1)), at=START, first_id=5)
    asked = {
        date(1990, 1, 1): ["老路"],
        date(2024, 5, 31): ["老路"],
        date(2024, 6, 1): ["文化路"],
        date(2025, 12, 31): ["文化路"],
        date(2026, 1, 1): ["世昌大道"],
    }
    assert {d: [n.full for n in called_on(life.names, d)] for d in asked} == asked


def test_a_correction_keeps_what_was_known_before() -> None:
    life = Life((_record("文化路", date(2024, 11, 1), event="named"),))
    at = datetime(2025, 3, 1, 4, tzinfo=UTC)
    change = naming.correct(life, 1, full="文华路", valid_from=date(2024, 12, 1))
    life = after(life, change, at=at, first_id=2)
    day = date(2025, 1, 1)
    assert [n.full for n in called_on(life.names, day)] == ["文华路"]
    assert [n.full for n in called_on(life.names, day, date(2025, 2, 28))] == ["文化路"]
    assert [n.full for n in called_on(life.names, day, date(2025, 3, 1))] == ["文华路"]
    assert called_on(life.names, date(2024, 11, 15)) == ()
    assert [n.full for n in called_on(life.names, date(2024, 11, 15), date(2025, 2, 28))]


def test_a_former_name_answers_only_for_the_days_it_is_known_to_have_had() -> None:
    dated = _record("石桥路", None, date(1990, 1, 1), kind=NameKind.FORMER)
    undated = _record("无期路", id=2, kind=NameKind.FORMER)
    taken = _record("并入路", date(1980, 1, 1), date(1990, 1, 1), id=3, kind=NameKind.FORMER,
                    event="merged")  # fmt: skip
    names = (dated, undated, taken)
    assert [n.full for n in called_on(names, date(1985, 1, 1))] == ["石桥路"]
    assert called_on(names, date(1995, 1, 1)) == ()


def test_an_heir_keeps_the_names_of_what_was_merged_into_it() -> None:
    heir = Life((_record("文化路"),))
    gone = Life((_record("和平巷", date(2000, 1, 1)), _record("文化路", id=2)))
    change = naming.inherit(heir, gone.current, date(2026, 1, 1))
    kept = [(w.full, w.kind, w.valid_from, w.valid_to) for w in change.writes]
    assert kept == [("和平巷", NameKind.FORMER, date(2000, 1, 1), date(2026, 1, 1))]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda p: naming.name(p, "和平路", date(2026, 1, 1)), Refused),
        (lambda p: naming.rename(Life(), "和平路", date(2026, 1, 1)), Refused),
        (lambda p: naming.rename(p, "文化路", date(2026, 1, 1)), Conflict),
        (lambda p: naming.rename(p, "和平路", date(2024, 11, 1)), Conflict),
        (lambda p: naming.propose(p, "文化路"), Conflict),
        (lambda p: naming.propose(Life(retired=True), "文化路"), Refused),
        (lambda p: naming.approve(p, 99, date(2026, 1, 1)), NotFound),
        (lambda p: naming.withdraw(p, 1), Conflict),
        (lambda p: naming.abolish(p, date(2020, 1, 1)), Conflict),
        (lambda p: naming.abolish(Life(retired=True), date(2026, 1, 1)), Refused),
        (lambda p: naming.correct(p, 1), BadRequest),
        (lambda p: naming.correct(p, 1, valid_to=date(2020, 1, 1)), BadRequest),
        (lambda p: naming.correct(p, 7, full="和平路"), NotFound),
    ],
)
def test_what_cannot_be_is_refused_with_words(act: object, error: type[RegistryError]) -> None:
    place = Life((_record("文化路", date(2024, 11, 1), event="named"),))
    with pytest.raises(error) as raised:
        act(place)  # type: ignore[operator]
    assert raised.value.message.endswith("。")
