"""Plots: terms, limits by date, and a state machine that never loses anybody."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_registry.domain.errors import BadRequest, Refused
from geo_registry.domain.plot import (
    ACTS,
    ROOM,
    Plot,
    PlotKind,
    PlotStatus,
    after,
    emptied,
    exceeded,
    last_day,
    plot_limits,
)
from geo_registry.domain.reference import Reference


@given(st.dates(max_value=date(2100, 1, 1)), st.integers(1, 100))
def test_a_term_ends_the_day_before_its_anniversary(first: date, years: int) -> None:
    end = last_day(first, years) + timedelta(days=1)
    assert end.year == first.year + years
    assert (end.month, end.day) == (first.month, first.day) or (first.month, first.day) == (2, 29)


@given(st.sampled_from(PlotKind), st.lists(st.sampled_from([*ACTS, "move"]), max_size=30))
@settings(max_examples=300)
def test_no_act_overfills_a_plot_or_closes_it_over_somebody(
    kind: PlotKind, acts: list[str]
) -> None:
    status, burials, holder = PlotStatus.FREE, 0, False
    for act in acts:
        if act == "move":
            if not burials:
                continue
            burials -= 1
            status = emptied(left=burials, holder=holder)
        else:
            try:
                status = after(act, status, burials=burials, kind=kind)
            except Refused:
                continue
            burials += act == "bury"
            holder = (holder or act == "assign") and act != "release"
        assert burials <= ROOM.get(kind, 10**9)
        assert (status is PlotStatus.OCCUPIED) == (burials > 0)
        assert not (status is PlotStatus.CLOSED and burials)


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(Refused, match="最多安葬 1 位，这个墓位已满"):
        after("bury", PlotStatus.OCCUPIED, burials=1, kind=PlotKind.ASH_SINGLE)
    with pytest.raises(Refused, match="先登记迁出"):
        after("close", PlotStatus.OCCUPIED, burials=1, kind=PlotKind.ASH_SINGLE)
    with pytest.raises(Refused, match="现为“已安葬”，不能分配"):
        after("assign", PlotStatus.OCCUPIED, kind=PlotKind.ASH_SINGLE)


def _over(reference: Reference, kind: PlotKind, area: float, on: date) -> list[float]:
    plot = Plot("plot:1", kind, area_m2=area)
    return [limit.at_most for limit in exceeded(plot, "area_m2", reference.plot_limits, on)]


@pytest.mark.parametrize("on", [date(2015, 1, 1), date(2026, 3, 29), date(2026, 3, 30)])
def test_the_shipped_limits(reference: Reference, on: date) -> None:
    assert _over(reference, PlotKind.ASH_SINGLE, 0.8, on) == []
    assert _over(reference, PlotKind.ASH_SINGLE, 0.81, on) == [0.8]
    assert _over(reference, PlotKind.ASH_DOUBLE, 1.0, on) == []
    assert _over(reference, PlotKind.ASH_DOUBLE, 1.1, on) == [1.0]
    assert _over(reference, PlotKind.ASH_DOUBLE, 1.21, on) == [1.0, 1.2]
    assert _over(reference, PlotKind.BODY_SINGLE, 4.01, on) == [4.0]
    assert _over(reference, PlotKind.BODY_DOUBLE, 6.0, on) == []
    assert _over(reference, PlotKind.NICHE, 50.0, on) == []


def test_no_shipped_limit_is_called_read_in_full(reference: Reference) -> None:
    assert {limit.confidence for limit in reference.plot_limits} <= {"B", "C"}
    since = date(2026, 3, 30)
    for limit in reference.plot_limits:
        assert limit.source
        assert (limit.valid_to == date(2026, 3, 29)) != (limit.valid_from == since)
        if limit.valid_from == since:
            assert (limit.article, limit.confidence) == ("条款待核", "C")


def test_a_measured_outline_counts_for_what_it_is_at_least() -> None:
    plot = Plot("plot:1", PlotKind.ASH_SINGLE, extent=shapely.box(0, 0, 1, 1), sigma_m=0.05)
    assert plot.size("area_m2") == pytest.approx(0.8)
    assert Plot("plot:1", PlotKind.NICHE, extent=shapely.Point(0, 0)).size("area_m2") is None


def test_a_broken_table_names_its_row(data: Path) -> None:
    table = tomllib.loads((data / "cemeteries/plot_limits.toml").read_text("utf-8"))
    table["limits"][1]["measure"] = "volume"
    with pytest.raises(BadRequest, match="第 2 条限值"):
        plot_limits(table, "plot_limits.toml")
