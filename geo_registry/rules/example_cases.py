"""Cases for the examples of their rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from geo_registry.domain.case import (
    Case,
    CaseOnFile,
    CaseState,
    Closure,
    Matter,
    Measured,
    Observation,
)
from geo_registry.domain.gazetteer import Gazetteer
from geo_registry.rules.example_cemeteries import ON, cemetery, sites

SERVED = date(2024, 6, 3)
CLOSED = date(2024, 9, 2)


def rectifying(due_on: date, **more: object) -> Case:
    """A case whose order to rectify was served on 2024-06-03."""
    case = Case(
        Matter.LAND, CaseState.RECTIFYING, SERVED, SERVED, 6, due_on=due_on, served_on=SERVED,
        notice_number="示例责改〔2024〕1号",
        claim=Measured(1, date(2024, 5, 20), "A", 6.0, 300.0, "confirmed"),
    )  # fmt: skip
    return replace(case, **more)  # type: ignore[arg-type]


def closed(seen: Observation | None, **more: object) -> Case:
    """A case that was closed on 2024-09-02 as 整改到位."""
    case = replace(
        rectifying(SERVED), state=CaseState.CLOSED, due_on=None, closed_on=CLOSED,
        closed_as=Closure.REMOVED, closed_by=(3, 4), seen=seen,
    )  # fmt: skip
    return replace(case, **more)  # type: ignore[arg-type]


def rechecked(limit_m: float = 0.3) -> Observation:
    """What a survey after the order showed: nothing, as far as it could see."""
    return Observation(
        2, date(2024, 8, 30), "A", limit_m, 0.0, 0.0, unlocated=False, complete=True
    )  # fmt: skip


def filed(case: Case, *, on: date = ON) -> Callable[[], Gazetteer]:
    """A gazetteer with one cemetery and one case about it."""
    record = CaseOnFile(
        "case:1", "2024-0001", "示例公墓一：公墓超出批准范围", case, "cemetery:1",
        {"town": "371002101"}, "羊亭镇",
    )  # fmt: skip
    return lambda: replace(sites(cemetery(), on=on)(), cases=(record,))
