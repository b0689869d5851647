"""By when what has to be done: one list of clocks that every page, export and reminder uses.

Each topic has one function that tells its open clocks; :data:`SOURCES` holds them all. A clock that
runs is a :class:`Due`, whether it is over or not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from geo_registry.domain.calendar import Deadline, Term
from geo_registry.domain.case import RECTIFIED_IN, CaseState
from geo_registry.domain.errors import BadRequest
from geo_registry.domain.proposal import deadlines
from geo_registry.services.cases import case_clocks
from geo_registry.store import cases, contributions, divisions, proposals

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_registry.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Due:
    """One clock that runs: of which subject, for what, in which town."""

    subject: str
    title: str
    deadline: Deadline
    town: str | None = None

    def overdue(self, on: date) -> bool:
        """Whether the last day is over."""
        return self.deadline.overdue(on)


Source = Callable[["Connection", "Desk"], Iterable[Due]]


def of_proposals(connection: Connection, desk: Desk) -> Iterable[Due]:
    """The clocks of open proposals: 预核, 备案, 公告, 设标."""
    procedure, calendar = desk.reference.procedure, desk.reference.calendar
    for stored in proposals.open_proposals(connection):
        for deadline in deadlines(stored.dossier, procedure, calendar):
            yield Due(stored.subject, stored.dossier.title, deadline, stored.town)


def of_contributions(connection: Connection, desk: Desk) -> Iterable[Due]:
    """Volunteers who wait for an answer."""
    terms = [c.term for c in desk.reference.procedure.clocks if c.starts == "received"]
    for row in contributions.page_of_contributions(connection, states=["received"]):
        for term in terms:
            yield Due(
                f"contribution:{row['id']}",
                f"采集“{row['name']}”",
                term.deadline(row["received_on"], desk.reference.calendar),
                row["town_code"],
            )


def of_cases(connection: Connection, desk: Desk) -> Iterable[Due]:
    """What live cases wait for, as long as their clock stands not still; looks back at closed ones.

    What is overdue here is what the figure of overdue cases counts (``late`` of a page of cases).
    """
    for row in cases.clocks_running(connection, [s.value for s in CaseState if s.live]):
        state = CaseState(row.state)
        term = _term(desk, state, (row.due_on - row.since).days)
        deadline = Deadline(term, row.since, row.due_on)
        yield Due(f"case:{row.id}", f"{row.number} {row.title}", deadline, row.town_code)
    for row in case_clocks.due_look_backs(connection, desk, ahead_days=_LOOK_AHEAD_DAYS):
        term = Term("look_back", f"回头看（{row['months']} 个月）", 0, basis="回头看安排")
        deadline = Deadline(term, row["due_on"], row["due_on"])
        title = f"{row['number']} {row['title']}"
        yield Due(f"case:{row['id']}", title, deadline, row["town_code"])


def _term(desk: Desk, state: CaseState, days: int) -> Term:
    """The clock that runs in a state; its last day is that of the case."""
    if state in RECTIFIED_IN:
        return Term("rectify", "整改", days, basis="整改通知书", confirmed=True)
    key = "triage" if state is CaseState.FLAGGED else "verify"
    known = desk.reference.case_terms.terms.get(key) or Term(key, state.word, days)
    return Term(key, known.title, days, basis=known.basis, confirmed=known.confirmed)


_LOOK_AHEAD_DAYS = 366
"""How far ahead looks back at closed cases are listed."""

SOURCES: list[Source] = [of_proposals, of_contributions, of_cases]
"""What is asked for clocks; a new topic adds its function here."""


def running(connection: Connection, *, desk: Desk) -> list[Due]:
    """All clocks that run in the towns of the person, the first to end first."""
    found = [
        due for source in SOURCES for due in source(connection, desk) if desk.actor.covers(due.town)
    ]
    return sorted(found, key=lambda d: (d.deadline.due, d.subject, d.deadline.term.key))


def listed(
    connection: Connection,
    *,
    within_days: int | None = None,
    kinds: Collection[str] = (),
    desk: Desk,
) -> list[dict[str, Any]]:
    """What is overdue, and with ``within_days`` what ends by then; plain values for people.

    ``kinds`` of subjects (``proposal``, ``case``) that are asked for; none given: all.
    """
    if within_days is not None and not 0 <= within_days <= 3660:
        raise BadRequest("提前天数应在 0 到 3660 之间。")
    ahead = -1 if within_days is None else within_days
    shown = [
        due
        for due in running(connection, desk=desk)
        if due.deadline.days_left(desk.on) <= ahead
        and (not kinds or due.subject.partition(":")[0] in kinds)
    ]
    towns = divisions.names_of(connection, sorted({d.town for d in shown if d.town}))
    return [described(due, desk.on, towns.get(due.town or "", "")) for due in shown]


def remind(connection: Connection, desk: Desk) -> str:
    """What is overdue, and what ends within the days of reminding; a job says it each morning."""
    ahead = int(desk.profile.setting("remind_days", 3))
    clocks = listed(connection, within_days=ahead, desk=desk)
    late = [c for c in clocks if c["overdue"]]
    soon = len(clocks) - len(late)
    if not clocks:
        return f"没有逾期的事项，{ahead} 日内也没有到期的。"
    first = f"最早的是{clocks[0]['title']}：{clocks[0]['text']}。"
    return f"逾期 {len(late):,} 项，{ahead} 日内到期 {soon:,} 项。{first}"


def described(due: Due, on: date, town_name: str = "") -> dict[str, Any]:
    """A clock as plain values."""
    term = due.deadline.term
    return {
        "subject": due.subject,
        "title": due.title,
        "what": term.title,
        "key": term.key,
        "start": due.deadline.start,
        "due": due.deadline.due,
        "days_left": due.deadline.days_left(on),
        "overdue": due.overdue(on),
        "text": f"{term.title}{due.deadline.in_words(on)}",
        "basis": term.basis,
        "confirmed": term.confirmed,
        "town": due.town,
        "town_name": town_name,
    }
