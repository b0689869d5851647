"""Days that count: calendar and working days, the orders on holidays, and deadlines.

A period is counted as the law counts it: the day on which it starts is not counted (民法典 201), so
“within 15 days of the approval on 1 June” ends with 16 June. Whether a last day that is a day off
moves to the next working day is a setting of each :class:`Term`, because the texts on names do not
say. Years without an order on holidays are counted by weekends alone, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from geo_registry.domain.errors import BadRequest

LONGEST_DAYS = 3660
"""A longer period is a slip of the keyboard."""

_DAY = timedelta(days=1)


class Counting(StrEnum):
    """Which days of a period count."""

    CALENDAR = "calendar"
    WORKING = "working"


COUNTING_WORDS = {Counting.CALENDAR: "日", Counting.WORKING: "个工作日"}


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The orders on holidays: weekdays off, weekend days worked, and the years they speak of."""

    off: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def knows(self, day: date) -> bool:
        """Whether the order for the year of a day is on file and confirmed."""
        return day.year in self.years

    def is_working(self, day: date) -> bool:
        """Whether offices work on a day."""
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def next_working(self, day: date) -> date:
        """The day itself where offices work on it, else the next one on which they do."""
        while not self.is_working(day):
            day += _DAY
        return day

    def after(self, start: date, days: int, counting: Counting = Counting.CALENDAR) -> date:
        """The last day of a period of so many days that starts on a day (which is not counted)."""
        if not 0 <= days <= LONGEST_DAYS:
            raise BadRequest(f"期限应在 0 到 {LONGEST_DAYS} 天之间，所给为 {days}。")
        if counting is Counting.CALENDAR:
            return start + timedelta(days=days)
        day = start
        for _ in range(days):
            day = self.next_working(day + _DAY)
        return day

    def working_days(self, start: date, end: date) -> int:
        """How many working days lie after one day up to another (included)."""
        span = range(1, (end - start).days + 1)
        return sum(self.is_working(start + timedelta(days=i)) for i in span)


NO_CALENDAR = Calendar()
"""Weekends alone."""


def calendar_of(tables: Iterable[tuple[str, Mapping[str, Any]]]) -> Calendar:
    """A calendar from the files of its years, each with its name; see ``data/calendar``.

    :class:`BadRequest`, naming the file, where a row cannot be read.
    """
    off: dict[date, str] = {}
    worked: set[date] = set()
    years: set[int] = set()
    for file, table in tables:
        try:
            rows = [(str(row["title"]), *row["days"]) for row in table["off"]]
            for title, first, last in rows:
                off |= {first + timedelta(days=i): title for i in range((last - first).days + 1)}
            worked |= set(table["worked"])
            if table["confirmed"]:
                years.add(int(table["year"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BadRequest(
                f"{file} 读不出来（{error}）。", advice="请按 data/calendar 中现有文件的写法改正。"
            ) from error
    return Calendar(off, frozenset(worked), frozenset(years))


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take, as a law or the bureau sets it.

    ``rolls``: a last day that is a day off moves to the next working day. ``confirmed`` tells
    whether the text was read or the bureau agreed; what is not confirmed reminds, never blocks.
    """

    key: str
    title: str
    days: int
    counting: Counting = Counting.CALENDAR
    rolls: bool = False
    basis: str = ""
    confirmed: bool = False

    def deadline(self, start: date, calendar: Calendar) -> Deadline:
        """The deadline of something that started on a day."""
        due = calendar.after(start, self.days, self.counting)
        if self.rolls:
            due = calendar.next_working(due)
        by_order = self.rolls or self.counting is Counting.WORKING
        known = not by_order or all(y in calendar.years for y in range(start.year, due.year + 1))
        return Deadline(self, start, due, known)

    @property
    def in_words(self) -> str:
        """The period as it is said: 15 日, 5 个工作日."""
        return f"{self.days} {COUNTING_WORDS[self.counting]}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when something has to be done: ``due`` is the last day on which it is in time.

    ``certain`` is False where working days count and the order on holidays is not on file.
    """

    term: Term
    start: date
    due: date
    certain: bool = True

    def overdue(self, on: date) -> bool:
        """Whether the last day is over."""
        return on > self.due

    def days_left(self, on: date) -> int:
        """Calendar days until the last day; negative once it is over."""
        return (self.due - on).days

    def in_words(self, on: date) -> str:
        """What a person reads: 还剩 3 天（2026-06-16 止）, 已超期 2 天（应不晚于 2026-06-16）."""
        left = self.days_left(on)
        day = self.due.isoformat()
        said = (
            f"已超期 {-left} 天（应不晚于 {day}）"
            if left < 0
            else (f"今天到期（{day}）" if left == 0 else f"还剩 {left} 天（{day} 止）")
        )
        return said if self.certain else f"{said}；该年节假日安排未录入，按周末推算"


def term_of(table: Mapping[str, Any], file: str) -> Term:
    """A term from its row: key, title, days, counting, rolls, basis, confirmed."""
    try:
        return Term(
            key=table["key"],
            title=table["title"],
            days=int(table["days"]),
            counting=Counting(table.get("counting", "calendar")),
            rolls=bool(table.get("rolls", False)),
            basis=table["basis"],
            confirmed=table["confirmed"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest(
            f"{file} 中的期限读不出来（{error}）。",
            advice="应有 key、title、days、basis、confirmed。",
        ) from error
