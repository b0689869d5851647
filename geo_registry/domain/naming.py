"""The life of a name: what may happen to the names of a place, and what it was called when.

Two times are kept apart. Valid time (``valid_from``, ``valid_to``, half-open) is when a name was in
force; record time (``recorded_at``, ``superseded_at``, half-open) is when the registry held a row
for true. Nothing is overwritten: an act supersedes rows and writes others.

An act is a pure function from a :class:`Life` to a :class:`Change`; its guards raise
:class:`Refused` or :class:`Conflict` with what a clerk should do instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

from geo_registry.domain.errors import BadRequest, Conflict, NotFound, Refused
from geo_registry.domain.place import NameKind

GIVEN = frozenset({"named", "renamed"})
"""Events that give a standard name through the procedure."""

CHINA = timezone(timedelta(hours=8))
"""A day of the registry is a day in China."""


class EventKind(StrEnum):
    """What can happen to a name."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    NAMED = "named"
    RENAMED = "renamed"
    MERGED = "merged"
    ABOLISHED = "abolished"
    CORRECTED = "corrected"


EVENT_TITLES = {
    EventKind.PROPOSED: "申报",
    EventKind.WITHDRAWN: "撤回",
    EventKind.NAMED: "命名",
    EventKind.RENAMED: "更名",
    EventKind.MERGED: "合并",
    EventKind.ABOLISHED: "注销",
    EventKind.CORRECTED: "更正",
}
MADE_BY: Mapping[str, str] = {"registered": "登记", **{str(k): t for k, t in EVENT_TITLES.items()}}
"""What made a name (:attr:`NameRecord.event`) → what it is called."""


@dataclass(frozen=True, slots=True)
class NameRecord:
    """One row of the registry about one name of one place.

    ``event`` is what made the name (``registered``, ``named``, ``renamed``, ``merged``,
    ``proposed``). ``recorded_at`` and ``superseded_at`` are moments with a time zone.
    """

    id: int
    full: str
    kind: NameKind
    event: str
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime
    superseded_at: datetime | None = None

    @property
    def given(self) -> bool:
        """Whether it is a standard name that was given through the procedure."""
        return self.kind is NameKind.STANDARD and self.event in GIVEN

    def in_force(self, on: date) -> bool:
        """Whether the valid time holds the day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on < self.valid_to)

    def known(self, at: datetime | None) -> bool:
        """Whether the registry held the row for true at a moment (None: holds it now)."""
        if at is None:
            return self.superseded_at is None
        return self.recorded_at <= at and (self.superseded_at is None or at < self.superseded_at)


@dataclass(frozen=True, slots=True)
class Life:
    """The names of one place, all rows ever written, and whether the place still exists."""

    names: tuple[NameRecord, ...] = ()
    retired: bool = False

    @property
    def current(self) -> tuple[NameRecord, ...]:
        """The rows that the registry holds for true now."""
        return tuple(n for n in self.names if n.superseded_at is None)

    @property
    def pending(self) -> tuple[NameRecord, ...]:
        """The proposals that nobody has decided."""
        return tuple(n for n in self.current if n.kind is NameKind.PROPOSED)


@dataclass(frozen=True, slots=True)
class Writing:
    """A row to write. ``based_on`` is the row it takes its other columns from (None: a new name).

    ``reworded`` tells that the wording differs from that row and has to be parsed anew.
    """

    full: str
    kind: NameKind
    event: str
    valid_from: date | None
    valid_to: date | None
    based_on: int | None = None
    reworded: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does: rows superseded, rows written, in this order, and the end of the place.

    ``gives`` tells that the last row written carries the name the event speaks of; ``ends`` is the
    row whose name ended or was corrected.
    """

    event: EventKind
    supersedes: tuple[int, ...] = ()
    writes: tuple[Writing, ...] = ()
    gives: bool = False
    ends: int | None = None
    retires: bool = False


def after(life: Life, change: Change, *, at: datetime, first_id: int) -> Life:
    """The life once the change is recorded at a moment; new rows are numbered from ``first_id``."""
    kept = tuple(
        replace(n, superseded_at=at) if n.id in change.supersedes else n for n in life.names
    )
    written = tuple(
        NameRecord(first_id + i, w.full, w.kind, w.event, w.valid_from, w.valid_to, at)
        for i, w in enumerate(change.writes)
    )
    return Life(kept + written, life.retired or change.retires)


# ---- acts ---------------------------------------------------------------------------------------


def propose(life: Life, full: str) -> Change:
    """Put a name forward; :class:`Conflict` where the same one is pending or in force."""
    _require_alive(life)
    if any(n.full == full for n in life.pending):
        raise Conflict(f"“{full}”已经是这处地方的拟用名，不必重复申报。")
    if any(n.full == full and n.kind is NameKind.STANDARD and not n.valid_to for n in life.current):
        raise Conflict(f"这处地方的标准名称已经是“{full}”。")
    row = Writing(full, NameKind.PROPOSED, "proposed", None, None)
    return Change(EventKind.PROPOSED, writes=(row,), gives=True)


def withdraw(life: Life, proposal: int) -> Change:
    """Take a pending proposal back."""
    row = _pending(life, proposal)
    return Change(EventKind.WITHDRAWN, supersedes=(row.id,), ends=row.id)


def approve(life: Life, proposal: int, on: date) -> Change:
    """Turn a proposal into the standard name from a day on; what was in force ends on that day."""
    _require_alive(life)
    row = _pending(life, proposal)
    return _give(life, row.full, on, proposal=row)


def name(life: Life, full: str, on: date) -> Change:
    """Give a place its first standard name from a day on; :class:`Refused` where it has one."""
    _require_alive(life)
    change = _give(life, full, on)
    if change.event is not EventKind.NAMED:
        had = "、".join(f"“{n.full}”" for n in _standing(life, on))
        raise Refused(f"这处地方已有标准名称{had}。", advice="改换名称请办理更名。")
    return change


def rename(life: Life, full: str, on: date) -> Change:
    """Replace the standard names in force on a day; :class:`Refused` where there is none."""
    _require_alive(life)
    change = _give(life, full, on)
    if change.event is not EventKind.RENAMED:
        raise Refused(f"这处地方在 {on} 没有标准名称，不能更名。", advice="请办理命名。")
    return change


def merge_into(life: Life, on: date) -> Change:
    """End a place that becomes part of another: its names end, none is lost."""
    return _end(life, on, EventKind.MERGED)


def inherit(life: Life, names: Iterable[NameRecord], on: date) -> Change:
    """Let the heir carry the names of a merged place as former names, kept from reuse."""
    _require_alive(life)
    had = {n.full for n in life.current if n.kind is not NameKind.PROPOSED}
    rows: dict[str, Writing] = {}
    for row in names:
        if row.kind is NameKind.STANDARD and row.in_force(on) and row.full not in had:
            rows[row.full] = Writing(
                row.full, NameKind.FORMER, "merged", row.valid_from, on, based_on=row.id
            )
    return Change(EventKind.MERGED, writes=tuple(rows.values()))


def abolish(life: Life, on: date) -> Change:
    """End a place that no longer exists, with all its names."""
    return _end(life, on, EventKind.ABOLISHED)


def correct(
    life: Life,
    row_id: int,
    *,
    full: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    unbounded: Sequence[str] = (),
) -> Change:
    """Replace a wrong row by a right one; the wrong one stays, superseded.

    What is None stays as it was; ``unbounded`` names the ends (``valid_from``, ``valid_to``) to be
    left open. Raises :class:`Refused` where two given names would then be in force on one day.
    """
    row = next((n for n in life.current if n.id == row_id), None)
    if row is None:
        raise _unknown(life, row_id, "名称")
    if row.kind is NameKind.PROPOSED:
        raise Refused("拟用名尚未批准，不必更正。", advice="请撤回后重新申报。")
    begins = None if "valid_from" in unbounded else valid_from or row.valid_from
    ends = None if "valid_to" in unbounded else valid_to or row.valid_to
    if begins is not None and ends is not None and begins > ends:
        raise BadRequest(f"起始日期 {begins} 晚于终止日期 {ends}。")
    if (full or row.full, begins, ends) == (row.full, row.valid_from, row.valid_to):
        raise BadRequest("没有可更正的内容：所填与登记的相同。")
    corrected = replace(row, id=0, full=full or row.full, valid_from=begins, valid_to=ends)
    for other in life.current:
        if corrected.given and other.given and other.id != row.id and _overlap(corrected, other):
            raise Refused(
                f"更正后，“{corrected.full}”与“{other.full}”在同一天都是标准名称。",
                advice="请先核对两个名称的起止日期。",
            )
    writing = Writing(
        corrected.full, row.kind, row.event, begins, ends, row.id, corrected.full != row.full
    )
    return Change(EventKind.CORRECTED, (row.id,), (writing,), gives=True, ends=row.id)


def _give(life: Life, full: str, on: date, proposal: NameRecord | None = None) -> Change:
    standing = _standing(life, on)
    for row in life.current:
        if row.kind is not NameKind.STANDARD or row.valid_from is None:
            continue
        if row.valid_from >= on and row.valid_from != row.valid_to:
            raise Conflict(
                f"这处地方已自 {row.valid_from} 起定名为“{row.full}”，新名称的启用日期应晚于该日。"
            )
    if any(row.full == full for row in standing):
        raise Conflict(f"这处地方的标准名称已经是“{full}”。")
    event = EventKind.RENAMED if standing else EventKind.NAMED
    ended = [_ended(row, on) for row in standing]
    given = Writing(
        full, NameKind.STANDARD, str(event), on, None, proposal.id if proposal else None
    )
    superseded = [row.id for row in standing] + ([proposal.id] if proposal else [])
    return Change(
        event,
        tuple(superseded),
        (*ended, given),
        gives=True,
        ends=standing[0].id if standing else None,
    )


def _end(life: Life, on: date, event: EventKind) -> Change:
    _require_alive(life)
    living = [n for n in life.current if n.kind not in {NameKind.PROPOSED, NameKind.FORMER}]
    for row in living:
        if row.valid_from is not None and row.valid_from > on:
            raise Conflict(f"“{row.full}”自 {row.valid_from} 起才启用，不能在 {on} 终止。")
    standing = [n for n in living if n.in_force(on)]
    main = next((n.id for n in standing if n.kind is NameKind.STANDARD), None)
    return Change(
        event,
        tuple(n.id for n in (*standing, *life.pending)),
        tuple(_ended(n, on) for n in standing),
        ends=main,
        retires=True,
    )


def _ended(row: NameRecord, on: date) -> Writing:
    return Writing(row.full, row.kind, row.event, row.valid_from, on, based_on=row.id)


def _standing(life: Life, on: date) -> list[NameRecord]:
    """The standard names in force on a day, the given one first."""
    found = [n for n in life.current if n.kind is NameKind.STANDARD and n.in_force(on)]
    return sorted(found, key=lambda n: (not n.given, n.id))


def _overlap(a: NameRecord, b: NameRecord) -> bool:
    begins = max(a.valid_from or date.min, b.valid_from or date.min)
    return begins < min(a.valid_to or date.max, b.valid_to or date.max)


def _require_alive(life: Life) -> None:
    if life.retired:
        raise Refused("这处地方已经注销或并入他处，不能再改它的名称。")


def _pending(life: Life, proposal: int) -> NameRecord:
    for row in life.pending:
        if row.id == proposal:
            return row
    raise _unknown(life, proposal, "待批准的拟用名")


def _unknown(life: Life, row_id: int, what: str) -> NotFound | Conflict:
    if any(n.id == row_id for n in life.names):
        return Conflict(f"编号 {row_id} 的记录已被后来的登记取代。", advice="请刷新后再办。")
    return NotFound(f"没有编号为 {row_id} 的{what}。")


# ---- questions ----------------------------------------------------------------------------------


def kind_on(kind: NameKind, valid_to: date | None, on: date) -> NameKind:
    """What a name is to its place on a day: a standard name whose time is over is a former one."""
    ended = valid_to is not None and valid_to <= on
    return NameKind.FORMER if kind is NameKind.STANDARD and ended else kind


def end_of_day(day: date) -> datetime:
    """The last moment of a day in China."""
    return datetime.combine(day, time.max, CHINA).astimezone(UTC)


def called_on(
    names: Iterable[NameRecord], on: date, known_on: date | None = None
) -> tuple[NameRecord, ...]:
    """What a place was called on a day, as the registry knew it at the end of another day.

    The given name comes first. Former names answer only for days within their known dates; names
    that came from places merged into this one do not answer. ``known_on`` None: as known now.
    """
    at = None if known_on is None else end_of_day(known_on)
    known = [n for n in names if n.known(at) and n.in_force(on)]
    standard = sorted(
        (n for n in known if n.kind is NameKind.STANDARD), key=lambda n: (not n.given, n.id)
    )
    if standard:
        return tuple(standard)
    # Without an end nobody knows when a former name was in use.
    return tuple(
        n
        for n in known
        if n.kind is NameKind.FORMER and n.valid_to is not None and n.event != "merged"
    )
