"""The clocks of a case: overdue, days that stood still, look-backs that are due."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from geo_registry.domain.case import Case, CaseState, Pause


def moved(due: date | None, pause: Pause, until: date) -> date | None:
    """The deadline after the clocks stood still; what had passed before stays passed.

    >>> moved(date(2026, 5, 10), Pause("season", date(2026, 5, 1)), date(2026, 6, 1))
    datetime.date(2026, 6, 10)
    """
    if due is None or due < pause.since:
        return due
    return due + (until - pause.since)


def overdue_days(case: Case, on: date) -> int:
    """Days by which a live case is late; 0 while in time, or while its clocks stand still."""
    if case.due_on is None or not case.state.live or case.pause is not None:
        return 0
    return max((on - case.due_on).days, 0)


def months_later(day: date, months: int) -> date:
    """The same day some months later, the last of the month where that day is missing.

    >>> months_later(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def look_backs(case: Case, months: Sequence[int]) -> tuple[tuple[int, date], ...]:
    """The look-backs of a closed case that are still to be made: months after, and the day."""
    if case.closed_on is None or case.state not in {CaseState.CLOSED, CaseState.LOOK_BACK}:
        return ()
    return tuple((m, months_later(case.closed_on, m)) for m in months if m not in case.looked_back)


def next_look_back(case: Case, months: Sequence[int]) -> date | None:
    """The day of the next look-back, None where none is to be made."""
    return min((day for _, day in look_backs(case, months)), default=None)


def lapses_on(case: Case) -> date | None:
    """The first day on which the order to rectify has lapsed."""
    if case.state is not CaseState.RECTIFYING or case.due_on is None or case.pause is not None:
        return None
    return case.due_on + timedelta(days=1)
